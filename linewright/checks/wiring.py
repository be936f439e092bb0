"""Findings and notes about cables, from the comparison in linewright.trace."""

from collections import Counter
from collections.abc import Mapping

from linewright.checks.causes import Causes
from linewright.model.natural import natural_key
from linewright.model.observation import Finding, Observation, Port
from linewright.model.snapshot import Snapshot
from linewright.trace import CableState, Cabling, End, Undocumented


def findings(
    cabling: Cabling, snapshot: Snapshot, observations: Mapping[str, Observation], causes: Causes
) -> list[Finding]:
    """One finding per wiring mistake, per silent device, per cable not seen and per link without a cable.

    `causes.wiring` is filled on the way: later symptoms on these ports follow from these findings.
    """
    found = [*_miswirings(cabling, causes), *_unseen(cabling, observations, causes)]
    found += [
        Finding(
            key=f"cable/{link.text}",
            kind="cable",
            device=link.port[0],
            subject=" ".join(link.port),
            message=f"{link.text}, but no cable between them is documented",
            wanted="no neighbour",
            found=" ".join(link.heard),
        )
        for link in cabling.undocumented
        if _is_ours(link, snapshot)
    ]
    found += [
        _finding(state, f"{state.path.name} is {state.detail}", "no neighbour")
        for state in cabling.states
        if state.state == "mismatch" and state.path.status == "planned"
    ]
    return found


def notes(cabling: Cabling, snapshot: Snapshot) -> tuple[str, ...]:
    """Neighbours heard where no cable is documented that are not devices of the snapshot."""
    return tuple(
        f"{link.text}, which is no device in the source of truth"
        for link in cabling.undocumented
        if link.heard[0] not in snapshot.devices
    )


def _miswirings(cabling: Cabling, causes: Causes) -> list[Finding]:
    found = []
    for group in cabling.miswirings:
        names = "+".join(path.name for path in group.paths)
        finding = Finding(
            key=f"cable/{names}",
            kind="cable",
            device=group.paths[0].a.device,
            subject=names,
            message=group.title,
            wanted="\n".join(f"{path.a.text} - {path.z.text}" for path in group.paths),
            found="\n".join(f"{' '.join(one)} - {' '.join(two)}" for one, two in group.joined),
        )
        found.append(finding)
        for path in group.paths:
            for end in (path.a, path.z):
                causes.wiring[end.device, end.port] = finding.key
    return found


def _unseen(cabling: Cabling, observations: Mapping[str, Observation], causes: Causes) -> list[Finding]:
    found: list[Finding] = []
    unexplained: list[CableState] = []
    for state in cabling.states:
        if state.state == "not seen":
            if because := causes.of_cable(state.path):
                found.append(_not_seen(state, observations, because))
            else:
                unexplained.append(state)
    for device in _silent(unexplained, observations):
        concerned = [state for state in unexplained if device in {state.path.a.device, state.path.z.device}]
        if len(concerned) < 2:
            continue
        silent = Finding(
            key=f"cable/{device}",
            kind="cable",
            device=device,
            subject=device,
            message=f"{device} hears no neighbour on any port (does LLDP run there?)",
        )
        # A device that is merely silent explains no lost session: causes.wiring is left alone.
        found += [silent, *(_not_seen(state, observations, silent.key) for state in concerned)]
        unexplained = [state for state in unexplained if state not in concerned]
    for state in unexplained:
        finding = _not_seen(state, observations)
        found.append(finding)
        for end in (state.path.a, state.path.z):
            causes.wiring.setdefault((end.device, end.port), finding.key)
    return found


def _silent(states: list[CableState], observations: Mapping[str, Observation]) -> list[str]:
    """Devices that hear nobody at all although several of their cables should be seen; the most concerned first."""
    count = Counter(end.device for state in states for end in (state.path.a, state.path.z))
    silent = [device for device, cables in count.items() if cables > 1 and not observations[device].neighbors]
    return sorted(silent, key=lambda device: (-count[device], natural_key(device)))


def _not_seen(state: CableState, observations: Mapping[str, Observation], because: str = "") -> Finding:
    path = state.path
    message = f"{path.name} {path.a.text} to {path.z.text} not seen: {state.detail}"
    return _finding(state, message + _links(path.a, path.z, observations), path.z.text, because)


def _links(a: End, z: End, observations: Mapping[str, Observation]) -> str:
    down = []
    for end in (a, z):
        port = _port(end, observations)
        if port is not None and port.enabled and not port.up:
            down.append(end.text)
    return f"; no link at {' and '.join(down)}" if down else ""


def _port(end: End, observations: Mapping[str, Observation]) -> Port | None:
    observation = observations.get(end.device)
    ports = observation.ports if observation is not None else None
    return next((port for port in ports or () if port.name == end.port), None)


def _finding(state: CableState, message: str, wanted: str, because: str = "") -> Finding:
    return Finding(
        key=f"cable/{state.path.name}/{state.path.a.text}",
        kind="cable",
        device=state.path.a.device,
        subject=state.path.name,
        message=message,
        wanted=wanted,
        found=state.detail,
        because=because,
    )


def _is_ours(link: Undocumented, snapshot: Snapshot) -> bool:
    """Whether both ends are devices of the snapshot, and neither port is for management only."""
    for device, port in (link.port, link.heard):
        if device not in snapshot.devices:
            return False
        interface = snapshot.devices[device].interface(port)
        if interface is not None and interface.mgmt_only:
            return False
    return True
