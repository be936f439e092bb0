"""Records of a journal that was kept here while the shared one was away, brought into the shared one.

They keep their time and become records of the shared chain; each says where it comes from. How far a local journal was
brought over is written in the same transaction as its records: done twice, or cut off in the middle, nothing is there
twice and nothing is lost. The local file stays as it is: it is the original, with its own chain and heads.
"""

import sqlalchemy as sa

from linewright.errors import DataError
from linewright.journal.journal import Journal
from linewright.journal.tables import ABOUT, RECORDS


def unmerged(local: Journal, shared: Journal) -> int:
    """How many records of a local journal the shared one does not hold.

    Raises:
        FacilityError: one of them cannot be read.
    """
    with shared.database.reading() as connection:
        done = _done(connection, local)
    with local.database.reading() as connection:
        return int(
            connection.execute(
                sa.select(sa.func.count()).select_from(RECORDS).where(RECORDS.c.number > done)
            ).scalar_one()
        )


def merge(local: Journal, shared: Journal) -> int:
    """Bring what is missing of a local journal into the shared one, in order; how many records that were.

    Raises:
        FacilityError: one of them cannot be read or written; nothing was brought over.
        DataError: the local journal's chain is broken: a person has to look at it first.
    """
    walked = local.walked()
    if walked.broken:
        raise DataError(
            f"{local.told} was altered: {walked.why}",
            hint="lw status --audit; nothing of it was brought over",
        )
    with shared.database.writing() as connection:
        connection.execute(sa.select(ABOUT).where(ABOUT.c.key == "name").with_for_update())
        done = last = _done(connection, local)
        for entry in local.entries():
            if entry.number <= done:
                continue
            origin = {"journal": local.name, "number": entry.number}
            shared.link(
                connection,
                entry.time,
                entry.job,
                entry.event,
                device=entry.device,
                detail=entry.detail | {"merged": origin},
            )
            last = entry.number
        if last > done:
            key = _key(local)
            connection.execute(ABOUT.delete().where(ABOUT.c.key == key))
            connection.execute(ABOUT.insert().values(key=key, value=str(last)))
    if last > done:
        shared.keep_head()
    return last - done


def _done(connection: sa.Connection, local: Journal) -> int:
    """The number of the last record that was brought over."""
    value = connection.execute(sa.select(ABOUT.c.value).where(ABOUT.c.key == _key(local))).scalar()
    return int(value) if value else 0


def _key(local: Journal) -> str:
    return f"merged {local.name}"
