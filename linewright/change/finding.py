"""What became of a change: the only judge is the device's own text, read over a new session."""

from linewright.change.bench import Bench, Seen, Then, Unseen, look, note
from linewright.change.dispatch import Outcome, Step
from linewright.change.sessions import Sessions
from linewright.devices import write
from linewright.devices.target import ChangeDriver
from linewright.errors import LinewrightError

#: How long a device's restoring may take after its timer has run out (seconds, and seconds for each line it has;
#: FRR allows itself 0.2 s a line) before we call it unknown.
RESTORE_TIME = 90
_RESTORE_LINE = 0.2
#: A commit whose answer was lost may still be on its way. So long (seconds), or as long as the device's timer if that
#: is longer, "as before, nothing pending" is not believed.
_LANDING_TIME = 60
#: Where nobody gave the code a login needs, so long after its timer a device is given to restore before it is asked for
#: once more (seconds).
_RESTORED_BY = 10
PAUSE = 1.0


def find_out(
    work: Step, sessions: Sessions, bench: Bench, why: str, *, answered: bool = True, given_up: bool = False
) -> Outcome:
    """Wait for what the device's own timer leads to, and say what its text says then.

    Args:
        work: the step.
        sessions: opens new sessions.
        bench: what the step works with.
        why: what is told of a device that is as before.
        answered: whether the device has answered the commit. If not, it may begin it later.
        given_up: whether a person would not give what a login needs.
    """
    plan, now = work.plan, bench.clock()
    landed_by = now if answered else now + max(plan.timer, _LANDING_TIME)
    restoring = _RESTORE_LINE * plan.before.count("\n")
    deadline = now + plan.timer + RESTORE_TIME + restoring
    waited = False
    while True:
        if given_up and not waited:
            # Somebody had enough of codes. The device takes the change back without us; then one code tells.
            bench.watch(plan.device, "left to its own timer; one more login tells what became of it")
            bench.pause(max(plan.timer, landed_by - now) + restoring + _RESTORED_BY)
            waited = True
        seen = look(work, sessions, bench)
        if isinstance(seen, Unseen) and seen.refused:
            if waited:
                return _unknown(work, bench, why, seen)
            given_up = True
            continue
        if isinstance(seen, Seen):
            landed_by = 0.0 if seen.pending == work.job else landed_by
            landed = not seen.pending and bench.clock() >= landed_by
            if landed and (outcome := _settled(work, sessions, bench, why, seen)):
                return outcome
        if bench.clock() >= deadline:
            return _unknown(work, bench, why, seen)
        bench.pause(PAUSE)


def _settled(work: Step, sessions: Sessions, bench: Bench, why: str, seen: Seen) -> Outcome | None:
    """The end of a change of which nothing is pending any more; None when its text is neither of the two."""
    if seen.running == work.plan.before:
        return _rolled_back(work, sessions, bench, why)
    if seen.running == work.plan.after:
        # Not pending any more, and it stands: confirmed, by us as far as anybody knows.
        return confirmed(work, sessions, bench)
    return None


def look_until(
    work: Step,
    sessions: Sessions,
    bench: Bench,
    deadline: float,
    *,
    startup: bool = False,
    then: Then | None = None,
) -> Seen | Unseen:
    """The device as soon as it can be seen, or why it could not be seen before the deadline."""
    while True:
        seen = look(work, sessions, bench, startup=startup, then=then)
        if isinstance(seen, Seen) or seen.refused or bench.clock() >= deadline:
            return seen
        bench.pause(PAUSE)


def confirmed(work: Step, sessions: Sessions, bench: Bench) -> Outcome:
    """Confirmed is not believed either: read again, then clear away what the change left on the device."""
    plan = work.plan

    def clear_away(driver: ChangeDriver, seen: Seen) -> None:
        if not _wrong(work, seen) and seen.startup == seen.running:
            note(work, bench, "confirmed")
            _clear(work, driver, bench)

    deadline = bench.clock() + RESTORE_TIME
    seen = look_until(work, sessions, bench, deadline, startup=True, then=clear_away)
    if wrong := _wrong(work, seen):
        note(work, bench, "doubtful after confirmation", wrong=wrong)
        return Outcome(
            device=plan.device,
            result="unknown",
            message=f"confirmed, but {' and '.join(wrong)}",
            hint=f"look at it: lw verify --device {plan.device}",
        )
    if isinstance(seen, Seen) and seen.startup != seen.running:
        note(work, bench, "confirmed, not saved")
        return Outcome(
            device=plan.device,
            result="not saved",
            message="running as planned and confirmed, but startup is not as running: a reboot would lose the change",
            hint="find out why it cannot save (a full disk?), save it there, then lw verify",
        )
    return Outcome(device=plan.device, result="confirmed", message="; ".join(plan.weakened))


def _wrong(work: Step, seen: Seen | Unseen) -> list[str]:
    """What keeps a device from being as confirmed."""
    if isinstance(seen, Unseen):
        return [f"it could not be read after that ({seen.why})"]
    wrong = [f"{seen.pending} is still pending"] * bool(seen.pending)
    return wrong + ["running is not as planned"] * (seen.running != work.plan.after)


def _rolled_back(work: Step, sessions: Sessions, bench: Bench, why: str) -> Outcome:
    note(work, bench, "rolled back", why=why)
    _clear_away(work, sessions, bench)
    return Outcome(device=work.plan.device, result="rolled back", message=why)


def _unknown(work: Step, bench: Bench, why: str, seen: Seen | Unseen) -> Outcome:
    plan = work.plan
    if isinstance(seen, Unseen):
        state, armed = f"it cannot be seen: {seen.why}", "a change may still be pending there"
    else:
        texts = {plan.before: "running is as before", plan.after: "running is as planned"}
        state = texts.get(seen.running, "running is neither as before nor as planned")
        armed = f"{seen.pending} is pending there" if seen.pending else ""
    note(work, bench, "unknown", why=why, state=state, armed=armed)
    return Outcome(
        device=plan.device,
        result="unknown",
        message=f"{why}; {state}",
        armed=armed,
        hint=f"read it before anything else is sent: lw verify --device {plan.device}",
    )


def _clear_away(work: Step, sessions: Sessions, bench: Bench) -> None:
    """Remove what the change left on the device. That it stays there changes nothing about how the change ended."""
    try:
        with sessions() as driver:
            _clear(work, driver, bench)
    except LinewrightError as error:
        _stays(work, bench, error)


def _clear(work: Step, driver: ChangeDriver, bench: Bench) -> None:
    try:
        bench.journal.append(work.job, "clearing away", work.plan.device)
        write.clean_up(driver, work.job, work.attempt)
    except LinewrightError as error:
        _stays(work, bench, error)


def _stays(work: Step, bench: Bench, error: LinewrightError) -> None:
    bench.watch(work.plan.device, f"what the change kept on the device stays there: {error.message}")
