"""Before the first byte of a change goes to a device, all that is needed afterwards is on disk.

Judged from outside: the kernel's calls of a process of its own, as strace shows them, against the device's own log.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import yaml

from linewright.operate.demo import edited
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope
from linewright.plan.changeplan import dump

DEVICE = "hq-acc1"
_CALL = re.compile(r"^(\d+\.\d+) (\w+)\((.*)\) += \S+.* <(\d+\.\d+)>$")
_TRACED = "fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg,rename,renameat,renameat2"
_CHILD = """
import os, sys
from pathlib import Path
Path(sys.argv.pop(1)).write_text(str(os.getpid()))
{before}
from linewright.cli import main
main()
"""
#: A linewright that forgets to wait for the disk.
_CARELESS = """
from linewright.journal import sqlite
def hasty(connection, told):
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
sqlite.durable = hasty
os.fsync = lambda handle: None
"""


class Call(NamedTuple):
    """A call of the kernel: its words, when it began and ended (Unix time)."""

    name: str
    words: str
    began: float
    ended: float


class Timed(list[Any]):
    """A twin's log that also knows when each command came, by the clock that strace uses."""

    def __init__(self) -> None:
        super().__init__()
        self.when: list[float] = []

    def append(self, entry: Any) -> None:
        self.when.append(time.time())
        super().append(entry)

    def changed(self) -> float:
        """When the first command came that changes something; 0 for none."""
        reads = ("show ", "enable", "dir ", "more ")
        return next(
            (
                when
                for entry, when in zip(self, self.when, strict=False)
                if not entry.command.startswith(reads)
            ),
            0.0,
        )


def traced(twins: Any, tmp_path: Path, before: str = "") -> tuple[list[Call], float, int]:
    """Apply a plan in a process of its own until its first change came: its calls, when that was, the device's port."""
    place = twins.place
    after = edited(twins.snapshot)
    place.keep(after)
    plan = make_plan(place, after, Request(scope=Scope(devices=(DEVICE,))), lambda *_: None).plan
    assert plan is not None
    (tmp_path / "change.lwplan").write_bytes(dump(plan))
    settings = msgspec.to_builtins(place.settings)
    ours = {key: value for key, value in settings.items() if key not in {"root", "nornir"}}
    site = Path(place.settings.root)
    (site / "nornir.yaml").write_text(yaml.safe_dump({"user_defined": {"linewright": ours}}))
    log = twins.fleet.boxes[DEVICE].log = Timed()
    calls = tmp_path / "calls"
    calls.mkdir()
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(
            ["strace", "-ff", "-yy", "-ttt", "-T", "-s", "20000", "-e", f"trace={_TRACED}", "-e", "signal=none",
             "-o", calls / "t", sys.executable, "-c", _CHILD.format(before=before), tmp_path / "pid",
             "--site-folder", site, "apply", tmp_path / "change.lwplan", "--yes"],
            stdout=said, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 180
        while not log.changed():
            assert process.poll() is None or log.changed(), (tmp_path / "said").read_text()
            assert time.monotonic() < deadline, (tmp_path / "said").read_text()
            time.sleep(0.05)
    finally:
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
        process.wait(60)
    found = [call for path in calls.iterdir() for call in _calls(path)]
    found.sort(key=lambda call: call.began)
    return found, log.changed(), twins.fleet.reach[DEVICE].port


def _calls(path: Path) -> list[Call]:
    lines = path.read_text(errors="replace").splitlines()
    matches = (match for line in lines if (match := _CALL.match(line)))
    return [Call(m[2], m[3], float(m[1]), float(m[1]) + float(m[4])) for m in matches]


def not_on_disk(calls: list[Call], came: float, port: int) -> set[str]:
    """What was not on disk when the request was sent that brought the first change."""
    to_device = [
        call
        for call in calls
        if f"127.0.0.1:{port}]>" in call.words and call.name in {"write", "sendto", "sendmsg"}
    ]
    sent = max(call.began for call in to_device if call.began < came)
    missing = set()
    armed = [
        c for c in calls if c.name == "pwrite64" and "journal.db-wal>" in c.words and "arming" in c.words
    ]
    assert armed[0].began < sent  # the record came first at all
    if not _synced(calls, "journal.db-wal>", armed[0].ended, sent):
        missing.add("journal")
    for name in (f"{DEVICE}.before.age", "plan.lwplan", "key"):
        placed = next(
            call
            for call in calls
            if call.name.startswith("rename") and re.search(rf'/jobs/[^/"]+/{re.escape(name)}"$', call.words)
        )
        assert placed.began < sent
        if not _synced(calls, f"/.{name}.", 0, placed.began):
            missing.add(f"{name}: file")
        folder = re.search(r'"([^"]+)/[^/"]+"$', placed.words)
        if folder is None or not _synced(calls, f"<{folder[1]}>", placed.ended, sent):
            missing.add(f"{name}: folder")
    return missing


def _synced(calls: list[Call], what: str, since: float, until: float) -> bool:
    return any(
        call.name in {"fsync", "fdatasync"}
        and what in call.words
        and since <= call.began
        and call.ended <= until
        for call in calls
    )


@pytest.mark.strace
def test_journal_and_texts_from_before_are_on_disk_before_the_first_byte_of_a_change(
    twins: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert not_on_disk(*traced(twins, tmp_path_factory.mktemp("traced"))) == set()


@pytest.mark.strace
def test_this_judge_tells_one_who_does_not_wait_for_the_disk(
    twins: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    missing = not_on_disk(*traced(twins, tmp_path_factory.mktemp("traced"), _CARELESS))
    names = (f"{DEVICE}.before.age", "plan.lwplan", "key")
    assert missing == {"journal", *(f"{name}: {what}" for name in names for what in ("file", "folder"))}
