"""Who may write to a device: one job at a time, for a bounded time, with a token that grows.

Taking, renewing and giving back are one conditional write each: two that try at once can never both be told yes. Time
is the database's, so that clocks of operators do not matter. A lease that has ended starts no step; the token lets a
device that keeps it refuse what was sent before and arrives late.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from linewright.errors import Refused
from linewright.journal.database import Database
from linewright.journal.holder import Holder, is_gone, me
from linewright.journal.tables import LEASES
from linewright.model.objects import Record
from linewright.model.observation import now_text

_C = LEASES.c


class Lease(Record, frozen=True):
    """The right of a job to write to a device, for `seconds` from when it was taken or last renewed.

    `token` is greater with every taking of the device in this `journal`; never zero.
    """

    device: str
    job: str
    holder: Holder
    token: int
    journal: str
    seconds: int


class Held(Record, frozen=True):
    """A lease as the journal knows it. `until` is UTC by the database's clock, `left` seconds, 0 when it is over."""

    device: str
    job: str
    holder: Holder
    token: int
    until: str
    left: int


class Leases:
    """The leases of one journal; safe to use from several threads and processes."""

    def __init__(self, database: Database, journal: str) -> None:
        self._database = database
        self._journal = journal

    def take(
        self, device: str, job: str, *, seconds: int, holder: Holder | None = None, after_death: bool = False
    ) -> Lease:
        """Take the lease of a device; raises as `take_all`."""
        return self.take_all((device,), job, seconds=seconds, holder=holder, after_death=after_death)[0]

    def take_all(
        self,
        devices: Iterable[str],
        job: str,
        *,
        seconds: int,
        holder: Holder | None = None,
        after_death: bool = False,
    ) -> tuple[Lease, ...]:
        """Take the leases of all these devices, or none; in the order of their names, whatever order is asked.

        Args:
            devices: their names.
            job: who asks.
            seconds: how long they hold without being renewed.
            holder: the process; this one.
            after_death: take over at once from a process of this machine that is known to be gone.

        Raises:
            Refused: somebody holds one: says which job and who, and until when.
            FacilityError: the journal cannot be written.
        """
        holder = holder or me()
        # One order for everybody: two who want the same devices in PostgreSQL would else wait for each other.
        with self._database.writing() as connection:
            return tuple(
                self._take(connection, Lease(
                    device=device, job=job, holder=holder, token=0, journal=self._journal, seconds=seconds
                ), after_death=after_death)
                for device in sorted(set(devices))
            )  # fmt: skip

    def renew(self, *leases: Lease) -> None:
        """Hold leases for their time again, counted from now: all of them, or none.

        Raises:
            Refused: one has ended, or somebody else has it. No step may be started under it.
            FacilityError: the journal cannot be written.
        """
        with self._database.writing() as connection:
            for lease in sorted(leases, key=lambda lease: lease.device):
                done = connection.execute(
                    LEASES.update()
                    .where(*self._ours(lease), _C.until > self._database.now)
                    .values(until=self._database.now + lease.seconds)
                )
                if done.rowcount != 1:
                    raise self._lost(connection, lease)

    def release(self, *leases: Lease) -> None:
        """Give leases back. One that is no longer ours is left as it is.

        Raises:
            FacilityError: the journal cannot be written; the leases end by themselves.
        """
        with self._database.writing() as connection:
            for lease in sorted(leases, key=lambda lease: lease.device):
                connection.execute(
                    LEASES.update().where(*self._ours(lease)).values(job="", until=self._database.now)
                )

    def held(self) -> tuple[Held, ...]:
        """What was taken and not given back, by device; some may be over.

        Raises:
            FacilityError: the journal cannot be read.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(LEASES, self._database.now.label("now")).where(_C.job != "").order_by(_C.device)
            )
            return tuple(_held(row) for row in rows)

    def _take(self, connection: sa.Connection, wanted: Lease, *, after_death: bool) -> Lease:
        free = sa.or_(_C.job == "", _C.until <= self._database.now)
        if after_death and (found := self._found(connection, wanted.device)) and is_gone(found.holder):
            free = sa.or_(free, _C.token == found.token)
        holder = wanted.holder
        values = {
            "job": wanted.job,
            "host": holder.host,
            "user": holder.user,
            "pid": holder.pid,
            "started": holder.started,
            "boot": holder.boot,
            "space": holder.space,
            "until": self._database.now + wanted.seconds,
        }
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        done = connection.execute(
            insert(LEASES)
            .values(device=wanted.device, token=1, **values)
            .on_conflict_do_update(
                index_elements=[_C.device], set_={**values, "token": _C.token + 1}, where=free
            ),
            execution_options={"preserve_rowcount": True},
        )
        if done.rowcount != 1:
            raise _refused(self._found(connection, wanted.device), wanted.device)
        token = connection.execute(sa.select(_C.token).where(_C.device == wanted.device)).scalar_one()
        return Lease(
            device=wanted.device,
            job=wanted.job,
            holder=holder,
            token=token,
            journal=self._journal,
            seconds=wanted.seconds,
        )

    def _found(self, connection: sa.Connection, device: str) -> Held | None:
        row = connection.execute(
            sa.select(LEASES, self._database.now.label("now")).where(_C.device == device, _C.job != "")
        ).one_or_none()
        return None if row is None else _held(row)

    def _ours(self, lease: Lease) -> tuple[sa.ColumnElement[bool], ...]:
        return _C.device == lease.device, _C.token == lease.token, _C.job == lease.job

    def _lost(self, connection: sa.Connection, lease: Lease) -> Refused:
        found = self._found(connection, lease.device)
        if found is None or found.token == lease.token:
            return Refused(
                f"{lease.device}: job {lease.job} held it for {lease.seconds} s and did not say in time that it goes on",
                hint=f"nothing is started there any more; find out where it stands: lw resume {lease.job}",
            )
        return _refused(found, lease.device)


def _held(row: Any) -> Held:
    return Held(
        device=row.device,
        job=row.job,
        holder=Holder(
            host=row.host, user=row.user, pid=row.pid, started=row.started, boot=row.boot, space=row.space
        ),
        token=row.token,
        until=now_text(row.until),
        left=max(0, round(row.until - row.now)),
    )


def _refused(found: Held | None, device: str) -> Refused:
    if found is None:  # it was given back while we looked
        return Refused(f"{device}: another job held it a moment ago", hint="try again")
    if is_gone(found.holder):
        return Refused(
            f"{device}: job {found.job} had it in hand when its process died ({found.holder.told})",
            hint=f"lw resume {found.job}",
        )
    until = datetime.fromisoformat(found.until).astimezone(UTC)
    return Refused(
        f"{device}: job {found.job} of {found.holder.told} works on it until {until:%H%M}Z ({found.left} s)",
        hint=f"wait for its end; if that process died: lw resume {found.job}",
    )
