"""A twin's own record of what it was told, in a file: the judge of tests, apart from whoever is judged.

One line of JSON per event, written whole by the twin's process in the moment of the event, so that another process can
read on while it grows:

    {"device": "sw1", "wall": 1764000000.123, "at": 42.5, "what": "received", "session": "c3", "user": "netops",
     "command": "configure session lw_X_1 commit timer 00:05:00", "said": ""}

device   the twin
wall     real seconds since the epoch when it was written; a clock step of the twin does not move it
at       the device's own seconds since it was started
what     "received" before a command is looked at; then "taken", or "refused" with the reason in `said`; "late" for one
         that was carried out after its client had been cut off; "device" for what happened without a command (a commit
         timer that ended, a restart, a clock step)
session  "c" and the number of the connection it came by, "operator" for a person on the device, "" for the device
user     who logged in
command  as it was received, secrets hidden

A command that a fault lost on its way in was never received. The file is for its owner alone (0600).
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from linewright.errors import DataError
from linewright.model.objects import Record
from linewright.platforms import rules
from linewright.redact import hide

What = Literal["received", "taken", "refused", "late", "device"]


class Told(Record, frozen=True):
    """One event, as above."""

    device: str
    wall: float
    at: float
    what: What
    command: str
    session: str = ""
    user: str = ""
    said: str = ""


class Judge:
    """Writes one twin's record; `path` None writes nothing."""

    def __init__(self, device: str, path: Path | None) -> None:
        self._device, self._path = device, path

    def write(
        self, what: What, at: float, command: str, *, session: str = "", user: str = "", said: str = ""
    ) -> None:
        """Note an event."""
        if self._path is None:
            return
        told = Told(
            device=self._device,
            wall=time.time(),
            at=at,
            what=what,
            command=hide(command, rules("eos")),
            session=session,
            user=user,
            said=hide(said, rules("eos")),
        )
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            os.write(handle, msgspec.json.encode(told) + b"\n")
        finally:
            os.close(handle)


def told(path: Path) -> tuple[Told, ...]:
    """What a record holds so far; a last line that is being written is left for the next time.

    Raises:
        DataError: it is not such a record.
    """
    return tuple(_lines(path))


def _lines(path: Path) -> Iterator[Told]:
    if not path.exists():
        return
    for line in path.read_bytes().split(b"\n")[:-1]:
        try:
            yield msgspec.json.decode(line, type=Told)
        except msgspec.DecodeError as error:
            raise DataError(f"{path} is no record of a twin: {error}") from None
