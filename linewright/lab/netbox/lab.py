"""Up, status and down of a disposable NetBox."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import requests

from linewright.errors import FacilityError, Refused
from linewright.lab.netbox import branching, facilities, processes, state
from linewright.lab.netbox.database import Progress, fill
from linewright.lab.netbox.environments import ensure
from linewright.lab.netbox.postgres import Postgres, free_shared_memory
from linewright.lab.netbox.redis import start_redis
from linewright.lab.netbox.server import Server, version
from linewright.lab.netbox.version import VERSION

ADMIN = "admin"


class Running(NamedTuple):
    """A NetBox that answers. Token and password are in files of mode 0600.

    `branching` is the release of the branching plugin in it, "" for none.
    """

    url: str
    token_file: Path
    password_file: Path
    version: str = VERSION
    branching: str = ""

    @property
    def token(self) -> str:
        """The administrator's API token, of version 2."""
        return self.token_file.read_text(encoding="ascii")

    @property
    def password(self) -> str:
        """The password of the user "admin"."""
        return self.password_file.read_text(encoding="ascii")


def _silent(_: str) -> None:
    pass


def up(
    folder: Path,
    progress: Progress = _silent,
    *,
    dump: Path | None = None,
    branches: bool | None = None,
) -> Running:
    """Start a NetBox with its state in `folder`, which must be absent or empty; it outlives this process.

    It is empty, or holds what `dump` does (a database of this release in pg_dump's custom format). It has the branching
    plugin and a worker for its jobs where the plugin is to be had (`branches` None), always (True) or never (False).

    Whatever ends this early (an error, Ctrl-C) takes away all that was started; after a kill, `down` does.

    Raises:
        FacilityError: something is missing here, or did not start; the message ends with the last lines of its log.
        Refused: the folder holds something, a running lab for one.
    """
    folder = folder.absolute()
    found = facilities.find()
    with state.locked(folder):
        _refuse_used(folder)
        ensure(found, progress)
        plugin = None if branches is False else branching.ensure(found, progress, required=bool(branches))
        programs = (str((found.postgres / "postgres").resolve()), str(found.redis.resolve()))
        mine = state.new_state(VERSION, programs, branching.VERSION if plugin else "")
        state.save(folder, mine)
        with _undone_on_failure(folder, mine):
            _make_runtime(mine, shared=found.account is not None)
            (folder / state.LOGS).mkdir(mode=0o700)
            server = Server(folder, mine, found)
            server.prepare()
            progress("starting PostgreSQL and Redis")
            postgres = Postgres(folder, mine, found)
            postgres.start()
            start_redis(folder, mine, found)
            fill(postgres, server, progress, dump=dump, branching=mine.branching)
            progress(f"starting NetBox {VERSION}")
            server.start()
            if mine.branching:
                progress("starting the worker for NetBox's background jobs")
                server.start_worker()
            state.save(folder, msgspec.structs.replace(mine, ready=True))
    return _running(folder, mine)


def status(folder: Path) -> Running | None:
    """The NetBox of a lab folder if it answers, None if there is none or it does not.

    Raises:
        Refused: the lab belongs to another account.
    """
    folder = folder.absolute()
    mine = state.load(folder)
    if mine is None or not mine.ready:
        return None
    running = _running(folder, mine)
    try:
        version(running.url, running.token, seconds=10)
    except (requests.RequestException, OSError):
        return None
    return running


def down(folder: Path) -> bool:
    """Stop the NetBox of a lab folder and remove all of it; False when there was nothing.

    Safe at any time and as often as wanted: after a killed `up`, after a reboot, after a first `down` that was killed.

    Raises:
        Refused: it is just being started, or belongs to another account.
        FacilityError: a process of it does not end.
    """
    folder = folder.absolute()
    if not folder.is_dir() or not ((folder / state.LOCK).exists() or (folder / state.STATE).exists()):
        return False
    with state.locked(folder):
        mine = state.load(folder)
        if mine is not None:
            _take_away(mine)
        _remove_files(folder)
    return True


def keep(folder: Path, dump: Path) -> None:
    """Write the database of a running lab to a file, for `up(dump=...)`; it appears whole or not at all.

    Raises:
        FacilityError: no lab runs in the folder, or the file cannot be written.
    """
    folder = folder.absolute()
    mine = state.load(folder)
    if mine is None or not mine.ready:
        raise FacilityError(f"no NetBox lab runs in {folder}")
    dump.parent.mkdir(parents=True, exist_ok=True)
    Postgres(folder, mine, facilities.find()).dump(dump)


def _refuse_used(folder: Path) -> None:
    held = sorted(path.name for path in folder.iterdir() if path.name != state.LOCK)
    if state.STATE in held:
        raise Refused(f"{folder} holds a NetBox lab already", hint="`linewright lab netbox down` removes it")
    if held:
        raise Refused(f"{folder} is not empty: {held[0]}", hint="give a folder that is absent or empty")


@contextlib.contextmanager
def _undone_on_failure(folder: Path, mine: state.State) -> Iterator[None]:
    try:
        yield
    except BaseException:
        # Ctrl-C included: nothing may be left running behind a prompt.
        _take_away(mine)
        _remove_files(folder)
        raise


def _make_runtime(mine: state.State, *, shared: bool) -> None:
    try:
        Path(mine.runtime).mkdir(mode=0o700)
    except OSError as error:
        raise FacilityError(f"{mine.runtime} cannot be made: {error.strerror}") from None
    # PostgreSQL's account passes through to its own folder and sees nothing else.
    Path(mine.runtime).chmod(0o711 if shared else 0o700)


def _take_away(mine: state.State) -> None:
    processes.stop(mine)
    free_shared_memory(mine)
    shutil.rmtree(mine.runtime, ignore_errors=True)
    if Path(mine.runtime).exists():
        raise FacilityError(f"{mine.runtime} cannot be removed", hint="look who still writes there")


def _remove_files(folder: Path) -> None:
    """Remove what `up` made, the state last of what matters; a folder with files of somebody else's stays."""
    shutil.rmtree(folder / state.LOGS, ignore_errors=True)
    for name in (state.TOKEN, state.PASSWORD, state.URL, state.STATE, state.LOCK):
        (folder / name).unlink(missing_ok=True)
    for partial in folder.glob(".*.????????"):
        # A temporary file of write_whole that a kill left behind.
        partial.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


def _running(folder: Path, mine: state.State) -> Running:
    try:
        url = (folder / state.URL).read_text(encoding="ascii")
    except OSError:
        raise FacilityError(
            f"{folder}: the NetBox lab there has no URL", hint="stop it and start it anew"
        ) from None
    return Running(url, folder / state.TOKEN, folder / state.PASSWORD, branching=mine.branching)
