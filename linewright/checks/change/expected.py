"""What a change takes away by itself, from its own lines: that alone may be gone afterwards. Pure.

The lines are read as the platforms with IOS-like configuration write them (FRR, EOS). What a line takes away by
detours (a session over another path) is not foreseen: the check fails, and whoever wants it says so in the plan.
"""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_interface
from typing import NamedTuple

from linewright.configs import diff
from linewright.configs.origin import located
from linewright.platforms import PlatformRules

#: The name of the check in a plan.
NEIGHBOURS = "neighbours"
_LINK_WORDS = ("switchport", "encapsulation", "channel-group", "mtu", "speed", "vrf")
_ADDRESS_WORDS = (["ip", "address"], ["ipv6", "address"])
_SESSION_WORDS = ("remote-as", "peer", "peer-group", "interface")


class _Line(NamedTuple):
    """A line of the difference: whether something begins with it (or ends), the section's top line, its own words."""

    begins: bool
    top: str
    whole: bool
    words: list[str]


class _Around(NamedTuple):
    """What else is known: the text afterwards, the networks of each interface before, the BGP neighbours seen."""

    after: str
    networks: dict[str, list[str]]
    peers: tuple[str, ...]


def may_go(
    before: str, after: str, peers: Iterable[str], rules: PlatformRules, ports: Iterable[str] = ()
) -> tuple[str, ...]:
    """The things (`items`) that the lines between two configurations take away, sorted.

    Args:
        before: the whole configuration before the change, canonical text.
        after: the same after it.
        peers: addresses of the BGP neighbours seen on the device: those in a network that goes go with it.
        rules: the device's platform.
        ports: interfaces seen on the device; empty when nobody has looked.

    Raises:
        DataError: one of the texts cannot be read.
    """
    around = _Around(after, _networks(before), tuple(peers))
    known = frozenset(ports)
    found = {item for line in _lines(before, after, rules) for item in _gone(line, around)}
    return tuple(sorted(item for item in found if _known(item, known)))


def renamed(before: str, after: str, rules: PlatformRules) -> bool:
    """Whether the change gives the device another name: then its neighbours hear it under that one."""
    return any(line.top.startswith("hostname ") for line in _lines(before, after, rules))


def _lines(before: str, after: str, rules: PlatformRules) -> Iterator[_Line]:
    for kind, section, text in located(diff(before, after, rules), rules.indent):
        negated = text.startswith("no ")
        yield _Line(
            begins=(kind == "missing") is not negated,
            top=(*section, text)[0].removeprefix("no "),
            whole=not section,
            words=text.removeprefix("no ").split(),
        )


def _gone(line: _Line, around: _Around) -> Iterator[str]:
    kind, _, name = line.top.partition(" ")
    match kind:
        case "router" if name.startswith("bgp "):
            yield from _of_bgp(line, around)
        case "router" if name.startswith("ospf"):
            yield from _of_ospf(line)
        case "interface":
            yield from _of_interface(line, name.strip(), around)
        case "vlan" if line.whole and not line.begins:
            yield f"port Vlan{name.strip()}"
        case "lldp" if not line.begins:
            yield "heard"


def _of_bgp(line: _Line, around: _Around) -> Iterator[str]:
    if line.whole:
        yield from () if line.begins else ("bgp",)
    elif line.words[:1] == ["neighbor"] and len(line.words) > 2:
        peer = line.words[1]
        if (line.begins and line.words[2] == "shutdown") or (
            not line.begins and not _configured(peer, around.after)
        ):
            yield f"bgp {peer}"


def _configured(peer: str, text: str) -> bool:
    lines = (line.split() for line in text.splitlines())
    return any(
        words[:2] == ["neighbor", peer] and words[2:3][0] in _SESSION_WORDS
        for words in lines
        if len(words) > 2
    )


def _of_ospf(line: _Line) -> Iterator[str]:
    if line.whole:
        yield from () if line.begins else ("ospf",)
    elif line.words[:1] == ["passive-interface"] and line.begins:
        yield "ospf" if line.words[1:2] == ["default"] else f"ospf {' '.join(line.words[1:2])}"
    elif line.words[:1] == ["network"] and not line.begins:
        yield "ospf"


def _of_interface(line: _Line, name: str, around: _Around) -> Iterator[str]:
    if line.words == ["shutdown"] and not line.whole:
        if line.begins:
            yield from (f"port {name}", f"heard {name}", *_over(name, around))
    elif line.begins:
        if "ospf" in line.words[:2] and "passive" in line.words:
            yield f"ospf {name}"
    elif line.whole:
        yield from (f"port {name}", f"heard {name}", *_over(name, around))
    elif line.words[:2] in _ADDRESS_WORDS:
        yield f"ospf {name}"
        yield from (f"bgp {peer}" for peer in _within(around.peers, line.words[2:3]))
    elif "ospf" in line.words[:2]:
        yield f"ospf {name}"
    elif line.words[:1] == ["lldp"]:
        yield f"heard {name}"
    elif line.words[0] in _LINK_WORDS:
        yield from _of_link(line, name, around)


def _of_link(line: _Line, name: str, around: _Around) -> Iterator[str]:
    yield from (f"port {name}", *_over(name, around))
    for number in _vlans(line.words):
        # The interface of a VLAN goes down with the last port that carries it.
        yield from (f"port Vlan{number}", *_over(f"Vlan{number}", around))


def _vlans(words: list[str]) -> Iterator[int]:
    """The VLANs a port carries by one of its lines: "switchport trunk allowed vlan 10,20-22"."""
    if words[:1] != ["switchport"] or words[-2:-1] != ["vlan"]:
        return
    for part in words[-1].split(","):
        first, _, last = part.partition("-")
        if first.isdecimal() and (last or first).isdecimal():
            yield from range(int(first), min(int(last or first), 4094) + 1)


def _over(interface: str, around: _Around) -> Iterator[str]:
    """What runs over an interface."""
    yield f"ospf {interface}"
    yield from (f"bgp {peer}" for peer in _within(around.peers, around.networks.get(interface, ())))


def _within(peers: Iterable[str], networks: Iterable[str]) -> Iterator[str]:
    """Those of the peers that lie in one of the networks ("192.0.2.1/30")."""
    every = tuple(peers)
    for network in networks:
        for peer in every:
            try:
                if ip_address(peer) in ip_interface(network).network:
                    yield peer
            except ValueError:  # a name, a dynamic address ("dhcp"): nobody can tell
                continue


def _networks(text: str) -> dict[str, list[str]]:
    """The networks of each interface of a configuration."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        words = line.split()
        if not line.startswith((" ", "\t")):
            name = line.removeprefix("interface ").strip() if line.startswith("interface ") else ""
        elif name and words[:2] in _ADDRESS_WORDS:
            found.setdefault(name, []).extend(words[2:3])
    return found


def _known(item: str, ports: frozenset[str]) -> bool:
    kind, _, name = item.partition(" ")
    return kind == "bgp" or not ports or not name or name in ports
