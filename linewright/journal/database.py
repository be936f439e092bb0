"""What every database that can hold a journal does alike; `sqlite` and `postgres` say how each is opened."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from linewright.errors import FacilityError

#: The execution option of a transaction that only reads.
READING = "linewright_reading"


class Database:
    """Transactions on a journal; safe to use from several threads.

    `told` is how people are told of it; `now` its own clock (Unix time, seconds), by which leases end.
    """

    def __init__(self, engine: sa.Engine, told: str, now: str) -> None:
        self.told = told
        self.now: sa.ColumnElement[float] = sa.literal_column(now, sa.Double)
        self._engine = engine

    @contextmanager
    def writing(self, doing: str = "written") -> Iterator[sa.Connection]:
        """A transaction that is on disk when this is left, or has changed nothing.

        Raises:
            FacilityError: it is not known to be on disk; what it announces must not be done.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise FacilityError(
                f"{self.told} cannot be {doing}: {_words(error)}",
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
                yield connection.execution_options(**{READING: True})
        except sa.exc.SQLAlchemyError as error:
            raise FacilityError(f"{self.told} cannot be read: {_words(error)}") from error

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()


def _words(error: sa.exc.SQLAlchemyError) -> str:
    """What the database said. SQLAlchemy's own text would quote the statement and all its values."""
    said = str(error.__cause__ or type(error).__name__)
    return "; ".join(line.strip() for line in said.splitlines() if line.strip())[:500]
