"""From symptoms to causes: which known fault explains that a session, an adjacency or a cable is down.

The rules are tried in a fixed order, the most specific evidence first: a differing line about the neighbour, a
differing line or a shut port on the interface, wrong wiring, a device that was not reached. What no rule explains
stands on its own.
"""

from collections.abc import Iterable, Mapping

from linewright.checks.drift import ConfigCause
from linewright.checks.expected import Adjacency, Session
from linewright.model.observation import Finding
from linewright.trace import Path

#: (device, interface)
Place = tuple[str, str]

_LINK_WORDS = frozenset({"shutdown", "switchport", "encapsulation", "mtu", "vrf", "channel-group"})
_ADDRESS_WORDS = frozenset({"address"})
_OSPF_WORDS = frozenset({"ospf"})
_LLDP_WORDS = frozenset({"lldp"})


class Causes:
    """Known faults, indexed by what they can explain. `wiring` gives the key of a wrong or unseen cable by port."""

    def __init__(
        self, config: Iterable[ConfigCause], shut: Mapping[Place, Finding], unreached: Mapping[str, Finding]
    ) -> None:
        self._config: dict[str, list[ConfigCause]] = {}
        for cause in config:
            self._config.setdefault(cause.device, []).append(cause)
        self.shut = shut
        self.unreached = unreached
        self.wiring: dict[Place, str] = {}
        self._down: dict[Adjacency, str] = {}
        self._adjacencies: dict[str, list[Adjacency]] = {}

    def of_cable(self, path: Path) -> str:
        """The key of what explains that a cable is not seen; "" for nothing."""
        places = ((path.a.device, path.a.port), (path.z.device, path.z.port))
        return (
            self._on_interfaces(places, _LINK_WORDS | _LLDP_WORDS) or self._lldp(places) or self._shut(places)
        )

    def of_adjacency(self, adjacency: Adjacency) -> str:
        """The key of what explains that an OSPF adjacency is down."""
        path = adjacency.path
        places = ((path.a.device, path.a.port), (path.z.device, path.z.port))
        return (
            self._on_interfaces(places, _LINK_WORDS | _ADDRESS_WORDS | _OSPF_WORDS)
            or self._in_process(places, "router ospf")
            or self._shut(places)
            or self._wired(places)
            or self._reach(places)
        )

    def of_session(self, session: Session) -> str:
        """The key of what explains that a BGP session is down."""
        ends = ((session.a, session.z), (session.z, session.a))
        places = [(near.device, near.interface) for near, _ in ends if near.device]
        for near, far in ends:
            for cause in self._on(near.device):
                if any(_about_neighbor(line.heads, line.line, far.address) for line in cause.lines):
                    return cause.key
        return (
            self._on_interfaces(places, _LINK_WORDS | _ADDRESS_WORDS)
            or self._shut(places)
            or self._wired(places)
            or self._reach(places)
            or self._beneath(places)
        )

    def note_adjacencies(self, states: Mapping[Adjacency, str]) -> None:
        """Tell which adjacencies were expected, and for those that are down (not "") the key of cause or finding."""
        for adjacency, key in states.items():
            for device in {adjacency.path.a.device, adjacency.path.z.device}:
                self._adjacencies.setdefault(device, []).append(adjacency)
            if key:
                self._down[adjacency] = key

    def _beneath(self, places: Iterable[Place]) -> str:
        """A session between loopbacks falls when one of its devices has lost every OSPF adjacency."""
        for device, interface in places:
            adjacencies = self._adjacencies.get(device, [])
            direct = any(interface == end.port for a in adjacencies for end in (a.path.a, a.path.z))
            if adjacencies and not direct and all(adjacency in self._down for adjacency in adjacencies):
                return self._down[adjacencies[0]]
        return ""

    def _on(self, device: str) -> list[ConfigCause]:
        return self._config.get(device, [])

    def _on_interfaces(self, places: Iterable[Place], words: frozenset[str]) -> str:
        for device, interface in places:
            head = f"interface {interface}"
            for cause in self._on(device):
                if any(
                    _about_interface(line.heads, line.line, head, line.words & words) for line in cause.lines
                ):
                    return cause.key
        return ""

    def _in_process(self, places: Iterable[Place], process: str) -> str:
        for device, _ in places:
            for cause in self._on(device):
                if any((*line.heads, line.line)[0].startswith(process) for line in cause.lines):
                    return cause.key
        return ""

    def _lldp(self, places: Iterable[Place]) -> str:
        for device, _ in places:
            for cause in self._on(device):
                if any(not line.section and "lldp" in line.words for line in cause.lines):
                    return cause.key
        return ""

    def _shut(self, places: Iterable[Place]) -> str:
        return next((self.shut[place].key for place in places if place in self.shut), "")

    def _wired(self, places: Iterable[Place]) -> str:
        return next((self.wiring[place] for place in places if place in self.wiring), "")

    def _reach(self, places: Iterable[Place]) -> str:
        return next((self.unreached[device].key for device, _ in places if device in self.unreached), "")


def _about_neighbor(heads: tuple[str, ...], line: str, address: str) -> bool:
    if not heads:
        return line.removeprefix("no ").startswith("router bgp ")
    words = line.removeprefix("no ").split()
    return heads[0].startswith("router bgp ") and words[:2] == ["neighbor", address]


def _about_interface(heads: tuple[str, ...], line: str, head: str, told: frozenset[str]) -> bool:
    """Whether a line is the interface itself, or one in it with a telling word."""
    return line.removeprefix("no ") == head if not heads else heads[0] == head and bool(told)
