"""Manufacturers, platforms, roles, types; VRFs, VLANs, prefixes; providers and circuits."""

from linewright.lab.netbox.seeding.names import Names
from linewright.model.objects import CircuitEnd
from linewright.sources.description import Described


def seed_kinds(names: Names, described: Described) -> None:
    """What devices are."""
    tables = described.snapshot.tables
    names.create(
        "manufacturer",
        "dcim/manufacturers",
        {slug: {"slug": slug, "name": name} for slug, name in described.entries.manufacturers.items()},
    )
    names.create(
        "platform",
        "dcim/platforms",
        {
            platform.slug: {
                "slug": platform.slug,
                "name": platform.name,
                "manufacturer": names.maybe("manufacturer", platform.manufacturer),
            }
            for platform in tables.platforms
        },
    )
    names.create(
        "role",
        "dcim/device-roles",
        {
            role.slug: {
                "slug": role.slug,
                "name": role.name,
                "color": role.color,
            }
            for role in tables.roles
        },
    )
    names.create(
        "type",
        "dcim/device-types",
        {
            kind.slug: {
                "slug": kind.slug,
                "model": kind.model,
                "manufacturer": names.id("manufacturer", kind.manufacturer),
                "u_height": kind.half_units / 2,
                "part_number": kind.part_number,
            }
            for kind in tables.device_types
        },
    )


def seed_blocks(names: Names, described: Described) -> None:
    """VRFs, VLANs, prefixes and their roles."""
    tables = described.snapshot.tables
    names.create(
        "vrf", "ipam/vrfs", {vrf.name: {"name": vrf.name, "rd": vrf.rd or None} for vrf in tables.vrfs}
    )
    names.create(
        "prefix role",
        "ipam/roles",
        {slug: {"slug": slug, "name": name} for slug, name in described.entries.prefix_roles.items()},
    )
    names.create(
        "vlan",
        "ipam/vlans",
        {
            (vlan.site, vlan.vid): {
                "vid": vlan.vid,
                "name": vlan.name,
                "site": names.id("site", vlan.site),
                "status": vlan.status,
                "description": vlan.description,
            }
            for vlan in tables.vlans
        },
    )
    names.create(
        "prefix",
        "ipam/prefixes",
        {
            (prefix.vrf, prefix.prefix): {
                "prefix": prefix.prefix,
                "vrf": names.maybe("vrf", prefix.vrf),
                "vlan": names.maybe("vlan", prefix.vlan and (prefix.site, prefix.vlan)),
                "status": prefix.status,
                "role": names.maybe("prefix role", prefix.role),
                "description": prefix.description,
                "tags": names.tags(prefix.tags),
                "custom_fields": prefix.custom,
                **(
                    {"scope_type": "dcim.site", "scope_id": names.id("site", prefix.site)}
                    if prefix.site
                    else {}
                ),
            }
            for prefix in tables.prefixes
        },
    )


def seed_circuits(names: Names, described: Described) -> None:
    """Providers and circuits with both their ends."""
    tables = described.snapshot.tables
    names.create(
        "provider",
        "circuits/providers",
        {provider.slug: {"slug": provider.slug, "name": provider.name} for provider in tables.providers},
    )
    names.create(
        "circuit type",
        "circuits/circuit-types",
        {slug: {"slug": slug, "name": name} for slug, name in described.entries.circuit_types.items()},
    )
    names.create(
        "circuit",
        "circuits/circuits",
        {
            f"{circuit.provider}/{circuit.cid}": {
                "cid": circuit.cid,
                "provider": names.id("provider", circuit.provider),
                "type": names.id("circuit type", circuit.type),
                "status": circuit.status,
                "description": circuit.description,
                "commit_rate": circuit.commit_rate or None,
                "tags": names.tags(circuit.tags),
                "custom_fields": circuit.custom,
            }
            for circuit in tables.circuits
        },
    )
    ends = {
        (f"{circuit.provider}/{circuit.cid}", side): end
        for circuit in tables.circuits
        for side, end in (("A", circuit.a), ("Z", circuit.z))
        if end is not None
    }
    names.create(
        "circuit-termination",
        "circuits/circuit-terminations",
        {key: _termination(names, key, end) for key, end in ends.items()},
    )


def _termination(names: Names, key: tuple[str, str], end: CircuitEnd) -> dict[str, object]:
    return {
        "circuit": names.id("circuit", key[0]),
        "term_side": key[1],
        "termination_type": "dcim.site",
        "termination_id": names.id("site", end.site),
        "port_speed": end.port_speed or None,
        "xconnect_id": end.cross_connect,
        "pp_info": end.patch_panel,
        "description": end.description,
    }
