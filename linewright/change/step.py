"""One device of a change: arm and commit, read back over a new session, confirm, read again; or be as before.

Everything that can be sent is written to the journal first. After the commit was sent, the only judge of what happened
is the device's own text, read over a new connection; an exception of a library never is. Where every login costs a
one-time code the plan may say that one session does it all: then that proof is weaker, and the outcome says so.

A step that goes well takes as many sessions as `linewright.plan.logins` counts.
"""

from typing import Literal

from linewright import configs
from linewright.change.bench import Bench, Seen, normal, note, saved_text
from linewright.change.dispatch import Outcome, Step
from linewright.change.ending import Was
from linewright.change.finding import RESTORE_TIME, confirmed, find_out, look_until
from linewright.change.sessions import Sessions
from linewright.devices import read, write
from linewright.devices.target import ChangeDriver
from linewright.errors import DeviceError, LinewrightError, Moved, OutcomeUnknown, Refused
from linewright.model.objects import Record
from linewright.platforms import rules

__all__ = ["Bench", "Sessions", "step"]

#: Of the device's timer, the share that may pass before we stop trying to confirm and let it run out.
_CONFIRM_WITHIN = 0.8


class _Sent(Record, frozen=True):
    """What the device said to the commit, and when (on the bench's clock) we began to send it; what it was before."""

    answer: Literal["committed", "restored", "none"]
    begun: float
    was: Was
    why: str = ""


def step(work: Step, sessions: Sessions, bench: Bench) -> Outcome:
    """Do one step. It never raises what happened: that is in the outcome."""
    name = work.plan.device
    try:
        if work.kind == "check":
            with sessions() as driver:
                _as_planned(driver, work, bench)
            return Outcome(device=name, result="unchanged")
        sent = _commit(work, sessions, bench)
    except DeviceError as error:
        return Outcome(device=name, result="not reached", message=error.message, hint=error.hint)
    except LinewrightError as error:
        # Up to here nothing was written: moved, another identity, a secret that is gone, a journal on a full disk.
        return Outcome(device=name, result="refused", message=error.message, hint=error.hint)
    if sent.answer == "committed":
        return _prove(work, sessions, bench, sent)
    if sent.answer == "restored":
        how = "could NOT restore all" if sent.was.unrestored else "restored itself"
        bench.watch(name, f"a line was refused; the device {how}")
        return find_out(work, sessions, bench, sent.why, sent.was)
    note(work, bench, "connection lost", why=sent.why)
    bench.watch(name, "no answer to the commit; waiting for the device")
    return find_out(work, sessions, bench, sent.why, sent.was, answered=False)


def _commit(work: Step, sessions: Sessions, bench: Bench) -> _Sent:
    """Arm and commit. Whatever is raised here: nothing was written to the device.

    The session is given back when this returns: what comes after is read over others.
    """
    begun, was = bench.clock(), Was(startup=None)
    try:
        with sessions() as driver:
            fingerprint = _as_planned(driver, work, bench)
            was = Was(startup=saved_text(work, driver, bench)[0])
            begun = _send(driver, work, bench, fingerprint)
    except write.RefusedAndRestored as error:
        return _Sent(answer="restored", begun=begun, was=was, why=str(error))
    except write.NotTakenBack as error:
        was = Was(startup=was.startup, unrestored=True)
        return _Sent(answer="restored", begun=begun, was=was, why=error.message)
    except OutcomeUnknown as error:
        return _Sent(answer="none", begun=begun, was=was, why=error.message)
    return _Sent(answer="committed", begun=begun, was=was)


def _send(driver: ChangeDriver, work: Step, bench: Bench, fingerprint: str) -> float:
    """Arm and commit over an open session; when (on the bench's clock) it began.

    Raises:
        RefusedAndRestored, OutcomeUnknown: something was written.
        LinewrightError: nothing was.
    """
    plan = work.plan
    lines = write.lines_for(plan, bench.key, bench.reveal)
    bench.journal.append(
        work.job, "arming", plan.device, attempt=work.attempt, timer=plan.timer, lines=len(plan.commands)
    )
    begun = bench.clock()
    try:
        write.commit(driver, work.job, work.attempt, lines, expected=fingerprint, timer=plan.timer)
    except OutcomeUnknown:
        raise
    except LinewrightError as error:
        note(work, bench, "not written", why=error.message)
        raise
    return begun


def _as_planned(driver: ChangeDriver, work: Step, bench: Bench) -> str:
    """Refuse unless the device is as the plan found it; the SHA-256 of its raw text, to be compared on the device."""
    plan = work.plan
    if (pending := read.pending(driver, plan.device)) is not None:
        raise Refused(
            f"{plan.device}: another change {pending.told}",
            hint=pending.next_step(
                plan.device, "wait until it is confirmed or has rolled back, then apply again"
            ),
        )
    running = read.running(driver, plan.device, rules(plan.platform), bench.key)
    if (now := normal(work, running.text)) != plan.before:
        changed = configs.diff(plan.before, now, rules(plan.platform))
        shown = "; ".join(line for line in changed if line[:1] in "+-")[:200]
        raise Moved(
            f"{plan.device}: its running configuration is not as the plan found it: {shown}",
            hint="make a new plan: lw plan",
        )
    return running.fingerprint


def _prove(work: Step, sessions: Sessions, bench: Bench, sent: _Sent) -> Outcome:
    """Committed: read back over a new session and confirm, or be rolled back."""
    plan = work.plan
    note(work, bench, "committed")
    bench.watch(
        plan.device, f"committed, rollback in {plan.timer} s" if plan.timer else "committed, NO auto-rollback"
    )
    deadline = sent.begun + plan.timer * _CONFIRM_WITHIN if plan.timer else bench.clock() + RESTORE_TIME
    confirming = _Confirming(work, bench)
    seen = look_until(work, sessions, bench, deadline, then=confirming)
    if not isinstance(seen, Seen):
        bench.watch(plan.device, "not to be seen over a new session; waiting for its own rollback")
        why = f"it could not be seen again after the commit ({seen.why})"
        return find_out(work, sessions, bench, why, sent.was, given_up=seen.refused)
    if confirming.begun:
        if confirming.why:
            return find_out(work, sessions, bench, confirming.why, sent.was)
        return confirmed(work, sessions, bench)
    if seen.running == plan.before:
        bench.watch(plan.device, "its own rollback was quicker than a new session")
        why = "it could not be reached in time to confirm, so it went back"
        return find_out(work, sessions, bench, why, sent.was)
    if seen.running != plan.after:
        note(work, bench, "not as planned")
        return _back_out(work, sessions, bench, sent.was)
    bench.watch(plan.device, _as_planned_over(work))
    return confirmed(work, sessions, bench)


class _Confirming:
    """Confirms over the session that has just shown the device as planned; `why` is what went wrong with it.

    Once begun it is never begun again: what became of it is found out by reading.
    """

    def __init__(self, work: Step, bench: Bench) -> None:
        self._work = work
        self._bench = bench
        self.begun = False
        self.why = ""

    def __call__(self, driver: ChangeDriver, seen: Seen) -> None:
        work, plan = self._work, self._work.plan
        if self.begun or not plan.timer or seen.running != plan.after:
            return
        self.begun = True
        self._bench.watch(plan.device, _as_planned_over(work))
        try:
            self._bench.journal.append(work.job, "confirming", plan.device)
            write.confirm(driver, work.job, work.attempt)
        except LinewrightError as error:
            self.why = error.message


def _as_planned_over(work: Step) -> str:
    if work.plan.weakened:
        return "as planned over the session that made the change: no new login was tried"
    return "as planned over a new session"


def _back_out(work: Step, sessions: Sessions, bench: Bench, was: Was) -> Outcome:
    """Ask the device to go back now; its own timer stays behind us."""
    why = "its configuration was not as planned after the commit"
    bench.watch(work.plan.device, "rolling back now")
    try:
        bench.journal.append(work.job, "rolling back", work.plan.device, why=why)
        with sessions() as driver:
            write.roll_back(driver, work.job, work.attempt)
    except write.NotTakenBack as error:
        why, was = f"{why}; {error.message}", Was(startup=was.startup, unrestored=True)
    except LinewrightError as error:
        why = f"{why}; {error.message}"
    return find_out(work, sessions, bench, why, was)
