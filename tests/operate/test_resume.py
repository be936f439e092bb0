"""`lw apply` really killed at its boundaries, on simulated switches that live on; then `lw resume`, and the switches' own log."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

import linewright
from linewright.cli.root import root
from linewright.errors import Refused
from linewright.journal.leases import Held
from linewright.lab.twin.faults import Fault
from linewright.operate.demo import edited
from linewright.operate.going_on import go_on
from linewright.operate.jobs import Job, jobs_of
from linewright.operate.planning import Request, make_plan
from linewright.operate.resuming import Resumed, resume, which
from linewright.operate.scope import Scope, in_scope
from linewright.plan.changeplan import dump

pytestmark = pytest.mark.slow
FIRST, SECOND = "hq-acc1", "hq-acc2"
#: `lw apply` that is killed right after (or right before) the journal has an event of the first device, or in the driver.
CHILD = """
import os, signal, sys
from linewright.cli import main
from linewright.devices import write
from linewright.journal.journal import Journal

place, *arguments = sys.argv[1:]

def kill():
    os.kill(os.getpid(), signal.SIGKILL)

kind, _, event = place.partition(" ")
if kind in ("after", "before"):
    real = Journal.append
    def append(self, job, what, device="", **detail):
        if kind == "before" and what == event:
            kill()
        done = real(self, job, what, device, **detail)
        if what == event:
            kill()
        return done
    Journal.append = append
elif kind == "sent":
    told = getattr(write, event)
    def sent(*given, **named):
        told(*given, **named)
        kill()
    setattr(write, event, sent)
sys.argv = ["lw", *arguments]
sys.exit(main())
"""


def quiet(*_: Any) -> None:
    pass


class Site:
    """The demo's site as a process of its own finds it, and a plan for two switches."""

    def __init__(self, twins: Any, folder: Path) -> None:
        self.place, self.fleet, self.folder = twins.place, twins.fleet, folder
        settings = twins.place.settings
        ours = {
            "site_id": settings.site_id,
            "secrets": {"key_file": settings.secrets.key_file, "values_file": settings.secrets.values_file},
            "trust": settings.trust,
            "login": {"eos": {"username": "admin", "password": "login/eos"}, "frr": {"username": "ops"}},
            "endpoints": {
                name: {"host": at.host, "port": at.port} for name, at in settings.endpoints.items()
            },
            "apply": {"timer": 60},
        }
        (folder / "nornir.yaml").write_text(yaml.safe_dump({"user_defined": {"linewright": ours}}))
        after = edited(twins.snapshot)
        self.place.keep(after)
        scope = in_scope(after, Scope(devices=(FIRST, SECOND)), settings)
        made = make_plan(self.place, after, Request(scope=Scope(devices=(FIRST, SECOND))), quiet).plan
        assert made is not None, scope
        self.plan = made
        (folder / "change.lwplan").write_bytes(dump(made))

    def started(self, where: str, *arguments: str) -> subprocess.Popen[bytes]:
        asked = arguments or ("apply", "--yes", str(self.folder / "change.lwplan"))
        return subprocess.Popen(
            [sys.executable, "-c", CHILD, where, "--site-folder", str(self.folder), *asked],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=Path(linewright.__file__).parents[1], env={**os.environ, "LANG": "C.UTF-8"},
        )  # fmt: skip

    def killed(self, where: str) -> Job:
        child = self.started(where)
        output, _ = child.communicate(timeout=300)
        assert child.returncode == -signal.SIGKILL, output.decode()
        return self.job()

    def job(self) -> Job:
        journal = self.place.state.journal()
        try:
            return jobs_of(journal.entries())[0]
        finally:
            journal.close()

    def held(self) -> tuple[Held, ...]:
        journal = self.place.state.journal()
        try:
            return journal.leases.held()
        finally:
            journal.close()

    def resumed(self, **more: Any) -> Resumed:
        return resume(self.place, which(self.place), quiet, **more)

    @property
    def first(self) -> str:
        return self.plan.batches[0][0]

    def sent(self, device: str) -> int:
        """How often the switch itself was told the change."""
        return sum(line.strip() == "vlan 240" for line in self.fleet.boxes[device].commands())

    def has(self, device: str) -> bool:
        box = self.fleet.boxes[device]
        return "vlan 240" in box.text(box.running, "x")


@pytest.fixture
def site(twins: Any, tmp_path: Path) -> Site:
    return Site(twins, tmp_path)


@pytest.mark.parametrize(
    ("where", "state", "result", "sent"),
    [
        ("after arming", "before", "unchanged", 0),
        ("sent commit", "pending", "confirmed", 1),
        ("before confirming", "pending", "confirmed", 1),
        ("sent confirm", "after", "confirmed", 1),
        ("after confirmed", "after", "confirmed", 1),
    ],
)
def test_killed_at_a_boundary_and_settled_once(
    site: Site, where: str, state: str, result: str, sent: int
) -> None:
    killed = site.killed(where)
    assert [one.device for one in killed.open] == [site.first]
    resumed = site.resumed()
    (found,) = resumed.settled
    assert (found.standing.state, found.outcome.result) == (state, result)
    assert site.sent(site.first) == sent
    assert site.has(site.first) == (result == "confirmed")
    assert not site.fleet.boxes[site.first].sessions.timer
    applied = site.place.state.applied(site.first)
    assert (applied is not None and applied.change == site.plan.code) == (result == "confirmed")
    assert not resumed.job.unsettled
    assert site.held() == ()
    # The rest is gone on with, and what is there is not sent again.
    result_of_all = go_on(site.place, resumed, quiet, quiet)
    assert result_of_all.count("confirmed") == len(resumed.to_go_on)
    assert (site.sent(FIRST), site.sent(SECOND)) == (1, 1)
    assert site.job().count("confirmed") == 2


def test_killed_between_two_devices_nothing_is_open_and_the_rest_goes_on(site: Site) -> None:
    killed = site.killed("after device ended")
    assert killed.open == ()
    assert killed.unsettled
    resumed = site.resumed()
    assert resumed.settled == ()
    assert site.held() == (), "the next job need not wait for what the dead process had taken"
    assert resumed.to_go_on == (site.plan.batches[1][0],)
    assert go_on(site.place, resumed, quiet, quiet).count("confirmed") == 1
    assert (site.sent(FIRST), site.sent(SECOND)) == (1, 1)


def until(true: Callable[[], bool], child: subprocess.Popen[bytes] | None = None) -> None:
    end = time.monotonic() + 240
    while not true():
        assert time.monotonic() < end, "that never came"
        if child is not None and child.poll() is not None:
            pytest.fail(f"the process ended too early: {child.communicate()[0].decode()}")
        time.sleep(0.05)


def test_a_commit_that_lands_after_the_first_look_changes_no_verdict(site: Site) -> None:
    box = site.fleet.boxes[site.first]
    late = Fault("commit timer", "sleep before", seconds=3)
    box.faults.add(late)
    child = site.started("never")
    until(lambda: not box.faults._left, child)
    child.kill()
    child.communicate(timeout=60)
    (found,) = site.resumed().settled
    # The commit reaches the switch at last, and the log of the switch tells what it did with it.
    until(lambda: any("commit timer" in entry.command for entry in box.log))
    stands = found.outcome.result == "confirmed"
    assert found.outcome.result in ("confirmed", "unchanged", "rolled back")
    assert site.has(site.first) == stands
    assert not box.sessions.timer
    assert site.sent(site.first) <= 1
    assert sum("commit timer" in command for command in box.commands()) == int(stands)


def test_a_living_process_is_named_and_nothing_is_done(site: Site) -> None:
    box = site.fleet.boxes[site.first]
    box.faults.add(Fault("commit timer", "sleep before", seconds=20))
    child = site.started("never")
    try:
        until(lambda: not box.faults._left, child)
        os.kill(child.pid, signal.SIGSTOP)
        with pytest.raises(Refused, match=f"process {child.pid}"):
            site.resumed()
    finally:
        child.kill()
        child.communicate(timeout=60)


def test_what_the_command_says_and_what_status_says(site: Site) -> None:
    job = site.killed("sent commit").name
    run = CliRunner()
    where = ["--site-folder", str(site.folder)]
    listed = run.invoke(root, [*where, "status"], standalone_mode=False)
    assert (listed.return_value, "OPEN" in listed.output) == (1, True)
    assert f"next: lw resume {job}" in listed.output
    one = run.invoke(root, [*where, "status", job], standalone_mode=False).output
    assert "May still be armed" in one
    asked = run.invoke(root, [*where, "status", job, "--devices", "--format", "json"], standalone_mode=False)
    told = json.loads(asked.output)
    assert told["schema"] == "linewright.status/1"
    first = next(each for each in told["jobs"][0]["devices"] if each["device"] == site.first)
    assert (first["state"], first["pending"], first["open"]) == ("pending", job, True)
    assert 0 < first["seconds_left"] <= 60
    again = run.invoke(
        root, [*where, "apply", "--yes", str(site.folder / "change.lwplan")], standalone_mode=False
    )
    assert isinstance(again.exception, Refused)
    assert f"lw status {job}" in again.exception.hint
    settled = run.invoke(root, [*where, "resume"], standalone_mode=False)
    assert settled.return_value == 6, settled.output
    assert "CONFIRMED" in settled.output
    assert f"lw resume {job} --go-on" in settled.output
    gone_on = run.invoke(root, [*where, "resume", job, "--go-on", "--yes"], standalone_mode=False)
    assert gone_on.return_value == 0, gone_on.output
    done = run.invoke(root, [*where, "status", job], standalone_mode=False)
    assert (done.return_value, "Nothing is armed." in done.output) == (0, True)
    assert max(map(len, (*listed.output.splitlines(), *done.output.splitlines()))) <= 80


def test_a_back_out_whose_process_died_is_settled_too(site: Site) -> None:
    run = CliRunner()
    where = ["--site-folder", str(site.folder)]
    applied = run.invoke(
        root, [*where, "apply", "--yes", str(site.folder / "change.lwplan")], standalone_mode=False
    )
    assert applied.return_value == 0, applied.output
    job = site.job().name
    output, _ = (child := site.started("sent commit", "rollback", job, "--yes")).communicate(timeout=300)
    assert child.returncode == -signal.SIGKILL, output.decode()
    assert (site.job().kind, site.job().of) == ("rollback", job)
    resumed = run.invoke(root, [*where, "resume", "--format", "json"], standalone_mode=False)
    told = json.loads(resumed.output)
    (found,) = told["settled"]
    assert (told["schema"], found["state"], found["result"]) == (
        "linewright.resume/1",
        "pending",
        "confirmed",
    )
    assert not site.has(found["device"])
    base = site.place.state.applied(found["device"])
    assert base is not None
    assert base.change != site.plan.code, "the next change starts from what was before"
    on = run.invoke(root, [*where, "resume", told["job"], "--go-on", "--yes"], standalone_mode=False)
    assert isinstance(on.exception, Refused)
    assert "lw rollback" in on.exception.hint
