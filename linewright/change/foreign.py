"""Lines that are not ours: somebody else worked on the device while the change was made."""

from linewright.change.bench import Bench, Seen, note
from linewright.change.dispatch import Outcome, Step
from linewright.change.whose import Whose, of_ours, whose
from linewright.devices import read
from linewright.devices.target import ChangeDriver
from linewright.errors import DataError, LinewrightError
from linewright.platforms import rules
from linewright.redact import hide

_MOST = 8
_LONGEST = 120


def found(work: Step, text: str) -> Whose:
    """Whose lines a device's text differs by from before; a text nobody can read holds no line that is known."""
    try:
        return whose(work.plan, text, rules(work.plan.platform))
    except DataError:
        return Whose()


def told(work: Step, lines: tuple[str, ...]) -> str:
    """Lines for people: the first of them, without what looks like a secret."""
    known = rules(work.plan.platform)
    shown = [hide(line, known)[:_LONGEST] for line in lines[:_MOST]]
    if (more := len(lines) - len(shown)) > 0:
        shown.append(f"and {more} more")
    return "; ".join(shown)


def typed(work: Step, driver: ChangeDriver, bench: Bench, mark: str) -> tuple[str, ...]:
    """Commands that others gave the device since the mark, by its own record; () where it keeps none.

    A record that cannot be read speaks against nobody: the device's text decides then, as it does where there is none.
    """
    if not mark:
        return ()
    try:
        return read.recorded(driver, work.plan.device, mark, rules(work.plan.platform)) or ()
    except LinewrightError as error:
        bench.watch(work.plan.device, f"its own record of commands is not told of: {error.message}")
        return ()


def ended(work: Step, bench: Bench, why: str, lines: tuple[str, ...], seen: Seen) -> Outcome | None:
    """The end of a device on which nothing waits and lines of others stand; None when ours are there in part.

    Args:
        work: the step.
        bench: what it works with.
        why: why the change was not confirmed; "" when it was.
        lines: lines of others that were seen before, and may be gone; `why` tells them.
        seen: the device, startup included.
    """
    plan, whole = work.plan, found(work, seen.running)
    theirs = whole.theirs or lines
    if not theirs or seen.startup is None or (whole.ours and whole.missing):
        return None
    # A change that no text can show counts as there when nothing spoke against its confirmation.
    stands = not whole.missing if whole.ours or whole.missing else not why
    if stands:
        state = "the change stands there" + (
            "" if seen.startup == seen.running else ", startup is not as running"
        )
    elif whole.theirs:
        state = "the change is not there"
    else:
        state = "running is as before, so they are gone with the change"
    if not stands and (held := of_ours(plan, seen.startup, rules(plan.platform))):
        state += f"; startup holds of it, a reboot would bring: {told(work, held)}"
    # What is told in `why` already is not told again; after a confirmation there is none.
    said = [why] if why else [f"somebody else gave it commands: {told(work, lines)}"] if lines else []
    if whole.theirs and whole.theirs != lines:
        said.append(f"lines that are not ours: {told(work, whole.theirs)}")
    note(work, bench, "foreign", lines=told(work, theirs), stands=stands, why=why)
    return Outcome(
        device=plan.device,
        result="foreign",
        message="; ".join([*said, state]),
        hint=f"find out who works there, put right what is not wanted, then: lw verify --device {plan.device}",
        stands=stands,
    )
