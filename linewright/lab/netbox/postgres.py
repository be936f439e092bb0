"""PostgreSQL for one lab: no TCP, a socket in a folder only its account can enter, nothing kept safe on disk."""

import ctypes
import os
import socket
from pathlib import Path

from linewright.errors import FacilityError
from linewright.lab.netbox.facilities import Facilities
from linewright.lab.netbox.processes import run, start, wait_until
from linewright.lab.netbox.state import LOGS, State

USER = "netbox"
DATABASE = "netbox"
_SOCKET = ".s.PGSQL.5432"
_SECONDS = 60

#: Loopback TCP with "trust" would be open to every account of the machine, with a password it would need one on
#: disk twice. The folder's mode 0700 is the lock: its account and root are let in by the kernel, nobody else.
#: Dynamic shared memory as files in the data folder goes away with that folder even after SIGKILL.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "dynamic_shared_memory_type": "mmap",
    "shared_buffers": "64MB",
    "max_connections": "40",
    "autovacuum_naptime": "10min",
    "jit": "off",
}


class Postgres:
    """A lab's database server and its client programs."""

    def __init__(self, folder: Path, state: State, facilities: Facilities) -> None:
        self._state = state
        self._facilities = facilities
        self._log = folder / LOGS / "postgres.log"
        self._work = folder / LOGS / "database.log"
        self.home = Path(state.runtime) / "pg"

    def start(self) -> None:
        """Make an empty cluster and start the server.

        Raises:
            FacilityError: it could not; the message ends with the last lines of its log.
        """
        account = self._facilities.account
        self.home.mkdir(mode=0o700)
        if account is not None:
            os.chown(self.home, account.uid, account.gid)
        data = self.home / "data"
        run(
            self._state,
            [
                self._facilities.postgres / "initdb",
                *("--pgdata", data, "--username", USER, "--auth", "trust", "--encoding", "UTF8"),
                *("--locale", "C", "--no-sync", "--no-instructions"),
            ],
            log=self._work,
            what="making a database cluster",
            account=account,
            folder=self.home,
        )
        settings = {**_SETTINGS, "unix_socket_directories": str(self.home)}
        process = start(
            self._state,
            [
                self._facilities.postgres / "postgres",
                *("-D", data),
                *(word for key, value in settings.items() for word in ("-c", f"{key}={value}")),
            ],
            log=self._log,
            account=account,
            folder=self.home,
        )
        wait_until(self._answers, process, what="PostgreSQL", log=self._log, seconds=_SECONDS)

    def create(self) -> None:
        """Make NetBox's database, empty; an older one is dropped."""
        self._sql(
            f"DROP DATABASE IF EXISTS {DATABASE}",
            f"CREATE DATABASE {DATABASE} ENCODING 'UTF8' TEMPLATE template0",
        )

    def restore(self, dump: Path) -> None:
        """Fill the database from a dump in pg_dump's custom format.

        Raises:
            FacilityError: the dump does not fit (a newer PostgreSQL wrote it, or it is damaged).
        """
        self._client("pg_restore", "--no-owner", "--exit-on-error", "--jobs", "2", "--dbname", DATABASE, dump)

    def has_table(self, name: str) -> bool:
        """Whether NetBox's database has a table of that name."""
        # An error ends psql with a status; an answer would have to be read from the log.
        try:
            self._client(
                "psql", "--no-psqlrc", "--quiet", "--output", "/dev/null", "--dbname", DATABASE,
                "--command", f"SELECT 1 FROM {name} LIMIT 1",  # noqa: S608 - a name of ours
            )  # fmt: skip
        except FacilityError:
            return False
        return True

    def dump(self, target: Path) -> None:
        """Write a dump; `target` appears whole or not at all."""
        partial = target.with_name(f"{target.name}.{self._state.mark}")
        try:
            self._client("pg_dump", "--format", "custom", "--no-owner", "--file", partial, DATABASE)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(self.home / _SOCKET))
        except OSError:
            return False
        # A server that still recovers accepts and refuses: ask it something.
        try:
            self._sql("SELECT 1")
        except FacilityError:
            return False
        return True

    def _sql(self, *statements: str) -> None:
        words = [word for statement in statements for word in ("--command", statement)]
        self._client(
            "psql", "--no-psqlrc", "--quiet", "--output", "/dev/null", "--dbname", "postgres", *words
        )

    def _client(self, program: str, *words: str | Path) -> None:
        run(
            self._state,
            [self._facilities.postgres / program, "--host", self.home, "--username", USER, *words],
            log=self._work,
            what=program,
            seconds=300,
        )


def free_shared_memory(state: State) -> None:
    """Remove the small System V segment a killed server leaves: its id stands in postmaster.pid."""
    path = Path(state.runtime) / "pg" / "data" / "postmaster.pid"
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return
    words = lines[6].split() if len(lines) > 6 else []
    if len(words) != 2 or not words[1].isdigit():
        return
    key, segment = int(words[0]), int(words[1])
    if not _is_orphan(key, segment):
        return  # it went with its server, and the id may be another's by now
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmctl(segment, 0, None)  # 0 is IPC_RMID


def _is_orphan(key: int, segment: int) -> bool:
    """Whether a segment of that key and id exists and nobody is attached to it."""
    try:
        rows = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return False
    # key shmid perms size cpid lpid nattch ...
    found = [row.split() for row in rows]
    return any(int(row[0]) == key and int(row[1]) == segment and int(row[6]) == 0 for row in found)
