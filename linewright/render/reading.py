"""What one rendering reads of the snapshot, noted while it runs.

The generated code of a template (compiler.py) asks a Reading for every attribute and item, and hands it whatever is
about to be looked into by Python itself: compared, joined, printed, given to a filter. Noted are identities of objects
of the snapshot, which all live as long as the rendering; everything else (numbers counted, lists made on the way) has
an identity that no object of the snapshot has, and is left out when the notes are read (booking.py).
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


def _by_field() -> dict[str, frozenset[type[Any]]]:
    found: dict[str, set[type[Any]]] = defaultdict(set)
    for base in (Record, Part):
        for kind in _kinds(base):
            for field in kind.__struct_fields__:
                found[field].add(kind)
    for name in dir(LoopContext):
        if not name.startswith("_"):
            found[name].add(LoopContext)  # no object of the snapshot, but asked as often as one
    return {field: frozenset(kinds) for field, kinds in found.items()}


#: The classes that have an attribute of that name which a template may read as it is.
_HAVING = _by_field()


class Reading(dict[str, Getter]):
    """The notes of one rendering; `reading["mtu"]` is the function that gives and notes the `mtu` of an object.

    `fields` has the objects (by identity) whose attribute or key of that name was read, `values` the mappings of which
    every value was, `whole` the objects that were looked into as a whole. `everything`: something was looked into of
    which nobody can tell what it holds, so all that was given counts as read.
    """

    def __init__(self, env: "ConfigEnvironment") -> None:
        super().__init__()
        self.fields: dict[str, set[int]] = {}
        self.values_of: set[int] = set()
        self.whole: set[int] = set()
        self.everything = False
        self._addresses = [self.ids(name) for name in ("address", "role", "status")]
        self._getattr = env.plain_getattr
        self._getitem = env.plain_getitem

    def __missing__(self, name: str) -> Getter:
        add, field, having = self.ids(name).add, attrgetter(name), _HAVING.get(name, frozenset())
        other = self._other

        def get(obj: Any) -> Any:
            if type(obj) in having:
                add(id(obj))
                return field(obj)
            return other(obj, name)

        self[name] = get
        return get

    def wipe(self) -> None:
        """Forget all notes; the functions stay, as they are dear to make."""
        for objects in self.fields.values():
            objects.clear()
        self.values_of.clear()
        self.whole.clear()
        self.everything = False

    def ids(self, name: str) -> set[int]:
        """The objects of which the field or key was read; may be added to."""
        found = self.fields.get(name)
        if found is None:
            found = self.fields[name] = set()
        return found

    def item(self, obj: Any, key: Any) -> Any:
        """`obj[key]` of a template."""
        if isinstance(key, str):
            if type(obj) is dict and key in obj:
                self.ids(key).add(id(obj))
                return obj[key]
            if isinstance(obj, dict | msgspec.Struct):
                return self[key](obj)
        elif isinstance(obj, dict):
            self.deep(key)  # a mapping compares it with its own keys, all of them texts
        return self._getitem(obj, key)

    def deep(self, value: Any) -> Any:
        """Note that Python looks into `value`, all the way down; gives it back. What yields is noted as it yields."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if isinstance(value, Record):
            self.whole.add(id(value))
        elif isinstance(value, dict):
            self.whole.add(id(value))
            for key, item in value.items():
                self.deep(key)
                self.deep(item)
        elif isinstance(value, list):
            self.whole.add(id(value))
            self._deep_items(value)
        elif isinstance(value, tuple | set | frozenset) or kind in _VIEWS:
            self._deep_items(value)
        elif isinstance(value, Iterator):
            return self._deep_as_it_comes(value)
        elif not isinstance(value, str | Part | Undefined | Macro):
            self._unknown(value)
        return value

    def each(self, value: Any) -> Any:
        """Note that every value of a mapping is read."""
        if isinstance(value, dict):
            self.values_of.add(id(value))
        return value

    def address(self, value: Any) -> Any:
        """Note that a filter asks for an address: a text, or the `address` of an Address."""
        if type(value) is str:
            return value
        if type(value) is Address:
            self._addresses[0].add(id(value))
            return value
        return self.deep(value)

    def addresses(self, value: Any) -> Any:
        """Note what the filter `addresses` asks of each."""
        if type(value) is not tuple:
            return self.deep(value)
        if value:
            read = [id(item) for item in value if type(item) is Address]
            for objects in self._addresses:
                objects.update(read)
        return value

    def parts(self, value: Any, name: str) -> Any:
        """Note that a filter asks every item for its attribute `name`; for what it is, when the name is empty."""
        if not name:
            return self.deep(value)
        if isinstance(value, Iterator):
            return self._parts_as_they_come(value, name)
        if isinstance(value, tuple | list):
            for item in value:
                self._part(item, name)
            return value
        return self.deep(value)

    def _part(self, item: Any, name: str) -> None:
        if isinstance(item, msgspec.Struct) and name in item.__struct_fields__:
            self.ids(name).add(id(item))
            self.deep(getattr(item, name))
        else:
            self.deep(item)

    def _parts_as_they_come(self, items: Iterable[Any], name: str) -> Iterator[Any]:
        for item in items:
            self._part(item, name)
            yield item

    def _deep_items(self, items: Iterable[Any]) -> None:
        for item in items:
            if type(item) not in _PLAIN:
                self.deep(item)

    def _deep_as_it_comes(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            yield self.deep(item)

    def _unknown(self, value: Any) -> None:
        if isinstance(value, Namespace):
            self.everything = True  # it shows nothing of what it holds
        elif hasattr(value, "__iter__") or hasattr(value, "__self__") or not callable(value):
            self.everything = True

    def _other(self, obj: Any, name: str) -> Any:
        """An attribute that is no field: of free data, or a method."""
        if isinstance(obj, dict):
            self.ids(name).add(id(obj))
            if name in obj:
                return obj[name]
            if name == "get":
                return self._get_of(obj)
            if name in {"items", "values"}:
                self.values_of.add(id(obj))
            elif name != "keys" and hasattr(obj, name):
                self.deep(obj)
        elif isinstance(obj, Record):
            if name in obj.__struct_fields__:  # a class that was not there when this module was read
                self.ids(name).add(id(obj))
            else:
                self.whole.add(id(obj))  # a method reads what it likes
        elif type(obj) in (list, tuple):
            self.deep(obj)
        return self._getattr(obj, name)

    def _get_of(self, obj: dict[str, Any]) -> Callable[..., Any]:
        def get(key: str, default: Any = None) -> Any:
            if isinstance(key, str):
                self.ids(key).add(id(obj))
            return obj.get(key, default)

        return get
