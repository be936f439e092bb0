"""Every process that descends from this one, found and ended: Ansible's workers and ssh masters leave its session."""

import ctypes
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

#: prctl(2): what loses its parent becomes our child, and not init's.
_SET_CHILD_SUBREAPER = 36
_PATIENCE = 10.0


def adopt() -> None:
    """From now on orphans among our descendants become our children, so that `end` finds them (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end() -> None:
    """Kill all descendants, those that are born meanwhile too; what may not be killed (another user's) is left after a while."""
    until = time.monotonic() + _PATIENCE
    while (found := _descendants()) and time.monotonic() < until:
        for one in found:
            with suppress(OSError):
                os.kill(one, signal.SIGKILL)
        _bury()
        time.sleep(0.02)


def _descendants() -> list[int]:
    """The ids of all that descend from us; the dead that nobody has buried count, and are buried by `end`."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            # proc_pid_stat(5): the name stands in brackets and may hold anything; state and parent follow.
            words = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            parents[int(folder.name)] = int(words[1])
    ours = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sorted(ours - {os.getpid()})


def _bury() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
