"""Every command of a site leaves its trace in the log, and none leaves a secret or breaks on it."""

import json
import logging
from pathlib import Path

import pytest

from linewright.cli.ending import ended
from linewright.cli.root import root


@pytest.fixture
def site(tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LINEWRIGHT_LOG_LEVEL")
    description = checkout / "inventory" / "site.yaml"
    (tmp_path / "nornir.yaml").write_text(
        f"user_defined: {{linewright: {{site_id: hq, description: {description}}}}}\n"
    )
    return tmp_path


def entries(site: Path) -> list[dict]:
    file = site / ".linewright" / "log" / "linewright.log"
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_command_and_its_end(site: Path) -> None:
    assert ended(root, ["--site-folder", str(site), "snapshot"]) == 0
    first, *_, last = entries(site)
    assert first["event"] == "command"
    assert first["arguments"][-1] == "snapshot"
    assert first["site"] == "hq"
    assert (last["event"], last["exit"]) == ("ended", 0)


def test_an_error_with_its_sentence(site: Path) -> None:
    assert ended(root, ["--site-folder", str(site), "verify", "--device", "nobody"]) == 2
    [error] = [entry for entry in entries(site) if entry["event"] == "error"]
    assert (error["level"], error["kind"]) == ("error", "DataError")
    assert "no snapshot was taken yet" in error["message"]


def test_a_folder_that_is_no_site_gets_no_log(tmp_path: Path) -> None:
    ended(root, ["--site-folder", str(tmp_path), "verify"])
    assert list(tmp_path.iterdir()) == []


def test_it_can_be_switched_off(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEWRIGHT_LOG_LEVEL", "off")
    assert ended(root, ["--site-folder", str(site), "trust", "show"]) == 0
    assert not (site / ".linewright").exists()


def test_a_log_that_cannot_be_written_is_told_and_breaks_nothing(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / "full").write_text("a file where a folder is needed")
    (site / "nornir.yaml").write_text("user_defined: {linewright: {state: full}}\n")
    assert ended(root, ["--site-folder", str(site), "trust", "show"]) == 0
    said = capsys.readouterr()
    assert "Nothing is enrolled yet" in said.out
    assert said.err.startswith("Not logged: ")


def test_nothing_of_it_is_left_in_the_process(site: Path) -> None:
    before = (list(logging.getLogger().handlers), logging.getLogger("linewright").handlers[:])
    ended(root, ["--site-folder", str(site), "trust", "show"])
    after = [type(handler).__name__ for handler in logging.getLogger().handlers]
    assert "FromLibraries" not in after
    assert logging.getLogger("linewright").handlers == before[1]
