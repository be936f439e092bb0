"""The journal: what was about to be done, written down before it is done.

One SQLite file per site in write-ahead mode with full synchronisation (a record that `append` returned from survives a
power cut), reached through SQLAlchemy so that operators who share a journal can use PostgreSQL later. Each record
carries the hash of the one before it: a record cannot be changed or taken out of the middle unseen.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from linewright import log
from linewright.errors import FacilityError
from linewright.files import private_folder
from linewright.model.observation import now_text
from linewright.seal.canonical import canonical

_START = "0" * 64
_METADATA = sa.MetaData()
_RECORDS = sa.Table(
    "records",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("time", sa.String, nullable=False),
    sa.Column("job", sa.String, nullable=False, index=True),
    sa.Column("device", sa.String, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("detail", sa.String, nullable=False),
    sa.Column("previous", sa.String, nullable=False),
    sa.Column("hash", sa.String, nullable=False, unique=True),
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One record. `time` is UTC; `device` is empty for what concerns the whole job."""

    number: int
    time: str
    job: str
    device: str
    event: str
    detail: dict[str, Any]


class Journal:
    """The journal of one site; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        private_folder(path.parent)
        self._path = path
        try:
            path.touch(mode=0o600)  # what SQLite lays beside it gets the same mode
        except OSError as error:
            raise FacilityError(f"the journal {path} cannot be opened: {error.strerror}") from error
        self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
        sa.event.listen(self._engine, "connect", _durable)
        sa.event.listen(self._engine, "begin", _take_the_write_lock)
        try:
            _METADATA.create_all(self._engine)
        except sa.exc.SQLAlchemyError as error:
            raise FacilityError(f"the journal {path} cannot be opened: {error.__cause__ or error}") from error

    def append(self, job: str, event: str, device: str = "", **detail: Any) -> None:
        """Write one record; it is on disk when this returns.

        Raises:
            FacilityError: it could not be written; what it announces must not be done.
        """
        try:
            with self._engine.begin() as connection:
                last = sa.select(_RECORDS.c.hash).order_by(_RECORDS.c.number.desc()).limit(1)
                previous = connection.execute(last).scalar() or _START
                row = {"time": now_text(time.time()), "job": job, "device": device, "event": event}
                data = canonical(detail).decode()
                chained = sha256(canonical([previous, *row.values(), data])).hexdigest()
                connection.execute(
                    _RECORDS.insert().values(**row, detail=data, previous=previous, hash=chained)
                )
        except sa.exc.SQLAlchemyError as error:
            raise FacilityError(
                f"the journal {self._path} cannot be written: {error.__cause__ or error}",
                hint="nothing more is sent to a device without it",
            ) from error
        log.note(event, device=device, change=job)

    def entries(self, job: str = "") -> Iterator[Entry]:
        """The records of a job (or all), oldest first.

        Raises:
            FacilityError: the journal cannot be read.
        """
        query = sa.select(_RECORDS).order_by(_RECORDS.c.number)
        if job:
            query = query.where(_RECORDS.c.job == job)
        with self._reading() as connection:
            for row in connection.execute(query):
                yield Entry(
                    number=row.number, time=row.time, job=row.job, device=row.device, event=row.event,
                    detail=msgspec.json.decode(row.detail),
                )  # fmt: skip

    def broken_at(self) -> int:
        """The number of the first record that does not continue the chain; 0 when all do. Raises as entries."""
        previous = _START
        with self._reading() as connection:
            for row in connection.execute(sa.select(_RECORDS).order_by(_RECORDS.c.number)):
                content = [previous, row.time, row.job, row.device, row.event, str(row.detail)]
                if row.previous != previous or row.hash != sha256(canonical(content)).hexdigest():
                    return int(row.number)
                previous = row.hash
        return 0

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except (sa.exc.SQLAlchemyError, msgspec.MsgspecError) as error:
            raise FacilityError(
                f"the journal {self._path} cannot be read: {error.__cause__ or error}"
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def _durable(connection: Any, _record: Any) -> None:
    """Full synchronisation: with NORMAL a record could be lost after the device has been written to."""
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, below
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _take_the_write_lock(connection: sa.Connection) -> None:
    """Read and append in one write transaction: two writers can never continue the chain from the same record."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
