"""The processes of lab routers, found by what they were started with: numbers are used again, folders are not.

A router's first process was started as "bash .../namespace.sh FOLDER NAME ...", below an unshare with the same words.
That holds also for a lab whose maker was killed before it could write anything down.
"""

import os
import re
import signal
import time
from pathlib import Path

from linewright.errors import FacilityError

#: Seconds until the process above a router's first one is no longer waited for but killed as well.
_PATIENCE = 3
_STARTED = b"/namespace.sh\0"


def needle(folder: Path, name: str = "") -> bytes:
    """What the arguments of a router's processes contain: of one router, or of all below a folder (no name)."""
    words = f"/namespace.sh\0{folder}"
    return f"{words}\0{name}\0".encode() if name else f"{words}/".encode()


def running(words: bytes) -> list[int]:
    """Root's processes whose arguments contain these words."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if words in (entry / "cmdline").read_bytes() and entry.stat().st_uid == 0:
                    found.append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
    return found


def folders() -> set[Path]:
    """The folders that the routers now running on this machine were started with, and those above them."""
    found: set[Path] = set()
    for pid in running(_STARTED):
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        folder = Path(os.fsdecode(arguments.partition(_STARTED)[2].partition(b"\0")[0]))
        found |= {folder, *folder.parents}
    return found


def is_first(pid: int, words: bytes) -> bool:
    """Whether this is still such a process, and the first of its namespace (a subshell has the same arguments)."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    inner = re.search(r"^NSpid:.*\s(\d+)$", status, re.MULTILINE)
    return words in arguments and arguments.startswith(b"bash\0") and inner is not None and inner[1] == "1"


def end(words: bytes, *, seconds: float = 60) -> int:
    """Kill routers at once and wait until nothing of them runs; how many were running.

    Raises:
        FacilityError: a process did not end in time.
    """
    begun = time.monotonic()
    ended: set[int] = set()
    while pids := running(words):
        waited = time.monotonic() - begun
        if waited > seconds:
            raise FacilityError(f"process {pids[0]} of a lab router does not end")
        # The first process is killed; unshare above it then takes it off the process table and ends by itself.
        first = [pid for pid in pids if is_first(pid, words)]
        ended.update(first)
        for pid in pids if waited > _PATIENCE else first:
            _kill(pid, words)
        time.sleep(0.01)
    return len(ended)


def _kill(pid: int, words: bytes) -> None:
    """Kill exactly this process: the number could belong to another one by now."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        if words in Path(f"/proc/{pid}/cmdline").read_bytes():
            signal.pidfd_send_signal(handle, signal.SIGKILL)
    except (ProcessLookupError, FileNotFoundError):
        pass  # it ended by itself
    finally:
        os.close(handle)
