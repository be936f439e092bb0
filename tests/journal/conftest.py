"""Journals of both kinds; a PostgreSQL of its own for the tests of one worker: sockets only, fsync on."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
import pytest

from linewright.journal.journal import Journal
from linewright.journal.postgres import in_postgres
from linewright.lab.netbox import facilities, processes
from linewright.lab.netbox.postgres import free_shared_memory
from linewright.lab.netbox.state import new_state


class Cluster(NamedTuple):
    """A PostgreSQL server; `host` is the folder of its socket."""

    host: str

    def url(self, schema: str = "public", user: str = "linewright") -> str:
        return f"postgresql://{user}@/postgres?host={self.host}&options=-csearch_path%3D{schema}"

    def sql(self, *statements: str) -> Any:
        """Run statements, each by itself; the first column of the last one's first row."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            for statement in statements:
                done = connection.execute(statement)
            row = done.fetchone() if done.description else None
            return row and row[0]

    def schema(self) -> str:
        """A new, empty schema: what a database of its own is to a journal, without the seven megabytes."""
        name = f"j{uuid4().hex[:12]}"
        self.sql(f"CREATE SCHEMA {name}")
        return name


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    state = new_state("", ())
    programs = facilities.postgres_folder()
    state = type(state)(**{
        **{name: getattr(state, name) for name in state.__struct_fields__},
        "programs": (str((programs / "postgres").resolve()),),
    })  # fmt: skip
    account = facilities._account()
    runtime = Path(state.runtime)
    home, data = runtime / "pg", runtime / "pg" / "data"
    runtime.mkdir(mode=0o711)
    home.mkdir(mode=0o700)
    if account is not None:
        shutil.chown(home, account.uid, account.gid)
    log = runtime / "log"
    try:
        words = ("--pgdata", data, "--username", "linewright", "--auth", "trust", "--encoding", "UTF8")
        processes.run(
            state,
            [programs / "initdb", *words, "--locale", "C", "--no-sync", "--no-instructions"],
            log=log, what="making a database cluster", account=account, folder=home,
        )  # fmt: skip
        (data / "pg_hba.conf").write_text("local all secretive scram-sha-256\nlocal all all trust\n")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(home),
            "unix_socket_permissions": "0700",
            "dynamic_shared_memory_type": "mmap",
            "shared_buffers": "32MB",
            "max_connections": "40",
        }
        server = processes.start(
            state,
            [programs / "postgres", "-D", data, *(w for k, v in settings.items() for w in ("-c", f"{k}={v}"))],
            log=log, account=account, folder=home,
        )  # fmt: skip
        found = Cluster(str(home))

        def answers() -> bool:
            with socket.socket(socket.AF_UNIX) as client:
                if client.connect_ex(str(home / ".s.PGSQL.5432")):
                    return False
            try:
                return found.sql("SELECT 1") == 1
            except psycopg.OperationalError:
                return False

        processes.wait_until(answers, server, what="PostgreSQL", log=log, seconds=120)
        yield found
    finally:
        processes.stop(state, patience=60)
        free_shared_memory(state)
        shutil.rmtree(runtime, ignore_errors=True)


class Place(NamedTuple):
    """Where a journal is; `name` is the file's path, or the URL."""

    name: str

    def open(self) -> Journal:
        if self.name.startswith("postgresql:"):
            return Journal(in_postgres(self.name))
        return Journal(Path(self.name))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A journal's place, once of each kind; nothing is there yet."""
    if request.param == "sqlite":
        return Place(str(tmp_path / "journal.db"))
    cluster: Cluster = request.getfixturevalue("cluster")
    return Place(cluster.url(cluster.schema()))


@pytest.fixture
def journal(place: Place) -> Iterator[Journal]:
    """A journal, once of each kind."""
    opened = place.open()
    yield opened
    opened.close()
