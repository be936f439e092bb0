import os
import sqlite3
import threading
from pathlib import Path

import pytest

from linewright.errors import DataError, FacilityError
from linewright.journal.journal import Journal
from linewright.journal.state import Applied, State
from linewright.model.observation import Observation


def test_records_come_back_in_order_and_by_job(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    journal.append("J1", "job begun", devices=["a"])
    journal.append("J1", "arming", "a", timer=120)
    journal.append("J2", "job begun")
    assert [(e.event, e.device, e.detail) for e in journal.entries("J1")] == [
        ("job begun", "", {"devices": ["a"]}),
        ("arming", "a", {"timer": 120}),
    ]
    assert [e.number for e in journal.entries()] == [1, 2, 3]
    assert journal.broken_at() == 0
    journal.close()


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE records SET event = 'confirmed' WHERE number = 2",
        "UPDATE records SET detail = '{}' WHERE number = 2",
        "DELETE FROM records WHERE number = 2",
    ],
)
def test_a_changed_or_missing_record_breaks_the_chain(tmp_path: Path, tamper: str) -> None:
    journal = Journal(tmp_path / "journal.db")
    for number in range(4):
        journal.append("J1", "step", "a", number=number)
    journal.close()
    with sqlite3.connect(tmp_path / "journal.db") as raw:
        raw.execute(tamper)
    raw.close()
    reopened = Journal(tmp_path / "journal.db")
    assert reopened.broken_at() in (2, 3)
    reopened.close()


def test_many_writers_leave_one_chain(tmp_path: Path) -> None:
    journals = [Journal(tmp_path / "journal.db") for _ in range(2)]

    def write(journal: Journal, who: str) -> None:
        for number in range(20):
            journal.append("J1", "step", who, number=number)

    threads = [threading.Thread(target=write, args=(journals[i % 2], f"d{i}")) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(journals[0].entries())) == 80
    assert journals[0].broken_at() == 0
    for journal in journals:
        journal.close()


def test_durability_is_full_and_write_ahead(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    with journal._database._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    journal.close()


def test_a_journal_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"not a database, but long enough to be read as one" * 20)
    with pytest.raises(FacilityError, match=r"journal\.db"):
        Journal(tmp_path / "journal.db")


@pytest.mark.parametrize("name", ["sw1", "../../etc/passwd", "a/b", "a b", "..", "CON", "ü"])
def test_state_of_any_device_name_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    state = State(tmp_path / "state")
    applied = Applied(
        device=name,
        intended="hostname x\n",
        snapshot="0" * 64,
        change="7F3A-91C2",
        when="2026-11-24T03:02:00Z",
    )
    state.note_applied(applied)
    assert state.applied(name) == applied
    assert {path.parent for path in (tmp_path / "state").rglob("*") if path.is_file()} == {
        tmp_path / "state" / "applied"
    }
    assert state.applied("another") is None


def test_what_was_seen_is_private_and_comes_back(tmp_path: Path) -> None:
    state = State(tmp_path)
    seen = Observation(device="sw1", platform="eos", seen="2026-11-24T03:02:00Z", running="hostname sw1\n")
    state.note_seen(seen)
    assert state.seen("sw1") == seen
    assert (tmp_path / "seen" / "sw1.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", [b'{"device": "sw1"', b'{"device": "\xff"}', b"", b"[]"])
def test_a_damaged_record_is_named(tmp_path: Path, damage: bytes) -> None:
    state = State(tmp_path)
    (tmp_path / "applied").mkdir()
    (tmp_path / "applied" / "sw1.json").write_bytes(damage)
    with pytest.raises(DataError, match=r"sw1\.json"):
        state.applied("sw1")


@pytest.mark.parametrize("code", ["../../x", "", "9C41/77D0", "9C41-77D0-1"])
def test_a_code_is_never_a_path(tmp_path: Path, code: str) -> None:
    with pytest.raises(DataError):
        State(tmp_path).snapshot_path(code)


def test_the_journal_is_its_owners_alone(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        journal = State(tmp_path / "state").journal()
        journal.append("J1", "job begun")
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "state").iterdir()}
        journal.close()
    finally:
        os.umask(mask)
    assert modes["journal.db"] == 0o600
    assert set(modes.values()) == {0o600}, modes
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


def test_what_was_applied_and_seen_lies_in_folders_of_the_owner(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.note_applied(Applied(device="a", intended="", snapshot="", change="", when=""))
    state.note_seen(Observation(device="a", platform="eos", seen=""))
    for folder in (tmp_path / "state", tmp_path / "state" / "applied", tmp_path / "state" / "seen"):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_journal_where_no_file_can_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(FacilityError, match="state"):
        State(tmp_path / "state").journal()


def test_a_journal_that_cannot_be_read_any_more_is_named(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    journal.append("J1", "job begun")
    with sqlite3.connect(tmp_path / "journal.db") as raw:
        raw.execute("DROP TABLE records")
    raw.close()
    with pytest.raises(FacilityError, match=r"journal\.db"):
        list(journal.entries())
    journal.close()


def test_a_record_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "applied" / "sw1.json").mkdir(parents=True)
    with pytest.raises(DataError, match=r"sw1\.json"):
        State(tmp_path).applied("sw1")
