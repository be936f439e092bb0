"""A change job: check every device, then batch by batch, and stop at the first that is not confirmed."""

from collections.abc import Callable, Iterable
from typing import Literal

from linewright.change.dispatch import Dispatch, Outcome, Step
from linewright.errors import ExitCode, LinewrightError, worst
from linewright.journal.journal import Journal
from linewright.model.objects import Record
from linewright.plan.changeplan import ChangePlan

#: Told as the job goes on: what happened, and the outcomes it is about. It must not raise: the job would end unsaid.
Announce = Callable[[Literal["checked", "batch", "done"], tuple[Outcome, ...]], None]

_CODES = {
    "confirmed": ExitCode.DONE,
    "unchanged": ExitCode.DONE,
    "refused": ExitCode.REFUSED,
    "not reached": ExitCode.NOT_REACHED,
    "rolled back": ExitCode.STOPPED,
    "partly back": ExitCode.STOPPED,
    "not saved": ExitCode.STOPPED,
    "unknown": ExitCode.UNKNOWN,
}
#: After these something was sent to the device.
_WRITTEN = ("confirmed", "not saved", "rolled back", "partly back", "unknown")


class Stop:
    """How a job is asked to end after the steps under way. The first reason counts; any thread or signal may ask."""

    def __init__(self) -> None:
        self.reason = ""
        self.code = ExitCode.DONE

    def ask(self, reason: str, code: ExitCode) -> None:
        """Ask; `code` is what the command exits with when every device ended well."""
        if not self.reason:
            self.code, self.reason = code, reason


class JobResult(Record, frozen=True):
    """How a job ended. `outcomes` has one for each device that was written to or refused; `untouched` are the others.

    `stopped` says why it was stopped though no device was in its way (an interrupt, a full disk), `exit` with what.
    """

    job: str
    outcomes: tuple[Outcome, ...]
    untouched: tuple[str, ...]
    wrote: bool
    stopped: str = ""
    exit: int = int(ExitCode.DONE)

    def count(self, result: str) -> int:
        """How many devices ended like that."""
        return sum(outcome.result == result for outcome in self.outcomes)

    @property
    def code(self) -> ExitCode:
        """What the command exits with. A refusal after something was confirmed elsewhere is a stop, state known."""
        codes = [_CODES[outcome.result] for outcome in self.outcomes]
        if self.wrote and any(code in (ExitCode.REFUSED, ExitCode.NOT_REACHED) for code in codes):
            codes.append(ExitCode.STOPPED)
        return worst(codes) or ExitCode(self.exit)


def run(
    plan: ChangePlan, dispatch: Dispatch, journal: Journal, job: str, announce: Announce, *, stop: Stop
) -> JobResult:
    """Carry out a plan, and nothing but the plan.

    First every device is read and compared with what the plan found; if one has moved or does not answer, nothing is
    written anywhere. Then the batches, each only when every device of the one before is confirmed and nobody asked to
    stop.

    Raises:
        FacilityError: the journal cannot be written; nothing was sent.
    """
    journal.append(
        job, "job begun", plan=plan.digest, code=plan.code, devices=[p.device for p in plan.devices]
    )
    checked = _all(dispatch, (Step(kind="check", job=job, attempt=1, plan=part) for part in plan.devices))
    announce("checked", checked)
    if failed := tuple(outcome for outcome in checked if outcome.result != "unchanged"):
        return _ended(plan, journal, job, failed, stop)
    outcomes: list[Outcome] = []
    for batch in plan.batches:
        if stop.reason:
            break
        announce("batch", tuple(Outcome(device=name, result="unchanged") for name in batch))
        steps = (Step(kind="change", job=job, attempt=1, plan=plan.device(name)) for name in batch)
        done = _all(dispatch, steps)
        outcomes += done
        announce("done", done)
        if any(outcome.result != "confirmed" for outcome in done):
            break
    return _ended(plan, journal, job, tuple(outcomes), stop)


def _all(dispatch: Dispatch, steps: Iterable[Step]) -> tuple[Outcome, ...]:
    """Submit steps, never more at once than the dispatch carries, and wait for all of them, in order."""
    waiting = list(steps)
    outcomes: list[Outcome] = []
    size = max(1, dispatch.capacity())
    for start in range(0, len(waiting), size):
        tickets = [dispatch.submit(step) for step in waiting[start : start + size]]
        outcomes += [dispatch.outcome(ticket) for ticket in tickets]
    return tuple(outcomes)


def _ended(
    plan: ChangePlan, journal: Journal, job: str, outcomes: tuple[Outcome, ...], stop: Stop
) -> JobResult:
    named = {outcome.device: outcome.result for outcome in outcomes}
    untouched = tuple(part.device for part in plan.devices if part.device not in named)
    try:
        journal.append(job, "job ended", results=named, untouched=list(untouched), stopped=stop.reason)
    except LinewrightError as error:
        stop.ask(error.message, ExitCode.STOPPED)
    # An interrupt that came when everything was done has stopped nothing.
    stopped = bool(stop.reason) and (bool(untouched) or stop.code != ExitCode.INTERRUPTED)
    return JobResult(
        job=job,
        outcomes=outcomes,
        untouched=untouched,
        wrote=any(result in _WRITTEN for result in named.values()),
        stopped=stop.reason if stopped else "",
        exit=int(stop.code if stopped else ExitCode.DONE),
    )
