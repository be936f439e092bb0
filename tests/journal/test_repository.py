"""Files are committed byte for byte, whatever a person's git would make of them, and nothing else is."""

import os
import subprocess
from pathlib import Path

import pytest

from linewright.journal.repository import Repository

SEALED = b"age-encryption.org/v1\n" + bytes(range(256)) * 4 + b"x\r\ny\r\n$Id$\n"


def git(folder: Path, *words: str) -> bytes:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b", *words]
    return subprocess.run(command, capture_output=True, check=True, env=environment).stdout


@pytest.fixture
def top(tmp_path: Path) -> Path:
    top = tmp_path / "a site"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    return top


def kept(top: Path, name: str = "r1.cfg.age", data: bytes = SEALED) -> Path:
    path = top / "backups" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def commit(top: Path, *paths: Path) -> str:
    return Repository(top / "backups").commit(paths, "Backup of 1 device\n\nr1\n")


@pytest.mark.parametrize(
    "attributes",
    ["* text", "* text=auto eol=lf", "* text eol=crlf", "* filter=worse", "* ident", "*.age text working-tree-encoding=UTF-16"],
)  # fmt: skip
@pytest.mark.parametrize("autocrlf", ["false", "true", "input"])
def test_what_is_committed_is_what_lies_there(top: Path, attributes: str, autocrlf: str) -> None:
    (top / ".gitattributes").write_text(f"{attributes}\n")
    git(top, "config", "core.autocrlf", autocrlf)
    git(top, "config", "filter.worse.clean", f"sh -c 'touch {top.parent}/ran; tr a-z A-Z'")
    path = kept(top)
    assert commit(top, path)
    assert git(top, "show", "HEAD:backups/r1.cfg.age") == SEALED
    assert path.read_bytes() == SEALED
    assert commit(top, path) == ""
    assert not (top.parent / "ran").exists()


def test_a_first_commit_a_change_and_a_removal(top: Path) -> None:
    one, other = kept(top), kept(top, "r1.view", b"hostname r1\n")
    first = commit(top, one, other)
    kept(top, "r1.view", b"hostname r2\n")
    one.unlink()
    second = commit(top, one, other)
    assert second not in {"", first}
    assert git(top, "log", "-1", "--format=%B").decode() == "Backup of 1 device\n\nr1\n\n"
    assert git(top, "show", "--name-status", "--format=").decode().splitlines() == [
        "D\tbackups/r1.cfg.age",
        "M\tbackups/r1.view",
    ]
    assert git(top, "status", "--porcelain") == b""


def test_what_is_staged_stays_staged_and_is_not_committed(top: Path) -> None:
    (top / "mine").write_text("one")
    git(top, "add", "mine")
    git(top, "commit", "-q", "-m", "mine")
    (top / "mine").write_text("two")
    (top / "new").write_text("new")
    git(top, "add", "mine", "new")
    (top / "mine").write_text("three")
    assert commit(top, kept(top))
    assert git(top, "show", "--name-only", "--format=").split() == [b"backups/r1.cfg.age"]
    assert git(top, "status", "--porcelain").decode().splitlines() == ["MM mine", "A  new"]
    assert git(top, "show", ":mine") == b"two"


def test_a_link_in_the_place_of_a_file_is_not_followed(top: Path) -> None:
    (top.parent / "elsewhere").write_text("not for git")
    path = kept(top)
    commit(top, path)
    path.unlink()
    path.symlink_to(top.parent / "elsewhere")
    assert commit(top, path) == ""
    assert Repository(top / "backups").uncommitted([path]) == (path,)


def test_what_is_not_as_committed_is_told(top: Path) -> None:
    paths = [kept(top, name) for name in ("a.view", "b.view", "c.view", "d.view")]
    commit(top, *paths[:3])
    paths[0].write_bytes(b"forged")
    paths[1].unlink()
    repository = Repository(top / "backups")
    assert repository.uncommitted(paths) == (paths[0], paths[1], paths[3])
    assert [path.name for path in repository.committed()] == ["a.view", "b.view", "c.view"]


def test_names_that_git_would_read_as_patterns_are_names(top: Path) -> None:
    paths = [kept(top, name) for name in ("*.view", ":(top)x.view", "-x.view", "é ü.view", "plain.view")]
    assert commit(top, *paths[:4])
    assert {path.name for path in Repository(top / "backups").committed()} == {
        path.name for path in paths[:4]
    }
