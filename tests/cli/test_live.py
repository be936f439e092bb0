"""The picture of a job: never more than the screen, and gone at the end."""

import io
import os
import re

import pytest

from linewright.change.dispatch import Outcome
from linewright.cli.live import Live, Picture

NAMES = [f"hq-acc{number}" for number in range(1, 41)]


def picture(devices=2) -> Picture:
    found = Picture(devices=5)
    found.begin("1 of 3", NAMES[:devices])
    return found


def test_it_says_what_each_device_is_at_and_how_long_its_timer_runs() -> None:
    found = picture()
    found.stage("hq-acc1", "committed, rollback in 60 s", now=100.0)
    found.stage("hq-acc2", "as planned over a new session", now=100.0)
    lines = found.lines(now=117.4, width=79, height=23)
    assert lines[0] == "Batch 1 of 3  5 to go"
    assert lines[1] == "  hq-acc1  committed  43 s left of its timer"
    assert lines[2] == "  hq-acc2  as planned over a new session"


def test_a_device_that_has_ended_is_counted_and_gone() -> None:
    found = picture()
    found.stage("hq-acc1", "committed, rollback in 60 s", now=100.0)
    found.end(Outcome(device="hq-acc1", result="confirmed"))
    assert found.lines(now=101.0, width=79, height=23) == [
        "Batch 1 of 3  1 confirmed  4 to go",
        "  hq-acc2  begins",
    ]
    found.end(Outcome(device="hq-acc2", result="rolled back"))
    assert found.lines(now=101.0, width=79, height=23) == []


@pytest.mark.parametrize("devices", [1, 2, 7, 40])
@pytest.mark.parametrize(("width", "height"), [(79, 23), (20, 7), (5, 2)])
def test_it_never_takes_more_than_the_screen(devices: int, width: int, height: int) -> None:
    found = picture(devices)
    found.stage("hq-acc1", "\x1b[2Kwords " * 40 + "\u30b9" * 60, now=1.0)
    lines = found.lines(now=2.0, width=width, height=height)
    assert len(lines) <= height
    assert all(len(line) <= width for line in lines)
    assert not any("\x1b" in line for line in lines)


def screen_after(written: str) -> list[str]:
    """What a terminal shows: only what this picture uses (CPL, ED, EL, line feeds)."""
    rows, row = [""], 0
    for part in re.split(r"(\x1b\[\d*[A-Za-z]|\n)", written):
        if part == "\n":
            row += 1
            rows += [""] * (row + 1 - len(rows))
        elif part.endswith("F") and part.startswith("\x1b"):
            row = max(0, row - int(part[2:-1]))
        elif part == "\x1b[J":
            rows = [*rows[:row], ""]
        elif part and not part.startswith("\x1b"):
            rows[row] = part
    return [line for line in rows if line]


def live(out: io.StringIO) -> Live:
    return Live(picture(), out, size=lambda: os.terminal_size((80, 24)), clock=lambda: 5.0)


def test_what_is_printed_stays_above_it_and_the_picture_is_drawn_once() -> None:
    out = io.StringIO()
    drawn = live(out)
    for number in range(3):
        drawn.stage("hq-acc1", f"stage {number}")
    drawn.above(lambda: out.write("hq-acc9  CONFIRMED\n"))
    assert screen_after(out.getvalue()) == [
        "hq-acc9  CONFIRMED", "Batch 1 of 3  5 to go", "  hq-acc1  stage 2", "  hq-acc2  begins"
    ]  # fmt: skip
    drawn.stop()
    assert screen_after(out.getvalue()) == ["hq-acc9  CONFIRMED"]


def test_while_somebody_is_asked_nothing_is_drawn() -> None:
    out = io.StringIO()
    drawn = live(out)
    drawn.stage("hq-acc1", "one")
    drawn.hide()
    drawn.stage("hq-acc1", "two")
    assert screen_after(out.getvalue()) == []
    drawn.show()
    assert "  hq-acc1  two" in screen_after(out.getvalue())


def test_a_terminal_that_is_gone_ends_the_drawing_and_nothing_else() -> None:
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(5, "Input/output error")

    drawn = live(Gone())
    drawn.stage("hq-acc1", "one")
    drawn.above(lambda: None)
    drawn.stop()


def test_of_three_hundred_devices_those_come_first_on_which_something_happens() -> None:
    found = Picture(devices=400)
    found.begin("2 of 3", [f"hq-acc{number:03}" for number in range(250)], total=300)
    found.stage("hq-acc249", "committed, rollback in 60 s", now=100.0)
    lines = found.lines(now=110.0, width=79, height=23)
    assert len(lines) == 23
    assert lines[1] == "  hq-acc249  committed  50 s left of its timer"
    assert lines[-1] == "  and 279 more"


def test_a_job_that_is_gone_on_with_is_counted_anew() -> None:
    found = picture()
    found.end(Outcome(device="hq-acc1", result="unknown"))
    found.begin_again(1)
    found.begin("1 of 1", ["hq-acc1"])
    assert found.lines(now=1.0, width=79, height=23)[0] == "Batch 1 of 1  1 to go"


def test_a_long_stage_is_cut_off_and_not_the_time_that_is_left() -> None:
    found = picture()
    found.stage("hq-acc1", "committed, rollback in 60 s", now=100.0)
    found.stage("hq-acc1", "not yet: " + "BGP 198.51.100.2 is down; " * 9, now=101.0)
    line = found.lines(now=110.0, width=79, height=23)[1]
    assert line.startswith("  hq-acc1  not yet: BGP 198.51.100.2 is down")
    assert line.endswith("  50 s left of its timer")
    assert len(line) == 79
