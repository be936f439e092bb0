"""What a comparison of cables with observed neighbours says: one state per path, and what is wired otherwise."""

from collections.abc import Iterable, Mapping
from typing import Literal

from linewright.model.objects import Record
from linewright.trace.path import Path

#: A path against the live network. "cannot be seen" is passive or beyond our eyes; "not assessed" was not looked at.
State = Literal["confirmed", "mismatch", "not seen", "cannot be seen", "not assessed"]

#: Of several paths through one cable, the first of these is the state of the cable: one confirmed strand proves where
#: a trunk leads, one wrong strand disproves it.
STATES: tuple[State, ...] = ("mismatch", "not seen", "confirmed", "not assessed", "cannot be seen")

#: A port of a device: (device, port).
PortName = tuple[str, str]


class CableState(Record, frozen=True):
    """One path against what its ends see.

    `detail` says in words what was seen or why nothing could be, and of a confirmed one whether one end alone says so;
    `seen` is when (UTC, the older of the two visits, empty when no end was visited). `heard_a` and `heard_z` are the
    neighbours heard at the ends, by our names for them.
    """

    path: Path
    state: State
    detail: str = ""
    seen: str = ""
    heard_a: tuple[PortName, ...] = ()
    heard_z: tuple[PortName, ...] = ()


class Miswiring(Record, frozen=True):
    """Paths that are wired otherwise, together because the same ports are concerned: one mistake, told once.

    `swapped` says that exactly the documented ports are joined to one another, only in other pairs: nothing is loose.
    `joined` are the pairs of ports as seen, the smaller port first. `several` are ports that hear more than one
    neighbour, with all of them: nobody can tell yet which is right (right after a move the old one is still heard).
    """

    paths: tuple[Path, ...]
    joined: tuple[tuple[PortName, PortName], ...]
    swapped: bool = False
    several: tuple[tuple[PortName, tuple[PortName, ...]], ...] = ()

    @property
    def title(self) -> str:
        """Which cables, and what is the matter: "C-0012 and C-0013 are swapped"."""
        names = listed(dict.fromkeys(path.name for path in self.paths))
        if self.several:
            hears = (f"{' '.join(port)} hears {listed(map(' '.join, heard))}" for port, heard in self.several)
            return f"{names} cannot be told for sure: {'; '.join(hears)}"
        if len(self.paths) == 1 or all(path.choice for path in self.paths):
            return f"{names} is wired wrongly"
        how = {2: "swapped"}.get(len(self.paths), "interchanged") if self.swapped else "mixed up"
        # One cable alone: a breakout or a trunk, wired right as a whole and wrong inside.
        one = len({path.name for path in self.paths}) == 1
        return f"strands of {names} are {how}" if one else f"{names} are {how}"

    @property
    def text(self) -> str:
        """The title, and where each pair of ports leads instead."""
        wanted = ", ".join(f"{path.a.text} to {path.z.text}" for path in self.paths)
        found = ", ".join(f"{' '.join(one)} to {' '.join(two)}" for one, two in self.joined)
        return f"{self.title}: should be {wanted}; seen {found}"


class Undocumented(Record, frozen=True):
    """A neighbour heard where no cable is documented; `mutual` when both ends hear each other."""

    port: PortName
    heard: PortName
    mutual: bool = False
    seen: str = ""

    @property
    def text(self) -> str:
        """As people say it: "hq-leaf1 eth7 sees hq-leaf2 eth7"."""
        port, heard = " ".join(self.port), " ".join(self.heard)
        return f"{port} and {heard} see each other" if self.mutual else f"{port} sees {heard}"


class Cabling(Record, frozen=True):
    """The whole comparison: a state for every path given, in the same order."""

    states: tuple[CableState, ...]
    miswirings: tuple[Miswiring, ...] = ()
    undocumented: tuple[Undocumented, ...] = ()

    def by_cable(self) -> Mapping[str, CableState]:
        """For every cable the state that speaks for it (see STATES), by key."""
        through: dict[str, list[CableState]] = {}
        for state in self.states:
            for key in state.path.cables:
                through.setdefault(key, []).append(state)
        return {key: speaking(states) for key, states in through.items()}


def speaking(states: Iterable[CableState]) -> CableState:
    """Of several states, the one that speaks for all (see STATES); the first of equals."""
    return min(states, key=lambda state: STATES.index(state.state))


def listed(names: Iterable[str]) -> str:
    """Names as a sentence holds them: "a", "a and b", "a, b and c"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
