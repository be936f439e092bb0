"""A job whose terminal is closed in the middle goes on to its end, and its exit status says what happened."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import linewright
from linewright.plan.changeplan import SCHEMA, ChangePlan, DevicePlan, dump

#: `lw apply` whose job waits until its terminal is gone, and goes on after that.
CHILD = """
import errno, fcntl, os, sys, termios, time
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # the terminal is ours: its end is told to us
from pathlib import Path
from linewright.change.dispatch import Outcome
from linewright.change.run import JobResult
from linewright.operate import applying, still_current

def apply_plan(place, plan, announce, watch, stop=None):
    announce("checked", (Outcome(device="r1", result="unchanged"),))
    announce("batch", (Outcome(device="r1", result="unchanged"),))
    watch("r1", "committed, rollback in 60 s")
    for _ in range(6000):
        try:
            os.write(1, b".")
        except OSError as error:
            assert error.errno == errno.EIO
            break
        time.sleep(0.02)
    else:
        raise AssertionError("the terminal stayed")
    watch("r1", "as planned over a new session")
    announce("device", (Outcome(device="r1", result="rolled back", message="why"),))
    Path(sys.argv[1]).write_text(f"stopped: {stop.reason!r}")
    return JobResult(job="J1", outcomes=(Outcome(device="r1", result="rolled back"),), untouched=(), wrote=True)

applying.apply_plan = apply_plan
still_current.still_current = lambda *_: ""
from linewright.cli import main
sys.exit(main(sys.argv[2:]))
"""


def plan_file(folder: Path) -> Path:
    part = DevicePlan(
        device="r1", platform="frr", host="192.0.2.1", port=22, identity="x", order="sent", timer=60,
        before="a\n", after="b\n", intended="b\n", commands=("b",), back_out=("a",), diff=("+ b",),
    )  # fmt: skip
    plan = ChangePlan(
        schema=SCHEMA, site="hq", marking="UNCLASSIFIED", created="", author="", scope="", base="last", mode="managed",
        snapshot="0" * 64, position="", templates={}, versions={}, devices=(part,), batches=(("r1",),),
    )  # fmt: skip
    file = folder / "a.lwplan"
    file.write_bytes(dump(plan))
    return file


def read_until(terminal: int, word: bytes) -> bytes:
    seen = b""
    end = time.monotonic() + 120
    while word not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 4096)
    return seen


def test_a_closed_terminal_does_not_end_a_job(tmp_path: Path) -> None:
    marker, plan = tmp_path / "marker", plan_file(tmp_path)
    arguments = ["--site-folder", str(tmp_path), "apply", "--yes", str(plan)]
    terminal, line = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(marker), *arguments],
        stdin=line, stdout=line, stderr=line, start_new_session=True, cwd=Path(linewright.__file__).parents[1],
        env={**os.environ, "TERM": "vt100", "LINES": "24", "COLUMNS": "80"},
    )  # fmt: skip
    os.close(line)
    seen = read_until(terminal, b"s left of its timer")
    os.close(terminal)
    code = child.wait(timeout=300)
    assert b"Batch 1 of 1" in seen
    assert b"committed" in seen
    assert marker.is_file(), seen
    assert marker.read_text() == "stopped: ''"
    assert code == 6
