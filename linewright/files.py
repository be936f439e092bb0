"""Files written whole or not at all."""

import os
import tempfile
from pathlib import Path
from urllib.parse import quote

from linewright.errors import FacilityError


def component(name: str) -> str:
    """A name as one component of a path; different names give different ones (RFC 3986 percent-encoding, dots too)."""
    return quote(name, safe="").replace(".", "%2E")


def write_whole(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that a reader, a crash or a full disk meets the old or the new content, never half of one.

    The data goes to a temporary file in the same folder, is forced to disk, and takes its place by a rename that is
    forced to disk as well. The folder is made when it is not there.

    Raises:
        FacilityError: the file cannot be written (read-only, full); the old content stands.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise FacilityError(
            f"{path} cannot be written: {error.strerror or error}", hint="what was there before is untouched"
        ) from error


def private_folder(path: Path) -> None:
    """Make a folder for its owner alone (mode 0700), and those above it, where there are none.

    Raises:
        FacilityError: it cannot be made.
    """
    try:
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
        if not path.is_dir():
            raise NotADirectoryError(None, "it is not a folder")
    except OSError as error:
        raise FacilityError(f"{path} cannot be made: {error.strerror or error}") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
