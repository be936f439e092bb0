"""What can go wrong on the way to a twin, and on it, on purpose.

    box.faults.add(Fault("commit timer", "drop after"))        # committed, and nobody is told
    box.faults.add(Fault("show version", "null", answer="uptime"))

before the command is taken
    drop before      the API dies: the connection is cut; what came before in the same request is done
    sleep before     it takes its time
    busy             HTTP 503 and a page, as a web server in front of the API gives
    login refused    HTTP 401: the account is locked, the AAA server is away
    error            the command is refused with `answer`
    other session    somebody else begins a configuration session named `answer`
    other commit     somebody else's commit, with `answer` as session, waits for its confirmation (600 s)
    other edit       somebody else configures `answer` directly, lines separated by line ends
    other save       somebody else saves what runs as startup
    late             the connection is cut; the command is carried out `seconds` later, or once a command that matches
                     `answer` was answered: whoever asks at once finds nothing done
    cut off          the way is cut, in silence: `answer` is "in" (the command is lost too), "out" (it is taken, its
                     answer is lost) or "both"; for `seconds`, or until `box.way.heal()`
    pause            the twin stands still for `seconds`, or until `box.way.go_on()`; then it goes on with this command
    clock step       its clock is set `seconds` on, or back; with "timers" as `answer` the commit timer follows
    restart          the device restarts: it boots what is saved, sessions are gone, connections are closed
the command is taken, and
    drop middle      half of the answer comes, then the connection is cut
    drop after       the connection is cut without an answer
    error after      the answer is a refusal all the same: `answer`, with eAPI's number `code`
    sleep after      the answer takes its time
    says             the text of the answer is `answer`
    truncated        half of the text of the answer comes, as if it were whole
    null             every value named `answer` in the answer is null (without a name: every value)
    wrong type       the same, a list of one number
    missing          every value named `answer` is left out
    short            the answer to the last command of the request is left out
    not utf-8        the answer holds bytes that are no text
before any command
    refuse           the next connections are closed at once (`command` is not looked at)
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "drop before",
    "sleep before",
    "busy",
    "login refused",
    "error",
    "other session",
    "other commit",
    "other edit",
    "other save",
    "late",
    "cut off",
    "pause",
    "clock step",
    "restart",
    "drop middle",
    "drop after",
    "error after",
    "sleep after",
    "says",
    "truncated",
    "null",
    "wrong type",
    "missing",
    "short",
    "not utf-8",
    "refuse",
]


class Dropped(Exception):  # noqa: N818 - an event in the simulation
    """The connection is cut without an answer."""


class Turned(Exception):  # noqa: N818 - as above
    """The request is answered by HTTP alone: `status` and a body that is none of eAPI."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Fault:
    """One fault: on commands that match `command` (a regular expression), `times` times.

    `seconds` are real ones (those of a clock step the device's); `answer` is what the kind says of it above, `code` the number of
    a refusal.
    """

    command: str
    kind: Kind
    times: int = 1
    seconds: float = 0.0
    answer: str = "Internal error"
    code: int = 1002


class FaultList:
    """The faults of one twin that are still to happen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        """Let a fault happen from now on."""
        with self._lock:
            self._left.append((fault, fault.times))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._left.clear()

    def take(self, command: str) -> list[Fault]:
        """The faults that hit a command; each is used up once."""
        return self._taken(lambda fault: fault.kind != "refuse" and bool(re.search(fault.command, command)))

    def refuses(self) -> bool:
        """Whether a connection that comes now is closed at once."""
        return bool(self._taken(lambda fault: fault.kind == "refuse"))

    def _taken(self, hits: Callable[[Fault], bool]) -> list[Fault]:
        with self._lock:
            hit = [i for i, (fault, _) in enumerate(self._left) if hits(fault)]
            taken = [self._left[i][0] for i in hit]
            self._left = [
                (fault, left - (i in hit)) for i, (fault, left) in enumerate(self._left) if left > (i in hit)
            ]
            return taken


def spoilt(answer: dict[str, Any], fault: Fault) -> dict[str, Any]:
    """An answer as a fault leaves it; kinds that are none of the answer's business change nothing."""
    text = answer.get("output")
    if fault.kind == "says":
        return {"output": fault.answer}
    if fault.kind == "truncated" and isinstance(text, str):
        return {"output": text[: len(text) // 2]}
    if fault.kind in ("null", "wrong type", "missing"):
        name = "" if fault.answer == Fault.answer else fault.answer
        return dict(_replaced(answer, name, fault.kind))
    return answer


def _replaced(value: Any, name: str, kind: Kind) -> Any:
    if isinstance(value, list):
        return [_replaced(item, name, kind) for item in value]
    if not isinstance(value, dict):
        return value
    out: dict[str, Any] = {}
    for key, inner in value.items():
        if name and key != name:
            out[key] = _replaced(inner, name, kind)
        elif kind != "missing":
            out[key] = None if kind == "null" else [7]
    return out
