"""The file: whole lines, bounded size, private, and never in the way of the job."""

import errno
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.log.writing import LogFile


def everything(path: Path) -> list[str]:
    files = sorted(path.parent.glob(f"{path.name}*"), key=lambda file: file.name, reverse=True)
    return [line for file in files for line in file.read_text().splitlines()]


@given(lengths=st.lists(st.integers(0, 60), min_size=1, max_size=60), keep=st.integers(0, 4))
def test_files_stay_within_their_size_and_number_and_hold_the_newest_lines(tmp_path_factory, lengths, keep):
    path = tmp_path_factory.mktemp("log") / "a.log"
    file = LogFile(path, size=100, keep=keep)
    wanted = [f"{number} ".ljust(length, "x") for number, length in enumerate(lengths)]
    for text in wanted:
        file.write(text.encode() + b"\n")
    assert not file.problem
    files = list(path.parent.iterdir())
    assert len(files) <= keep + 1
    assert all(one.stat().st_size <= 100 for one in files)
    found = everything(path)
    assert found == wanted[len(wanted) - len(found) :]
    assert found


def test_only_the_owner_may_read_it(tmp_path):
    path = tmp_path / "new" / "a.log"
    LogFile(path, size=100, keep=1).write(b"x\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_several_writers_lose_no_line(tmp_path):
    path = tmp_path / "a.log"

    def write(writer: int) -> None:
        file = LogFile(path, size=2000, keep=500)
        for number in range(100):
            file.write(json.dumps({"writer": writer, "number": number}).encode() + b"\n")
        assert not file.problem

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    found = [json.loads(line) for line in everything(path)]
    assert len(found) == 400
    assert len({(one["writer"], one["number"]) for one in found}) == 400


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_disk_that_takes_nothing_is_told_and_breaks_nothing(tmp_path, monkeypatch, number):
    def full(*_):
        raise OSError(number, os.strerror(number))

    file = LogFile(tmp_path / "a.log", size=100, keep=1)
    monkeypatch.setattr("linewright.log.writing.os.write", full)
    file.write(b"x\n")
    monkeypatch.undo()
    file.write(b"y\n")
    assert os.strerror(number) in file.problem
    assert (tmp_path / "a.log").read_text() == "y\n"


def test_a_link_in_its_place_is_not_followed(tmp_path):
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "a.log").symlink_to(tmp_path / "victim")
    file = LogFile(tmp_path / "a.log", size=100, keep=1)
    file.write(b"x\n")
    assert file.problem
    assert (tmp_path / "victim").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "no").write_text("")
    file = LogFile(tmp_path / "no" / "a.log", size=100, keep=1)
    file.write(b"x\n")
    assert "cannot be made" in file.problem
