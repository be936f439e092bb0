import os
import stat

import msgspec
import pytest

from linewright.errors import DataError, FacilityError, Refused
from linewright.lab.netbox import down, status, up
from linewright.lab.netbox import lab as lab_module
from linewright.lab.netbox.state import STATE, load, locked, new_state, save


def test_a_state_is_read_as_it_was_written_and_by_its_owner_alone(tmp_path):
    state = new_state("4.7.3", ("/usr/bin/redis-server",))
    save(tmp_path, state)
    assert load(tmp_path) == state
    assert stat.S_IMODE((tmp_path / STATE).stat().st_mode) == 0o600
    assert load(tmp_path / "elsewhere") is None


@pytest.mark.parametrize(
    "change",
    [
        {"runtime": "/"},
        {"runtime": "/etc"},
        {"runtime": "/tmp/lw-netbox-"},
        {"mark": "../../etc", "runtime": "/tmp/lw-netbox-../../etc"},
        {"mark": "", "runtime": "/tmp/lw-netbox-"},
    ],
)
def test_a_state_that_would_have_another_folder_removed_is_refused(tmp_path, change):
    save(tmp_path, msgspec.structs.replace(new_state("4.7.3", ()), **change))
    with pytest.raises(DataError, match="runtime folder"):
        down(tmp_path)
    assert (tmp_path / STATE).exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"version": 4}'])
def test_a_file_that_is_no_state_is_refused(tmp_path, content):
    (tmp_path / STATE).write_bytes(content)
    with pytest.raises(DataError, match="not the state of a NetBox lab"):
        status(tmp_path)


def test_the_lab_of_another_account_is_left_alone(tmp_path):
    save(tmp_path, msgspec.structs.replace(new_state("4.7.3", ()), owner=os.geteuid() + 1))
    with pytest.raises(Refused, match="started by user"):
        down(tmp_path)


def test_only_one_starts_or_stops_a_lab_at_a_time(tmp_path):
    with locked(tmp_path), pytest.raises(Refused, match="just being"), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_down_of_nothing_says_so_and_touches_nothing(tmp_path):
    assert down(tmp_path / "absent") is False
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert down(tmp_path) is False
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_down_removes_its_own_files_and_leaves_those_of_others(tmp_path):
    save(tmp_path, new_state("4.7.3", ()))
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert down(tmp_path) is True
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@pytest.fixture
def facilities_there(monkeypatch):
    """Whatever this machine has: these tests end before anything is started."""
    monkeypatch.setattr(lab_module.facilities, "find", lambda: None)


@pytest.mark.usefixtures("facilities_there")
def test_up_refuses_a_folder_that_holds_something(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match=r"not empty: mine\.txt"):
        up(tmp_path)
    (tmp_path / "mine.txt").unlink()
    save(tmp_path, new_state("4.7.3", ()))
    with pytest.raises(Refused, match="holds a NetBox lab already"):
        up(tmp_path)


@pytest.mark.usefixtures("facilities_there")
def test_up_in_a_place_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FacilityError, match="cannot be used for a NetBox lab"):
        up(tmp_path / "file" / "lab")
