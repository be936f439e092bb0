"""Are the rules kept? Looking at devices, judging by our own checks, and the same by pyATS."""

import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import msgspec

from linewright import children
from linewright.checks.compliance import CHECKS, Limits, Seen, Verdict, judge
from linewright.errors import ExitCode, FacilityError, worst
from linewright.files import component, private_folder, write_whole
from linewright.model.objects import Record
from linewright.model.observation import Observation
from linewright.model.snapshot import Snapshot
from linewright.operate.collecting import as_file
from linewright.operate.compliance import aetested
from linewright.operate.compliance.aetest_child import Job
from linewright.operate.compliance.looking import from_files
from linewright.operate.compliance.testbed import testbed
from linewright.operate.fleet import read, targets
from linewright.operate.rendering import Problem
from linewright.operate.scope import InScope
from linewright.operate.workplace import Workplace
from linewright.runner.nornir import Done
from linewright.sources import recorded
from linewright.trace import paths

_SCRIPT = "tests/compliance/network.py"
#: Seconds for one run of AEtest; its start takes a few.
_LONGEST = 1800


class Checked(Record, frozen=True):
    """What came of it; `unread` are devices that were asked and could not be read, each with why.

    `seen` is when the devices judged were visited, the oldest visit and the newest (UTC); None when none was.
    """

    verdicts: tuple[Verdict, ...]
    unread: tuple[Problem, ...] = ()
    seen: tuple[str, str] | None = None

    @property
    def code(self) -> ExitCode:
        """What devices that were not read mean for the exit status."""
        return worst([ExitCode(problem.code) for problem in self.unread])


def check(
    place: Workplace,
    snapshot: Snapshot,
    matched: InScope,
    done: Done,
    *,
    collected: Path | None = None,
    limits: Limits | None = None,
    by_pyats: bool = False,
) -> Checked:
    """Judge the devices in scope by every shipped check.

    Args:
        place: the site.
        snapshot: what should be.
        matched: whom to judge.
        done: told when a device was read.
        collected: a folder of observations to judge by, instead of reading the devices.
        limits: what the site demands.
        by_pyats: let AEtest run the checks, in a process of its own that is given no credential.

    Raises:
        DataError: the collected files are not what they should be.
        FacilityError: pyATS is not installed, or did not do its work.
    """
    if by_pyats:
        _needs_pyats()
    if collected is None:
        seen = read(place, matched.devices, done, aetested.FACETS)
    else:
        seen = from_files(collected, matched.devices)
    limits = limits or Limits()
    if by_pyats:
        verdicts = _by_pyats(place, snapshot, matched, seen, limits)
    else:
        verdicts = judge(Seen(snapshot, seen, limits), CHECKS, matched.devices)
    unread = [
        Problem(device=name, message=one.error, hint=one.error_hint, code=int(one.failure))
        for name, one in seen.items()
        if not one.reached
    ]
    times = sorted(one.seen for one in seen.values() if one.reached)
    return Checked(verdicts=verdicts, unread=tuple(unread), seen=(times[0], times[-1]) if times else None)


def write_testbed(place: Workplace, snapshot: Snapshot, matched: InScope, path: Path, limits: Limits) -> None:
    """A testbed file for `pyats run job`; it names files and devices, and holds no credential."""
    kept = place.state.snapshot_path(snapshot.code)
    made = _testbed(place, snapshot, matched, kept, collected="", limits=limits)
    # JSON is YAML: pyATS reads it, and no text of the source of truth can be taken for anything but text.
    write_whole(path, json.dumps(made, indent=1, sort_keys=True).encode() + b"\n")


def _by_pyats(
    place: Workplace, snapshot: Snapshot, matched: InScope, seen: dict[str, Observation], limits: Limits
) -> tuple[Verdict, ...]:
    with tempfile.TemporaryDirectory(prefix="linewright-check-") as made:
        folder = Path(made)
        private_folder(folder / "seen")
        for name, observation in seen.items():
            write_whole(folder / "seen" / f"{component(name)}.json", as_file(observation), mode=0o600)
        file = folder / "snapshot.lwsnap"
        recorded.save(snapshot, file)
        seen_in = str(folder / "seen")
        wanted = _testbed(place, snapshot, matched, file, collected=seen_in, limits=limits)
        job = Job(
            testscript=str(place.site.find(_SCRIPT)),
            testbed=wanted,
            verdicts_file=str(folder / "verdicts.json"),
            results_file=str(folder / "results.json"),
        )
        _run(job, folder)
        verdicts = aetested.read(folder / "verdicts.json")
    order = [check.name for check in CHECKS]
    by_place = {(verdict.device, order.index(verdict.check)): verdict for verdict in verdicts}
    return tuple(
        by_place[key] for key in sorted(by_place, key=lambda key: ([*matched.devices].index(key[0]), key[1]))
    )


def _testbed(
    place: Workplace, snapshot: Snapshot, matched: InScope, file: Path, *, collected: str, limits: Limits
) -> dict[str, object]:
    # A run that judges files has no device to reach: it is not told where the site lies.
    site = {} if collected else {"site_folder": place.settings.root}
    return testbed(
        place.settings.site_id,
        matched.devices,
        targets(place, matched.devices),
        paths(snapshot),
        {
            **site,
            "snapshot": snapshot.code,
            "snapshot_file": str(file),
            "collected": collected,
            "limits": msgspec.to_builtins(limits),
        },
    )


def _run(job: Job, folder: Path) -> None:
    """Run it with nothing of ours: PATH, a home of its own and the job are all it has."""
    environment = children.bare(PATH=children.beside_us(), HOME=str(folder), TZ="UTC")
    try:
        ended = subprocess.run(
            [sys.executable, "-I", "-m", "linewright.operate.compliance.aetest_child"],
            input=msgspec.json.encode(job),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=folder,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FacilityError(f"pyATS did not end within {_LONGEST} s") from None
    if ended.returncode or not Path(job.results_file).is_file():
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise FacilityError(
            f"pyATS did not do its work: {said[-1] if said else f'exit status {ended.returncode}'}",
            hint="the same checks run without it: lw check",
        )


def _needs_pyats() -> None:
    if find_spec("pyats") is None:
        raise FacilityError("pyATS is not installed", hint="pip install 'linewright[pyats]'")
