"""Joining a job that another process carries: what it tells, as it comes, to its end or to the end of its process."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

from linewright.errors import FacilityError, OutcomeUnknown, UsageError
from linewright.journal.holder import is_gone, me
from linewright.journal.journal import Journal
from linewright.journal.progress import News, Told, progress_file
from linewright.model.observation import now_text
from linewright.operate.jobs import Job, find, jobs_of
from linewright.operate.resuming import Resumed, opened_journal
from linewright.operate.workplace import Workplace

#: Seconds between two looks at the news, and between two at who tells them.
_LOOK, _WHO = 0.25, 1.0
#: So many looks in a row have to find nobody: between its last device and its end a process holds nothing.
_NOBODY = 3
#: So many seconds after the journal says that a job has ended, what it told is complete.
_LAST_WORDS = 15.0

#: Whether a job's process lives, has written down the end of the job, or is gone without.
Standing = Literal["lives", "ended", "gone"]


def which_goes_on(place: Workplace, name: str = "") -> Job:
    """The job to follow: the one that is named, or the newest whose process lives.

    Raises:
        DataError: there is no such job.
        UsageError: none was named, and nobody works on one; or what it tells is on another machine.
        FacilityError: the journal cannot be read.
    """
    with opened_journal(place) as journal:
        jobs = jobs_of(journal.entries())
        going_on = [one for one in jobs if not one.ended and standing(journal, one) == "lives"]
    if not name and not going_on:
        dead = next((one for one in jobs if one.unsettled), None)
        raise UsageError(
            f"nobody works on a job now; the process of {dead.name} died, or left something open"
            if dead
            else "nobody works on a job now",
            hint=f"lw resume {dead.name}" if dead else "lw status lists the jobs",
        )
    job = find(jobs, name) if name else going_on[0]
    if job in going_on and job.process.host != me().host and not _file(place, job).exists():
        raise UsageError(
            f"job {job.name} goes on on {job.process.host}, and what it tells is kept there",
            hint=f"lw status --follow {job.name} there; here: lw status {job.name}",
        )
    return job


def follow(
    place: Workplace, job: Job, *, pause: Callable[[float], None] = time.sleep
) -> Iterator[tuple[Told, ...]]:
    """What a job tells, from where it was last begun on; () each time that nothing is new. The last piece is "ended".

    Where the job has written its end to the journal and could not tell it, that piece is what the journal says.

    Raises:
        OutcomeUnknown: its process is gone, and it had not ended.
        FacilityError: the journal cannot be opened.
    """
    news = News(_file(place, job))
    looked, nobody, over = time.monotonic(), 0, 0.0
    with opened_journal(place) as journal:
        stands = standing(journal, job)
        patience = 0.0 if stands == "ended" else _LAST_WORDS
        while True:
            for told in news.read():
                yield (told,)
                if told.what == "ended":
                    return
            yield ()
            now = time.monotonic()
            over = over or (now if stands == "ended" else 0.0)
            nobody = nobody + 1 if stands == "gone" else 0
            if stands == "ended" and (now - over >= patience or _process_gone(job)):
                # Once more: it may have told its end between our look and its own end.
                last = tuple(news.read())
                yield last
                if not any(told.what == "ended" for told in last):
                    yield _by_the_journal(find(jobs_of(journal.entries(job.name)), job.name))
                return
            if nobody >= _NOBODY:
                raise _died(job)
            pause(_LOOK)
            if nobody or time.monotonic() - looked >= _WHO:
                # A journal that is away for a while ends nothing: the news go on.
                with suppress(FacilityError):
                    job = find(jobs_of(journal.entries(job.name)), job.name)
                    stands = standing(journal, job)
                looked = time.monotonic()


def standing(journal: Journal, job: Job) -> Standing:
    """Whether a job's process lives, by what the journal says of it. Of one elsewhere: while it holds something.

    Raises:
        FacilityError: the journal cannot be read.
    """
    if job.ended:
        return "ended"
    held = [one for one in journal.leases.held() if one.job == job.name]
    if any(one.left and not is_gone(one.holder) for one in held):
        return "lives"
    return "gone" if held or _process_gone(job) else "lives"


def _process_gone(job: Job) -> bool:
    """Whether no such process runs here. One of another machine or boot does not, as far as anybody here can tell."""
    return job.process.boot != me().boot or not Path(f"/proc/{job.process.pid}").exists()


def _file(place: Workplace, job: Job) -> Path:
    return progress_file(place.state.job(job.name))


def _died(job: Job) -> OutcomeUnknown:
    who = f"process {job.process.pid} on {job.process.host}"
    open_ones = ", ".join(one.device for one in job.open[:5]) or "no device"
    return OutcomeUnknown(
        f"job {job.name}: {who} is gone, and the job had not ended; open: {open_ones}",
        hint=f"lw resume {job.name}",
    )


def _by_the_journal(job: Job) -> tuple[Told, ...]:
    """The end of a job as the journal has it."""
    ends = tuple(
        Told(time=job.over, what="last", devices=(one.device,), total=1, result=one.result,
             text="as the journal says; no more was told")
        for one in job.devices if one.armed and one.result not in ("", "confirmed")
    )  # fmt: skip
    confirmed = tuple(
        Told(time=job.over, what="device", devices=(one.device,), total=1, result=one.result)
        for one in job.devices if one.result == "confirmed"
    )  # fmt: skip
    untouched = tuple(one.device for one in job.devices if not one.armed)
    end = Told(
        time=job.over or now_text(time.time()), what="ended", devices=untouched, total=len(untouched),
        text=job.stopped[:500], result=Resumed(job=job).code.name,
    )  # fmt: skip
    return (*confirmed, *ends, end)
