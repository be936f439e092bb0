"""One line of configuration, matched word by word against a pattern, as a command line interface does.

A pattern is written the way a manual shows a command:

    hostname =<word>                       literal, then a value of a type
    switchport mode =access|trunk          one of several literals
    neighbor <peer> timers =<0-3600> =<0-3600>
    ip route <net4> ( Null0 | <ip4> ) [ <1-255> ] [ name <word> ]

`=` marks the words that are the value of the setting: two lines that differ in nothing else are the same setting, the
later one wins. A word that no pattern takes is refused with its position, counted from 0, as EOS does.
"""

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Interface, IPv6Interface, ip_address, ip_network
from typing import NamedTuple

_PORT = re.compile(
    r"(?:Ethernet\d+(?:/\d+){0,2}(?:\.\d+)?|Management\d+(?:/\d+)?|(?:Loopback|Vlan|Port-Channel)\d+)"
)
#: Words taken, each with whether it is part of the value.
_Taken = tuple[tuple[str, bool], ...]
_RANGE = re.compile(r"(\d+)-(\d+)")


class Line:
    """A line as typed: its words, and the rest of it from any word on, inner spaces kept."""

    def __init__(self, text: str) -> None:
        found = list(re.finditer(r"\S+", text))
        self.words = tuple(match[0] for match in found)
        self._starts = tuple(match.start() for match in found)
        self._text = text.rstrip()

    def rest(self, at: int) -> str:
        """Everything from the word at that position on."""
        return self._text[self._starts[at] :]


class Matched(NamedTuple):
    """A line that fits: its words in canonical form, and the key that says which setting it is."""

    words: tuple[str, ...]
    key: str

    @property
    def line(self) -> str:
        """The line in canonical form."""
        return " ".join(self.words)


class Missed(NamedTuple):
    """A line that does not fit: the position of the first word that is wrong, the number of words if some lack."""

    at: int


class _Element(NamedTuple):
    """One step of a pattern: the word types it takes, or sequences to choose from."""

    kinds: tuple[str, ...] = ()
    sequences: tuple[tuple["_Element", ...], ...] = ()
    optional: bool = False
    value: bool = False


def _number(low: int, high: int) -> Callable[[str], str | None]:
    def take(word: str) -> str | None:
        return word if word.isascii() and word.isdigit() and low <= int(word) <= high else None

    return take


def _address(version: int) -> Callable[[str], str | None]:
    def take(word: str) -> str | None:
        try:
            address = ip_address(word)
        except ValueError:
            return None
        return str(address) if version in (0, address.version) else None

    return take


def _interface4(word: str) -> str | None:
    try:
        return IPv4Interface(word).with_prefixlen if "/" in word else None
    except ValueError:
        return None


def _interface6(word: str) -> str | None:
    try:
        return IPv6Interface(word).with_prefixlen if "/" in word else None
    except ValueError:
        return None


def _network(version: int) -> Callable[[str], str | None]:
    def take(word: str) -> str | None:
        try:
            network = ip_network(word, strict=False) if "/" in word else None
        except ValueError:
            return None
        return str(network) if network is not None and network.version == version else None

    return take


def _area(word: str) -> str | None:
    """EOS shows an OSPF area as a dotted quad whichever way it was given."""
    if word.isascii() and word.isdigit() and int(word) < 2**32:
        return str(ip_address(int(word).to_bytes(4, "big")))
    return _address(4)(word)


def _vlans(word: str) -> str | None:
    found: set[int] = set()
    for part in word.split(","):
        low, _, high = part.partition("-")
        if not (low.isdigit() and (high.isdigit() or "-" not in part)):
            return None
        first, last = int(low), int(high or low)
        if not 1 <= first <= last <= 4094:
            return None
        found.update(range(first, last + 1))
    runs: list[list[int]] = []
    for vlan in sorted(found):
        if runs and runs[-1][-1] == vlan - 1:
            runs[-1][1:] = [vlan]
        else:
            runs.append([vlan])
    return ",".join("-".join(map(str, run)) for run in runs)


def _word(word: str) -> str | None:
    return word


def _port(word: str) -> str | None:
    return word if _PORT.fullmatch(word) else None


_TYPES: dict[str, Callable[[str], str | None]] = {
    "word": _word,
    "port": _port,
    "channel": lambda word: word if re.fullmatch(r"Port-Channel\d+", word) else None,
    "ip4": _address(4),
    "ip6": _address(6),
    "peer": _address(0),
    "cidr4": _interface4,
    "cidr6": _interface6,
    "net4": _network(4),
    "net6": _network(6),
    "area": _area,
    "asn": _number(1, 2**32 - 1),
    "vlans": _vlans,
}


def _taken(kind: str, word: str) -> str | None:
    """The canonical form of a word if it is of the kind, which is a literal or <type>."""
    if not kind.startswith("<"):
        return word if word == kind else None
    name = kind[1:-1]
    if bounds := _RANGE.fullmatch(name):
        return _number(int(bounds[1]), int(bounds[2]))(word)
    return _TYPES[name](word)


def _parse(pieces: list[str], closing: str) -> tuple[tuple[_Element, ...], ...]:
    """Sequences separated by `|` up to the closing bracket."""
    sequences: list[tuple[_Element, ...]] = []
    current: list[_Element] = []
    while pieces:
        piece = pieces.pop(0)
        value, piece = piece.startswith("=") and piece != "=", piece.removeprefix("=")
        if piece == closing:
            return (*sequences, tuple(current))
        if piece == "|":
            sequences.append(tuple(current))
            current = []
        elif piece in "[(":
            inner = _parse(pieces, "]" if piece == "[" else ")")
            current.append(_Element(sequences=inner, optional=piece == "[", value=value))
        else:
            current.append(_Element(kinds=tuple(piece.split("|")), value=value))
    return (*sequences, tuple(current))


class Pattern:
    """A compiled pattern; `text` is its source."""

    def __init__(self, text: str) -> None:
        self.text = text
        (self._elements,) = _parse(text.split(), "")
        settled = [*self._elements]
        while settled and settled[-1].value:
            settled.pop()
        #: The words that name the setting, if its value stands at the end and nowhere else.
        self._name: tuple[_Element, ...] = ()
        if len(settled) < len(self._elements) and not any(element.value for element in settled):
            self._name = tuple(settled)
        head = self._elements[0]
        literal = not (head.optional or head.sequences) and not any(k.startswith("<") for k in head.kinds)
        #: The words a line can begin with; empty where any can.
        self.first = frozenset(head.kinds if literal else ())

    def match(self, line: Line) -> Matched | Missed:
        """The line in canonical form, or where it stops fitting."""
        furthest = [0]
        for taken in _whole(self._elements, line, furthest):
            key = " ".join(word for word, value in taken if not value)
            return Matched(tuple(word for word, _ in taken), key)
        return Missed(furthest[0])

    def named(self, line: Line) -> str | None:
        """The canonical line if it names the setting without its value, as `no description` does."""
        taken = next(_whole(self._name, line, [0]), None)
        return None if taken is None else " ".join(word for word, _ in taken)


def _whole(elements: tuple[_Element, ...], line: Line, furthest: list[int]) -> Iterator[_Taken]:
    for end, taken in _ways(elements, line, 0, furthest):
        furthest[0] = max(furthest[0], end)
        if end == len(line.words):
            yield taken


def _ways(
    elements: tuple[_Element, ...], line: Line, at: int, furthest: list[int]
) -> Iterator[tuple[int, _Taken]]:
    """Every way the elements take words from `at` on; `furthest` keeps how far any way came."""
    furthest[0] = max(furthest[0], at)
    if not elements:
        yield at, ()
        return
    head, rest = elements[0], elements[1:]
    for middle, first in _heads(head, line, at, furthest):
        for end, more in _ways(rest, line, middle, furthest):
            yield end, first + more


def _heads(head: _Element, line: Line, at: int, furthest: list[int]) -> Iterator[tuple[int, _Taken]]:
    for sequence in head.sequences:
        for end, taken in _ways(sequence, line, at, furthest):
            yield end, tuple((word, value or head.value) for word, value in taken)
    if head.optional:
        yield at, ()
    if at == len(line.words):
        return
    for kind in head.kinds:
        if kind == "<line>":
            yield len(line.words), ((line.rest(at), head.value),)
        elif (word := _taken(kind, line.words[at])) is not None:
            yield at + 1, ((word, head.value),)
