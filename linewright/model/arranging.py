"""One order for everything: the same data gives the same records, in whatever order it was read."""

import types
import typing
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from linewright.model.natural import natural_key
from linewright.model.objects import (
    Address,
    Cable,
    CableEnd,
    Device,
    Interface,
    Record,
    WirelessLink,
)
from linewright.model.plain import plain
from linewright.model.tables import IDENTITY, Tables

_R = TypeVar("_R", bound=Record)

#: Per table the fields that are sets: their order says nothing.
_SETS: dict[str, tuple[str, ...]] = {
    "sites": ("asns", "tags"),
    "vrfs": ("import_targets", "export_targets"),
    "prefixes": ("tags",),
    "fhrp_groups": ("members",),
    "services": ("ports", "addresses"),
    "circuits": ("tags",),
    "virtual_circuits": ("ends",),
    "tunnels": ("ends",),
    "l2vpns": ("import_targets", "export_targets", "ends"),
    "contacts": ("groups",),
}
#: The lists of named ports of a device.
PORT_LISTS = (
    "interfaces",
    "front_ports",
    "rear_ports",
    "console_ports",
    "console_server_ports",
    "power_ports",
    "power_outlets",
    "module_bays",
    "device_bays",
)


def arranged(tables: Tables) -> Tables:
    """The same tables, each in natural order of identity; sets sorted; the smaller side of a cable first.

    Raises:
        DataError: a custom field holds what has no single text form.
    """
    return msgspec.structs.replace(
        tables,
        **{
            name: tuple(
                sorted((_arranged_item(name, item) for item in getattr(tables, name)), key=_order(name))
            )
            for name in IDENTITY
        },
    )


def arranged_device(device: Device) -> Device:
    """The same device with ports in natural order, sets sorted and free data made plain.

    Raises:
        DataError: free data that has no single text form.
    """
    ports = {name: tuple(sorted(getattr(device, name), key=_by_name)) for name in PORT_LISTS[1:]}
    interfaces = sorted((_arranged_interface(i) for i in device.interfaces), key=_by_name)
    return own_defaults(
        msgspec.structs.replace(
            device,
            tags=tuple(sorted(device.tags)),
            custom=plain(device.custom, f"{device.name}: custom field"),
            context=plain(device.context, f"{device.name}: config context"),
            interfaces=tuple(interfaces),
            **ports,
        )
    )


def own_defaults(record: _R) -> _R:
    """The same record, with its class's own objects where a text equals the default, all the way down.

    The encoder leaves a text out only if it is the very object that stands as the default; an equal text that was read
    from somewhere would give equal data another digest.
    """
    shape = _shape(type(record))
    changed: dict[str, Any] = {}
    for name, default in shape.texts:
        value = getattr(record, name)
        if value == default and value is not default:
            changed[name] = default
    for name in shape.records:
        if (inner := getattr(record, name)) is not None and (own := own_defaults(inner)) is not inner:
            changed[name] = own
    for name in shape.lists:
        items = getattr(record, name)
        owned = tuple(own_defaults(item) for item in items)
        if any(own is not item for own, item in zip(owned, items, strict=True)):
            changed[name] = owned
    return msgspec.structs.replace(record, **changed) if changed else record


class _Shape(NamedTuple):
    """What of a class has to be looked at: texts with something in their default, records in it, tuples of records."""

    texts: tuple[tuple[str, str], ...]
    records: tuple[str, ...]
    lists: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not (self.texts or self.records or self.lists)


@cache
def _shape(kind: type[Record]) -> _Shape:
    hints = typing.get_type_hints(kind)
    fields = msgspec.structs.fields(kind)
    inner = {field.name: _record_in(hints[field.name]) for field in fields}
    worth = {name: found for name, found in inner.items() if found is not None and not _shape(found[1]).empty}
    return _Shape(
        texts=tuple((f.name, f.default) for f in fields if isinstance(f.default, str) and f.default),
        records=tuple(name for name, (many, _) in worth.items() if not many),
        lists=tuple(name for name, (many, _) in worth.items() if many),
    )


def _record_in(hint: Any) -> tuple[bool, type[Record]] | None:
    """Whether a field holds many records or one, and of which class; None for plain values."""
    if typing.get_origin(hint) is tuple and (arguments := typing.get_args(hint)):
        found = _record_in(arguments[0])
        return (True, found[1]) if found else None
    if isinstance(hint, types.UnionType):
        return next((found for part in typing.get_args(hint) if (found := _record_in(part))), None)
    return (False, hint) if isinstance(hint, type) and issubclass(hint, Record) else None


def _arranged_item(table: str, item: Any) -> Any:
    changed: dict[str, Any] = {
        field: tuple(sorted(getattr(item, field), key=_value_order)) for field in _SETS.get(table, ())
    }
    if isinstance(item, Cable):
        item = _arranged_cable(item)
    elif isinstance(item, WirelessLink) and _value_order(item.b) < _value_order(item.a):
        changed |= {"a": item.b, "b": item.a}
    elif (addresses := getattr(item, "addresses", ())) and isinstance(addresses[0], Address):
        changed["addresses"] = _addresses(addresses)
    if table != "cables" and getattr(item, "custom", None):
        changed["custom"] = plain(item.custom, f"{table}: custom field")
    if table == "config_templates":
        changed["environment"] = plain(item.environment, f"config template {item.name}: environment")
    return own_defaults(msgspec.structs.replace(item, **changed) if changed else item)


def _order(table: str) -> Callable[[Any], Any]:
    fields = IDENTITY[table]
    return lambda item: tuple(_value_order(getattr(item, field)) for field in fields)


def _value_order(value: Any) -> Any:
    if isinstance(value, Record):
        return tuple(_value_order(getattr(value, field)) for field in value.__struct_fields__)
    return natural_key(str(value))


def _by_name(item: Any) -> Any:
    return natural_key(item.name)


def _addresses(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(sorted(addresses, key=lambda a: (":" in a.address, natural_key(a.address))))


def _arranged_interface(interface: Interface) -> Interface:
    return msgspec.structs.replace(
        interface,
        tagged_vlans=tuple(sorted(interface.tagged_vlans)),
        wireless_lans=tuple(sorted(interface.wireless_lans)),
        tags=tuple(sorted(interface.tags)),
        custom=plain(interface.custom, f"interface {interface.name}: custom field"),
        addresses=_addresses(interface.addresses),
    )


def _arranged_cable(cable: Cable) -> Cable:
    def side(ends: tuple[CableEnd, ...]) -> tuple[CableEnd, ...]:
        return tuple(
            sorted(ends, key=lambda e: (e.connector, natural_key(e.device), natural_key(e.name), e.kind))
        )

    return msgspec.structs.replace(
        cable,
        a=side(cable.a),
        b=side(cable.b),
        tags=tuple(sorted(cable.tags)),
        custom=plain(cable.custom, f"cable {cable.key}: custom field"),
    )
