"""The journal: what was about to be done, written down before it is done.

A record that `append` returned from survives a power cut. Each record carries the hash of the one before it (`chain`),
and when a job ends the last hash is signed and kept elsewhere (`heads`). One SQLite file of this machine, or a
PostgreSQL database that operators share.
"""

import logging
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from linewright import log
from linewright.errors import FacilityError
from linewright.journal.chain import START, Walked, chained, walk
from linewright.journal.database import Database
from linewright.journal.heads import Head, Heads, head_of
from linewright.journal.leases import Leases
from linewright.journal.sqlite import in_file
from linewright.journal.tables import ABOUT, RECORDS, prepare
from linewright.model.observation import now_text
from linewright.seal.canonical import canonical

#: After this event the head is signed and kept.
_LAST = "job ended"


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

    Args:
        where: the file it is kept in, or the database.
        heads: where its heads are kept; None for nowhere.

    `name` is random and was given when it was made: two journals never have the same. `told` is how people are told of
    it, `leases` are those it keeps. `unkept` says, in words, which heads could not be kept since it was opened.

    Raises:
        FacilityError: it cannot be opened, or may lose what it confirms.
        DataError: a newer linewright made it.
    """

    def __init__(self, where: Path | Database, heads: Heads | None = None) -> None:
        self._database = in_file(where) if isinstance(where, Path) else where
        self._heads = heads
        self.told = self._database.told
        self.unkept: tuple[str, ...] = ()
        try:
            with self._database.writing("opened") as connection:
                self.name = prepare(connection)
        except BaseException:
            self._database.close()
            raise
        self.leases = Leases(self._database, self.name)

    def append(self, job: str, event: str, device: str = "", **detail: Any) -> None:
        """Write one record; it is on disk when this returns.

        Raises:
            FacilityError: it could not be written, or nobody knows whether it was (the line to the database was lost);
                what it announces must not be done.
        """
        with self._database.writing() as connection:
            self.link(connection, now_text(time.time()), job, event, device=device, detail=detail)
        log.note(event, device=device, change=job)
        if event == _LAST:
            self.keep_head()

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

    def walked(self, wanted: Collection[int] = ()) -> Walked:
        """The chain, followed from its first record, with the hashes of the wanted ones. Raises as entries."""
        with self._database.reading() as connection:
            # As they are asked for: psycopg would else first fetch all of them.
            rows = connection.execute(
                sa.select(RECORDS).order_by(RECORDS.c.number), execution_options={"stream_results": True}
            )
            return walk(rows, wanted)

    def broken_at(self) -> int:
        """The number of the first record that does not continue the chain; 0 when all do. Raises as entries."""
        return self.walked().broken

    def head(self) -> Head | None:
        """The last record; None when there is none. Raises as entries."""
        with self._database.reading() as connection:
            row = connection.execute(
                sa.select(RECORDS).order_by(RECORDS.c.number.desc()).limit(1)
            ).one_or_none()
        return None if row is None else head_of(self.name, row.number, row.hash, row.time)

    def keep_head(self) -> None:
        """Sign the head and keep it in every place. What fails is told by `unkept` and in the log: it stops nothing."""
        if self._heads is None:
            return
        try:
            head = self.head()
        except FacilityError as error:
            missed: tuple[str, ...] = (error.message,)
        else:
            missed = self._heads.keep(head) if head else ()
        self.unkept += missed
        for words in missed:
            log.note("head not kept", level=logging.WARNING, why=words)

    def link(
        self,
        connection: sa.Connection,
        when: str,
        job: str,
        event: str,
        *,
        device: str,
        detail: dict[str, Any],
    ) -> int:
        """Continue the chain within a transaction; the new record's number."""
        # Whoever holds this row continues the chain; in SQLite the transaction itself is the lock.
        connection.execute(sa.select(ABOUT).where(ABOUT.c.key == "name").with_for_update())
        tip = connection.execute(
            sa.select(RECORDS.c.number, RECORDS.c.hash).order_by(RECORDS.c.number.desc()).limit(1)
        ).one_or_none()
        number, previous = (tip.number, tip.hash) if tip else (0, START)
        row = {
            "time": when,
            "job": job,
            "device": device,
            "event": event,
            "detail": canonical(detail).decode(),
        }
        connection.execute(
            RECORDS.insert().values(
                number=number + 1, **row, previous=previous, hash=chained(previous, tuple(row.values()))
            )
        )
        return int(number) + 1

    @property
    def database(self) -> Database:
        """What it is kept in: for those who bring it records of another one."""
        return self._database

    def close(self) -> None:
        """Let go of it."""
        self._database.close()

    def _detail(self, number: int, text: str) -> dict[str, Any]:
        try:
            return msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            raise FacilityError(f"{self.told} cannot be read: record {number}: {error}") from None
