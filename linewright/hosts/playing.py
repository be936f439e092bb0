"""A playbook on hosts: Ansible works in a process of its own, with an environment of its own, and tells what became of each."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import msgspec

from linewright import children
from linewright.errors import FacilityError
from linewright.files import write_whole
from linewright.hosts.events import Ending, Event, HostResult, Job, result
from linewright.model.objects import Record

#: Told when a task is done on a host: host, task.
Done = Callable[[str, str], None]
#: Seconds that Ansible's process has to end all that it started.
_LAST_WORK = 15


class Run(Record, frozen=True):
    """What became of every host, and how the run ended when it did not come to its end (`why` in a few words)."""

    hosts: tuple[HostResult, ...]
    ending: Ending = ""
    why: str = ""


def play(job: Job, done: Done) -> Run:
    """Run a playbook; every host of the inventory has a result. When it returns or raises, nothing of it goes on here.

    Ctrl-C ends it: before the first task that is all, after it the result says where each host stands.

    Raises:
        FacilityError: Ansible is not installed, or it could not begin; nothing was changed.
        KeyboardInterrupt: before the first task.
    """
    if find_spec("ansible_runner") is None:
        raise FacilityError("Ansible is not installed", hint="pip install 'linewright[ansible]'")
    events: list[Event] = []

    def hear(event: Event) -> None:
        events.append(event)
        if event.host and event.result != "begun":
            done(event.host, event.task)

    with tempfile.TemporaryDirectory(prefix="linewright-play-", ignore_cleanup_errors=True) as folder:
        ended = _ended(job, Path(folder), hear)
    told = [event for event in events if event.host]
    last = next((event for event in (ended, *events) if event is not None and event.ending), Event())
    if last.ending and not told:
        if last.ending == "interrupted":
            raise KeyboardInterrupt
        raise FacilityError(f"Ansible could not begin: {last.message}", hint="nothing was changed on a host")
    hosts = tuple(
        result(host, [event for event in told if event.host == host], last.ending, check=job.check)
        for host in job.inventory["all"]["hosts"]
    )
    return Run(hosts=hosts, ending=last.ending, why=last.message)


def _ended(job: Job, folder: Path, hear: Callable[[Event], None]) -> Event | None:
    """Run the child, hand on what it says as it comes; why it ended other than by itself."""
    with _child(job, folder) as child:
        assert child.stdin is not None  # noqa: S101 - both are pipes
        assert child.stdout is not None  # noqa: S101 - as above
        try:
            with suppress(OSError):  # it is gone already: its exit status is told below
                # Not closed: the child ends all that it started when it is.
                child.stdin.write(msgspec.json.encode(job) + b"\n")
                child.stdin.flush()
            for line in child.stdout:
                hear(msgspec.json.decode(line, type=Event))
            code = child.wait()
        except KeyboardInterrupt:
            _end(child)
            for line in child.stdout:  # what it had said when it was interrupted
                with suppress(msgspec.DecodeError):
                    hear(msgspec.json.decode(line, type=Event))
            return Event(ending="interrupted", message="somebody ended it")
    return Event(ending="broken off", message=f"its process ended with {code}") if code else None


@contextmanager
def _child(job: Job, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process Ansible runs in; its environment has nothing of ours but what finds programs and keys.

    It has a session of its own: Ctrl-C at the terminal is ours, and it is we who end it.
    """
    environment = children.bare(
        PATH=children.beside_us(),
        HOME=str(folder),
        LC_ALL="C.UTF-8",
        ANSIBLE_CONFIG=str(folder / "ansible.cfg"),
        ANSIBLE_LOCAL_TEMP=str(folder / "local"),
    )
    write_whole(folder / "ansible.cfg", b"[defaults]\n")  # an empty one, or the machine's own would count
    if job.agent and (agent := os.environ.get("SSH_AUTH_SOCK")):
        environment["SSH_AUTH_SOCK"] = agent
    try:
        child = subprocess.Popen(
            [sys.executable, "-I", "-m", "linewright.hosts.child", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
    except OSError as error:
        raise FacilityError(
            f"Ansible's process cannot be started: {error.strerror or error}",
            hint="nothing was changed on a host",
        ) from error
    try:
        yield child
    finally:
        _end(child)
        if child.stdout is not None:
            child.stdout.close()


def _end(child: subprocess.Popen[bytes]) -> None:
    """Let the child end what it started, and see to it that it does; a second Ctrl-C does not hinder that."""
    ours = threading.current_thread() is threading.main_thread()  # signal(2) is the main thread's to use
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if ours else None
    try:
        if child.stdin is not None:
            with suppress(OSError):
                child.stdin.close()
        try:
            child.wait(_LAST_WORK)
        except subprocess.TimeoutExpired:
            with suppress(OSError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
