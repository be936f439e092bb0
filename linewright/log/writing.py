"""Lines to a file of bounded size, from any number of processes at once."""

import fcntl
import os
import time
from pathlib import Path

from linewright.errors import FacilityError
from linewright.files import private_folder

_LOCK_TRIES = 20
_LOCK_PAUSE = 0.005


class LogFile:
    """A file of mode 0600 that becomes FILE.1 when it is full, while FILE.1 becomes FILE.2, up to `keep` of them.

    Attributes:
        path: the file.
        problem: why a line could not be written, the first time; "" while all is well.
    """

    def __init__(self, path: Path, *, size: int, keep: int) -> None:
        self.path = path
        self.problem = ""
        self._size = size
        self._keep = keep

    def write(self, data: bytes) -> None:
        """Append one line. Never raises: `problem` says what went wrong."""
        try:
            private_folder(self.path.parent)
            self._append(data)
        except FacilityError as error:
            self.problem = self.problem or error.message
        except OSError as error:
            self.problem = self.problem or f"{self.path} cannot be written: {error.strerror or error}"

    def _append(self, data: bytes) -> None:
        # Opened for each line: another process may have rotated it. O_APPEND keeps lines of several writers whole.
        handle, locked = self._opened()
        if locked and (size := os.fstat(handle).st_size) and size + len(data) > self._size:
            try:
                self._rotate()
            finally:
                os.close(handle)
            handle, _ = self._opened()
        try:
            written = os.write(handle, data)
            if written < len(data):
                # A disk that filled up in the middle of a line: the part is ended, so that the next line is readable.
                os.write(handle, b"\n")
        finally:
            os.close(handle)

    def _opened(self) -> tuple[int, bool]:
        """The file opened, and whether it is ours alone; one that another process rotated away is opened again."""
        while True:
            # A link in its place is refused: the file must not be somebody else's.
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            handle = os.open(self.path, flags, 0o600)
            locked = _locked(handle)
            try:
                if os.path.samestat(os.fstat(handle), self.path.stat()):
                    return handle, locked
            except FileNotFoundError:
                pass
            os.close(handle)

    def _rotate(self) -> None:
        older = [self.path.with_name(f"{self.path.name}.{number}") for number in range(1, self._keep + 1)]
        for newer, old in reversed(list(zip([self.path, *older], older, strict=False))):
            if newer.exists():
                newer.replace(old)
        if not older:
            self.path.unlink()


def _locked(handle: int) -> bool:
    """Take the lock; without it (another process stopped in the middle of a line) we write but do not rotate."""
    for _ in range(_LOCK_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOCK_PAUSE)
        except OSError:  # a file system without locks
            return False
        else:
            return True
    return False
