"""What a step works with, what it sees of its device, and what it writes down."""

import time
from collections.abc import Callable

from linewright import configs
from linewright.change.dispatch import Step, Watcher
from linewright.change.sessions import Sessions
from linewright.devices import read
from linewright.devices.target import ChangeDriver, Reveal
from linewright.errors import LinewrightError, NotGiven
from linewright.journal.journal import Journal
from linewright.model.objects import Record
from linewright.platforms import rules


class Bench(Record, frozen=True):
    """What a step works with. `pause` and `clock` are time.sleep and a clock that does not jump."""

    journal: Journal
    key: bytes
    reveal: Reveal
    watch: Watcher
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


class Seen(Record, frozen=True):
    """A device over a session: its normal texts, and the name of the change that waits there ("" for none).

    `startup` is None when it was not asked for or could not be read; then `unread` says why. `stays` says why nothing
    there takes back what waits, "" when its timer runs; `way_out` is what a person types there then.
    """

    running: str
    startup: str | None = None
    pending: str = ""
    unread: str = ""
    stays: str = ""
    way_out: str = ""


class Unseen(Record, frozen=True):
    """Why a device could not be seen; `refused` when a person would not give what a login needs."""

    why: str
    refused: bool = False


#: Done over the session that has just seen the device. It must not raise: what it did was not done for nothing.
Then = Callable[[ChangeDriver, Seen], None]


def look(
    work: Step, sessions: Sessions, bench: Bench, *, startup: bool = False, then: Then | None = None
) -> Seen | Unseen:
    """The device over a session, or why it could not be seen; `then` goes on over the same session.

    After a commit no error of a look may end the step: a device that is away, that shows another identity, or whose
    text nobody can read is one we have not seen, and it is looked at again.
    """
    plan = work.plan
    try:
        with sessions() as driver:
            waiting = read.pending(driver, plan.device)
            running = normal(work, read.running(driver, plan.device, rules(plan.platform), bench.key).text)
            saved, unread = saved_text(work, driver, bench) if startup else (None, "")
            seen = Seen(
                running=running,
                startup=saved,
                pending="" if waiting is None else waiting.change or "unnamed",
                unread=unread,
                stays="" if waiting is None else waiting.stays,
                way_out="" if waiting is None else waiting.way_out,
            )
            if then is not None:
                then(driver, seen)
            return seen
    except LinewrightError as error:
        return Unseen(why=error.message, refused=isinstance(error, NotGiven))


def saved_text(work: Step, driver: ChangeDriver, bench: Bench) -> tuple[str | None, str]:
    """The startup configuration in its normal form; or None, and why it could not be read."""
    plan = work.plan
    try:
        return normal(work, read.startup(driver, plan.device, rules(plan.platform), bench.key)), ""
    except LinewrightError as error:
        return None, error.message


def normal(work: Step, text: str) -> str:
    """A device's text as it is compared."""
    return configs.normalise(text, rules(work.plan.platform))


def note(work: Step, bench: Bench, event: str, **detail: object) -> None:
    """Write down what has happened. When it cannot be written the device is as it is all the same: it is told."""
    try:
        bench.journal.append(work.job, event, work.plan.device, **detail)
    except LinewrightError as error:
        bench.watch(work.plan.device, f"not in the journal: {event} ({error.message})")
