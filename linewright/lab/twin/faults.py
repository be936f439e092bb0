"""What can go wrong on the way to a twin, on purpose."""

import re
import threading
from dataclasses import dataclass
from typing import Literal

Kind = Literal["drop before", "drop after", "sleep before", "sleep after", "error"]


class Dropped(Exception):  # noqa: N818 - an event in the simulation
    """The connection is cut without an answer."""


@dataclass(frozen=True)
class Fault:
    """One fault: on commands that match `command` (a regular expression), `times` times.

    `seconds` are real ones and belong to the sleeps; `answer` is the text of an error.
    """

    command: str
    kind: Kind
    times: int = 1
    seconds: float = 0.0
    answer: str = "Internal error"


class FaultList:
    """The faults of one twin that are still to happen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        """Let a fault happen from now on."""
        with self._lock:
            self._left.append((fault, fault.times))

    def take(self, command: str) -> list[Fault]:
        """The faults that hit a command; each is used up once."""
        with self._lock:
            hit = [i for i, (fault, _) in enumerate(self._left) if re.search(fault.command, command)]
            taken = [self._left[i][0] for i in hit]
            self._left = [
                (fault, left - (i in hit)) for i, (fault, left) in enumerate(self._left) if left > (i in hit)
            ]
            return taken
