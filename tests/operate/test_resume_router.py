"""An applier killed at its boundaries on a real router; what `resume` finds there, and the router's own log of commands."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from napalm import get_network_driver
from napalm.base.exceptions import NapalmException

import linewright
from linewright import configs
from linewright.change.bench import Bench, boottime
from linewright.change.dispatch import Step
from linewright.change.holding import Holding
from linewright.change.sessions import sessions
from linewright.change.settle import Settled, settle
from linewright.devices.target import ChangeDriver
from linewright.errors import DeviceError
from linewright.journal.holder import me
from linewright.journal.journal import Journal
from linewright.lab.frr.router import Router
from linewright.lab.frr.single import minimal, routers
from linewright.operate.jobs import jobs_of, known
from linewright.plan.build import Laid, Wanted, device_plan
from linewright.plan.changeplan import DevicePlan
from linewright.platforms import rules
from linewright.redact import tokenise

pytestmark = pytest.mark.lab
FRR, KEY = rules("frr"), b"k" * 32
#: One step of a job in a process of its own, killed where it is told to be.
CHILD = """
import os, signal, sys
from pathlib import Path
import msgspec
from napalm import get_network_driver
from linewright.change.bench import Bench
from linewright.change.dispatch import Step
from linewright.change.holding import Holding
from linewright.change.record import here
from linewright.change.sessions import sessions
from linewright.change.step import step
from linewright.devices import write
from linewright.journal.journal import Journal
from linewright.plan.changeplan import DevicePlan

where, job, folder, host = sys.argv[1:]
folder = Path(folder)
part = msgspec.json.decode((folder / f"{job}.json").read_bytes(), type=DevicePlan)
journal = Journal(folder / "journal.db")
opened = []

def kill():
    os.kill(os.getpid(), signal.SIGKILL)

def connect():
    driver = get_network_driver("frr")(
        host, "ops", "", 30, {"key_file": str(folder / "key"), "known_hosts": str(folder / "known_hosts")}
    )
    driver.open()
    opened.append(driver)
    return driver

def close():
    while opened:
        opened.pop().close()

kind, _, event = where.partition(" ")
if kind == "after":
    real = journal.append
    def append(name, what, device="", **detail):
        real(name, what, device, **detail)
        if what == event:
            kill()
    journal.append = append
elif kind == "loaded":
    from linewright.devices.frr.remote import Remote
    Remote.apply = lambda self, work: kill()
elif kind == "sent":
    told = getattr(write, event)
    def sent(*given, **named):
        told(*given, **named)
        kill()
    setattr(write, event, sent)
journal.append(job, "job begun", plan="", code="", devices=[part.device], kind="apply", of="", **here())
holding = Holding(journal, job, [part], after_death=False)
bench = Bench(journal=journal, key=b"k" * 32, reveal=lambda _ref: "", watch=lambda _device, _stage: None)
step(
    Step(kind="change", job=job, attempt=1, plan=part, lease=holding[part.device]),
    sessions(connect, close, keep=False), bench,
)
"""


class Lab:
    """One router, and the state folder of a job on it."""

    def __init__(self, router: Router, folder: Path) -> None:
        self.router, self.folder = router, folder
        self.journal = Journal(folder / "journal.db")

    def part(self, line: str) -> DevicePlan:
        before = configs.normalise(
            tokenise(self.router.vtysh("show running-config no-header"), FRR, KEY, "r1"), FRR
        )
        after = configs.normalise(f"{before}{line}\n", FRR)
        wanted = Wanted(device="r1", host="h", port=22, identity="x", timer=60, intended=after, slots=())
        part = device_plan(wanted, Laid(before=before, after=after), FRR)
        assert part is not None
        return part

    def killed(self, where: str, job: str, part: DevicePlan) -> None:
        child = self.started(where, job, part)
        output, _ = child.communicate(timeout=200)
        assert child.returncode == -signal.SIGKILL, output.decode()

    def started(self, where: str, job: str, part: DevicePlan) -> subprocess.Popen[bytes]:
        (self.folder / f"{job}.json").write_bytes(msgspec.json.encode(part))
        return subprocess.Popen(
            [sys.executable, "-c", CHILD, where, job, str(self.folder), self.router.spec.host],
            cwd=Path(linewright.__file__).parents[1], env={**os.environ}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )  # fmt: skip

    def settled(self, job: str, part: DevicePlan) -> Settled:
        story = jobs_of(self.journal.entries())[0].device("r1")
        holding = Holding(self.journal, job, [part], after_death=True)
        bench = Bench(journal=self.journal, key=KEY, reveal=lambda _ref: "", watch=lambda *_: None)
        work = Step(kind="change", job=job, attempt=story.attempt, plan=part, lease=holding["r1"])
        stack = ExitStack()
        try:
            return settle(
                work, sessions(lambda: self._driver(stack), stack.close, keep=False), bench,
                known(story, boot=me().boot, here=me().boot, up=boottime(), now=time.time()),
            )  # fmt: skip
        finally:
            stack.close()
            holding.close()

    def _driver(self, stack: ExitStack) -> ChangeDriver:
        arguments = {"key_file": str(self.folder / "key"), "known_hosts": str(self.folder / "known_hosts")}
        driver: Any = get_network_driver("frr")(self.router.spec.host, "ops", "", 30, arguments)
        try:
            driver.open()
        except (NapalmException, OSError) as error:
            raise DeviceError(str(error)) from error
        stack.callback(driver.close)
        return driver  # type: ignore[no-any-return]  # NAPALM is untyped

    def told(self, line: str) -> int:
        """How often the router itself was told a line, by its own log: each daemon that knows it writes it down."""
        log = self.sh("cat /var/log/frr/frr.log")
        daemons = re.findall(
            rf"^\S+ \S+ (\w+): \[\S+\] vty\[\d+\]@\(config[^#]*# {re.escape(line)}\s*$", log, re.MULTILINE
        )
        return max(Counter(daemons).values(), default=0)

    def sh(self, command: str) -> str:
        return self.router.run(["sh", "-c", command], timeout=60).stdout

    def has(self, line: str, *, startup: bool = False) -> bool:
        if startup:
            return line in self.sh("cat /etc/frr/frr.conf")
        return line in self.router.vtysh("show running-config no-header")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("resume")
    with routers(folder / "bench", {"r1": minimal("r1")}) as bench:
        (folder / "known_hosts").write_text(bench.known_hosts)
        (folder / "key").symlink_to(bench.key_file)
        bench["r1"].vtysh("write memory")
        found = Lab(bench["r1"], folder)
        yield found
        found.journal.close()


@pytest.mark.parametrize(
    ("number", "where", "state", "result"),
    [
        (1, "after arming", "before", "unchanged"),
        (2, "sent commit", "pending", "confirmed"),
        (3, "after confirming", "pending", "confirmed"),
        (4, "sent confirm", "after", "confirmed"),
    ],
)
def test_killed_on_a_real_router_and_settled_once(
    lab: Lab, number: int, where: str, state: str, result: str
) -> None:
    job, line = f"J000{number}-AAAA-BBBB", f"ip route 198.51.{100 + number}.0/24 blackhole"
    part = lab.part(line)
    lab.killed(where, job, part)
    found = lab.settled(job, part)
    assert (found.standing.state, found.outcome.result) == (state, result)
    there = result == "confirmed"
    assert (lab.has(line), lab.has(line, startup=True), lab.told(line)) == (there, there, int(there))
    assert not lab.sh(f"ls /var/lib/linewright | grep {job} || :")


def test_a_commit_of_the_dead_that_arrives_later_is_refused_by_the_router(lab: Lab) -> None:
    job, line = "J0005-AAAA-BBBB", "ip route 198.51.105.0/24 blackhole"
    part = lab.part(line)
    lab.killed("loaded", job, part)
    state, kept = "/var/lib/linewright", "/var/tmp/kept"
    lab.sh(f"test -s {state}/job-{job}.1/candidate && cp -a {state}/job-{job}.1 {kept}")
    assert lab.settled(job, part).standing.state == "before"
    # The very command of the dead process, as it would arrive now: its files are gone.
    late = f"sh {state}/job-{job}.1/change.sh {state} 20 apply {job}.1"
    lab.sh(f"{late} || :")
    assert not lab.has(line)
    # And where they are not, the router knows that another job has it now.
    lab.sh(f"mkdir -p {state} && cp -a {kept} {state}/job-{job}.1")
    assert "fenced" in lab.sh(late)
    assert not lab.has(line)
    assert lab.told(line) == 0
    lab.sh(f"rm -rf {kept} {state}/job-{job}.1")
