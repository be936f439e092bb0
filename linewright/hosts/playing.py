"""A playbook on hosts: Ansible works in a process of its own, with an environment of its own, and tells what became of each."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import msgspec

from linewright import children
from linewright.errors import FacilityError
from linewright.files import write_whole
from linewright.model.objects import Record

#: What became of one host. "failed": a task failed there, those before it are done.
Result = Literal["ok", "changed", "failed", "unreachable", "not reached by any play"]
#: Told when a task is done on a host: host, task.
Done = Callable[[str, str], None]


class Job(Record, frozen=True):
    """What the child does: a playbook by its path, on an inventory; `check` changes nothing and says what would be."""

    playbook: str
    inventory: dict[str, Any]
    check: bool
    timeout: int


class Event(Record, frozen=True):
    """What the child says: a task that ended on a host, or the reason it could not begin at all (`host` empty).

    `result` is ok, changed, failed or unreachable; `message` why it failed, in Ansible's words.
    """

    host: str = ""
    task: str = ""
    result: str = ""
    message: str = ""
    diff: str = ""


class HostResult(Record, frozen=True):
    """What became of a host; `tasks` are those that changed something there, or would."""

    host: str
    result: Result
    tasks: tuple[str, ...] = ()
    message: str = ""


def play(job: Job, done: Done) -> tuple[HostResult, ...]:
    """Run a playbook; every host of the inventory has a result.

    Raises:
        FacilityError: Ansible is not installed, or it could not begin.
    """
    if find_spec("ansible_runner") is None:
        raise FacilityError("Ansible is not installed", hint="pip install 'linewright[ansible]'")
    hosts = [*job.inventory["all"]["hosts"]]
    events: list[Event] = []
    with tempfile.TemporaryDirectory(prefix="linewright-play-") as folder:
        for line in _lines(job, Path(folder)):
            event = msgspec.json.decode(line, type=Event)
            if not event.host:
                raise FacilityError(
                    f"Ansible could not begin: {event.message}", hint="nothing was changed on a host"
                )
            events.append(event)
            done(event.host, event.task)
    return tuple(_result(host, [event for event in events if event.host == host]) for host in hosts)


def _result(host: str, events: list[Event]) -> HostResult:
    changed = tuple(event.task for event in events if event.result == "changed")
    for word in ("unreachable", "failed"):
        if worst := [event for event in events if event.result == word]:
            task = f"{worst[0].task}: " if word == "failed" else ""
            result: Result = "unreachable" if word == "unreachable" else "failed"
            return HostResult(host=host, result=result, tasks=changed, message=f"{task}{worst[0].message}")
    if not events:
        return HostResult(host=host, result="not reached by any play")
    return HostResult(host=host, result="changed" if changed else "ok", tasks=changed)


def _lines(job: Job, folder: Path) -> Any:
    """Lines the child writes, as they come; its environment has nothing of ours but what finds programs and keys."""
    environment = children.bare(
        PATH=children.beside_us(),
        HOME=str(folder),
        LC_ALL="C.UTF-8",
        ANSIBLE_CONFIG=str(folder / "ansible.cfg"),
        ANSIBLE_LOCAL_TEMP=str(folder / "local"),
    )
    write_whole(folder / "ansible.cfg", b"[defaults]\n")  # an empty one, or the machine's own would count
    if agent := os.environ.get("SSH_AUTH_SOCK"):
        environment["SSH_AUTH_SOCK"] = agent
    child = subprocess.Popen(
        [sys.executable, "-I", "-m", "linewright.hosts.child", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=folder,
    )
    assert child.stdin is not None  # noqa: S101 - both are pipes
    assert child.stdout is not None  # noqa: S101 - as above
    try:
        child.stdin.write(msgspec.json.encode(job))
        child.stdin.close()
        yield from child.stdout
        child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()
        child.stdout.close()
    if child.returncode:
        raise FacilityError(
            f"Ansible's process ended with {child.returncode}",
            hint="what was done before is done; run it again",
        )
