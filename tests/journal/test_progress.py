"""What a job tells as it goes on can be read by somebody else while it is written, whatever else stands in the file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright import log
from linewright.journal.jobs import JobFolder
from linewright.journal.progress import News, Progress, progress_file


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    found = JobFolder(tmp_path, "J0001-AAAA-BBBB")
    assert found.reserve()
    return found


def texts(news: News) -> list[str]:
    return [told.text for told in news.read()]


def test_what_is_told_is_read_on_from_where_it_was_left(folder: JobFolder) -> None:
    progress, news = Progress(folder), News(progress_file(folder))
    assert list(news.read()) == []
    progress.tell("begun", ["r1", "r2"], "AAAA-BBBB", "apply")
    first = list(news.read())
    assert [(one.what, one.devices, one.total) for one in first] == [("begun", ("r1", "r2"), 2)]
    progress.tell("last", ["r1"], "why", "unknown", armed="until 0214Z", next_step="lw resume")
    (second,) = news.read()
    assert (second.result, second.armed, second.next) == ("unknown", "until 0214Z", "lw resume")
    assert list(news.read()) == []


def test_of_a_job_that_was_gone_on_with_only_the_last_time_is_told(folder: JobFolder) -> None:
    for number in range(3):
        progress = Progress(folder)
        progress.tell("begun", ["r1"], f"time {number}", "apply")
        progress.tell("stage", ["r1"], f"stage {number}")
    assert texts(News(progress_file(folder))) == ["time 2", "stage 2"]


def test_a_line_that_is_still_written_is_waited_for(folder: JobFolder) -> None:
    Progress(folder).tell("stage", ["r1"], "committed")
    path = progress_file(folder)
    whole = path.read_bytes()
    for cut in range(1, len(whole)):
        path.write_bytes(whole + whole[:cut])
        news = News(path)
        assert texts(news) == ["committed"] * (2 if cut == len(whole) else 1)
        path.write_bytes(whole + whole)
        assert texts(news) == ["committed"]


def test_what_a_dead_process_left_half_written_takes_no_line_of_the_next_one(folder: JobFolder) -> None:
    path = progress_file(folder)
    path.write_bytes(b'{"time":"","what":"stage","devices":["r')
    Progress(folder).tell("stage", ["r1"], "here")
    assert texts(News(path)) == ["here"]


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"\xff",
        b"no",
        b"[" * 5000,
        b"x" * (3 << 20),
        b"\x1b[2J\x1b]0;title\x07",
        b'{"time":"","what":"other"}',
        b'{"time":"","what":"stage","text":"' + b"x" * 501 + b'"}',
        b'{"time":"","what":"stage","devices":["' + b"x" * 300 + b'"]}',
        b'{"time":"","what":"stage","devices":[' + b'"r1",' * 600 + b'"r1"]}',
        b'{"time":"","what":"stage","total":-1}',
    ],
)
def test_a_line_that_no_job_writes_is_passed_over(folder: JobFolder, line: bytes) -> None:
    path = progress_file(folder)
    progress, news = Progress(folder), News(path)
    progress.tell("begun", ["r1"], "before", "apply")
    with path.open("ab") as file:
        file.write(line + b"\n")
    progress.tell("stage", ["r1"], "after")
    assert texts(news) == ["before", "after"]
    assert texts(News(path)) == ["before", "after"]


@given(garbage=st.binary(max_size=300))
def test_no_bytes_do_harm(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.mktemp("news") / "progress.jsonl"
    path.write_bytes(garbage)
    assert all(told.what for told in News(path).read())


def test_a_file_that_was_cut_off_is_no_news(folder: JobFolder) -> None:
    path, news = progress_file(folder), News(progress_file(folder))
    Progress(folder).tell("stage", ["r1"], "committed")
    assert texts(news) == ["committed"]
    path.write_bytes(b"")
    assert texts(news) == []


def test_a_secret_a_long_text_and_a_thousand_devices_do_not_get_in(folder: JobFolder) -> None:
    log.conceal("hunter2-of-the-site")
    progress = Progress(folder)
    progress.tell("stage", ["r1"], "refused: password hunter2-of-the-site " + "x" * 10_000)
    text = progress_file(folder).read_text()
    assert "hunter2" not in text
    assert len(text) < 1000
    progress.tell("batch", [f"r{number}" for number in range(1000)], "1 of 1")
    *_, told = News(progress_file(folder)).read()
    assert (told.total, len(told.devices)) == (1000, 500)


def test_a_disk_that_takes_nothing_does_not_reach_the_job(tmp_path: Path) -> None:
    Progress(JobFolder(tmp_path / "not there", "J1")).tell("stage", ["r1"], "committed")
