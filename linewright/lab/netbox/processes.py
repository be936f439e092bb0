"""Processes of a lab: started so that they can be found again, found by what they are, stopped for certain.

Every process of a lab works in the lab's runtime folder, whose name is random, and carries the lab's mark in its
environment. A process is ours when it works there and either carries the mark or runs one of the server programs
(PostgreSQL writes over the memory its environment stands in). A shell somebody opened there is not ours.
Nothing depends on a list of process ids: a killed `up` leaves none behind, and ids are used again by strangers.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from linewright.errors import FacilityError
from linewright.lab.netbox.facilities import Account
from linewright.lab.netbox.state import MARK, State

_PROC = Path("/proc")
_PAUSE = 0.05
_PATIENCE = 8.0
_TAIL = 30
#: What this very process started, by the lab's mark: it outlives the function that started it, and is reaped by `stop`.
_children: dict[str, list[subprocess.Popen[bytes]]] = {}
#: Variables that a process of a lab keeps from ours.
_KEPT = ("PATH", "TZ")


class Found(NamedTuple):
    """A running process; `started` in clock ticks since boot tells it from a later one with the same id."""

    pid: int
    started: int
    program: str


def environment(state: State, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a process of the lab."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "HOME": state.runtime, MARK: state.mark, **(extra or {})}


def start(
    state: State,
    command: Sequence[str | Path],
    *,
    log: Path,
    account: Account | None = None,
    extra: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process that outlives us, in a session of its own, its words going to `log`."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder or state.runtime,
            env=environment(state, extra),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    _children.setdefault(state.mark, []).append(process)
    return process


def run(
    state: State,
    command: Sequence[str | Path],
    *,
    log: Path,
    what: str,
    account: Account | None = None,
    extra: Mapping[str, str] | None = None,
    folder: Path | None = None,
    seconds: float = 120,
) -> None:
    """Run a command of the lab to its end.

    Raises:
        FacilityError: it failed or took longer than `seconds`; the message ends with the last lines of its log.
    """
    process = start(state, command, log=log, account=account, extra=extra, folder=folder)
    try:
        status = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise FacilityError(f"{what} took longer than {seconds:.0f} s{tail(log)}") from None
    finally:
        if process.poll() is None:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
    if status != 0:
        raise FacilityError(f"{what} failed with status {status}{tail(log)}")


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], *, what: str, log: Path, seconds: float
) -> None:
    """Wait until a started server is ready.

    Raises:
        FacilityError: it ended, or was not ready in time; the message ends with the last lines of its log.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise FacilityError(f"{what} ended with status {process.returncode}{tail(log)}")
        if time.monotonic() > deadline:
            raise FacilityError(f"{what} was not ready after {seconds:.0f} s{tail(log)}")
        time.sleep(_PAUSE)


def tail(log: Path) -> str:
    """The last lines of a log, to be set under a message."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL:]
    except OSError:
        return ""
    return "".join(f"\n  {line[:300]}" for line in lines)


def find(state: State) -> list[Found]:
    """Every process of the lab that runs now."""
    return [found for entry in _PROC.iterdir() if entry.name.isdigit() and (found := _ours(entry, state))]


def stop(state: State, patience: float = _PATIENCE) -> None:
    """Stop every process of the lab. The data goes too, so none is given time but PostgreSQL, to free its memory.

    Raises:
        FacilityError: something of it still runs, which only a process stuck in the kernel can.
    """
    begun = time.monotonic()
    asked: set[Found] = set()
    while found := find(state):
        waited = time.monotonic() - begun
        if waited > 2 * patience:
            raise FacilityError(f"process {found[0].pid} ({found[0].program}) does not end")
        for process in found:
            if Path(process.program).name != "postgres" or waited > patience:
                _signal(state, process, signal.SIGKILL)
            elif process not in asked:
                # QUIT is an end at once, without a checkpoint, but with its shared memory freed.
                _signal(state, process, signal.SIGQUIT)
                asked.add(process)
        time.sleep(_PAUSE)
    for child in _children.pop(state.mark, ()):
        # Dead or dying: the kernel shows neither its folder nor its environment any more.
        child.wait(timeout=patience)


def _ours(entry: Path, state: State) -> Found | None:
    try:
        # A folder that was removed shows as "NAME (deleted)".
        cwd = str((entry / "cwd").readlink()).removesuffix(" (deleted)")
        if cwd != state.runtime and not cwd.startswith(state.runtime + "/"):
            return None
        program = str((entry / "exe").readlink()).removesuffix(" (deleted)")
        words = (entry / "environ").read_bytes().split(b"\0")
        status = (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except (OSError, ValueError):
        return None  # it ended while we looked, or it is another user's
    if status[0] == "Z" or entry.name == str(os.getpid()):
        return None
    if f"{MARK}={state.mark}".encode() not in words and program not in state.programs:
        return None
    return Found(int(entry.name), int(status[19]), program)


def _signal(state: State, process: Found, number: signal.Signals) -> None:
    # Looked at once more: between finding and signalling the id may have gone to a stranger. A pidfd holds it still.
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(process.pid)
        try:
            if _ours(_PROC / str(process.pid), state) == process:
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
