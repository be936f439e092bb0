"""How long a record takes to be on disk, and the leases of 300 devices; in a file, or in what a URL names.

bench/journal.py [FOLDER | postgresql://...]
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from linewright.journal.journal import Journal
from linewright.journal.postgres import in_postgres


def each(what: str, times: int, do: Callable[[int], Any]) -> None:
    took = []
    for number in range(times):
        begun = time.perf_counter()
        do(number)
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    print(
        f"{what:<24} median {statistics.median(took):7.2f} ms, 95% {took[int(times * 0.95)]:7.2f} ms, worst {took[-1]:7.2f} ms"
    )


def main(where: str) -> None:
    with tempfile.TemporaryDirectory(dir=None if "://" in where else where) as folder:
        journal = Journal(in_postgres(where) if "://" in where else Path(folder) / "journal.db")
        try:
            each(
                "append", 500, lambda number: journal.append("J1", "arming", f"r{number}", timer=120, lines=3)
            )
            devices = [f"r{number}" for number in range(300)]
            leases = journal.leases
            each(
                "take and release 300",
                5,
                lambda _: leases.release(*leases.take_all(devices, "J1", seconds=60)),
            )
            lease = leases.take("r1", "J1", seconds=60)
            each("renew", 200, lambda _: leases.renew(lease))
            leases.release(lease)
        finally:
            journal.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ".")
