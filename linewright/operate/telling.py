"""What `lw status` tells of jobs: from the journal alone, or after asking the devices; nothing is written to them."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from linewright.change.bench import Bench
from linewright.change.dispatch import Step
from linewright.change.next_steps import TABLE
from linewright.change.quiet import glance
from linewright.change.standing import Standing, stand
from linewright.errors import LinewrightError
from linewright.journal.leases import Held
from linewright.model.objects import Record
from linewright.model.observation import now_text
from linewright.operate.back_out_looks import reached
from linewright.operate.jobs import Job, OneDevice, known
from linewright.operate.past import back_out_by, changed, taken_back_by, went_back
from linewright.operate.resuming import open_sessions, plan_of
from linewright.operate.workplace import Workplace
from linewright.platforms import rules

SCHEMA = "linewright.status/1"
_WORKERS = 20


class Told(Record, frozen=True):
    """One device of a job, for people and programs.

    `state` and `told` are what it showed when it was asked ("" when it was not). `armed_for` are the seconds its timer
    had left at most, by the journal's times, when this was made; -1 when nothing is known to be armed. `taken_back` is
    the later job that took the change back there, "" when none has.
    """

    device: str
    result: str
    open: bool
    attempt: int = 0
    armed: str = ""
    timer: int = 0
    armed_for: int = -1
    state: str = ""
    told: str = ""
    pending: str = ""
    seconds_left: int = -1
    taken_back: str = ""


class InHand(Record, frozen=True):
    """A process that has a device of a job in hand, and until when (UTC) it has said so."""

    device: str
    host: str
    user: str
    pid: int
    until: str


class JobStatus(Record, frozen=True):
    """One job. `marking` is that of its plan, "" where that is not on this machine; so is `ticket`.

    `back_out_by` is until when (UTC) `lw rollback` asks nobody anew, "" where there is nothing to take back.
    """

    job: str
    code: str
    kind: str
    of: str
    begun: str
    host: str
    user: str
    pid: int
    ticket: str
    marking: str
    open: bool
    stopped: str
    closed: bool
    devices: tuple[Told, ...]
    in_hand: tuple[InHand, ...]
    next: str
    back_out_by: str = ""


class Status(Record, frozen=True):
    """What `lw status --format json` prints. `as_of` is UTC; `asked` says whether devices were asked.

    `unmerged` are records that were kept on this machine while the shared journal was away, and are not in it yet.
    """

    schema: str
    site: str
    as_of: str
    asked: bool
    jobs: tuple[JobStatus, ...]
    unmerged: int = 0


def status_of(
    place: Workplace,
    jobs: tuple[Job, ...],
    held: tuple[Held, ...],
    *,
    ask: bool = False,
    unmerged: int = 0,
    among: tuple[Job, ...] = (),
) -> Status:
    """What is known of these jobs. With `ask` their open devices are read; `unmerged` is told as it is given.

    `among` are all jobs of the journal: what took one of these back is looked for there.

    Raises:
        LinewrightError: the journal cannot be read, or with `ask` a plan is not here.
    """
    now = time.time()
    told = tuple(_job(place, job, held, now, asked(place, job) if ask else {}, among=among) for job in jobs)
    return Status(
        schema=SCHEMA, site=place.settings.site_id, as_of=now_text(now), asked=ask, jobs=told, unmerged=unmerged
    )  # fmt: skip


def asked(place: Workplace, job: Job) -> dict[str, Standing]:
    """Where the open devices of a job stand at this moment; nothing is waited for, and nothing is decided by it.

    Raises:
        LinewrightError: the plan is not here, or a device is not where it was planned.
    """
    names = {one.device for one in job.open}
    if not names:
        return {}
    plan = plan_of(place, job, only=tuple(names))
    ways = reached(place, plan, tuple(names))
    journal = place.state.journal()
    try:
        bench = Bench(
            journal=journal, key=place.secrets.key, reveal=place.secrets.reveal, watch=lambda *_: None
        )

        def one(device: str) -> Standing:
            part, story = plan.device(device), job.device(device)
            work = Step(kind="check", job=job.name, attempt=story.attempt, plan=part)
            with open_sessions(ways[device][1], place.secrets.credential, keep=bool(part.weakened)) as opened:
                looks = glance(work, opened, bench)
            try:
                return stand(part, job.name, known(story), looks, rules(part.platform))
            except LinewrightError as error:
                return Standing(state="unreachable", why=error.message)

        with ThreadPoolExecutor(min(_WORKERS, len(names)), thread_name_prefix="status") as pool:
            order = [part.device for part in plan.devices]
            return dict(zip(order, pool.map(one, order), strict=True))
    finally:
        journal.close()


def _job(
    place: Workplace,
    job: Job,
    held: tuple[Held, ...],
    now: float,
    standing: dict[str, Standing],
    *,
    among: tuple[Job, ...],
) -> JobStatus:
    try:
        plan = plan_of(place, job)
        ticket, marking = plan.ticket, plan.marking
    except LinewrightError:
        ticket = marking = ""
    back = went_back(among, job.name)
    hands = tuple(
        InHand(
            device=one.device, host=one.holder.host, user=one.holder.user, pid=one.holder.pid, until=one.until
        )
        for one in held
        if one.job == job.name
    )
    return JobStatus(
        job=job.name,
        code=job.code,
        kind=job.kind,
        of=job.of,
        begun=job.when,
        host=job.process.host,
        user=job.process.user,
        pid=job.process.pid,
        ticket=ticket,
        marking=marking,
        open=job.unsettled,
        stopped=job.stopped,
        closed=job.closed,
        devices=tuple(
            _device(one, now, standing.get(one.device), back.get(one.device, "")) for one in job.devices
        ),
        in_hand=hands,
        next=_next(job, hands, standing, taken_back=any(taken_back_by(among, job.name))),
        back_out_by=back_out_by(job, job.within)
        if job.kind == "apply" and job.within >= 0 and changed(job)
        else "",
    )


def _device(one: OneDevice, now: float, standing: Standing | None, taken_back: str) -> Told:
    return Told(
        device=one.device,
        result=one.told,
        open=one.open,
        attempt=one.attempt,
        armed=one.armed,
        timer=one.timer,
        armed_for=_armed_for(one, now),
        state=standing.state if standing else "",
        told="; ".join(filter(None, (TABLE[standing.state].told, standing.why))) if standing else "",
        pending=standing.pending if standing else "",
        seconds_left=standing.seconds_left if standing else -1,
        taken_back=taken_back,
    )


def _armed_for(one: OneDevice, now: float) -> int:
    if not one.open or not one.timer:
        return -1
    armed = datetime.fromisoformat(one.armed).astimezone(UTC).timestamp()
    return max(0, min(one.timer, round(armed + one.timer - now)))


def _next(job: Job, hands: tuple[InHand, ...], standing: dict[str, Standing], *, taken_back: bool) -> str:
    """The one next command; "" when there is nothing to do."""
    if hands and not job.ended:
        return f"lw status --follow {job.name}"
    if job.unsettled:
        open_ones = {name: at.state for name, at in standing.items()}
        if alike := [name for name, state in open_ones.items() if state == "undecidable"]:
            return TABLE["undecidable"].command.format(job=job.name, device=alike[0])
        return f"lw resume {job.name}"
    begun = job.count("confirmed", "not saved") or any(job.device(name).armed for name in job.to_go_on)
    if job.to_go_on and job.kind == "apply" and begun and not taken_back:
        return f"lw resume {job.name} --go-on"
    return ""
