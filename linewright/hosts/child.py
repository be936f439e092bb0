"""The process Ansible runs in: a job by standard input, one JSON line per event to standard output.

Started with a folder of its own for each run: ansible-runner keeps the environment of a folder's first run for ever.
Standard input is its life line: when it closes, whoever started us has had enough or is gone, and everything ends.
"""

import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

import msgspec

from linewright.hosts import offspring
from linewright.hosts.events import Event, Job

_RESULTS = {
    "runner_on_start": "begun",
    "runner_on_ok": "ok",
    "runner_on_skipped": "ok",
    "runner_on_failed": "failed",
    "runner_on_unreachable": "unreachable",
    "runner_item_on_failed": "failed",
}
_LONGEST = 500
_TRIES = 100


def main() -> None:
    """Run the job."""
    offspring.adopt()
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    told = _own_output()
    folder, unwanted = Path(sys.argv[1]), threading.Event()
    threading.Thread(target=_live_while_wanted, args=(folder, unwanted), daemon=True).start()
    try:
        _run(job, folder, told)
    finally:
        offspring.end()
        if unwanted.is_set():
            threading.Event().wait()  # the other thread has the last word


def _run(job: Job, folder: Path, told: IO[bytes]) -> None:
    import ansible_runner  # noqa: PLC0415 - an extra; this process is where it is wanted

    begun = finished = False
    output: list[str] = []

    def tell(event: Any) -> bool:
        nonlocal begun, finished
        # Told at the end of every playbook, however its hosts fared; ansible-playbook's exit status says less.
        finished |= event.get("event") == "playbook_on_stats"
        if (said := _event(event)) is not None:
            begun = True
            _write(told, said)
        elif event.get("stdout"):
            output.append(str(event["stdout"]))
        return False  # nothing is kept in the folder

    run = ansible_runner.run(
        private_data_dir=str(folder),
        playbook=job.playbook,
        inventory=job.inventory,
        cmdline="--check --diff" if job.check else "--diff",
        event_handler=tell,
        quiet=True,
        timeout=job.timeout,
        settings={"pexpect_timeout": 1},
        envvars={
            "ANSIBLE_HOST_KEY_CHECKING": "True",
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "ANSIBLE_SSH_RETRIES": "0",
            "ANSIBLE_GATHERING": "explicit",
            "ANSIBLE_NOCOLOR": "1",
        },
    )
    if finished:
        return
    if run.status == "timeout":
        _write(told, Event(ending="over its time", message=f"it took over {job.timeout} s"))
    else:
        said = "\n".join(output) or run.stdout.read()
        reason = next((line for line in said.splitlines() if "ERROR" in line), f"it ended with {run.rc}")
        _write(
            told,
            Event(ending="broken off" if begun else "not begun", message=reason.strip()[:_LONGEST]),
        )


def _own_output() -> IO[bytes]:
    """Standard output for events alone: what a library prints goes nowhere."""
    told = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return told


def _live_while_wanted(folder: Path, unwanted: threading.Event) -> None:
    # Not the buffered reader: a thread that waits in it would not let the interpreter end.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    unwanted.set()
    offspring.end()
    # Whoever made it may be gone; ansible-runner, which has just lost its playbook, may still write there.
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
        time.sleep(0.02)
    os._exit(0)


def _event(event: Any) -> Event | None:
    data = event.get("event_data") or {}
    result = data.get("res") or {}
    word = _RESULTS.get(event.get("event", ""))
    if word is None:
        return None
    if word == "failed" and data.get("ignore_errors"):
        word = "ok"
    if word == "ok" and result.get("changed"):
        word = "changed"
    return Event(
        host=str(data.get("host", "")),
        task=str(data.get("task", "")),
        result=word,
        message=_message(result) if word in ("failed", "unreachable") else "",
    )


def _message(result: Any) -> str:
    said = [str(result.get(key)) for key in ("msg", "stderr") if result.get(key)]
    return "; ".join(dict.fromkeys(said))[:_LONGEST].strip()


def _write(told: IO[bytes], event: Event) -> None:
    told.write(msgspec.json.encode(event) + b"\n")
    told.flush()


if __name__ == "__main__":
    main()
