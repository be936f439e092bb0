"""The tables of a journal, the same in SQLite and PostgreSQL."""

import secrets

import sqlalchemy as sa

from linewright.errors import DataError

#: 1 had records only; 2 knows the journal's name and leases.
SCHEMA = 2
#: The number under which PostgreSQL lets one at a time make the tables; any will do, everybody uses this one.
_MAKING = 0x6C696E65
METADATA = sa.MetaData()
RECORDS = sa.Table(
    "records",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("time", sa.String, nullable=False),
    sa.Column("job", sa.String, nullable=False, index=True),
    sa.Column("device", sa.String, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("detail", sa.String, nullable=False),
    sa.Column("previous", sa.String, nullable=False),
    sa.Column("hash", sa.String, nullable=False, unique=True),
)
#: What the journal is: its schema, and the name it got when it was made.
ABOUT = sa.Table(
    "about",
    METADATA,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)
#: One row for each device that ever had a lease: it stays, because its token must never be given again. `job` is ""
#: when nobody holds it; `until` is Unix time by the database's clock.
LEASES = sa.Table(
    "leases",
    METADATA,
    sa.Column("device", sa.String, primary_key=True),
    sa.Column("job", sa.String, nullable=False),
    sa.Column("token", sa.BigInteger, nullable=False),
    sa.Column("host", sa.String, nullable=False),
    sa.Column("user", sa.String, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("started", sa.BigInteger, nullable=False),
    sa.Column("boot", sa.String, nullable=False),
    sa.Column("space", sa.String, nullable=False),
    sa.Column("until", sa.Double, nullable=False),
)


def prepare(connection: sa.Connection) -> str:
    """Make the tables that are not there yet; the journal's name, made with it.

    Raises:
        DataError: a newer linewright made it.
    """
    if connection.dialect.name == "postgresql":
        # Two who come first at once would both make the tables, and one would be told that they are there.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING)))
    METADATA.create_all(connection)
    found: dict[str, str] = {row.key: row.value for row in connection.execute(sa.select(ABOUT))}
    schema = found.get("schema", str(SCHEMA))
    if not schema.isdigit() or int(schema) > SCHEMA:
        raise DataError(
            f"the journal has schema {schema[:20]}, this linewright knows {SCHEMA}",
            hint="use the linewright that made it, or a newer one",
        )
    made = {"schema": str(SCHEMA), "name": secrets.token_hex(8)}
    for key in made.keys() - found.keys():
        connection.execute(ABOUT.insert().values(key=key, value=made[key]))
    return found.get("name", made["name"])
