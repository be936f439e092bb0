"""From a record of Python's logging to one line of the file."""

import json
import logging
from typing import Any

from linewright.log.masking import MASK, Masker
from linewright.log.writing import LogFile
from linewright.model.observation import now_text

#: Characters of one text; a device's whole answer has no place in a log.
_LONGEST = 4000
_DEEPEST = 4


class FromUs(logging.Handler):
    """Writes our own events."""

    def __init__(self, file: LogFile, masker: Masker, level: int) -> None:
        super().__init__(level)
        self._file = file
        self._masker = masker

    def emit(self, record: logging.LogRecord) -> None:
        """One record, one line; whatever is wrong with a record, the job goes on."""
        try:
            self._file.write(line(record, self._masker))
        except Exception as error:  # noqa: BLE001 - a record that cannot be shown (a broken __repr__) must not end a job
            self._file.problem = (
                self._file.problem or f"a record could not be written: {type(error).__name__}"
            )


class FromLibraries(FromUs):
    """Writes what libraries say; our own records come by another way."""

    def filter(self, record: logging.LogRecord) -> bool:
        """All but ours, and but Nornir's tracebacks: their causes quote the device, and we say ourselves what failed."""
        ours_too = record.name.partition(".")[0] == "linewright" or record.name == "nornir.core.task"
        return not ours_too and bool(super().filter(record))


def line(record: logging.LogRecord, masker: Masker) -> bytes:
    """A record as JSON with a line feed. The time is UTC; empty fields are left out."""
    fields: dict[str, Any] = {"time": now_text(record.created), "level": record.levelname.lower()}
    if record.name != "linewright":
        fields["logger"] = record.name
    fields["event"] = clean(_message(record), masker)
    for name, value in getattr(record, "linewright_fields", {}).items():
        if value not in ("", None, (), [], {}):
            fields[name] = clean(value, masker)
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        # A library's exception may quote what a device said, with secrets of the device that nobody here knows.
        said = f": {error}" if record.name.partition(".")[0] == "linewright" else ""
        fields["error"] = clean(f"{type(error).__name__}{said}", masker)
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def clean(value: Any, masker: Masker, depth: int = 0) -> Any:
    """A value of plain JSON without secrets; first masked, then cut, so that no half of a secret is left."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return value if masker.masked(str(value)) == str(value) else MASK
    if isinstance(value, dict) and depth < _DEEPEST:
        return {str(clean(str(key), masker)): clean(inner, masker, depth + 1) for key, inner in value.items()}
    if isinstance(value, (list, tuple)) and depth < _DEEPEST:
        if masker.masked(joined := "".join(map(str, value))) != joined:
            return MASK  # a secret cut in pieces
        return [clean(inner, masker, depth + 1) for inner in value]
    text = masker.masked(str(value))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # a library's format and its arguments do not agree
        return str(record.msg)
