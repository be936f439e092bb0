"""What a job tells as it goes on, kept beside it: who lost his terminal, or sits elsewhere, reads on from here.

jobs/JOB/progress.jsonl: one JSON object per line, appended, oldest first. It is news, not evidence: it is not forced to disk,
and a job goes on without it. The journal says what is certain.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from linewright import log
from linewright.errors import DataError
from linewright.journal.jobs import JobFolder
from linewright.model.objects import Record
from linewright.model.observation import now_text

#: Bytes: of one line, of what is read at once, of the file.
_LONGEST = 16 << 10
_CHUNK = 4 << 20
_LARGEST = 256 << 20
_LONGEST_TEXT = 500
_MOST_DEVICES = 100


class Told(Record, frozen=True):
    """One piece of news. `time` is UTC.

    what     devices it is about                     text                 result
    begun    all of the job                          the plan code
    checked  those read so far before the change     counts, for people
    batch    those it begins with                    "2 of 5"
    stage    one                                     what it is at
    device   one                                     message              how it ended
    ended    those that were not touched             counts, for people   the word of the last line
    """

    time: str
    what: Literal["begun", "checked", "batch", "stage", "device", "ended"]
    devices: tuple[str, ...] = ()
    text: str = ""
    result: str = ""


def progress_file(folder: JobFolder) -> Path:
    """Where the progress of a job lies."""
    return folder.path / "progress.jsonl"


class Progress:
    """Writes it; called from several threads. Nothing that happens to the file reaches the job."""

    def __init__(self, folder: JobFolder) -> None:
        self._path = progress_file(folder)

    def tell(
        self,
        what: Literal["begun", "checked", "batch", "stage", "device", "ended"],
        devices: Sequence[str] = (),
        text: str = "",
        result: str = "",
    ) -> None:
        """Append one piece of news, without secrets that this process knows; of many devices the first."""
        told = Told(
            time=now_text(time.time()),
            what=what,
            devices=tuple(devices[:_MOST_DEVICES]),
            text=log.shown(text[: 8 * _LONGEST_TEXT])[:_LONGEST_TEXT],
            result=result,
        )
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                # One write, so that lines of several threads and processes never mix.
                os.write(handle, msgspec.json.encode(told) + b"\n")
            finally:
                os.close(handle)
        except OSError:
            pass  # a full disk: the journal decides whether the job may go on, not this


def news(path: Path, start: int = 0) -> tuple[tuple[Told, ...], int]:
    """What was told from a place in the file on, and the place to go on from; a line that is still written is left.

    Raises:
        FileNotFoundError: nothing was told yet.
        DataError: it is no progress of a job.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > _LARGEST or start > size:
            raise DataError(f"{path}: not the progress of a job")
        file.seek(start)
        data = file.read(_CHUNK)
    whole = data.rfind(b"\n") + 1
    if not whole and len(data) > _LONGEST:
        raise DataError(f"{path}: not the progress of a job: a line without an end")
    try:
        found = tuple(msgspec.json.decode(line, type=Told) for line in data[:whole].splitlines())
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not the progress of a job: {error}") from None
    return found, start + whole
