"""A job on a terminal as it goes on: what each device is at, and how long its own timer still runs. Never more than the screen.

Results are printed once and stay; below them stands a picture that is drawn again each second and taken away at the end.
Where a terminal cannot do that (TERM=dumb, no terminal, fewer than eight lines) each stage is a line.
"""

import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterable
from typing import TextIO

from rich.cells import set_cell_size

from linewright.change.bench import boottime
from linewright.change.dispatch import Outcome
from linewright.model.printable import printable

_FEWEST_LINES = 8
_TIMER = re.compile(r"committed, rollback in (\d+) s")
_LONGEST_NAME = 24


class Picture:
    """What is to be seen, and what it looks like. Pure: times are given."""

    def __init__(self, batches: int, devices: int) -> None:
        self._batches = batches
        self._devices = devices
        self._batch = 0
        self._results: dict[str, int] = {}
        self._at: dict[str, str] = {}
        self._until: dict[str, float] = {}

    def begin(self, devices: Iterable[str]) -> None:
        """A batch begins."""
        self._batch += 1
        self._at = dict.fromkeys(devices, "begins")

    def stage(self, device: str, stage: str, now: float) -> None:
        """A device is at something."""
        self._at[device] = stage
        if timer := _TIMER.match(stage):
            self._at[device], self._until[device] = "committed", now + int(timer[1])

    def end(self, outcome: Outcome) -> None:
        """A device has ended."""
        self._at.pop(outcome.device, None)
        self._until.pop(outcome.device, None)
        self._results[outcome.result] = self._results.get(outcome.result, 0) + 1

    def lines(self, now: float, width: int, height: int) -> list[str]:
        """At most `height` lines of at most `width` cells; nothing when nothing is under way."""
        if not self._at:
            return []
        counts = "  ".join(f"{number} {word}" for word, number in self._results.items())
        left = self._devices - sum(self._results.values())
        head = f"Batch {self._batch} of {self._batches}" if self._batch else "Reading"
        drawn = [f"{head}  {counts}{'  ' if counts else ''}{left} to go"]
        room = height - 1
        shown = list(self._at)[: room if len(self._at) <= room else room - 1]
        name_width = min(max(map(len, shown), default=0), _LONGEST_NAME)
        for device in shown:
            timer = ""
            if device in self._until:
                timer = f"  {max(0, round(self._until[device] - now))} s left of its timer"
            drawn.append(f"  {printable(device):<{name_width}}  {printable(self._at[device])}{timer}")
        if len(shown) < len(self._at):
            drawn.append(f"  and {len(self._at) - len(shown)} more")
        return [set_cell_size(line, width).rstrip() for line in drawn]


class Live:
    """Draws a picture below what is printed. Called from several threads; nothing of it is ever raised."""

    def __init__(
        self,
        picture: Picture,
        out: TextIO,
        *,
        size: Callable[[], os.terminal_size] = shutil.get_terminal_size,
        clock: Callable[[], float] = boottime,
    ) -> None:
        self.picture = picture
        self._out = out
        self._size = size
        self._clock = clock
        self._drawn = 0
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._hidden = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Draw again each second until `stop`."""
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take the picture away for good."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self.hide()

    def stage(self, device: str, stage: str) -> None:
        """A device is at something."""
        with self._lock:
            self.picture.stage(device, stage, self._clock())
            self._draw()

    def above(self, tell: Callable[[], None]) -> None:
        """Let something be printed above the picture."""
        with self._lock:
            self._erase()
            tell()
            self._draw()

    def hide(self) -> None:
        """Take the picture away, while somebody is asked something."""
        with self._lock:
            self._hidden = True
            self._erase()

    def show(self) -> None:
        """Draw it again."""
        with self._lock:
            self._hidden = False
            self._draw()

    def _run(self) -> None:
        while not self._stopped.wait(1):
            with self._lock:
                self._draw()

    def _draw(self) -> None:
        if self._hidden or self._stopped.is_set():
            return
        columns, rows = self._size()
        # One column and one line are left free: a line that fills the last column may wrap.
        lines = self.picture.lines(self._clock(), columns - 1, rows - 1)
        self._write(self._back() + "".join(f"{line}\x1b[K\n" for line in lines))
        self._drawn = len(lines)

    def _erase(self) -> None:
        self._write(self._back())
        self._drawn = 0

    def _back(self) -> str:
        """To the first line of the picture; everything from there on goes (ECMA-48: CPL, ED)."""
        return f"\x1b[{self._drawn}F\x1b[J" if self._drawn else ""

    def _write(self, text: str) -> None:
        try:
            try:
                self._out.write(text)
            except UnicodeEncodeError:
                self._out.write(text.encode("ascii", "backslashreplace").decode())
            self._out.flush()
        except (OSError, ValueError):
            self._stopped.set()  # the terminal is gone; the job goes on


def can_draw() -> bool:
    """Whether standard output is a terminal that can take a picture."""
    return (
        sys.stdout.isatty()
        and os.environ.get("TERM", "dumb") != "dumb"
        and shutil.get_terminal_size().lines >= _FEWEST_LINES
    )
