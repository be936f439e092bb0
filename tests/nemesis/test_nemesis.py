"""Whatever goes wrong at whatever boundary of a job: nothing is sent again unread, and what is reported is so.

Five seeds here; LINEWRIGHT_SEEDS=50 in `make proof`. The judge's own eyes are tested first.
"""

import importlib.util
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent
SEEDS = int(os.environ.get("LINEWRIGHT_SEEDS", "5"))
#: Seeds played at once; each is mostly waiting.
AT_ONCE = 2


@pytest.fixture(scope="module")
def nemesis() -> ModuleType:
    spec = importlib.util.spec_from_file_location("nemesis", HERE / "nemesis.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def record(nemesis: ModuleType, *commands: str) -> tuple[Any, ...]:
    return tuple(
        nemesis.Told(device="sw1", wall=0, at=number, what=what, command=command, session="c1")
        for number, (what, _, command) in enumerate(line.partition(" ") for line in commands)
    )


@pytest.mark.parametrize(
    ("commands", "faults"),
    [
        (["taken show running-config", "taken vlan 240", "taken show running-config", "taken vlan 240"], 0),
        (["taken vlan 240", "taken show version", "taken vlan 240"], 1),
        (["taken vlan 240", "refused vlan 240", "taken show running-config"], 0),
        (["late vlan 240", "taken vlan 240", "taken vlan 240"], 2),
    ],
)
def test_the_judge_sees_what_was_sent_twice(nemesis: ModuleType, commands: list[str], faults: int) -> None:
    assert len(list(nemesis.sent_twice(record(nemesis, *commands)))) == faults


@pytest.mark.parametrize(
    ("stands", "results", "fault"),
    [
        ((True, True, ""), ["confirmed"], ""),
        ((True, False, ""), ["confirmed"], "reported as confirmed"),
        ((False, False, ""), ["confirmed"], "reported as confirmed"),
        ((True, True, ""), ["rolled back"], "reported as rolled back"),
        ((False, True, ""), ["unchanged"], "reported as unchanged"),
        ((False, False, ""), ["rolled back", "refused"], ""),
        ((True, False, "lw_x_1"), ["unknown"], ""),
        ((True, False, "lw_x_1"), ["foreign"], "waits there"),
        ((True, True, ""), ["not begun"], "nothing is reported"),
        ((False, False, ""), [], ""),
        ((True, True, ""), ["not saved"], "reported as not saved"),
    ],
)
def test_the_judge_sees_what_is_not_so(
    nemesis: ModuleType, stands: tuple[bool, bool, str], results: list[str], fault: str
) -> None:
    truth = dict(zip(("running", "startup", "waiting"), stands, strict=True)) | {"edited": False}
    report = {"jobs": [{"job": "J", "devices": {"sw1": result}} for result in results]}
    told = list(nemesis.untrue("sw1", truth, report))
    assert bool(told) == bool(fault)
    assert not told or fault in told[0]


def test_the_judge_sees_that_another_ones_line_is_gone(nemesis: ModuleType) -> None:
    report = {"jobs": [{"job": "J", "devices": {"sw1": "confirmed"}}]}
    truth = {"running": True, "startup": True, "waiting": "", "edited": True}
    assert list(nemesis.untrue("sw1", truth | {"others": True}, report)) == []
    assert "is gone" in next(nemesis.untrue("sw1", truth | {"others": False}, report))


def test_every_boundary_meets_a_trouble_and_every_trouble_many_boundaries(nemesis: ModuleType) -> None:
    met = {pair for seed in range(5) for pair in nemesis.scenarios(seed)}
    assert len(nemesis.BOUNDARIES) >= 12
    for trouble in nemesis.TROUBLES:
        assert len({boundary for boundary, other in met if other == trouble}) >= 5
    every = {pair for seed in range(50) for pair in nemesis.scenarios(seed)}
    assert len(every) == len(nemesis.BOUNDARIES) * len(nemesis.TROUBLES)


def played(folder: Path, seed: int) -> list[dict[str, Any]]:
    ran = subprocess.run(
        [sys.executable, HERE / "nemesis.py", folder / str(seed), str(seed), "1"],
        capture_output=True, text=True, timeout=1800, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_nothing_is_sent_again_unread_and_what_is_reported_is_so(nemesis: ModuleType, tmp_path: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = [one for seed in pool.map(lambda n: played(tmp_path, n), range(SEEDS)) for one in seed]
    faulty = [one for one in results if one["faults"]]
    assert not faulty, json.dumps(faulty, indent=1)
    assert len(results) == SEEDS * len(nemesis.BOUNDARIES)
    # Each of these was really met: a boundary that nobody comes to would prove nothing.
    assert {one["boundary"] for one in results if one["sprung"]} == set(nemesis.BOUNDARIES)
    ends = {end for one in results for job in one["report"]["jobs"] for end in job["devices"].values()}
    assert {"confirmed", "rolled back"} <= ends
