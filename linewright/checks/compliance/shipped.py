"""The checks that are shipped: routing neighbours, cables, time since the device started."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from linewright.checks.compliance.seen import Seen
from linewright.checks.compliance.verdict import Check, Outcome, Verdict
from linewright.checks.state import Seen as State
from linewright.checks.state import adjacency_state, session_state

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def adjacencies(device: str, seen: Seen) -> Verdict:
    """Every BGP session and OSPF adjacency that the source of truth makes us expect of the device is up."""
    states: list[tuple[str, State]] = [
        (f"BGP {session.text}", session_state(session, seen.observations))
        for session in seen.expectation.sessions
        if device in {session.a.device, session.z.device}
    ]
    states += [
        (f"OSPF {adjacency.text}", adjacency_state(adjacency, seen.observations))
        for adjacency in seen.expectation.adjacencies
        if device in {adjacency.path.a.device, adjacency.path.z.device}
    ]
    down = [f"{name}: {state.detail}" for name, state in states if state.state == "down"]
    up = [name for name, state in states if state.state == "up"]
    return _verdict(
        "adjacencies",
        device,
        counted=("routing neighbour", "up", "down"),
        wanted=[name for name, _ in states],
        good=up,
        bad=down,
    )


def cables(device: str, seen: Seen) -> Verdict:
    """Every cable of the device leads where it is documented, as far as LLDP can see it.

    What LLDP can see of none of its cables is no rule for it; a cable that nobody looked at is not reviewed.
    """
    its = [
        state
        for state in seen.cabling.states
        if device in {state.path.a.device, state.path.z.device} and state.path.carries_data
    ]
    counts = Counter(state.state for state in its)
    ends = [state for state in its if state.state != "cannot be seen"]
    wrong = [
        f"{state.path.name}: {state.detail or state.state}"
        for state in ends
        if state.state in {"mismatch", "not seen"}
    ]
    extra = [link.text for link in seen.cabling.undocumented if device in {link.port[0], link.heard[0]}]
    verdict = _verdict(
        "cables",
        device,
        counted=("cable", "as documented", "not as documented"),
        wanted=[state.path.text for state in ends],
        good=[state.path.name for state in ends if state.state == "confirmed"],
        bad=[*wrong, *(f"no cable is documented: {text}" for text in extra)],
    )
    dark, unasked = counts["cannot be seen"], counts["not assessed"]
    if verdict.outcome == "not applicable" and dark:
        return msgspec.structs.replace(verdict, reason=f"LLDP can see none of {_count(dark, 'cable')} of it")
    more = (f"{dark} cannot be seen" * bool(dark), f"{unasked} not looked at" * bool(unasked))
    told = "; ".join((verdict.reason, *filter(None, more))) if ends else verdict.reason
    return verdict if verdict.outcome == "not reviewed" else msgspec.structs.replace(verdict, reason=told)


def uptime(device: str, seen: Seen) -> Verdict:
    """The device has not started again lately: what it does now it did before."""
    facts = seen.observations[device].facts
    least = seen.limits.uptime
    wanted = (f"at least {_span(least)} since it started",)
    if facts is None or facts.uptime < 0:
        return Verdict(
            check="uptime",
            device=device,
            outcome="not reviewed",
            reason="it does not say how long it has been up",
            wanted=wanted,
        )
    found = f"{_span(facts.uptime)} since it started"
    outcome: Outcome = "pass" if facts.uptime >= least else "fail"
    return Verdict(
        check="uptime", device=device, outcome=outcome, reason=found, wanted=wanted, found=(found,)
    )


CHECKS: tuple[Check, ...] = (
    Check(
        "adjacencies",
        "BGP and OSPF neighbours are up",
        ("routing",),
        ("bgp", "ospf"),
        adjacencies,
    ),
    Check("cables", "Cables lead where they are documented (LLDP)", ("cabling",), ("neighbors",), cables),
    Check("uptime", "Not started again lately", ("health",), ("facts",), uptime),
)


def _verdict(
    check: str,
    device: str,
    *,
    counted: tuple[str, str, str],
    wanted: Sequence[str],
    good: Sequence[str],
    bad: Sequence[str],
) -> Verdict:
    thing, fine, broken = counted
    outcome: Outcome
    if bad:
        outcome, reason = "fail", f"{_count(len(bad), thing)} {broken}"
    elif good:
        outcome, reason = "pass", f"{_count(len(good), thing)} {fine}"
    elif wanted:
        outcome, reason = "not reviewed", f"{_count(len(wanted), thing)} could not be looked at"
    else:
        outcome, reason = "not applicable", f"no {thing} is expected of it"
    return Verdict(
        check=check,
        device=device,
        outcome=outcome,
        reason=reason,
        wanted=tuple(wanted),
        found=tuple(good),
        evidence=tuple(bad),
    )


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def _span(seconds: int) -> str:
    for unit, word in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds // unit} {word}"
    return f"{seconds} s"
