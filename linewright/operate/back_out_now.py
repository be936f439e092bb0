"""A change of ours that still waits on a device is taken back by the device itself, at once; its timer stays behind us."""

from linewright.change.bench import Bench
from linewright.change.dispatch import Outcome, Step, Watcher
from linewright.change.ending import Was
from linewright.change.holding import Holding
from linewright.change.step import back_out
from linewright.devices.target import Target
from linewright.errors import LinewrightError
from linewright.journal.journal import Journal
from linewright.model.objects import Device
from linewright.operate.applying import remembering
from linewright.operate.jobs import Job
from linewright.operate.resuming import open_sessions
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan, DevicePlan

_WHY = "a person takes the job back"


def take_back_now(
    place: Workplace,
    journal: Journal,
    job: Job,
    plan: ChangePlan,
    *,
    ways: dict[str, tuple[Device, Target]],
    watch: Watcher,
) -> tuple[Outcome, ...]:
    """Take back what waits on these devices, one after the other; what became of it is read, and written down.

    Args:
        place: the site.
        journal: its journal.
        job: the job whose change waits there.
        plan: its plan.
        ways: how the devices are reached.
        watch: told of each stage.

    Raises:
        Refused: a living process has the job in hand.
        FacilityError: the journal cannot be written; nothing was sent.
    """
    parts = [plan.device(name) for name in ways]
    holding = Holding(journal, job.name, parts, after_death=True)
    bench = Bench(
        journal=journal, key=place.secrets.key, reveal=place.secrets.reveal, watch=watch,
        remember=remembering(place, plan),
    )  # fmt: skip
    outcomes: list[Outcome] = []
    try:
        for part in parts:
            attempt = job.device(part.device).attempt or 1
            work = Step(kind="change", job=job.name, attempt=attempt, plan=part, lease=holding[part.device])
            target = ways[part.device][1]
            with open_sessions(target, place.secrets.credential, keep=bool(part.weakened)) as sessions:
                outcome = back_out(work, sessions, bench, Was(startup=_startup(part)), _WHY)
            _note(bench, job.name, outcome, attempt)
            outcomes.append(outcome)
    finally:
        holding.close()
    return tuple(outcomes)


def _startup(part: DevicePlan) -> str | None:
    """What startup was before the change, where the plan says it."""
    return None if part.unsaved or part.startup_unread else part.before


def _note(bench: Bench, job: str, outcome: Outcome, attempt: int) -> None:
    """Without this record the device stays open, and `resume` reads it again."""
    try:
        bench.journal.append(job, "device ended", outcome.device, result=outcome.result, attempt=attempt)
    except LinewrightError as error:
        bench.watch(outcome.device, f"not in the journal: {error.message}")
