"""A plan made anew beside the one before; and which request made a plan."""

from typing import Any

import msgspec
import pytest

from linewright.model.snapshot import Snapshot
from linewright.operate.applying import apply_plan
from linewright.operate.demo import SLUG, edited
from linewright.operate.outdated import outdated
from linewright.operate.planning import Request, make_plan
from linewright.operate.refreshing import refresh, request_of, source
from linewright.operate.scope import Scope
from linewright.plan.changeplan import ChangePlan

SCOPE = Scope(filters=(f"platform={SLUG}",))


def quiet(*_: Any) -> None:
    pass


def plan_of(twins: Any, **more: Any) -> ChangePlan:
    after = edited(twins.snapshot)
    twins.place.keep(after)
    made = make_plan(twins.place, after, Request(scope=SCOPE, **more), quiet)
    assert made.plan is not None, made.problems
    return made.plan


def described(snapshot: Snapshot, device: str, text: str) -> Snapshot:
    found = snapshot.devices[device]
    ports = tuple(
        msgspec.structs.replace(port, description=text) if port.name == "Ethernet9" else port
        for port in found.interfaces
    )
    changed = msgspec.structs.replace(found, interfaces=ports)
    return Snapshot.build(snapshot.tables, {**snapshot.devices, device: changed}.values(), snapshot.origin)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"ticket": "CHG-1142", "timer": 90},
        {"mode": "replace"},
        {"base": "running", "include_drift": True},
        {"branch": "video"},
        {"may_lose": ("port Ethernet9",)},
    ],
    ids=str,
)
def test_the_request_of_a_plan_makes_the_same_plan(twins: Any, asked: dict[str, Any]) -> None:
    plan = plan_of(twins, **asked)
    request = msgspec.structs.replace(request_of(plan), timer=asked.get("timer", 0))
    assert request == Request(scope=SCOPE, **asked)
    assert all(one.current for one in outdated(twins.place, plan, twins.place.snapshot()))
    again = make_plan(twins.place, twins.place.snapshot(), request_of(plan), quiet).plan
    assert again is not None
    same = ("scope", "base", "mode", "ticket", "branch", "include_drift", "may_lose", "batches", "snapshot")
    assert [getattr(again, name) for name in same] == [getattr(plan, name) for name in same]
    assert [p.commands for p in again.devices] == [p.commands for p in plan.devices]
    assert [p.timer for p in again.devices] == [p.timer for p in plan.devices]


def test_a_change_elsewhere_gives_the_same_lines_on_a_newer_base(twins: Any) -> None:
    plan = plan_of(twins)
    moved = described(twins.place.snapshot(), "hq-acc3", "elsewhere")
    twins.place.keep(moved)
    snapshot, merged = source(twins.place, plan)
    found = refresh(
        twins.place, msgspec.structs.replace(plan, scope="device hq-acc1, hq-acc2"), snapshot, quiet
    )
    assert found.same
    assert merged == ""
    assert found.planned.plan is not None
    assert (found.planned.plan.snapshot, found.planned.plan.code == plan.code) == (moved.digest, False)


def test_what_differs_is_told_by_device_and_line(twins: Any) -> None:
    plan = plan_of(twins)
    moved = described(twins.place.snapshot(), "hq-acc1", "camera")
    twins.place.keep(moved)
    found = refresh(twins.place, plan, moved, quiet)
    first, second = found.devices
    assert (first.device, first.how, second.how) == ("hq-acc1", "other lines", "same lines")
    assert [line.strip() for line in first.added] == ["description camera"]
    assert [line.strip() for line in first.removed] == ["description video endpoint"]
    assert not found.same


def test_a_device_that_was_brought_there_otherwise_has_nothing_to_do_and_a_new_one_is_told(
    twins: Any,
) -> None:
    plan = plan_of(twins)
    back = described(edited(twins.snapshot), "hq-acc3", "new here")
    devices = {**back.devices, "hq-acc1": twins.snapshot.devices["hq-acc1"]}
    moved = Snapshot.build(back.tables, devices.values(), back.origin)
    twins.place.keep(moved)
    found = refresh(twins.place, plan, moved, quiet)
    assert {one.device: one.how for one in found.devices} == {
        "hq-acc1": "nothing to do",
        "hq-acc2": "same lines",
        "hq-acc3": "new",
    }


def test_a_running_configuration_that_moved_is_told_and_the_new_plan_begins_there(twins: Any) -> None:
    plan = plan_of(twins)
    twins.fleet.boxes["hq-acc2"].operator("vlan 778")
    found = refresh(twins.place, plan, twins.place.snapshot(), quiet)
    assert found.same
    first, second = found.devices
    assert (first.moved, second.moved[0]) == ((), "its running configuration")
    assert found.planned.plan is not None
    assert "vlan 778" in found.planned.plan.device("hq-acc2").before


def test_after_the_plan_was_carried_out_there_is_nothing_to_refresh(twins: Any) -> None:
    plan = plan_of(twins)
    assert apply_plan(twins.place, plan, quiet, quiet).code == 0
    found = refresh(twins.place, plan, twins.place.snapshot(), quiet)
    assert found.planned.plan is None
    assert {one.how for one in found.devices} == {"nothing to do"}
