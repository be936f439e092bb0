"""What became of a change whose process died: see to it that nothing is on its way any more, decide, act by the table.

Nothing of the change is sent again here. What can be sent is what the dead process owed: the confirmation of a change
that passes its proof, or the word to take it back; a save; and the removal of what was loaded and not committed.
"""

import math
from collections.abc import Callable
from typing import Literal

import msgspec

from linewright.change.bench import Bench, Seen, look, note
from linewright.change.dispatch import Outcome, Step
from linewright.change.ending import Was, clear
from linewright.change.finding import confirmed
from linewright.change.foreign import told
from linewright.change.next_steps import TABLE, Act
from linewright.change.proof import Proof
from linewright.change.quiet import at_rest
from linewright.change.sessions import Sessions, fenced
from linewright.change.standing import Known, Reading, Standing, stand
from linewright.change.step import Sent, back_out, prove
from linewright.change.whose import of_ours
from linewright.devices import write
from linewright.devices.target import ChangeDriver
from linewright.errors import LinewrightError
from linewright.model.objects import Record
from linewright.platforms import rules

#: Of the device's timer, the share that must be left for a proof to be begun.
_ENOUGH = 0.2
#: What a person saw on a device whose text reads alike: the change is in force, or it is not.
Verdict = Literal["", "done", "not done"]


class Settled(Record, frozen=True):
    """What was found on a device, and how its part of the job ended by it.

    `outcome.result` is "unknown" where nothing is settled; its `hint` is the next step.
    """

    standing: Standing
    outcome: Outcome


class _Case(Record, frozen=True):
    """One device whose process died: what is worked with, what the journal knows, where the device stands."""

    work: Step
    sessions: Sessions
    bench: Bench
    known: Known
    standing: Standing
    was: Was
    memory: bytes | None


def settle(
    work: Step,
    sessions: Sessions,
    bench: Bench,
    known: Known,
    *,
    said: Verdict = "",
    memory: bytes | None = None,
) -> Settled:
    """Find out where a device stands and do what the table says; it never raises what happened there.

    Args:
        work: the change as the dead process had it, with the attempt it had got to.
        sessions: opens new sessions.
        bench: what it works with.
        known: what the journal knows.
        said: what a person saw there; it counts only where the text proves nothing.
        memory: what the dead process's judge had seen right before the change; None where nothing was kept.
    """
    plan, sessions = work.plan, fenced(sessions, work.lease)
    try:
        looks = at_rest(work, sessions, bench, known)
        standing = stand(plan, work.job, known, looks, rules(plan.platform))
        last = looks[-1]
        was = _was(work, last, known) if isinstance(last, Reading) else Was(startup=None)
    except LinewrightError as error:
        standing, was = Standing(state="unreachable", why=error.message), Was(startup=None)
    bench.watch(plan.device, f"{standing.state}: {TABLE[standing.state].told}")
    case = _Case(
        work=work, sessions=sessions, bench=bench, known=known, standing=standing, was=was, memory=memory
    )  # fmt: skip
    act = TABLE[standing.state].act
    if standing.state == "undecidable" and said:
        note(work, bench, "person said", said=said)
        act = "close done" if said == "done" else "close not done"
        standing = msgspec.structs.replace(
            standing, state="after" if said == "done" else "before", why="as a person says"
        )
        case = msgspec.structs.replace(case, standing=standing)
    return Settled(standing=standing, outcome=ACTS[act](case))


def _was(work: Step, last: Reading, known: Known) -> Was:
    """What startup was before the change, as far as it can still be told: what it is, when it holds nothing of the change."""
    held = last.startup is None or of_ours(work.plan, last.startup, rules(work.plan.platform))
    return Was(startup=None if held else last.startup, mark=known.mark)


def _told(case: _Case, message: str = "", *, armed: str = "") -> Outcome:
    """The row of the table as an outcome."""
    work, standing = case.work, case.standing
    row = TABLE[standing.state]
    said = "; ".join(part for part in (message or row.told, standing.why, _lines(case)) if part)
    return Outcome(
        device=work.plan.device,
        result=row.result or "unknown",
        message=said,
        armed=armed,
        hint=row.command.format(job=work.job, device=work.plan.device),
        stands=row.result in ("confirmed", "not saved"),
    )


def _lines(case: _Case) -> str:
    standing = case.standing
    parts = (
        ("there", standing.ours),
        ("not there", standing.missing),
        ("not of this change", standing.theirs),
    )
    return "; ".join(f"{word}: {told(case.work, lines)}" for word, lines in parts if lines)


def _close(case: _Case) -> Outcome:
    """Where it stands is known and nothing is left to do there."""
    note(case.work, case.bench, "settled", state=case.standing.state)
    if case.standing.state in ("before", "reverted"):
        _clear(case)
    return _told(case)


def _clear(case: _Case) -> None:
    """What the change left on a device that is as before goes; that it stays there changes nothing about that."""
    try:
        with case.sessions() as driver:
            clear(case.work, driver, case.bench)
    except LinewrightError as error:
        case.bench.watch(case.work.plan.device, f"what the change left there stays: {error.message}")


def _tell(case: _Case) -> Outcome:
    """A person decides."""
    standing = case.standing
    armed = f"{standing.pending} waits there" if standing.pending else ""
    if standing.state == "unreachable":
        armed = "the change may still wait there for its confirmation"
    return _told(case, armed=armed)


def _prove(case: _Case) -> Outcome:
    """It waits: proved and confirmed as the dead process would have done it, or taken back now."""
    standing, work = case.standing, case.work
    if standing.timer == "stale":
        # It was left behind, and what came later would go with it.
        out = _told(
            case,
            "it was left behind there and is older than what runs",
            armed=f"{standing.pending} waits there",
        )
        by_hand = f"settle it on {work.plan.device} itself, as root: {standing.way_out}"
        return msgspec.structs.replace(out, hint=by_hand) if standing.way_out else out
    try:
        proof = Proof(work, case.bench)
    except LinewrightError as error:
        # A check of the site that is not the planned one any more: what nobody can judge does not stay.
        why = f"its checks cannot judge: {error.message}"
        return back_out(work, case.sessions, case.bench, case.was, why)
    proof.mark = case.known.mark
    if why := _unprovable(case, proof):
        return back_out(work, case.sessions, case.bench, case.was, why)
    begun = case.bench.clock() - (work.plan.timer - standing.seconds_left)
    sent = Sent(answer="committed", begun=begun, was=case.was)
    return prove(work, case.sessions, case.bench, sent, proof)


def _unprovable(case: _Case, proof: Proof) -> str:
    """Why a waiting change cannot be proved any more; "" when it can."""
    standing, plan = case.standing, case.work.plan
    if case.known.taken_back:
        return "it was being taken back when its process died"
    if standing.runs not in ("after", "alike"):
        return "it is not as planned there"
    if standing.timer == "dead":
        return "no timer runs there any more"
    if plan.checks and (why := _forgotten(case, proof)):
        return f"its checks cannot judge: {why}"
    if standing.seconds_left < math.ceil(plan.timer * _ENOUGH):
        left = (
            f"{standing.seconds_left} of {plan.timer} s"
            if standing.seconds_left >= 0
            else "nobody knows how many seconds"
        )
        return f"{left} are left, too few for a proof"
    return ""


def _forgotten(case: _Case, proof: Proof) -> str:
    """Why nobody knows what stood before the change; "" when the judge has been told."""
    if proof.judge is None or case.memory is None:
        return "what stood before the change was not kept"
    try:
        proof.judge.recall(case.memory)
    except LinewrightError as error:
        return error.message
    return ""


def _save(case: _Case) -> Outcome:
    """As planned and confirmed, not saved: saved where we can, and read again. Saved is only what was once proved."""
    work, bench = case.work, case.bench
    if _unproved(case):
        return _done(case)
    said: list[str] = []

    def save(driver: ChangeDriver, seen: Seen) -> None:
        if seen.pending or seen.running != work.plan.after:
            return
        try:
            bench.journal.append(work.job, "saving again", work.plan.device)
            if not write.save(driver, work.job, work.attempt):
                said.append("linewright cannot save there by itself")
        except LinewrightError as error:
            said.append(error.message)

    look(work, case.sessions, bench, then=save)
    outcome = confirmed(work, case.sessions, bench, case.was)
    if outcome.result == "not saved" and said:
        return msgspec.structs.replace(outcome, message=f"{outcome.message}; {'; '.join(said)}")
    return outcome


def _done(case: _Case) -> Outcome:
    """It stands: read again, noted as the base of the next change, cleared away."""
    outcome = confirmed(case.work, case.sessions, case.bench, case.was)
    if not (why := _unproved(case)):
        return outcome
    back = f"if it is not wanted: lw rollback {case.work.job} --device {case.work.plan.device}"
    words = outcome.message
    if outcome.result == "not saved":
        words = "it runs as planned, startup is not as running: a reboot would lose it"
    told = "; ".join(part for part in (words, why) if part)
    return msgspec.structs.replace(outcome, message=told, hint=back if outcome.stands else outcome.hint)


def _unproved(case: _Case) -> str:
    """Why nobody of this job can have confirmed what stands there; "" when it may have been."""
    if case.known.taken_back:
        return "it was to be taken back, and stands all the same"
    if case.work.plan.timer and not case.known.confirming:
        return "the process that died had not begun to confirm it"
    return ""


#: What each act of the table is; each ends with how the device's part of the job ended.
ACTS: dict[Act, Callable[[_Case], Outcome]] = {
    "close not done": _close,
    "close done": _done,
    "close taken back": _close,
    "prove": _prove,
    "save": _save,
    "tell": _tell,
    "tell and close": _close,
}
