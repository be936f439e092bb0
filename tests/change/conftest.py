"""A device in memory that behaves as ChangeDriver says, with the accidents a test asks for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pytest

from linewright import configs
from linewright.change.dispatch import Step
from linewright.change.step import Bench
from linewright.devices.outcome import CommitRefused
from linewright.devices.target import ChangeDriver, Pending
from linewright.errors import DeviceError
from linewright.journal.journal import Journal
from linewright.plan.changeplan import DevicePlan
from linewright.platforms import rules

RULES = rules("frr")
BEFORE = "hostname r1\ninterface eth1\n description old\nexit\n"
AFTER = "hostname r1\ninterface eth1\n description new\nexit\n"


class Box:
    """One device: its texts, its pending change, its clock, and what it was told."""

    def __init__(self) -> None:
        self.running = configs.normalise(BEFORE, RULES)
        self.startup = self.running
        self.kept = ""
        self.pending: tuple[str, float] | None = None
        self.now = 0.0
        self.told: list[str] = []
        self.sessions = 0
        self.open = False
        self.reachable = True
        #: Whether its driver saves running as startup when it is asked to.
        self.saves = False
        #: Whether it tells how many seconds are left of its timer.
        self.counts = False
        self.timer: Literal["running", "dead", "unknown"] = "unknown"
        self.accident: Callable[[str, Box], None] = lambda _where, _box: None

    def tick(self, seconds: float) -> None:
        self.now += seconds
        if self.pending and self.now >= self.pending[1]:
            self.running, self.pending = self.kept, None
            self.reachable = True
            self.told.append("timer")


class Driver:
    def __init__(self, box: Box) -> None:
        self.box = box
        self.change = ""
        self.lines: list[str] = []
        self.expected = ""

    def _at(self, where: str) -> None:
        self.box.told.append(where)
        self.box.accident(where, self.box)
        if not self.box.reachable:
            raise OSError("no route to host")

    def begin_change(self, change: str, attempt: int) -> None:
        self.change = f"{change}/{attempt}"

    def expect_running(self, sha256: str) -> None:
        self.expected = sha256

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:  # noqa: ARG002 - NAPALM's signature
        self._at("load")
        self.lines = (config or "").splitlines()

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:  # noqa: ARG002 - NAPALM's signature
        self._at("commit")
        box = self.box
        if sha256(box.running.encode()).hexdigest() != self.expected:
            raise CommitRefused("the running configuration moved", reason="moved")
        box.kept = box.running
        box.running = configs.predict(box.running, tuple(self.lines), RULES)
        if revert_in:
            box.pending = (self.change, box.now + revert_in)
        else:
            box.startup = box.running
        self._at("committed")

    def pending_change(self) -> Pending | None:
        self._at("pending?")
        if self.box.pending is None:
            return None
        change, ends = self.box.pending
        left = round(ends - self.box.now) if self.box.counts else -1
        name = change.partition("/")[0]
        return Pending(change=name, seconds_left=left, timer=self.box.timer, way_out="undo it")

    def confirm_commit(self) -> None:
        self._at("confirm")
        if self.box.pending is None or self.box.pending[0] != self.change:
            raise CommitRefused("nothing of that name is pending")
        self.box.pending = None
        self.box.startup = self.box.running
        self._at("confirmed")

    def rollback(self) -> None:
        self._at("rollback")
        self.box.running, self.box.pending = self.box.kept, None

    def clean_up(self) -> None:
        self._at("clean up")

    def get_config(self, retrieve: str = "all", **_: Any) -> dict[str, str]:
        self._at(f"read {retrieve}")
        return {"running": self.box.running, "startup": self.box.startup, "candidate": ""}


class SavingDriver(Driver):
    def save_running(self) -> None:
        self._at("save")
        self.box.startup = self.box.running


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def sessions(box: Box) -> Callable[[], Any]:
    @contextmanager
    def session() -> Iterator[ChangeDriver]:
        # Nornir hands out the connection that is open: a session inside a session would be the same one.
        assert not box.open, "a new session was asked for inside another"
        box.sessions += 1
        box.told.append("open")
        box.accident("open", box)
        if not box.reachable:
            raise DeviceError("r1 was not reached")
        box.open = True
        try:
            yield (SavingDriver if box.saves else Driver)(box)  # type: ignore[misc]  # only what a step uses
        finally:
            box.open = False
            box.told.append("close")

    return session


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    found = Journal(tmp_path / "journal.db")
    yield found
    found.close()


@pytest.fixture
def bench(box: Box, journal: Journal) -> Bench:
    return Bench(
        journal=journal,
        key=b"k" * 32,
        reveal=lambda _ref: "",
        watch=lambda _device, _stage: None,
        clock=lambda: box.now,
        pause=box.tick,
    )


@pytest.fixture
def plan() -> DevicePlan:
    before, after = configs.normalise(BEFORE, RULES), configs.normalise(AFTER, RULES)
    return DevicePlan(
        device="r1",
        platform="frr",
        host="192.0.2.1",
        port=22,
        identity="SHA256:x",
        order="sent",
        timer=60,
        before=before,
        after=after,
        intended=after,
        commands=configs.commands(before, after, RULES),
        back_out=configs.commands(after, before, RULES),
        diff=configs.diff(before, after, RULES),
    )


@pytest.fixture
def change(plan: DevicePlan) -> Step:
    return Step(kind="change", job="J0001-7F3A-91C2", attempt=1, plan=plan)
