"""One device of a change: arm and commit, read back over a new session, confirm, read again; or be as before.

Everything that can be sent is written to the journal first. After the commit was sent, the only judge of what happened
is the device's own text, read over a new connection; an exception of a library never is.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from linewright import configs
from linewright.change.dispatch import Outcome, Step, Watcher
from linewright.devices import read, write
from linewright.devices.target import ChangeDriver, Reveal
from linewright.errors import DeviceError, LinewrightError, Moved, OutcomeUnknown, Refused
from linewright.journal.journal import Journal
from linewright.model.objects import Record
from linewright.platforms import rules

#: Opens a new session to the step's device: new TCP connection, new login.
Sessions = Callable[[], AbstractContextManager[ChangeDriver]]

#: Of the device's timer, the share that may pass before we stop trying to confirm and let it run out.
_CONFIRM_WITHIN = 0.8
#: After the device's timer has run out, how long its own restoring may take (seconds) before we call it unknown.
_RESTORE_TIME = 90
_PAUSE = 1.0


class Bench(Record, frozen=True):
    """What a step works with. `pause` and `clock` are time.sleep and a clock that does not jump."""

    journal: Journal
    key: bytes
    reveal: Reveal
    watch: Watcher
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


def step(work: Step, sessions: Sessions, bench: Bench) -> Outcome:
    """Do one step. What happens on the device is in the outcome; only a journal that cannot be written raises."""
    name = work.plan.device
    try:
        if work.kind == "check":
            with sessions() as driver:
                _as_planned(driver, work, bench)
            return Outcome(device=name, result="unchanged")
        return _change(work, sessions, bench)
    except Refused as error:
        return Outcome(device=name, result="refused", message=error.message, hint=error.hint)
    except DeviceError as error:
        return Outcome(device=name, result="not reached", message=error.message, hint=error.hint)


def _change(work: Step, sessions: Sessions, bench: Bench) -> Outcome:
    plan = work.plan
    with sessions() as driver:
        fingerprint = _as_planned(driver, work, bench)
        lines = write.lines_for(plan, bench.key, bench.reveal)
        bench.journal.append(
            work.job, "arming", plan.device, attempt=work.attempt, timer=plan.timer, lines=len(plan.commands)
        )
        sent = bench.clock()
        try:
            write.commit(driver, work.job, work.attempt, lines, expected=fingerprint, timer=plan.timer)
        except Refused:
            bench.journal.append(work.job, "refused by the device", plan.device)
            raise
        except write.RefusedAndRestored as error:
            return _restored(work, sessions, bench, str(error), sent)
        except OutcomeUnknown as error:
            bench.journal.append(work.job, "connection lost", plan.device)
            bench.watch(plan.device, "connection lost after the commit was sent; waiting for the device")
            return _find_out(work, sessions, bench, sent, error.message)
    bench.journal.append(work.job, "committed", plan.device)
    bench.watch(
        plan.device, f"committed, rollback in {plan.timer} s" if plan.timer else "committed, NO auto-rollback"
    )
    return _prove(work, sessions, bench, sent)


def _as_planned(driver: ChangeDriver, work: Step, bench: Bench) -> str:
    """Refuse unless the device is as the plan found it; the SHA-256 of its raw text, to be compared on the device."""
    plan = work.plan
    if (pending := driver.pending_change()) is not None:
        raise Refused(
            f"{plan.device}: another change ({pending.change or 'unnamed'}) waits there for its confirmation",
            hint="wait until it is confirmed or has rolled back, then apply again",
        )
    running = read.running(driver, plan.device, rules(plan.platform), bench.key)
    if (now := configs.normalise(running.text, rules(plan.platform))) != plan.before:
        changed = configs.diff(plan.before, now, rules(plan.platform))
        shown = "; ".join(line for line in changed if line[:1] in "+-")[:200]
        raise Moved(
            f"{plan.device}: its running configuration is not as the plan found it: {shown}",
            hint="make a new plan: lw plan",
        )
    return running.fingerprint


def _prove(work: Step, sessions: Sessions, bench: Bench, sent: float) -> Outcome:
    """Committed: read back over a new session and confirm, or be rolled back."""
    plan = work.plan
    deadline = sent + plan.timer * _CONFIRM_WITHIN if plan.timer else sent + _RESTORE_TIME
    found = _read_until(work, sessions, bench, deadline)
    if found is None:
        bench.watch(plan.device, "not reachable over a new session; waiting for its own rollback")
        return _find_out(work, sessions, bench, sent, "it could not be reached again after the commit")
    if found == plan.before:
        bench.watch(plan.device, "its own rollback was quicker than a new session")
        return _find_out(
            work, sessions, bench, sent, "it could not be reached in time to confirm, so it went back"
        )
    if found != plan.after:
        bench.journal.append(work.job, "not as planned", plan.device)
        return _back_out(work, sessions, bench, sent, "its configuration was not as planned after the commit")
    bench.watch(plan.device, "as planned over a new session")
    if not plan.timer:
        return _confirmed(work, sessions, bench)
    try:
        bench.journal.append(work.job, "confirming", plan.device)
        with sessions() as driver:
            write.confirm(driver, work.job, work.attempt)
    except LinewrightError as error:
        return _find_out(work, sessions, bench, sent, error.message)
    return _confirmed(work, sessions, bench)


def _confirmed(work: Step, sessions: Sessions, bench: Bench) -> Outcome:
    """Confirmed is not believed either: read again, then clear away what the change left on the device."""
    plan = work.plan
    try:
        with sessions() as driver:
            pending = driver.pending_change()
            running = configs.normalise(_text(driver, work, bench), rules(plan.platform))
            startup = configs.normalise(
                read.startup(driver, plan.device, rules(plan.platform), bench.key), rules(plan.platform)
            )
            unsaved = startup != running
            wrong = ["a change is still pending"] * (pending is not None)
            wrong += ["running is not as planned"] * (running != plan.after)
            if not (wrong or unsaved):
                write.clean_up(driver, work.job, work.attempt)
    except (DeviceError, OutcomeUnknown, Refused) as error:
        wrong, unsaved = [f"it could not be read after the confirmation ({error.message})"], False
    if wrong:
        bench.journal.append(work.job, "doubtful after confirmation", plan.device, wrong=wrong)
        return Outcome(
            device=plan.device,
            result="unknown",
            message=f"confirmed, but {' and '.join(wrong)}",
            hint=f"look at it: lw verify --device {plan.device}",
        )
    if unsaved:
        bench.journal.append(work.job, "confirmed, not saved", plan.device)
        return Outcome(
            device=plan.device,
            result="not saved",
            message="running as planned and confirmed, but startup is not as running: a reboot would lose the change",
            hint="find out why it cannot save (a full disk?), save it there, then lw verify",
        )
    bench.journal.append(work.job, "confirmed", plan.device)
    return Outcome(device=plan.device, result="confirmed")


def _back_out(work: Step, sessions: Sessions, bench: Bench, sent: float, why: str) -> Outcome:
    """Ask the device to go back now; its own timer stays behind us."""
    bench.journal.append(work.job, "rolling back", work.plan.device, why=why)
    bench.watch(work.plan.device, "rolling back now")
    try:
        with sessions() as driver:
            write.roll_back(driver, work.job, work.attempt)
    except LinewrightError as error:
        why = f"{why}; {error.message}"
    return _find_out(work, sessions, bench, sent, why)


def _restored(work: Step, sessions: Sessions, bench: Bench, why: str, sent: float) -> Outcome:
    """The device refused a line and says it is as before: read it."""
    bench.watch(work.plan.device, "a line was refused; the device restored itself")
    return _find_out(work, sessions, bench, sent, why)


def _find_out(work: Step, sessions: Sessions, bench: Bench, sent: float, why: str) -> Outcome:
    """Wait for what the device's own timer leads to, and say what its text says then."""
    plan = work.plan
    deadline = sent + plan.timer + _RESTORE_TIME
    found, pending = None, True
    while bench.clock() < deadline:
        try:
            with sessions() as driver:
                pending = driver.pending_change() is not None
                found = configs.normalise(_text(driver, work, bench), rules(plan.platform))
                if not pending and found == plan.before:
                    write.clean_up(driver, work.job, work.attempt)
            if not pending and found in (plan.before, plan.after):
                break
        except (DeviceError, OutcomeUnknown):
            found, pending = None, True
        bench.pause(_PAUSE)
    if found == plan.before and not pending:
        bench.journal.append(work.job, "rolled back", plan.device, why=why)
        return Outcome(device=plan.device, result="rolled back", message=why)
    if found == plan.after and not pending:
        # The timer was disarmed, or never armed, and the change stands: confirmed by somebody, by us as far as we know.
        return _confirmed(work, sessions, bench)
    state = "not reachable" if found is None else "a mixture of before and after"
    bench.journal.append(work.job, "unknown", plan.device, why=why, state=state, pending=pending)
    return Outcome(
        device=plan.device,
        result="unknown",
        message=f"{why}; {state}",
        armed="a change may still be pending there" if pending else "",
        hint=f"read it before anything else is sent: lw verify --device {plan.device}",
    )


def _read_until(work: Step, sessions: Sessions, bench: Bench, deadline: float) -> str | None:
    """The device's normal text over a new session, tried until the deadline; None when it was not to be had."""
    while True:
        try:
            with sessions() as driver:
                return configs.normalise(_text(driver, work, bench), rules(work.plan.platform))
        except (DeviceError, OutcomeUnknown):
            if bench.clock() >= deadline:
                return None
            bench.pause(_PAUSE)


def _text(driver: ChangeDriver, work: Step, bench: Bench) -> str:
    return read.running(driver, work.plan.device, rules(work.plan.platform), bench.key).text
