"""Verification: what should be against what was seen, each fault once, with what follows from it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import msgspec

from linewright.checks import wiring
from linewright.checks.causes import Causes, Place
from linewright.checks.drift import ConfigLine, config_causes
from linewright.checks.expected import Adjacency, Expectation, Session, expected
from linewright.checks.state import Seen, adjacency_state, session_state
from linewright.checks.verification import Tally, Verification
from linewright.model.natural import natural_key
from linewright.model.observation import Finding, Observation
from linewright.model.snapshot import Snapshot
from linewright.trace import Cabling, Path, compare
from linewright.trace import paths as traced

_KINDS = ("reach", "config", "interface", "cable", "ospf", "bgp")


def verify(
    snapshot: Snapshot,
    observations: Mapping[str, Observation],
    drift: Mapping[str, Iterable[ConfigLine]],
    *,
    scope: Collection[str] | None = None,
    inside: bool = False,
    paths: tuple[Path, ...] | None = None,
) -> Verification:
    """Judge observations against a snapshot; pure and deterministic.

    Args:
        snapshot: what should be.
        observations: what was collected, by device name, also of devices that were not reached.
        drift: for every device whose configuration was compared, the lines that differ (none: as intended).
        scope: names of the devices to judge; sessions and cables with one end among them count. None: all.
        inside: count only sessions and cables with both ends among them (a part of a network that stands alone).
        paths: the snapshot's paths, if the caller has traced them already.

    Raises:
        DataError: routing data of a device is malformed, or cables contradict each other.
    """
    judged = frozenset(snapshot.devices if scope is None else scope)
    all_paths = traced(snapshot) if paths is None else paths
    return _Verifying(snapshot, observations, judged, all_paths, all if inside else any).result(drift)


class _Verifying:
    def __init__(
        self,
        snapshot: Snapshot,
        observations: Mapping[str, Observation],
        judged: frozenset[str],
        paths: tuple[Path, ...],
        counts: Callable[[Iterable[bool]], bool],
    ) -> None:
        self.snapshot = snapshot
        self.observations = observations
        self.judged = judged
        self.counts = counts
        self.paths = tuple(path for path in paths if self._near(path))
        self.cabling = self._narrowed(compare(paths, observations, snapshot))
        self.findings: list[Finding] = []

    def result(self, drift: Mapping[str, Iterable[ConfigLine]]) -> Verification:
        compared = {device: tuple(lines) for device, lines in drift.items() if device in self.judged}
        config = config_causes(compared)
        unreached = self._unreached()
        shut = self._shut(compared)
        self.findings += [
            *unreached.values(),
            *self._pending(),
            *(cause.finding for cause in config),
            *shut.values(),
        ]
        causes = Causes(config, shut, unreached)
        self.findings += wiring.findings(self.cabling, self.snapshot, self.observations, causes)
        expectation = expected(self.snapshot, self.paths)
        ospf = self._adjacencies(expectation, causes)
        bgp = self._sessions(expectation, causes)
        seen = [observation.seen for observation in self.observations.values() if observation.reached]
        return Verification(
            snapshot=self.snapshot.code,
            seen=min(seen, default=""),
            configs=Tally(
                good=sum(not lines for lines in compared.values()),
                expected=len(compared),
                not_assessed=sum(name in self.judged for name in self.observations.keys() - compared.keys()),
            ),
            bgp=bgp,
            ospf=ospf,
            cables=dict(sorted(Counter(self._states()).items())),
            findings=_arranged(self.findings),
            notes=(*expectation.notes, *wiring.notes(self.cabling, self.snapshot)),
        )

    def _states(self) -> Iterator[str]:
        """The state of each cable of the network; LLDP says nothing of power and consoles, so neither do we."""
        return (state.state for state in self.cabling.by_cable().values() if state.path.carries_data)

    def _among(self, *devices: str) -> bool:
        return self.counts(device in self.judged for device in devices)

    def _near(self, path: Path) -> bool:
        return self._among(path.a.device, path.z.device)

    def _narrowed(self, cabling: Cabling) -> Cabling:
        """What concerns the judged devices, of a comparison that knows the cables outside the scope too."""
        return Cabling(
            states=tuple(state for state in cabling.states if self._near(state.path)),
            miswirings=tuple(
                group
                for group in cabling.miswirings
                if any(map(self._near, group.paths))
                or any(self._among(one[0], two[0]) for one, two in group.joined)
            ),
            undocumented=tuple(
                link for link in cabling.undocumented if self._among(link.port[0], link.heard[0])
            ),
        )

    def _unreached(self) -> dict[str, Finding]:
        return {
            name: Finding(
                key=f"reach/{name}",
                kind="reach",
                device=name,
                subject=name,
                message=_not_reached(name, observation.error),
                hint=observation.error_hint,
                code=observation.failure,
            )
            for name, observation in self.observations.items()
            if name in self.judged and not observation.reached
        }

    def _pending(self) -> Iterator[Finding]:
        """Changes that wait for their confirmation: what was read there may be gone in a moment."""
        for name, observation in self.observations.items():
            if name in self.judged and (waiting := observation.missing.get("pending")):
                yield Finding(
                    key=f"pending/{name}",
                    kind="reach",
                    device=name,
                    subject=name,
                    message=f"{name}: {waiting}",
                    hint="wait until it is confirmed or has rolled back, then verify again",
                )

    def _shut(self, drift: Mapping[str, tuple[ConfigLine, ...]]) -> dict[Place, Finding]:
        """Ports found shut that should not be; where the configuration shows it, the differing line is the cause."""
        found: dict[Place, Finding] = {}
        for name in self.judged & self.observations.keys():
            told = {line.heads[0] for line in drift.get(name, ()) if line.heads and "shutdown" in line.words}
            for port in self.observations[name].ports or ():
                interface = self.snapshot.device(name).interface(port.name)
                if interface is None or port.enabled or not interface.enabled:
                    continue
                if f"interface {port.name}" not in told:
                    found[name, port.name] = Finding(
                        key=f"interface/{name}/{port.name}",
                        kind="interface",
                        device=name,
                        subject=port.name,
                        message=f"{name} {port.name} is shut down",
                        wanted="enabled",
                        found="shut down",
                    )
        return found

    def _adjacencies(self, expectation: Expectation, causes: Causes) -> Tally:
        seen = {a: adjacency_state(a, self.observations) for a in expectation.adjacencies}
        keys: dict[Adjacency, str] = {}
        for adjacency, state in seen.items():
            keys[adjacency] = ""
            if state.state == "down":
                because = causes.of_adjacency(adjacency)
                finding = Finding(
                    key=f"ospf/{adjacency.text}",
                    kind="ospf",
                    device=adjacency.path.a.device,
                    subject=adjacency.text,
                    message=f"OSPF {adjacency.text} down: {state.detail}",
                    wanted="full",
                    found=state.detail,
                    because=because,
                )
                self.findings.append(finding)
                keys[adjacency] = because or finding.key
        causes.note_adjacencies(keys)
        return _tally(seen.values())

    def _sessions(self, expectation: Expectation, causes: Causes) -> Tally:
        seen: dict[Session, Seen] = {
            session: session_state(session, self.observations)
            for session in expectation.sessions
            if self._among(session.a.device, session.z.device)
        }
        for session, state in seen.items():
            if state.state == "down":
                self.findings.append(
                    Finding(
                        key=f"bgp/{session.text}",
                        kind="bgp",
                        device=session.a.device,
                        subject=session.text,
                        message=f"BGP {session.text} down: {state.detail}",
                        wanted="established",
                        found=state.detail,
                        because=causes.of_session(session),
                    )
                )
        return _tally(seen.values())


def _not_reached(name: str, error: str) -> str:
    """The error as it is when it names the device itself."""
    return error if error.startswith(name) else f"{name} was not reached: {error}"


def _tally(seen: Iterable[Seen]) -> Tally:
    count = Counter(state.state for state in seen)
    return Tally(good=count["up"], expected=count["up"] + count["down"], not_assessed=count["not assessed"])


def _arranged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each cause, then its consequences; a consequence of a consequence is told beneath the first cause."""
    by_key = {finding.key: finding for finding in findings}

    def root(finding: Finding) -> str:
        passed = {finding.key}
        while finding.because in by_key and finding.because not in passed:
            passed.add(finding.because)
            finding = by_key[finding.because]
        return finding.key

    def order(finding: Finding) -> tuple[object, ...]:
        return (_KINDS.index(finding.kind), natural_key(finding.device), natural_key(finding.subject))

    beneath: dict[str, list[Finding]] = {}
    for finding in by_key.values():
        top = root(finding)
        if top == finding.key:
            beneath.setdefault(top, [])
        else:
            beneath.setdefault(top, []).append(msgspec.structs.replace(finding, because=top))
    causes = sorted((by_key[key] for key in beneath), key=order)
    return tuple(
        item
        for cause in causes
        for item in (msgspec.structs.replace(cause, because=""), *sorted(beneath[cause.key], key=order))
    )
