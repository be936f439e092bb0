"""What stands on a device, one text for each thing, and what of it is gone. Pure.

"port NAME"                      an interface that is up
"heard PORT DEVICE REMOTE-PORT"  a neighbour heard by LLDP
"bgp PEER", "bgp vrf VRF PEER"   a BGP session that is up
"ospf INTERFACE ADDRESS"         an OSPF adjacency that is up
"""

from collections.abc import Iterable, Mapping

from linewright.model.natural import natural_key
from linewright.model.observation import Observation

#: What has to be read of a device for this.
FACETS = ("neighbors", "bgp", "ospf", "ports")
_WORDS = {
    "neighbors": "its LLDP neighbours",
    "bgp": "its BGP sessions",
    "ospf": "its OSPF adjacencies",
    "ports": "its interfaces",
}


def up(seen: Observation) -> frozenset[str]:
    """Everything that stands on a device as it was seen."""
    found = {f"port {port.name}" for port in seen.ports or () if port.up}
    found |= {f"heard {n.port} {n.device} {n.remote_port}" for n in seen.neighbors or ()}
    found |= {
        f"bgp vrf {session.vrf} {session.peer}" if session.vrf else f"bgp {session.peer}"
        for session in seen.bgp or ()
        if session.state == "up"
    }
    found |= {f"ospf {n.interface} {n.address}" for n in seen.ospf or () if n.state == "up"}
    return frozenset(found)


def lost(
    before: Observation, after: Observation, may_go: Iterable[str], about: Iterable[str] | None = None
) -> tuple[str, ...]:
    """What stood before and does not stand now, in words; empty when nothing that must stay is gone.

    What was read before and cannot be read now counts as gone: nobody has seen it.

    Args:
        before: the device before the change.
        after: the same device after it.
        may_go: things, or beginnings of them ("bgp", "heard eth1"), that the change itself takes away.
        about: only these things, or beginnings of them, are looked at; None for all.
    """
    if not after.reached:
        return (f"{after.device} could not be read: {after.error}",)
    said = [
        f"{_WORDS[facet]} could not be read: {after.missing.get(facet, 'no answer')}"
        for facet in FACETS
        if getattr(before, facet) is not None and getattr(after, facet) is None
    ]
    watched = up(before) if about is None else {item for item in up(before) if _among(item, tuple(about))}
    unread = tuple(_KIND_OF[facet] for facet in FACETS if getattr(after, facet) is None)
    gone = {
        item
        for item in watched - up(after)
        if not _among(item, tuple(may_go)) and item.split(" ", 1)[0] not in unread
    }
    return (*said, *(in_words(item) for item in sorted(gone, key=natural_key)))


def unread(seen: Observation) -> tuple[str, ...]:
    """What should have been read of a device and was not, in words: that it is lost later is seen by nobody."""
    return tuple(_WORDS[facet] for facet in FACETS if getattr(seen, facet) is None)


def counted(seen: Iterable[str]) -> Mapping[str, int]:
    """How many things of each kind ("port", "heard", "bgp", "ospf")."""
    counts = dict.fromkeys(_KIND_OF.values(), 0)
    for item in seen:
        counts[item.split(" ", 1)[0]] += 1
    return counts


def in_words(item: str) -> str:
    """A thing that is gone, as it is told: "BGP session 192.0.2.1 is down"."""
    kind, _, rest = item.partition(" ")
    match kind:
        case "port":
            return f"interface {rest} is down"
        case "heard":
            port, _, far = rest.partition(" ")
            return f"{far} is not heard on {port} any more"
        case "bgp":
            return f"BGP session {rest} is down"
        case _:
            interface, _, address = rest.partition(" ")
            return f"OSPF adjacency with {address} on {interface} is down"


_KIND_OF = {"neighbors": "heard", "bgp": "bgp", "ospf": "ospf", "ports": "port"}


def _among(item: str, names: tuple[str, ...]) -> bool:
    return any(item == name or item.startswith(f"{name} ") for name in names)
