"""The graph that paths are walked on: lanes, joined by cables outside and by port mappings inside a panel.

A lane is one position of one termination. Every lane has at most one lane across its cable; inside a panel it may
have several (then the path splits there). Splits, breakouts and the remaining cable profiles need more entries in
these tables, not another walk.
"""

import re
from typing import NamedTuple

from linewright.errors import DataError
from linewright.model.objects import Cable, CableEnd, FrontPort, RearPort
from linewright.model.snapshot import Snapshot

#: Profiles that lead each (connector, position) to the same one at the far end (NetBox: CableProfileChoices).
_STRAIGHT = re.compile(r"(single|trunk)-\d+c\d+p$")


class Lane(NamedTuple):
    """One position of one termination; `device` is "provider/cid" for a circuit termination."""

    kind: str
    device: str
    name: str
    position: int

    @property
    def text(self) -> str:
        """As people say it."""
        return f"{self.device} {self.name}"


class Graph:
    """Lanes of one snapshot.

    `across` gives the cable key and the lane at its other end; `dead` the cable key and the reason for a lane whose
    cable cannot be followed; `inside` the lanes a panel joins a lane to; `wide` the ports with several positions.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        """Build the tables.

        Raises:
            DataError: two cables occupy the same position of a termination.
        """
        self.across: dict[Lane, tuple[str, Lane]] = {}
        self.dead: dict[Lane, tuple[str, str]] = {}
        self.inside: dict[Lane, tuple[Lane, ...]] = {}
        self.wide: set[tuple[str, str, str]] = set()
        self._widths: dict[tuple[str, str, str], int] = {}
        self._mapped: dict[tuple[str, str, str], set[int]] = {}
        for device in snapshot.devices.values():
            self._ports(device.name, device.front_ports, device.rear_ports)
        for cable in snapshot.tables.cables:
            self._cable(cable)

    def _ports(self, device: str, fronts: tuple[FrontPort, ...], rears: tuple[RearPort, ...]) -> None:
        joined: dict[Lane, list[Lane]] = {}
        widths = {("front-port", device, port.name): port.positions for port in fronts}
        widths |= {("rear-port", device, port.name): port.positions for port in rears}
        self._widths |= widths
        self.wide |= {place for place, positions in widths.items() if positions > 1}
        for port in fronts:
            for mapping in port.mappings:
                front = Lane("front-port", device, port.name, mapping.position)
                rear = Lane("rear-port", device, mapping.rear_port, mapping.rear_position)
                joined.setdefault(front, []).append(rear)
                joined.setdefault(rear, []).append(front)
                for lane in (front, rear):
                    self._mapped.setdefault(lane[:3], set()).add(lane.position)
        self.inside.update({lane: tuple(sorted(set(others))) for lane, others in joined.items()})

    def _cable(self, cable: Cable) -> None:
        if not cable.a or not cable.b:
            self._stop(cable, f"cable {cable.key} has only one end")
        elif cable.profile and all(end.connector and end.positions for end in (*cable.a, *cable.b)):
            self._by_profile(cable)
        elif cable.profile:
            self._stop(
                cable, f"cable {cable.key} has profile {cable.profile}, but its ends have no positions"
            )
        else:
            self._by_order(cable)

    def _by_profile(self, cable: Cable) -> None:
        if not _STRAIGHT.match(cable.profile):
            self._stop(cable, f"cable {cable.key}: profile {cable.profile} is not followed")
            return
        near, far = self._connectors(cable.a), self._connectors(cable.b)
        for place in sorted(near.keys() | far.keys()):
            a, b = near.get(place), far.get(place)
            if a is not None and b is not None:
                self._join(cable, a, b)
            elif (lone := a or b) is not None:
                self._kill(cable, lone, f"cable {cable.key} has nothing opposite {lone.text}")

    @staticmethod
    def _connectors(ends: tuple[CableEnd, ...]) -> dict[tuple[int, int], Lane]:
        return {
            (end.connector, position): Lane(end.kind, end.device, end.name, index)
            for end in ends
            for index, position in enumerate(end.positions, 1)
        }

    def _by_order(self, cable: Cable) -> None:
        if len(cable.a) != len(cable.b):
            counts = f"{len(cable.a)} ends on one side and {len(cable.b)} on the other"
            self._stop(cable, f"cable {cable.key} has {counts}, and no profile says which belong together")
            return
        for a, b in zip(cable.a, cable.b, strict=True):
            if self._width(a) != self._width(b):
                widths = f"{self._width(a)} and {self._width(b)} positions"
                reason = (
                    f"cable {cable.key} joins ports of {widths}, and no profile says which belong together"
                )
                for lane in (*self._lanes(a), *self._lanes(b)):
                    self._kill(cable, lane, reason)
                continue
            # Only positions that a panel maps on at least one side can lead anywhere.
            for position in sorted(self._positions(a) | self._positions(b)):
                self._join(
                    cable, Lane(a.kind, a.device, a.name, position), Lane(b.kind, b.device, b.name, position)
                )

    def _width(self, end: CableEnd) -> int:
        return self._widths.get((end.kind, end.device, end.name), 1)

    def _positions(self, end: CableEnd) -> set[int]:
        return self._mapped.get((end.kind, end.device, end.name), {1})

    def _lanes(self, end: CableEnd) -> list[Lane]:
        return [Lane(end.kind, end.device, end.name, position) for position in sorted(self._positions(end))]

    def _join(self, cable: Cable, a: Lane, b: Lane) -> None:
        self._vacant(cable, a)
        self._vacant(cable, b)
        self.across[a] = (cable.key, b)
        self.across[b] = (cable.key, a)

    def _kill(self, cable: Cable, lane: Lane, reason: str) -> None:
        self._vacant(cable, lane)
        self.dead[lane] = (cable.key, reason)

    def _stop(self, cable: Cable, reason: str) -> None:
        for end in (*cable.a, *cable.b):
            for lane in self._lanes(end):
                self._kill(cable, lane, reason)

    def _vacant(self, cable: Cable, lane: Lane) -> None:
        other = self.across.get(lane) or self.dead.get(lane)
        if other is not None and other[0] != cable.key:
            raise DataError(
                f"cables {other[0]} and {cable.key} both end on {lane.text}, position {lane.position}",
                hint="give each termination one cable in the source of truth",
            )
