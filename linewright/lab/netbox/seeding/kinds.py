"""Manufacturers, platforms, roles, types; VRFs, VLANs, prefixes, wireless LANs."""

from linewright.lab.netbox.seeding.bodies import said, slugged
from linewright.lab.netbox.seeding.names import Names
from linewright.model.objects import L2vpn, Vrf
from linewright.sources.description import Described


def seed_kinds(names: Names, described: Described) -> None:
    """What devices and modules are."""
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
                **said(platform, "slug", "name"),
                "manufacturer": names.maybe("manufacturer", platform.manufacturer),
            }
            for platform in tables.platforms
        },
    )
    names.create(
        "role", "dcim/device-roles", {role.slug: said(role, "slug", "name", "color") for role in tables.roles}
    )
    names.create(
        "type",
        "dcim/device-types",
        {
            kind.slug: {
                **said(
                    kind,
                    *("slug", "model", "part_number", "subdevice_role", "airflow"),
                    full_depth="is_full_depth",
                ),
                "manufacturer": names.id("manufacturer", kind.manufacturer),
                "u_height": kind.half_units / 2,
            }
            for kind in tables.device_types
        },
    )
    names.create(
        "module profile",
        "dcim/module-type-profiles",
        {kind.profile: {"name": kind.profile} for kind in tables.module_types if kind.profile},
    )
    names.create(
        "module type",
        "dcim/module-types",
        {
            (kind.manufacturer, kind.model): {
                **said(kind, "model", "part_number"),
                "manufacturer": names.id("manufacturer", kind.manufacturer),
                "profile": names.maybe("module profile", kind.profile),
            }
            for kind in tables.module_types
        },
    )


def seed_blocks(names: Names, described: Described) -> None:
    """Route targets, VRFs, VLANs, prefixes and their roles, wireless LANs."""
    tables = described.snapshot.tables
    users: tuple[Vrf | L2vpn, ...] = (*tables.vrfs, *tables.l2vpns)
    targets = {target for one in users for target in (*one.import_targets, *one.export_targets)}
    names.create(
        "route target", "ipam/route-targets", {target: {"name": target} for target in sorted(targets)}
    )
    names.create(
        "vrf",
        "ipam/vrfs",
        {
            vrf.name: {
                **said(vrf, "name", "rd", "description"),
                "tenant": names.maybe("tenant", vrf.tenant),
                "import_targets": [names.id("route target", target) for target in vrf.import_targets],
                "export_targets": [names.id("route target", target) for target in vrf.export_targets],
            }
            for vrf in tables.vrfs
        },
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
                **said(vlan, "vid", "name", "status", "description"),
                "site": names.id("site", vlan.site),
                "role": names.maybe("prefix role", vlan.role),
                "tenant": names.maybe("tenant", vlan.tenant),
            }
            for vlan in tables.vlans
        },
    )
    _seed_prefixes(names, described)
    _seed_wireless_lans(names, described)


def _seed_prefixes(names: Names, described: Described) -> None:
    names.create(
        "prefix",
        "ipam/prefixes",
        {
            (prefix.vrf, prefix.prefix): {
                **said(prefix, "prefix", "status", "is_pool", "description", custom="custom_fields"),
                "vrf": names.maybe("vrf", prefix.vrf),
                "vlan": names.maybe("vlan", prefix.vlan and (prefix.site, prefix.vlan)),
                "role": names.maybe("prefix role", prefix.role),
                "tenant": names.maybe("tenant", prefix.tenant),
                "tags": names.tags(prefix.tags),
                **(
                    {"scope_type": "dcim.site", "scope_id": names.id("site", prefix.site)}
                    if prefix.site
                    else {}
                ),
            }
            for prefix in described.snapshot.tables.prefixes
        },
    )


def _seed_wireless_lans(names: Names, described: Described) -> None:
    lans = described.snapshot.tables.wireless_lans
    names.create(
        "wireless group",
        "wireless/wireless-lan-groups",
        {lan.group: slugged(lan.group) for lan in lans if lan.group},
    )
    names.create(
        "wireless lan",
        "wireless/wireless-lans",
        {
            (lan.site, lan.ssid): {
                **said(lan, "ssid", "status", "auth_type", "description"),
                "group": names.maybe("wireless group", lan.group),
                "vlan": names.maybe("vlan", lan.vlan and (lan.site, lan.vlan)),
                "scope_type": "dcim.site",
                "scope_id": names.id("site", lan.site),
            }
            for lan in lans
        },
    )
