"""What became of a change: the only judge is the device's own text, read over a new session."""

import msgspec

from linewright.change.abandoned import Abandoned
from linewright.change.bench import Bench, Seen, Then, Unseen, look, note
from linewright.change.dispatch import Outcome, Step
from linewright.change.ending import Was, clear, partly_back, rolled_back, save_again, startup_is_as_before
from linewright.change.foreign import ended, found, typed
from linewright.change.sessions import Sessions
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
#: A device on which nothing waits and that is neither as before nor as planned must look the same for so long (seconds)
#: before that is called its end: something may still be at work there.
_AT_REST = 5


def find_out(
    work: Step,
    sessions: Sessions,
    bench: Bench,
    why: str,
    was: Was,
    *,
    answered: bool = True,
    given_up: bool = False,
) -> Outcome:
    """Wait for what the device's own timer leads to, and say what its text says then.

    Args:
        work: the step.
        sessions: opens new sessions.
        bench: what the step works with.
        why: what is told of a device that is as before.
        was: what the device was before the change, beside what the plan says.
        answered: whether the device has answered the commit. If not, it may begin it later.
        given_up: whether a person would not give what a login needs.
    """
    plan, now = work.plan, bench.clock()
    landed_by = now if answered else now + max(plan.timer, _LANDING_TIME)
    restoring = _RESTORE_LINE * plan.before.count("\n")
    deadline = now + plan.timer + RESTORE_TIME + restoring
    waited = saved = False
    rest = _Rest(bench)
    abandoned = Abandoned(work, sessions, bench)
    while True:
        if given_up and not waited:
            # Somebody had enough of codes. The device takes the change back without us; then one code tells.
            bench.watch(plan.device, "left to its own timer; one more login tells what became of it")
            bench.pause(max(plan.timer, landed_by - now) + restoring + _RESTORED_BY)
            waited = True
        seen = look(work, sessions, bench, startup=True)
        if isinstance(seen, Unseen) and seen.refused:
            if waited:
                return _unknown(work, bench, why, seen, was)
            given_up = True
            continue
        was = msgspec.structs.replace(was, taken_back=was.taken_back or abandoned.tried)
        if isinstance(seen, Seen):
            landed_by = 0.0 if seen.pending == work.job else landed_by
            if not seen.pending and bench.clock() >= landed_by:
                if not saved and was.to_be_saved_again(plan, seen):
                    saved = True
                    why += save_again(work, sessions, bench)
                    continue
                if outcome := _settled(
                    work, sessions, bench, why, seen=seen, was=was, at_rest=rest.is_at(seen)
                ):
                    return outcome
        if abandoned.hopeless(seen) or bench.clock() >= deadline:
            return _unknown(work, bench, why + abandoned.why, seen, was)
        bench.pause(PAUSE)


class _Rest:
    """Whether a device has stopped changing."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._texts: tuple[str, str | None] = ("", None)
        self._since = 0.0

    def is_at(self, seen: Seen) -> bool:
        """Told of each look on which nothing waited."""
        now = self._bench.clock()
        if (seen.running, seen.startup) != self._texts:
            self._texts, self._since = (seen.running, seen.startup), now
        return now - self._since >= _AT_REST


def _settled(  # noqa: PLR0911 - one for each end
    work: Step, sessions: Sessions, bench: Bench, why: str, *, seen: Seen, was: Was, at_rest: bool
) -> Outcome | None:
    """The end of a change of which nothing is pending any more; None when its text is neither of the two."""
    plan = work.plan
    if seen.running == plan.before:
        if seen.startup is None and was.startup is not None:
            return None
        if was.unrestored or not startup_is_as_before(plan, seen, was):
            return partly_back(work, bench, why, seen, was)
        return rolled_back(work, sessions, bench, why, seen=seen, theirs=was.theirs)
    if seen.running == plan.after and not was.taken_back:
        # Not pending any more, and it stands: confirmed, by us as far as anybody knows.
        return confirmed(work, sessions, bench, was)
    if at_rest and seen.running == plan.after:
        # It failed its proof, or a person wants it back: that it stands all the same is no confirmation.
        return _unknown(work, bench, why, seen, was)
    if not at_rest or (foreign := ended(work, bench, why, was.theirs, seen)) is None:
        return None
    return _remembered(work, bench, foreign) if foreign.stands else foreign


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
        if isinstance(seen, Unseen) and (seen.refused or bench.clock() >= deadline):
            return seen
        if isinstance(seen, Seen) and (not seen.unread or bench.clock() >= deadline):
            return seen
        bench.pause(PAUSE)


def confirmed(work: Step, sessions: Sessions, bench: Bench, was: Was | None = None) -> Outcome:
    """Confirmed is not believed either: read again, note it as the base of the next change, then clear away.

    Until it is noted the device counts as open: a crash in between is settled by `resume`. `was` is what the
    device was before the change, where that is known.
    """
    plan = work.plan
    good = Outcome(device=plan.device, result="confirmed", message="; ".join(plan.weakened), stands=True)
    outcomes: list[Outcome] = []

    def clear_away(driver: ChangeDriver, seen: Seen) -> None:
        if not outcomes and not _wrong(work, seen) and seen.startup == seen.running:
            theirs = typed(work, driver, bench, was.mark if was else "")
            others = ended(work, bench, "", theirs, seen) if theirs else None
            if others is None:
                note(work, bench, "confirmed")
            outcomes.append(_remembered(work, bench, others or good))
            clear(work, driver, bench)

    deadline = bench.clock() + RESTORE_TIME
    seen = look_until(work, sessions, bench, deadline, startup=True, then=clear_away)
    if wrong := _wrong(work, seen):
        if isinstance(seen, Seen) and not seen.pending and found(work, seen.running).theirs:
            foreign = ended(work, bench, "", (), seen)
            if foreign is not None and foreign.stands:
                return _remembered(work, bench, foreign)
        note(work, bench, "doubtful after confirmation", wrong=wrong)
        return Outcome(
            device=plan.device,
            result="unknown",
            message=f"confirmed, but {' and '.join(wrong)}",
            hint=f"find out where it stands: lw resume {work.job}",
        )
    if isinstance(seen, Seen) and seen.startup != seen.running:
        note(work, bench, "confirmed, not saved")
        return _remembered(work, bench, Outcome(
            device=plan.device,
            result="not saved",
            message="running as planned and confirmed, but startup is not as running: a reboot would lose the change",
            hint="find out why it cannot save (a full disk?), save it there, then lw verify",
            stands=True,
        ))  # fmt: skip
    return outcomes[0]


def _remembered(work: Step, bench: Bench, outcome: Outcome) -> Outcome:
    """The outcome of a change that stands, once it is the base of the next one."""
    try:
        bench.remember(work.plan)
    except LinewrightError as error:
        return msgspec.structs.replace(outcome, unnoted=error.message)
    return outcome


def _wrong(work: Step, seen: Seen | Unseen) -> list[str]:
    """What keeps a device from being as confirmed."""
    if isinstance(seen, Unseen):
        return [f"it could not be read after that ({seen.why})"]
    wrong = [f"{seen.pending} is still pending"] * bool(seen.pending)
    wrong += ["running is not as planned"] * (seen.running != work.plan.after)
    return wrong + [f"it could not be read after that ({seen.unread})"] * bool(seen.unread)


def _unknown(work: Step, bench: Bench, why: str, seen: Seen | Unseen, was: Was) -> Outcome:
    plan = work.plan
    if isinstance(seen, Unseen):
        state, armed = f"it cannot be seen: {seen.why}", "a change may still be pending there"
    else:
        texts = {plan.before: "as before", plan.after: "as planned"}
        state = f"running is {texts.get(seen.running, 'neither as before nor as planned')}"
        if seen.startup is None:
            state += f", startup could not be read ({seen.unread})"
        else:
            texts = {plan.after: "as planned", was.startup or "": "as before"}
            state += f", startup is {texts.get(seen.startup, 'neither as before nor as planned')}"
        armed = (
            f"{seen.pending} is pending there" + f": {seen.stays}" * bool(seen.stays) if seen.pending else ""
        )
    note(work, bench, "unknown", why=why, state=state, armed=armed)
    hint = f"find out where it stands before anything else is sent: lw resume {work.job}"
    if isinstance(seen, Seen) and not seen.pending and seen.running == plan.after and was.taken_back:
        why = f"{why}; it stands there and was not confirmed by us"
        hint = f"lw resume {work.job} writes that down, then lw rollback {work.job} --device {plan.device} takes it back"
    if isinstance(seen, Seen) and seen.stays and seen.way_out:
        hint = f"take it back on {plan.device} itself, as root: {seen.way_out}"
    return Outcome(
        device=plan.device,
        result="unknown",
        message=f"{why}; {state}",
        armed=armed,
        hint=hint,
    )
