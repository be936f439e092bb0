"""Names as components of paths, and files read up to a bound."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError
from linewright.files import component, read_bounded, write_whole

NAMES = st.text(max_size=400) | st.text("é東a./~%", min_size=150, max_size=400)


@given(st.lists(NAMES, min_size=2, max_size=6, unique=True))
def test_different_names_are_different_components_that_every_file_system_takes(names: list[str]) -> None:
    found = [component(name) for name in names]
    assert len(set(found)) == len(names)
    assert all(one.isascii() and len(one) <= 200 and "/" not in one and "." not in one for one in found)


@given(st.text("a", min_size=150, max_size=300))
def test_no_name_is_what_a_longer_one_was_shortened_to(name: str) -> None:
    assert component(component(name)) != component(name) or len(name) <= 200


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    write_whole(tmp_path / f"{component('東' * 100)}.cfg.age", b"x")
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_larger_or_no_file_is_told_and_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == b"12345"
    with pytest.raises(DataError, match="larger than 4 bytes"):
        read_bounded(path, 4)
    with pytest.raises(DataError, match="directory"):
        read_bounded(tmp_path, 4)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="no file"):
        read_bounded(tmp_path / "pipe", 4)
    with pytest.raises(DataError, match="Not a directory"):
        read_bounded(path / "below", 4)
    with pytest.raises(FileNotFoundError):
        read_bounded(tmp_path / "gone", 4)
