"""Which job is taken back, by which plan, on which devices; and the secrets that it had found there."""

from pathlib import Path

from linewright.devices.credentials.private import private_text
from linewright.devices.old_secrets import OldSecrets
from linewright.errors import DataError, FacilityError, LinewrightError, Refused, UsageError
from linewright.model.objects import Record
from linewright.operate.jobs import Job, OneDevice, find, jobs_of
from linewright.operate.past import changed, newest, still_open
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan, DevicePlan, load
from linewright.platforms import rules
from linewright.seal.recipients import decrypt


class Asked(Record, frozen=True):
    """What is to be taken back: a job, devices of it, or what the newest job did on one device.

    `identity` is a key of the site's that opens what the job kept; `break_glass` why the agreement is not waited for.
    """

    job: str = ""
    devices: tuple[str, ...] = ()
    identity: Path | None = None
    break_glass: str = ""


def job_of(jobs: tuple[Job, ...], asked: Asked) -> Job:
    """The job that is to be taken back.

    Args:
        jobs: those of the journal, newest first.
        asked: what is to be taken back.

    Raises:
        DataError: there is none of that name, or none has changed that device.
        Refused: it is a back-out itself.
        UsageError: neither a job nor one device is named.
    """
    if asked.job:
        found = find(jobs, asked.job)
    elif len(asked.devices) != 1:
        raise UsageError("name a job, or one device", hint="lw rollback JOB, or lw rollback --device NAME")
    elif (last := newest(jobs, asked.devices[0])) is not None:
        found = last
    else:
        raise DataError(
            f"no job of this site's journal has changed {asked.devices[0]}", hint="lw status lists the jobs"
        )
    if found.kind == "rollback":
        raise Refused(
            f"job {found.name} has taken job {found.of} back itself",
            hint="to make that change again: lw plan",
        )
    return found


def jobs_known(place: Workplace, asked: Asked) -> tuple[tuple[Job, ...], str]:
    """The jobs of the journal, newest first; why it could not be read, "" when it could.

    When it is away and somebody says why that cannot be waited for, the job is what its folder holds: of each of its
    devices the text alone says whether anything is there to take back.

    Raises:
        FacilityError: it cannot be read, and the glass is not broken.
        UsageError: it cannot be read, and no job is named.
    """
    try:
        journal = place.state.journal()
        try:
            return jobs_of(journal.entries()), ""
        finally:
            journal.close()
    except FacilityError as error:
        if not asked.break_glass:
            raise FacilityError(
                error.message,
                hint='if it cannot wait: lw rollback JOB --break-glass "REASON" does without it',
            ) from None
        if not asked.job:
            raise UsageError(
                "name the job: the journal that knows it is away", hint="ls .linewright/jobs"
            ) from None
        plan = load(place.state.job(asked.job).plan_file)
        devices = tuple(OneDevice(device=part.device, attempt=1, result="confirmed") for part in plan.devices)
        # The name of a job ends with the code of the plan it was begun with.
        digest = plan.digest if asked.job.endswith(f"-{plan.code}") else ""
        return (Job(name=asked.job, code=plan.code, plan=digest, when="", devices=devices),), error.message


def plan_of(place: Workplace, job: Job) -> ChangePlan:
    """The plan of a job, the very one that was agreed to."""
    plan = load(place.state.job(job.name).plan_file)
    if plan.site != place.settings.site_id:
        raise Refused(f"job {job.name} is of site {plan.site!r}, this is {place.settings.site_id!r}")
    if job.plan != plan.digest:
        raise Refused(
            f"job {job.name}: the plan kept with it ({plan.code}) is not the one it was begun with ({job.code})",
            hint="somebody has exchanged it; look at the devices: lw verify",
        )
    return plan


def names_of(job: Job, plan: ChangePlan, asked: Asked) -> tuple[str, ...]:
    """The devices to look at, in the order of the plan: those the job has changed, or may have.

    Raises:
        DataError: the plan does not touch one that was named.
        Refused: none is left.
    """
    for name in asked.devices:
        plan.device(name)
    wanted = set(asked.devices) or {part.device for part in plan.devices}
    touched = {*changed(job), *still_open(job)}
    names = tuple(part.device for part in plan.devices if part.device in wanted & touched)
    if not names:
        raise Refused(
            f"job {job.name} has changed none of {', '.join(sorted(wanted))}: nothing to take back",
            hint=f"lw status {job.name} shows how each device ended",
        )
    return names


def open_before(place: Workplace, job: Job, part: DevicePlan, old: OldSecrets, identity: Path | None) -> str:
    """Take in the old secrets of a device; why they are not to be had, "" when they are.

    That is no error yet: most lines hold none.
    """
    folder = place.state.job(job.name)
    try:
        sealed = folder.before(part.device)
        if sealed is None:
            return "the job kept no text from before"
        if identity is not None:
            key = private_text(identity, "the key that opens backups")
            if (kept := folder.sealed_key()) is not None:
                # Certificates open the job's key, and that opens the text.
                key = decrypt("cms", kept, key).decode()
        elif (kept := folder.key()) is not None:
            key = kept.decode()
        else:
            return "the job is closed, and only the site's backup key opens what it kept"
        old.open(sealed, key, part.device, rules(part.platform), job.name)
    except UnicodeDecodeError:
        return "the job's key is damaged"
    except LinewrightError as error:
        return error.message
    return ""
