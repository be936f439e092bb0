"""Cables and their bundles, radio links, and what runs over interfaces: shared gateways, tunnels, L2VPNs."""

from linewright.lab.netbox.seeding.bodies import said, slugged
from linewright.lab.netbox.seeding.names import Names
from linewright.lab.netbox.seeding.rest import Body
from linewright.model.objects import Cable, L2vpnEnd
from linewright.sources.description import Described

#: The kinds of a cable's ends, as NetBox names them.
_END_TYPES = {
    "interface": "dcim.interface",
    "front-port": "dcim.frontport",
    "rear-port": "dcim.rearport",
    "console-port": "dcim.consoleport",
    "console-server-port": "dcim.consoleserverport",
    "power-port": "dcim.powerport",
    "power-outlet": "dcim.poweroutlet",
    "power-feed": "dcim.powerfeed",
    "circuit-termination": "circuits.circuittermination",
}


def seed_cables(names: Names, described: Described) -> None:
    """All cables, with the kinds, profiles and lists of ends they have; radio links."""
    tables = described.snapshot.tables
    names.create(
        "bundle",
        "dcim/cable-bundles",
        {bundle.name: said(bundle, "name", "description") for bundle in tables.cable_bundles},
    )
    # Cables that end in panels or circuits belong to one path with others, which NetBox traces anew for each.
    alone = {c.key for c in tables.cables if {end.kind for end in (*c.a, *c.b)} == {"interface"}}
    apart = {c.key for c in tables.cables if c.a and c.a[0].kind.startswith(("power-", "console-"))}
    single, shared, others = (
        [c for c in tables.cables if c.key in alone],
        [c for c in tables.cables if c.key not in alone | apart],
        [c for c in tables.cables if c.key in apart],
    )
    # The others (power, console) wait for nothing, so they fill both lanes evenly.
    half = max(0, (len(shared) - len(single) + len(others)) // 2)
    names.create_in_lanes(
        "cable",
        "dcim/cables",
        [
            {cable.key: _cable(names, cable) for cable in lane}
            for lane in ([*single, *others[:half]], [*shared, *others[half:]])
        ],
    )
    names.create(
        "wireless link",
        "wireless/wireless-links",
        {
            (link.a, link.b): {
                **said(link, "ssid", "status", "distance_unit", "description"),
                "distance": float(link.distance) if link.distance else None,
                "interface_a": names.id("interface", (link.a.device, link.a.interface)),
                "interface_b": names.id("interface", (link.b.device, link.b.interface)),
            }
            for link in tables.wireless_links
        },
    )


def seed_gateways(names: Names, described: Described) -> None:
    """FHRP groups with their addresses and members; what listens on them and on devices."""
    tables = described.snapshot.tables
    names.create(
        "fhrp-group",
        "ipam/fhrp-groups",
        {
            group.key: said(group, "name", "protocol", "group_id", "auth_type", "description")
            for group in tables.fhrp_groups
        },
    )
    names.create(
        "shared address",
        "ipam/ip-addresses",
        {
            (group.key, address.address): {
                **said(address, "address", "status", "role", "dns_name", "description"),
                "assigned_object_type": "ipam.fhrpgroup",
                "assigned_object_id": names.id("fhrp-group", group.key),
            }
            for group in tables.fhrp_groups
            for address in group.addresses
        },
    )
    names.create(
        "member",
        "ipam/fhrp-group-assignments",
        {
            (group.key, member): {
                "group": names.id("fhrp-group", group.key),
                "interface_type": "dcim.interface",
                "interface_id": names.id("interface", (member.device, member.interface)),
                "priority": member.priority,
            }
            for group in tables.fhrp_groups
            for member in group.members
        },
    )
    names.create(
        "service",
        "ipam/services",
        {
            service: {
                **said(service, "name", "description"),
                "parent_object_type": "dcim.device" if service.kind == "device" else "ipam.fhrpgroup",
                "parent_object_id": names.id(service.kind, service.parent),
                "port_mappings": [f"{service.protocol}/{port}" for port in service.ports],
                "ipaddresses": [
                    names.id(
                        "address" if service.kind == "device" else "shared address", (service.parent, address)
                    )
                    for address in service.addresses
                ],
            }
            for service in tables.services
        },
    )


def seed_overlays(names: Names, described: Described) -> None:
    """Tunnels and L2VPNs."""
    tables = described.snapshot.tables
    _seed_profiles(names, [tunnel.ipsec_profile for tunnel in tables.tunnels if tunnel.ipsec_profile])
    names.create(
        "tunnel group", "vpn/tunnel-groups", {t.group: slugged(t.group) for t in tables.tunnels if t.group}
    )
    names.create(
        "tunnel",
        "vpn/tunnels",
        {
            (tunnel.group, tunnel.name): {
                **said(tunnel, "name", "encapsulation", "status", "tunnel_id", "description"),
                "group": names.maybe("tunnel group", tunnel.group),
                "ipsec_profile": names.maybe("ipsec profile", tunnel.ipsec_profile),
            }
            for tunnel in tables.tunnels
        },
    )
    names.create(
        "tunnel end",
        "vpn/tunnel-terminations",
        {
            (tunnel.name, end): {
                "tunnel": names.id("tunnel", (tunnel.group, tunnel.name)),
                "role": end.role,
                "termination_type": "dcim.interface",
                "termination_id": names.id("interface", (end.device, end.interface)),
                "outside_ip": names.maybe("address", end.outside and (end.device, end.outside)),
            }
            for tunnel in tables.tunnels
            for end in tunnel.ends
        },
    )
    names.create(
        "l2vpn",
        "vpn/l2vpns",
        {
            vpn.slug: {
                **said(vpn, "slug", "name", "type", "identifier", "status", "description"),
                "import_targets": [names.id("route target", target) for target in vpn.import_targets],
                "export_targets": [names.id("route target", target) for target in vpn.export_targets],
            }
            for vpn in tables.l2vpns
        },
    )
    names.create(
        "l2vpn end",
        "vpn/l2vpn-terminations",
        {(vpn.slug, end): _l2vpn_end(names, vpn.slug, end) for vpn in tables.l2vpns for end in vpn.ends},
    )


def _seed_profiles(names: Names, profiles: list[str]) -> None:
    """The least that NetBox takes for an IPSec profile: policies of its name, without proposals or keys."""
    bodies = {name: {"name": name} for name in profiles}
    names.create("ike policy", "vpn/ike-policies", {n: {**body, "version": 2} for n, body in bodies.items()})
    names.create("ipsec policy", "vpn/ipsec-policies", bodies)
    names.create(
        "ipsec profile",
        "vpn/ipsec-profiles",
        {
            name: {
                **body,
                "mode": "esp",
                "ike_policy": names.id("ike policy", name),
                "ipsec_policy": names.id("ipsec policy", name),
            }
            for name, body in bodies.items()
        },
    )


def _l2vpn_end(names: Names, slug: str, end: L2vpnEnd) -> Body:
    kind, number = (
        ("ipam.vlan", names.id("vlan", (end.site, end.vlan)))
        if end.vlan
        else ("dcim.interface", names.id("interface", (end.device, end.interface)))
    )
    return {"l2vpn": names.id("l2vpn", slug), "assigned_object_type": kind, "assigned_object_id": number}


def _cable(names: Names, cable: Cable) -> Body:
    sides = {
        side: [
            {"object_type": _END_TYPES[end.kind], "object_id": names.id(end.kind, (end.device, end.name))}
            for end in ends
        ]
        for side, ends in (("a_terminations", cable.a), ("b_terminations", cable.b))
    }
    return {
        **sides,
        **said(
            cable,
            *("label", "type", "status", "profile", "color", "length_unit", "description"),
            custom="custom_fields",
        ),
        "length": float(cable.length) if cable.length else None,
        "bundle": names.maybe("bundle", cable.bundle),
        "tenant": names.maybe("tenant", cable.tenant),
        "tags": names.tags(cable.tags),
    }
