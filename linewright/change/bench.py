"""What a step works with, what it sees of its device, and what it writes down."""

import time
from collections.abc import Callable
from typing import Protocol

from linewright import configs
from linewright.change.dispatch import Step, Watcher
from linewright.change.sessions import Sessions
from linewright.devices import read
from linewright.devices.target import ChangeDriver, Reveal
from linewright.errors import LinewrightError, NotGiven
from linewright.journal.journal import Journal
from linewright.model.objects import Record
from linewright.plan.changeplan import DevicePlan
from linewright.platforms import rules


def boottime() -> float:
    """Seconds on a clock that no one sets and that goes on while this machine sleeps, as a device's timer does."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Keep(Protocol):
    """Keeps what devices were before a change."""

    def seal(self, text: bytes) -> bytes:
        """A whole configuration, encrypted. Raises LinewrightError."""

    def keep(self, device: str, sealed: bytes) -> None:
        """It is on disk when this returns. Raises LinewrightError."""

    def keep_seen(self, device: str, seen: bytes) -> None:
        """What a judge saw right before the change, for whoever has to judge in its place. Raises LinewrightError."""


class Judge(Protocol):
    """Judges one change by more than the device's own text: neighbours, sessions, a site's own checks."""

    def begin(self, driver: ChangeDriver) -> None:
        """Look, right before the change, at what it is compared with afterwards.

        Raises:
            LinewrightError: it cannot be judged; nothing is written.
        """

    @property
    def unwatched(self) -> tuple[str, ...]:
        """What `begin` could not see, in words: nothing that becomes of it speaks against the change."""

    def memory(self) -> bytes:
        """What `begin` saw, without secrets."""

    def recall(self, memory: bytes) -> None:
        """Take what another process saw for what was seen.

        Raises:
            DataError: it is not what `memory` gives.
        """

    def faults(self, driver: ChangeDriver) -> tuple[str, ...]:
        """What speaks against the confirmation now, over a new session to the changed device; () when all holds."""


#: Notes that a change stands on a device, so that the next one is planned from it. Raises LinewrightError.
Remember = Callable[[DevicePlan], None]


def _nothing(_part: DevicePlan) -> None:
    pass


def _nobody(_part: DevicePlan) -> None:
    return None


class Bench(Record, frozen=True):
    """What a step works with. `pause` and `clock` are time.sleep and a clock that does not jump.

    `keep` keeps what each device was before anything is written, `remember` is told of each change that stands.
    `judge` makes the judge of one device's change; all it looks at must hold for `settle` seconds before the
    confirmation. `strict`: what the plan says of a device beside its lines (what is not saved there, what it has for the
    worst case) must be so, too.
    """

    journal: Journal
    key: bytes
    reveal: Reveal
    watch: Watcher
    clock: Callable[[], float] = boottime
    pause: Callable[[float], None] = time.sleep
    keep: Keep | None = None
    remember: Remember = _nothing
    judge: Callable[[DevicePlan], Judge | None] = _nobody
    settle: float = 0
    strict: bool = False


class Seen(Record, frozen=True):
    """A device over a session: its normal texts, and the name of the change that waits there ("" for none).

    `startup` is None when it was not asked for or could not be read; then `unread` says why. `stays` says why nothing
    there takes back what waits, "" when its timer runs; `way_out` is what a person types there then. `left` are the
    seconds until the device takes it back, by its own count (-1: it does not tell), `at` (the bench's clock) when it said so.
    """

    running: str
    startup: str | None = None
    pending: str = ""
    unread: str = ""
    stays: str = ""
    way_out: str = ""
    left: int = -1
    at: float = 0.0


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
            at = bench.clock()
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
                left=-1 if waiting is None else waiting.seconds_left,
                at=at,
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
