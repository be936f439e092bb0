"""From plain data to entries: every table checked against its class, roles' defaults laid under devices."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from linewright.sources.described import schema
from linewright.sources.described.notation import expand
from linewright.sources.described.reading import Document, Place

_E = TypeVar("_E", bound=schema.Entry)

#: The only format there is; raised when the meaning of a key changes.
FORMAT = 1


class SiteEntries(NamedTuple):
    """A site and the entries inside it, by name (VLANs by number, prefixes by canonical text as written)."""

    site: schema.Site
    locations: dict[str, schema.Location]
    racks: dict[str, schema.Rack]
    vlans: dict[int, schema.Vlan]
    prefixes: dict[str, schema.Prefix]
    devices: dict[str, schema.Device]


class Ports(NamedTuple):
    """The ports of a device type, ranges expanded where one name stands for one port."""

    interfaces: dict[str, dict[str, Any]]
    front: dict[str, schema.FrontPort]
    rear: dict[str, schema.RearPort]


class Description(NamedTuple):
    """A whole description as entries."""

    title: str
    custom_fields: dict[str, schema.CustomField]
    tags: dict[str, str]
    asns: dict[int, str]
    vrfs: dict[str, schema.Vrf]
    manufacturers: dict[str, str]
    platforms: dict[str, schema.Platform]
    device_types: dict[str, schema.DeviceType]
    ports: dict[str, Ports]
    roles: dict[str, schema.Role]
    prefix_roles: dict[str, str]
    contexts: dict[str, schema.Context]
    sites: dict[str, SiteEntries]
    providers: dict[str, str]
    circuit_types: dict[str, str]
    circuits: dict[str, schema.Circuit]
    networks: tuple[schema.Networks, ...]
    sessions: tuple[schema.Sessions, ...]
    cables: tuple[schema.Cables, ...]


_KEYS = {"format", *Description._fields} - {"ports"}


def parse(document: Document) -> Description:
    """The description; what is wrong is noted in the document, and what cannot be read is left out."""
    data = document.data
    for key in data.keys() - _KEYS:
        document.problem((key,), f"not a key of a description; there are {', '.join(sorted(_KEYS))}")
    if data.get("format") != FORMAT:
        document.problem(("format",), f"must be {FORMAT}")
    types = _table(document, ("device_types",), schema.DeviceType)
    roles = _table(document, ("roles",), schema.Role)
    return Description(
        title=str(data.get("title") or ""),
        custom_fields=_table(document, ("custom_fields",), schema.CustomField),
        tags=_names(document, "tags"),
        asns=_numbers(document, ("asns",), _names(document, "asns")),
        vrfs=_table(document, ("vrfs",), schema.Vrf),
        manufacturers=_names(document, "manufacturers"),
        platforms=_table(document, ("platforms",), schema.Platform),
        device_types=types,
        ports={slug: _ports(document, slug) for slug in types},
        roles=roles,
        prefix_roles=_names(document, "prefix_roles"),
        contexts=_table(document, ("contexts",), schema.Context),
        sites={
            slug: _site(document, slug, site, roles)
            for slug, site in _table(document, ("sites",), schema.Site).items()
        },
        providers=_names(document, "providers"),
        circuit_types=_names(document, "circuit_types"),
        circuits=_table(document, ("circuits",), schema.Circuit),
        networks=_list(document, "networks", schema.Networks),
        sessions=_list(document, "sessions", schema.Sessions),
        cables=_list(document, "cables", schema.Cables),
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
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        text, _, where = str(error).partition(" - at ")
        inside = where.strip("`").removeprefix("$").lstrip(".").replace("[...]", " (a value)")
        document.problem(place, (f"{inside}: " if inside else "") + text)
        return None


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


def _ports(document: Document, slug: str) -> Ports:
    place = ("device_types", slug)
    rear = ranged(document, (*place, "rear_ports"), _mapping(document, (*place, "rear_ports")))
    front = _table(document, (*place, "front_ports"), schema.FrontPort)
    rear_entries = {
        name: entry(document, (*place, "rear_ports", name), value, schema.RearPort)
        for name, value in rear.items()
    }
    interfaces = _mapping(document, (*place, "interfaces"))
    return Ports(
        interfaces=ranged(document, (*place, "interfaces"), interfaces),
        front=front,
        rear={name: value for name, value in rear_entries.items() if value is not None},
    )


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
    return SiteEntries(
        site=site,
        locations=_table(document, (*place, "locations"), schema.Location),
        racks=_table(document, (*place, "racks"), schema.Rack),
        vlans=_numbers(document, (*place, "vlans"), _table(document, (*place, "vlans"), schema.Vlan)),
        prefixes=_table(document, (*place, "prefixes"), schema.Prefix),
        devices=devices,
    )
