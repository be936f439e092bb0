"""The process Ansible runs in: a job by standard input, one JSON line per task and host to standard output.

Started with a folder of its own for each run: ansible-runner keeps the environment of a folder's first run for ever.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec

from linewright.hosts.playing import Event, Job

_RESULTS = {
    "runner_on_ok": "ok",
    "runner_on_failed": "failed",
    "runner_on_unreachable": "unreachable",
    "runner_item_on_failed": "failed",
}
_LONGEST = 500


def main() -> None:
    """Run the job."""
    import ansible_runner  # noqa: PLC0415 - an extra; this process is where it is wanted

    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    folder = Path(sys.argv[1])
    told: list[str] = []
    output: list[str] = []

    def tell(event: Any) -> bool:
        if (said := _event(event)) is not None:
            told.append(said.host)
            _write(said)
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
        envvars={
            "ANSIBLE_HOST_KEY_CHECKING": "True",
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "ANSIBLE_SSH_RETRIES": "0",
            "ANSIBLE_GATHERING": "explicit",
            "ANSIBLE_NOCOLOR": "1",
        },
    )
    if run.status == "timeout":
        _write(Event(message=f"it took over {job.timeout} s"))
    elif run.status in ("error", "failed") and not told:
        said = "\n".join(output) or run.stdout.read()
        reason = next((line for line in said.splitlines() if "ERROR" in line), run.status)
        _write(Event(message=reason.strip()[:_LONGEST]))


def _event(event: Any) -> Event | None:
    data = event.get("event_data") or {}
    result = data.get("res") or {}
    word = _RESULTS.get(event.get("event", ""))
    if word is None or (word == "failed" and data.get("ignore_errors")):
        return None
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


def _write(event: Event) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(event) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
