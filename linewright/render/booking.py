"""The notes of a rendering (reading.py) as a read set (readset.py): what was read by object and field."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from linewright.model.objects import Device, Record, Vlan
from linewright.model.snapshot import Snapshot
from linewright.model.tables import identity_text
from linewright.render.reading import Reading
from linewright.render.readtext import ALL, ANY, members, step

#: Places in an object, each as steps of a read, with the fields that were read there.
Places = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
#: What tells two members of a list apart, as in model.difference.
_MEMBER_KEYS = ("name", "address", "position")
_EVERYTHING: Places = (((), (ALL,)),)


def booked(
    reading: Reading, snapshot: Snapshot, device: Device, vlans: Iterable[Vlan], keys: Iterable[str]
) -> tuple[str, ...]:
    """What was read of the objects a template is given: the device, its site, its VLANs.

    `keys` are the keys of the config context that were read with all below them before a template saw them.
    """
    notes = _Notes(reading)
    found = _with_context(notes.of_record(device), keys)
    site = snapshot.sites[device.site]
    texts = list(_texts("devices", [device.name], found))
    texts += _texts("sites", [identity_text("sites", site)], notes.of_record(site))
    alike: dict[Places, list[str]] = defaultdict(list)
    for vlan in vlans:
        alike[notes.of_record(vlan)].append(identity_text("vlans", vlan))
    for places, names in alike.items():
        texts += _texts("vlans", names, places)
    return tuple(texts)


def whole(table: str, names: Iterable[str]) -> Iterator[str]:
    """Objects of which everything was read."""
    return _texts(table, list(names), _EVERYTHING)


def _texts(table: str, names: list[str], places: Places) -> Iterator[str]:
    for path, fields in places:
        yield f"{' '.join((table, members(names), *path))}: {', '.join(fields)}"


def _with_context(places: Places, keys: Iterable[str]) -> Places:
    if places == _EVERYTHING:
        return places
    merged = {path: set(fields) for path, fields in places}
    merged.setdefault(("context",), set()).update(f"all of {step(key)}" for key in keys)
    return _places(merged)


def _places(found: Mapping[tuple[str, ...], Iterable[str]]) -> Places:
    return tuple((path, tuple(sorted(fields))) for path, fields in sorted(found.items()) if fields)


class _Notes:
    """The notes by object."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._names: dict[int, list[str]] = defaultdict(list)
        for name, objects in reading.fields.items():
            for one in objects:
                self._names[one].append(name)

    def of_record(self, record: Record) -> Places:
        """What was read of an object and of all in it."""
        if self._reading.everything or id(record) in self._reading.whole:
            return _EVERYTHING
        names = self._names.get(id(record))
        if not names:
            return ()
        found: dict[tuple[str, ...], set[str]] = {(): {step(name) for name in names}}
        for name in names:
            value = getattr(record, name, None)
            if isinstance(value, tuple) and value and isinstance(value[0], Record):
                _add(found, name, self._of_members(value))
            elif isinstance(value, Record):
                _add(found, name, {(): self.of_record(value)})
            elif isinstance(value, dict):
                _add(found, name, {(): self._of_data(value)})
        return _places(found)

    def _of_members(self, items: tuple[Record, ...]) -> dict[tuple[str, ...], Places]:
        """The same for a list of objects: those of which the same was read together."""
        alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
        key = next((key for key in _MEMBER_KEYS if hasattr(items[0], key)), "")
        for item in items:
            for place in self.of_record(item):
                alike[place].append(str(getattr(item, key, "")))
        found: dict[tuple[str, ...], list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
        for place, names in alike.items():
            every = not key or len(names) == len(items)
            found[ANY if every else members(names),].append(place)
        return {label: tuple(places) for label, places in found.items()}

    def _of_data(self, value: Any) -> Places:
        """What was read of free data."""
        if id(value) in self._reading.whole:
            return _EVERYTHING
        found: dict[tuple[str, ...], set[str]] = defaultdict(set)
        if isinstance(value, list):
            # Members of a list are told apart only when two lists are compared (model.difference), so all are meant.
            found[()] = {ANY}
            for item in value:
                if isinstance(item, dict | list):
                    _add(found, ANY, {(): self._of_data(item)})
        else:
            names = self._names.get(id(value), [])
            found[()] = {step(name) for name in names}
            if id(value) in self._reading.values_of:
                found[()].add(ANY)
                names = list(value)
            for name in names:
                if isinstance(inner := value.get(name), dict | list):
                    _add(found, step(name), {(): self._of_data(inner)})
        return _places(found)


def _add(found: dict[tuple[str, ...], set[str]], name: str, below: Mapping[tuple[str, ...], Places]) -> None:
    """Put what was read of what stands under `name` beside what was read of the object itself."""
    for label, places in below.items():
        for path, fields in places:
            if not path and not label and fields == (ALL,):
                found.setdefault((), set()).add(f"all of {name}")
            else:
                found.setdefault((name, *label, *path), set()).update(fields)
