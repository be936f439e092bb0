"""Walking the plant strand by strand: every end-to-end path of a snapshot, once, with both its ends.

A strand carries a stack of positions: a trunk's position is pushed where a strand enters the trunk's side of a panel
and popped where it leaves it, so that trunks may run inside one another. Where the stack is empty and a position is
asked for, nothing on this side says which: the strand leads to all of them.
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import msgspec

from linewright.model.snapshot import Snapshot
from linewright.trace.bundle import joined, merged
from linewright.trace.crossing import across
from linewright.trace.inside import Spot, Stack, through_circuit, through_panel
from linewright.trace.origins import Start, origins
from linewright.trace.path import Hop, Path, order
from linewright.trace.places import Places, Stop
from linewright.trace.plant import CIRCUIT, PASSIVE, Plant, Plug, Port
from linewright.trace.trail import Trail

#: An end from which more ways lead on than this is said to; they are followed no further.
_MOST_WAYS = 256
#: Trunks inside one another.
_DEEPEST = 6


class _Way(NamedTuple):
    """How far a strand has come. `spot` is where it goes on, or `stop` where and why it ends."""

    hops: tuple[Hop, ...]
    trail: Trail
    spot: Spot | None = None
    stop: Stop | None = None
    choice: bool = False


def paths(source: Snapshot | Plant) -> tuple[Path, ...]:
    """Every path of a snapshot, each once, in natural order of its ends.

    Every position of every cable belongs to a path. It belongs to that one alone where all cables on the path lead each
    position of one end to one position of the other (docs/trace.md says what the others are). Strands that lead the
    same way between the same ends (a duplex pair) are one path.

    Raises:
        DataError: two cables end on one port.
    """
    return _Walk(source if isinstance(source, Plant) else Plant(source)).all()


class _Walk:
    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.places = Places(plant)
        self.cables = {
            cable.key: Hop(kind="cable", name=cable.key, status=cable.status)
            for cable in plant.snapshot.tables.cables
        }

    def all(self) -> tuple[Path, ...]:
        return tuple(sorted(merged(dict.fromkeys(path for path, _ in self.strands())), key=order))

    def strands(self) -> Iterator[tuple[Path, Trail]]:
        """Every strand from each of its ends, with the ends of cables that it passes."""
        passed: set[tuple[Port, int]] = set()
        for start in origins(self.plant, self.places):
            for path, trail in self.strands_from(start):
                passed.update(self.positions(trail))
                yield path, trail
        # What no end leads to runs in a circle, mostly.
        for port, position in self.ends_of_cables():
            if (port, position) not in passed:
                for path, trail in self._strands_of_circle(port, position):
                    passed.update(self.positions(trail))
                    yield path, trail

    def _strands_of_circle(self, port: Port, position: int) -> Iterator[tuple[Path, Trail]]:
        stop = self.places.not_reached(port)
        circle = self.places.circle(port).reason
        for path, trail in self.strands_from(Start(stop, (), Spot(port, (position,) if position else ()))):
            closed = path.a == path.z and circle in path.reason
            yield msgspec.structs.replace(path, reason=circle) if closed else path, trail

    def ends_of_cables(self) -> Iterator[tuple[Port, int]]:
        """Every position of every end of a cable that anything leads to; position 0 where there is only one."""
        for port, plug in self.plant.plugs.items():
            positions = plug.positions
            if not positions and self._wide(port):
                positions = tuple(sorted({strand.position for strand in self.plant.strands.get(port, ())}))
            for position in positions or (0,):
                yield port, position

    def positions(self, trail: Trail) -> Iterator[tuple[Port, int]]:
        """The positions of ends of cables that a strand passes, as `ends_of_cables` names them."""
        for port, stack, _ in trail.passed:
            counted = stack and (
                self.plant.plugs[port].positions or (self._wide(port) and port in self.plant.strands)
            )
            yield port, stack[-1] if counted else 0

    def strands_from(self, start: Start) -> Iterator[tuple[Path, Trail]]:
        """Every strand from a start to where it ends.

        All of them go on by one cable at a time, so that it does not depend on the order of anything how far they are
        followed when they become too many.
        """
        under_way = [_Way(start.hops, start.trail, start.spot)]
        ended = 0
        while under_way:
            further = (further for way in under_way for further in self._further(way))
            found = list(islice(further, _MOST_WAYS - ended + 1))
            if len(found) > _MOST_WAYS - ended:
                found = [end for way in under_way for end in self._given_up(way)]
            under_way = []
            for way in found:
                if way.stop is None:
                    under_way.append(way)
                else:
                    ended += 1
                    yield joined(start.stop, way.hops, way.stop, choice=way.choice), way.trail

    def _given_up(self, way: _Way) -> Iterator[_Way]:
        """A strand that is one of too many, as far as the cable that it is about to take."""
        spot = way.spot
        if spot is None or (plug := self.plant.plugs.get(spot.port)) is None:
            yield from self._further(way)
            return
        stop = self.places.nowhere(f"more than {_MOST_WAYS} ways lead on from {spot.port.text}")
        trail = way.trail.over(*spot, used=False)
        yield way._replace(hops=(*way.hops, self.cables[plug.cable]), trail=trail, spot=None, stop=stop)

    def _further(self, way: _Way) -> Iterator[_Way]:
        """Over what is plugged in where a strand is, and through what is at its other end."""
        spot = way.spot
        if spot is None:
            return
        if (plug := self.plant.plugs.get(spot.port)) is not None:
            if spot.stack or not self.plant.snapshot.cables[plug.cable].profile or not plug.positions:
                yield from self._over(way, spot, plug)
            else:
                for position in plug.positions:
                    known = way._replace(trail=way.trail.learned(position))
                    yield from self._over(known, Spot(spot.port, (position,)), plug)
        elif (radio := self.plant.radios.get(spot.port)) is not None:
            hop = Hop(kind="wireless", name=radio.name, status=radio.status)
            yield way._replace(hops=(*way.hops, hop), spot=None, stop=self.places.end(radio.port))
        else:
            yield _Way(way.hops, way.trail, None, self.places.unplugged(spot.port), way.choice)

    def _over(self, way: _Way, spot: Spot, plug: Plug) -> Iterator[_Way]:
        """Over a cable, and through what is at its other end."""
        if stop := self._refused(way.trail, spot):
            yield way._replace(spot=None, stop=stop)
            return
        hops = (*way.hops, self.cables[plug.cable])
        near = way.trail.over(*spot, used=bool(self.plant.snapshot.cables[plug.cable].profile))
        for far in across(self.plant, spot, plug):
            choice = way.choice or far.choice
            if far.port is None:
                yield _Way(hops, near, None, self.places.nowhere(far.reason), choice)
                continue
            trail = near.over(far.port, far.stack, used=self._wide(far.port))
            if near.meets(far.port, far.stack):
                yield _Way(hops, trail, None, self.places.circle(far.port), choice)
            else:
                yield from self._through(far.port, far.stack, _Way(hops, trail, None, None, choice))

    def _refused(self, trail: Trail, spot: Spot) -> Stop | None:
        """Why a strand is not followed over the cable at this spot."""
        if trail.meets(*spot):
            return self.places.circle(spot.port)
        if max(trail.deepest, len(spot.stack)) > _DEEPEST:
            return self.places.stop(spot.port, f"more than {_DEEPEST} trunks inside one another lead here")
        return None

    def _wide(self, port: Port) -> bool:
        return self.plant.widths.get(port, 1) > 1

    def _through(self, port: Port, stack: Stack, way: _Way) -> Iterator[_Way]:
        """Through what a cable ends on."""
        if port.kind in PASSIVE:
            yield from self._panel(port, stack, way)
        elif port.kind == CIRCUIT:
            yield self._circuit(port, stack, way)
        elif port in self.plant.channels and stack and self.plant.plugs[port].positions:
            yield way._replace(stop=self.places.channel(port, stack[-1]))
        else:
            yield _Way(way.hops, way.trail, None, self.places.end(port), way.choice)

    def _panel(self, port: Port, stack: Stack, way: _Way) -> Iterator[_Way]:
        learns = not stack and self._wide(port)
        found = False
        for hop, spot in through_panel(self.plant, port, stack):
            found = True
            trail = way.trail.learned(hop.enter_positions[0]) if learns else way.trail
            yield _Way((*way.hops, hop), trail, spot, None, way.choice)
        if not found:
            yield way._replace(stop=self.places.unmapped(port))

    def _circuit(self, port: Port, stack: Stack, way: _Way) -> _Way:
        if reason := self.places.one_sided(port):
            return way._replace(stop=self.places.stop(port, reason))
        hop, far = through_circuit(self.plant, port)
        if far in self.plant.plugs:
            return way._replace(hops=(*way.hops, hop), spot=Spot(far, stack))
        return way._replace(hops=(*way.hops, hop), stop=self.places.circuit_end(far))
