"""After a crash: no other process has the job in hand, and every open device is settled."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import msgspec

from linewright.change.bench import Bench, Judge, Remember, boottime
from linewright.change.dispatch import Outcome, Step, Watcher
from linewright.change.holding import Holding
from linewright.change.next_steps import TABLE
from linewright.change.record import here
from linewright.change.sessions import Sessions, sessions
from linewright.change.settle import Settled, Verdict, settle
from linewright.change.standing import of_job
from linewright.change.states import State
from linewright.devices.connect import session
from linewright.devices.target import ChangeDriver, Reveal, Target
from linewright.errors import DataError, ExitCode, LinewrightError, Refused, UsageError, worst
from linewright.journal.holder import is_gone, me
from linewright.journal.journal import Journal
from linewright.journal.leases import Held, Lease
from linewright.journal.progress import Progress
from linewright.model.objects import Record
from linewright.operate.applying import remembering
from linewright.operate.back_out_base import rebasing
from linewright.operate.exchanged import settled as exchanged
from linewright.operate.exchanged import ways_to
from linewright.operate.eyes import judging
from linewright.operate.jobs import BACK, Job, find, jobs_of, known
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan, DevicePlan, load
from linewright.seal.canonical import code

#: How often a lease of another machine is looked at while its end is waited for (seconds).
_LOOK = 2.0
_WORKERS = 20


class Resumed(Record, frozen=True):
    """How a job stands when its open devices were looked at.

    `settled` is what was found on each of them; `job` is what the journal says now; `state` is "split" when some
    devices have the change and some are as before; `to_go_on` are the devices it can go on with; `unkept` says which signed
    heads of the journal could not be kept.
    """

    job: Job
    settled: tuple[Settled, ...] = ()
    state: State | None = None
    to_go_on: tuple[str, ...] = ()
    unkept: tuple[str, ...] = ()

    @property
    def code(self) -> ExitCode:
        """What the command exits with: 0 only when the whole change is there."""
        codes = [TABLE[one.standing.state].exit for one in self.settled if one.outcome.result == "unknown"]
        codes += [ExitCode.STOPPED for one in self.job.devices if one.result != "confirmed"]
        codes += [ExitCode.UNKNOWN for one in self.job.devices if one.open]
        return worst(codes)


class Said(Record, frozen=True):
    """What a person saw on devices whose text proves nothing: there the change is in force, or it is not."""

    done: frozenset[str] = frozenset()
    not_done: frozenset[str] = frozenset()

    def of(self, device: str) -> Verdict:
        """What was said of one device."""
        return "done" if device in self.done else "not done" if device in self.not_done else ""


def which(place: Workplace, name: str = "") -> Job:
    """The job that is meant: the newest one with something open when none is named.

    Raises:
        DataError: there is no such job.
        UsageError: none was named, and nothing is open.
    """
    with opened_journal(place) as journal:
        jobs = jobs_of(journal.entries())
    if name:
        return find(jobs, name)
    open_ones = [job for job in jobs if job.unsettled]
    if not open_ones:
        raise UsageError("no job is open: there is nothing to find out", hint="lw status lists the jobs")
    return open_ones[0]


def resume(
    place: Workplace,
    job: Job,
    watch: Watcher,
    *,
    said: Said | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Resumed:
    """Settle every device of a job of which nobody knows what became of the change. Nothing of it is sent again.

    Raises:
        Refused: a living process has the job in hand, or what it needs is not as the plan says.
        DataError: its plan is not kept here.
        FacilityError: the journal cannot be written.
    """
    progress = Progress(place.state.job(job.name))

    def told(device: str, stage: str) -> None:
        progress.tell("stage", [device], stage)
        watch(device, stage)

    with opened_journal(place) as journal:
        _nobody_has_it(journal, job, watch, pause)
        job = find(jobs_of(journal.entries()), job.name)  # as it is now that nobody else works on it
        settled = _settled(place, journal, job, told, said or Said()) if job.unsettled else ()
        for one in settled:
            progress.tell("device", [one.outcome.device], one.outcome.message, one.outcome.result)
        after = find(jobs_of(journal.entries()), job.name)
        _give_back_of_the_dead(journal, after)
        unkept = journal.unkept
    state = of_job(_states(after))
    return Resumed(job=after, settled=settled, state=state, to_go_on=after.to_go_on, unkept=unkept)


def plan_of(place: Workplace, job: Job, *, only: tuple[str, ...] = ()) -> ChangePlan:
    """The plan of a job, as it was agreed to; the part of it that is about the devices of `only`, where given.

    Raises:
        DataError: it is not kept here, or it is not the one the journal names.
        Refused: it is another site's.
    """
    path = place.state.job(job.name).plan_file
    if not path.is_file():
        raise DataError(
            f"job {job.name}: its plan is not on this machine ({path})",
            hint="resume it where it was begun (lw status says on which machine), "
            f"or put the file of plan {job.code} there",
        )
    plan = load(path)
    if plan.digest != job.plan:
        raise DataError(
            f"job {job.name}: the plan in {path} is not the one the journal names",
            hint=f"put the file of plan {job.code} there: nothing is sent by another one",
        )
    if plan.site != place.settings.site_id:
        raise Refused(f"job {job.name} is of site {plan.site!r}, this is {place.settings.site_id!r}")
    return only_of(plan, only) if only else plan


def holders(place: Workplace, job: str = "") -> tuple[Held, ...]:
    """Who has devices in hand now, of one job or of all; without those whose time is over, or who are known to be gone.

    Raises:
        FacilityError: the journal cannot be read.
    """
    with opened_journal(place) as journal:
        return tuple(
            held
            for held in journal.leases.held()
            if held.left and job in ("", held.job) and not is_gone(held.holder)
        )


def _nobody_has_it(journal: Journal, job: Job, watch: Watcher, pause: Callable[[float], None]) -> None:
    """Nobody else works on it: refused while a process lives, waited for where nobody can tell.

    Raises:
        Refused: naming the process.
    """
    while held := [one for one in journal.leases.held() if one.job == job.name and not is_gone(one.holder)]:
        # As it is now: another who resumes it may just have taken it in hand, and not have said so yet.
        job = find(jobs_of(journal.entries()), job.name)
        if job.ended and (left_over := [one for one in held if job.process.is_the(one.holder)]):
            # Its process said that it has ended, and left what it could not find out.
            journal.leases.release(*(_lease(one, journal) for one in left_over))
            continue
        first, mine = held[0], me()
        if (first.holder.boot, first.holder.space) == (mine.boot, mine.space):
            raise Refused(
                f"job {job.name} is in the hands of a process that lives: {first.holder.told}",
                hint=f"let it end, or end it, then lw resume {job.name}; see it: lw status --follow {job.name}",
            )
        if not (left := max(one.left for one in held)):
            return  # its time is over: it begins no step any more
        watch(first.device, f"in the hands of {first.holder.told} until {first.until} ({left} s); waiting")
        pause(min(left, _LOOK))


def _give_back_of_the_dead(journal: Journal, job: Job) -> None:
    """Devices that a process which is gone had taken and has nothing open on: the next job need not wait for them."""
    open_ones = {one.device for one in job.open}
    left_over = [
        _lease(held, journal)
        for held in journal.leases.held()
        if held.job == job.name and held.device not in open_ones and is_gone(held.holder)
    ]
    journal.leases.release(*left_over)


def _lease(held: Held, journal: Journal) -> Lease:
    return Lease(
        device=held.device, job=held.job, holder=held.holder, token=held.token, journal=journal.name, seconds=1
    )  # fmt: skip


def _settled(place: Workplace, journal: Journal, job: Job, watch: Watcher, said: Said) -> tuple[Settled, ...]:
    names = tuple(one.device for one in job.open)
    found = _found(place, journal, job, watch, said) if names else ()
    if not names:
        journal.append(job.name, "job resumed", devices=[], attempt=job.attempt, **here())
    results = {one.device: one.result for one in job.devices if one.result and not one.open}
    results |= {one.outcome.device: one.outcome.result for one in found if not one.outcome.unnoted}
    untouched = [one.device for one in job.devices if not one.armed]
    journal.append(job.name, "job ended", results=results, untouched=untouched, stopped="")
    return found


def _found(place: Workplace, journal: Journal, job: Job, watch: Watcher, said: Said) -> tuple[Settled, ...]:
    """What was found on the open devices, all looked at at once: their timers run."""
    plan = plan_of(place, job)
    part = only_of(plan, tuple(one.device for one in job.open))
    ways, others = ways_to(place, part)
    holding = Holding(journal, job.name, part.devices, after_death=True)
    try:
        names = [each.device for each in part.devices]
        journal.append(job.name, "job resumed", devices=names, attempt=job.attempt, **here())
        bench = Bench(
            journal=journal, key=place.secrets.key, reveal=place.secrets.reveal, watch=watch,
            remember=_remembering(place, journal, job, plan, watch), settle=place.settings.apply.settle,
            judge=_judging(place, plan),
        )  # fmt: skip

        def one(each: DevicePlan) -> Settled:
            story = job.device(each.device)
            work = Step(
                kind="change", job=job.name, attempt=story.attempt, plan=each, lease=holding[each.device]
            )
            if each.device in others:
                settled = exchanged(work, bench, others[each.device], said.of(each.device))
                _note(bench, job.name, settled.outcome, story.attempt)
                return settled
            target = ways[each.device][1]
            knows = known(story, boot=job.process.boot, here=me().boot, up=boottime(), now=time.time())
            with open_sessions(target, place.secrets.credential, keep=bool(each.weakened)) as opened:
                memory = place.state.job(job.name).seen(each.device)
                settled = settle(work, opened, bench, knows, said=said.of(each.device), memory=memory)
            _note(bench, job.name, settled.outcome, story.attempt)
            return settled

        with ThreadPoolExecutor(min(_WORKERS, len(names)), thread_name_prefix="resume") as pool:
            found = tuple(pool.map(one, part.devices))
        for settled in found:
            unknown = settled.outcome.result == "unknown"
            (holding.leave if unknown else holding.release)(settled.outcome.device)
    finally:
        holding.close()
    return found


def _remembering(place: Workplace, journal: Journal, job: Job, plan: ChangePlan, watch: Watcher) -> Remember:
    """What notes the base of the next change: what was planned, or what had been before where a job is taken back."""
    if job.kind != "rollback":
        return remembering(place, plan)
    try:
        taken_back = find(jobs_of(journal.entries()), job.of)
        return rebasing(place, taken_back.name, plan_of(place, taken_back), watch)
    except LinewrightError as error:
        # What became of the devices is found out all the same; only where their next change starts from is not.
        why = error.message
        return lambda part: watch(part.device, f"its next plan needs --base running: {why}")


def _judging(place: Workplace, plan: ChangePlan) -> Callable[[DevicePlan], Judge | None]:
    """What judges beside the text; without the plan's snapshot nobody does, and what has checks is taken back."""
    try:
        return judging(place, place.snapshot(code(plan.snapshot)))
    except LinewrightError:
        return lambda _part: None


def _note(bench: Bench, job: str, outcome: Outcome, attempt: int) -> None:
    """Without this record the device stays open, and the next `resume` reads it again."""
    if outcome.unnoted:
        bench.watch(outcome.device, f"not noted as the base of the next change: {outcome.unnoted}")
        return
    try:
        bench.journal.append(job, "device ended", outcome.device, result=outcome.result, attempt=attempt)
    except LinewrightError as error:
        bench.watch(outcome.device, f"not in the journal: {error.message}")


@contextmanager
def open_sessions(target: Target, reveal: Reveal, *, keep: bool) -> Iterator[Sessions]:
    """Sessions to one device; whatever is open is closed at the end."""
    stack = ExitStack()

    def connect() -> ChangeDriver:
        return stack.enter_context(session(target, reveal))

    with stack:
        yield sessions(connect, stack.close, keep=keep)


def _states(job: Job) -> Iterator[State]:
    """The states of its devices by how they ended."""
    ends: dict[str, State] = {"confirmed": "after", "not saved": "confirmed, not saved"}
    for one in job.devices:
        if one.result in ends:
            yield ends[one.result]
        elif one.armed and one.result in BACK:
            yield "before"


def only_of(plan: ChangePlan, names: tuple[str, ...]) -> ChangePlan:
    """The part of a plan that is about these devices."""
    batches = (tuple(name for name in batch if name in names) for batch in plan.batches)
    return msgspec.structs.replace(
        plan,
        devices=tuple(part for part in plan.devices if part.device in names),
        batches=tuple(batch for batch in batches if batch),
    )


@contextmanager
def opened_journal(place: Workplace) -> Iterator[Journal]:
    """The site's journal, closed at the end. Raises FacilityError."""
    journal = place.state.journal()
    try:
        yield journal
    finally:
        journal.close()
