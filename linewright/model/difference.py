"""What differs between two snapshots, by object and field."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from linewright.model.natural import natural_key
from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.model.tables import IDENTITY, identity, identity_text

Kind = Literal["added", "removed", "changed"]

#: What tells two members of a list inside an object apart; others are told apart by everything they hold.
_MEMBER_KEYS = ("name", "address", "position")


class FieldChange(Record, frozen=True):
    """One field that differs. `path` leads to it through the object: ("interfaces", "eth1", "mtu").

    None stands for what is not there; records, lists and free data as plain JSON.
    """

    path: tuple[str, ...]
    before: Any = None
    after: Any = None

    @property
    def text(self) -> str:
        """As people read it: "interfaces eth1 mtu: 1500 -> 9000"."""
        return f"{' '.join(self.path)}: {_shown(self.before)} -> {_shown(self.after)}"


class ObjectChange(Record, frozen=True):
    """One object that came, went or differs. `table` is devices or a table of the snapshot; `object` its identity."""

    kind: Kind
    table: str
    object: str
    fields: tuple[FieldChange, ...] = ()


def difference(before: Snapshot, after: Snapshot) -> tuple[ObjectChange, ...]:
    """Everything that differs, tables in the order of the model, then devices; objects in natural order.

    Devices whose records have the same digest are not looked into. The empty tuple means equal snapshots.
    """
    return (*_tables(before, after), *_devices(before, after))


def _tables(before: Snapshot, after: Snapshot) -> Iterator[ObjectChange]:
    if before.record_digests.get("tables") == after.record_digests.get("tables"):
        return
    for table in IDENTITY:
        old = {identity(table, item): item for item in getattr(before.tables, table)}
        new = {identity(table, item): item for item in getattr(after.tables, table)}
        names = {key: identity_text(table, item) for key, item in (old | new).items()}
        for key in sorted(names, key=lambda key: natural_key(names[key])):
            if (change := _object(table, names[key], old.get(key), new.get(key))) is not None:
                yield change


def _devices(before: Snapshot, after: Snapshot) -> Iterator[ObjectChange]:
    for name in sorted({*before.devices, *after.devices}, key=natural_key):
        record = f"device/{name}"
        if before.record_digests.get(record) != after.record_digests.get(record):
            change = _object("devices", name, before.devices.get(name), after.devices.get(name))
            if change is not None:
                yield change


def _object(table: str, name: str, old: Record | None, new: Record | None) -> ObjectChange | None:
    if old is None or new is None:
        return ObjectChange(kind="added" if old is None else "removed", table=table, object=name)
    fields = tuple(_record(old, new, ()))
    return ObjectChange(kind="changed", table=table, object=name, fields=fields) if fields else None


def _record(old: Record, new: Record, path: tuple[str, ...]) -> Iterator[FieldChange]:
    for field in old.__struct_fields__:
        yield from _value(getattr(old, field), getattr(new, field), (*path, field))


def _value(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[FieldChange]:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, Record) and isinstance(new, Record):
        yield from _record(old, new, path)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}, key=str):
            yield from _value(old.get(key), new.get(key), (*path, str(key)))
    elif (
        isinstance(old, tuple) and isinstance(new, tuple) and any(isinstance(i, Record) for i in (*old, *new))
    ):
        yield from _members(old, new, path)
    else:
        yield FieldChange(path=path, before=_plain(old), after=_plain(new))


def _members(old: tuple[Any, ...], new: tuple[Any, ...], path: tuple[str, ...]) -> Iterator[FieldChange]:
    """Members of a list by what tells them apart; a member that came or went is one change with all it holds."""
    olds, news = _by_key(old), _by_key(new)
    for key in sorted({*olds, *news}, key=natural_key):
        yield from _value(olds.get(key), news.get(key), (*path, key))


def _by_key(items: tuple[Any, ...]) -> dict[str, Any]:
    for field in _MEMBER_KEYS:
        keys = [str(getattr(item, field, "")) for item in items]
        if all(keys) and len(set(keys)) == len(keys):
            return dict(zip(keys, items, strict=True))
    return {_summary(item): item for item in items}


def _summary(item: Any) -> str:
    return " ".join(str(value) for value in msgspec.structs.astuple(item) if value not in ("", (), 0))


def _plain(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def _shown(value: Any) -> str:
    match value:
        case None:
            return "(none)"
        case "":
            return '""'
        case str() | int() | float():
            return str(value)
    return msgspec.json.encode(value).decode()
