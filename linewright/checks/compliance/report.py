"""Verdicts as people read them and as programs do. Nothing here prints."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from linewright.checks.compliance.verdict import Check, Outcome, Verdict
from linewright.errors import ExitCode

#: Name and version of the JSON form.
SCHEMA = "linewright.check/1"
#: In the order of what needs somebody first.
OUTCOMES: tuple[Outcome, ...] = ("fail", "error", "not reviewed", "pass", "not applicable")
_SHOWN = 6
_UNITS = (("d", 86_400), ("h", 3600), ("min", 60))


def code(verdicts: Iterable[Verdict]) -> ExitCode:
    """What the verdicts make a command exit with: a rule that nobody looked at is not kept."""
    broken = {"fail", "error", "not reviewed"}
    return ExitCode.FINDING if any(v.outcome in broken for v in verdicts) else ExitCode.DONE


def text(verdicts: Iterable[Verdict], checks: Iterable[Check]) -> Iterator[str]:
    """Per check a line of counts, then whatever is not fine, equal reasons together."""
    told = list(verdicts)
    for check in checks:
        mine = [verdict for verdict in told if verdict.check == check.name]
        counts = Counter(verdict.outcome for verdict in mine)
        counted = ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome])
        yield f"{check.name:<12} {check.title}: {counted or 'no device'}"
        for outcome in OUTCOMES[:3]:
            yield from _grouped(outcome, [verdict for verdict in mine if verdict.outcome == outcome])


def age(oldest: str, newest: str, now: str) -> str:
    """When what was judged had been seen, and how long ago the oldest of it is; times are UTC text."""
    when = oldest if oldest == newest else f"{oldest} to {newest}"
    try:
        seconds = (datetime.fromisoformat(now) - datetime.fromisoformat(oldest)).total_seconds()
    except (ValueError, TypeError):  # a file somebody wrote by hand
        return f"Seen {when}"
    unit, size = next(((unit, size) for unit, size in _UNITS if seconds >= size), ("s", 1))
    return f"Seen {when}; the oldest {int(max(seconds, 0) // size)} {unit} ago"


def document(verdicts: Iterable[Verdict], facts: Mapping[str, object]) -> bytes:
    """The JSON form; equal verdicts give equal bytes."""
    whole = {"schema": SCHEMA, **facts, "verdicts": list(verdicts)}
    return msgspec.json.encode(whole, order="sorted") + b"\n"


def _grouped(outcome: Outcome, verdicts: list[Verdict]) -> Iterator[str]:
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for verdict in verdicts:
        groups.setdefault((verdict.reason, verdict.evidence), []).append(verdict.device)
    for (reason, evidence), devices in groups.items():
        names = ", ".join(devices[:_SHOWN]) + (
            f" and {len(devices) - _SHOWN} more" if len(devices) > _SHOWN else ""
        )
        yield f"  {outcome.upper():<13} {names}: {reason}"
        yield from (f"    {line}" for line in evidence)
