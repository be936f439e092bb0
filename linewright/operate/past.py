"""Which job changed what, and until when it may be taken back without asking anew. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from linewright.model.observation import now_text
from linewright.operate.jobs import Job

#: After these something of the job is on the device, or may be: its text says what.
_CHANGED = ("confirmed", "not saved", "foreign", "partly back")


def changed(job: Job) -> tuple[str, ...]:
    """The devices on which something of a job is, or may be, and nothing is open."""
    return tuple(one.device for one in job.devices if not one.open and one.result in _CHANGED)


def still_open(job: Job) -> tuple[str, ...]:
    """The devices of which nobody knows what became of a job there."""
    return tuple(one.device for one in job.open)


def newest(jobs: tuple[Job, ...], device: str) -> Job | None:
    """The last job that has changed a device, or of which nobody knows whether it has; None when none has.

    Args:
        jobs: all of them, newest first.
        device: its name.
    """
    return next((job for job in jobs if device in (*changed(job), *still_open(job))), None)


def later(jobs: tuple[Job, ...], name: str, device: str) -> tuple[str, ...]:
    """Jobs that have changed a device after the one of that name did, oldest first."""
    since = []
    for job in jobs:
        if job.name == name:
            break
        if device in changed(job):
            since.append(job.name)
    return tuple(reversed(since))


def taken_back_by(jobs: tuple[Job, ...], name: str) -> Iterator[str]:
    """Jobs that have taken that one back, or begun to, on some device at least."""
    return (job.name for job in jobs if job.of == name and any(one.armed for one in job.devices))


def went_back(jobs: tuple[Job, ...], name: str) -> dict[str, str]:
    """Devices on which that job was taken back to the end, and the job that did it."""
    return {
        one.device: job.name
        for job in jobs
        if job.of == name and job.kind == "rollback"
        for one in job.devices
        if one.result in ("confirmed", "not saved") and not one.open
    }


def open_elsewhere(jobs: tuple[Job, ...], name: str, device: str) -> str:
    """Another job of which nobody knows what became of it on a device; "" when there is none."""
    return next((job.name for job in jobs if job.name != name and device in still_open(job)), "")


def back_out_by(job: Job, within: int) -> str:
    """Until when a job may be taken back by the agreement to its plan (UTC); "" when its end is not known.

    Args:
        job: the job.
        within: the seconds that its plan gives (`ChangePlan.back_out_within`).
    """
    try:
        ended = datetime.fromisoformat(job.over).astimezone(UTC)
        return now_text((ended + timedelta(seconds=within)).timestamp())
    except (ValueError, OverflowError):
        return ""
