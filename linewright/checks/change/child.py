"""A process that runs one check of the site's and nothing else: no environment, no credential, no device.

Started by `site`: a job comes by standard input as JSON, the answer goes out the same way. What the check prints is
dropped.
"""

import os
import resource
import sys
from typing import Any

import msgspec

from linewright.model.record import FreeData, Record

#: Faults and characters of one; what a check says is not believed to end.
MOST_FAULTS = 100
LONGEST_FAULT = 500


class Job(Record, frozen=True):
    """One check: its source and name, observations as plain data, and its limits (seconds of processor time, MiB)."""

    name: str
    source: str
    before: FreeData
    after: FreeData
    around: dict[str, dict[str, FreeData]]
    input: dict[str, tuple[str, ...]]
    seconds: int
    megabytes: int


class Answer(Record, frozen=True):
    """What is wrong, in words; `error` says why the check could not judge."""

    wrong: tuple[str, ...] = ()
    error: str = ""


def judged(job: Job) -> Answer:
    """Run the check: its function `check(before, after, around, input)` gives a list of what is wrong."""
    names: dict[str, Any] = {"__name__": job.name}
    try:
        exec(compile(job.source, job.name, "exec"), names)  # noqa: S102 - the site's own check, sealed by its SHA-256
        found = names["check"](job.before, job.after, job.around, job.input)
    except KeyError as error:
        return Answer(error=f"it has no function check, or looked for {error} in vain")
    except MemoryError:
        return Answer(error=f"it needs more than {job.megabytes} MiB")
    except Exception as error:  # noqa: BLE001 - a check can raise whatever Python can
        return Answer(error=f"{type(error).__name__}: {error}"[:LONGEST_FAULT])
    if not isinstance(found, list | tuple) or not all(isinstance(fault, str) for fault in found):
        return Answer(error="its answer is no list of texts")
    return Answer(wrong=tuple(fault[:LONGEST_FAULT] for fault in found[:MOST_FAULTS]))


def main() -> None:
    """Run the job of standard input."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    with os.fdopen(os.dup(1), "wb") as out:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        resource.setrlimit(resource.RLIMIT_AS, (job.megabytes << 20, job.megabytes << 20))
        resource.setrlimit(resource.RLIMIT_CPU, (job.seconds, job.seconds + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        out.write(msgspec.json.encode(judged(job)))


if __name__ == "__main__":
    main()
