"""A job told on a screen: what happens as lines that stay, on a terminal with a picture of what goes on below them."""

import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from linewright.change.dispatch import Outcome
from linewright.change.run import JobResult
from linewright.cli.asking import asker
from linewright.cli.live import Live, Picture, can_draw
from linewright.cli.screen import say_prose
from linewright.errors import ExitCode
from linewright.operate.progressing import as_found
from linewright.plan.changeplan import ChangePlan

_WORDS = {
    "confirmed": "CONFIRMED",
    "rolled back": "ROLLED BACK",
    "partly back": "ROLLED BACK IN PART",
    "unknown": "UNKNOWN",
    "not saved": "CONFIRMED, NOT SAVED",
    "foreign": "FOREIGN LINES",
    "refused": "REFUSED",
}
#: How the same is called where a job takes another one back.
BACK_OUT_WORDS = {
    "confirmed": "TAKEN BACK",
    "not saved": "TAKEN BACK, NOT SAVED",
    "rolled back": "NOT TAKEN BACK",
}


class Teller:
    """Tells a job as it goes on; called from the threads that carry the steps.

    A reader who goes away, a full disk or a closed terminal ends the telling, never the work. `words` are told in the
    place of results, `note` stands behind each line.
    """

    def __init__(
        self, names: Iterable[str], batches: int = 0, note: str = "", words: Mapping[str, str] | None = None
    ) -> None:
        lengths = [len(name) for name in names]
        self._devices = len(lengths)
        self._width = max(lengths, default=0)
        self._batches = batches
        self._note = note
        self._words = _WORDS | dict(words or {})
        self._batch = 0
        self._lock = threading.Lock()
        self._heard = True
        self._live: Live | None = None

    @classmethod
    def of(cls, plan: ChangePlan, note: str = "", words: Mapping[str, str] | None = None) -> "Teller":
        """One for the job of a plan."""
        return cls((part.device for part in plan.devices), len(plan.batches), note, words)

    @contextmanager
    def live(self, *, hidden: bool = False) -> Iterator["Teller"]:
        """Draw what goes on as a picture while this lasts, where the terminal can; this teller.

        With `hidden` nothing is drawn before `show` is called.
        """
        if not can_draw():
            yield self
            return
        self._live = live = Live(Picture(self._devices), sys.stdout)
        if hidden:
            live.hide()
        live.start()
        try:
            with asker.over(live.hide, live.show):
                yield self
        finally:
            live.stop()

    def show(self) -> None:
        """Draw what goes on from now on."""
        if self._live is not None:
            self._live.show()

    def end(self, lines: Iterable[str]) -> None:
        """The last lines; no picture stays."""
        if self._live is not None:
            self._live.stop()
            self._live = None
        self.tell(lines)

    def announce(self, what: str, outcomes: tuple[Outcome, ...]) -> None:
        """One stage of the whole job, now."""
        match what:
            case "checked":
                self.checked(as_found(outcomes))
            case "batch":
                self._batch += 1
                self.batch(f"{self._batch} of {self._batches}", [one.device for one in outcomes], zulu())
            case "device":
                for outcome in outcomes:
                    self.device(outcome)

    def begun(self, devices: int) -> None:
        """It is begun, or gone on with, on so many devices."""
        if self._live is not None:
            self._live.changed(lambda picture: picture.begin_again(devices))

    def checked(self, told: str) -> None:
        """The devices were read; `told` says how many are as planned."""
        self.tell([f"Nothing written yet: {told}{self._note}"])

    def batch(self, told: str, devices: Iterable[str], when: str, total: int = 0) -> None:
        """A batch begins, `told` "2 of 5", with these devices, or with `total` of which these are the first."""
        if self._live is not None:
            self._live.changed(lambda picture: picture.begin(told, devices, total))
        self.tell([f"Batch {told}  {when}{self._note}"])

    def device(self, outcome: Outcome) -> None:
        """A device has ended."""
        if self._live is not None:
            self._live.changed(lambda picture: picture.end(outcome))
        word = self._words.get(outcome.result, outcome.result.upper())
        weaker = f", weaker proof: {outcome.message}" * (
            outcome.result == "confirmed" and bool(outcome.message)
        )
        self.tell([f"  {outcome.device:<{self._width}}  {word}{weaker}{self._note}"])

    def stage(self, device: str, stage: str, *, ago: float = 0) -> None:
        """One stage of one device, which came to it so many seconds ago."""
        if self._live is not None:
            self._live.stage(device, f"{stage}{self._note}", ago)
            return
        self.tell([f"  {device:<{self._width}}  {stage}{self._note}"])

    def tell(self, lines: Iterable[str]) -> None:
        """Lines to whoever still listens."""
        if self._live is not None:
            self._live.above(lambda: self._say(lines))
        else:
            self._say(lines)

    def _say(self, lines: Iterable[str]) -> None:
        with self._lock:
            if self._heard:
                try:
                    say_prose(lines)
                except (OSError, ValueError):
                    self._heard = False


def ending(
    result: JobResult, note: str, done: str = "confirmed", undone: str = "rolled back", when: str = ""
) -> list[str]:
    """State of the network, what is still armed, the one next command; counts on the last line.

    `done` and `undone` are the words for devices that are as wanted, and for those that are as before; `when` it ended
    is now when left out.
    """
    lines: list[str] = []
    for outcome in result.outcomes:
        if outcome.result == "confirmed":
            continue
        told = outcome.message.removeprefix(f"{outcome.device}: ")
        lines.append(f"  {outcome.device}: {told}{note}")
        if outcome.armed:
            lines.append(f"    armed: {outcome.armed}")
        if outcome.hint:
            lines.append(f"    next: {outcome.hint}")
    counts = (
        f"{result.count('confirmed')} {done}  {result.count('rolled back')} {undone}  "
        f"{len(result.untouched) + result.count('refused') + result.count('not reached')} not touched  "
        f"{result.count('unknown')} unknown"
    ) + "".join(
        f"  {result.count(word)} {told}"
        for word, told in (
            ("not saved", "confirmed, not saved"),
            ("partly back", "back in part"),
            ("foreign", "with lines of others"),
        )
        if result.count(word)
    )
    if result.stopped:
        lines.append(f"Stopped: {result.stopped}; no other device was begun{note}")
    if result.count("not saved"):
        lines.append(f"{result.count('not saved')} confirmed but not saved: see above")
    if result.count("partly back"):
        lines.append(
            f"{result.count('partly back')} rolled back in part, a reboot may bring other lines: see above"
        )
    if result.code == ExitCode.STOPPED and not any(
        map(result.count, ("confirmed", "not saved", "partly back", "foreign"))
    ):
        lines.append("The network is as it was before the job. Nothing is armed.")
    lines += unkept_lines(result.unkept)
    lines.append(f"{_headline(result, when or zulu())}  {counts}  job {result.job}{note}")
    return lines


def unkept_lines(unkept: tuple[str, ...]) -> list[str]:
    """That the journal's signed head could not be kept somewhere, as one line; none when it could."""
    if not unkept:
        return []
    more = f" (and {len(unkept) - 1} more)" if len(unkept) > 1 else ""
    return [f"Signed head of the journal not kept: {unkept[0]}{more}; again: lw status --audit"]


def _headline(result: JobResult, when: str) -> str:
    words = {
        ExitCode.DONE: "DONE",
        ExitCode.REFUSED: "REFUSED",
        ExitCode.NOT_REACHED: "NOT REACHED",
        ExitCode.UNKNOWN: "UNKNOWN",
        ExitCode.INTERRUPTED: "INTERRUPTED",
    }
    word = words.get(result.code, "STOPPED")
    return f"{word} {when}" if result.wrote else f"{word}, nothing written"


def zulu() -> str:
    """The time of day (UTC) to the minute, as people read it."""
    return time.strftime("%H%MZ", time.gmtime())
