"""What a check says of one device."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from linewright.checks.compliance.seen import Seen
from linewright.model.objects import Record

#: The words of a verdict. "not reviewed": the check applies and could not look; "error": it tried and failed.
Outcome = Literal["pass", "fail", "not applicable", "not reviewed", "error"]


class Verdict(Record, frozen=True):
    """One check on one device.

    `reason` is one sentence; `wanted` and `found` are what was held together; `evidence` are the lines that show it.
    """

    check: str
    device: str
    outcome: Outcome
    reason: str
    wanted: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class Check(NamedTuple):
    """A rule: `name` is its identity, `title` one line for people, `groups` what it may be chosen by."""

    name: str
    title: str
    groups: tuple[str, ...]
    facets: tuple[str, ...]
    judge: Callable[[str, Seen], Verdict]
