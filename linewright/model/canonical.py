"""The canonical form of a snapshot: order, references, bytes and digest.

A snapshot is a set of records: one called "tables", and one "device/NAME" per device. A record's bytes are compact
JSON with sorted keys, defaults left out: what RFC 8785 gives for this data (a property test holds the two together;
free data that RFC 8785 would print differently is refused by `plain`). The snapshot's digest is taken over the
digests of its records, so that one device can be read, compared or replaced without the others.
"""

import math
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from linewright.errors import DataError
from linewright.model.natural import natural_key
from linewright.model.objects import (
    Asn,
    Cable,
    CableEnd,
    Circuit,
    Device,
    DeviceType,
    FrontPort,
    Interface,
    Location,
    Platform,
    Prefix,
    Provider,
    Rack,
    RearPort,
    Record,
    Role,
    Site,
    Tag,
    Vlan,
    Vrf,
)

#: Raised with the meaning of a record; a file of a newer schema is refused by name.
SCHEMA = 1

_MAX_SAFE_INTEGER = 2**53 - 1  # RFC 8785 section 3.2.2.3 (I-JSON)


class Tables(Record, frozen=True):
    """Everything in a snapshot that does not belong to one device."""

    sites: tuple[Site, ...] = ()
    locations: tuple[Location, ...] = ()
    racks: tuple[Rack, ...] = ()
    roles: tuple[Role, ...] = ()
    device_types: tuple[DeviceType, ...] = ()
    platforms: tuple[Platform, ...] = ()
    asns: tuple[Asn, ...] = ()
    vlans: tuple[Vlan, ...] = ()
    vrfs: tuple[Vrf, ...] = ()
    prefixes: tuple[Prefix, ...] = ()
    providers: tuple[Provider, ...] = ()
    circuits: tuple[Circuit, ...] = ()
    tags: tuple[Tag, ...] = ()
    cables: tuple[Cable, ...] = ()


#: What makes an object of a table itself, in that table.
_IDENTITY: dict[str, tuple[str, ...]] = {
    "sites": ("slug",),
    "locations": ("site", "slug"),
    "racks": ("site", "name"),
    "roles": ("slug",),
    "device_types": ("slug",),
    "platforms": ("slug",),
    "asns": ("asn",),
    "vlans": ("site", "group", "vid"),
    "vrfs": ("name",),
    "prefixes": ("vrf", "prefix", "site"),
    "providers": ("slug",),
    "circuits": ("provider", "cid"),
    "tags": ("slug",),
    "cables": ("key",),
}

_T = TypeVar("_T", Interface, FrontPort, RearPort)
_Record = TypeVar("_Record", bound=Record)
#: Per class the fields whose default is a text with something in it.
_TEXT_DEFAULTS: dict[type[Record], tuple[tuple[str, str], ...]] = {}


def plain(value: Any, where: str) -> Any:
    """Free JSON in the one form that every reader prints alike.

    Integral floats become integers; numbers that RFC 8785 would print with an exponent, that are not finite or that
    do not fit into 53 bits are refused.

    Raises:
        DataError: naming `where` the value stands.
    """
    match value:
        case None | bool() | str():
            return value
        case int():
            if abs(value) > _MAX_SAFE_INTEGER:
                raise DataError(
                    f"{where}: {value} is too large for JSON that every reader agrees on",
                    hint="keep it as text",
                )
            return value
        case float():
            if value.is_integer() and abs(value) <= _MAX_SAFE_INTEGER:
                return int(value)
            if not math.isfinite(value) or value.is_integer() or "e" in repr(value):
                raise DataError(
                    f"{where}: the number {value!r} has no single text form", hint="keep it as text"
                )
            return value
        case list() | tuple():
            return [plain(item, f"{where}[{i}]") for i, item in enumerate(value)]
        case dict():
            if astral := [key for key in value if max(str(key), default="") > "\uffff"]:
                # RFC 8785 orders keys by UTF-16 code units; beyond this plane that is not the order of code points.
                raise DataError(
                    f"{where}: the key {astral[0]!r} has a character outside the basic multilingual plane"
                )
            return {str(key): plain(item, f"{where}.{key}") for key, item in value.items()}
    raise DataError(f"{where}: a value of type {type(value).__name__} is not JSON")


def arranged(tables: Tables) -> Tables:
    """The same tables, each in natural order of identity; ends of cables sorted, the smaller side first."""
    sides = tuple(_arranged_cable(cable) for cable in tables.cables)
    tables = msgspec.structs.replace(tables, cables=sides)
    return msgspec.structs.replace(
        tables,
        **{
            name: tuple(_with_own_defaults(item) for item in sorted(getattr(tables, name), key=_order(name)))
            for name in _IDENTITY
        },
    )


def arranged_device(device: Device) -> Device:
    """The same device with ports in natural order, sets sorted and free data made plain."""
    return msgspec.structs.replace(
        _with_own_defaults(device),
        tags=tuple(sorted(device.tags)),
        custom=plain(device.custom, f"{device.name}: custom field"),
        context=plain(device.context, f"{device.name}: config context"),
        interfaces=_natural(tuple(_arranged_interface(i) for i in device.interfaces)),
        front_ports=_natural(device.front_ports),
        rear_ports=_natural(device.rear_ports),
    )


def check(tables: Tables, devices: Mapping[str, Device]) -> None:
    """Refuse what cannot be one network: equal identities, references to what is not there.

    Raises:
        DataError: naming the objects.
    """
    for name, fields in _IDENTITY.items():
        seen: set[tuple[Any, ...]] = set()
        for item in getattr(tables, name):
            identity = tuple(getattr(item, field) for field in fields)
            if identity in seen:
                shown = ", ".join(
                    f"{field} {value}" for field, value in zip(fields, identity, strict=True) if value != ""
                )
                raise DataError(f"{name}: two objects with {shown}")
            seen.add(identity)
    sites = {site.slug for site in tables.sites}
    for device in devices.values():
        if device.site not in sites:
            raise DataError(f"device {device.name}: site {device.site!r} is not in the snapshot")
    circuits = {f"{circuit.provider}/{circuit.cid}" for circuit in tables.circuits}
    taken: dict[tuple[str, str, str, tuple[int, ...]], str] = {}
    for cable in tables.cables:
        for end in (*cable.a, *cable.b):
            known = circuits if end.kind == "circuit-termination" else devices
            if end.device not in known:
                raise DataError(f"cable {cable.key}: its end {end.device} {end.name} is not in the snapshot")
            place = (end.kind, end.device, end.name, end.positions)
            if (other := taken.get(place)) is not None and other != cable.key:
                raise DataError(f"cables {other} and {cable.key} both end on {end.device} {end.name}")
            taken[place] = cable.key


def record_bytes(record: Record) -> bytes:
    """The canonical bytes of one record."""
    return msgspec.json.encode(record, order="sorted")


def records(tables: Tables, devices: Mapping[str, Device]) -> Iterator[tuple[str, bytes]]:
    """All records of a snapshot as (name, canonical bytes)."""
    yield "tables", record_bytes(tables)
    for name, device in devices.items():
        yield f"device/{name}", record_bytes(device)


def digest_of(record_digests: Mapping[str, str]) -> str:
    """The digest over the digests: SHA-256 of canonical JSON {schema, records: {name: sha256}}."""
    whole = {"records": dict(record_digests), "schema": SCHEMA}
    return sha256(msgspec.json.encode(whole, order="sorted")).hexdigest()


def _with_own_defaults(record: _Record) -> _Record:
    """The same record, with its class's own objects where a text equals the default.

    The encoder leaves a text out only if it is the very object that stands as the default; an equal text that was read
    from somewhere would give equal data another digest.
    """
    kind = type(record)
    if (texts := _TEXT_DEFAULTS.get(kind)) is None:
        defaults = [(f.name, f.default) for f in msgspec.structs.fields(kind)]
        texts = _TEXT_DEFAULTS[kind] = tuple((n, d) for n, d in defaults if isinstance(d, str) and d)
    foreign = {n: d for n, d in texts if (v := getattr(record, n)) == d and v is not d}
    return msgspec.structs.replace(record, **foreign) if foreign else record


def _order(table: str) -> Any:
    fields = _IDENTITY[table]
    return lambda item: tuple(natural_key(str(getattr(item, field))) for field in fields)


def _natural(items: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(sorted(items, key=lambda item: natural_key(item.name)))


def _arranged_interface(interface: Interface) -> Interface:
    return msgspec.structs.replace(
        interface,
        tagged_vlans=tuple(sorted(interface.tagged_vlans)),
        tags=tuple(sorted(interface.tags)),
        custom=plain(interface.custom, f"interface {interface.name}: custom field"),
        addresses=tuple(
            sorted(
                map(_with_own_defaults, interface.addresses),
                key=lambda a: (":" in a.address, natural_key(a.address)),
            )
        ),
    )


def _arranged_cable(cable: Cable) -> Cable:
    def side(ends: tuple[CableEnd, ...]) -> tuple[CableEnd, ...]:
        return tuple(
            sorted(ends, key=lambda e: (e.connector, natural_key(e.device), natural_key(e.name), e.kind))
        )

    a, b = side(cable.a), side(cable.b)
    return msgspec.structs.replace(
        cable,
        a=a,
        b=b,
        tags=tuple(sorted(cable.tags)),
        custom=plain(cable.custom, f"cable {cable.key}: custom field"),
    )
