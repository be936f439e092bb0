"""A journal in a real PostgreSQL: refused where it may lose records, told when its line is lost, secrets kept."""

import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linewright.errors import FacilityError, Refused, SettingsError
from linewright.journal import postgres
from linewright.journal.journal import Journal
from linewright.journal.merging import merge
from linewright.journal.opening import Keeping, site_journal
from linewright.journal.postgres import in_postgres

PASSWORD = "Kilo-Papa-77-secret"
real = pytest.mark.postgres


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@real
def test_a_server_that_does_not_wait_for_its_disk_is_refused_by_the_settings_name(cluster: Any) -> None:
    url = cluster.url(cluster.schema())
    cluster.sql("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    try:
        until(lambda: cluster.sql("SHOW fsync") == "off")
        with pytest.raises(FacilityError, match="fsync = off, so a power cut loses records") as told:
            Journal(in_postgres(url))
        assert "fsync = on in postgresql.conf" in told.value.hint
    finally:
        cluster.sql("ALTER SYSTEM RESET fsync", "SELECT pg_reload_conf()")
        until(lambda: cluster.sql("SHOW fsync") == "on")
    journal = Journal(in_postgres(url))
    journal.append("J1", "job begun")
    journal.close()


@real
@pytest.mark.parametrize(("value", "good"), [("off", False), ("local", True), ("remote_write", True)])
def test_a_session_that_does_not_wait_for_the_commit_is_refused(cluster: Any, value: str, good: bool) -> None:
    role = f"hasty_{value}"
    schema = cluster.schema()
    cluster.sql(
        f"DROP ROLE IF EXISTS {role}",
        f"CREATE ROLE {role} LOGIN",
        f"ALTER ROLE {role} SET synchronous_commit = {value}",
        f"GRANT ALL ON SCHEMA {schema} TO {role}",
    )
    if good:
        Journal(in_postgres(cluster.url(schema, role))).close()
        return
    with pytest.raises(FacilityError, match="synchronous_commit = off") as told:
        Journal(in_postgres(cluster.url(schema, role)))
    assert f"ALTER ROLE {role} SET synchronous_commit = on" in told.value.hint


@real
def test_a_line_lost_in_the_middle_of_a_job_is_told_and_the_next_record_goes_on(cluster: Any) -> None:
    schema = cluster.schema()
    journal = Journal(in_postgres(cluster.url(schema)))
    journal.append("J1", "job begun")
    lease = journal.leases.take("r1", "J1", seconds=600)
    lost = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    for act in (
        lambda: journal.append("J1", "arming", "r1"),
        lambda: journal.leases.renew(lease),
        lambda: list(journal.entries()),
    ):
        assert cluster.sql(f"{lost} AND application_name = 'linewright'") == 1
        with pytest.raises(FacilityError, match="the journal postgresql://linewright@"):
            act()
        act()
    assert [entry.event for entry in journal.entries()] == ["job begun", "arming"]
    assert journal.broken_at() == 0
    journal.close()


@real
def test_a_password_is_given_and_never_told(cluster: Any, caplog: pytest.LogCaptureFixture) -> None:
    schema = cluster.schema()
    cluster.sql(
        "DROP ROLE IF EXISTS secretive",
        f"CREATE ROLE secretive LOGIN PASSWORD '{PASSWORD}'",
        f"GRANT ALL ON SCHEMA {schema} TO secretive",
    )
    url = cluster.url(schema, "secretive")
    journal = Journal(in_postgres(url, lambda: PASSWORD))
    journal.append("J1", "job begun")
    assert PASSWORD not in repr(journal.database._engine) + journal.told
    journal.close()
    for password in (None, lambda: f"{PASSWORD}x"):
        with pytest.raises(FacilityError, match="cannot be opened") as told:
            Journal(in_postgres(url, password))
        assert PASSWORD not in "".join(traceback.format_exception(told.value))
        assert PASSWORD not in repr(told.value)
    assert PASSWORD not in caplog.text
    cluster.sql(f"DROP SCHEMA {schema} CASCADE")


@real
def test_an_account_that_can_change_no_record_is_enough(cluster: Any, tmp_path: Path) -> None:
    schema = cluster.schema()
    Journal(in_postgres(cluster.url(schema))).close()
    cluster.sql(
        "DROP ROLE IF EXISTS humble",
        "CREATE ROLE humble LOGIN",
        f"GRANT USAGE ON SCHEMA {schema} TO humble",
        f"GRANT SELECT, INSERT ON {schema}.records TO humble",
        f"GRANT SELECT, INSERT, UPDATE ON {schema}.leases TO humble",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.about TO humble",
    )
    local = Journal(tmp_path / "local.db")
    local.append("J1", "job begun")
    journal = Journal(in_postgres(cluster.url(schema, "humble")))
    journal.append("J1", "job begun")
    lease = journal.leases.take("r1", "J1", seconds=600)
    journal.leases.renew(lease)
    journal.leases.release(lease)
    assert merge(local, journal) == 1
    with pytest.raises(FacilityError, match="permission denied"), journal.database.writing() as connection:
        connection.exec_driver_sql("UPDATE records SET event = 'x'")
    journal.close()
    local.close()
    cluster.sql(f"DROP SCHEMA {schema} CASCADE")


@real
def test_the_site_s_settings_lead_to_it(cluster: Any, tmp_path: Any) -> None:
    keeping = Keeping(url=cluster.url(cluster.schema()))
    journal = site_journal(tmp_path, keeping)
    journal.append("J1", "job begun")
    journal.append("J1", "job ended")
    assert not (tmp_path / "journal.db").exists()
    assert [path.name.split(".")[0] for path in (tmp_path / "heads").iterdir()] == [journal.name] * 2
    journal.close()


@real
def test_two_who_want_the_same_devices_in_another_order_do_not_wait_for_each_other(cluster: Any) -> None:
    url = cluster.url(cluster.schema())
    devices = [f"r{number}" for number in range(8)]
    said: list[object] = []

    def want(job: str, order: list[str]) -> None:
        journal = Journal(in_postgres(url))
        for _ in range(30):
            try:
                journal.leases.release(*journal.leases.take_all(order, job, seconds=600))
            except Refused:
                continue
            except FacilityError as error:  # a deadlock, which PostgreSQL ends for one of the two
                said.append(error)
        journal.close()

    threads = [
        threading.Thread(target=want, args=(job, order))
        for job, order in (("J1", devices), ("J2", devices[::-1]))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == []


def test_a_server_that_is_not_there_is_told(tmp_path: Any) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(FacilityError, match=r"the journal postgresql:///j\S* cannot be opened") as told:
        Journal(in_postgres(f"postgresql:///j?host={tmp_path}"))
    assert "nothing more is sent" in told.value.hint


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://lw:{PASSWORD}@noc/journal",
        f"postgresql://noc/journal?password={PASSWORD}",
        f"postgresql://noc/journal?PASSWORD={PASSWORD}",
        f"postgresql://noc/journal?sslpassword={PASSWORD}",
        f"mysql://lw:{PASSWORD}@noc/journal",
        f"postgresql://lw:{PASSWORD}@noc:port/journal",
        f"lw:{PASSWORD}@noc",
        "postgresql://noc",
        "sqlite:///journal.db",
        "\x00",
    ],
)
def test_an_address_that_is_none_or_holds_a_password_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsError) as told:
        in_postgres(url)
    assert PASSWORD not in f"{told.value.message} {told.value.hint}"
    assert "journal.password names its secret" in told.value.hint


def test_without_psycopg_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(FacilityError, match="needs psycopg") as told:
        in_postgres("postgresql:///journal")
    assert told.value.hint == "pip install 'linewright[postgres]'"


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgresql://noc/journal", "verify-full"),
        ("postgresql://10.0.0.5:5432/journal", "verify-full"),
        ("postgresql:///journal?host=noc1,noc2", "verify-full"),
        ("postgresql:///journal?host=/run/postgresql&host=noc2", "verify-full"),
        ("postgresql://[2001:db8::5]/journal", "verify-full"),
        ("postgresql://noc/journal?sslmode=require", None),
        ("postgresql:///journal", None),
        ("postgresql://localhost/journal", None),
        ("postgresql://127.0.0.1/journal", None),
        ("postgresql://[::1]/journal", None),
        ("postgresql:///journal?host=/run/postgresql", None),
        ("postgresql:///journal?host=localhost:5433", None),
    ],
)
def test_over_a_network_the_server_has_to_prove_who_it_is(url: str, mode: str | None) -> None:
    assert postgres._encrypted(postgres._address(url)).get("sslmode") == mode
