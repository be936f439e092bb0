"""A plan is carried out only when the newest snapshot kept here still wants it; a change elsewhere is no obstacle."""

from typing import Any

import msgspec
import pytest

from linewright.errors import DataError, ExitCode, Moved, Refused
from linewright.model.snapshot import Origin, Snapshot
from linewright.operate import branches
from linewright.operate.applying import apply_plan
from linewright.operate.demo import SLUG, edited
from linewright.operate.planning import Request, make_plan
from linewright.operate.proving import prove_plan
from linewright.operate.scope import Scope
from linewright.operate.snapshots import previous
from linewright.operate.still_current import still_current
from linewright.plan.changeplan import ChangePlan


def quiet(*_: Any) -> None:
    pass


def plan_of(twins: Any, **more: Any) -> ChangePlan:
    after = edited(twins.snapshot)
    twins.place.keep(after)
    scope = Scope(filters=(f"platform={SLUG}",))
    made = make_plan(twins.place, after, Request(scope=scope, **more), quiet)
    assert made.plan is not None, made.problems
    return made.plan


def described(snapshot: Snapshot, device: str, text: str, **origin: str) -> Snapshot:
    found = snapshot.devices[device]
    ports = tuple(
        msgspec.structs.replace(port, description=text) if port.name == "Ethernet9" else port
        for port in found.interfaces
    )
    devices = {**snapshot.devices, device: msgspec.structs.replace(found, interfaces=ports)}
    taken = Origin(**{"source": "test", "taken": snapshot.origin.taken, **origin})
    return Snapshot.build(snapshot.tables, devices.values(), taken)


def writes(twins: Any) -> list[str]:
    return [
        line for box in twins.fleet.boxes.values() for line in box.commands() if "configure session" in line
    ]


def test_a_field_that_moved_refuses_the_plan_by_device_and_field_and_nothing_is_written(twins: Any) -> None:
    plan = plan_of(twins)
    twins.place.keep(described(twins.place.snapshot(), "hq-acc2", "camera"))
    with pytest.raises(Moved) as caught:
        apply_plan(twins.place, plan, quiet, quiet)
    assert "1 of 2 devices" in caught.value.message
    assert "hq-acc2 interfaces Ethernet9 description: video endpoint -> camera" in caught.value.message
    assert "lw plan refresh" in caught.value.hint
    assert caught.value.code == ExitCode.REFUSED
    assert writes(twins) == []
    assert [entry for entry in twins.place.state.journal().entries() if entry.event == "job begun"] == []


def test_a_change_elsewhere_does_not_block(twins: Any) -> None:
    plan = plan_of(twins)
    assert still_current(twins.place, plan) == ""
    twins.place.keep(described(twins.place.snapshot(), "hq-acc3", "elsewhere"))
    assert still_current(twins.place, plan).startswith("Current by snapshot ")
    assert apply_plan(twins.place, plan, quiet, quiet).code == ExitCode.DONE


def test_the_same_data_taken_again_later_do_not_block(twins: Any) -> None:
    plan = msgspec.structs.replace(plan_of(twins), position="41877")
    now = twins.place.snapshot()
    for position, fine in (("41877", True), ("41902", True), ("41800", False), ("", False)):
        origin = Origin(source="test", position=position, taken="2099-01-01T00:00:00Z")
        twins.place.keep(Snapshot.build(now.tables, now.devices.values(), origin))
        if fine:
            prove_plan(twins.place, plan)
        else:
            with pytest.raises(Refused, match="the position of its snapshot"):
                prove_plan(twins.place, plan)


def test_a_plan_of_a_branch_is_held_against_its_branch_and_not_against_the_main_data(twins: Any) -> None:
    main = twins.place.snapshot()
    branch = described(
        edited(twins.snapshot), "hq-acc1", "in the branch", branch="video", position="7 in branch video"
    )
    branches.keep(twins.place, branch, "video")
    scope = Scope(devices=("hq-acc1",))
    made = make_plan(
        twins.place, twins.place.snapshot(branch.code), Request(scope=scope, branch="video"), quiet
    )
    plan = made.plan
    assert plan is not None
    assert (plan.branch, plan.position) == ("video", "7 in branch video")
    assert twins.place.snapshot().digest == main.digest
    assert still_current(twins.place, plan) == ""
    later = described(branch, "hq-acc1", "moved in the branch", branch="video", position="9 in branch video")
    branches.keep(twins.place, later, "video")
    with pytest.raises(Moved, match="in the branch -> moved in the branch"):
        apply_plan(twins.place, plan, quiet, quiet)
    branches.keep(twins.place, branch, "video")
    assert apply_plan(twins.place, plan, quiet, quiet).code == ExitCode.DONE
    applied = twins.place.state.applied("hq-acc1")
    assert applied is not None
    assert applied.change == plan.code
    back = make_plan(twins.place, main, Request(scope=scope), quiet).plan
    assert back is not None  # not merged: the main data do not want it
    assert "description in the branch" in [line.removeprefix("- ").strip() for line in back.devices[0].diff]
    twins.place.keep(described(edited(twins.snapshot), "hq-acc1", "in the branch", position="12"))
    merged = make_plan(twins.place, twins.place.snapshot(), Request(scope=scope), quiet)
    assert (merged.plan, merged.problems) == (None, ())


def test_a_plan_that_hides_its_branch_is_refused(twins: Any) -> None:
    branch = described(
        edited(twins.snapshot), "hq-acc1", "hidden", branch="video", position="7 in branch video"
    )
    branches.keep(twins.place, branch, "video")
    made = make_plan(
        twins.place, twins.place.snapshot(branch.code), Request(scope=Scope(devices=("hq-acc1",))), quiet
    )
    assert made.plan is not None
    assert made.plan.branch == "video"
    with pytest.raises(Refused, match="its snapshot is of the branch 'video'"):
        prove_plan(twins.place, msgspec.structs.replace(made.plan, branch=""))


def test_the_snapshot_of_the_main_data_stays_where_a_branch_holds_the_same(twins: Any) -> None:
    main = twins.place.snapshot()
    same = Snapshot.build(main.tables, main.devices.values(), Origin(source="test", branch="empty"))
    branches.keep(twins.place, same, "empty")
    assert twins.place.snapshot().origin == main.origin
    found = branches.newest(twins.place, "empty")
    assert found is not None
    assert found.digest == main.digest
    assert branches.newest(twins.place, "none") is None


def test_a_branch_is_never_what_was_kept_before(twins: Any) -> None:
    first = twins.place.snapshot()
    branch = described(edited(twins.snapshot), "hq-acc1", "in the branch", branch="video")
    branches.keep(twins.place, branch, "video")
    newest = edited(twins.snapshot)
    twins.place.keep(newest)
    assert previous(twins.place, newest.code).digest == first.digest


def test_a_damaged_note_of_a_branch_is_told(twins: Any) -> None:
    main = twins.place.snapshot()
    branches.keep(twins.place, main, "a/b")
    (note,) = (twins.place.state.folder / "snapshots" / "branches").iterdir()
    for damage in (b"\xff\xfe", b"../../x"):
        note.write_bytes(damage)
        with pytest.raises(DataError):
            branches.newest(twins.place, "a/b")
