"""A change job: check every device, then batch by batch, and stop at the first that is not confirmed."""

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from linewright.change.dispatch import Dispatch, Outcome, Step
from linewright.change.holding import Holding
from linewright.change.record import here, refuse_gone_on, refuse_open, refuse_spent
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
WRITTEN = ("confirmed", "not saved", "rolled back", "partly back", "foreign", "unknown")


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
    `unkept` says which signed heads of the journal could not be kept.
    """

    job: str
    outcomes: tuple[Outcome, ...]
    untouched: tuple[str, ...]
    wrote: bool
    stopped: str = ""
    exit: int = int(ExitCode.DONE)
    unkept: tuple[str, ...] = ()

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
        Refused: another job works on one of the devices, or left it open, or the plan is spent, or somebody else has
            gone on with the job meanwhile; nothing was sent.
        FacilityError: the journal cannot be written; nothing was sent.
    """
    parts = tuple(part for part in plan.devices if only is None or part.device in only)
    holding = Holding(journal, job, parts, after_death=attempt > 1 or kind == "rollback")
    try:
        # Asked again now that nobody else can begin: two who apply one plan at once both heard yes before.
        if kind == "apply":
            refuse_spent(journal.entries(), plan.digest, plan.code, but=job if attempt > 1 else "")
        refuse_open(journal.entries(), (part.device for part in parts))
        refuse_gone_on(journal.entries(), job, attempt)
        _begun(plan, parts, journal, job, attempt=attempt, kind=kind, of=of)
        work = _Work(dispatch, journal, job, attempt, announce, stop, holding)
        return _carried_out(plan, parts, work)
    finally:
        holding.close()


class _Work(NamedTuple):
    """One attempt of a job, once all its devices are its own to write to."""

    dispatch: Dispatch
    journal: Journal
    job: str
    attempt: int
    announce: Announce
    stop: Stop
    holding: Holding

    def all(
        self,
        kind: Literal["check", "change"],
        parts: Iterable[DevicePlan],
        ended: Callable[[Outcome], None],
    ) -> tuple[Outcome, ...]:
        """Submit steps, never more at once than the dispatch carries, and wait for all of them, in order."""
        waiting = [
            Step(kind=kind, job=self.job, attempt=self.attempt, plan=part, lease=self.holding[part.device])
            for part in parts
        ]
        outcomes: list[Outcome] = []
        size = max(1, self.dispatch.capacity())
        for start in range(0, len(waiting), size):
            for ticket in [self.dispatch.submit(step) for step in waiting[start : start + size]]:
                outcomes.append(outcome := self.dispatch.outcome(ticket))
                ended(outcome)
        return tuple(outcomes)

    def changed(self, outcome: Outcome) -> None:
        """A device has ended: told, written down, given back unless nobody knows what goes on there."""
        self.announce("device", (outcome,))
        _note_end(self.journal, self.job, outcome, self.attempt, self.stop)
        (self.holding.leave if outcome.result == "unknown" else self.holding.release)(outcome.device)

    def hold(self) -> None:
        """Before more is begun: everything that was taken is still ours, or the job ends."""
        try:
            self.holding.keep()
        except LinewrightError as error:
            self.stop.ask(error.message, ExitCode.STOPPED)


def _carried_out(plan: ChangePlan, parts: tuple[DevicePlan, ...], work: _Work) -> JobResult:
    checked = work.all("check", parts, lambda _outcome: work.holding.keep())
    work.announce("checked", checked)
    if failed := tuple(outcome for outcome in checked if outcome.result != "unchanged"):
        return _ended(parts, work, failed)
    outcomes: list[Outcome] = []
    named = {part.device: part for part in parts}
    for batch in (tuple(named[name] for name in batch if name in named) for batch in plan.batches):
        work.hold()
        if work.stop.reason:
            break
        if not batch:
            continue
        work.announce("batch", tuple(Outcome(device=part.device, result="unchanged") for part in batch))
        done = work.all("change", batch, work.changed)
        outcomes += done
        work.announce("done", done)
        if any(outcome.result != "confirmed" for outcome in done):
            break
    return _ended(parts, work, tuple(outcomes))


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
        job, "job begun", plan=plan.digest, code=plan.code, devices=devices, kind=kind, of=of,
        back_out_within=plan.back_out_within, **here(),
    )  # fmt: skip


def _note_end(journal: Journal, job: str, outcome: Outcome, attempt: int, stop: Stop) -> None:
    """Without this record the device counts as open, and `resume` reads it again and notes what is to be noted."""
    if outcome.unnoted:
        stop.ask(f"{outcome.device} is not noted as changed: {outcome.unnoted}", ExitCode.STOPPED)
        return
    try:
        journal.append(job, "device ended", outcome.device, result=outcome.result, attempt=attempt)
    except LinewrightError as error:
        stop.ask(error.message, ExitCode.STOPPED)


def _ended(parts: tuple[DevicePlan, ...], work: _Work, outcomes: tuple[Outcome, ...]) -> JobResult:
    named = {outcome.device: outcome.result for outcome in outcomes}
    untouched = tuple(part.device for part in parts if part.device not in named)
    # What could not be noted stays open, so that `resume` notes it.
    noted = {outcome.device: outcome.result for outcome in outcomes if not outcome.unnoted}
    try:
        work.journal.append(
            work.job, "job ended", results=noted, untouched=list(untouched), stopped=work.stop.reason
        )
    except LinewrightError as error:
        work.stop.ask(error.message, ExitCode.STOPPED)
    # An interrupt that came when everything was done has stopped nothing.
    stopped = bool(work.stop.reason) and (bool(untouched) or work.stop.code != ExitCode.INTERRUPTED)
    return JobResult(
        job=work.job,
        outcomes=outcomes,
        untouched=untouched,
        wrote=any(result in WRITTEN for result in named.values()),
        stopped=work.stop.reason if stopped else "",
        exit=int(work.stop.code if stopped else ExitCode.DONE),
        unkept=work.journal.unkept,
    )
