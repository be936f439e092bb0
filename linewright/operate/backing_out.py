"""Taking a job back: by the plan that was kept with it, under the same guards as the change itself.

The back-out was agreed to with the plan. Until its time is over it begins at once; nothing is asked for that can be
away at night: no source of truth, no snapshot, no template, no ticket, no second agreement.
"""

import getpass
import time
from contextlib import suppress

import msgspec

from linewright import __version__
from linewright.change.dispatch import Outcome, Watcher
from linewright.change.run import Announce, Stop, run
from linewright.devices.old_secrets import BEGINNING, OldSecrets
from linewright.devices.target import Target
from linewright.errors import DataError, ExitCode, FacilityError, Refused
from linewright.journal.holder import me
from linewright.model.objects import Device
from linewright.model.observation import now_text
from linewright.operate.applying import carried
from linewright.operate.back_out_base import Bases, rebasing
from linewright.operate.back_out_job import Asked, job_of, jobs_known, names_of, open_before, plan_of
from linewright.operate.back_out_looks import Look, as_reached, looked, reached
from linewright.operate.back_out_now import take_back_now
from linewright.operate.back_out_plan import BackOut, TakenBack
from linewright.operate.back_out_start import begin
from linewright.operate.jobs import Job, find, jobs_of
from linewright.operate.past import back_out_by, later, open_elsewhere, still_open
from linewright.operate.progressing import Progressing
from linewright.operate.rendering import Problem
from linewright.operate.resuming import holders, opened_journal
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import SCHEMA, ChangePlan
from linewright.plan.undo import Undo, with_slots
from linewright.runner.nornir import Done

__all__ = ["Asked", "BackOut", "Prepared", "TakenBack", "carry_out", "prepare"]


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
        Refused: it is another site's job, its plan is not the one that was agreed to, its time is over, or a process
            still has it in hand.
        DataError: there is no such job, or its plan is damaged.
        FacilityError: the journal cannot be read.
    """
    jobs, unread = jobs_known(place, asked)
    job = job_of(jobs, asked)
    if not unread:
        _in_nobodys_hands(place, job, asked)
    plan = plan_of(place, job)
    names = names_of(job, plan, asked)
    until = back_out_by(job, plan.back_out_within)
    late = not until or now_text(time.time() if now is None else now) > until
    if late and not asked.break_glass:
        raise Refused(
            f"job {job.name}: its back-out was agreed to until {until or 'a time nobody knows'}, which is over",
            hint=f'make a plan (lw plan), or say why it cannot wait: lw rollback {job.name} --break-glass "REASON"',
        )
    ways = reached(place, plan, names)
    old = OldSecrets(place.secrets.key)
    closed = {name: open_before(place, job, plan.device(name), old, asked.identity) for name in names}
    looks = looked(place, plan, ways, old, job.name, done=done)
    found = BackOut(of=job, done=plan, until=until, late=late, unread=unread)
    return Prepared(
        back_out=_found(
            found, looks, ways, old, closed=closed, jobs=jobs, bases=Bases(place, job.name, plan)
        ),
        ways=ways,
        old=old,
        asked=asked,
    )


def carry_out(
    place: Workplace, prepared: Prepared, announce: Announce, watch: Watcher, stop: Stop | None = None
) -> TakenBack:
    """Take it back: first what still waits on a device, then what is confirmed, as a job of its own with its guards.

    `stop` ends it after the steps under way.

    Raises:
        DataError: there is nothing to take back.
        Refused: another job works on one of the devices. Nothing was sent.
        FacilityError: the journal cannot be written. Nothing was sent.
    """
    found, plan = prepared.back_out, prepared.back_out.plan
    if plan is None and not found.waiting:
        raise DataError(f"job {found.of.name}: nothing is left to take back")
    if not found.unread:
        # With the glass broken a journal that went away since is done without, as everywhere.
        with suppress(*([FacilityError] if prepared.asked.break_glass else [])):
            _in_nobodys_hands(place, found.of, prepared.asked)
    waited = _waited(place, prepared, watch) if found.waiting else ()
    if plan is None or any(one.result != "rolled back" for one in waited):
        return TakenBack(job=found.of.name, waited=waited)

    def reveal(reference: str) -> str:
        if reference.startswith(BEGINNING):
            return prepared.old.reveal(reference)
        return place.secrets.reveal(reference)

    desk = begin(place, plan, watch, of=found.of.name, reason=prepared.asked.break_glass)
    try:
        told = Progressing(desk.folder, plan, announce, watch, kind="rollback")
        remember = rebasing(place, found.of.name, found.done, told.watch)
        ways = {part.device: prepared.ways[part.device] for part in plan.devices}
        with carried(
            place, plan, ways, desk.journal, told.watch, reveal=reveal, keep=desk.keep, remember=remember
        ) as dispatch:
            result = told.ended(run(
                plan, dispatch, desk.journal, desk.job, told.announce,
                stop=stop or Stop(), kind="rollback", of=found.of.name,
            ))  # fmt: skip
        return TakenBack(job=desk.job, waited=waited, result=result, told=desk.told)
    finally:
        desk.journal.close()


def _in_nobodys_hands(place: Workplace, job: Job, asked: Asked) -> None:
    """A job that goes on would change the next device while this one is taken back, and nobody would know.

    With the glass broken a process elsewhere, which nobody here can ask, is passed by.

    Raises:
        Refused: naming the process that has it.
        FacilityError: the journal cannot be read.
    """
    with opened_journal(place) as journal:
        now = find(jobs_of(journal.entries()), job.name)
    mine = me()
    for held in () if now.ended else holders(place, job.name):
        if asked.break_glass and (held.holder.boot, held.holder.space) != (mine.boot, mine.space):
            continue
        raise Refused(
            f"job {job.name} still goes on, in the hands of {held.holder.told}: {held.device} is to come",
            hint=f"Ctrl-C there ends it after the devices under way; if it does not answer: lw resume {job.name}",
        )


def _waited(place: Workplace, prepared: Prepared, watch: Watcher) -> tuple[Outcome, ...]:
    found = prepared.back_out
    journal = place.state.journal()
    try:
        ways = {name: prepared.ways[name] for name in found.waiting}
        return take_back_now(place, journal, found.of, found.done, ways=ways, watch=watch)
    finally:
        journal.close()


def _found(
    found: BackOut,
    looks: dict[str, Look],
    ways: dict[str, tuple[Device, Target]],
    old: OldSecrets,
    *,
    closed: dict[str, str],
    jobs: tuple[Job, ...],
    bases: Bases,
) -> BackOut:
    """What was seen on the devices: what takes each back, what waits there, what stands in the way."""
    job, plan = found.of, found.done
    undone: dict[str, Undo] = {}
    problems: list[Problem] = []
    for name, look in looks.items():
        if look.error:
            problems.append(Problem(device=name, message=look.error, hint=look.hint, code=look.code))
        elif name in still_open(job) and not look.pending:
            problems.append(_problem(name, _open(name, job.name)))
        elif (other := open_elsewhere(jobs, job.name, name)) and not look.pending:
            problems.append(_problem(name, _open(name, other)))
        elif look.undo is not None and look.undo.part is not None:
            known = (*old.slots(name), *plan.device(name).slots)
            try:
                part = with_slots(look.undo.part, known, closed[name] or "no text from before holds it")
            except Refused as error:
                problems.append(_problem(name, error))
                continue
            # Whoever goes on with this job after a crash notes what its plan says.
            part = msgspec.structs.replace(part, intended=bases.intended(name, part.intended))
            undone[name] = msgspec.structs.replace(look.undo, part=as_reached(part, ways[name][1]))
    return msgspec.structs.replace(
        found,
        plan=None if problems or not undone else _turned(plan, job.name, undone),
        undone=undone,
        waiting=() if problems else tuple(name for name, look in looks.items() if look.pending),
        nothing=tuple(name for name, look in looks.items() if look.undo and look.undo.part is None),
        since={name: since for name in undone if (since := later(jobs, job.name, name))},
        problems=tuple(problems),
    )


def _open(device: str, job: str) -> Refused:
    return Refused(
        f"{device}: nobody knows yet what became of job {job} there",
        hint=f"settle that first: lw resume {job}",
    )


def _problem(device: str, error: Refused) -> Problem:
    return Problem(device=device, message=error.message, hint=error.hint, code=int(ExitCode.REFUSED))


def _turned(plan: ChangePlan, job: str, undone: dict[str, Undo]) -> ChangePlan:
    """The plan that takes these devices back, the last batch first."""
    batches = ([name for name in batch if name in undone] for batch in reversed(plan.batches))
    return msgspec.structs.replace(
        plan,
        schema=SCHEMA,
        created=now_text(time.time()),
        author=getpass.getuser(),
        scope=f"back-out of {job}",
        base=plan.code,
        mode="managed",
        templates={},
        versions=plan.versions | {"linewright": __version__},
        devices=tuple(one.part for one in undone.values() if one.part is not None),
        batches=tuple(tuple(batch) for batch in batches if batch),
        unchanged=0,
    )
