"""Neighbours heard where no cable is documented."""

from collections.abc import Iterable

from linewright.model.natural import natural_key
from linewright.trace.cabling import Miswiring, PortName, Undocumented
from linewright.trace.directory import Directory
from linewright.trace.hearing import Ears, Heard
from linewright.trace.path import Path
from linewright.trace.sight import Sight


def undocumented(
    paths: Iterable[Path], groups: Iterable[Miswiring], ears: Ears, sight: Sight, directory: Directory
) -> tuple[Undocumented, ...]:
    """Pairs of ports that hear each other, or one the other, without a cable; each pair once.

    Left out are ports where anybody may be heard: on leased lines, before devices that cannot be asked, on planned
    cables (told there), and ports marked as connected.
    """
    told = {frozenset(pair) for group in groups for pair in group.joined}
    silent: set[PortName] = set()
    for path in paths:
        open_ended = not (sight.can_be_asked(path.a) and sight.can_be_asked(path.z))
        if path.joins_interfaces:
            told.add(frozenset((path.a.key, path.z.key)))
        if path.circuits or path.status == "planned" or (path.joins_interfaces and open_ended):
            silent |= {path.a.key, path.z.key}
    found: dict[frozenset[PortName], Undocumented] = {}
    for port in sorted(ears.told, key=_order):
        if port in silent or directory.is_marked(port):
            continue
        for heard in ears.told[port]:
            pair = frozenset((port, heard.remote))
            if pair not in found and not _is_told(heard, told, silent):
                found[pair] = Undocumented(
                    port=port,
                    heard=heard.remote,
                    mutual=any(other.remote == port for other in ears.told.get(heard.remote, ())),
                    seen=sight.visited(port[0]),
                )
    return tuple(found.values())


def _is_told(heard: Heard, told: set[frozenset[PortName]], silent: set[PortName]) -> bool:
    if frozenset((heard.local, heard.remote)) in told or heard.near & silent:
        return True
    return any(frozenset((near, far)) in told for near in heard.near for far in heard.far)


def _order(port: PortName) -> tuple[object, ...]:
    return (natural_key(port[0]), natural_key(port[1]))
