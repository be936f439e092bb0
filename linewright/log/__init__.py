"""The log file of a site: one JSON object a line, bounded in size, without a secret (docs/logs.md).

`note` is what the rest of linewright calls; it does nothing until the command line has called `start`. Libraries are
heard from WARNING on. A log that cannot be written never breaks a job: the first reason is kept and given by `stop`.
"""

import logging
from pathlib import Path
from typing import Any

from linewright.log.handling import FromLibraries, FromUs
from linewright.log.masking import Masker
from linewright.log.writing import LogFile

__all__ = ["conceal", "note", "shown", "start", "stop"]

_OURS = logging.getLogger("linewright")
# Without it, whoever uses linewright as a library and set up no logging would get our warnings on his terminal.
_OURS.addHandler(logging.NullHandler())
_MASKER = Masker()
_STARTED: list[tuple[logging.Logger, logging.Handler]] = []
_FILES: list[LogFile] = []


def conceal(value: str) -> None:
    """From now on this secret value, in any of its usual spellings, is shown as *** in the log of this process."""
    _MASKER.conceal(value)


def shown(text: str) -> str:
    """The text as the log would show it: concealed values replaced."""
    return _MASKER.masked(text)


def note(event: str, *, level: int = logging.INFO, device: str = "", change: str = "", **detail: Any) -> None:
    """Write an event down: what happened, on which device, for which change; details are plain values."""
    fields = {"device": device, "change": change, **detail}
    _OURS.log(level, "%s", event, extra={"linewright_fields": fields})


def start(path: Path, level: int, *, size: int, keep: int) -> None:
    """Write to `path` from now on, rotating it at `size` bytes and keeping `keep` older files."""
    stop()
    file = LogFile(path, size=size, keep=keep)
    for logger, handler in (
        (_OURS, FromUs(file, _MASKER, level)),
        (logging.getLogger(), FromLibraries(file, _MASKER, logging.WARNING)),
    ):
        logger.addHandler(handler)
        _STARTED.append((logger, handler))
    _FILES.append(file)
    _OURS.setLevel(level)


def stop() -> str:
    """Write no more; why something could not be written, "" when all was."""
    for logger, handler in _STARTED:
        logger.removeHandler(handler)
    problem = next((file.problem for file in _FILES if file.problem), "")
    _STARTED.clear()
    _FILES.clear()
    _OURS.setLevel(logging.NOTSET)
    return problem
