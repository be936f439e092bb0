"""`lw plan status`: how a plan stands by the newest data, and whether it was carried out."""

from collections import Counter

from msgspec.structs import replace

from linewright import log
from linewright.errors import DataError, ExitCode, LinewrightError
from linewright.journal.journal import Entry
from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.operate.causes import Cause, attributed, causes
from linewright.operate.outdated import Standing, judged_by, outdated
from linewright.operate.proving import prove_plan
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan
from linewright.seal.canonical import code


class Job(Record, frozen=True):
    """A job that carried the plan out, or began to: its name, when it began (UTC), how each device ended."""

    job: str
    began: str
    results: dict[str, str] = {}  # noqa: RUF012 - msgspec copies it per instance
    ended: bool = False


class Device(Record, frozen=True):
    """One planned device."""

    standing: Standing
    causes: tuple[Cause, ...] = ()


class PlanStatus(Record, frozen=True):
    """How a plan stands. `by` is the code of the snapshot it was compared with, `taken` when that was taken (UTC).

    `unexplained` is why nobody can say what changed, or who did it. `barred` is why `lw apply` would refuse the plan
    for what lies here (software, settings, templates): asked of a plan that is current and was never carried out.
    """

    plan: str
    made_for: str
    by: str
    taken: str
    devices: tuple[Device, ...]
    jobs: tuple[Job, ...] = ()
    unexplained: str = ""
    barred: str = ""

    @property
    def late(self) -> tuple[Device, ...]:
        """The devices that are out of date."""
        return tuple(device for device in self.devices if not device.standing.current)

    @property
    def code(self) -> ExitCode:
        """What the command exits with."""
        return ExitCode.FINDING if self.late or self.barred else ExitCode.DONE

    @property
    def headline(self) -> str:
        """Like "3 of 240 devices out of date: VLAN 210 changed by lind at 0214Z"; of several causes the commonest."""
        total = len(self.devices)
        if not self.late:
            return f"Current: {'all ' * (total > 1)}{total} device{'s' * (total != 1)} as planned by snapshot {self.by}"
        said = f"{len(self.late)} of {total} devices out of date"
        told = [
            [f"{each.subject} {each.kind}{by(each, self.taken[:10])}" for each in device.causes]
            or [reason.told for reason in device.standing.reasons]
            for device in self.late
        ]
        counted = Counter(what for each in told for what in dict.fromkeys(each))
        first = counted.most_common(1)[0][0]
        more = len(counted) - 1
        return f"{said}: {first}" + f" and {more} more" * bool(more)


def by(cause: Cause, day: str) -> str:
    """Who and when, as far as it is known: " by lind at 0214Z"; with the date when it was not on `day`."""
    if not cause.who:
        return ""
    then, time = cause.when[:10], f"{cause.when[11:13]}{cause.when[14:16]}Z"
    return f" by {cause.who} at {time}" + f" on {then}" * (then != day)


def plan_status(place: Workplace, plan: ChangePlan, snapshot: Snapshot | None = None) -> PlanStatus:
    """How a plan stands by a snapshot: that one, or the newest it can be judged by. NetBox is asked who changed what.

    Raises:
        DataError: there is no snapshot.
        LinewrightError: as `outdated`.
    """
    now = snapshot if snapshot is not None else judged_by(place, plan)
    standings = outdated(place, plan, now)
    found: dict[str, tuple[Cause, ...]] = {}
    unexplained = ""
    if not all(one.current for one in standings) and now.digest != plan.snapshot:
        try:
            before = place.snapshot(code(plan.snapshot))
        except DataError as error:
            unexplained = f"what changed is not known: {error.message}"
        else:
            found, why = attributed(place, causes(standings, before, now), before)
            unexplained = f"who changed it is not known: {why}" * bool(why)
    jobs = jobs_of(place, plan)
    status = PlanStatus(
        plan=plan.code,
        made_for=code(plan.snapshot),
        by=now.code,
        taken=now.origin.taken,
        devices=tuple(Device(standing=one, causes=found.get(one.device, ())) for one in standings),
        jobs=jobs,
        unexplained=unexplained,
        barred="" if jobs or not all(one.current for one in standings) else _barred(place, plan),
    )
    log.note("plan status", plan=plan.code, snapshot=now.code, out_of_date=len(status.late))
    return status


def _barred(place: Workplace, plan: ChangePlan) -> str:
    try:
        prove_plan(place, plan)
    except LinewrightError as error:
        return error.message
    return ""


def jobs_of(place: Workplace, plan: ChangePlan) -> tuple[Job, ...]:
    """The jobs that carried a plan out, oldest first, by this site's journal.

    Raises:
        FacilityError: the journal cannot be read.
    """
    found: dict[str, Job] = {}
    journal = place.state.journal()
    try:
        for entry in journal.entries():
            if entry.event == "job begun" and entry.detail.get("plan") == plan.digest:
                found[entry.job] = Job(job=entry.job, began=entry.time)
            elif (job := found.get(entry.job)) is not None:
                found[entry.job] = _further(job, entry)
    finally:
        journal.close()
    return tuple(found.values())


def _further(job: Job, entry: Entry) -> Job:
    if entry.event == "arming":
        return replace(job, results={**job.results, entry.device: "open"})
    if entry.event == "device ended":
        return replace(job, results={**job.results, entry.device: str(entry.detail.get("result"))})
    return replace(job, ended=True) if entry.event == "job ended" else job
