"""The one comparison of cables with neighbours seen by LLDP (IEEE 802.1AB).

A path is confirmed when its ends hear each other and nobody else, or when the one end that can be asked hears the other
by name and port. An end that hears another port disproves it, even beside the right one: right after a move the old
neighbour is still told for seconds. Everything else is said as it is: nobody heard anything, nobody could hear, nobody
listened.
"""

from collections.abc import Iterable, Mapping

from linewright.model.observation import Observation
from linewright.model.snapshot import Snapshot
from linewright.trace.cabling import CableState, Cabling, PortName, State
from linewright.trace.directory import Directory
from linewright.trace.groups import miswirings
from linewright.trace.hearing import Ears, Heard
from linewright.trace.path import CONNECTED, End, Path
from linewright.trace.sight import Sight
from linewright.trace.unexpected import undocumented


def compare(
    paths: Iterable[Path], observations: Mapping[str, Observation], snapshot: Snapshot | None = None
) -> Cabling:
    """Every path against what the devices at its ends heard; `observations` by device name.

    With the snapshot, MAC addresses, bundles, channels and what lies in line on the way are known as well.
    """
    return _Comparison(tuple(paths), observations, snapshot).result()


class _Comparison:
    def __init__(
        self, paths: tuple[Path, ...], observations: Mapping[str, Observation], snapshot: Snapshot | None
    ) -> None:
        self.paths = paths
        self.directory = Directory(paths, observations, snapshot)
        self.ears = Ears(observations, self.directory)
        self.sight = Sight(observations, self.directory)
        #: Where each port leads; a port of several lanes has several far ends.
        self.far: dict[PortName, set[PortName]] = {}
        for path in self.paths:
            for near, far in _ends(path):
                self.far.setdefault(near.key, set()).add(far.key)

    def result(self) -> Cabling:
        states = tuple(self._state(path) for path in self.paths)
        groups = miswirings(states)
        unexpected = undocumented(self.paths, groups, self.ears, self.sight, self.directory)
        return Cabling(states=states, miswirings=groups, undocumented=unexpected)

    def _state(self, path: Path) -> CableState:
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
        heard_a, heard_z = (tuple(h.remote for h in self._at(end)) for end in (path.a, path.z))
        return CableState(
            path=path,
            state=state,
            detail=detail,
            seen=self.sight.when(path),
            heard_a=heard_a,
            heard_z=heard_z,
        )

    def _seen_or_not(self, path: Path) -> tuple[State, str]:
        hearing = [near for near, far in _ends(path) if self._hears(near, far)]
        exact = [near for near, far in _ends(path) if self._hears(near, far, exactly=True)]
        if len(hearing) == 2:
            return ("confirmed", "") if exact else _unseen(self._vague(path))
        if path.choice and (other := self._other_choice(path)):
            return _unseen(other)
        obstacle = self.sight.obstacle(path)
        if len(exact) == 1:
            # Nobody asked the other end, or it cannot be asked: what this end was sent came over this cable.
            (near,) = exact
            far = path.z if near == path.a else path.a
            if near.enabled and far.enabled and (why := self.sight.unasked(far)):
                return "confirmed", f"by {near.text} alone; {why}"
        if obstacle is not None:
            state, reason = obstacle
            return state, f"{reason}; {hearing[0].text} hears the other end" if hearing else reason
        return (
            "not seen",
            f"only {hearing[0].text} hears the other end" if hearing else "no end hears the other",
        )

    def _vague(self, path: Path) -> str:
        told = [
            f"{end.text} is told of {' '.join(h.remote)}" for end in (path.a, path.z) for h in self._at(end)
        ]
        return f"no end is told the other's port itself: {'; '.join(dict.fromkeys(told))}"

    def _other_choice(self, path: Path) -> str:
        """A cable that does not say which of its ends belong together: how they do, as seen."""
        for near, far in _ends(path):
            for heard in self._at(near):
                if heard.exact and far.key not in heard.far and heard.far <= self.far[near.key]:
                    return (
                        f"one of several ways the cable may lead; {near.text} sees {' '.join(heard.remote)}"
                    )
        return ""

    def _wrong(self, path: Path) -> str:
        """What disproves this path, or nothing."""
        if path.status == "planned":
            sights = [_hears(end, self._at(end)) for end in (path.a, path.z) if self._at(end)]
            return f"planned in the source of truth, but {'; '.join(sights)}" if sights else ""
        if not any(self._is_disproved(path, near, far) for near, far in _ends(path)):
            return ""
        lanes = any(len(self.far[near.key]) > 1 for near, _ in _ends(path))
        if lanes and all(self._hears(near, far, exactly=True) for near, far in _ends(path)):
            # Of several lanes of one port this one is right; who else is heard belongs to another.
            return ""
        return "; ".join(self._report(near, far) for near, far in _ends(path))

    def _is_disproved(self, path: Path, near: End, far: End) -> bool:
        # Behind a device that cannot be asked (an unmanaged switch) anybody may be heard. On a leased line the
        # provider's own equipment may be heard; only a device of ours disproves the path.
        if not self.sight.can_be_asked(far):
            return False
        return any(
            not self._fits(heard)
            for heard in self._at(near)
            if not (path.circuits and heard.remote[0] not in self.directory.devices)
            and not (heard.nameless and not self.directory.has_addresses(far.device))
        )

    def _fits(self, heard: Heard) -> bool:
        """Whether a neighbour is one that the ports it was told on lead to."""
        expected = set[PortName]().union(*(self.far.get(port, set()) for port in heard.near))
        return bool(heard.far & expected)

    def _hears(self, near: End, far: End, *, exactly: bool = False) -> bool:
        return any(far.key in heard.far and (heard.exact or not exactly) for heard in self._at(near))

    def _report(self, near: End, far: End) -> str:
        if reason := self.sight.unread(near):
            return reason
        heard = self._at(near)
        if [h.far for h in heard] == [{far.key}]:
            return f"{near.text} sees {far.text} as it should"
        return _hears(near, heard)

    def _at(self, end: End) -> list[Heard]:
        return self.ears.at.get(end.key, []) if end.is_interface else []


def _ends(path: Path) -> tuple[tuple[End, End], tuple[End, End]]:
    return (path.a, path.z), (path.z, path.a)


def _unseen(reason: str) -> tuple[State, str]:
    return "cannot be seen", reason


def _beyond(path: Path) -> str:
    for end in (path.a, path.z):
        if end.kind == "provider-network":
            return f"it ends in provider network {end.port}"
    end = path.z if path.a.is_interface else path.a
    return f"{end.text} is a {end.kind.replace('-', ' ')}"


def _hears(end: End, heard: Iterable[Heard]) -> str:
    return f"{end.text} sees {' and '.join(' '.join(h.remote) for h in heard) or 'nothing'}"
