"""What a journal is kept in: one SQLite file of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from linewright.errors import FacilityError, LinewrightError
from linewright.files import private_folder

_READING = "linewright_reading"
#: Seconds that a writer waits for another one.
_PATIENCE = 30


class Database:
    """Transactions on a journal; safe to use from several threads.

    `told` is how people are told of it; `now` its own clock (Unix time, seconds), by which leases end.
    """

    def __init__(self, engine: sa.Engine, told: str, now: sa.ColumnElement[float]) -> None:
        self.told = told
        self.now = now
        self._engine = engine

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that is on disk when this is left, or has changed nothing.

        Raises:
            FacilityError: it is not known to be on disk; what it announces must not be done.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise FacilityError(
                f"{self.told} cannot be written: {_words(error)}",
                hint="nothing more is sent to a device without it",
            ) from error

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state and keeps no writer waiting.

        Raises:
            FacilityError: it cannot be read.
        """
        try:
            with self._engine.connect() as connection:
                yield connection.execution_options(**{_READING: True})
        except sa.exc.SQLAlchemyError as error:
            raise FacilityError(f"{self.told} cannot be read: {_words(error)}") from error

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()


def in_file(path: Path) -> Database:
    """A journal in a file of its owner alone, in write-ahead mode with full synchronisation.

    Raises:
        FacilityError: the file cannot be made.
    """
    private_folder(path.parent)
    told = f"the journal {path}"
    try:
        path.touch(mode=0o600)  # what SQLite lays beside it gets the same mode
    except OSError as error:
        raise FacilityError(f"{told} cannot be opened: {error.strerror}") from error
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": _PATIENCE})
    sa.event.listen(engine, "connect", _durable)
    sa.event.listen(engine, "begin", _begin)
    # A Julian day is a double: good to a tenth of a millisecond.
    return Database(engine, told, sa.literal_column("((julianday('now') - 2440587.5) * 86400.0)", sa.Double))


def opening_failed(told: str, error: sa.exc.SQLAlchemyError) -> LinewrightError:
    """What to raise when a journal could not be opened."""
    return FacilityError(f"{told} cannot be opened: {_words(error)}")


def _durable(connection: Any, _record: Any) -> None:
    """Full synchronisation: with NORMAL a record could be lost after the device has been written to."""
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, below
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: sa.Connection) -> None:
    """Read and append in one write transaction: two writers can never continue the chain from the same record."""
    reading = connection.get_execution_options().get(_READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _words(error: sa.exc.SQLAlchemyError) -> str:
    """What the database said. SQLAlchemy's own text would quote the statement and all its values."""
    return "; ".join(str(error.__cause__ or type(error).__name__).split("\n"))
