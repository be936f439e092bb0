"""One device of a change: arm and commit, read back over a new session, confirm, read again; or be as before.

Everything that can be sent is written to the journal first. After the commit was sent, the only judge of what happened
is the device's own text, read over a new connection; an exception of a library never is. Where every login costs a
one-time code the plan may say that one session does it all: then that proof is weaker, and the outcome says so.

A step that goes well takes as many sessions as `linewright.plan.logins` counts.
"""

from typing import Literal

import msgspec

from linewright import configs
from linewright.change import foreign, found
from linewright.change.bench import Bench, Seen, boottime, normal, note, saved_text
from linewright.change.dispatch import Outcome, Step
from linewright.change.ending import Was
from linewright.change.finding import confirmed, find_out, look_until
from linewright.change.proof import Proof, still_ours
from linewright.change.sessions import Sessions, fenced
from linewright.devices import read, write
from linewright.devices.target import ChangeDriver
from linewright.errors import DeviceError, LinewrightError, Moved, OutcomeUnknown, Refused
from linewright.model.objects import Record
from linewright.platforms import rules

__all__ = ["Bench", "Sent", "Sessions", "back_out", "prove", "step"]


class Sent(Record, frozen=True):
    """What the device said to the commit, and when (on the bench's clock) we began to send it; what it was before."""

    answer: Literal["committed", "restored", "none"]
    begun: float
    was: Was
    why: str = ""


def step(work: Step, sessions: Sessions, bench: Bench) -> Outcome:
    """Do one step. It never raises what happened: that is in the outcome."""
    name = work.plan.device
    try:
        proof, sessions = Proof(work, bench), fenced(sessions, work.lease)
        if work.kind == "check":
            _check(work, sessions, bench)
            return Outcome(device=name, result="unchanged")
        sent = _commit(work, sessions, bench, proof)
    except DeviceError as error:
        return Outcome(device=name, result="not reached", message=error.message, hint=error.hint)
    except LinewrightError as error:
        # Up to here nothing was written: moved, another identity, a secret that is gone, a journal on a full disk.
        return Outcome(device=name, result="refused", message=error.message, hint=error.hint)
    if sent.answer == "committed":
        return prove(work, sessions, bench, sent, proof)
    if sent.answer == "restored":
        how = "could NOT restore all" if sent.was.unrestored else "restored itself"
        bench.watch(name, f"a line was refused; the device {how}")
        return find_out(work, sessions, bench, sent.why, sent.was)
    note(work, bench, "connection lost", why=sent.why)
    bench.watch(name, "no answer to the commit; waiting for the device")
    return find_out(work, sessions, bench, sent.why, sent.was, answered=False)


def _check(work: Step, sessions: Sessions, bench: Bench) -> None:
    """As planned, and what it is before the change lies on disk, encrypted, when this returns."""
    with sessions() as driver:
        sealed = _as_planned(driver, work, bench).sealed
        found.still(driver, work, bench)
    if bench.keep is not None:
        bench.keep.keep(work.plan.device, sealed)


def _commit(work: Step, sessions: Sessions, bench: Bench, proof: Proof) -> Sent:
    """Arm and commit. Whatever is raised here: nothing was written to the device.

    The session is given back when this returns: what comes after is read over others.
    """
    begun, was = bench.clock(), Was(startup=None)
    try:
        with sessions() as driver:
            fingerprint = _as_planned(driver, work, bench).fingerprint
            proof.mark = read.record_mark(driver, work.plan.device)
            was = Was(startup=saved_text(work, driver, bench)[0], mark=proof.mark)
            if proof.judge is not None:
                proof.judge.begin(driver)
                if unwatched := proof.judge.unwatched:
                    bench.watch(work.plan.device, f"not judged, it could not be read: {', '.join(unwatched)}")
                if bench.keep is not None:
                    bench.keep.keep_seen(work.plan.device, proof.judge.memory())
            begun = _send(driver, work, bench, fingerprint, proof.mark)
    except write.RefusedAndRestored as error:
        return Sent(answer="restored", begun=begun, was=was, why=str(error))
    except write.NotTakenBack as error:
        was = Was(startup=was.startup, unrestored=True)
        return Sent(answer="restored", begun=begun, was=was, why=error.message)
    except OutcomeUnknown as error:
        return Sent(answer="none", begun=begun, was=was, why=error.message)
    return Sent(answer="committed", begun=begun, was=was)


def _send(driver: ChangeDriver, work: Step, bench: Bench, fingerprint: str, mark: str) -> float:
    """Arm and commit over an open session; when (on the bench's clock) it began.

    What is written down first is what another process needs to go on from here: `up` are seconds of this boot.

    Raises:
        RefusedAndRestored, OutcomeUnknown: something was written.
        LinewrightError: nothing was.
    """
    plan = work.plan
    lines = write.lines_for(plan, bench.key, bench.reveal)
    bench.journal.append(
        work.job, "arming", plan.device, attempt=work.attempt, timer=plan.timer, lines=len(plan.commands),
        up=int(boottime()), mark=mark,
    )  # fmt: skip
    begun = bench.clock()
    try:
        still_ours(work, bench)
        write.commit(driver, work.job, work.attempt, lines, expected=fingerprint, timer=plan.timer)
    except OutcomeUnknown:
        raise
    except LinewrightError as error:
        note(work, bench, "not written", why=error.message)
        raise
    return begun


def _as_planned(driver: ChangeDriver, work: Step, bench: Bench) -> read.Running:
    """Refuse unless the device is as the plan found it; what it runs, the SHA-256 of that to be compared on the device."""
    plan = work.plan
    if (pending := read.pending(driver, plan.device)) is not None:
        raise Refused(
            f"{plan.device}: another change {pending.told}",
            hint=pending.next_step(
                plan.device, "wait until it is confirmed or has rolled back, then apply again"
            ),
        )
    seal = bench.keep.seal if bench.keep is not None and work.kind == "check" else None
    running = read.running(driver, plan.device, rules(plan.platform), bench.key, seal=seal)
    if (now := normal(work, running.text)) != plan.before:
        changed = configs.diff(plan.before, now, rules(plan.platform))
        shown = "; ".join(line for line in changed if line[:1] in "+-")[:200]
        raise Moved(
            f"{plan.device}: its running configuration is not as the plan found it: {shown}",
            hint="make a new plan: lw plan",
        )
    return running


def prove(work: Step, sessions: Sessions, bench: Bench, sent: Sent, proof: Proof) -> Outcome:
    """Committed: read back over a new session and confirm, or be rolled back."""
    plan = work.plan
    note(work, bench, "committed")
    bench.watch(
        plan.device, f"committed, rollback in {plan.timer} s" if plan.timer else "committed, NO auto-rollback"
    )
    until = proof.begin(sent.begun)
    seen = look_until(work, sessions, bench, until, then=proof)
    if not isinstance(seen, Seen):
        bench.watch(plan.device, "not to be seen over a new session; waiting for its own rollback")
        why = f"it could not be seen again after the commit ({seen.why})"
        return find_out(work, sessions, bench, why, sent.was, given_up=seen.refused)
    if proof.why:
        return _not_confirmed(work, sessions, bench, sent.was, proof)
    if seen.running == plan.before:
        bench.watch(plan.device, "its own rollback was quicker than a new session")
        why = "it could not be reached in time to confirm, so it went back"
        return find_out(work, sessions, bench, why, sent.was)
    if seen.running != plan.after or proof.theirs:
        return _not_as_planned(work, sessions, bench, sent.was, seen=seen, commands=proof.theirs)
    if proof.faults:
        note(work, bench, "checks failed", faults=list(proof.faults))
        return back_out(work, sessions, bench, sent.was, "; ".join(proof.faults))
    return confirmed(work, sessions, bench, sent.was)


def _not_confirmed(work: Step, sessions: Sessions, bench: Bench, was: Was, proof: Proof) -> Outcome:
    """A device that says no may do so for a line that somebody else typed in the last moment: that is told, as any is."""
    if proof.refused:
        seen = look_until(work, sessions, bench, bench.clock())
        if isinstance(seen, Seen) and seen.pending == work.job and foreign.found(work, seen.running).theirs:
            return _not_as_planned(work, sessions, bench, was, seen=seen, commands=())
    return find_out(work, sessions, bench, proof.why, was)


def _not_as_planned(
    work: Step, sessions: Sessions, bench: Bench, was: Was, *, seen: Seen, commands: tuple[str, ...]
) -> Outcome:
    """`commands` are those of others, by the device's own record."""
    differs, theirs = foreign.found(work, seen.running), commands
    why = "its configuration was not as planned after the commit"
    if commands:
        why = f"not confirmed: somebody else gave it commands meanwhile: {foreign.told(work, commands)}"
    elif differs.theirs and not differs.missing:
        theirs = differs.theirs
        why = (
            f"not confirmed: lines that are not ours came before it was proved: {foreign.told(work, theirs)}"
        )
    elif shown := (*differs.theirs, *(f"missing {line}" for line in differs.missing)):
        # A line of ours that is missing beside another may be one that the device writes in its own way.
        why += f": {foreign.told(work, shown)}"
    note(work, bench, "not as planned", why=why)
    was = msgspec.structs.replace(was, theirs=theirs)
    return back_out(work, sessions, bench, was, why)


def back_out(work: Step, sessions: Sessions, bench: Bench, was: Was, why: str) -> Outcome:
    """Ask the device to go back now; its own timer stays behind us."""
    bench.watch(work.plan.device, "rolling back now")
    was = msgspec.structs.replace(was, taken_back=True)
    try:
        bench.journal.append(work.job, "rolling back", work.plan.device, why=why)
        with sessions() as driver:
            write.roll_back(driver, work.job, work.attempt)
    except write.NotTakenBack as error:
        why = f"{why}; {error.message}"
        was = msgspec.structs.replace(was, unrestored=True)
    except LinewrightError as error:
        why = f"{why}; {error.message}"
    return find_out(work, sessions, bench, why, was)
