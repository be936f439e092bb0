"""Standard output and standard error that go on when their reader is gone.

`lw drift | head -1` closes the pipe after a line. A command ended by that in the middle would do half of its work, and
its exit status would say nothing of what it found: so what nobody reads is dropped, and the command goes on to its end.
A terminal that was closed (a line that broke, a window) is a reader that is gone, too.
"""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


class _Outlet(io.FileIO):
    """A file that takes whatever is written once nobody reads it any more."""

    _closed_there = False
    #: Asked at the beginning: of a terminal that was closed nobody can tell any more that it was one.
    _terminal = False

    def write(self, data: object, /) -> int:
        """As any file; what is dropped counts as written."""
        whole = memoryview(data).nbytes  # type: ignore[arg-type]  # what FileIO takes
        if not self._closed_there:
            try:
                return super().write(data) or 0  # type: ignore[arg-type]  # as above
            except BrokenPipeError:
                self._closed_there = True
            except OSError as error:
                # A terminal that hung up (termios(3)); on a file this would be a disk that fails.
                if error.errno != errno.EIO or not self._terminal:
                    raise
                self._closed_there = True
        return whole


@contextmanager
def lasting() -> Iterator[None]:
    """Both streams of this process, for as long as a command runs; those that are no file are left alone."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_over(stream) for stream in before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # a full disk, where nobody is left to be told
                stream.flush()
        # The old ones hold nothing: at exit nothing is left that could meet a closed pipe.
        sys.stdout, sys.stderr = before


def _over(stream: TextIO) -> TextIO:
    try:
        number = stream.fileno()
        stream.flush()
    except (OSError, ValueError, AttributeError):
        return stream
    raw = _Outlet(number, "w", closefd=False)
    raw._terminal = os.isatty(number)  # noqa: SLF001 - its own
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=stream.encoding, errors=stream.errors, line_buffering=True
    )
