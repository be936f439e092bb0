"""Where a back-out is written down: in the site's journal, or, where that is away and it cannot wait, here.

With the glass broken a full disk, a damaged file or a database that is away keeps nobody from taking a job back: then
journal and folder of the back-out are made in a place of their own, and the screen says where. The records of a shared
journal that is away go to the local one, which is brought over later (`linewright.journal.merging`).
"""

import getpass
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from linewright.change.bench import Keep
from linewright.change.dispatch import Watcher
from linewright.errors import FacilityError, LinewrightError, Refused
from linewright.journal.holder import is_gone, me
from linewright.journal.jobs import JobFolder
from linewright.journal.journal import Journal
from linewright.journal.leases import Held, Lease
from linewright.journal.state import State
from linewright.operate.applying import new_job
from linewright.operate.closing import close_over
from linewright.operate.keeping import Keeping, backup_recipients
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan

#: Where the last resort may be made, the first that takes it.
_LAST_RESORTS = (None, "/dev/shm", "/run")  # noqa: S108 - mkdtemp makes a folder for its owner alone
#: What stands in the place of a device's name where something is told of the whole job.
_JOURNAL, _BACKUP = "journal", "backup"


class Desk(msgspec.Struct, frozen=True):
    """Where a back-out is written down. `told` says where, when that is not the site's own journal."""

    journal: Journal
    job: str
    keep: Keep
    folder: JobFolder
    told: str = ""


def begin(place: Workplace, plan: ChangePlan, watch: Watcher, *, of: str, reason: str) -> Desk:
    """Open a journal, name the job, and keep its plan; with a reason, wherever that can be done.

    Args:
        place: the site.
        plan: the plan turned round.
        watch: told of what had to be done without.
        of: the job that is taken back.
        reason: why the glass is broken; "" when it is not.

    Raises:
        FacilityError: it cannot be written down.
        Refused: a living process of this machine works on one of the devices.
    """
    first: FacilityError | None = None
    for told, open_ in _places(place) if reason else [("", lambda: (place, place.state.journal()))]:
        try:
            where, journal = open_()
        except FacilityError as error:
            first = first or error
            continue
        try:
            desk = _at(where, journal, plan, watch, of=of, reason=reason)
        except FacilityError as error:
            journal.close()
            first = first or error
            continue
        except BaseException:
            journal.close()
            raise
        if told:
            watch(
                _JOURNAL,
                f"not the site's own ({first.message if first else 'away'}): {told} {_folder(where)}",
            )
        return msgspec.structs.replace(desk, told=f"{told} {_folder(where)}" if told else "")
    if first is None or reason:
        raise FacilityError(
            "the back-out cannot be written down anywhere on this machine",
            hint="make room on a disk, or take it back on the device by hand; lw plan show on the kept plan has the lines",
        )
    raise FacilityError(
        first.message,
        hint=f'if it cannot wait: lw rollback {of} --break-glass "REASON" writes it down elsewhere',
    )


def _at(
    place: Workplace, journal: Journal, plan: ChangePlan, watch: Watcher, *, of: str, reason: str
) -> Desk:
    job = new_job(place, journal, plan)
    keeping = _keeping(place, watch)
    keeping.begin(place.state.job(job))
    close_over(place, journal)
    if reason:
        # Written down before anything else is done by it.
        journal.append(job, "break glass", reason=reason, of=of, author=getpass.getuser())
        _pass_by(journal, job, {part.device for part in plan.devices}, watch)
    return Desk(journal=journal, job=job, keep=keeping, folder=place.state.job(job))


def _places(place: Workplace) -> Iterator[tuple[str, Callable[[], tuple[Workplace, Journal]]]]:
    yield "", lambda: (place, place.state.journal())
    if place.state.keeping.url:
        yield "brought over when that is back, from", lambda: (place, _local(place))
    for folder in _LAST_RESORTS:
        yield "kept, and to be kept, in", lambda folder=folder: _elsewhere(place, folder)  # type: ignore[misc]  # bound now


def _local(place: Workplace) -> Journal:
    found = place.state.local_journal(make=True)
    assert found is not None  # noqa: S101 - it was made
    return found


def _elsewhere(place: Workplace, folder: str | None) -> tuple[Workplace, Journal]:
    try:
        made = Path(tempfile.mkdtemp(prefix="linewright-break-glass-", dir=folder))
    except OSError as error:
        raise FacilityError(f"{folder or tempfile.gettempdir()} takes nothing: {error.strerror}") from None
    state = State(made)
    return msgspec.structs.replace(place, state=state), state.journal()


def _folder(place: Workplace) -> Path:
    return place.state.folder


def _keeping(place: Workplace, watch: Watcher) -> Keeping:
    """Keeps what runs now; recipients that nothing can be encrypted to any more are told, and done without."""
    try:
        return Keeping(backup_recipients(place))
    except LinewrightError as error:
        watch(_BACKUP, f"kept for this job alone, not for the site's recipients: {error.message}")
        return Keeping(None)


def _pass_by(journal: Journal, job: str, devices: set[str], watch: Watcher) -> None:
    """Take devices from a holder that nobody can ask: one elsewhere, whose time is not over yet.

    Raises:
        Refused: the holder lives on this machine.
    """
    mine = me()
    for held in journal.leases.held():
        if held.device not in devices or not held.left or is_gone(held.holder):
            continue
        if (held.holder.boot, held.holder.space) == (mine.boot, mine.space):
            raise Refused(
                f"{held.device}: job {held.job} works on it, and its process lives: {held.holder.told}",
                hint="let it end, or end it; then again",
            )
        journal.append(job, "passed by", held.device, holder=held.holder.told, of=held.job)
        watch(
            held.device, f"taken from job {held.job} of {held.holder.told}, which had it until {held.until}"
        )
        with suppress(LinewrightError):  # the taking that follows says what is wrong
            journal.leases.release(_lease(held, journal))


def _lease(held: Held, journal: Journal) -> Lease:
    return Lease(
        device=held.device, job=held.job, holder=held.holder, token=held.token, journal=journal.name, seconds=1
    )  # fmt: skip
