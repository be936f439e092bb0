"""The short forms of a description: links, port ranges, rack places, lengths, colours, cable profiles. Pure.

Every function raises ValueError with one sentence for people; the caller knows the place and adds it.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network, ip_interface, ip_network
from typing import NamedTuple

_RANGE = re.compile(r"(?P<stem>.*?)(?P<first>\d+)-(?P<last>\d+)")
_POSITIONS = re.compile(r"(?P<port>.+):(?P<first>\d+)(?:-(?P<last>\d+))?")
_RACK = re.compile(r"(?P<rack>.+?)(?: U(?P<unit>\d{1,3}(?:\.5)?)(?: (?P<face>front|rear))?)?")
_ROW = re.compile(r"(?P<stem>.*?)(?P<first>\d+)\.\.(?P<last>\d+)")
_LENGTH = re.compile(r"(?P<length>\d{1,6}(?:\.\d{1,2})?) ?(?P<unit>km|m|cm|mi|ft|in)")
_PROFILE = re.compile(r"(\d+)c(\d+)p")
_SERVICE = re.compile(r"(?P<protocol>tcp|udp|sctp)/(?P<ports>\d{1,5}(?:,\d{1,5})*)")
_MAC = re.compile(r"[0-9A-F]{2}(?::[0-9A-F]{2}){5}")
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


#: Cable profiles by the names NetBox has for them (dcim.choices.CableProfileChoices of NetBox 4.7).
PROFILES = (
    *(f"single-1c{n}p" for n in (1, 2, 4, 6, 8, 12, 16)),
    *(f"trunk-2c{n}p" for n in (1, 2, 4, 6, 8, 12)),
    *(f"trunk-4c{n}p" for n in (1, 2, 4, 6, 8)),
    "trunk-8c4p",
    "trunk-2c4p-shuffle",
    "trunk-4c4p-shuffle",
    *(f"breakout-1c{n}p-{n}c1p" for n in (2, 4, 6, 8)),
    "breakout-2c4p-8c1p-shuffle",
)


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
    a, arrow, z, length = _sides(text)
    return Link(_ends(a), _ends(z), arrow == "--", length)


def row(label: str, text: str) -> tuple[tuple[str, Link], ...]:
    """Links in a row: `P-01..04` with `pdu1 O1-4 -- sw1-2 PSU1 & fw1 PSU1-2, 2 m` is four links with their labels.

    A label without ".." is one link. In a row, " & " joins ports on a side; each may be a range of ports, or of
    devices. Leading zeros of the first number stay.
    """
    match = _ROW.fullmatch(label)
    if match is None:
        return ((label, link(text)),)
    labels = _rising(label, match)
    a, arrow, z, length = _sides(text)
    near, far = (tuple(end for part in side.split(" & ") for end in _row_ends(part)) for side in (a, z))
    if not len(labels) == len(near) == len(far):
        raise ValueError(f"{len(labels)} labels for {len(near)} ends on the left and {len(far)} on the right")
    return tuple(
        (name, Link((one,), (two,), arrow == "--", length))
        for name, one, two in zip(labels, near, far, strict=True)
    )


def single(text: str) -> tuple[End, End, bool]:
    """A link with one end on each side and no length, and whether it goes both ways."""
    found = link(text)
    if len(found.a) != 1 or len(found.z) != 1 or found.length:
        raise ValueError(f"{text!r}: one DEVICE PORT on each side is wanted here")
    return found.a[0], found.z[0], found.both_ways


def expand(text: str) -> tuple[str, ...]:
    """`eth1-8` as eth1 .. eth8; a name without a range as itself."""
    match = _RANGE.fullmatch(text)
    return (text,) if match is None else _rising(text, match)


def strands(text: str) -> tuple[tuple[str, int], ...]:
    """Where front ports lead: `R1:1-12` is positions 1 to 12 of R1, `R1-6` is position 1 of R1 to R6.

    Parts are joined by " + ".
    """
    return tuple(strand for part in text.split(" + ") for strand in _strands(part))


def _strands(text: str) -> tuple[tuple[str, int], ...]:
    match = _POSITIONS.fullmatch(text)
    if match is None:
        return tuple((port, 1) for port in expand(text))
    first = int(match["first"])
    last = int(match["last"] or first)
    if not 1 <= first <= last < first + _MAX_RANGE:
        raise ValueError(f"{text!r}: positions rise from 1")
    return tuple((match["port"], position) for position in range(first, last + 1))


def rack_place(text: str) -> tuple[str, int, str]:
    """`A1 U40` or `A1 U40 rear` as (rack, lowest half unit, face); `A1` alone takes no rack unit: ("A1", 0, "")."""
    match = _RACK.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a place in a rack; write it as: A1 U40, A1 U40 rear, or A1")
    if not match["unit"]:
        return match["rack"], 0, ""
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
    if text not in PROFILES:
        raise ValueError(f"{text!r} is not a cable profile; there are {', '.join(PROFILES)}")
    found = [(int(c), int(p)) for c, p in _PROFILE.findall(text)]
    return found[0], found[-1]


def service(text: str) -> tuple[str, tuple[int, ...]]:
    """`tcp/80,443` as ("tcp", (80, 443))."""
    match = _SERVICE.fullmatch(text)
    ports = tuple(int(port) for port in match["ports"].split(",")) if match else ()
    if match is None or not all(0 < port < 65536 for port in ports):
        raise ValueError(f"{text!r} is not a protocol with ports; write it as: tcp/80,443 (or udp/, sctp/)")
    return match["protocol"], ports


def mac(text: str) -> str:
    """A MAC address as six upper-case pairs with colons; "" as ""."""
    found = text.upper().replace("-", ":")
    if text and _MAC.fullmatch(found) is None:
        raise ValueError(f"{text!r} is not a MAC address; write it as: 02:00:5E:00:53:01")
    return found


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


def end(text: str) -> End:
    """`hq-leaf1 eth1`; a device's name has no spaces, a port's may."""
    device, _, port = text.strip().partition(" ")
    if not device or not port.strip():
        raise ValueError(f"{text.strip()!r} is not an end of a link; write it as: DEVICE PORT")
    return End(device, port.strip())


def _sides(text: str) -> tuple[str, str, str, str]:
    """Left, arrow, right, length."""
    body, _, length = text.partition(",")
    parts = _LINK.split(body)
    if len(parts) != 3:
        raise ValueError(f"{text!r} is not a link; write it as: DEVICE PORT -- DEVICE PORT")
    return parts[0], parts[1], parts[2], length.strip()


def _ends(text: str) -> tuple[End, ...]:
    return tuple(end(part) for part in text.split(" + "))


def _row_ends(text: str) -> Iterator[End]:
    devices, ports = (expand(part) for part in end(text))
    if len(devices) > 1 and len(ports) > 1:
        raise ValueError(f"{text.strip()!r}: a range of devices or of ports, not both")
    return (End(device, port) for device in devices for port in ports)


def _rising(text: str, match: re.Match[str]) -> tuple[str, ...]:
    first, last = int(match["first"]), int(match["last"])
    if not first <= last < first + _MAX_RANGE:
        raise ValueError(f"{text!r} is not a rising range of at most {_MAX_RANGE} names")
    width = len(match["first"]) if match["first"].startswith("0") else 0
    return tuple(f"{match['stem']}{number:0{width}}" for number in range(first, last + 1))
