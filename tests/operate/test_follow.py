"""`lw apply` on simulated switches whose terminal is closed in the middle, and `lw status --follow` that joins it."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

import linewright
from linewright.cli.root import root
from linewright.errors import Refused
from linewright.operate.demo import edited
from linewright.operate.planning import Request, make_plan
from linewright.operate.resuming import resume, which
from linewright.operate.scope import Scope
from linewright.operate.workplace import workplace
from linewright.plan.changeplan import dump

pytestmark = pytest.mark.slow
FIRST, SECOND = "hq-acc1", "hq-acc2"
#: `lw`; where GATE is given, a job waits before its first confirmation until that file is there.
CHILD = """
import fcntl, os, sys, termios, time
from pathlib import Path
from linewright.journal.journal import Journal

gate, *arguments = sys.argv[1:]
if os.isatty(0):
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # the terminal is ours: its end is told to us
if gate:
    real = Journal.append
    def append(self, job, what, device="", **detail):
        while what == "confirming" and not Path(gate).exists():
            time.sleep(0.02)
        real(self, job, what, device, **detail)
    Journal.append = append
from linewright.cli import main
sys.argv = ["lw", *arguments]
sys.exit(main())
"""
PATIENCE = 240.0


class Site:
    """The demo's site as a process of its own finds it, and a plan for two switches."""

    def __init__(self, twins: Any, folder: Path) -> None:
        self.folder, self.gate = folder, folder / "gate"
        settings = twins.place.settings
        ours = {
            "site_id": settings.site_id,
            "secrets": {"key_file": settings.secrets.key_file, "values_file": settings.secrets.values_file},
            "trust": settings.trust,
            "login": {"eos": {"username": "admin", "password": "login/eos"}, "frr": {"username": "ops"}},
            "endpoints": {
                name: {"host": at.host, "port": at.port} for name, at in settings.endpoints.items()
            },
            "apply": {"timer": 600},
        }
        (folder / "nornir.yaml").write_text(yaml.safe_dump({"user_defined": {"linewright": ours}}))
        self.place = workplace(folder)
        after = edited(twins.snapshot)
        self.place.keep(after)
        made = make_plan(self.place, after, Request(scope=Scope(devices=(FIRST, SECOND))), lambda *_: None)
        assert made.plan is not None, made.problems
        (folder / "change.lwplan").write_bytes(dump(made.plan))

    def lw(
        self, *arguments: str, gate: bool = False, term: str = "dumb", **more: Any
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", CHILD, str(self.gate) if gate else "", "--site-folder", str(self.folder), *arguments],
            cwd=Path(linewright.__file__).parents[1],
            env={**os.environ, "LANG": "C.UTF-8", "TERM": term, "LINES": "24", "COLUMNS": "80"}, **more,
        )  # fmt: skip

    def apply(self, **more: Any) -> subprocess.Popen[bytes]:
        return self.lw("apply", "--yes", str(self.folder / "change.lwplan"), gate=True, **more)


@pytest.fixture
def site(twins: Any, tmp_path: Path) -> Site:
    return Site(twins, tmp_path)


@contextmanager
def ended_at_last(*children: subprocess.Popen[bytes]) -> Iterator[None]:
    """Whatever fails: no process stays."""
    try:
        yield
    finally:
        for child in children:
            if child.poll() is None:
                child.kill()
            child.wait(timeout=60)
            for stream in (child.stdout, child.stderr):
                if stream is not None:
                    stream.close()


def read_until(handle: int, word: bytes) -> bytes:
    """What is read up to a word, or to the end."""
    seen, end = b"", time.monotonic() + PATIENCE
    while word not in seen and time.monotonic() < end:
        if select.select([handle], [], [], 1)[0]:
            try:
                data = os.read(handle, 4096)
            except OSError:  # a terminal whose other side is closed
                break
            if not data:
                break
            seen += data
    assert word in seen, seen
    return seen


def test_a_job_outlives_its_terminal_and_is_joined_from_others(site: Site) -> None:
    terminal, line = pty.openpty()
    job = site.apply(stdin=line, stdout=line, stderr=line, start_new_session=True, term="vt100")
    os.close(line)
    with ended_at_last(job):
        read_until(terminal, b"s left of its timer")
        os.close(terminal)
        # Somebody joins, and goes again with Ctrl-C.
        left = site.lw("status", "--follow", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with ended_at_last(left):
            assert left.stdout is not None
            assert left.stderr is not None
            read_until(left.stdout.fileno(), b"committed, rollback in")
            left.send_signal(signal.SIGINT)
            read_until(left.stderr.fileno(), b"lw status --follow J")
            assert left.wait(timeout=PATIENCE) == 130
        # Whoever wants to settle it is told that it lives, and how to see it.
        with pytest.raises(Refused, match=f"process {job.pid}") as refused:
            resume(site.place, which(site.place), lambda *_: None)
        assert "lw status --follow J" in refused.value.hint
        # One who has gone away does not keep the following alive: what nobody reads is not told to the end.
        gone = site.lw("status", "--follow", stdout=subprocess.PIPE)
        with ended_at_last(gone):
            assert gone.stdout is not None
            read_until(gone.stdout.fileno(), b"committed")
            gone.stdout.close()
            gone.wait(timeout=PATIENCE)
        # Two stay to the end: in a pipe as JSON, and on a terminal.
        piped = site.lw("status", "--follow", "--format", "json", stdout=subprocess.PIPE)
        terminal, line = pty.openpty()
        seen = site.lw(
            "status", "--follow", stdin=line, stdout=line, stderr=line, term="vt100", start_new_session=True
        )
        os.close(line)
        with ended_at_last(piped, seen):
            assert piped.stdout is not None
            pieces = read_until(piped.stdout.fileno(), b"committed, rollback in")
            text = read_until(terminal, b"s left of its timer")
            site.gate.touch()
            pieces += read_until(piped.stdout.fileno(), b'"ended"')
            text += read_until(terminal, b"DONE")
            assert [child.wait(timeout=PATIENCE) for child in (job, piped, seen)] == [0, 0, 0]
        os.close(terminal)
    told = [json.loads(piece)["what"] for piece in pieces.splitlines()]
    assert [what for what in told if what != "stage"] == [
        "begun", "checked", "batch", "device", "batch", "device", "ended"
    ]  # fmt: skip
    # The picture says how long the timer still runs, not how long it was when it began.
    assert b"committed, rollback in" not in text
    for words in (
        b"Nothing written yet: 2 of 2",
        b"Batch 1 of 2",
        b"Batch 2 of 2",
        b"CONFIRMED",
        b"2 confirmed",
    ):
        assert words in text


def test_a_job_that_dies_while_it_is_followed_is_said_so(site: Site) -> None:
    job = site.apply(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with ended_at_last(job):
        journal = site.place.state.journal()
        end = time.monotonic() + PATIENCE
        while not any(entry.event == "committed" for entry in journal.entries()):
            assert job.poll() is None, "it ended before its commit"
            assert time.monotonic() < end, "it never came to its commit"
            time.sleep(0.05)
        journal.close()
        name = which(site.place).name
        with ended_at_last(
            follower := site.lw("status", "--follow", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        ):
            assert follower.stdout is not None
            assert follower.stderr is not None
            read_until(follower.stdout.fileno(), b"committed, rollback in")
            job.kill()
            job.wait(timeout=60)
            said = read_until(follower.stderr.fileno(), f"lw resume {name}".encode())
            assert b"is gone, and the job had not ended" in said
            assert follower.wait(timeout=PATIENCE) == 5
    # What settles it is told too: the same job, to its end by the journal.
    run, where = CliRunner(), ["--site-folder", str(site.folder)]
    assert run.invoke(root, [*where, "resume"], standalone_mode=False).return_value == 6
    after = run.invoke(root, [*where, "status", "--follow", name], standalone_mode=False)
    assert after.return_value == 6, after.output
    assert "CONFIRMED" in after.output
    assert "1 not touched" in after.output
