"""The lab folder: what `up` writes down before it does anything, so that `down` can undo whatever became of it.

    lock          held by whoever is starting or stopping the lab; the kernel lets go of it when that one dies
    state.json    mode 0600: the runtime folder and its mark, chosen before either is used; how far `up` came
    url           where NetBox answers, once it does
    token         mode 0600: an API token of the administrator
    password      mode 0600: the administrator's password
    logs/         what PostgreSQL, Redis, NetBox and their preparation said

All else (database, sockets, NetBox's own files) is in the runtime folder: its path is short enough for a socket's
name, and the account that runs PostgreSQL can reach it wherever the lab folder is.
"""

import fcntl
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from linewright.errors import DataError, FacilityError, Refused
from linewright.files import write_whole

STATE, LOCK, URL, TOKEN, PASSWORD, LOGS = "state.json", "lock", "url", "token", "password", "logs"

#: The variable by which a process of a lab is known; its value is the lab's mark.
MARK = "LINEWRIGHT_NETBOX_LAB"
_PREFIX = "lw-netbox-"
_LOCK_SECONDS = 5
_TMP = Path("/tmp")  # noqa: S108 - a folder of mode 0700 or 0711 and random name is made in it


class State(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a lab folder remembers. `programs` are the server programs that may run in the runtime folder.

    `branching` is the release of the branching plugin in it, "" for none.
    """

    version: str
    mark: str
    runtime: str
    owner: int
    programs: tuple[str, ...]
    branching: str = ""
    ready: bool = False


def new_state(version: str, programs: tuple[str, ...], branching: str = "") -> State:
    """A state with a runtime folder that does not exist yet."""
    mark = secrets.token_hex(8)
    # A socket's name may have 107 characters, and PostgreSQL's account must get there: a TMPDIR of our own may fail both.
    base = _TMP if os.access(_TMP, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    runtime = base / f"{_PREFIX}{mark}"
    return State(
        version=version,
        mark=mark,
        runtime=str(runtime),
        owner=os.geteuid(),
        programs=programs,
        branching=branching,
    )


def save(folder: Path, state: State) -> None:
    """Write the state, whole or not at all."""
    write_whole(folder / STATE, msgspec.json.encode(state), mode=0o600)


def load(folder: Path) -> State | None:
    """The state of a lab folder; None when there is none.

    Raises:
        DataError: the file is not a state of ours.
        Refused: it is, and of another account.
    """
    path = folder / STATE
    try:
        state = msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return None
    except PermissionError:
        raise Refused(f"{path}: this NetBox lab belongs to another account") from None
    except (OSError, msgspec.DecodeError) as error:
        raise DataError(f"{path}: not the state of a NetBox lab: {error}") from None
    # The state names a folder that will be removed whole: nothing but our own form of name may stand there.
    if Path(state.runtime).name != f"{_PREFIX}{state.mark}" or not state.mark.isalnum():
        raise DataError(f"{path}: names a runtime folder that no NetBox lab has: {state.runtime}")
    if state.owner != os.geteuid():
        raise Refused(
            f"the NetBox lab in {folder} was started by user {state.owner}, not by user {os.geteuid()}",
            hint="stop it as the account that started it",
        )
    return state


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lab folder's lock.

    Raises:
        Refused: another process is starting or stopping this lab.
        FacilityError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise FacilityError(f"{folder} cannot be used for a NetBox lab: {error.strerror}") from None
    try:
        _wait_for(handle, folder)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, folder: Path) -> None:
    """Take the lock. A process that was killed while it started another still holds it for the moment that takes."""
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Refused(
                    f"the NetBox lab in {folder} is just being started or stopped",
                    hint="wait until that is done",
                ) from None
            time.sleep(0.05)
        else:
            return
