"""Taking a job back: by the plan that was kept with it, under the same guards as the change itself.

The back-out was agreed to with the plan. Until its time is over it begins at once; nothing is asked for that can be
away at night: no source of truth, no snapshot, no template, no ticket, no second agreement.
"""

import getpass
import time

import msgspec

from linewright import __version__
from linewright.change.dispatch import Watcher
from linewright.change.past import Past, back_out_by, later, past
from linewright.change.run import Announce, JobResult, Stop, run
from linewright.devices.old_secrets import BEGINNING, OldSecrets
from linewright.devices.target import Target
from linewright.errors import DataError, ExitCode, LinewrightError, Refused, worst
from linewright.journal.journal import Journal
from linewright.model.objects import Device, Record
from linewright.model.observation import now_text
from linewright.operate.applying import carried, new_job
from linewright.operate.back_out_base import rebasing
from linewright.operate.back_out_job import Asked, job_of, names_of, open_before, plan_of
from linewright.operate.back_out_looks import Look, as_reached, looked, reached
from linewright.operate.keeping import Keeping, backup_recipients
from linewright.operate.rendering import Problem
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import SCHEMA, ChangePlan
from linewright.plan.undo import Undo, with_slots
from linewright.runner.nornir import Done


class BackOut(Record, frozen=True):
    """What taking a job back means, before anything is sent.

    `of` is the job, `done` its plan; `plan` is that plan turned round, None when nothing is left to take back.
    `undone` says of each device what the lines are, `nothing` names devices that need none. `since` are jobs that have
    changed a device after this one. `until` (UTC) is when the agreement ends; `late`: it has. A plan is whole or not
    made: with `problems` there is none.
    """

    of: Past
    done: ChangePlan
    plan: ChangePlan | None = None
    undone: dict[str, Undo] = {}  # noqa: RUF012 - msgspec copies it per instance
    nothing: tuple[str, ...] = ()
    since: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 - as above
    until: str = ""
    late: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def agreed(self) -> bool:
        """Whether every line is one that was agreed to with the plan."""
        return not self.late and all(one.agreed for one in self.undone.values())

    @property
    def code(self) -> ExitCode:
        """What the command exits with when nothing is sent."""
        return worst([ExitCode(problem.code) for problem in self.problems])


class Prepared(msgspec.Struct, frozen=True):
    """A back-out ready to be carried out; its old secrets live in memory, as long as this does."""

    back_out: BackOut
    ways: dict[str, tuple[Device, Target]]
    old: OldSecrets
    asked: Asked


def prepare(place: Workplace, asked: Asked, done: Done, now: float | None = None) -> Prepared:
    """Find what takes a job back, and read the devices it is about.

    Args:
        place: the site.
        asked: what is to be taken back.
        done: told of each device that was read.
        now: Unix time; the clock's when left out.

    Raises:
        Refused: it is another site's job, its plan is not the one that was agreed to, its time is over, or it is open.
        DataError: there is no such job, or its plan is damaged.
        FacilityError: the journal cannot be read.
    """
    journal = place.state.journal()
    try:
        jobs = past(journal.entries())
    finally:
        journal.close()
    job = job_of(jobs, asked)
    plan = plan_of(place, job)
    names = names_of(job, plan, asked)
    until = back_out_by(job, plan.back_out_within)
    late = not until or now_text(time.time() if now is None else now) > until
    if late and not asked.break_glass:
        raise Refused(
            f"job {job.job}: its back-out was agreed to until {until or 'a time nobody knows'}, which is over",
            hint=f'make a plan (lw plan), or say why it cannot wait: lw rollback {job.job} --break-glass "REASON"',
        )
    ways = reached(place, plan, names)
    old = OldSecrets(place.secrets.key)
    closed = {name: open_before(place, job, plan.device(name), old, asked.identity) for name in names}
    looks = looked(place, plan, ways, old, job.job, done=done)
    undone, problems = _undone(looks, ways, old, plan, closed)
    return Prepared(
        back_out=BackOut(
            of=job,
            done=plan,
            plan=None if problems or not undone else _turned(plan, job, undone),
            undone=undone,
            nothing=tuple(name for name, look in looks.items() if look.undo and look.undo.part is None),
            since={name: since for name in undone if (since := later(jobs, job.job, name))},
            until=until,
            late=late,
            problems=tuple(problems),
        ),
        ways=ways,
        old=old,
        asked=asked,
    )


def carry_out(
    place: Workplace, prepared: Prepared, announce: Announce, watch: Watcher, stop: Stop | None = None
) -> JobResult:
    """Take it back. It is a job of its own, with all that guards a change. `stop` ends it after the steps under way.

    Raises:
        DataError: there is nothing to take back.
        FacilityError: the journal cannot be written. Nothing was sent.
    """
    found, plan = prepared.back_out, prepared.back_out.plan
    if plan is None:
        raise DataError(f"job {found.of.job}: nothing is left to take back")
    asked = stop or Stop()

    def reveal(reference: str) -> str:
        if reference.startswith(BEGINNING):
            return prepared.old.reveal(reference)
        return place.secrets.reveal(reference)

    journal = place.state.journal()
    try:
        keeping = _keeping(place, watch)
        job = new_job(place, journal, plan)
        keeping.begin(place.state.job(job))
        _note_why(journal, job, prepared)
        remember = rebasing(place, found.of.job, found.done, watch)
        ways = {part.device: prepared.ways[part.device] for part in plan.devices}
        with carried(
            place, plan, ways, journal, watch, reveal=reveal, keep=keeping, remember=remember
        ) as dispatch:
            return run(plan, dispatch, journal, job, announce, stop=asked, kind="rollback", of=found.of.job)
    finally:
        journal.close()


def _undone(
    looks: dict[str, Look],
    ways: dict[str, tuple[Device, Target]],
    old: OldSecrets,
    plan: ChangePlan,
    closed: dict[str, str],
) -> tuple[dict[str, Undo], list[Problem]]:
    undone: dict[str, Undo] = {}
    problems: list[Problem] = []
    for name, look in looks.items():
        if look.error or look.undo is None:
            problems.append(Problem(device=name, message=look.error, hint=look.hint, code=look.code))
        elif look.undo.part is not None:
            known = (*old.slots(name), *plan.device(name).slots)
            try:
                part = with_slots(look.undo.part, known, closed[name] or "no text from before holds it")
            except Refused as error:
                problems.append(
                    Problem(device=name, message=error.message, hint=error.hint, code=int(error.code))
                )
                continue
            undone[name] = msgspec.structs.replace(look.undo, part=as_reached(part, ways[name][1]))
    return undone, problems


def _turned(plan: ChangePlan, job: Past, undone: dict[str, Undo]) -> ChangePlan:
    """The plan that takes these devices back, the last batch first."""
    parts = tuple(one.part for one in undone.values() if one.part is not None)
    batches = ([name for name in batch if name in undone] for batch in reversed(plan.batches))
    return msgspec.structs.replace(
        plan,
        schema=SCHEMA,
        created=now_text(time.time()),
        author=getpass.getuser(),
        scope=f"back-out of {job.job}",
        base=plan.code,
        mode="managed",
        templates={},
        versions=plan.versions | {"linewright": __version__},
        devices=parts,
        batches=tuple(tuple(batch) for batch in batches if batch),
        unchanged=0,
    )


def _keeping(place: Workplace, watch: Watcher) -> Keeping:
    """Keeps what runs now; recipients that nothing can be encrypted to any more are told, and done without."""
    try:
        return Keeping(backup_recipients(place))
    except LinewrightError as error:
        watch("backup", f"kept for this job alone, not for the site's recipients: {error.message}")
        return Keeping(None)


def _note_why(journal: Journal, job: str, prepared: Prepared) -> None:
    """Breaking the glass is written down before anything else."""
    if prepared.asked.break_glass:
        journal.append(
            job,
            "break glass",
            reason=prepared.asked.break_glass,
            of=prepared.back_out.of.job,
            author=getpass.getuser(),
        )
