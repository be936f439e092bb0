"""The journal: what was about to be done, written down before it is done.

One SQLite file per site in write-ahead mode with full synchronisation (a record that `append` returned from survives a
power cut), reached through SQLAlchemy so that operators who share a journal can use PostgreSQL later. Each record
carries the hash of the one before it: a record cannot be changed or taken out of the middle unseen.
"""

import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from linewright import log
from linewright.errors import FacilityError
from linewright.journal.database import Database, in_file, opening_failed
from linewright.journal.leases import Leases
from linewright.journal.tables import ABOUT, RECORDS, prepare
from linewright.model.observation import now_text
from linewright.seal.canonical import canonical

_START = "0" * 64


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One record. `time` is UTC; `device` is empty for what concerns the whole job."""

    number: int
    time: str
    job: str
    device: str
    event: str
    detail: dict[str, Any]


class Journal:
    """The journal of one site; safe to use from several threads.

    `name` is random and was given when it was made: two journals never have the same. `leases` are those it keeps.
    """

    def __init__(self, path: Path) -> None:
        self._database: Database = in_file(path)
        try:
            with self._database.writing() as connection:
                self.name = prepare(connection)
        except FacilityError as error:
            if isinstance(error.__cause__, sa.exc.SQLAlchemyError):
                raise opening_failed(self._database.told, error.__cause__) from error.__cause__
            raise
        self.leases = Leases(self._database, self.name)

    def append(self, job: str, event: str, device: str = "", **detail: Any) -> None:
        """Write one record; it is on disk when this returns.

        Raises:
            FacilityError: it could not be written; what it announces must not be done.
        """
        data = canonical(detail).decode()
        with self._database.writing() as connection:
            # Whoever holds this row continues the chain; in SQLite the transaction itself is the lock.
            connection.execute(sa.select(ABOUT).where(ABOUT.c.key == "name").with_for_update())
            last = sa.select(RECORDS.c.number, RECORDS.c.hash).order_by(RECORDS.c.number.desc()).limit(1)
            tip = connection.execute(last).one_or_none()
            number, previous = (tip.number, tip.hash) if tip else (0, _START)
            row = {"time": now_text(time.time()), "job": job, "device": device, "event": event}
            chained = sha256(canonical([previous, *row.values(), data])).hexdigest()
            connection.execute(
                RECORDS.insert().values(
                    number=number + 1, **row, detail=data, previous=previous, hash=chained
                )
            )
        log.note(event, device=device, change=job)

    def entries(self, job: str = "") -> Iterator[Entry]:
        """The records of a job (or all), oldest first.

        Raises:
            FacilityError: the journal cannot be read.
        """
        query = sa.select(RECORDS).order_by(RECORDS.c.number)
        if job:
            query = query.where(RECORDS.c.job == job)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                yield Entry(
                    number=row.number, time=row.time, job=row.job, device=row.device, event=row.event,
                    detail=self._detail(row.number, row.detail),
                )  # fmt: skip

    def broken_at(self) -> int:
        """The number of the first record that does not continue the chain; 0 when all do. Raises as entries."""
        previous = _START
        with self._database.reading() as connection:
            for row in connection.execute(sa.select(RECORDS).order_by(RECORDS.c.number)):
                content = [previous, row.time, row.job, row.device, row.event, str(row.detail)]
                if row.previous != previous or row.hash != sha256(canonical(content)).hexdigest():
                    return int(row.number)
                previous = row.hash
        return 0

    def close(self) -> None:
        """Let go of it."""
        self._database.close()

    def _detail(self, number: int, text: str) -> dict[str, Any]:
        try:
            return msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            raise FacilityError(f"{self._database.told} cannot be read: record {number}: {error}") from None
