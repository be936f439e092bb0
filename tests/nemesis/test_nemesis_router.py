"""A job on a real router that is hit at its boundaries; then `resume`, and judgement by what FRR says it was told."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import linewright
from linewright import configs
from linewright.change.states import State
from linewright.devices.connect import enrolled_fingerprint, session
from linewright.devices.reach import target_for
from linewright.devices.read import running
from linewright.devices.secrets import add_values, make_key
from linewright.devices.trust import Trust, scan
from linewright.lab.frr.router import Router
from linewright.lab.frr.single import Bench, minimal, routers
from linewright.model.objects import Device
from linewright.operate.jobs import Job, jobs_of
from linewright.operate.resuming import resume, which
from linewright.operate.workplace import Workplace, workplace
from linewright.plan.build import Laid, Wanted, device_plan
from linewright.plan.changeplan import SCHEMA, ChangePlan, dump
from linewright.platforms import rules

pytestmark = [pytest.mark.lab, pytest.mark.slow]
FRR = rules("frr")
PATIENCE = 240.0
TEN = set(State.__args__)  # type: ignore[attr-defined]  # a Literal
#: Nobody's timer runs out by a slow machine; where it is to run out, it is short.
LONG, SHORT = 300, 12
#: A job by the file of its plan: at one boundary it says so and waits to be let go.
CHILD = """
import sys
from pathlib import Path
from linewright.change.run import Stop, run
from linewright.devices import write
from linewright.devices.reach import target_for
from linewright.errors import LinewrightError
from linewright.journal.journal import Journal
from linewright.model.objects import Device
from linewright.operate.applying import carried, new_job
from linewright.operate.keeping import Keeping
from linewright.operate.workplace import workplace
from linewright.plan.changeplan import load

boundary, folder, file, host = sys.argv[1:]
met = []

def at(where):
    if where == boundary and not met:
        met.append(where)
        sys.stdout.write("!")
        sys.stdout.flush()
        sys.stdin.read(1)

append = Journal.append
def appended(self, job, event, device="", **detail):
    at(f"before {event}")
    append(self, job, event, device, **detail)
    at(f"after {event}")
Journal.append = appended

def wrapped(really, name):
    def sent(*given, **named):
        really(*given, **named)
        at(f"sent {name}")
    return sent

for name in ("commit", "confirm"):
    setattr(write, name, wrapped(getattr(write, name), name))

def quiet(*_):
    pass

place, plan = workplace(Path(folder)), load(Path(file))
device = Device(name="r1", site="", role="", type="", platform="frr", primary_ip4=host)
reached = {"r1": (device, target_for(device, place.settings))}
journal = place.state.journal()
try:
    keeping = Keeping(None)
    job = new_job(place, journal, plan)
    keeping.begin(place.state.job(job))
    with carried(place, plan, reached, journal, quiet, keep=keeping) as dispatch:
        run(plan, dispatch, journal, job, quiet, stop=Stop())
except LinewrightError as error:
    sys.stderr.write(error.message)
"""


def quiet(*_: Any) -> None:
    pass


class Site:
    """One router, the site that knows it, and who works there."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.router: Router = bench["r1"]
        self.folder = folder
        self.begun: list[subprocess.Popen[bytes]] = []
        ours = {
            "site_id": "bench",
            "secrets": {"key_file": "site.key", "values_file": "values.yaml"},
            "trust": "trust",
            "login": {"frr": {"username": "ops", "key_file": str(bench.key_file)}},
        }
        (folder / "nornir.yaml").write_text(yaml.safe_dump({"user_defined": {"linewright": ours}}))
        make_key(folder / "site.key")
        add_values(folder / "values.yaml", {"none": "of-them"})
        self.place: Workplace = workplace(folder)
        device = Device(
            name="r1", site="", role="", type="", platform="frr", primary_ip4=self.router.spec.host
        )
        self.target = target_for(device, self.place.settings)
        Trust(self.place.settings.path(self.place.settings.trust)).accept(scan(self.target))

    def plan(self, line: str, timer: int) -> Path:
        """A plan that adds a line to what runs now."""
        with session(self.target, self.place.secrets.credential) as driver:
            before = configs.normalise(running(driver, "r1", FRR, self.place.secrets.key).text, FRR)
        after = configs.normalise(f"{before}{line}\n", FRR)
        wanted = Wanted(
            device="r1", host=self.target.host, port=self.target.port,
            identity=enrolled_fingerprint(self.target), timer=timer, intended=after, slots=(),
        )  # fmt: skip
        part = device_plan(wanted, Laid(before=before, after=after), FRR)
        assert part is not None
        plan = ChangePlan(
            schema=SCHEMA, site="bench", marking="UNCLASSIFIED", created="2026-11-24T02:41:00Z", author="lind",
            scope="device r1", base="last", mode="managed", snapshot="0" * 64, position="", templates={},
            versions={}, devices=(part,), batches=(("r1",),),
        )  # fmt: skip
        path = self.folder / f"{plan.code}.lwplan"
        path.write_bytes(dump(plan))
        return path

    def applier(self, boundary: str, plan: Path) -> subprocess.Popen[bytes]:
        job = subprocess.Popen(
            [sys.executable, "-c", CHILD, boundary, str(self.folder), str(plan), self.router.spec.host],
            cwd=Path(linewright.__file__).parents[1], env={**os.environ},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.begun.append(job)
        return job

    def close(self) -> None:
        """No process of a test that failed stays."""
        for job in self.begun:
            if job.poll() is None:
                job.kill()
            job.wait(timeout=60)
            for stream in (job.stdin, job.stdout, job.stderr):
                if stream is not None:
                    stream.close()

    def stopped_at(self, boundary: str, plan: Path) -> subprocess.Popen[bytes]:
        """A job that has come to a boundary and waits there."""
        job = self.applier(boundary, plan)
        assert job.stdout is not None
        if job.stdout.read(1) != b"!":
            pytest.fail(f"never came to {boundary}: {job.communicate(timeout=60)}")
        return job

    def leases_end(self) -> None:
        """The time of the leases is over."""
        with sqlite3.connect(self.place.state.folder / "journal.db", timeout=60) as journal:
            journal.execute("update leases set until = 0")

    def jobs(self) -> tuple[Job, ...]:
        """The newest first."""
        journal = self.place.state.journal()
        try:
            return jobs_of(journal.entries())
        finally:
            journal.close()

    def settled(self) -> list[str]:
        """Everything open is settled, by whoever comes next; the states that were found."""
        states: list[str] = []
        for _ in range(3):
            open_ones = [job for job in self.jobs() if job.unsettled]
            for job in open_ones:
                states += [
                    one.standing.state
                    for one in resume(self.place, which(self.place, job.name), quiet).settled
                ]
            if not open_ones:
                break
        return states

    def pending(self) -> str:
        """The change that waits on the router for its confirmation, by its name there."""
        with session(self.target, self.place.secrets.credential) as driver:
            waiting = driver.pending_change()  # type: ignore[attr-defined]  # of this driver
            return waiting.change if waiting else ""

    def has(self, line: str) -> tuple[bool, bool]:
        """Whether running, and startup, have a line."""
        startup = self.router.run(["cat", "/etc/frr/frr.conf"], timeout=60).stdout
        return line in self.router.vtysh("show running-config").splitlines(), line in startup.splitlines()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nemesis")
    with routers(folder / "bench", {"r1": minimal("r1")}) as bench:
        bench["r1"].vtysh("write memory")
        found = Site(bench, folder)
        yield found
        found.close()


def ended(job: subprocess.Popen[bytes]) -> str:
    """Let a job go on to its end; why it was refused, if it was."""
    _, said = job.communicate(b".", timeout=PATIENCE)
    return said.decode()


def judged(site: Site, lines: dict[str, str], *, edited: str = "") -> str:
    """Hold what is reported of each line, by the name of its job, against the router; how the first one ended.

    Args:
        site: the router and the journal.
        lines: the lines that were planned, and the job of each.
        edited: what somebody typed meanwhile.
    """
    told = site.router.received("staticd")
    reported = {job.name: job.device("r1").told for job in site.jobs()}
    waiting = site.pending()
    assert not waiting or reported[waiting.rpartition(".")[0] or waiting] in ("open", "unknown"), waiting
    for line, job in lines.items():
        result, there = reported[job], site.has(line)
        times = told.count(line)
        assert times <= 1, f"{line} was sent {times} times"
        if result in ("confirmed", "not saved"):
            assert (times, there) == (1, (True, result == "confirmed")), (result, times, there)
        elif result in ("rolled back", "unchanged", "refused", "not begun"):
            assert there == (False, False), (result, there)
        else:
            assert result in ("foreign", "partly back", "unknown"), result
        # What somebody typed in the window is not lost without a word.
        assert not edited or site.has(edited)[0] or result == "foreign", result
    return reported[next(iter(lines.values()))]


@pytest.mark.parametrize(
    ("number", "boundary", "result"),
    [
        (1, "after arming", "unchanged"),
        (2, "sent commit", "confirmed"),
        (3, "before confirming", "confirmed"),
        (4, "sent confirm", "confirmed"),
    ],
)
def test_killed(site: Site, number: int, boundary: str, result: str) -> None:
    line = f"ip route 198.51.{100 + number}.0/24 blackhole"
    job = site.stopped_at(boundary, site.plan(line, LONG))
    job.send_signal(signal.SIGKILL)
    job.communicate(timeout=60)
    states = site.settled()
    assert len(states) == 1
    assert set(states) <= TEN
    assert judged(site, {line: site.jobs()[0].name}) == result


def test_one_who_slept_while_another_did_his_work_sends_nothing(site: Site) -> None:
    first, second = (f"ip route 198.51.{number}.0/24 blackhole" for number in (111, 112))
    sleeper = site.stopped_at("before arming", site.plan(first, LONG))
    os.kill(sleeper.pid, signal.SIGSTOP)
    slept = site.jobs()[0].name
    site.leases_end()
    assert not ended(site.applier("", site.plan(second, LONG)))
    other = site.jobs()[0].name
    assert other != slept
    os.kill(sleeper.pid, signal.SIGCONT)
    ended(sleeper)
    assert set(site.settled()) <= TEN
    judged(site, {first: slept, second: other})
    assert site.has(second) == (True, True)
    assert site.has(first) == (False, False)


def test_one_who_slept_past_lease_and_timer_confirms_nothing(site: Site) -> None:
    first, second = (f"ip route 198.51.{number}.0/24 blackhole" for number in (121, 122))
    sleeper = site.stopped_at("before confirming", site.plan(first, SHORT))
    os.kill(sleeper.pid, signal.SIGSTOP)
    slept = site.jobs()[0].name
    site.leases_end()
    end = time.monotonic() + PATIENCE
    while site.pending():
        assert time.monotonic() < end, "the router never took it back"
        time.sleep(0.5)
    # Nobody knows what became of it: another one is not let near the router, and says why.
    assert slept in ended(site.applier("", site.plan(second, LONG)))
    os.kill(sleeper.pid, signal.SIGCONT)
    ended(sleeper)
    assert set(site.settled()) <= TEN
    assert judged(site, {first: slept}) == "rolled back"
    assert second not in site.router.received("staticd")


@pytest.mark.parametrize(
    ("number", "boundary"), [(131, "sent commit"), (132, "before confirming"), (133, "sent confirm")]
)
def test_a_second_operator_in_the_window(site: Site, number: int, boundary: str) -> None:
    line, other = f"ip route 198.51.{number}.0/24 blackhole", f"ip route 203.0.113.{number}/32 blackhole"
    job = site.stopped_at(boundary, site.plan(line, LONG))
    site.router.vtysh("configure terminal", other)
    ended(job)
    assert set(site.settled()) <= TEN
    judged(site, {line: site.jobs()[0].name}, edited=other)
