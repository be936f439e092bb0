"""A generated site of simulated EOS switches in a folder, served until stopped: for runs at the size of a real site.

Run:   python bench/twins.py --boxes 300 --drift 120 --site-folder DIR
Then:  cd DIR && lw collect, lw backup, lw drift, ...    from another terminal; Ctrl-C here ends it, the folder stays.

Prints a line "ready ..." once all listen, and on the way out what the process has used.
"""

import argparse
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from linewright.errors import LinewrightError
from linewright.lab.twin.served import served


def main() -> int:
    """Serve until a signal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--boxes", type=int, default=300)
    parser.add_argument("--drift", type=int, default=120)
    parser.add_argument("--workers", type=int, default=20, help="num_workers of the site's Nornir runner")
    parser.add_argument("--site-folder", type=Path, required=True, metavar="DIR")
    given = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    began = time.monotonic()
    try:
        with served(
            given.site_folder, given.boxes, given.drift, workers=given.workers, recipients=_two()
        ) as fleet:
            if shutil.which("git"):
                subprocess.run(["git", "init", "-q", str(given.site_folder)], check=True)
            print(
                f"ready after {time.monotonic() - began:.1f} s: {len(fleet.boxes)} switches, "
                f"{given.drift} changed by hand, {_memory()}, {threading.active_count()} threads",
                flush=True,
            )
            stop.wait()
            requests = sum(server.requests for server in fleet.servers.values())
            connections = sum(server.connections for server in fleet.servers.values())
            print(f"served {requests} requests over {connections} connections, {_memory()}", flush=True)
    except LinewrightError as error:
        print(f"{error.message}\n{error.hint}", file=sys.stderr)
        return int(error.code)
    return 0


def _two() -> tuple[str, ...]:
    """Two people who can open the backups of this run and are nobody; none where age is not installed."""
    try:
        from pyrage import x25519  # noqa: PLC0415 - an extra that need not be there
    except ImportError:
        return ()
    return tuple(str(x25519.Identity.generate().to_public()) for _ in range(2))


def _memory() -> str:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return f"{used.ru_maxrss / 1024:.0f} MB at most, {used.ru_utime + used.ru_stime:.1f} s of CPU"


if __name__ == "__main__":
    raise SystemExit(main())
