"""What was written down here while the shared journal was away comes into it: all, once, in order, and with its origin."""

from pathlib import Path
from typing import Any

import pytest

from linewright.errors import DataError, FacilityError
from linewright.journal.journal import Journal
from linewright.journal.merging import merge, unmerged


@pytest.fixture
def local(tmp_path: Path) -> Any:
    opened = Journal(tmp_path / "journal-local.db")
    opened.append("J2", "job begun", kind="rollback")
    opened.append("J2", "arming", "r1", timer=120)
    yield opened
    opened.close()


def test_records_keep_their_time_and_say_where_they_come_from(journal: Journal, local: Journal) -> None:
    journal.append("J1", "job begun")
    assert unmerged(local, journal) == 2
    assert merge(local, journal) == 2
    assert unmerged(local, journal) == 0
    first, second = journal.entries("J2")
    assert (first.number, first.event) == (2, "job begun")
    assert first.detail == {"kind": "rollback", "merged": {"journal": local.name, "number": 1}}
    assert (second.device, second.time) == ("r1", list(local.entries())[1].time)
    assert journal.broken_at() == 0


def test_what_came_since_is_brought_and_nothing_twice(journal: Journal, local: Journal) -> None:
    assert (merge(local, journal), merge(local, journal)) == (2, 0)
    local.append("J2", "job ended")
    assert unmerged(local, journal) == 1
    assert merge(local, journal) == 1
    assert [entry.event for entry in journal.entries()] == ["job begun", "arming", "job ended"]


def test_cut_off_in_the_middle_nothing_was_brought(
    journal: Journal, local: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = journal.link, []

    def link(*words: Any, **more: Any) -> int:
        calls.append(words)
        if len(calls) == 2:
            raise FacilityError("the line was lost")
        return real(*words, **more)

    monkeypatch.setattr(journal, "link", link)
    with pytest.raises(FacilityError):
        merge(local, journal)
    assert list(journal.entries()) == []
    monkeypatch.undo()
    assert merge(local, journal) == 2


def test_an_altered_journal_is_not_brought_over(journal: Journal, local: Journal) -> None:
    with local.database.writing() as connection:
        connection.exec_driver_sql("UPDATE records SET device = 'r2' WHERE number = 2")
    with pytest.raises(DataError, match="record 2 was changed"):
        merge(local, journal)
    assert list(journal.entries()) == []
