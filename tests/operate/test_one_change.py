"""One change among much drift: what it holds, what it leaves alone byte for byte, and where it meets it.

No device is read or simulated over a network: the plans are made from what was collected.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from linewright import configs
from linewright.errors import ExitCode, Refused, UsageError
from linewright.lab.twin.box import Box
from linewright.lab.twin.collected import collect, collected_site
from linewright.model.objects import Device
from linewright.model.snapshot import Origin, Snapshot
from linewright.operate.planning import Planned, Request, make_plan
from linewright.operate.proving import prove_plan
from linewright.operate.scope import Scope
from linewright.operate.workplace import Workplace, workplace
from linewright.plan.changeplan import ChangePlan
from linewright.plan.screen import summary
from linewright.plan.show import detail
from linewright.platforms import rules

EOS = rules("eos")
BOXES, DRIFTED, CHANGED = 300, 120, 4


class Collected(NamedTuple):
    folder: Path
    place: Workplace
    snapshot: Snapshot
    boxes: dict[str, Box]

    def plan(self, devices: tuple[str, ...] = (), **more: object) -> Planned:
        request = Request(scope=Scope(devices=devices), offline=True, **more)  # type: ignore[arg-type]  # test data
        return make_plan(self.place, self.place.snapshot(), request, lambda _device, _error: None)

    def want(self, change: Callable[[Device], Device], names: set[str]) -> None:
        """The source of truth asks for something else of these devices."""
        devices = [change(d) if name in names else d for name, d in self.snapshot.devices.items()]
        self.place.keep(Snapshot.build(self.snapshot.tables, devices, Origin(source="edited")))

    def by_hand(self, name: str, *lines: str) -> None:
        self.boxes[name].operator(*lines)
        collect(self.folder, {name: self.boxes[name]}, self.place.secrets.key)


def described(port: str, text: str) -> Callable[[Device], Device]:
    def change(device: Device) -> Device:
        ports = tuple(
            msgspec.structs.replace(one, description=text) if one.name == port else one
            for one in device.interfaces
        )
        return msgspec.structs.replace(device, interfaces=ports)

    return change


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    folder = tmp_path_factory.mktemp("many") / "site"
    snapshot, boxes = collected_site(folder, BOXES, DRIFTED)
    return Collected(folder, workplace(folder), snapshot, boxes)


@pytest.fixture
def few(tmp_path: Path) -> Collected:
    folder = tmp_path / "site"
    snapshot, boxes = collected_site(folder, 2, 0)
    return Collected(folder, workplace(folder), snapshot, boxes)


@pytest.mark.slow
def test_of_300_devices_with_120_drifted_a_change_to_4_holds_4_and_no_line_of_drift(many: Collected) -> None:
    names = list(many.snapshot.devices)
    drifted = {names[number * BOXES // DRIFTED] for number in range(DRIFTED)}
    some = sorted(drifted)[:3]
    changed = {*some, next(name for name in names if name not in drifted)}
    many.want(described("Ethernet3", "moved to outlet 9.99"), changed)
    planned = many.plan()
    plan = planned.plan
    assert plan is not None, planned.problems
    assert {part.device for part in plan.devices} == changed
    assert plan.unchanged == BOXES - CHANGED
    assert len(planned.drift) == DRIFTED - len(some)
    for part in plan.devices:
        assert [line for line in part.diff if line[:1] in "+-"] == [
            "-    description outlet " + _outlet(names.index(part.device)),
            "+    description moved to outlet 9.99",
        ]
        assert bool(part.drift) == (part.device in drifted)
        assert part.included == ()
        touched = {"interface Ethernet3", "   description moved to outlet 9.99"}
        assert set(part.commands) <= {*touched, "exit", "   exit"}
        _drift_stays(many, part.device, plan)
    assert "4 of 300 change" in "\n".join(summary(plan))
    prove_plan(many.place, plan)


def _outlet(number: int) -> str:
    return f"{number % 10 + 1}.03"


def _drift_stays(many: Collected, name: str, plan: ChangePlan) -> None:
    """Sent to the switch, the lines leave everything else byte for byte as it was."""
    part, box = plan.device(name), many.boxes[name]
    before = box.text(box.running, "show running-config").splitlines()
    box.operator(*(line for line in part.commands if line.strip() != "exit"))
    after = box.text(box.running, "show running-config").splitlines()
    assert [
        (one, other) for one, other in zip(before, after, strict=True) if one != other and "!" not in one[:1]
    ] == [
        (
            "   description outlet " + _outlet(list(many.boxes).index(name)),
            "   description moved to outlet 9.99",
        )
    ]


def test_a_wanted_line_that_meets_drift_is_refused_until_somebody_decides(few: Collected) -> None:
    first, second = few.snapshot.devices
    few.by_hand(first, "interface Ethernet3", "description somebody's own", "spanning-tree portfast")
    few.by_hand(first, "interface Ethernet7", "description not in the way")
    few.want(described("Ethernet3", "wanted"), {first, second})
    refused = few.plan()
    assert refused.plan is None
    assert refused.code == ExitCode.REFUSED
    (problem,) = refused.problems
    assert problem.device == first
    assert "interface Ethernet3 / description wanted" in problem.message
    assert "somebody's own" in problem.message
    assert "--include-drift" in problem.hint
    decided = few.plan(include_drift=True)
    plan = decided.plan
    assert plan is not None, decided.problems
    part = plan.device(first)
    assert any("somebody's own" in line for line in part.included)
    assert any("Ethernet7" in line or "not in the way" in line for line in part.drift)
    assert "   description wanted" in part.after
    assert "somebody's own" not in part.after
    assert "description not in the way" in part.after
    assert configs.predict(part.before, part.commands, EOS) == part.after
    assert plan.device(second).included == ()
    assert plan.include_drift
    assert part.risk != "low"
    assert any(f"of older drift on {first}" in line for line in summary(plan) if line.startswith("Takes in"))
    assert any("older drift that becomes part of the change" in line for line in detail(plan))
    prove_plan(few.place, plan)
    undecided = msgspec.structs.replace(plan, include_drift=False)
    with pytest.raises(Refused, match=f"{first}: a wanted line meets drift"):
        prove_plan(few.place, undecided)


def test_where_nothing_meets_deciding_takes_nothing_in(few: Collected) -> None:
    first, second = few.snapshot.devices
    few.by_hand(first, "interface Ethernet7", "description by hand")
    few.want(described("Ethernet3", "wanted"), {first, second})
    plan = few.plan(include_drift=True).plan
    assert plan is not None
    assert [part.included for part in plan.devices] == [(), ()]
    assert "description by hand" in plan.device(first).after


def test_a_plan_from_what_was_collected_says_so_and_knows_no_startup(few: Collected) -> None:
    first, _ = few.snapshot.devices
    few.want(described("Ethernet3", "wanted"), {first})
    plan = few.plan().plan
    assert plan is not None
    part = plan.device(first)
    seen = few.place.state.seen(first)
    assert seen is not None
    assert part.seen == seen.seen
    assert part.startup_unread == "the plan was made from what was collected"
    assert part.risk == "normal"
    old = msgspec.structs.replace(seen, seen="2026-01-01T00:00:00Z")
    few.place.state.note_seen(old)
    plan = few.plan().plan
    assert plan is not None
    assert "Read      2026-01-01T00:00:00Z, startup not; apply compares" in list(summary(plan))


def test_what_may_be_lost_is_sealed_told_and_proved(few: Collected) -> None:
    first, _ = few.snapshot.devices
    few.want(described("Ethernet3", "wanted"), {first})
    plan = few.plan(may_lose=("heard Ethernet49",)).plan
    assert plan is not None
    (part,) = plan.devices
    assert any("heard Ethernet49" in each.input.get("may go", ()) for each in part.checks)
    assert part.risks[-2:] == (
        "what else confirming saves is not known",
        "it may lose heard Ethernet49, its author says",
    )
    assert any(line.endswith("says: heard Ethernet49") for line in detail(plan))
    prove_plan(few.place, plan)
    with pytest.raises(Refused, match=f"{first}: .*risk"):
        prove_plan(few.place, msgspec.structs.replace(plan, may_lose=()))
    with pytest.raises(UsageError, match="is nothing that is checked"):
        few.plan(may_lose=("everything",))


def test_what_was_never_collected_is_not_planned_from(few: Collected) -> None:
    first, second = few.snapshot.devices
    (few.folder / ".linewright" / "seen" / f"{second}.json").unlink()
    few.want(described("Ethernet3", "wanted"), {first, second})
    planned = few.plan()
    assert planned.plan is None
    assert planned.code == ExitCode.NOT_REACHED
    assert [(p.device, p.message) for p in planned.problems] == [
        (second, f"{second}: nothing was collected from it")
    ]
