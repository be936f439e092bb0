import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from linewright.errors import DataError, FacilityError
from linewright.journal import sqlite
from linewright.journal.chain import chained
from linewright.journal.journal import Journal
from linewright.journal.sqlite import durable, file_system
from linewright.journal.state import Applied, State
from linewright.model.observation import Observation


def test_records_come_back_in_order_and_by_job(journal: Journal) -> None:
    journal.append("J1", "job begun", devices=["a"])
    journal.append("J1", "arming", "a", timer=120)
    journal.append("J2", "job begun", text="ü \x00 \u2028")
    assert [(e.event, e.device, e.detail) for e in journal.entries("J1")] == [
        ("job begun", "", {"devices": ["a"]}),
        ("arming", "a", {"timer": 120}),
    ]
    assert [e.number for e in journal.entries()] == [1, 2, 3]
    assert next(iter(journal.entries("J2"))).detail == {"text": "ü \x00 \u2028"}
    assert journal.broken_at() == 0


@pytest.mark.parametrize(
    ("tamper", "broken", "why"),
    [
        ("UPDATE records SET event = 'confirmed' WHERE number = 2", 2, "record 2 was changed"),
        ("UPDATE records SET detail = '{}' WHERE number = 2", 2, "record 2 was changed"),
        ("DELETE FROM records WHERE number = 2", 3, "record 2 is missing"),
        ("DELETE FROM records WHERE number IN (1, 2)", 3, "records 1 to 2 are missing"),
        ("UPDATE records SET number = number - 1 WHERE number > 2", 2, "record 2 does not follow record 1"),
    ],
)
def test_a_changed_or_missing_record_breaks_the_chain(
    journal: Journal, tamper: str, broken: int, why: str
) -> None:
    for number in range(4):
        journal.append("J1", "step", "a", number=number)
    with journal.database.writing() as connection:
        if "number - 1" in tamper:
            connection.exec_driver_sql("DELETE FROM records WHERE number = 2")
        connection.exec_driver_sql(tamper)
    assert journal.broken_at() == broken
    assert journal.walked().why.startswith(why)
    assert journal.walked().good == (0 if broken == 3 and "1, 2" in tamper else 1)


def test_a_record_that_was_rewritten_with_its_hash_is_told_by_the_next(journal: Journal) -> None:
    for number in range(4):
        journal.append("J1", "step", "a", number=number)
    with journal.database.writing() as connection:
        row = connection.exec_driver_sql("SELECT * FROM records WHERE number = 2").one()
        own = chained(row.previous, (row.time, row.job, row.device, "confirmed", row.detail))
        connection.exec_driver_sql(f"UPDATE records SET event = 'confirmed', hash = '{own}' WHERE number = 2")
    assert journal.walked().why == "record 3 does not follow record 2: one of them was written anew"


_WRITER = """
import sys
from pathlib import Path
from linewright.journal.journal import Journal
from linewright.journal.postgres import in_postgres

where = sys.argv[1]
journal = Journal(in_postgres(where) if where.startswith("postgresql:") else Path(where))
for number in range(20):
    journal.append("J1", "step", sys.argv[2], number=number)
journal.close()
"""


def test_many_writers_leave_one_chain(place: Any) -> None:
    """Two threads on each of two journals, and two processes; the first of all of them makes the tables."""
    processes = [subprocess.Popen([sys.executable, "-c", _WRITER, place.name, f"p{i}"]) for i in range(2)]
    journals = [place.open() for _ in range(2)]

    def write(journal: Journal, who: str) -> None:
        for number in range(20):
            journal.append("J1", "step", who, number=number)

    threads = [threading.Thread(target=write, args=(journals[i % 2], f"t{i}")) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait(120) for process in processes] == [0, 0]
    entries = list(journals[0].entries())
    assert [entry.number for entry in entries] == list(range(1, 121))
    for who in {entry.device for entry in entries}:
        assert [e.detail["number"] for e in entries if e.device == who] == list(range(20))
    assert journals[0].broken_at() == 0
    assert len({journal.name for journal in journals}) == 1
    for journal in journals:
        journal.close()


def test_a_journal_keeps_its_name_and_no_other_has_it(place: Any, tmp_path: Path) -> None:
    first, second = place.open(), place.open()
    other = Journal(tmp_path / "other.db")
    assert first.name == second.name != other.name
    for journal in (first, second, other):
        journal.close()


def test_a_journal_of_a_newer_linewright_is_refused(place: Any) -> None:
    journal = place.open()
    with journal.database.writing() as connection:
        connection.exec_driver_sql("UPDATE about SET value = '3' WHERE key = 'schema'")
    journal.close()
    with pytest.raises(DataError, match="schema 3"):
        place.open()


def test_a_journal_of_the_first_schema_is_taken_up(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    journal.append("J1", "job begun")
    journal.close()
    with sqlite3.connect(tmp_path / "journal.db") as raw:
        raw.execute("DROP TABLE about")
        raw.execute("DROP TABLE leases")
    raw.close()
    again = Journal(tmp_path / "journal.db")
    again.append("J1", "job ended")
    assert (again.broken_at(), len(list(again.entries())), len(again.name)) == (0, 2, 16)
    again.close()


def test_who_reads_keeps_no_writer_waiting(journal: Journal) -> None:
    for _ in range(3):
        journal.append("J1", "step")
    for entry in journal.entries():
        if entry.number < 3:
            journal.append("J1", "while it is read")
    assert journal.broken_at() == 0


def test_durability_is_full_and_write_ahead(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    with journal.database._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    journal.close()


def test_a_journal_where_sqlite_cannot_write_ahead_is_refused(tmp_path: Path) -> None:
    # This way of locking has no shared memory, as file systems of a network have none.
    raw = sqlite3.connect(f"file:{tmp_path}/journal.db?vfs=unix-dotfile", uri=True)
    with pytest.raises(FacilityError, match=r"does not write ahead there \(journal_mode delete"):
        durable(raw, "the journal")
    raw.close()


def test_a_full_disk_is_told_and_leaves_the_chain_whole(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    journal.append("J1", "job begun")
    with journal.database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(FacilityError, match="cannot be written: database or disk is full") as told:
        journal.append("J1", "arming", "a", text="x" * 100_000)
    assert told.value.hint == "nothing more is sent to a device without it"
    journal.append("J1", "job ended")
    assert ([entry.event for entry in journal.entries()], journal.broken_at()) == (
        ["job begun", "job ended"],
        0,
    )
    journal.close()


_MOUNTS = """\
21 1 8:1 / / rw - ext4 /dev/sda1 rw
30 21 0:40 / /srv/sites rw - nfs4 noc:/sites rw
31 30 0:41 / /srv/sites/local\\040disk rw - xfs /dev/sdb rw
32 21 0:42 / /mnt rw shared:7 - ext4 /dev/sdc rw
33 21 0:43 / /mnt rw shared:8 master:1 - cifs //noc/share rw
malformed
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/x", "ext4"),
        ("/srv/sites/hq/.linewright", "nfs4"),
        ("/srv/sites-old", "ext4"),
        ("/srv/sites/local disk/hq", "xfs"),
        ("/mnt", "cifs"),
    ],
)
def test_the_file_system_is_the_one_mounted_nearest(tmp_path: Path, folder: str, kind: str) -> None:
    (tmp_path / "mountinfo").write_text(_MOUNTS)
    assert file_system(Path(folder), tmp_path / "mountinfo") == kind
    assert file_system(Path(folder), tmp_path / "none") == ""


def test_a_journal_on_a_share_is_refused_before_anything_lies_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "file_system", lambda _: "nfs4")
    with pytest.raises(FacilityError, match=r"share \(nfs4\)") as told:
        Journal(tmp_path / "state" / "journal.db")
    assert "PostgreSQL" in told.value.hint
    assert list((tmp_path / "state").iterdir()) == []


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


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_a_file_that_was_removed_or_replaced_takes_no_record_more(tmp_path: Path, how: str) -> None:
    """SQLite itself goes on writing into the file that nobody finds any more, and says that all is well."""
    path = tmp_path / "journal.db"
    journal = Journal(path)
    journal.append("J1", "job begun")
    lease = journal.leases.take("r1", "J1", seconds=600)
    kept = path.rename(tmp_path / "kept.db")
    if how == "replaced":
        path.write_bytes(kept.read_bytes())
    with pytest.raises(FacilityError, match="removed or replaced"):
        journal.append("J1", "arming", "r1")
    with pytest.raises(FacilityError, match="removed or replaced"):
        journal.leases.renew(lease)
    with pytest.raises(FacilityError, match="removed or replaced"):
        list(journal.entries())
    kept.rename(path)
    journal.append("J1", "arming", "r1")
    assert [entry.event for entry in journal.entries()] == ["job begun", "arming"]
    journal.close()
