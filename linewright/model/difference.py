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
#: The same for mappings in lists of free data (config context); the first that tells all of them apart counts.
_DATA_KEYS = (
    "name", "address", "prefix", "peer", "neighbor", "vid", "seq", "sequence", "id", "key", "interface", "host", "server",
    "network", "group", "user", "username",
)  # fmt: skip
#: So much of a value stands on a screen; the JSON form has all of it.
_SHOWN_LENGTH = 100


class FieldChange(Record, frozen=True):
    """One field that differs. `path` leads to it through the object: ("interfaces", "eth1", "mtu").

    None stands for what is not there; records, lists and free data as plain JSON.
    """

    path: tuple[str, ...]
    before: Any = None
    after: Any = None

    @property
    def text(self) -> str:
        """As people read it: "interfaces eth1 mtu: 1500 -> 9000"; of a long value its beginning."""
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
        yield from _mapping(old, new, path)
    elif (
        isinstance(old, tuple) and isinstance(new, tuple) and any(isinstance(i, Record) for i in (*old, *new))
    ):
        yield from _members(old, new, path)
    elif isinstance(old, list) and isinstance(new, list) and (keyed := _keyed(old, new)) is not None:
        olds, news = keyed
        for key in sorted({*olds, *news}, key=natural_key):
            yield from _value(olds.get(key), news.get(key), (*path, key))
        if [key for key in olds if key in news] != [key for key in news if key in olds]:
            yield FieldChange(path=(*path, "(order)"), before=list(olds), after=list(news))
    elif isinstance(old, list) and isinstance(new, list) and (moved := _plain_members(old, new)) is not None:
        yield from (FieldChange(path=path, before=gone) for gone in moved[0])
        yield from (FieldChange(path=path, after=come) for come in moved[1])
    else:
        yield FieldChange(path=path, before=_plain(old), after=_plain(new))


def _mapping(old: Mapping[str, Any], new: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[FieldChange]:
    for key in sorted({*old, *new}, key=str):
        if old.get(key) is None and new.get(key) is None and (key in old) != (key in new):
            # A key that is there with nothing is another thing than no such key: templates can tell.
            before, after = ("null" if key in data else None for data in (old, new))
            yield FieldChange(path=(*path, str(key)), before=before, after=after)
        else:
            yield from _value(old.get(key), new.get(key), (*path, str(key)))


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


def _keyed(old: list[Any], new: list[Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Both lists by the key that tells their mappings apart; None where none does."""
    every = [*old, *new]
    if not every or not all(isinstance(item, Mapping) for item in every):
        return None
    for field in _DATA_KEYS:
        named = [[_name(item.get(field)) for item in items] for items in (old, new)]
        if all(all(names) and len(set(names)) == len(names) for names in named):
            return dict(zip(named[0], old, strict=True)), dict(zip(named[1], new, strict=True))
    return None


def _name(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _plain_members(old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any]] | None:
    """Which plain values went and which came; None where that does not tell all: another order, a value twice."""
    if not all(isinstance(item, str | int | float | bool) for item in (*old, *new)):
        return None
    olds, news = ({msgspec.json.encode(item): item for item in items} for items in (old, new))
    if len(olds) != len(old) or len(news) != len(new):
        return None
    if [key for key in olds if key in news] != [key for key in news if key in olds]:
        return None
    gone = [item for key, item in olds.items() if key not in news]
    return gone, [item for key, item in news.items() if key not in olds]


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
            text = str(value)
        case _:
            text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN_LENGTH else f"{text[: _SHOWN_LENGTH - 3]}..."
