"""Who sees the changed device, and what of theirs concerns it. Pure."""

from collections.abc import Iterable, Mapping

from linewright.checks.change.expected import NEIGHBOURS
from linewright.checks.change.items import lost
from linewright.checks.expected import Expectation, Peer
from linewright.model.natural import natural_key
from linewright.model.objects import Record
from linewright.model.observation import Observation
from linewright.plan.changeplan import CheckRef
from linewright.trace import Path

_MAY_GO, _ON, _MAY_GO_ON = "may go", "on ", "may go on "


class Beside(Record, frozen=True):
    """A device that sees the changed one: the things (`items`) there that concern it, and which of them may go."""

    device: str
    concerns: tuple[str, ...]
    may_go: tuple[str, ...] = ()


def beside(
    device: str,
    paths: Iterable[Path],
    expectation: Expectation,
    gone: Iterable[str],
    *,
    renamed: bool = False,
) -> tuple[Beside, ...]:
    """Everybody who is cabled to a device, or has a BGP session with it, in natural order.

    Args:
        device: the changed one.
        paths: the end-to-end paths of the network.
        expectation: the sessions that should be up.
        gone: what the change takes away on the device itself (`may_go`).
        renamed: whether the change gives the device another name.
    """
    own = frozenset(gone)
    found: dict[str, tuple[set[str], set[str]]] = {}
    for path in paths:
        if not path.joins_interfaces:
            continue
        for near, far in ((path.a, path.z), (path.z, path.a)):
            if near.device == device != far.device:
                concerns, may = found.setdefault(far.device, (set(), set()))
                there = {kind: f"{kind} {far.port}" for kind in ("port", "heard", "ospf")}
                concerns.update(there.values())
                may.update(item for kind, item in there.items() if {kind, f"{kind} {near.port}"} & own)
                if renamed:
                    may.add(there["heard"])
    for session in expectation.sessions:
        for ours, theirs in ((session.a, session.z), (session.z, session.a)):
            if ours.device == device != theirs.device and theirs.device:
                concerns, may = found.setdefault(theirs.device, (set(), set()))
                concerns.add(_seen_by(theirs, ours))
                if {"bgp", _seen_by(ours, theirs)} & own:
                    may.add(_seen_by(theirs, ours))
    return tuple(
        Beside(device=name, concerns=tuple(sorted(concerns)), may_go=tuple(sorted(may)))
        for name, (concerns, may) in sorted(found.items(), key=lambda item: natural_key(item[0]))
    )


def reference(digest: str, gone: Iterable[str], others: Iterable[Beside]) -> CheckRef:
    """The check as a plan holds it."""
    given = {_MAY_GO: tuple(sorted(gone))}
    for other in others:
        given[f"{_ON}{other.device}"] = other.concerns
        if other.may_go:
            given[f"{_MAY_GO_ON}{other.device}"] = other.may_go
    return CheckRef(name=NEIGHBOURS, digest=digest, input=given)


def judged(
    ref: CheckRef, device: str, before: Mapping[str, Observation], after: Mapping[str, Observation]
) -> tuple[str, ...]:
    """What a change has broken, in words; empty when nothing that must stay is gone.

    Args:
        ref: the check of the plan.
        device: the changed one.
        before: it and those beside it before the change, by name; who was not read then is not judged.
        after: the same after it.
    """
    found = [
        f"{device}: {fault}" for fault in lost(before[device], after[device], ref.input.get(_MAY_GO, ()))
    ]
    for name, concerns in ref.input.items():
        if not name.startswith(_ON):
            continue
        other = name.removeprefix(_ON)
        if other in before and before[other].reached:
            may = ref.input.get(f"{_MAY_GO_ON}{other}", ())
            found += [f"{other}: {fault}" for fault in lost(before[other], after[other], may, concerns)]
    return tuple(found)


def expected_to_go(ref: CheckRef) -> tuple[str, ...]:
    """What the change takes away on the device itself, for people who read the plan."""
    return ref.input.get(_MAY_GO, ())


def _seen_by(near: Peer, far: Peer) -> str:
    return f"bgp vrf {near.vrf} {far.address}" if near.vrf else f"bgp {far.address}"
