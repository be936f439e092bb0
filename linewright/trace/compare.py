"""The one comparison of cables with neighbours seen by LLDP (IEEE 802.1AB): both ends, exact names.

A path is confirmed only when each end hears the other and nobody else. One end that hears another port disproves it,
even beside the right one: right after a move the old neighbour is still told for seconds. Everything else is said as
it is: nobody heard anything, nobody could hear, nobody listened.
"""

from collections.abc import Iterable, Mapping

from linewright.model.natural import natural_key
from linewright.model.observation import Observation
from linewright.trace.cabling import CableState, Cabling, Miswiring, PortName, State, Undocumented
from linewright.trace.groups import miswirings
from linewright.trace.path import CONNECTED, End, Path


def compare(paths: Iterable[Path], observations: Mapping[str, Observation]) -> Cabling:
    """Every path against what the devices at its ends heard; `observations` by device name."""
    return _Comparison(tuple(paths), observations).result()


class _Comparison:
    def __init__(self, paths: tuple[Path, ...], observations: Mapping[str, Observation]) -> None:
        self.paths = paths
        self.observations = observations
        self.heard: dict[PortName, tuple[PortName, ...]] = {}
        for device, observation in observations.items():
            for neighbor in observation.neighbors or ():
                port = (device, neighbor.port)
                heard = {*self.heard.get(port, ()), (neighbor.device, neighbor.remote_port)}
                self.heard[port] = tuple(sorted(heard, key=_order))
        self.known = {end.device for path in paths for end in (path.a, path.z) if end.is_interface}
        self.known |= set(observations)
        #: Where each port leads; a port of several lanes has several far ends.
        self.far: dict[PortName, set[PortName]] = {}
        for path in self.paths:
            for near, far in ((path.a, path.z), (path.z, path.a)):
                self.far.setdefault(_port(near), set()).add(_port(far))

    def result(self) -> Cabling:
        states = tuple(self._state(path) for path in self.paths)
        groups = miswirings(states)
        return Cabling(states=states, miswirings=groups, undocumented=self._undocumented(groups))

    def _state(self, path: Path) -> CableState:
        heard_a, heard_z = self._at(path.a), self._at(path.z)
        if not path.complete:
            state, detail = _unseen(path.reason)
        elif not path.joins_interfaces:
            state, detail = _unseen(_beyond(path))
        elif wrong := self._wrong(path):
            state, detail = "mismatch", wrong
        elif path.status != CONNECTED:
            state, detail = "not assessed", f"{path.status} in the source of truth"
        else:
            state, detail = self._seen_or_not(path)
        return CableState(
            path=path, state=state, detail=detail, seen=self._when(path), heard_a=heard_a, heard_z=heard_z
        )

    def _seen_or_not(self, path: Path) -> tuple[State, str]:
        ends = ((path.a, path.z), (path.z, path.a))
        hearing = [near for near, far in ends if _port(far) in self._at(near)]
        if len(hearing) == 2:
            return "confirmed", ""
        if (obstacle := self._obstacle(path)) is not None:
            state, reason = obstacle
            return state, f"{reason}; {hearing[0].text} hears the other end" if hearing else reason
        return (
            "not seen",
            f"only {hearing[0].text} hears the other end" if hearing else "no end hears the other",
        )

    def _obstacle(self, path: Path) -> tuple[State, str] | None:
        """Why the two ends need not have heard each other although the cable may be right."""
        for end in (path.a, path.z):
            if not end.enabled:
                return _unseen(f"{end.text} is disabled in the source of truth")
            if not self._can_be_asked(end):
                return _unseen(f"{end.device} has no platform that could be asked")
            if reason := self._deaf(end):
                return _unseen(reason)
        for end in (path.a, path.z):
            if reason := self._not_visited(end):
                return "not assessed", reason
        return _unseen(f"it runs through circuit {path.circuits[0]}") if path.circuits else None

    def _wrong(self, path: Path) -> str:
        """What disproves this path, or nothing."""
        if path.status == "planned":
            sights = [_hears(end, self._at(end)) for end in (path.a, path.z) if self._at(end)]
            return f"planned in the source of truth, but {'; '.join(sights)}" if sights else ""
        wrong = False
        for near, far in ((path.a, path.z), (path.z, path.a)):
            heard = self._at(near)
            # Behind a device that cannot be asked (an unmanaged switch) anybody may be heard. On a leased line the
            # provider's own equipment may be heard; only a device of ours disproves the path.
            if not self._can_be_asked(far):
                continue
            counted = [port for port in heard if not path.circuits or port[0] in self.known]
            wrong = wrong or (
                bool(counted) and (_port(far) not in heard or not self.far[_port(near)].issuperset(counted))
            )
        if not wrong:
            return ""
        return "; ".join(self._report(near, far) for near, far in ((path.a, path.z), (path.z, path.a)))

    def _can_be_asked(self, end: End) -> bool:
        return bool(end.platform) or end.device in self.observations

    def _report(self, near: End, far: End) -> str:
        if reason := self._not_visited(near) or self._deaf(near):
            return reason
        heard = self._at(near)
        if heard == (_port(far),):
            return f"{near.text} sees {far.text} as it should"
        return _hears(near, heard)

    def _at(self, end: End) -> tuple[PortName, ...]:
        return self.heard.get(_port(end), ()) if end.is_interface else ()

    def _not_visited(self, end: End) -> str:
        observation = self.observations.get(end.device)
        if observation is None:
            return f"{end.device} was not collected"
        if not observation.reached:
            return f"{end.device} was not reached"
        if observation.neighbors is None and "neighbors" not in observation.missing:
            return f"neighbours of {end.device} were not asked for"
        return ""

    def _deaf(self, end: End) -> str:
        observation = self.observations.get(end.device)
        if observation is None or observation.neighbors is not None:
            return ""
        reason = observation.missing.get("neighbors", "")
        return f"{end.device} tells no neighbours: {reason}" if reason else ""

    def _when(self, path: Path) -> str:
        visited = (self.observations.get(end.device) for end in (path.a, path.z) if end.is_interface)
        return min((seen.seen for seen in visited if seen is not None and seen.reached), default="")

    def _undocumented(self, groups: tuple[Miswiring, ...]) -> tuple[Undocumented, ...]:
        told = {frozenset(pair) for group in groups for pair in group.joined}
        silent: set[PortName] = set()
        for path in self.paths:
            if path.joins_interfaces:
                told.add(frozenset((_port(path.a), _port(path.z))))
            open_ended = not all(map(self._can_be_asked, (path.a, path.z)))
            if path.circuits or path.status == "planned" or (path.joins_interfaces and open_ended):
                silent |= {_port(path.a), _port(path.z)}
        found: dict[frozenset[PortName], Undocumented] = {}
        for port in sorted(self.heard, key=_order):
            for heard in self.heard[port]:
                pair = frozenset((port, heard))
                if pair in told or port in silent or pair in found:
                    continue
                found[pair] = Undocumented(
                    port=port,
                    heard=heard,
                    mutual=port in self.heard.get(heard, ()),
                    seen=self.observations[port[0]].seen,
                )
        return tuple(found.values())


def _unseen(reason: str) -> tuple[State, str]:
    return "cannot be seen", reason


def _beyond(path: Path) -> str:
    for end in (path.a, path.z):
        if end.kind == "provider-network":
            return f"it ends in provider network {end.port}"
    end = path.z if path.a.is_interface else path.a
    return f"{end.text} is a {end.kind.replace('-', ' ')}"


def _hears(end: End, heard: tuple[PortName, ...]) -> str:
    return f"{end.text} sees {' and '.join(' '.join(port) for port in heard) or 'nothing'}"


def _port(end: End) -> PortName:
    return (end.device, end.port)


def _order(port: PortName) -> tuple[object, ...]:
    return (natural_key(port[0]), natural_key(port[1]))
