"""Going on with a job that stopped in the middle: the devices that are left, under the same conditions as at the start."""

from linewright.change.dispatch import Watcher
from linewright.change.run import Announce, JobResult, Stop, run
from linewright.errors import DataError, Refused, UsageError
from linewright.journal.jobs import JobFolder
from linewright.operate.applying import carried, targets_of
from linewright.operate.jobs import jobs_of
from linewright.operate.past import taken_back_by
from linewright.operate.progressing import Progressing
from linewright.operate.proving import prove_plan
from linewright.operate.resuming import Resumed, only_of, opened_journal, plan_of
from linewright.operate.still_current import still_current
from linewright.operate.workplace import Workplace


def go_on(
    place: Workplace, resumed: Resumed, announce: Announce, watch: Watcher, stop: Stop | None = None
) -> JobResult:
    """Go on with the devices that were never begun, or are as before without anybody having decided that.

    Under the same conditions as at the start: every one of them is read first, and must be as the plan found it.

    Raises:
        Refused: the job is a rollback or was taken back, something of it is open, or as `apply_plan`.
        UsageError: there is nothing to go on with.
    """
    job = resumed.job
    if job.open:
        raise Refused(f"job {job.name}: {job.open[0].device} is still open", hint=f"lw resume {job.name}")
    if job.kind != "apply":
        raise Refused(f"job {job.name} takes {job.of} back", hint=f"go on with it: lw rollback {job.of}")
    with opened_journal(place) as journal:
        if back := next(taken_back_by(jobs_of(journal.entries()), job.name), ""):
            raise Refused(
                f"job {job.name} was taken back by job {back}: it does not go on",
                hint="to make that change after all: lw plan",
            )
    if not resumed.to_go_on:
        raise UsageError(f"job {job.name} has nothing left to go on with", hint=f"lw status {job.name}")
    plan = plan_of(place, job)
    prove_plan(place, plan, only=frozenset(resumed.to_go_on))
    folder = place.state.job(job.name)
    still_current(place, plan)
    reached = targets_of(place, only_of(plan, resumed.to_go_on))
    told = Progressing(folder, plan, announce, watch, only=resumed.to_go_on)
    with (
        opened_journal(place) as journal,
        carried(place, plan, reached, journal, told.watch, keep=_Kept(folder), judged=True) as dispatch,
    ):
        return told.ended(run(
            plan, dispatch, journal, job.name, told.announce, stop=stop or Stop(), attempt=job.attempt + 1,
            only=frozenset(resumed.to_go_on), kind="apply", of=job.of,
        ))  # fmt: skip


class _Kept:
    """What devices were before lies in the job's folder already, from when the job began; they are as they were then."""

    def __init__(self, folder: JobFolder) -> None:
        self._folder = folder

    def seal(self, _text: bytes) -> bytes:
        """Nothing is kept anew."""
        return b""

    def keep(self, device: str, _sealed: bytes) -> None:
        """It is there.

        Raises:
            DataError: it is not.
        """
        if self._folder.before(device) is None:
            raise DataError(
                f"{device}: what it was before the change was not kept", hint="make a new plan: lw plan"
            )

    def keep_seen(self, device: str, seen: bytes) -> None:
        """What a judge saw right before this attempt."""
        self._folder.keep_seen(device, seen)
