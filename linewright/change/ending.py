"""The ends of a change that went back, and what is cleared away at an end.

Running alone does not say that a device is as before. Whoever saved it while the change waited for its proof has put
the unproved lines into startup, and the next reboot would bring them.
"""

from linewright import configs
from linewright.change.bench import Bench, Seen, look, note
from linewright.change.dispatch import Outcome, Step
from linewright.change.foreign import ended
from linewright.change.sessions import Sessions
from linewright.devices import write
from linewright.devices.target import ChangeDriver
from linewright.errors import LinewrightError
from linewright.model.objects import Record
from linewright.plan.changeplan import DevicePlan
from linewright.platforms import rules

_MOST_SHOWN = 200


class Was(Record, frozen=True):
    """What a device was right before the change, beside what the plan says, and what it said about going back.

    `startup` is its normal text, None when it could not be read. `unrestored`: the device says that it could not put
    back everything. `theirs` are lines of others that were seen beside the change. `mark` is where the device's own
    record of commands stood, "" where it keeps none. `taken_back`: it was asked to go back.
    """

    startup: str | None
    unrestored: bool = False
    theirs: tuple[str, ...] = ()
    mark: str = ""
    taken_back: bool = False

    def to_be_saved_again(self, plan: DevicePlan, seen: Seen) -> bool:
        """Whether saving what runs now makes startup what it was: only where everything was saved before."""
        return (
            seen.running == plan.before == self.startup
            and seen.startup is not None
            and not startup_is_as_before(plan, seen, self)
        )


def startup_is_as_before(plan: DevicePlan, seen: Seen, was: Was) -> bool:
    """Whether startup holds nothing of the change: what it was, or what runs now that running is as before."""
    return seen.startup in (was.startup, plan.before)


def rolled_back(
    work: Step, sessions: Sessions, bench: Bench, why: str, *, seen: Seen, theirs: tuple[str, ...] = ()
) -> Outcome:
    """Running and startup are as before: clear away what the change left."""
    note(work, bench, "rolled back", why=why)
    foreign = ended(work, bench, why, theirs, seen) if theirs else None
    try:
        with sessions() as driver:
            clear(work, driver, bench)
    except LinewrightError as error:
        _stays(work, bench, error)
    return foreign or Outcome(device=work.plan.device, result="rolled back", message=why)


def partly_back(work: Step, bench: Bench, why: str, seen: Seen, was: Was) -> Outcome:
    """Running is as before and that is not all: nothing is cleared away, it may be the only way back."""
    plan = work.plan
    if startup_is_as_before(plan, seen, was) or seen.startup is None:
        state = "running and startup read as before, but the device says that it could not restore all"
        hint = (
            f"look at the device itself; what the change kept there stays: lw verify --device {plan.device}"
        )
    else:
        changed = configs.diff(was.startup or plan.before, seen.startup, rules(plan.platform))
        shown = "; ".join(line for line in changed if line[:1] in "+-")[:_MOST_SHOWN]
        state = f"running is as before, startup is not, a reboot would bring: {shown}"
        hint = f"put startup of {plan.device} right there (save what runs, if all of that is to stay), then lw verify"
    note(work, bench, "partly back", why=why, state=state)
    return Outcome(device=plan.device, result="partly back", message=f"{why}; {state}", hint=hint)


def save_again(work: Step, sessions: Sessions, bench: Bench) -> str:
    """Save running, which is as before, over a startup that somebody saved meanwhile; what to add when it fails.

    Whether it helped is read afterwards.
    """
    said: list[str] = []

    def save(driver: ChangeDriver, seen: Seen) -> None:
        if seen.pending or seen.running != work.plan.before:
            return
        try:
            bench.journal.append(work.job, "saving again", work.plan.device)
            if write.save(driver, work.job, work.attempt):
                bench.watch(work.plan.device, "somebody saved it unproved: startup is saved again, as before")
        except LinewrightError as error:
            said.append(error.message)

    look(work, sessions, bench, then=save)
    return "".join(f"; {words}" for words in said)


def clear(work: Step, driver: ChangeDriver, bench: Bench) -> None:
    """Remove what the change left on the device. That it stays there changes nothing about how the change ended."""
    try:
        bench.journal.append(work.job, "clearing away", work.plan.device)
        write.clean_up(driver, work.job, work.attempt)
    except LinewrightError as error:
        _stays(work, bench, error)


def _stays(work: Step, bench: Bench, error: LinewrightError) -> None:
    bench.watch(work.plan.device, f"what the change kept on the device stays there: {error.message}")
