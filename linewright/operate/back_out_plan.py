"""What taking a job back means, and how it went: what the screens tell."""

from linewright.change.dispatch import Outcome
from linewright.change.run import JobResult
from linewright.errors import ExitCode, worst
from linewright.model.objects import Record
from linewright.operate.jobs import Job
from linewright.operate.rendering import Problem
from linewright.plan.changeplan import ChangePlan
from linewright.plan.undo import Undo

#: What a change that waited, and was to be taken back, ends a command with when it was not.
_NOT_BACK = {
    "unknown": ExitCode.UNKNOWN,
    "not reached": ExitCode.NOT_REACHED,
    "refused": ExitCode.REFUSED,
    "rolled back": ExitCode.DONE,
}


class BackOut(Record, frozen=True):
    """What taking a job back means, before anything is sent.

    `of` is the job, `done` its plan; `plan` is that plan turned round, None when nothing is left to take back.
    `undone` says of each device what the lines are, `nothing` names devices that need none. On the devices of `waiting`
    the change is not confirmed yet: there it is taken back at once. `since` are jobs that have changed a device after
    this one. `until` (UTC) is when the agreement ends; `late`: it has. `unread` is why the journal could not be read.
    A plan is whole or not made: with `problems` there is none.
    """

    of: Job
    done: ChangePlan
    plan: ChangePlan | None = None
    undone: dict[str, Undo] = {}  # noqa: RUF012 - msgspec copies it per instance
    waiting: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    since: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 - as above
    until: str = ""
    late: bool = False
    unread: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def agreed(self) -> bool:
        """Whether every line is one that was agreed to with the plan."""
        return not self.late and all(one.agreed for one in self.undone.values())

    @property
    def code(self) -> ExitCode:
        """What the command exits with when nothing is sent."""
        return worst([ExitCode(problem.code) for problem in self.problems])


class TakenBack(Record, frozen=True):
    """How it went: `waited` are devices where the change still waited, `result` is the back-out's own job.

    `told` says where that job is written down, when not in the site's journal.
    """

    job: str
    waited: tuple[Outcome, ...] = ()
    result: JobResult | None = None
    told: str = ""

    @property
    def code(self) -> ExitCode:
        """What the command exits with."""
        codes = [_NOT_BACK.get(one.result, ExitCode.STOPPED) for one in self.waited]
        return worst([*codes, *([self.result.code] if self.result is not None else [])])
