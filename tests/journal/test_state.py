"""What lies in the state folder may be damaged: it is told by name, and a new snapshot can always be taken."""

from pathlib import Path
from typing import Any

import pytest

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.errors import DataError
from linewright.journal.backups import Backups
from linewright.journal.state import State
from linewright.operate.compliance import aetested, looking
from linewright.operate.documenting import _former
from linewright.operate.founding import found_site
from linewright.operate.founding_texts import Answers

DAMAGES = [b"\xff\xfe", b"", b"[" * 200_000, b'{"device":"\xff"}', b"null", b"{}", b'"\\ud800"', b"\x00" * 10]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_record_is_told_by_its_name(tmp_path: Path, damage: bytes) -> None:
    state = State(tmp_path)
    for room, read in (("seen", state.seen), ("applied", state.applied), ("kept", state.kept)):
        (tmp_path / room).mkdir()
        (tmp_path / room / "r1.json").write_bytes(damage)
        with pytest.raises(DataError, match=f"{room}/r1.json"):
            read("r1")
    for name, reads in (
        ("r1.json", lambda: looking.from_files(tmp_path, ["r1"])),
        ("verdicts", lambda: aetested.read(tmp_path / "verdicts")),
        ("r1.json", lambda: Backups(tmp_path).manifest("r1")),
    ):
        (tmp_path / name).write_bytes(damage)
        with pytest.raises(DataError, match=name):
            reads()
    assert Backups(tmp_path).devices() == ()


@pytest.mark.parametrize("damage", [*DAMAGES, None])
def test_a_damaged_note_of_documents_means_that_all_are_built(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / ".documents"
    path.mkdir() if damage is None else path.write_bytes(damage)
    assert _former(tmp_path).made == {}


@pytest.mark.parametrize("damage", [b"\xff", b"", b"../../x\n", b"9C41-77D0\n", b"x" * 10_000, None])
def test_a_new_snapshot_is_taken_whatever_the_note_of_the_newest_holds(
    tmp_path: Path, damage: bytes | None, capsys: Any
) -> None:
    site = tmp_path / "site"
    found_site(site, Answers())
    assert ended(root, ["--site-folder", str(site), "snapshot"]) == 0
    latest = site / ".linewright" / "snapshots" / "latest"
    latest.write_bytes(damage) if damage is not None else latest.write_bytes(b"9C41\n9C41")
    assert ended(root, ["--site-folder", str(site), "docs", "build", "--into", str(tmp_path / "d")]) == 2
    assert "lw snapshot" in capsys.readouterr().err
    assert ended(root, ["--site-folder", str(site), "snapshot"]) == 0
    assert ended(root, ["--site-folder", str(site), "docs", "build", "--into", str(tmp_path / "d")]) == 0


@pytest.mark.parametrize("command", [["snapshot"], ["docs", "build"], ["drift"], ["collect"], ["doctor"]])
def test_a_state_folder_that_is_a_file_is_told(tmp_path: Path, command: list[str], capsys: Any) -> None:
    site = tmp_path / "site"
    found_site(site, Answers())
    (tmp_path / "file").write_text("x")
    settings = site / "nornir.yaml"
    settings.write_text(
        settings.read_text().replace("linewright:\n", f"linewright:\n    state: {tmp_path / 'file'}\n", 1)
    )
    assert f"state: {tmp_path / 'file'}" in settings.read_text()
    assert ended(root, ["--site-folder", str(site), *command]) in {1, 2, 4}
    said = capsys.readouterr()
    assert "FAULT" not in said.err + said.out
    assert str(tmp_path / "file") in said.err + said.out
