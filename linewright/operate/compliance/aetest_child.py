"""A process that runs an AEtest testscript and nothing else: pyATS parses sys.argv, logs to the root and is not thread-safe.

Started by `aetest`; a job comes by standard input as JSON, the results go into a file. What pyATS prints is dropped by
the caller.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec

from linewright.files import write_whole
from linewright.model.objects import Record


class Job(Record, frozen=True):
    """What to run: paths of the testscript, of the files to write, and the testbed as pyATS loads it."""

    testscript: str
    testbed: dict[str, Any]
    verdicts_file: str
    results_file: str


def main() -> None:
    """Run the job."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    sys.argv = ["linewright"]  # before pyATS is imported: it reads the command line of whoever imports it
    from pyats import aetest  # noqa: PLC0415 - as above
    from pyats.aetest.reporter import StandaloneReporter  # noqa: PLC0415 - as above
    from pyats.topology import loader  # noqa: PLC0415 - as above

    reporter = StandaloneReporter()
    result = aetest.main(
        testable=job.testscript,
        testbed=loader.load(job.testbed),
        reporter=reporter,
        verdicts_file=job.verdicts_file,
    )
    told = {"result": str(result), "sections": _plain(reporter.section_details)}
    write_whole(Path(job.results_file), msgspec.json.encode(told), mode=0o600)


def _plain(sections: Any) -> list[dict[str, Any]]:
    """Sections as names and words; pyATS's own classes do not leave this process."""
    return [
        {
            "name": str(section["name"]),
            "result": str(section["result"]),
            "sections": _plain(section.get("sections", ())),
        }
        for section in sections
    ]


if __name__ == "__main__":
    main()
