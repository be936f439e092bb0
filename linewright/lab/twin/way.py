"""The network between a twin and whoever talks to it, and the twin's own standing still: silence, not refusals.

A cable that is cut answers nothing: connections neither open nor close, requests and answers are lost. A device that
stands still does everything later, also for a client that is long gone.
"""

import threading
import time
from typing import Literal

#: What is lost while the way is cut: what comes "in", what goes "out", or "both".
Cut = Literal["", "in", "out", "both"]


class Way:
    """The way to one twin. Seconds are real ones; 0 is until `heal` or `go_on`."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._cut: Cut = ""
        self._cut_ends = self._still_ends = 0.0
        self._still = False
        self.ended = False

    def cut(self, what: Cut, seconds: float = 0) -> None:
        """Lose what comes in, what goes out, or both."""
        with self._changed:
            self._cut, self._cut_ends = what, time.monotonic() + seconds if seconds else 0.0
            self._changed.notify_all()

    def heal(self) -> None:
        """The way is whole again; what was lost stays lost."""
        self.cut("")

    def stand_still(self, seconds: float = 0) -> None:
        """The twin does nothing any more; what arrives is done when it goes on."""
        with self._changed:
            self._still, self._still_ends = True, time.monotonic() + seconds if seconds else 0.0

    def go_on(self) -> None:
        """It works again, through all that has arrived."""
        with self._changed:
            self._still = False
            self._changed.notify_all()

    def end(self) -> None:
        """Nobody waits here any more."""
        with self._changed:
            self.ended, self._cut, self._still = True, "", False
            self._changed.notify_all()

    def lost(self, direction: Literal["in", "out"]) -> bool:
        """Wait while this direction is cut; whether it was, so that what was under way is lost."""
        lost = False
        with self._changed:
            while self._cut in (direction, "both") and not self._over(self._cut_ends):
                lost = True
                self._changed.wait(self._left(self._cut_ends))
            if lost and self._over(self._cut_ends):
                self._cut = ""
        return lost or self.ended

    def wait_until_it_works(self) -> None:
        """Wait while the twin stands still."""
        with self._changed:
            while self._still and not self._over(self._still_ends):
                self._changed.wait(self._left(self._still_ends))
            self._still = self._still and not self._over(self._still_ends)

    @staticmethod
    def _over(ends: float) -> bool:
        return bool(ends) and time.monotonic() >= ends

    @staticmethod
    def _left(ends: float) -> float | None:
        return max(0.01, ends - time.monotonic()) if ends else None
