"""Out of date is decided by rendering again: what makes a planned device so, and what does not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.devices.secrets import add_values
from linewright.devices.trust import Identity, Trust
from linewright.journal.state import Applied
from linewright.model.objects import Address, Device
from linewright.model.snapshot import Origin, Snapshot
from linewright.operate import branches
from linewright.operate.demo import SLUG, edited
from linewright.operate.outdated import in_order, judged_by, outdated
from linewright.operate.plan_status import plan_status
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope
from linewright.plan.changeplan import ChangePlan
from linewright.settings import Endpoint

Change = Callable[[Device], Device]


def quiet(*_: Any) -> None:
    pass


def plan_of(twins: Any, **more: Any) -> tuple[ChangePlan, Snapshot]:
    after = edited(twins.snapshot)
    twins.place.keep(after)
    made = make_plan(twins.place, after, Request(scope=Scope(filters=(f"platform={SLUG}",)), **more), quiet)
    assert made.plan is not None, made.problems
    assert [part.device for part in made.plan.devices] == ["hq-acc1", "hq-acc2"]
    return made.plan, after


def with_device(snapshot: Snapshot, name: str, change: Change, taken: str = "") -> Snapshot:
    devices = {**snapshot.devices, name: change(snapshot.devices[name])}
    origin = Origin(source="test", taken=taken or snapshot.origin.taken)
    return Snapshot.build(snapshot.tables, devices.values(), origin)


def port(name: str, **fields: Any) -> Change:
    def change(device: Device) -> Device:
        ports = tuple(
            msgspec.structs.replace(i, **fields) if i.name == name else i for i in device.interfaces
        )
        return msgspec.structs.replace(device, interfaces=ports)

    return change


def late(place: Any, plan: ChangePlan, snapshot: Snapshot) -> dict[str, list[str]]:
    return {
        one.device: [reason.what for reason in one.reasons]
        for one in outdated(place, plan, snapshot)
        if not one.current
    }


def test_the_snapshot_a_plan_was_made_for_leaves_it_current(twins: Any) -> None:
    plan, after = plan_of(twins)
    found = outdated(twins.place, plan, after)
    assert [one.device for one in found] == [part.device for part in plan.devices]
    assert all(one.current for one in found)


@pytest.mark.parametrize(
    "change",
    [
        ("hq-acc1", lambda d: msgspec.structs.replace(d, description="in the corner")),
        ("hq-acc3", port("Ethernet9", description="elsewhere")),
        ("hq-acc1", lambda d: msgspec.structs.replace(d, asset_tag="A-1")),
    ],
    ids=["a field no template reads", "another device", "an asset tag"],
)
def test_a_change_elsewhere_makes_nothing_out_of_date(twins: Any, change: tuple[str, Change]) -> None:
    plan, after = plan_of(twins)
    moved = with_device(after, *change)
    assert moved.digest != plan.snapshot
    assert late(twins.place, plan, moved) == {}
    twins.place.keep(moved)
    status = plan_status(twins.place, plan)
    assert (status.by, status.late, int(status.code)) == (moved.code, (), 0)


def test_a_field_a_template_reads_is_named_with_its_device_alone(twins: Any) -> None:
    plan, after = plan_of(twins)
    moved = with_device(after, "hq-acc1", port("Ethernet9", description="camera"))
    twins.place.keep(moved)
    status = plan_status(twins.place, plan)
    assert [device.standing.device for device in status.late] == ["hq-acc1"]
    (device,) = status.late
    (reason,) = device.standing.reasons
    assert reason.what == "configuration"
    assert [line.split() for line in reason.lines if line[0] in "+-"] == [
        ["-", "description", "video", "endpoint"],
        ["+", "description", "camera"],
    ]
    assert [cause.text for cause in device.causes] == [
        "hq-acc1 interfaces Ethernet9 description: video endpoint -> camera"
    ]
    assert int(status.code) == 1
    assert status.headline.startswith("1 of 2 devices out of date: hq-acc1 changed")
    assert "who changed it is not known" in status.unexplained


def test_an_object_many_devices_read_makes_all_of_them_out_of_date(twins: Any) -> None:
    plan, after = plan_of(twins)
    vlans = tuple(msgspec.structs.replace(v, name="cctv") if v.vid == 240 else v for v in after.tables.vlans)
    tables = msgspec.structs.replace(after.tables, vlans=vlans)
    moved = Snapshot.build(tables, after.devices.values(), after.origin)
    twins.place.keep(moved)
    status = plan_status(twins.place, plan)
    assert {device.standing.device for device in status.late} == {"hq-acc1", "hq-acc2"}
    assert status.headline == "2 of 2 devices out of date: VLAN 240 changed"


def test_a_template_that_changed_says_so_by_its_name_even_where_the_text_is_the_same(twins: Any) -> None:
    plan, after = plan_of(twins)
    name = "config/eos/main.j2"
    shipped, _, _ = twins.place.site.template_loader().get_source(None, name)
    own = Path(twins.place.settings.root) / "templates" / name
    own.parent.mkdir(parents=True)
    own.write_text("{# another word #}\n" + shipped)
    found = outdated(twins.place, plan, after)
    assert [[(r.what, r.told) for r in one.reasons if r.what == "templates"] for one in found] == [
        [("templates", f"the template {name} changed")]
    ] * 2


def test_a_device_that_cannot_be_rendered_takes_no_other_with_it(twins: Any) -> None:
    plan, after = plan_of(twins)
    moved = with_device(after, "hq-acc2", port("Ethernet9", description="two\nlines"))
    assert late(twins.place, plan, moved) == {"hq-acc2": ["not rendered"]}


def test_a_device_that_is_gone_or_left_alone_is_told(twins: Any) -> None:
    plan, after = plan_of(twins)
    tables = msgspec.structs.replace(after.tables, cables=())
    others = [device for name, device in after.devices.items() if name != "hq-acc1"]
    others = [
        msgspec.structs.replace(device, status="planned") if device.name == "hq-acc2" else device
        for device in others
    ]
    found = outdated(twins.place, plan, Snapshot.build(_without(tables), others, after.origin))
    assert {one.device: one.reasons[0].told for one in found} == {
        "hq-acc1": "the source of truth has no such device now",
        "hq-acc2": "it is left alone now: its status is planned",
    }


def _without(tables: Any) -> Any:
    """The tables without what refers to devices."""
    emptied = ("fhrp_groups", "services", "contact_assignments", "images", "journal", "virtual_chassis")
    return msgspec.structs.replace(
        tables, **dict.fromkeys((*emptied, "l2vpns", "tunnels", "virtual_circuits", "wireless_links"), ())
    )


def test_another_address_way_or_identity_is_told(twins: Any) -> None:
    plan, after = plan_of(twins)
    endpoints = {**twins.place.settings.endpoints, "hq-acc1": Endpoint(host="192.0.2.1", port=443)}
    elsewhere = msgspec.structs.replace(
        twins.place, settings=msgspec.structs.replace(twins.place.settings, endpoints=endpoints)
    )
    assert late(elsewhere, plan, after)["hq-acc1"] == ["reached"]
    trust = Trust(twins.place.settings.path(twins.place.settings.trust))
    trust.accept(Identity(device="hq-acc2", kind="tls", key="0" * 64))
    assert late(twins.place, plan, after) == {"hq-acc1": ["checks"], "hq-acc2": ["identity"]}  # neighbours


def test_a_port_that_becomes_our_own_way_in_is_told(twins: Any) -> None:
    plan, after = plan_of(twins)
    host = twins.place.settings.endpoints["hq-acc1"].host
    here = (Address(address=f"{host}/32"),)
    moved = with_device(after, "hq-acc1", port("Ethernet9", addresses=here))
    assert "own path" in late(twins.place, plan, moved)["hq-acc1"]


def test_a_cable_that_changes_the_order_is_told(twins: Any) -> None:
    plan, after = plan_of(twins)
    first = plan.batches[0][0]
    far = next(name for name in ("hq-acc1", "hq-acc2") if name != first)
    turned = msgspec.structs.replace(plan, batches=tuple(reversed(plan.batches)), snapshot="0" * 64)
    found = late(twins.place, turned, after)
    assert list(found.values()) == [["order"]]
    assert set(found) <= {first, far}


def test_a_secret_with_another_value_is_another_intended_text(twins: Any) -> None:
    plan, after = plan_of(twins)
    slot = next((slot for part in plan.devices for slot in part.slots), None)
    assert slot is None or slot.ref
    applied = twins.place.state.applied("hq-acc1")
    assert applied is not None
    add_values(
        twins.place.settings.path(twins.place.settings.secrets.values_file), {"unused/by-anybody": "x"}
    )
    assert late(twins.place, plan, after) == {}


def test_another_plan_that_was_carried_out_in_between_is_told(twins: Any) -> None:
    plan, after = plan_of(twins)
    note = twins.place.state.note_applied
    note(Applied(device="hq-acc1", intended="hostname x\n", snapshot="", change="0000-0001", when=""))
    assert late(twins.place, plan, after) == {"hq-acc1": ["base"]}
    own = plan.device("hq-acc1")
    note(Applied(device="hq-acc1", intended=own.intended, snapshot="", change=plan.code, when=""))
    assert late(twins.place, plan, after) == {}


def test_a_part_of_the_source_taken_later_than_the_newest_judges_its_own_plan(twins: Any) -> None:
    """`lw snapshot --filter` keeps its snapshot beside the newest; the newest says less of now than it."""
    plan, after = plan_of(twins)
    later = with_device(after, "hq-acc1", port("Ethernet9", description="old"), taken="2020-01-01T00:00:00Z")
    twins.place.keep(later)
    assert judged_by(twins.place, plan).digest == plan.snapshot
    newer = with_device(after, "hq-acc1", port("Ethernet9", description="new"), taken="2099-01-01T00:00:00Z")
    twins.place.keep(newer)
    assert judged_by(twins.place, plan).digest == newer.digest


def test_a_plan_of_a_branch_is_judged_by_the_newest_of_that_branch(twins: Any) -> None:
    plan, after = plan_of(twins)
    of_branch = msgspec.structs.replace(plan, branch="video")
    assert judged_by(twins.place, of_branch).digest == plan.snapshot
    changed = with_device(after, "hq-acc1", port("Ethernet9", description="x"))
    other = Snapshot.build(changed.tables, changed.devices.values(), Origin(source="test", branch="other"))
    branches.keep(twins.place, other, "other")
    assert judged_by(twins.place, of_branch).digest == plan.snapshot
    changed = with_device(after, "hq-acc1", port("Ethernet9", description="y"))
    same = Snapshot.build(changed.tables, changed.devices.values(), Origin(source="test", branch="video"))
    branches.keep(twins.place, same, "video")
    assert judged_by(twins.place, of_branch).digest == same.digest


@given(st.lists(st.integers(0, 8), max_size=12))
def test_what_stays_in_order_is_as_long_as_can_be(ranks: list[int]) -> None:
    kept = [ranks[place] for place in sorted(in_order(ranks))]
    assert kept == sorted(kept)
    best = [1] * len(ranks)
    for place, rank in enumerate(ranks):
        best[place] += max((best[before] for before in range(place) if ranks[before] <= rank), default=0)
    assert len(kept) == max(best, default=0)
