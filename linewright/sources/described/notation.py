"""The short forms of a description: links, port ranges, rack places, lengths, colours, cable profiles. Pure.

Every function raises ValueError with one sentence for people; the caller knows the place and adds it.
"""

import re
from decimal import Decimal
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network, ip_interface, ip_network
from typing import NamedTuple

_RANGE = re.compile(r"(?P<stem>.*?)(?P<first>\d+)-(?P<last>\d+)")
_POSITIONS = re.compile(r"(?P<port>.+):(?P<first>\d+)(?:-(?P<last>\d+))?")
_RACK = re.compile(r"(?P<rack>.+?) U(?P<unit>\d{1,3}(?:\.5)?)(?: (?P<face>front|rear))?")
_LENGTH = re.compile(r"(?P<length>\d{1,6}(?:\.\d{1,2})?) ?(?P<unit>km|m|cm|mi|ft|in)")
_PROFILE = re.compile(r"(\d+)c(\d+)p")
_LINK = re.compile(r"\s+(?P<arrow>--|->)\s+")
_MAX_RANGE = 512

#: Colours by the names NetBox shows them under, as NetBox stores them.
COLORS = {
    "dark-red": "aa1409",
    "red": "f44336",
    "pink": "e91e63",
    "rose": "ffe4e1",
    "fuchsia": "ff66ff",
    "purple": "9c27b0",
    "dark-purple": "673ab7",
    "indigo": "3f51b5",
    "blue": "2196f3",
    "light-blue": "03a9f4",
    "cyan": "00bcd4",
    "teal": "009688",
    "aqua": "00ffff",
    "dark-green": "2f6a31",
    "green": "4caf50",
    "light-green": "8bc34a",
    "lime": "cddc39",
    "yellow": "ffeb3b",
    "amber": "ffc107",
    "orange": "ff9800",
    "dark-orange": "ff5722",
    "brown": "795548",
    "light-grey": "c0c0c0",
    "grey": "9e9e9e",
    "dark-grey": "607d8b",
    "black": "111111",
    "white": "ffffff",
}


class End(NamedTuple):
    """One end of a link as written: a device (or "provider/cid") and a port."""

    device: str
    port: str

    def __str__(self) -> str:
        return f"{self.device} {self.port}"


class Link(NamedTuple):
    """A link as written; `both_ways` is false for "->", `length` is "" or like "5 m"."""

    a: tuple[End, ...]
    z: tuple[End, ...]
    both_ways: bool
    length: str


def link(text: str) -> Link:
    """`hq-leaf1 eth1 -- hq-spine1 eth1, 5 m`; several ends of one side are joined by " + "."""
    body, _, length = text.partition(",")
    parts = _LINK.split(body)
    if len(parts) != 3:
        raise ValueError(f"{text!r} is not a link; write it as: DEVICE PORT -- DEVICE PORT")
    return Link(_ends(parts[0]), _ends(parts[2]), parts[1] == "--", length.strip())


def single(text: str) -> tuple[End, End, bool]:
    """A link with one end on each side and no length, and whether it goes both ways."""
    found = link(text)
    if len(found.a) != 1 or len(found.z) != 1 or found.length:
        raise ValueError(f"{text!r}: one DEVICE PORT on each side is wanted here")
    return found.a[0], found.z[0], found.both_ways


def expand(text: str) -> tuple[str, ...]:
    """`eth1-8` as eth1 .. eth8; a name without a range as itself."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return (text,)
    first, last = int(match["first"]), int(match["last"])
    if not first <= last < first + _MAX_RANGE:
        raise ValueError(f"{text!r} is not a rising range of at most {_MAX_RANGE} names")
    return tuple(f"{match['stem']}{number}" for number in range(first, last + 1))


def strands(text: str) -> tuple[tuple[str, int], ...]:
    """Where front ports lead: `R1:1-12` is positions 1 to 12 of R1, `R1-6` is position 1 of R1 to R6."""
    match = _POSITIONS.fullmatch(text)
    if match is None:
        return tuple((port, 1) for port in expand(text))
    first = int(match["first"])
    last = int(match["last"] or first)
    if not 1 <= first <= last < first + _MAX_RANGE:
        raise ValueError(f"{text!r}: positions rise from 1")
    return tuple((match["port"], position) for position in range(first, last + 1))


def rack_place(text: str) -> tuple[str, int, str]:
    """`A1 U40` or `A1 U40 rear` as (rack, lowest half unit, face)."""
    match = _RACK.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a place in a rack; write it as: A1 U40, or A1 U40 rear")
    return match["rack"], int(Decimal(match["unit"]) * 2), match["face"] or "front"


def length(text: str) -> tuple[str, str]:
    """`1.50 m` as ("1.5", "m"); "" as ("", "")."""
    if not text:
        return "", ""
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a length; write it as: 5 m")
    return f"{Decimal(match['length']).normalize():f}", match["unit"]


def color(text: str) -> str:
    """A colour's six hex digits from its name."""
    if not text:
        return ""
    if text not in COLORS:
        raise ValueError(f"colour {text!r} is not one of {', '.join(COLORS)}")
    return COLORS[text]


def profile(text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """(connectors, positions of each) on side A and on side B: `trunk-2c4p`, `breakout-1c4p-4c1p`."""
    found = [(int(c), int(p)) for c, p in _PROFILE.findall(text)]
    if len(found) not in {1, 2}:
        raise ValueError(f"{text!r} is not a cable profile such as single-1c12p or breakout-1c4p-4c1p")
    return found[0], found[-1]


def address(text: str) -> IPv4Interface | IPv6Interface:
    """An address with its prefix length."""
    if "/" not in text:
        raise ValueError(f"{text!r} needs a prefix length, such as 192.0.2.1/24")
    try:
        return ip_interface(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an IP address with a prefix length") from None


def network(text: str) -> IPv4Network | IPv6Network:
    """A prefix without host bits."""
    try:
        return ip_network(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a prefix without host bits") from None


def _ends(text: str) -> tuple[End, ...]:
    ends = []
    for part in text.split(" + "):
        device, _, port = part.strip().partition(" ")
        if not device or not port.strip():
            raise ValueError(f"{part.strip()!r} is not an end of a link; write it as: DEVICE PORT")
        ends.append(End(device, port.strip()))
    return tuple(ends)
