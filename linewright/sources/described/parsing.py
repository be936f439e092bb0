"""From plain data to entries: every table checked against its class, roles' defaults laid under devices."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from linewright.sources.described import schema
from linewright.sources.described.notation import color, expand, strands
from linewright.sources.described.reading import Document, Place

_E = TypeVar("_E", bound=schema.Entry)

#: The only format there is; raised when the meaning of a key changes.
FORMAT = 1


class SiteEntries(NamedTuple):
    """A site and the entries inside it, by name (VLANs by number, prefixes by text as written)."""

    site: schema.Site
    locations: dict[str, schema.Location]
    racks: dict[str, schema.Rack]
    power_panels: dict[str, schema.PowerPanel]
    feeds: dict[tuple[str, str], schema.PowerFeed]
    vlans: dict[int, schema.Vlan]
    prefixes: dict[str, schema.Prefix]
    wireless_lans: dict[str, schema.WirelessLan]
    devices: dict[str, schema.Device]


class Description(NamedTuple):
    """A whole description as entries."""

    title: str
    custom_fields: dict[str, schema.CustomField]
    tags: dict[str, str]
    tenants: dict[str, schema.Tenant]
    asns: dict[int, str]
    vrfs: dict[str, schema.Vrf]
    manufacturers: dict[str, str]
    platforms: dict[str, schema.Platform]
    device_types: dict[str, schema.DeviceType]
    module_types: dict[str, schema.ModuleType]
    roles: dict[str, schema.Role]
    prefix_roles: dict[str, str]
    contexts: dict[str, schema.Context]
    sites: dict[str, SiteEntries]
    virtual_chassis: dict[str, schema.VirtualChassis]
    providers: dict[str, str]
    provider_networks: dict[str, schema.ProviderNetwork]
    circuit_types: dict[str, str]
    circuits: dict[str, schema.Circuit]
    virtual_circuit_types: dict[str, str]
    virtual_circuits: dict[str, schema.VirtualCircuit]
    networks: tuple[schema.Networks, ...]
    sessions: tuple[schema.Sessions, ...]
    fhrp_groups: dict[str, schema.FhrpGroup]
    tunnels: dict[str, schema.Tunnel]
    l2vpns: dict[str, schema.L2vpn]
    cable_bundles: dict[str, str]
    cables: tuple[schema.Cables, ...]
    wireless_links: tuple[schema.WirelessLinks, ...]
    contacts: dict[str, schema.Contact]


_KEYS = {"format", *Description._fields}


def parse(document: Document) -> Description:
    """The description; what is wrong is noted in the document, and what cannot be read is left out."""
    data = document.data
    for key in data.keys() - _KEYS:
        document.problem((key,), f"not a key of a description; there are {', '.join(sorted(_KEYS))}")
    if data.get("format") != FORMAT:
        document.problem(("format",), f"must be {FORMAT}")
    roles = _table(document, ("roles",), schema.Role)
    return Description(
        title=str(data.get("title") or ""),
        custom_fields=_table(document, ("custom_fields",), schema.CustomField),
        tags=_names(document, "tags"),
        tenants=_table(document, ("tenants",), schema.Tenant),
        asns=_numbers(document, ("asns",), _names(document, "asns")),
        vrfs=_table(document, ("vrfs",), schema.Vrf),
        manufacturers=_names(document, "manufacturers"),
        platforms=_table(document, ("platforms",), schema.Platform),
        device_types=_table(document, ("device_types",), schema.DeviceType),
        module_types=_table(document, ("module_types",), schema.ModuleType),
        roles=roles,
        prefix_roles=_names(document, "prefix_roles"),
        contexts=_table(document, ("contexts",), schema.Context),
        sites={
            slug: _site(document, slug, site, roles)
            for slug, site in _table(document, ("sites",), schema.Site).items()
        },
        virtual_chassis=_table(document, ("virtual_chassis",), schema.VirtualChassis),
        providers=_names(document, "providers"),
        provider_networks=_table(document, ("provider_networks",), schema.ProviderNetwork),
        circuit_types=_names(document, "circuit_types"),
        circuits=_table(document, ("circuits",), schema.Circuit),
        virtual_circuit_types=_names(document, "virtual_circuit_types"),
        virtual_circuits=_table(document, ("virtual_circuits",), schema.VirtualCircuit),
        networks=_list(document, "networks", schema.Networks),
        sessions=_list(document, "sessions", schema.Sessions),
        fhrp_groups=_table(document, ("fhrp_groups",), schema.FhrpGroup),
        tunnels=_table(document, ("tunnels",), schema.Tunnel),
        l2vpns=_table(document, ("l2vpns",), schema.L2vpn),
        cable_bundles=_names(document, "cable_bundles"),
        cables=_list(document, "cables", schema.Cables),
        wireless_links=_list(document, "wireless_links", schema.WirelessLinks),
        contacts=_table(document, ("contacts",), schema.Contact),
    )


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings merged in depth, all else replaced: what NetBox does with config contexts."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result


def entry(document: Document, place: Place, value: Any, kind: type[_E]) -> _E | None:
    """One entry, or None with the problem noted."""
    try:
        found = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        text, _, where = str(error).partition(" - at ")
        inside = where.strip("`").removeprefix("$").lstrip(".").replace("[...]", " (a value)")
        document.problem(place, (f"{inside}: " if inside else "") + text)
        return None
    if named := getattr(found, "color", ""):
        try:
            found = msgspec.structs.replace(found, color=color(named))
        except ValueError as error:
            document.problem(place, str(error))
    document.entries.append((place, found))
    return found


def ranged(document: Document, place: Place, table: Mapping[str, Any]) -> dict[str, Any]:
    """The table with ranges such as eth1-8 expanded; later entries are merged over earlier ones."""
    result: dict[str, Any] = {}
    for names, value in table.items():
        try:
            for name in expand(names):
                result[name] = merged(result.get(name, {}), value or {})
        except ValueError as error:
            document.problem((*place, names), str(error))
    return result


def front_ports(document: Document, place: Place, table: schema.Table) -> dict[str, Any]:
    """As `ranged`, for front ports: what a row of them leads to is handed out to each."""
    result: dict[str, Any] = {}
    for names, value in table.items():
        try:
            for name, own in _handed_out(names, value):
                result[name] = merged(result.get(name, {}), own)
        except ValueError as error:
            document.problem((*place, names), str(error))
    return result


def _handed_out(names: str, row: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    whole, each, leads = expand(names), row.get("positions", 1), row.get("to")
    if not isinstance(leads, str) or not isinstance(each, int):
        yield from ((name, row) for name in whole)
        return
    ends = strands(leads)
    if len(ends) != len(whole) * each:
        raise ValueError(f"{len(whole) * each} front ports lead to {len(ends)} positions")
    for number, name in enumerate(whole):
        own = ends[number * each : (number + 1) * each]
        yield name, {**row, "to": " + ".join(f"{rear}:{position}" for rear, position in own)}


def _at(document: Document, place: Place) -> Any:
    value: Any = document.data
    for key in place:
        value = value.get(str(key)) if isinstance(value, dict) else None
    return value


def _mapping(document: Document, place: Place) -> dict[str, Any]:
    value = _at(document, place)
    if value is None:
        return {}
    if not isinstance(value, dict):
        document.problem(place, "must be a mapping")
        return {}
    return value


def _table(document: Document, place: Place, kind: type[_E]) -> dict[str, _E]:
    found = {
        key: entry(document, (*place, key), {} if value is None else value, kind)
        for key, value in _mapping(document, place).items()
    }
    return {key: value for key, value in found.items() if value is not None}


def _names(document: Document, key: str) -> dict[str, str]:
    table = _mapping(document, (key,))
    for name, value in table.items():
        if not isinstance(value, str):
            document.problem((key, name), "must be a text")
    return {name: value for name, value in table.items() if isinstance(value, str)}


def _numbers(document: Document, place: Place, table: Mapping[str, Any]) -> dict[int, Any]:
    result: dict[int, Any] = {}
    for key, value in table.items():
        if key.isascii() and key.isdigit() and str(int(key)) == key:
            result[int(key)] = value
        else:
            document.problem((*place, key), "must be a number")
    return result


def _list(document: Document, key: str, kind: type[_E]) -> tuple[_E, ...]:
    value = document.data.get(key) or []
    if not isinstance(value, list):
        document.problem((key,), "must be a list")
        return ()
    found = [entry(document, (key, i), item, kind) for i, item in enumerate(value)]
    # A group that cannot be read keeps its place, so that later problems name the right lines.
    return tuple(item for item in found if item is not None) if all(found) else ()


def _site(document: Document, slug: str, site: schema.Site, roles: Mapping[str, schema.Role]) -> SiteEntries:
    place: Place = ("sites", slug)
    devices: dict[str, schema.Device] = {}
    for name, raw in site.devices.items():
        here = (*place, "devices", name)
        role = str(raw.get("role") or "")
        if role not in roles:
            document.problem(here, f"role {role!r} is not described" if role else "a device needs a role")
            continue
        device = entry(document, here, merged(roles[role].defaults, raw), schema.Device)
        if device is not None:
            devices[name] = device
    panels = _table(document, (*place, "power_panels"), schema.PowerPanel)
    feeds = {
        (name, feed): entry(
            document,
            (*place, "power_panels", name, "feeds", feed),
            merged(panel.defaults, raw),
            schema.PowerFeed,
        )
        for name, panel in panels.items()
        for feed, raw in panel.feeds.items()
    }
    return SiteEntries(
        site=site,
        locations=_table(document, (*place, "locations"), schema.Location),
        racks=_table(document, (*place, "racks"), schema.Rack),
        power_panels=panels,
        feeds={key: feed for key, feed in feeds.items() if feed is not None},
        vlans=_numbers(document, (*place, "vlans"), _table(document, (*place, "vlans"), schema.Vlan)),
        prefixes=_table(document, (*place, "prefixes"), schema.Prefix),
        wireless_lans=_table(document, (*place, "wireless_lans"), schema.WirelessLan),
        devices=devices,
    )
