"""A change job: check every device, then batch by batch, and stop at the first that is not confirmed."""

from collections.abc import Callable, Iterable
from typing import Literal

from linewright.change.dispatch import Dispatch, Outcome, Step
from linewright.change.record import here
from linewright.errors import ExitCode, LinewrightError, worst
from linewright.journal.journal import Journal
from linewright.model.objects import Record
from linewright.plan.changeplan import ChangePlan, DevicePlan

#: What is told of a whole job: every device was read; a batch begins, of these devices; a device has ended; the batch has.
Stage = Literal["checked", "batch", "device", "done"]
#: Told as the job goes on: what happened, and the outcomes it is about. It must not raise: the job would end unsaid.
Announce = Callable[[Stage, tuple[Outcome, ...]], None]
#: What a job is for: to carry a plan out, or to take one back.
Kind = Literal["apply", "rollback"]

_CODES = {
    "confirmed": ExitCode.DONE,
    "unchanged": ExitCode.DONE,
    "refused": ExitCode.REFUSED,
    "not reached": ExitCode.NOT_REACHED,
    "rolled back": ExitCode.STOPPED,
    "partly back": ExitCode.STOPPED,
    "foreign": ExitCode.STOPPED,
    "not saved": ExitCode.STOPPED,
    "unknown": ExitCode.UNKNOWN,
}
#: After these something was sent to the device.
_WRITTEN = ("confirmed", "not saved", "rolled back", "partly back", "foreign", "unknown")


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
    plan: ChangePlan,
    dispatch: Dispatch,
    journal: Journal,
    job: str,
    announce: Announce,
    *,
    stop: Stop,
    attempt: int = 1,
    only: frozenset[str] | None = None,
    kind: Kind = "apply",
    of: str = "",
) -> JobResult:
    """Carry out a plan, and nothing but the plan.

    First every device is read and compared with what the plan found; if one has moved or does not answer, nothing is
    written anywhere. Then the batches, each only when every device of the one before is confirmed and nobody asked to
    stop.

    Args:
        plan: the plan; it is not spent, and its bytes are kept (`JobFolder.keep_plan`).
        dispatch: carries the steps.
        journal: where everything is written first.
        job: the job's name.
        announce: told as it goes on.
        stop: ends it after the steps under way.
        attempt: 1 begins the job; a higher one goes on with it, and its changes carry that number on the devices.
        only: the devices to go on with; None for all of them. No other is read or counted.
        kind: what it is for.
        of: the job that is taken back.

    Raises:
        FacilityError: the journal cannot be written; nothing was sent.
    """
    parts = tuple(part for part in plan.devices if only is None or part.device in only)
    _begun(plan, parts, journal, job, attempt=attempt, kind=kind, of=of)
    checked = _all(dispatch, (Step(kind="check", job=job, attempt=attempt, plan=part) for part in parts))
    announce("checked", checked)
    if failed := tuple(outcome for outcome in checked if outcome.result != "unchanged"):
        return _ended(parts, journal, job, failed, stop)
    outcomes: list[Outcome] = []
    named = {part.device: part for part in parts}

    def ended(outcome: Outcome) -> None:
        announce("device", (outcome,))
        _note_end(journal, job, outcome, attempt, stop)

    for batch in ([named[name] for name in batch if name in named] for batch in plan.batches):
        if not batch:
            continue
        if stop.reason:
            break
        announce("batch", tuple(Outcome(device=part.device, result="unchanged") for part in batch))
        steps = (Step(kind="change", job=job, attempt=attempt, plan=part) for part in batch)
        done = _all(dispatch, steps, ended)
        outcomes += done
        announce("done", done)
        if any(outcome.result != "confirmed" for outcome in done):
            break
    return _ended(parts, journal, job, tuple(outcomes), stop)


def _begun(
    plan: ChangePlan,
    parts: tuple[DevicePlan, ...],
    journal: Journal,
    job: str,
    *,
    attempt: int,
    kind: Kind,
    of: str,
) -> None:
    devices = [part.device for part in parts]
    if attempt > 1:
        journal.append(job, "job resumed", devices=devices, attempt=attempt, **here())
        return
    journal.append(
        job, "job begun", plan=plan.digest, code=plan.code, devices=devices, kind=kind, of=of, **here()
    )


def _note_end(journal: Journal, job: str, outcome: Outcome, attempt: int, stop: Stop) -> None:
    """Without this record the device counts as open, which is true enough: `resume` reads it again."""
    try:
        journal.append(job, "device ended", outcome.device, result=outcome.result, attempt=attempt)
    except LinewrightError as error:
        stop.ask(error.message, ExitCode.STOPPED)


def _all(
    dispatch: Dispatch, steps: Iterable[Step], ended: Callable[[Outcome], None] | None = None
) -> tuple[Outcome, ...]:
    """Submit steps, never more at once than the dispatch carries, and wait for all of them, in order."""
    waiting = list(steps)
    outcomes: list[Outcome] = []
    size = max(1, dispatch.capacity())
    for start in range(0, len(waiting), size):
        tickets = [dispatch.submit(step) for step in waiting[start : start + size]]
        for ticket in tickets:
            outcomes.append(outcome := dispatch.outcome(ticket))
            if ended is not None:
                ended(outcome)
    return tuple(outcomes)


def _ended(
    parts: tuple[DevicePlan, ...], journal: Journal, job: str, outcomes: tuple[Outcome, ...], stop: Stop
) -> JobResult:
    named = {outcome.device: outcome.result for outcome in outcomes}
    untouched = tuple(part.device for part in parts if part.device not in named)
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
