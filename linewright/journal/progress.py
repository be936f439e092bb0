"""What a job tells as it goes on, kept beside it: who lost his terminal, or sits elsewhere, reads on from here.

jobs/JOB/progress.jsonl: one JSON object per line, appended, oldest first. It is news, not evidence: it is not forced to disk,
and a job goes on without it. The journal says what is certain.
"""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from linewright import log
from linewright.journal.jobs import JobFolder
from linewright.model.objects import Record
from linewright.model.observation import now_text

#: Bytes: of one line, of what is read at once.
_LONGEST = 256 << 10
_CHUNK = 1 << 20
_LONGEST_TEXT = 500
_LONGEST_NAME = 255
_MOST_DEVICES = 500

What = Literal["begun", "checked", "batch", "stage", "device", "last", "ended"]
_Name = Annotated[str, msgspec.Meta(max_length=_LONGEST_NAME)]
_Text = Annotated[str, msgspec.Meta(max_length=_LONGEST_TEXT)]


class Told(Record, frozen=True):
    """One piece of news. `time` is UTC; `total` says how many devices it is about, `devices` are the first of them.

    what     devices it is about                   text                          result
    begun    all of the job, or of going on with it   the plan code              "apply" or "rollback"
    checked  those read so far before the change   counts, for people
    batch    those it begins with                  "2 of 5"
    stage    one                                   what it is at
    device   one                                   message                       how it ended
    last     one that the last lines speak of      message                       how it ended
    ended    those that were not touched           why it was stopped, if it was the name of its exit status

    `armed` and `next` go with "last": what is still armed there, and what to do.
    """

    time: Annotated[str, msgspec.Meta(max_length=40)]
    what: What
    devices: Annotated[tuple[_Name, ...], msgspec.Meta(max_length=_MOST_DEVICES)] = ()
    text: _Text = ""
    result: Annotated[str, msgspec.Meta(max_length=40)] = ""
    total: Annotated[int, msgspec.Meta(ge=0)] = 0
    armed: _Text = ""
    next: _Text = ""


def progress_file(folder: JobFolder) -> Path:
    """Where the progress of a job lies."""
    return folder.path / "progress.jsonl"


class Progress:
    """Writes it; called from several threads. Nothing that happens to the file reaches the job."""

    def __init__(self, folder: JobFolder) -> None:
        self._path = progress_file(folder)
        # A process that died, or a full disk, may have left a line without its end: ours begins on one of its own.
        self._torn = True

    def tell(
        self,
        what: What,
        devices: Sequence[str] = (),
        text: str = "",
        result: str = "",
        *,
        armed: str = "",
        next_step: str = "",
    ) -> None:
        """Append one piece of news, without secrets that this process knows; of many devices the first."""
        told = Told(
            time=now_text(time.time()),
            what=what,
            devices=tuple(name[:_LONGEST_NAME] for name in devices[:_MOST_DEVICES]),
            text=_shown(text),
            result=result,
            total=len(devices),
            armed=_shown(armed),
            next=_shown(next_step),
        )
        line = b"\n" * self._torn + msgspec.json.encode(told) + b"\n"
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                # One write, so that lines of several threads and processes never mix.
                self._torn = os.write(handle, line) != len(line)
            finally:
                os.close(handle)
        except OSError:
            pass  # a full disk: the journal decides whether the job may go on, not this


class News:
    """Reads it as it grows, from the last time the job was begun on, or gone on with. What is no news is passed over."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = 0
        self._rest = b""
        self._huge = False
        self._begun = False

    def read(self) -> Iterator[Told]:
        """What was told since the last call. A line that is still written waits for its end; no file yet is no news."""
        try:
            with self._path.open("rb") as file:
                if not self._begun:
                    self._place, self._begun = _beginning(file.fileno()), True
                if os.fstat(file.fileno()).st_size < self._place:
                    return  # somebody has cut it off: nothing that is new stands there
                file.seek(self._place)
                while data := file.read(_CHUNK):
                    self._place += len(data)
                    yield from self._found(data)
        except OSError:
            return  # not there yet, or not to be read now

    def _found(self, data: bytes) -> Iterator[Told]:
        *lines, rest = (self._rest + data).split(b"\n")
        for line in lines:
            if not self._huge and (told := _told(line)) is not None:
                yield told
            self._huge = False
        # Nobody waits for the end of a line that no job writes.
        self._huge = self._huge or len(rest) > _LONGEST
        self._rest = b"" if self._huge else rest


def _beginning(handle: int) -> int:
    """Where the last line stands that says the job was begun; 0 when none does."""
    found = place = 0
    rest = b""
    while data := os.pread(handle, _CHUNK, place + len(rest)):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            if b'"begun"' in line and (told := _told(line)) is not None and told.what == "begun":
                found = place
            place += len(line) + 1
        if len(rest) > _LONGEST:
            place, rest = place + len(rest), b""
    return found


def _told(line: bytes) -> Told | None:
    if not line or len(line) > _LONGEST:
        return None
    try:
        return msgspec.json.decode(line, type=Told)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _shown(text: str) -> str:
    return log.shown(text[: 8 * _LONGEST_TEXT])[:_LONGEST_TEXT]
