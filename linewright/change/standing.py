"""Where a device stands after a job was cut short: one of the ten states, from its own text and record. Pure.

What a process that died knew is not asked: the journal says what was sent at most, the device says what is.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from linewright.change.states import State
from linewright.change.whose import of_ours, whose
from linewright.model.objects import Record
from linewright.plan.changeplan import DevicePlan
from linewright.platforms import PlatformRules

#: What a device itself says became of this very attempt; "" when it keeps no record of it.
Word = Literal["", "confirmed", "reverted"]


class Known(Record, frozen=True):
    """What the journal knows of a change on one device.

    `attempt` is that of the last arming (0: nothing was ever sent there), `timer` its seconds. `answered`: the device
    had answered the commit. `taken_back`: we had asked it to go back. `confirming`: we had begun to confirm. `since` are
    seconds that have surely passed since then, 0 where no clock can be trusted for that; `age` those by the journal's
    times, which go by a clock that people set. `mark` is where the device's own record of commands stood before.
    """

    attempt: int = 0
    timer: int = 0
    answered: bool = False
    confirming: bool = False
    taken_back: bool = False
    since: float = 0.0
    age: float = 0.0
    mark: str = ""


class Reading(Record, frozen=True):
    """One look at a device. Texts are canonical; `startup` None: it could not be read, `unread` says why.

    `pending` names what waits there ("" nothing), `seconds_left` is the device's own count (-1: it does not tell),
    `timer` whether what takes it back lives. `busy`: something of a change is at work there at this moment.
    """

    running: str
    startup: str | None = None
    unread: str = ""
    pending: str = ""
    seconds_left: int = -1
    timer: Literal["running", "dead", "stale", "unknown"] = "unknown"
    way_out: str = ""
    busy: bool = False
    word: Word = ""


class Away(Record, frozen=True):
    """A look that showed nothing, and why."""

    why: str


#: What runs, held against the plan; "alike": before and after are one text, and that is it.
Runs = Literal["before", "after", "alike", "mixed", "foreign", "unread"]


class Standing(Record, frozen=True):
    """Where a device stands.

    `runs` is what its running configuration is, whatever waits there. `ours` are lines of the change that are in force,
    `missing` those that are not, `theirs` lines that are no part of it (see `Whose`). `why` says what else there is to it.
    """

    state: State
    runs: Runs = "unread"
    pending: str = ""
    seconds_left: int = -1
    timer: Literal["running", "dead", "stale", "unknown"] = "unknown"
    way_out: str = ""
    ours: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    why: str = ""


def stand(
    plan: DevicePlan, job: str, known: Known, looks: tuple[Reading | Away, ...], rules: PlatformRules
) -> Standing:
    """The state of a device.

    Args:
        plan: what was to happen there.
        job: the name of our change on the device.
        known: what the journal knows.
        looks: what was seen, oldest first. The last two decide, and only when they are alike: the caller has seen to
            it that between them whatever was on its way had arrived (`linewright.change.settle`).
        rules: of the platform.

    Raises:
        DataError: a text cannot be read.
    """
    last = looks[-1] if looks else Away(why="it was not looked at")
    if isinstance(last, Away):
        return Standing(state="unreachable", why=last.why)
    runs, ours, missing, theirs = _runs(plan, last.running, rules)
    here = Standing(
        state="pending", runs=runs, pending=last.pending, seconds_left=last.seconds_left, timer=last.timer,
        way_out=last.way_out, ours=ours, missing=missing, theirs=theirs,
    )  # fmt: skip
    if last.pending == job:
        return here
    if last.pending:
        return _as(here, "foreign", f"another change ({last.pending}) waits there for its confirmation")
    if last.busy or len(looks) < 2 or looks[-2] != last:
        return _as(here, "unreachable", "what it shows was still changing")
    return _at_rest(plan, known, last, here, rules)


def _at_rest(plan: DevicePlan, known: Known, last: Reading, here: Standing, rules: PlatformRules) -> Standing:
    """Nothing waits and nothing is on its way: the text decides, and where it proves nothing the device's own record."""
    if here.runs in ("mixed", "foreign"):
        return _as(here, "mixed" if here.runs == "mixed" else "foreign")
    if last.startup is None:
        return _as(here, "unreachable", f"its startup configuration could not be read: {last.unread}")
    if here.runs == "after" or (here.runs == "alike" and last.word == "confirmed"):
        return _as(here, "after" if last.startup == last.running else "confirmed, not saved")
    if here.runs == "alike" and last.word != "reverted":
        return _as(here, "undecidable", "its text reads alike before and after the change")
    if held := of_ours(plan, last.startup, rules):
        why = f"running is as before, but a reboot would bring {'; '.join(held)}"
        return msgspec.structs.replace(here, state="mixed", ours=held, why=why)
    done = known.answered or known.confirming or known.taken_back or last.word == "reverted"
    return _as(here, "reverted" if done else "before")


def _runs(
    plan: DevicePlan, running: str, rules: PlatformRules
) -> tuple[Runs, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    if running == plan.before:
        return ("alike" if plan.before == plan.after else "before"), (), (), ()
    if running == plan.after:
        return "after", (), (), ()
    found = whose(plan, running, rules)
    return ("foreign" if found.theirs else "mixed"), found.ours, found.missing, found.theirs


def _as(here: Standing, state: State, why: str = "") -> Standing:
    return msgspec.structs.replace(here, state=state, why=why)


def of_job(states: Iterable[State]) -> State | None:
    """What the states of a job's devices are together: split when some have the change and some are back; else None."""
    found = set(states)
    there = found & {"after", "confirmed, not saved"}
    back = found & {"before", "reverted"}
    return "split" if there and back else None
