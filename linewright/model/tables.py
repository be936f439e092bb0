"""Everything in a snapshot that does not belong to one device, and what makes each object itself."""

from linewright.model.objects import (
    Asn,
    Cable,
    CableBundle,
    Circuit,
    ConfigTemplate,
    Contact,
    ContactAssignment,
    DeviceType,
    FhrpGroup,
    ImageAttachment,
    JournalEntry,
    L2vpn,
    Location,
    ModuleType,
    Platform,
    PowerFeed,
    PowerPanel,
    Prefix,
    Provider,
    ProviderNetwork,
    Rack,
    Record,
    Role,
    Service,
    Site,
    Tag,
    Tenant,
    Tunnel,
    VirtualChassis,
    VirtualCircuit,
    Vlan,
    Vrf,
    WirelessLan,
    WirelessLink,
)


class Tables(Record, frozen=True):
    """One tuple per kind of object; IDENTITY says what tells two of a kind apart."""

    sites: tuple[Site, ...] = ()
    locations: tuple[Location, ...] = ()
    racks: tuple[Rack, ...] = ()
    tenants: tuple[Tenant, ...] = ()
    roles: tuple[Role, ...] = ()
    device_types: tuple[DeviceType, ...] = ()
    module_types: tuple[ModuleType, ...] = ()
    platforms: tuple[Platform, ...] = ()
    virtual_chassis: tuple[VirtualChassis, ...] = ()
    config_templates: tuple[ConfigTemplate, ...] = ()
    asns: tuple[Asn, ...] = ()
    vlans: tuple[Vlan, ...] = ()
    vrfs: tuple[Vrf, ...] = ()
    prefixes: tuple[Prefix, ...] = ()
    fhrp_groups: tuple[FhrpGroup, ...] = ()
    services: tuple[Service, ...] = ()
    providers: tuple[Provider, ...] = ()
    provider_networks: tuple[ProviderNetwork, ...] = ()
    circuits: tuple[Circuit, ...] = ()
    virtual_circuits: tuple[VirtualCircuit, ...] = ()
    tunnels: tuple[Tunnel, ...] = ()
    l2vpns: tuple[L2vpn, ...] = ()
    wireless_lans: tuple[WirelessLan, ...] = ()
    wireless_links: tuple[WirelessLink, ...] = ()
    power_panels: tuple[PowerPanel, ...] = ()
    power_feeds: tuple[PowerFeed, ...] = ()
    tags: tuple[Tag, ...] = ()
    cables: tuple[Cable, ...] = ()
    cable_bundles: tuple[CableBundle, ...] = ()
    contacts: tuple[Contact, ...] = ()
    contact_assignments: tuple[ContactAssignment, ...] = ()
    images: tuple[ImageAttachment, ...] = ()
    journal: tuple[JournalEntry, ...] = ()


#: What makes an object of a table itself, in that table; also the order of the table.
IDENTITY: dict[str, tuple[str, ...]] = {
    "sites": ("slug",),
    "locations": ("site", "slug"),
    "racks": ("site", "name"),
    "tenants": ("slug",),
    "roles": ("slug",),
    "device_types": ("slug",),
    "module_types": ("manufacturer", "model"),
    "platforms": ("slug",),
    "virtual_chassis": ("name",),
    "config_templates": ("name",),
    "asns": ("asn",),
    "vlans": ("site", "group", "vid"),
    "vrfs": ("name",),
    "prefixes": ("vrf", "prefix", "site"),
    "fhrp_groups": ("protocol", "group_id", "key"),
    "services": ("kind", "parent", "name", "protocol"),
    "providers": ("slug",),
    "provider_networks": ("provider", "name"),
    "circuits": ("provider", "cid"),
    "virtual_circuits": ("provider", "network", "cid"),
    "tunnels": ("group", "name"),
    "l2vpns": ("slug",),
    "wireless_lans": ("site", "group", "ssid", "vlan"),
    "wireless_links": ("a", "b"),
    "power_panels": ("site", "name"),
    "power_feeds": ("site", "panel", "name"),
    "tags": ("slug",),
    "cables": ("key",),
    "cable_bundles": ("name",),
    "contacts": ("name", "email"),
    "contact_assignments": ("kind", "object", "contact", "email", "role"),
    "images": ("kind", "object", "path"),
    "journal": ("kind", "object", "created", "by", "comments"),
}


def identity(table: str, item: Record) -> tuple[object, ...]:
    """What makes this object itself in its table."""
    return tuple(getattr(item, field) for field in IDENTITY[table])


def identity_text(table: str, item: Record) -> str:
    """The identity as people read it: "site hq, name R1"."""
    return ", ".join(
        f"{field} {_shown(value)}"
        for field, value in zip(IDENTITY[table], identity(table, item), strict=True)
        if value != ""
    )


def _shown(value: object) -> str:
    if isinstance(value, Record):
        return " ".join(str(getattr(value, field)) for field in value.__struct_fields__)
    return str(value)
