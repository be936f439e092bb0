"""What belongs to a lab is found and stopped, whatever it is; what does not is left alone, wherever it stands."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from linewright.errors import FacilityError
from linewright.lab.netbox import processes
from linewright.lab.netbox.state import MARK, new_state

SLEEP = [sys.executable, "-c", "import time; time.sleep(120)"]


@pytest.fixture
def state(tmp_path):
    runtime = tmp_path / "lw-netbox-test"
    runtime.mkdir()
    return msgspec.structs.replace(new_state("4.7.3", ()), runtime=str(runtime))


@contextlib.contextmanager
def stranger(**arguments):
    process = subprocess.Popen(SLEEP, **arguments)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_processes_of_a_lab_are_found_and_stopped(state, tmp_path):
    started = [processes.start(state, SLEEP, log=tmp_path / "log") for _ in range(3)]
    wait_for(lambda: len(processes.find(state)) == 3)
    processes.stop(state)
    assert processes.find(state) == []
    assert [process.wait(timeout=5) for process in started] == [-9, -9, -9]


def test_a_process_that_ignores_signals_and_one_it_forked_are_stopped_too(state, tmp_path):
    body = (
        "import os, signal, time\n"
        "for s in (2, 3, 15, 1): signal.signal(s, signal.SIG_IGN)\n"
        "os.fork(); os.setsid() if os.getpid() != os.getpgrp() else None\n"
        "time.sleep(120)"
    )
    process = processes.start(state, [sys.executable, "-c", body], log=tmp_path / "log")
    wait_for(lambda: len(processes.find(state)) == 2)
    processes.stop(state)
    assert processes.find(state) == []
    process.wait(timeout=5)


def test_a_shell_somebody_opened_in_the_runtime_folder_is_left_alone(state):
    with stranger(cwd=state.runtime) as theirs:
        processes.stop(state)
        assert theirs.poll() is None


def test_a_process_elsewhere_that_inherited_the_mark_is_left_alone(state, tmp_path):
    with stranger(cwd=tmp_path, env={**os.environ, MARK: state.mark}) as theirs:
        processes.stop(state)
        assert theirs.poll() is None


def test_a_server_program_in_the_runtime_folder_is_ours_even_without_the_mark(state):
    known = msgspec.structs.replace(state, programs=(str(Path(sys.executable).resolve()),))
    with stranger(cwd=state.runtime) as server:
        wait_for(lambda: [found.pid for found in processes.find(known)] == [server.pid])
        processes.stop(known)
        assert server.wait(timeout=5) == -9


def test_a_process_is_found_after_its_folder_was_removed(state, tmp_path):
    process = processes.start(state, SLEEP, log=tmp_path / "log")
    wait_for(lambda: len(processes.find(state)) == 1)
    Path(state.runtime).rmdir()
    processes.stop(state)
    process.wait(timeout=5)


def test_a_failing_command_shows_the_end_of_its_log(state, tmp_path):
    with pytest.raises(FacilityError, match=r"the thing failed with status 3(.|\n)*out of paper"):
        processes.run(
            state, ["sh", "-c", "echo out of paper; exit 3"], log=tmp_path / "log", what="the thing"
        )


def test_a_command_that_takes_too_long_is_stopped(state, tmp_path):
    with pytest.raises(FacilityError, match="longer than 0 s"):
        processes.run(state, SLEEP, log=tmp_path / "log", what="the thing", seconds=0.2)
    assert processes.find(state) == []


def test_a_server_that_ends_instead_of_getting_ready_is_told_with_its_log(state, tmp_path):
    log = tmp_path / "log"
    process = processes.start(state, ["sh", "-c", "echo address in use; exit 1"], log=log)
    with pytest.raises(FacilityError, match=r"ended with status 1(.|\n)*address in use"):
        processes.wait_until(lambda: False, process, what="the server", log=log, seconds=20)


def test_servers_get_few_of_our_variables(state, monkeypatch):
    monkeypatch.setenv("BGP_PASSWORD", "hunter2")
    monkeypatch.setenv("PYTHONPATH", "/tmp")
    handed = processes.environment(state, {"NETBOX_ROOT": "/x"})
    assert "hunter2" not in handed.values()
    assert "PYTHONPATH" not in handed
    assert handed[MARK] == state.mark
    assert handed["NETBOX_ROOT"] == "/x"
