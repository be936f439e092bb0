"""`lw apply`: do what a plan says."""

import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from linewright.change.dispatch import Outcome
from linewright.change.run import JobResult
from linewright.cli.asking import asker
from linewright.cli.interrupt import stopping_on_signals
from linewright.cli.live import Live, Picture, can_draw
from linewright.cli.options import here
from linewright.cli.screen import agreed, on_terminal, say, say_all
from linewright.errors import ExitCode, UsageError
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan, load
from linewright.plan.screen import cautions, summary

_WORDS = {
    "confirmed": "CONFIRMED",
    "rolled back": "ROLLED BACK",
    "partly back": "ROLLED BACK IN PART",
    "unknown": "UNKNOWN",
    "not saved": "CONFIRMED, NOT SAVED",
    "foreign": "FOREIGN LINES",
    "refused": "REFUSED",
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask; for machines.")
@click.pass_context
def apply(context: click.Context, file: Path, *, yes: bool) -> int:
    """Carry out a plan, once, and nothing but the plan.

    Every device is read first, and what it runs is kept, encrypted; if one is not as the plan found it, nothing is
    written anywhere. Then, one batch after the other: commit with the device's own timer, read back over a new session,
    look at its neighbours, confirm, read again. What is not proved is rolled back by the device itself.

    Ctrl-C ends it after the devices under way. A closed terminal does not: `lw status` says how the job stands.

    \b
    Example:
      lw apply change.lwplan
    """
    from linewright.operate.still_current import still_current

    place = here(context)
    plan = load(file)
    if current := still_current(place, plan):
        say(current)
    if yes:
        say_all(cautions(plan))
    else:
        say_all(summary(plan))
        if not on_terminal():
            raise UsageError("nobody is here to agree to it", hint="give --yes when a machine runs this")
        if not agreed(f"This writes to {len(plan.devices)} devices. Type the plan code to go on:", plan.code):
            say("Nothing was written.")
            return int(ExitCode.USAGE)
    return carry_out(place, plan, note="")


def carry_out(place: Workplace, plan: ChangePlan, note: str) -> int:
    """Apply a plan and tell it line by line; `note` stands behind each line about a device. The exit status."""
    from linewright.operate.applying import apply_plan

    with stopping_on_signals() as stop, Teller(plan, note).live() as teller:
        result = apply_plan(place, plan, teller.announce, teller.stage, stop)
        teller.end(ending(result, note))
    return int(result.code)


class Teller:
    """Tells a job as it goes on; called from the threads that carry the steps.

    A reader who goes away, a full disk or a closed terminal ends the telling, never the work. `words` are told in the
    place of results.
    """

    def __init__(self, plan: ChangePlan, note: str, words: Mapping[str, str] | None = None) -> None:
        self._plan = plan
        self._note = note
        self._words = _WORDS | dict(words or {})
        self._batch = 0
        self._lock = threading.Lock()
        self._heard = True
        self._live: Live | None = None
        self._width = max(len(part.device) for part in plan.devices)

    @contextmanager
    def live(self) -> Iterator["Teller"]:
        """Draw what goes on as a picture while this lasts, where the terminal can; this teller."""
        if not can_draw():
            yield self
            return
        self._live = live = Live(Picture(len(self._plan.batches), len(self._plan.devices)), sys.stdout)
        live.start()
        try:
            with asker.over(live.hide, live.show):
                yield self
        finally:
            live.stop()

    def end(self, lines: Iterable[str]) -> None:
        """The last lines; no picture stays."""
        if self._live is not None:
            self._live.stop()
            self._live = None
        self.tell(lines)

    def announce(self, what: str, outcomes: tuple[Outcome, ...]) -> None:
        """One stage of the whole job."""
        match what:
            case "checked":
                as_found = sum(outcome.result == "unchanged" for outcome in outcomes)
                lines = [f"Nothing written yet: {as_found} of {len(outcomes)} devices as the plan found them"]
            case "batch":
                self._batch += 1
                if self._live is not None:
                    self._live.picture.begin(one.device for one in outcomes)
                lines = [f"Batch {self._batch} of {len(self._plan.batches)}  {_zulu()}"]
            case "device":
                if self._live is not None:
                    for one in outcomes:
                        self._live.picture.end(one)
                lines = [
                    f"  {one.device:<{self._width}}  {self._words.get(one.result, one.result.upper())}"
                    + (f", weaker proof: {one.message}" if one.result == "confirmed" and one.message else "")
                    for one in outcomes
                ]
            case _:
                return
        self.tell(f"{line}{self._note}" for line in lines)

    def stage(self, device: str, stage: str) -> None:
        """One stage of one device."""
        if self._live is not None:
            self._live.stage(device, f"{stage}{self._note}")
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
                    say_all(lines)
                except (OSError, ValueError):
                    self._heard = False


def ending(result: JobResult, note: str, done: str = "confirmed", undone: str = "rolled back") -> list[str]:
    """State of the network, what is still armed, the one next command; counts on the last line.

    `done` and `undone` are the words for devices that are as wanted, and for those that are as before.
    """
    lines: list[str] = []
    for outcome in result.outcomes:
        if outcome.result == "confirmed":
            continue
        lines.append(f"  {outcome.device}: {outcome.message}{note}")
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
    lines.append(f"{_headline(result)}  {counts}  job {result.job}{note}")
    return lines


def _headline(result: JobResult) -> str:
    words = {
        ExitCode.DONE: "DONE",
        ExitCode.REFUSED: "REFUSED",
        ExitCode.NOT_REACHED: "NOT REACHED",
        ExitCode.UNKNOWN: "UNKNOWN",
        ExitCode.INTERRUPTED: "INTERRUPTED",
    }
    word = words.get(result.code, "STOPPED")
    return f"{word} {_zulu()}" if result.wrote else f"{word}, nothing written"


def _zulu() -> str:
    return time.strftime("%H%MZ", time.gmtime())
