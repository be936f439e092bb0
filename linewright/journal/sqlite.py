"""A journal in one SQLite file of this machine: write-ahead, with full synchronisation, or not at all."""

import os
import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from linewright.errors import FacilityError
from linewright.files import private_folder
from linewright.journal.database import READING, Database

#: Seconds that a writer waits for another one.
_PATIENCE = 30
#: A Julian day is a double: good to a tenth of a millisecond.
_NOW = "((julianday('now') - 2440587.5) * 86400.0)"
#: What PRAGMA synchronous answers for FULL and EXTRA.
_SYNCHRONOUS = (2, 3)
#: File systems that machines share: SQLite's write-ahead log needs memory that both would see (sqlite.org/wal.html).
_SHARED = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "9p", "ncpfs"}
#: How proc(5) writes spaces and the like.
_OCTAL = re.compile(r"\\([0-7]{3})")
_MOUNTS = Path("/proc/self/mountinfo")


def in_file(path: Path) -> Database:
    """A journal in a file of its owner alone.

    Raises:
        FacilityError: the file cannot be made, or lies where machines share files.
    """
    private_folder(path.parent)
    told = f"the journal {path}"
    if (kind := file_system(path.parent)) in _SHARED or kind.startswith("fuse.sshfs"):
        raise FacilityError(
            f"{told} would lie on a file system that machines share ({kind}), where SQLite keeps nothing safe",
            hint="put `state` on a local disk; operators who share a journal use PostgreSQL: docs/journal.md",
        )
    try:
        path.touch(mode=0o600)  # what SQLite lays beside it gets the same mode
    except OSError as error:
        raise FacilityError(f"{told} cannot be opened: {error.strerror}") from error
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": _PATIENCE})
    file = _File(path.absolute(), told)
    sa.event.listen(engine, "connect", lambda connection, _: durable(connection, told))
    sa.event.listen(engine, "connect", lambda _, record: record.info.update(file=file.now()))
    sa.event.listen(engine, "begin", lambda connection: file.same(connection.info.get("file")))
    sa.event.listen(engine, "begin", _begin)
    return Database(engine, told, _NOW)


class _File:
    """The file that the journal is, for as long as it is open: what was removed takes records, and nobody ever reads them."""

    def __init__(self, path: Path, told: str) -> None:
        self._path = path
        self._told = told

    def now(self) -> tuple[int, int] | None:
        """Which file lies there; None for none."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def same(self, opened: tuple[int, int] | None) -> None:
        """Refuse to go on with another file than the one that was opened.

        Raises:
            FacilityError: it was removed, moved or replaced since.
        """
        if opened is None or self.now() != opened:
            raise FacilityError(
                f"{self._told} was removed or replaced while it was in use",
                hint="put it back where it was; without it nobody knows what was done: nothing more is sent to a device",
            )


def durable(connection: Any, told: str) -> None:
    """Set a new connection to full synchronisation: with NORMAL a record could be lost after a device was written to.

    Raises:
        FacilityError: SQLite answers that it works otherwise.
    """
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, below
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    if mode != "wal" or synchronous not in _SYNCHRONOUS:
        raise FacilityError(
            f"{told} cannot be opened: SQLite does not write ahead there "
            f"(journal_mode {mode}, synchronous {synchronous})",
            hint="put `state` on a local disk with an ordinary file system",
        )


def file_system(folder: Path, mounts: Path = _MOUNTS) -> str:
    """The kind of file system a folder lies on, as proc(5) names it; "" where nobody says."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    found, longest = "", -1
    real = os.path.realpath(folder)
    for line in lines:
        before, _, after = line.partition(" - ")
        words = before.split(" ")
        if len(words) < 5 or not after:
            continue
        point = _OCTAL.sub(lambda found: chr(int(found[1], 8)), words[4])
        under = point in {"/", real} or real.startswith(f"{point}/")
        # Of two on the same point the later one lies on top.
        if under and len(point) >= longest:
            found, longest = after.split(" ")[0], len(point)
    return found


def _begin(connection: sa.Connection) -> None:
    """Read and append in one write transaction: two writers can never continue the chain from the same record."""
    reading = connection.get_execution_options().get(READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
