"""Ansible as a process of ours: what it does is told truthfully, and when it is ended nothing of it goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linewright.errors import ExitCode, FacilityError
from linewright.hosts.events import Event, Job, result
from linewright.hosts.inventory import Host, inventory, unsafe
from linewright.hosts.playing import Run, play
from linewright.model.objects import Device
from linewright.operate.playing import Played

HEAD = (
    "- hosts: all\n  connection: local\n  gather_facts: false\n"
    f"  vars: {{ansible_python_interpreter: {sys.executable}}}\n  tasks:\n"
)
CHANGE = "    - name: Change something\n      ansible.builtin.debug: {msg: x}\n      changed_when: true\n"
#: Runs until the time is over or somebody comes: {} is a number of its own for each test.
SLEEP = "    - name: Sleep\n      ansible.builtin.command: sleep {}\n"
#: The same, out of every session and process group of Ansible's.
ESCAPED = "    - name: Escape\n      ansible.builtin.shell: setsid nohup sleep {} >/dev/null 2>&1 &\n"


def job(folder: Path, text: str, **fields: Any) -> Job:
    playbook = folder / "playbook.yml"
    playbook.write_text(text)
    names = fields.pop("names", ("h1",))
    made = inventory(
        (Host(name=name, alias=name, address="127.0.0.1", port=1, username="x", known_hosts="/dev/null") for name in names),
        {name: Device(name=name, type="x", site="hq", role="log") for name in names},
    )  # fmt: skip
    made["all"]["vars"] = {name: unsafe(value) for name, value in fields.pop("variables", {}).items()}
    return Job(**({"playbook": str(playbook), "inventory": made, "check": False, "timeout": 60} | fields))


def quiet(*_: str) -> None:
    pass


def played(run: Run) -> Played:
    return Played(hosts=run.hosts, why=run.why)


def living(marker: str) -> list[int]:
    """The processes whose command line holds a marker, ours aside."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if marker.encode() in line and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def until(what: Callable[[], Any]) -> bool:
    for _ in range(600):
        if what():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def nap() -> Iterator[str]:
    """A number of seconds that no other process sleeps; none does when the test is over."""
    marker = f"4321.{os.getpid()}{time.monotonic_ns()}"
    yield marker
    for one in living(marker):
        os.kill(one, signal.SIGKILL)


def test_what_a_run_over_its_time_did_is_told_and_nothing_of_it_goes_on(tmp_path: Path, nap: str) -> None:
    text = HEAD + CHANGE + ESCAPED.format(nap) + SLEEP.format(nap)
    run = play(job(tmp_path, text, timeout=6), quiet)
    (host,) = run.hosts
    assert (run.ending, host.result) == ("over its time", "unknown")
    assert host.tasks == ("Change something", "Escape")
    assert host.message.startswith("Sleep: it was under way")
    assert played(run).code == ExitCode.UNKNOWN
    assert living(nap) == living(str(tmp_path)) == []


def test_a_trial_that_is_over_its_time_changed_nothing(tmp_path: Path) -> None:
    text = HEAD + CHANGE + "    - ansible.builtin.pause: {seconds: 600}\n"
    run = play(job(tmp_path, text, timeout=4, check=True), quiet)
    assert [host.result for host in run.hosts] == ["stopped"]
    assert played(run).code == ExitCode.STOPPED


def test_over_its_time_before_the_first_task_is_nothing_done(tmp_path: Path, nap: str) -> None:
    text = f"- hosts: \"{{{{ lookup('pipe', 'sleep {nap}') }}}}\"\n  tasks: []\n"
    with pytest.raises(FacilityError, match="could not begin: it took over 3 s") as caught:
        play(job(tmp_path, text, timeout=3), quiet)
    assert "nothing was changed" in caught.value.hint
    assert living(nap) == living(str(tmp_path)) == []


def test_ctrl_c_in_the_middle_ends_everything_and_says_where_it_stands(tmp_path: Path, nap: str) -> None:
    def done(_host: str, task: str) -> None:
        if task == "Change something":
            os.kill(os.getpid(), signal.SIGINT)

    run = play(job(tmp_path, HEAD + CHANGE + SLEEP.format(nap)), done)
    assert run.ending == "interrupted"
    assert run.hosts[0].result in {"stopped", "unknown"}
    assert run.hosts[0].tasks == ("Change something",)
    assert played(run).code in {ExitCode.STOPPED, ExitCode.UNKNOWN}
    assert living(nap) == living(str(tmp_path)) == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_when_we_are_killed_nothing_goes_on(tmp_path: Path, nap: str, how: signal.Signals) -> None:
    asked = job(tmp_path, HEAD + ESCAPED.format(nap) + SLEEP.format(nap))
    program = (
        "import sys, msgspec\n"
        "from linewright.hosts.playing import Job, play\n"
        "play(msgspec.json.decode(sys.argv[1], type=Job), lambda *_: None)\n"
    )
    (tmp_path / "made").mkdir()
    ours = subprocess.Popen(
        [sys.executable, "-c", program, msgspec.json.encode(asked).decode()],
        env=os.environ | {"TMPDIR": str(tmp_path / "made")},
    )
    try:
        assert until(lambda: len(living(f"sleep\0{nap}")) >= 2), "it sleeps twice: in the task, and escaped"
    finally:
        ours.send_signal(how)
        ours.wait(30)
    assert until(lambda: not living(nap) and not living(str(tmp_path)))
    assert [*(tmp_path / "made").iterdir()] == []


def test_a_host_that_no_play_is_for_is_a_finding_and_none_at_all_is_wrong_use(tmp_path: Path) -> None:
    text = f"- hosts: h1\n{HEAD.split(chr(10), 1)[1]}{CHANGE}"
    some = played(play(job(tmp_path, text, names=("h1", "h2")), quiet))
    assert [host.result for host in some.hosts] == ["changed", "not reached by any play"]
    assert (some.code, some.none_worked_on) == (ExitCode.FINDING, False)
    none = played(play(job(tmp_path, text, names=("h2", "h3")), quiet))
    assert (none.code, none.none_worked_on) == (ExitCode.USAGE, True)


def test_tasks_that_are_skipped_are_work_that_was_not_needed(tmp_path: Path) -> None:
    run = play(job(tmp_path, f"{HEAD}{CHANGE}      when: false\n"), quiet)
    assert [host.result for host in run.hosts] == ["ok"]


def test_a_fault_in_the_middle_is_told_with_what_was_done(tmp_path: Path) -> None:
    text = f'{HEAD}{CHANGE}- hosts: "{{{{ nonsense }}}}"\n  tasks: []\n'
    run = play(job(tmp_path, text), quiet)
    assert (run.ending, run.hosts[0].result, run.hosts[0].tasks) == (
        "broken off", "stopped", ("Change something",),
    )  # fmt: skip
    assert played(run).code == ExitCode.STOPPED


def test_a_child_that_dies_at_once_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    big = {f"h{number}": {"x": "y" * 200} for number in range(3000)}
    asked = Job(playbook="/x", inventory={"all": {"hosts": big}}, check=True, timeout=5)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(FacilityError, match="could not begin: its process ended with 1"):
        play(asked, quiet)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    with pytest.raises(FacilityError, match="cannot be started: No such file"):
        play(asked, quiet)


def test_a_variable_is_no_template(tmp_path: Path) -> None:
    value = f"{{{{ lookup('pipe', 'touch {tmp_path}/ran') }}}}"
    text = f'{HEAD}    - ansible.builtin.copy:\n        content: "{{{{ word }}}}"\n        dest: {tmp_path}/said\n'
    run = play(job(tmp_path, text, variables={"word": value}), quiet)
    assert run.hosts[0].result == "changed", run
    assert (tmp_path / "said").read_text() == value
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("agent", [True, False])
def test_the_agent_is_handed_on_only_where_it_may_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agent: bool
) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/agent.sock")
    text = f"{HEAD}    - ansible.builtin.shell: env >{tmp_path}/env\n"
    assert play(job(tmp_path, text, agent=agent), quiet).hosts[0].result == "changed"
    assert ("SSH_AUTH_SOCK=/run/agent.sock" in (tmp_path / "env").read_text()) == agent


def event(task: str, word: str) -> Event:
    return Event(host="h1", task=task, result=word)


def test_where_a_host_stands_when_a_run_is_cut() -> None:
    began, done = event("A", "begun"), event("A", "changed")
    assert result("h1", [], "interrupted", check=False).result == "not begun"
    assert result("h1", [began], "interrupted", check=False).result == "unknown"
    assert result("h1", [began], "interrupted", check=True).result == "stopped"
    assert result("h1", [began, done], "over its time", check=False).result == "stopped"
    assert result("h1", [began, event("A", "failed")], "broken off", check=False).result == "failed"
    assert result("h1", [began, done], "", check=False).result == "changed"
