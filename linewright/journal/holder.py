"""Who holds a lease: a process, named so that another one of the same machine can tell for certain that it is gone."""

import getpass
import os
import socket
from functools import cache
from pathlib import Path

from linewright.model.objects import Record

_PROC = Path("/proc")
_LONGEST = 100


class Holder(Record, frozen=True):
    """A process. `started` in clock ticks since boot tells it from a later one with the same id (proc(5)).

    `boot` is the kernel's id of this boot, `space` the process id namespace: containers share the one, not the other.
    """

    host: str
    user: str
    pid: int
    started: int
    boot: str
    space: str = ""

    @property
    def told(self) -> str:
        """As people are told."""
        return f"{self.user} on {self.host}, process {self.pid}"


def me() -> Holder:
    """This process."""
    pid = os.getpid()
    host, user = _names()
    return Holder(host=host, user=user, pid=pid, started=_started(pid) or 0, boot=_boot(), space=_space())


def is_gone(holder: Holder) -> bool:
    """Whether that process is known to have ended: one of this boot and namespace that no longer runs.

    Of a process elsewhere, or before a reboot, nothing is known: False.
    """
    here = me()
    if not holder.boot or (holder.boot, holder.space) != (here.boot, here.space):
        return False
    return _started(holder.pid) != holder.started


def _started(pid: int) -> int | None:
    """When a process started; None when it does not run (a zombie does nothing any more)."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name stands in brackets and may hold any character, brackets too.
    words = text.rpartition(")")[2].split()
    return None if words[0] in {"Z", "X"} else int(words[19])


def _boot() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""  # then nobody's end is ever believed


@cache
def _names() -> tuple[str, str]:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # an account id without an entry, as in a container
        user = f"user {os.geteuid()}"
    return socket.gethostname()[:_LONGEST], user[:_LONGEST]


def _space() -> str:
    try:
        return str((_PROC / "self/ns/pid").readlink())
    except OSError:
        return ""
