"""Walking the plant strand by strand: every end-to-end path of a snapshot, once, with both its ends.

A strand carries a stack of positions: a trunk's position is pushed where a strand enters the trunk's side of a panel
and popped where it leaves it, so that trunks may run inside one another. Where the stack is empty and a position is
asked for, nothing on this side says which: the strand leads to all of them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from linewright.model.objects import Cable
from linewright.model.snapshot import Snapshot
from linewright.trace.bundle import joined, merged
from linewright.trace.inside import Spot, Stack, through_circuit, through_panel
from linewright.trace.origins import Start, origins
from linewright.trace.path import Hop, Path, order
from linewright.trace.places import Places, Stop
from linewright.trace.plant import CIRCUIT, PASSIVE, Plant, Plug, Port

#: A strand that leads to more ends than this is said to, and no more of them are followed.
_MOST_WAYS = 256
#: Trunks inside trunks; deeper is a circle.
_DEEPEST = 6


class _Way(NamedTuple):
    """How far a strand has come. `spot` is where it goes on, or `stop` where and why it ends."""

    hops: tuple[Hop, ...]
    spot: Spot | None = None
    stop: Stop | None = None
    choice: bool = False


class _Far(NamedTuple):
    """What is at the other end of a cable: a port, or nothing and why. `choice` as in Path."""

    port: Port | None = None
    stack: Stack = ()
    reason: str = ""
    choice: bool = False


def paths(source: Snapshot | Plant) -> tuple[Path, ...]:
    """Every path of a snapshot, each once, in natural order of its ends.

    Every position of every cable belongs to a path, and to exactly one where no strand splits. Strands that lead the
    same way between the same ends (a duplex pair) are one path.

    Raises:
        DataError: two cables end on one port.
    """
    return _Walk(source if isinstance(source, Plant) else Plant(source)).all()


class _Walk:
    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.places = Places(plant)
        #: Ends of cables that were passed: (port, position), position 0 where there is only one.
        self.passed: set[tuple[Port, int]] = set()
        self.cables = {
            cable.key: Hop(kind="cable", name=cable.key, status=cable.status)
            for cable in plant.snapshot.tables.cables
        }

    def all(self) -> tuple[Path, ...]:
        found: dict[Path, None] = {}
        for start in origins(self.plant, self.places):
            found.update(dict.fromkeys(self._from(start)))
        # What no end leads to runs in a circle.
        for port, position in list(self._ends_of_cables()):
            if (port, position) not in self.passed:
                stop = self.places.circle(port)
                start = Start(stop, (), Spot(port, (position,) if position else ()))
                found.update(dict.fromkeys(self._from(start)))
        return tuple(sorted(merged(found), key=order))

    def _ends_of_cables(self) -> Iterator[tuple[Port, int]]:
        for port, plug in self.plant.plugs.items():
            positions = plug.positions
            if not positions and self._wide(port):
                positions = tuple(sorted({strand.position for strand in self.plant.strands.get(port, ())}))
            for position in positions or (0,):
                yield port, position

    def _from(self, start: Start) -> Iterator[Path]:
        """All paths from a start to where they end."""
        under_way = [(_Way(start.hops, start.spot), frozenset[Spot]())]
        ended = 0
        while under_way:
            way, seen = under_way.pop()
            if way.spot is not None:
                stop = self._refused(way.spot, seen, ended + len(under_way))
                if stop is None:
                    seen |= {way.spot}
                    under_way.extend((further, seen) for further in self._further(way, way.spot))
                    continue
                way = way._replace(spot=None, stop=stop)
            if way.stop is not None:
                ended += 1
                yield joined(start.stop, way.hops, way.stop, choice=way.choice)

    def _refused(self, spot: Spot, seen: frozenset[Spot], ways: int) -> Stop | None:
        """Why a strand is not followed any further."""
        if spot in seen or len(spot.stack) > _DEEPEST:
            return self.places.circle(spot.port)
        if ways >= _MOST_WAYS:
            return self.places.stop(spot.port, f"more than {_MOST_WAYS} ways lead on")
        return None

    def _further(self, way: _Way, spot: Spot) -> Iterator[_Way]:
        """Over what is plugged in at a spot, and through what is at its other end."""
        if (plug := self.plant.plugs.get(spot.port)) is not None:
            hops = (*way.hops, self.cables[plug.cable])
            for far in self._over(spot, plug):
                choice = way.choice or far.choice
                if far.port is None:
                    yield _Way(hops, None, self.places.nowhere(far.reason), choice)
                else:
                    for further in self._through(far.port, far.stack, hops):
                        yield further._replace(choice=choice)
        elif (radio := self.plant.radios.get(spot.port)) is not None:
            hop = Hop(kind="wireless", name=radio.name, status=radio.status)
            yield _Way((*way.hops, hop), None, self.places.end(radio.port), way.choice)
        else:
            yield way._replace(spot=None, stop=self.places.unplugged(spot.port))

    def _over(self, spot: Spot, plug: Plug) -> Iterator[_Far]:
        cable = self.plant.snapshot.cables[plug.cable]
        if not cable.profile:
            return self._without_profile(spot, plug)
        if not plug.positions:
            self.passed.add((spot.port, 0))
            reason = f"cable {cable.key} has profile {cable.profile}, but its ends have no positions"
            return iter((_Far(reason=reason),))
        return (self._by_profile(cable, spot, plug, at) for at in spot.stack[-1:] or plug.positions)

    def _without_profile(self, spot: Spot, plug: Plug) -> Iterator[_Far]:
        """Every end of one side leads to every end of the other, with whatever runs inside."""
        self._pass(spot.port, spot.stack)
        far = self.plant.far_ends(plug)
        if not far:
            yield _Far(reason=f"cable {plug.cable} has only one end")
        choice = len(far) > 1 and len(self.plant.ends(plug.cable, plug.side)) > 1
        for port in far:
            self._pass(port, spot.stack)
            yield _Far(port, spot.stack, choice=choice)

    def _by_profile(self, cable: Cable, spot: Spot, plug: Plug, position: int) -> _Far:
        self.passed.add((spot.port, position))
        try:
            found = self.plant.across(plug, position)
        except LookupError as error:
            return _Far(reason=str(error.args[0]))
        if found is None:
            return _Far(reason=f"cable {cable.key} has nothing opposite {spot.port.text}")
        port, far_position = found
        self.passed.add((port, far_position))
        return _Far(port, (*spot.stack[:-1], far_position))

    def _pass(self, port: Port, stack: Stack) -> None:
        self.passed.add((port, stack[-1] if stack and self._wide(port) else 0))

    def _wide(self, port: Port) -> bool:
        return self.plant.widths.get(port, 1) > 1

    def _through(self, port: Port, stack: Stack, hops: tuple[Hop, ...]) -> Iterator[_Way]:
        """Through what a cable ends on."""
        if port.kind in PASSIVE:
            found = [_Way((*hops, hop), spot) for hop, spot in through_panel(self.plant, port, stack)]
            yield from found or [_Way(hops, None, self.places.unmapped(port))]
        elif port.kind == CIRCUIT:
            yield self._circuit(port, stack, hops)
        elif port in self.plant.channels and stack and self.plant.plugs[port].positions:
            yield _Way(hops, None, self.places.channel(port, stack[-1]))
        else:
            yield _Way(hops, None, self.places.end(port))

    def _circuit(self, port: Port, stack: Stack, hops: tuple[Hop, ...]) -> _Way:
        if reason := self.places.one_sided(port):
            return _Way(hops, None, self.places.stop(port, reason))
        hop, far = through_circuit(self.plant, port)
        if far in self.plant.plugs:
            return _Way((*hops, hop), Spot(far, stack))
        return _Way((*hops, hop), None, self.places.circuit_end(far))
