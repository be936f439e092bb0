"""`up` killed at any moment, or failing: `down` finds everything and leaves nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linewright.errors import FacilityError
from linewright.lab.netbox import down, processes, state, status, up
from linewright.lab.netbox import lab as lab_module
from linewright.lab.netbox.server import Server

pytestmark = pytest.mark.netbox

UP = "import sys; from pathlib import Path; from linewright.lab.netbox import up; up(Path(sys.argv[1]), lambda x: print(x, flush=True))"


def shared_memory(mine: state.State | None) -> list[str]:
    """The System V segment of the lab's PostgreSQL, as key and id, if it has one: it stands in postmaster.pid."""
    if mine is None:
        return []
    try:
        lines = (
            (Path(mine.runtime) / "pg" / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()
        )
    except OSError:
        return []
    return lines[6].split() if len(lines) > 6 else []


def exists(segment: list[str]) -> bool:
    rows = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()[1:]
    return bool(segment) and any(row.split()[:2] == segment for row in rows)


def start(folder: Path, checkout: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", UP, str(folder)],
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def left_behind(mine: state.State | None, folder: Path) -> list[str]:
    if mine is None:
        return [str(folder)] if folder.exists() else []
    found = [process.program for process in processes.find(mine)]
    return found + [str(path) for path in (folder, Path(mine.runtime)) if path.exists()]


@pytest.mark.parametrize(
    ("after", "delay"),
    [
        ("", 0.3),
        ("starting PostgreSQL", 0.2),
        ("restoring", 0.1),
        ("restoring", 0.8),
        ("starting NetBox", 3.0),
        ("starting the worker", 0.3),
        ("starting the worker", 4.0),
    ],
)
def test_a_killed_up_leaves_nothing_after_down(tmp_path, checkout, after, delay):
    folder = tmp_path / "lab"
    process = start(folder, checkout)
    assert process.stdout is not None
    if after:
        while after not in (line := process.stdout.readline()):
            assert line, "it ended before it could be killed"
    # A little early or late each time: over many runs every moment is met.
    time.sleep(delay * random.uniform(0.7, 1.3))
    process.kill()
    process.wait()
    process.stdout.close()
    mine = state.load(folder)
    segment = shared_memory(mine)
    assert down(folder) is (mine is not None or folder.exists() or after != "")
    assert left_behind(mine, folder) == []
    assert not exists(segment)
    assert down(folder) is False


def test_servers_that_were_killed_one_by_one_leave_no_shared_memory(tmp_path):
    folder = tmp_path / "lab"
    up(folder)
    mine = state.load(folder)
    assert mine is not None
    for process in processes.find(mine):
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    deadline = time.monotonic() + 30
    while processes.find(mine):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    segment = shared_memory(mine)
    assert exists(segment)
    assert status(folder) is None
    assert down(folder) is True
    assert left_behind(mine, folder) == []
    assert not exists(segment)


def test_an_up_that_fails_takes_everything_away_and_tells_the_log(tmp_path, monkeypatch):
    folder = tmp_path / "lab"
    begun = []

    def broken(server: Server) -> str:
        begun.append(state.load(folder))
        (Path(begun[0].runtime) / "netbox" / "conf" / "configuration.py").write_text(
            "raise RuntimeError('no ink')"
        )
        return started(server)

    started = Server.start
    monkeypatch.setattr(lab_module.Server, "start", broken)
    with pytest.raises(FacilityError, match=r"NetBox ended with status(.|\n)*no ink"):
        up(folder)
    assert left_behind(begun[0], folder) == []
