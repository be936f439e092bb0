"""Closing jobs: when a job's back-out is not agreed to any more, the key to what it kept goes."""

import time

from linewright import log
from linewright.errors import LinewrightError
from linewright.journal.journal import Journal
from linewright.model.observation import now_text
from linewright.operate.jobs import jobs_of
from linewright.operate.past import back_out_by
from linewright.operate.workplace import Workplace


def close_over(place: Workplace, journal: Journal, now: float | None = None) -> tuple[str, ...]:
    """Close every job of this machine whose time is over and of which nothing is open; their names.

    From then on only the site's recipients open what it kept. It never fails: what cannot be closed is closed next time.

    Args:
        place: the site.
        journal: its journal.
        now: Unix time; the clock's when left out.
    """
    moment = now_text(time.time() if now is None else now)
    closed: list[str] = []
    try:
        for job in jobs_of(journal.entries()):
            until = back_out_by(job, job.within) if job.within >= 0 else ""
            if not until or moment <= until or job.unsettled:
                continue
            folder = place.state.job(job.name)
            if folder.key() is None:
                continue
            folder.close()
            closed.append(job.name)
            journal.append(job.name, "job closed")
    except LinewrightError as error:
        log.note("not closed", why=error.message)
    return tuple(closed)
