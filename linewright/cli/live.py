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

from rich.cells import cell_len, set_cell_size

from linewright.change.bench import boottime
from linewright.change.dispatch import Outcome
from linewright.model.printable import printable

_FEWEST_LINES = 8
_TIMER = re.compile(r"committed, rollback in (\d+) s")
_LONGEST_NAME = 24
_WAITS = "begins"


class Picture:
    """What is to be seen, and what it looks like. Pure: times are given."""

    def __init__(self, devices: int) -> None:
        self.begin_again(devices)

    def begin_again(self, devices: int) -> None:
        """Nothing is known of so many devices yet."""
        self._devices = devices
        self._head = "Reading"
        self._results: dict[str, int] = {}
        self._at: dict[str, str] = {}
        self._until: dict[str, float] = {}
        self._unnamed = 0

    def begin(self, told: str, devices: Iterable[str], total: int = 0) -> None:
        """A batch begins, `told` "2 of 5", with these devices, or with `total` of which these are the first."""
        self._head = f"Batch {told}"
        self._at = dict.fromkeys(devices, _WAITS)
        self._unnamed = max(0, total - len(self._at))

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
        drawn = [f"{printable(self._head)}  {counts}{'  ' if counts else ''}{left} to go"]
        # What something happens on comes first: that is where a timer runs.
        busy = sorted(self._at, key=lambda device: self._at[device] == _WAITS)
        more = self._unnamed > 0
        room = height - 1
        shown = busy[: room if len(busy) <= room - more else room - 1]
        name_width = min(max(map(len, shown), default=0), _LONGEST_NAME)
        for device in shown:
            timer = ""
            if device in self._until:
                timer = f"  {max(0, round(self._until[device] - now))} s left of its timer"
            name = f"  {printable(device):<{name_width}}  "
            # A long stage is cut off, never the time that is left.
            stage, room_left = printable(self._at[device]), max(0, width - cell_len(name) - len(timer))
            stage = stage if cell_len(stage) <= room_left else set_cell_size(stage, room_left)
            drawn.append(f"{name}{stage}{timer}")
        if hidden := len(busy) - len(shown) + self._unnamed:
            drawn.append(f"  and {hidden} more")
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

    def stage(self, device: str, stage: str, ago: float = 0) -> None:
        """A device is at something, and came to it so many seconds ago."""
        with self._lock:
            self.picture.stage(device, stage, self._clock() - ago)
            self._draw()

    def changed(self, change: Callable[[Picture], None]) -> None:
        """Something is to be seen otherwise, from the next drawing on."""
        with self._lock:
            change(self.picture)

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
