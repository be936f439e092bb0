"""The notes of a rendering (reading.py) as a read set (readset.py): what was read by object and field."""

import typing
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from linewright.model.objects import Device, Record, Vlan
from linewright.model.snapshot import Snapshot
from linewright.model.tables import identity_text
from linewright.render.reading import Reading
from linewright.render.readtext import ALL, ANY, members, step

#: Steps of a read that lead to a place in an object, and the fields that were read there.
_Place = tuple[tuple[str, ...], list[str]]
#: What tells two members of a list apart, as in model.difference.
_MEMBER_KEYS = ("name", "address", "position")


def booked(
    reading: Reading, snapshot: Snapshot, device: Device, vlans: Sequence[Vlan], keys: Iterable[str]
) -> tuple[str, ...]:
    """What was read of the objects a template is given: the device, its site, its VLANs.

    `keys` are the keys of the config context that were read with all below them before a template saw them.
    """
    notes = _Notes(reading)
    site = snapshot.sites[device.site]
    asked = [f"all of {step(key)}" for key in keys]
    return (
        *_texts("devices", step(device.name), (*notes.of_record((), device), (("context",), asked))),
        *_texts("sites", step(identity_text("sites", site)), notes.of_record((), site)),
        *_texts("vlans", "", notes.of_list((), [(identity_text("vlans", vlan), vlan) for vlan in vlans])),
    )


def _texts(table: str, name: str, places: Iterable[_Place]) -> Iterator[str]:
    found: dict[tuple[str, ...], set[str]] = {}
    for path, fields in places:
        found.setdefault(path, set()).update(fields)
    for path, read in found.items():
        yield f"{' '.join((table, name, *path) if name else (table, *path))}: {', '.join(sorted(read))}"


class _Notes:
    """The notes by object."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._fields = _by_class(tuple(reading.fields))

    def of_record(self, path: tuple[str, ...], record: Record) -> Iterator[_Place]:
        """What was read of an object and of all in it."""
        if self._reading.everything or id(record) in self._reading.whole:
            yield path, [ALL]
        elif read := self._fields.get(type(record)):
            yield path, read
            for name in _inner(type(record)):
                if name in read:
                    yield from self._within((*path, name), getattr(record, name))

    def of_list(self, path: tuple[str, ...], items: Sequence[tuple[str, Record]]) -> Iterator[_Place]:
        """The same for objects of one kind by what tells them apart."""
        if not items:
            return
        whole = self._reading.whole
        if self._reading.everything or (whole and any(id(item) in whole for _, item in items)):
            for name, item in items:
                yield from self.of_record((*path, step(name)), item)
        elif read := self._fields.get(type(items[0][1])):
            yield (*path, ANY if path else members(name for name, _ in items)), read
            for name in _inner(type(items[0][1])):
                if name in read:
                    yield from self._within_each(path, name, items)

    def _within_each(
        self, path: tuple[str, ...], field: str, items: Sequence[tuple[str, Record]]
    ) -> Iterator[_Place]:
        filled = [(name, value) for name, item in items if (value := getattr(item, field))]
        if not filled:
            return
        first = filled[0][1]
        kind: type[Record] | None = type(first[0]) if isinstance(first, tuple) else None
        if path and kind is not None and not self._reading.whole and not _inner(kind):
            if read := self._fields.get(kind):
                yield (*path, ANY, field, ANY), read
            return
        for name, value in filled:
            yield from self._within((*path, step(name), field), value)

    def _within(self, path: tuple[str, ...], value: Any) -> Iterator[_Place]:
        if isinstance(value, Record):
            yield from self.of_record(path, value)
        elif isinstance(value, dict):
            yield from self._of_data(path, value)
        elif isinstance(value, tuple) and value and isinstance(value[0], Record):
            key = next((key for key in _MEMBER_KEYS if hasattr(value[0], key)), "")
            if key:
                yield from self.of_list(path, [(str(getattr(item, key)), item) for item in value])
            else:
                for item in value:
                    yield from self.of_record((*path, ANY), item)

    def _of_data(self, path: tuple[str, ...], value: Any) -> Iterator[_Place]:
        """What was read of free data."""
        if id(value) in self._reading.whole:
            yield path, [ALL]
        elif isinstance(value, list):
            # Members of a list are told apart only when two lists are compared (model.difference), so all are meant.
            yield path, [ANY]
            for item in value:
                if isinstance(item, dict | list):
                    yield from self._of_data((*path, ANY), item)
        else:
            yield from self._of_mapping(path, value)

    def _of_mapping(self, path: tuple[str, ...], value: dict[str, Any]) -> Iterator[_Place]:
        one = id(value)
        names = [name for name, mappings in self._reading.keys_of.items() if one in mappings]
        every = one in self._reading.every_value
        if names or every:
            yield path, [*map(step, names), *([ANY] if every else [])]
        for name in value if every else names:
            if isinstance(inner := value.get(name), dict | list):
                yield from self._of_data((*path, step(name)), inner)


@lru_cache(maxsize=256)
def _by_class(fields: tuple[tuple[type[Record], str], ...]) -> dict[type[Record], list[str]]:
    """Fields by class; devices of one platform come with the same again and again."""
    found: dict[type[Record], list[str]] = defaultdict(list)
    for kind, name in sorted(fields, key=itemgetter(1)):
        found[kind].append(name)
    return dict(found)


@cache
def _inner(kind: type[Record]) -> tuple[str, ...]:
    """The fields of a class that hold objects, lists of objects or free data."""
    hints = typing.get_type_hints(kind)
    return tuple(name for name in kind.__struct_fields__ if _holds(hints[name]))


def _holds(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, Record):
        return True
    return typing.get_origin(hint) is dict or any(_holds(part) for part in typing.get_args(hint))
