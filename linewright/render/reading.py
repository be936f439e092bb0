"""What one rendering reads of the snapshot, noted while it runs.

The generated code of a template (compiler.py) asks a Reading for every attribute and item, and hands it whatever is
about to be looked into by Python itself: compared, joined, printed, given to a filter.

A field is noted for the class of the object: who reads the MTU of one interface is taken to have read that of all
interfaces of the device. Noting each object would cost more than rendering does, and a template is given one device, its
site and its VLANs only. Free data is noted by the mapping, by its identity: mappings of the snapshot live as long as the
rendering, and whatever is made on the way has an identity that none of them has (booking.py).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from jinja2 import Undefined
from jinja2.runtime import LoopContext, Macro
from jinja2.utils import Namespace

import linewright.model.services  # noqa: F401 - so that its classes are there to be found
from linewright.model.objects import Address, Record
from linewright.model.routing import Part
from linewright.render.values import ValueRefused

if TYPE_CHECKING:
    from linewright.render.environment import ConfigEnvironment

Getter = Callable[[Any], Any]

#: Nothing can be read in these beyond what they are.
_PLAIN = frozenset({
    str, int, float, bool, type(None), bytes, range,
    IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network,
})  # fmt: skip
_VIEWS: tuple[type[Any], ...] = (type({}.keys()), type({}.values()), type({}.items()))


def _kinds(base: type[Any]) -> Iterator[type[Any]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


def _unnoted() -> dict[str, frozenset[type[Any]]]:
    found: dict[str, set[type[Any]]] = defaultdict(set)
    for kind in _kinds(Part):
        for field in kind.__struct_fields__:
            found[field].add(kind)
    for name in dir(LoopContext):
        if not name.startswith("_"):
            found[name].add(LoopContext)
    return {name: frozenset(kinds) for name, kinds in found.items()}


#: By name of an attribute the classes of which it is read unnoted: what is made while a template runs, and the parts of
#: the config context, which count as read from the start (consulted.py).
_UNNOTED = _unnoted()


class Reading(dict[str, Getter]):
    """The notes of one rendering; `reading["mtu"]` is the function that gives and notes the `mtu` of an object.

    `fields` are the fields that were read, by class; `keys_of` has for each key the mappings (by identity) that were asked
    for it, `every_value` those of which every value was read. `whole` are objects that were looked into as a whole, also
    by identity. `everything`: something was looked into of which nobody can tell what
    it holds, so all that was given counts as read.
    """

    def __init__(self, env: "ConfigEnvironment") -> None:
        super().__init__()
        self.fields: list[tuple[type[Any], str]] = []
        self._known: dict[str, set[type[Any]]] = {}
        self.keys_of: dict[str, set[int]] = {}
        self.every_value: set[int] = set()
        self.whole: set[int] = set()
        self.everything = False
        self._addresses = False
        self._getattr = env.plain_getattr
        self._getitem = env.plain_getitem

    def __missing__(self, name: str) -> Getter:
        known = self._known[name] = set(_UNNOTED.get(name, ()))
        field, other = attrgetter(name), self._other

        def get(obj: Any) -> Any:
            if type(obj) in known:
                return field(obj)
            return other(obj, name)

        self[name] = get
        return get

    def wipe(self) -> None:
        """Forget all notes; the functions stay, as they are dear to make."""
        for kind, name in self.fields:
            self._known[name].discard(kind)
        self.fields.clear()
        self._addresses = False
        self.keys_of.clear()
        self.every_value.clear()
        self.whole.clear()
        self.everything = False

    def note(self, kind: type[Any], *names: str) -> None:
        """Note that fields of a class were read."""
        for name in names:
            if name not in self._known:
                self.__missing__(name)
            if kind not in self._known[name]:
                self._known[name].add(kind)
                self.fields.append((kind, name))

    def note_key(self, mapping: dict[str, Any], key: str) -> None:
        """Note that a key of a mapping was asked for."""
        self.keys_of.setdefault(key, set()).add(id(mapping))

    def item(self, obj: Any, key: Any) -> Any:
        """`obj[key]` of a template."""
        if isinstance(key, str):
            if type(obj) is dict and key in obj:
                self.note_key(obj, key)
                return obj[key]
            if isinstance(obj, dict | msgspec.Struct):
                return self[key](obj)
        elif isinstance(obj, dict):
            self.deep(key)  # a mapping compares it with its own keys, all of them texts
        return self._getitem(obj, key)

    def deep(self, value: Any) -> Any:
        """Note that Python looks into `value`, all the way down; gives it back. What yields is noted as it yields."""
        kind = type(value)
        if kind in _PLAIN or isinstance(value, str | Part | Undefined | Macro):
            return value
        if isinstance(value, Record):
            self.whole.add(id(value))
        elif isinstance(value, dict):
            self.whole.add(id(value))
            self._deep_items(value)
            self._deep_items(value.values())
        elif isinstance(value, list):
            self.whole.add(id(value))
            self._deep_items(value)
        elif isinstance(value, tuple | set | frozenset) or kind in _VIEWS:
            self._deep_items(value)
        elif isinstance(value, Iterator):
            return self._deep_as_it_comes(value)
        else:
            self._unknown(value)
        return value

    def shown(self, value: Any) -> Any:
        """The same for a value that becomes text as Python prints it.

        Raises:
            ValueRefused: it is something that Python prints with its place in memory, which is another one every time.
        """
        if type(value) in _PLAIN or isinstance(value, Undefined | Macro):
            return value
        if isinstance(value, Iterator) or callable(value):
            raise ValueRefused(f"a {type(value).__name__} has no text; make a list of it, or call it")
        return self.deep(value)

    def each(self, value: Any) -> Any:
        """Note that every value of a mapping is read."""
        if isinstance(value, dict):
            self.every_value.add(id(value))
        return value

    def addresses(self) -> None:
        """Note what filters and tests ask of an address."""
        if not self._addresses:
            self._addresses = True
            self.note(Address, "address", "role", "status")

    def parts(self, value: Any, name: str) -> Any:
        """Note that a filter asks every item for its attribute `name`; for what it is, when the name is empty."""
        if not name:
            return self.deep(value)
        if isinstance(value, tuple | list):
            for item in value:
                self._part(item, name)
            return value
        if isinstance(value, Iterator):
            return self._parts_as_they_come(value, name)
        return self.deep(value)

    def _part(self, item: Any, name: str) -> None:
        if isinstance(item, Part):
            return
        if isinstance(item, Record) and name in item.__struct_fields__:
            self.deep(self[name](item))
        else:
            self.deep(item)

    def _parts_as_they_come(self, items: Iterable[Any], name: str) -> Iterator[Any]:
        for item in items:
            self._part(item, name)
            yield item

    def _deep_items(self, items: Iterable[Any]) -> None:
        for item in items:
            if type(item) not in _PLAIN:
                self.shown(item)

    def _deep_as_it_comes(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            yield item if type(item) in _PLAIN else self.deep(item)

    def _unknown(self, value: Any) -> None:
        if isinstance(value, Namespace):
            self.everything = True  # it shows nothing of what it holds
        elif hasattr(value, "__iter__") or hasattr(value, "__self__") or not callable(value):
            self.everything = True

    def _other(self, obj: Any, name: str) -> Any:
        """An attribute that is no field: of free data, or a method."""
        if isinstance(obj, dict):
            self.note_key(obj, name)
            if name in obj:
                return obj[name]
            if name == "get":
                return self._get_of(obj)
            if name in {"items", "values"}:
                self.every_value.add(id(obj))
            elif name != "keys" and hasattr(obj, name):
                self.deep(obj)
        elif isinstance(obj, Record):
            if name in obj.__struct_fields__:
                self.note(type(obj), name)
            else:
                self.whole.add(id(obj))  # a method reads what it likes
        elif type(obj) in (list, tuple):
            self.deep(obj)
        return self._getattr(obj, name)

    def _get_of(self, obj: dict[str, Any]) -> Callable[..., Any]:
        def get(key: str, default: Any = None) -> Any:
            if isinstance(key, str):
                self.note_key(obj, key)
            return obj.get(key, default)

        return get
