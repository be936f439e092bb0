"""A change job: check every device, then batch by batch, and stop at the first that is not confirmed."""

from collections.abc import Callable, Iterable
from typing import Literal

from linewright.change.dispatch import Dispatch, Outcome, Step
from linewright.errors import ExitCode, worst
from linewright.journal.journal import Journal
from linewright.model.objects import Record
from linewright.plan.changeplan import ChangePlan

#: Told as the job goes on: what happened, and the outcomes it is about.
Announce = Callable[[Literal["checked", "batch", "done"], tuple[Outcome, ...]], None]

_CODES = {
    "confirmed": ExitCode.DONE,
    "unchanged": ExitCode.DONE,
    "refused": ExitCode.REFUSED,
    "not reached": ExitCode.NOT_REACHED,
    "rolled back": ExitCode.STOPPED,
    "not saved": ExitCode.STOPPED,
    "unknown": ExitCode.UNKNOWN,
}


class JobResult(Record, frozen=True):
    """How a job ended. `outcomes` has one for each device that was written to or refused; `untouched` are the others."""

    job: str
    outcomes: tuple[Outcome, ...]
    untouched: tuple[str, ...]
    wrote: bool

    def count(self, result: str) -> int:
        """How many devices ended like that."""
        return sum(outcome.result == result for outcome in self.outcomes)

    @property
    def code(self) -> ExitCode:
        """What the command exits with. A refusal after something was confirmed elsewhere is a stop, state known."""
        codes = [_CODES[outcome.result] for outcome in self.outcomes]
        if self.wrote and any(code in (ExitCode.REFUSED, ExitCode.NOT_REACHED) for code in codes):
            codes.append(ExitCode.STOPPED)
        return worst(codes)


def run(plan: ChangePlan, dispatch: Dispatch, journal: Journal, job: str, announce: Announce) -> JobResult:
    """Carry out a plan, and nothing but the plan.

    First every device is read and compared with what the plan found; if one has moved or does not answer, nothing is
    written anywhere. Then the batches, each only when every device of the one before is confirmed.

    Raises:
        FacilityError: the journal cannot be written; nothing more was sent.
    """
    journal.append(
        job, "job begun", plan=plan.digest, code=plan.code, devices=[p.device for p in plan.devices]
    )
    checked = _all(dispatch, (Step(kind="check", job=job, attempt=1, plan=part) for part in plan.devices))
    announce("checked", checked)
    failed = tuple(outcome for outcome in checked if outcome.result != "unchanged")
    if failed:
        untouched = tuple(
            part.device for part in plan.devices if part.device not in {o.device for o in failed}
        )
        return _ended(journal, JobResult(job=job, outcomes=failed, untouched=untouched, wrote=False))
    outcomes: list[Outcome] = []
    for batch in plan.batches:
        announce("batch", tuple(Outcome(device=name, result="unchanged") for name in batch))
        steps = (Step(kind="change", job=job, attempt=1, plan=plan.device(name)) for name in batch)
        done = _all(dispatch, steps)
        outcomes += done
        announce("done", done)
        if any(outcome.result != "confirmed" for outcome in done):
            break
    touched = {outcome.device for outcome in outcomes}
    untouched = tuple(part.device for part in plan.devices if part.device not in touched)
    wrote = any(
        outcome.result in ("confirmed", "not saved", "rolled back", "unknown") for outcome in outcomes
    )
    return _ended(journal, JobResult(job=job, outcomes=tuple(outcomes), untouched=untouched, wrote=wrote))


def _all(dispatch: Dispatch, steps: Iterable[Step]) -> tuple[Outcome, ...]:
    """Submit steps, never more at once than the dispatch carries, and wait for all of them, in order."""
    waiting = list(steps)
    outcomes: list[Outcome] = []
    size = max(1, dispatch.capacity())
    for start in range(0, len(waiting), size):
        tickets = [dispatch.submit(step) for step in waiting[start : start + size]]
        outcomes += [dispatch.outcome(ticket) for ticket in tickets]
    return tuple(outcomes)


def _ended(journal: Journal, result: JobResult) -> JobResult:
    results = {outcome.device: outcome.result for outcome in result.outcomes}
    journal.append(result.job, "job ended", results=results, untouched=list(result.untouched))
    return result
