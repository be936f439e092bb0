"""What a job tells as it goes on can be read by somebody else while it is written."""

from pathlib import Path

import pytest

from linewright import log
from linewright.errors import DataError
from linewright.journal.jobs import JobFolder
from linewright.journal.progress import Progress, news, progress_file


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    found = JobFolder(tmp_path, "J0001-AAAA-BBBB")
    assert found.reserve()
    return found


def test_what_is_told_is_read_on_from_where_it_was_left(folder: JobFolder) -> None:
    progress, path = Progress(folder), progress_file(folder)
    progress.tell("begun", ["r1", "r2"], "AAAA-BBBB")
    first, place = news(path)
    assert [(one.what, one.devices, one.text) for one in first] == [("begun", ("r1", "r2"), "AAAA-BBBB")]
    progress.tell("device", ["r1"], "", "confirmed")
    second, end = news(path, place)
    assert [(one.what, one.result) for one in second] == [("device", "confirmed")]
    assert news(path, end) == ((), end)


def test_a_line_that_is_still_written_is_left(folder: JobFolder) -> None:
    Progress(folder).tell("stage", ["r1"], "committed")
    path = progress_file(folder)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:-5])
    found, place = news(path)
    assert (len(found), place) == (1, len(whole))


def test_a_secret_and_a_long_text_do_not_get_in(folder: JobFolder) -> None:
    log.conceal("hunter2-of-the-site")
    Progress(folder).tell("stage", ["r1"], "refused: password hunter2-of-the-site " + "x" * 10_000)
    text = progress_file(folder).read_text()
    assert "hunter2" not in text
    assert len(text) < 1000


def test_a_disk_that_takes_nothing_does_not_reach_the_job(tmp_path: Path) -> None:
    Progress(JobFolder(tmp_path / "not there", "J1")).tell("stage", ["r1"], "committed")


@pytest.mark.parametrize("data", [b"{}\n", b"\xff\n", b"no\n", b"[" * 5000 + b"\n"])
def test_another_file_is_no_progress(folder: JobFolder, data: bytes) -> None:
    progress_file(folder).write_bytes(data)
    with pytest.raises(DataError):
        news(progress_file(folder))
