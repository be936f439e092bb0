"""Who holds a lease: a process, named so that another one of the same machine can tell for certain that it is gone."""

import getpass
import os
import socket
from functools import cache
from pathlib import Path

from linewright.model.objects import Record

_PROC = Path("/proc")
_LONGEST = 100
#: States of a process that does nothing any more.
_ENDED = {"Z", "X"}


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
    try:
        _, started = _seen(pid)
    except OSError:
        started = 0
    return Holder(host=host, user=user, pid=pid, started=started, boot=_boot(), space=_space())


def is_gone(holder: Holder) -> bool:
    """Whether that process is known to have ended: one of this boot and namespace that no longer runs.

    Of a process elsewhere, or before a reboot, nothing is known: False.
    """
    here = me()
    if not holder.boot or (holder.boot, holder.space) != (here.boot, here.space):
        return False
    try:
        state, started = _seen(holder.pid)
    except OSError:
        return not _answers(holder.pid)
    return state in _ENDED or started != holder.started


def _answers(pid: int) -> bool:
    """Whether a process is there of which /proc shows nothing: its option hidepid hides those of others (proc(5))."""
    try:
        os.kill(pid, 0)  # 0 asks, and sends nothing
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it is another's
        return True
    return True


def _seen(pid: int) -> tuple[str, int]:
    """The state of a process and when it started. Raises OSError where nothing of it is to be seen."""
    text = (_PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace")
    # The name stands in brackets and may hold any character, brackets too.
    words = text.rpartition(")")[2].split()
    return words[0], int(words[19])


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
