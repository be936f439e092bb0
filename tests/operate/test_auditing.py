"""`lw status --audit`: what is said of a journal, of the one kept beside it, and what is not signed."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.operate.auditing import audit, told
from linewright.operate.workplace import Workplace, workplace


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (site / "nornir.yaml").write_text(
        f"user_defined: {{linewright: {{journal: {{heads: ['{tmp_path}/elsewhere']}}}}}}\n"
    )
    made = workplace(site)
    journal = made.state.journal()
    for event in ("job begun", "job ended", "job begun"):
        journal.append("J1", event)
    journal.close()
    return made


def said(place: Workplace) -> list[str]:
    return list(told(audit(place)))


def test_it_says_up_to_where_it_is_certain_and_then_signs_the_rest(place: Workplace) -> None:
    (line,) = said(place)
    assert line.startswith("Certain up to record 2 of ")
    assert ", 1 record since: the journal " in line
    assert said(place)[0].startswith("Certain up to record 3 of ")


def test_what_was_altered_is_told_first_and_never_signed(
    place: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = sqlite3.connect(place.state.folder / "journal.db")
    raw.execute("DELETE FROM records WHERE number > 1")
    raw.commit()
    raw.close()
    heads = sorted(path.name for path in place.settings.path(place.settings.journal.heads[0]).iterdir())
    for form in ("text", "json"):
        site = place.settings.root
        assert ended(root, ["--site-folder", site, "status", "--audit", "--format", form]) == 1
        out = capsys.readouterr().out
        assert "vouches for record 2 of" in out
        if form == "json":
            assert json.loads(out)["audit"]["certain"] == 0
        else:
            assert out.startswith("ALTERED: the journal ")
            assert "Certain of nothing yet (1 record)" in out
    assert heads == sorted(p.name for p in place.settings.path(place.settings.journal.heads[0]).iterdir())


def test_without_a_folder_elsewhere_it_says_how_little_that_is(tmp_path: Path, capsys: Any) -> None:
    made = workplace(tmp_path)
    journal = made.state.journal()
    journal.append("J1", "job ended")
    journal.close()
    assert ended(root, ["--site-folder", str(tmp_path), "status", "--audit"]) == 0
    assert "only heads beside the journal say so: name folders elsewhere" in capsys.readouterr().out


def test_a_journal_kept_meanwhile_is_told_until_it_was_brought_over(place: Workplace, capsys: Any) -> None:
    local = place.state.local_journal(make=True)
    assert local is not None
    local.append("J2", "job begun")
    local.append("J2", "job ended")
    local.close()
    lines = said(place)
    assert "the journal kept here while the shared one was away" in lines[1]
    assert lines[2] == "  2 of its records are not in the shared journal yet: lw status --audit --merge"
    assert ended(root, ["--site-folder", place.settings.root, "status", "--audit", "--merge"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Brought over what was kept here: 2 records.\n")
    assert "not in the shared" not in out
    assert "another journal" not in out
    assert ended(root, ["--site-folder", place.settings.root, "status", "--merge"]) == 2
