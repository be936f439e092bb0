"""How a plan stands, for people."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from linewright.operate.plan_status import Device, Job, PlanStatus, by
from linewright.plan.changeplan import ChangePlan

#: Of each device, so many causes and lines; --format json has all.
_SHOWN = 6
_DEVICES_SHOWN = 20


def standing_lines(found: PlanStatus, plan: ChangePlan, file: Path) -> Iterator[str]:
    """What was decided, by which data, and why; the next command where a device is out of date."""
    branch = f" of branch {plan.branch}" if plan.branch else ""
    yield (
        f"PLAN {plan.ticket}".rstrip()
        + f"  code {plan.code}, made {plan.created} for snapshot {found.made_for}{branch}"
    )
    when = f" of {found.taken}" if found.taken else ""
    yield f"Compared with snapshot {found.by}{when}; no device was read"
    yield found.headline
    shown = found.late[:_DEVICES_SHOWN]
    # Devices that are out of date for the same reasons stand together.
    for told, devices in groupby(shown, key=lambda device: tuple(_told(device, found.taken[:10]))):
        yield ""
        yield f"  {', '.join(device.standing.device for device in devices)}"
        yield from (f"    {line}" for line in told)
    if more := len(found.late) - len(shown):
        yield ""
        yield f"  and {more} more (--format json tells all)"
    if found.barred:
        yield f"lw apply would refuse it: {found.barred}"
    if found.unexplained:
        yield f"  {found.unexplained}"
    yield from _jobs(found.jobs)
    if found.late or found.barred:
        yield f"Next: lw plan refresh {file} -o NEW.lwplan"


def _told(device: Device, day: str) -> Iterator[str]:
    """The reasons, what differs in the intended text, and which changes of the data it was."""
    for reason in device.standing.reasons:
        yield reason.told
        yield from (f"  {line}" for line in reason.lines[:_SHOWN])
        if (more := len(reason.lines) - _SHOWN) > 0:
            yield f"  and {more} more lines"
    for cause in device.causes[:_SHOWN]:
        yield f"because {cause.text}{by(cause, day)}"
    if (more := len(device.causes) - _SHOWN) > 0:
        yield f"and {more} more changes"


def _jobs(jobs: tuple[Job, ...]) -> Iterator[str]:
    if not jobs:
        yield "Applied   never from here"
    for job in jobs:
        ended = ", ".join(f"{name} {how}" for name, how in list(job.results.items())[:_SHOWN])
        more = f" and {len(job.results) - _SHOWN} more" if len(job.results) > _SHOWN else ""
        state = "" if job.ended else " (not ended)"
        yield f"Applied   job {job.job}, {job.began}{state}: {ended or 'nothing was written'}{more}"
