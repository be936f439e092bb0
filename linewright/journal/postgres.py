"""A journal in PostgreSQL that several operators share; refused where the server may lose what it has confirmed."""

import ipaddress
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from linewright.errors import FacilityError, SettingsError
from linewright.journal.database import Database

_NOW = "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"
#: Parameters of a connection (libpq) that are secrets.
_SECRETS = {"password", "sslpassword", "oauth_client_secret"}
#: Seconds until a server that does not answer is given up; a device must not wait for a dead line to be noticed.
_CONNECT, _SILENCE = 10, 15
_CONNECTING = {
    "connect_timeout": _CONNECT,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": _SILENCE * 1000,
    "application_name": "linewright",
}


def in_postgres(url: str, password: Callable[[], str] | None = None) -> Database:
    """A journal in a PostgreSQL database; nothing is asked of the server yet.

    Args:
        url: postgresql://USER@HOST:PORT/DATABASE?NAME=VALUE, names as libpq knows them.
        password: called for each new connection; None where none is needed.

    Raises:
        SettingsError: the URL is none, or holds a secret.
        FacilityError: psycopg is not installed.
    """
    address = _address(url)
    try:
        import psycopg  # noqa: F401, PLC0415 - only sites that share a journal have it
    except ImportError as error:
        raise FacilityError(
            f"a journal in PostgreSQL needs psycopg: {error}", hint="pip install 'linewright[postgres]'"
        ) from None
    told = f"the journal {address.render_as_string()}"
    engine = sa.create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args=_CONNECTING | _encrypted(address),
        isolation_level="READ COMMITTED",
    )
    if password is not None:

        @sa.event.listens_for(engine, "do_connect")
        def give(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
            parameters["password"] = password()

    sa.event.listen(engine, "connect", lambda connection, _: _durable(connection, told))
    return Database(engine, told, _NOW)


def _address(url: str) -> sa.URL:
    hint = "journal.url is postgresql://USER@HOST/DATABASE, journal.password names its secret"
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        address = None  # its text is not repeated: it may hold a password
    if address is None or address.drivername not in {"postgresql", "postgres"} or not address.database:
        raise SettingsError("journal.url is not the address of a PostgreSQL database", hint=hint)
    if address.password is not None or _SECRETS & {name.lower() for name in address.query}:
        raise SettingsError("journal.url holds a password", hint=hint)
    return address


def _encrypted(address: sa.URL) -> dict[str, str]:
    """Over a network the server has to prove who it is, unless the URL says what is wanted instead."""
    hosts = [address.host or "", *_as_list(address.query.get("host", ()))]
    if "sslmode" in address.query or all(_here(host) for name in hosts for host in name.split(",")):
        return {}
    return {"sslmode": "verify-full"}


def _as_list(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _here(host: str) -> bool:
    """Whether it is a socket of this machine, or its loopback; a port may stand behind it."""
    name = host.partition(":")[0] if host.count(":") == 1 else host
    if name in {"", "localhost"} or name.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _durable(connection: Any, told: str) -> None:
    """Refuse a server that says "done" before it is on disk; hold this session to what it said.

    Raises:
        FacilityError: naming the setting.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit'), current_user")
        fsync, commit, user = cursor.fetchone()
        if fsync != "on" or commit == "off":
            name, value = ("fsync", fsync) if fsync != "on" else ("synchronous_commit", commit)
            remedy = (
                "set fsync = on in postgresql.conf and reload"
                if name == "fsync"
                else f"ALTER ROLE {user} SET synchronous_commit = on"
            )
            raise FacilityError(
                f"{told} is not used: its server has {name} = {value}, so a power cut loses records",
                hint=f"{remedy}; nothing is sent to a device before",
            )
        # From a list of the server's own words: a reload of its configuration does not change it for us.
        cursor.execute("SELECT set_config('synchronous_commit', %s, false)", (commit,))
        cursor.execute("SET lock_timeout = '30s'")
        cursor.execute("SET statement_timeout = '60s'")
    connection.commit()
