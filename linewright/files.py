"""Files written whole or not at all, and read up to a bound."""

import os
import stat
import tempfile
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from linewright.errors import DataError, FacilityError

#: Bytes of a component of a path: file systems take 255, and suffixes and temporary names are to fit behind it.
_LONGEST = 200


def component(name: str) -> str:
    """A name as one component of a path; different names give different ones (RFC 3986 percent-encoding, dots too).

    At most 200 characters, all ASCII: of a longer one the beginning, "%~" (which no encoding holds) and the SHA-256 of
    the whole.
    """
    whole = quote(name, safe="", errors="surrogatepass").replace(".", "%2E")
    if len(whole) <= _LONGEST:
        return whole
    digest = sha256(name.encode(errors="surrogatepass")).hexdigest()
    return f"{whole[: _LONGEST - len(digest) - 2]}%~{digest}"


def read_bounded(path: Path, most: int) -> bytes:
    """The content of a regular file of at most `most` bytes.

    Raises:
        FileNotFoundError: there is none; what that means, its reader knows.
        DataError: it is no regular file, larger, or cannot be read.
    """
    try:
        # Without O_NONBLOCK the opening of a pipe would wait for somebody to write into it.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise DataError(f"{path}: cannot be read: it is no file")
            data = file.read(most + 1)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise DataError(f"{path}: cannot be read: {said}") from None
    if len(data) > most:
        raise DataError(f"{path}: larger than {most} bytes, which none of its kind is")
    return data


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
            _sync_folder(
                folder.parent
            )  # or a power cut could take the folder away, with the file that was forced
        if not path.is_dir():
            raise NotADirectoryError(None, "it is not a folder")
    except OSError as error:
        raise FacilityError(f"{path} cannot be made: {error.strerror or error}") from error


def new_folder(path: Path) -> bool:
    """Make a folder for its owner alone; False when it is there already. Of all who ask at once one alone hears True.

    Raises:
        FacilityError: it cannot be made.
    """
    private_folder(path.parent)
    try:
        path.mkdir(mode=0o700)
        _sync_folder(path.parent)
    except FileExistsError:
        return False
    except OSError as error:
        raise FacilityError(f"{path} cannot be made: {error.strerror or error}") from error
    return True


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
