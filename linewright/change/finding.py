"""What became of a change: the only judge is the device's own text, read over a new session."""

from linewright.change.bench import Bench, Seen, Sessions, look, note
from linewright.change.dispatch import Outcome, Step
from linewright.devices import write
from linewright.errors import LinewrightError

#: How long a device's restoring may take after its timer has run out (seconds, and seconds for each line it has;
#: FRR allows itself 0.2 s a line) before we call it unknown.
RESTORE_TIME = 90
_RESTORE_LINE = 0.2
#: A commit whose answer was lost may still be on its way. So long (seconds), or as long as the device's timer if that
#: is longer, "as before, nothing pending" is not believed.
_LANDING_TIME = 60
PAUSE = 1.0


def find_out(work: Step, sessions: Sessions, bench: Bench, why: str, *, answered: bool = True) -> Outcome:
    """Wait for what the device's own timer leads to, and say what its text says then.

    Args:
        work: the step.
        sessions: opens new sessions.
        bench: what the step works with.
        why: what is told of a device that is as before.
        answered: whether the device has answered the commit. If not, it may begin it later.
    """
    plan, now = work.plan, bench.clock()
    landed_by = now if answered else now + max(plan.timer, _LANDING_TIME)
    deadline = now + plan.timer + RESTORE_TIME + _RESTORE_LINE * plan.before.count("\n")
    while True:
        seen = look(work, sessions, bench)
        if isinstance(seen, Seen):
            if seen.pending == work.job:
                landed_by = 0.0
            elif not seen.pending and bench.clock() >= landed_by:
                if seen.running == plan.before:
                    return _rolled_back(work, sessions, bench, why)
                if seen.running == plan.after:
                    # Not pending any more, and it stands: confirmed, by us as far as anybody knows.
                    return confirmed(work, sessions, bench)
        if bench.clock() >= deadline:
            return _unknown(work, bench, why, seen)
        bench.pause(PAUSE)


def look_until(
    work: Step, sessions: Sessions, bench: Bench, deadline: float, *, startup: bool = False
) -> Seen | str:
    """The device as soon as it can be seen, or why it could not be seen before the deadline."""
    while isinstance(seen := look(work, sessions, bench, startup=startup), str) and bench.clock() < deadline:
        bench.pause(PAUSE)
    return seen


def confirmed(work: Step, sessions: Sessions, bench: Bench) -> Outcome:
    """Confirmed is not believed either: read again, then clear away what the change left on the device."""
    plan = work.plan
    seen = look_until(work, sessions, bench, bench.clock() + RESTORE_TIME, startup=True)
    if isinstance(seen, str):
        wrong = [f"it could not be read after that ({seen})"]
    else:
        wrong = [f"{seen.pending} is still pending"] * bool(seen.pending)
        wrong += ["running is not as planned"] * (seen.running != plan.after)
    if wrong:
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
    note(work, bench, "confirmed")
    _clear_away(work, sessions, bench)
    return Outcome(device=plan.device, result="confirmed")


def _rolled_back(work: Step, sessions: Sessions, bench: Bench, why: str) -> Outcome:
    note(work, bench, "rolled back", why=why)
    _clear_away(work, sessions, bench)
    return Outcome(device=work.plan.device, result="rolled back", message=why)


def _unknown(work: Step, bench: Bench, why: str, seen: Seen | str) -> Outcome:
    plan = work.plan
    if isinstance(seen, str):
        state, armed = f"it cannot be seen: {seen}", "a change may still be pending there"
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
        bench.journal.append(work.job, "clearing away", work.plan.device)
        with sessions() as driver:
            write.clean_up(driver, work.job, work.attempt)
    except LinewrightError as error:
        bench.watch(work.plan.device, f"what the change kept on the device stays there: {error.message}")
