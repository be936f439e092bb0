"""What an examination says."""

from collections import Counter
from typing import Literal

from linewright.errors import ExitCode, LinewrightError, worst
from linewright.model.objects import Record

State = Literal["ok", "warn", "fail", "not checked"]
#: Groups in the order in which they are told.
GROUPS = ("machine", "site", "source", "devices", "backups")
Group = Literal["machine", "site", "source", "devices", "backups"]


class Check(Record, frozen=True):
    """One thing that was looked at: what was found, and what to do unless it is well.

    `code` is the exit status a failure stands for: 1, or 4 for what was not reached.
    """

    group: Group
    subject: str
    state: State
    what: str
    todo: str = ""
    code: int = int(ExitCode.DONE)


class Examination(Record, frozen=True):
    """All checks, in the order of their groups."""

    checks: tuple[Check, ...]

    @property
    def code(self) -> ExitCode:
        """The exit status of the command: failures count, warnings do not."""
        return worst([ExitCode(check.code) for check in self.checks if check.state == "fail"])

    @property
    def counts(self) -> dict[State, int]:
        """How many checks there are of each state."""
        found = Counter(check.state for check in self.checks)
        states: tuple[State, ...] = ("ok", "warn", "fail", "not checked")
        return {state: found[state] for state in states}


def ok(group: Group, subject: str, what: str) -> Check:
    """It is as it should be."""
    return Check(group=group, subject=subject, state="ok", what=what)


def warned(group: Group, subject: str, what: str, todo: str) -> Check:
    """It works, and somebody should look at it."""
    return Check(group=group, subject=subject, state="warn", what=what, todo=todo)


def failed(group: Group, subject: str, what: str, todo: str, code: ExitCode = ExitCode.FINDING) -> Check:
    """It does not work like this."""
    return Check(group=group, subject=subject, state="fail", what=what, todo=todo, code=int(code))


def unchecked(group: Group, subject: str, what: str, todo: str = "") -> Check:
    """It could not be looked at, or nobody asked for it."""
    return Check(group=group, subject=subject, state="not checked", what=what, todo=todo)


def from_error(group: Group, subject: str, error: LinewrightError) -> Check:
    """A failure as the error tells it; what was not reached keeps its exit status, all else is a finding."""
    code = ExitCode.NOT_REACHED if error.code == ExitCode.NOT_REACHED else ExitCode.FINDING
    return failed(group, subject, error.message, error.hint, code)
