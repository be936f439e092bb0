"""Walking the graph: every strand of every cable, once, to both its ends."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from linewright.model.snapshot import Snapshot
from linewright.trace.graph import Graph, Lane
from linewright.trace.path import CONNECTED, End, Hop, Path, end_order, order

_PASSIVE = ("front-port", "rear-port")
_OTHER_SIDE = {"A": "Z", "Z": "A"}
_NOWHERE = End(kind="open")


class _Step(NamedTuple):
    """What lies behind a lane: something passed, then either another lane or the end and why the walk ends there."""

    hops: tuple[Hop, ...] = ()
    leave: Lane | None = None
    end: End = _NOWHERE
    reason: str = ""


def paths(snapshot: Snapshot) -> tuple[Path, ...]:
    """Every path of a snapshot, each once, in natural order of its ends.

    Every position of every cable belongs to exactly one path. Several positions that lead the same way between the
    same ends (a duplex pair) are one path.

    Raises:
        DataError: two cables occupy the same position of a termination.
    """
    return _Walk(snapshot).all()


class _Walk:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.graph = Graph(snapshot)
        self.walked: set[Lane] = set()
        self.interfaces = {
            (device.name, interface.name): interface.enabled
            for device in snapshot.devices.values()
            for interface in device.interfaces
        }

    def all(self) -> tuple[Path, ...]:
        found = []
        for start, (cable, other) in self.graph.across.items():
            if start not in self.walked:
                self.walked |= {start, other}
                found.append(_joined(self._onward(start), self._cable(cable), self._onward(other)))
        for start, (cable, reason) in self.graph.dead.items():
            if start not in self.walked:
                self.walked.add(start)
                found.append(_joined(self._onward(start), self._cable(cable), _Step(reason=reason)))
        return tuple(sorted(_merged(found), key=order))

    def _onward(self, lane: Lane) -> _Step:
        """From a lane where a cable ends, through whatever is there, to the end: never has a `leave`."""
        hops: list[Hop] = []
        while True:
            step = self._through(lane)
            hops.extend(step.hops)
            if step.leave is None:
                return step._replace(hops=tuple(hops))
            leave = step.leave
            if leave in self.graph.dead:
                cable, reason = self.graph.dead[leave]
                self.walked.add(leave)
                return _Step((*hops, self._cable(cable)), reason=reason)
            if leave not in self.graph.across:
                return _Step(tuple(hops), None, self._end(leave), f"nothing is plugged into {leave.text}")
            if leave in self.walked:
                return _Step(tuple(hops), None, self._end(leave), f"the path comes back to {leave.text}")
            cable, lane = self.graph.across[leave]
            self.walked |= {leave, lane}
            hops.append(self._cable(cable))

    def _through(self, lane: Lane) -> _Step:
        if lane.kind in _PASSIVE:
            return self._panel(lane)
        if lane.kind == "circuit-termination":
            return self._circuit(lane)
        if lane.kind == "interface" and (lane.device, lane.name) not in self.interfaces:
            return _Step(end=self._end(lane), reason=f"{lane.text} is not in the snapshot")
        return _Step(end=self._end(lane))

    def _panel(self, lane: Lane) -> _Step:
        onward = self.graph.inside.get(lane, ())
        if not onward:
            return _Step(
                end=self._end(lane), reason=f"{lane.text} is joined to no port of the panel's other side"
            )
        if len(onward) > 1:
            names = ", ".join(other.name for other in onward)
            return _Step(end=self._end(lane), reason=f"{lane.text} leads to several ports: {names}")
        (leave,) = onward
        if len(back := self.graph.inside[leave]) > 1:
            names = ", ".join(other.name for other in back)
            return _Step(end=self._end(lane), reason=f"{leave.text} is shared by several ports: {names}")
        hop = Hop(
            kind="panel",
            name=lane.device,
            enter=lane.name,
            leave=leave.name,
            enter_positions=self._positions(lane),
            leave_positions=self._positions(leave),
        )
        return _Step((hop,), leave)

    def _positions(self, lane: Lane) -> tuple[int, ...]:
        return (lane.position,) if lane[:3] in self.graph.wide else ()

    def _circuit(self, lane: Lane) -> _Step:
        circuit = self.snapshot.circuits[lane.device]
        side = _OTHER_SIDE.get(lane.name, "")
        far = {"A": circuit.a, "Z": circuit.z}.get(side)
        if far is None:
            return _Step(
                end=self._end(lane), reason=f"circuit {lane.device} has no other side than {lane.name}"
            )
        hop = Hop(kind="circuit", name=lane.device, status=circuit.status, enter=lane.name, leave=side)
        if far.provider_network:
            network = End(kind="provider-network", device=lane.device, port=far.provider_network)
            return _Step((hop,), None, network)
        return _Step((hop,), Lane(lane.kind, lane.device, side, lane.position))

    def _cable(self, key: str) -> Hop:
        return Hop(kind="cable", name=key, status=self.snapshot.cables[key].status)

    def _end(self, lane: Lane) -> End:
        if lane.kind == "circuit-termination":
            circuit = self.snapshot.circuits[lane.device]
            side = circuit.a if lane.name == "A" else circuit.z
            return End(kind=lane.kind, device=lane.device, port=lane.name, site=side.site if side else "")
        device = self.snapshot.devices[lane.device]
        return End(
            kind=lane.kind,
            device=lane.device,
            port=lane.name,
            site=device.site,
            platform=device.platform,
            enabled=self.interfaces.get((lane.device, lane.name), True),
        )


def _joined(near: _Step, cable: Hop, far: _Step) -> Path:
    if end_order(far.end) < end_order(near.end):
        near, far = far, near
    hops = (*(hop.reversed() for hop in reversed(near.hops)), cable, *far.hops)
    reasons = dict.fromkeys(reason for reason in (near.reason, far.reason) if reason)
    return Path(
        a=near.end,
        z=far.end,
        hops=hops,
        status=_status(hops),
        complete=not reasons,
        reason="; ".join(reasons),
    )


def _status(hops: Iterable[Hop]) -> str:
    usable = {"cable": CONNECTED, "circuit": "active"}
    others = {hop.status for hop in hops if hop.kind in usable and hop.status != usable[hop.kind]}
    if not others:
        return CONNECTED
    return "decommissioning" if others == {"decommissioning"} else "planned"


def _merged(found: Iterable[Path]) -> Iterable[Path]:
    """Strands between the same ends through the same ports as one path, their positions united."""
    together: dict[tuple[object, ...], Path] = {}
    for path in found:
        way = tuple((hop.kind, hop.name, hop.enter, hop.leave) for hop in path.hops)
        key = (path.a, path.z, way, path.reason)
        if (other := together.get(key)) is not None:
            hops = tuple(_united(one, two) for one, two in zip(other.hops, path.hops, strict=True))
            path = msgspec.structs.replace(path, hops=hops)  # noqa: PLW2901 - the united path takes its place
        together[key] = path
    return together.values()


def _united(one: Hop, two: Hop) -> Hop:
    return msgspec.structs.replace(
        one,
        enter_positions=tuple(sorted({*one.enter_positions, *two.enter_positions})),
        leave_positions=tuple(sorted({*one.leave_positions, *two.leave_positions})),
    )
