"""Every change noted for the next release is one that towncrier takes."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def draft(checkout: Path) -> str:
    command = [
        sys.executable,
        "-m",
        "towncrier",
        "build",
        "--draft",
        "--version",
        "99.0",
        "--date",
        "2026-11-24",
    ]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True).stdout


def fragments(checkout: Path) -> list[Path]:
    return [path for path in (checkout / "docs" / "changes").iterdir() if path.name != "README.md"]


def test_every_fragment_is_named_as_towncrier_wants_it(checkout: Path) -> None:
    kinds = tomllib.loads((checkout / "pyproject.toml").read_text())["tool"]["towncrier"]["type"]
    known = "|".join(kind["directory"] for kind in kinds)
    wrong = [p.name for p in fragments(checkout) if not re.fullmatch(rf"\+[a-z0-9-]+\.({known})\.md", p.name)]
    assert not wrong


def test_the_draft_holds_every_fragment_once(draft: str, checkout: Path) -> None:
    assert draft.count("## 99.0 (2026-11-24)") == 1
    for path in fragments(checkout):
        text = path.read_text().strip()
        assert text, path
        assert draft.count(text.splitlines()[0]) == 1, path


def test_the_changelog_has_the_place_where_a_release_is_put(checkout: Path) -> None:
    configured = tomllib.loads((checkout / "pyproject.toml").read_text())["tool"]["towncrier"]
    assert (checkout / configured["filename"]).read_text().count(configured["start_string"]) == 1
