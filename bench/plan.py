"""Planning without devices: a site of simulated EOS switches that were collected, and a change to every one of them.

    python bench/plan.py                      500 switches, 3 runs: time, CPU and most memory of `lw plan --offline`
    python bench/plan.py --boxes 100 --runs 5

Each run is the stock command in a process of its own. Quote figures with the machine and what else it was doing.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from linewright.lab.twin.collected import collected_site
from linewright.model.snapshot import Origin, Snapshot
from linewright.operate.workplace import workplace

#: The console script, where none is installed beside the interpreter.
_RUN = "import sys; from linewright.cli import main; sys.exit(main())"


def main() -> int:
    """Make the site, plan it several times, print medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--boxes", type=int, default=500)
    parser.add_argument("--drift", type=int, default=-1, help="switches changed by hand; two fifths of them")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    drifted = given.drift if given.drift >= 0 else given.boxes * 2 // 5
    with tempfile.TemporaryDirectory() as temporary:
        folder, file = Path(temporary) / "site", Path(temporary) / "bench.lwplan"
        began = time.monotonic()
        snapshot, _ = collected_site(folder, given.boxes, drifted)
        workplace(folder).keep(_changed(snapshot))
        print(
            f"made in {time.monotonic() - began:.1f} s: {given.boxes} switches, {drifted} changed by hand, "
            f"one line wanted on each"
        )
        plan = ("plan", "--offline", "-o", str(file))
        for words in (plan, ("plan", "show", str(file))):
            found = [_measured(folder, words) for _ in range(given.runs)]
            seconds, cpu, memory = (statistics.median(each) for each in zip(*found, strict=True))
            print(
                f"lw {' '.join(words[:2])}: {seconds:.1f} s, {cpu:.1f} s of CPU, {memory:.0f} MiB at most (median of {given.runs})"
            )
        print(f"the plan: {file.stat().st_size / 2**20:.1f} MiB")
        print(
            f"this machine: {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}"
        )
    return 0


def _changed(snapshot: Snapshot) -> Snapshot:
    """Another description of one port on every switch."""
    devices = [
        msgspec.structs.replace(
            device,
            interfaces=tuple(
                msgspec.structs.replace(port, description=f"{port.description} moved")
                if port.name == "Ethernet3"
                else port
                for port in device.interfaces
            ),
        )
        for device in snapshot.devices.values()
    ]
    return Snapshot.build(snapshot.tables, devices, Origin(source="bench: one port moved everywhere"))


def _measured(folder: Path, words: tuple[str, ...]) -> tuple[float, float, float]:
    began = time.monotonic()
    run = subprocess.Popen([sys.executable, "-c", _RUN, *words], cwd=folder, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode:
        raise SystemExit(f"lw {' '.join(words)} ended with {run.returncode}")
    return time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main())
