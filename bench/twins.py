"""A generated site of simulated EOS switches in a folder, served in a process of its own.

    python bench/twins.py                                 measure: start, then collect, backup and drift, and end
    python bench/twins.py --boxes 300 --drift 120 --site-folder DIR
                                                          serve until stopped; the folder stays
    cd DIR && lw collect ...                              from another terminal, meanwhile

Prints a line "ready ..." once all listen. Quote figures with the machine and what else it was doing.
"""

import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from linewright.errors import LinewrightError
from linewright.lab.twin.served import served

#: The console script, where none is installed beside the interpreter.
_RUN = "import sys; from linewright.cli import main; sys.exit(main())"


def main() -> int:
    """Measure, or serve until a signal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--boxes", type=int, default=300)
    parser.add_argument("--drift", type=int, default=120)
    parser.add_argument("--workers", type=int, default=20, help="num_workers of the site's Nornir runner")
    parser.add_argument("--site-folder", type=Path, metavar="DIR", help="serve here until stopped")
    given = parser.parse_args()
    try:
        if given.site_folder:
            serve(given.site_folder, given.boxes, given.drift, given.workers)
        else:
            measure(given.boxes, given.drift, given.workers)
    except LinewrightError as error:
        print(f"{error.message}\n{error.hint}", file=sys.stderr)
        return int(error.code)
    return 0


def serve(folder: Path, boxes: int, drifted: int, workers: int) -> None:
    """Serve a site until SIGINT or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    began = time.monotonic()
    with served(folder, boxes, drifted, workers=workers, recipients=_two()) as fleet:
        if shutil.which("git"):
            subprocess.run(["git", "init", "-q", str(folder)], check=True)
        print(
            f"ready after {time.monotonic() - began:.1f} s: {boxes} switches, {drifted} changed by hand, "
            f"{_memory()}, {threading.active_count()} threads",
            flush=True,
        )
        stop.wait()
        requests = sum(server.requests for server in fleet.servers.values())
        connections = sum(server.connections for server in fleet.servers.values())
        print(f"served {requests} requests over {connections} connections, {_memory()}", flush=True)


def measure(boxes: int, drifted: int, workers: int) -> None:
    """Stock commands on a served site, one after the other."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "site"
        words = ["--boxes", str(boxes), "--drift", str(drifted), "--workers", str(workers)]
        server = subprocess.Popen(
            [sys.executable, __file__, *words, "--site-folder", str(folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            print(server.stdout.readline() if server.stdout else "", end="")
            for command in ("collect", "backup", "drift"):
                began = time.monotonic()
                run = subprocess.Popen(
                    [sys.executable, "-c", _RUN, command], cwd=folder, stdout=subprocess.PIPE, text=True
                )
                said = (run.stdout.read() if run.stdout else "").strip().splitlines()
                _, status, used = os.wait4(run.pid, 0)
                run.returncode = os.waitstatus_to_exitcode(status)
                print(
                    f"{command}: exit {run.returncode} after {time.monotonic() - began:.1f} s, "
                    f"{used.ru_utime + used.ru_stime:.1f} s of CPU, {used.ru_maxrss / 1024:.0f} MB at most"
                )
                print("".join(f"    {line}\n" for line in said if f"{boxes} " in line), end="")
        finally:
            server.terminate()
            print(server.communicate()[0], end="")


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
