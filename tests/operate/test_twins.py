"""Jobs on simulated devices: what one device does to the others, what moved, what is refused."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from linewright.change.run import Stop
from linewright.devices.connect import session
from linewright.devices.trust import Identity, Trust, scan
from linewright.errors import (
    DataError,
    ExitCode,
    FacilityError,
    Impostor,
    Moved,
    Refused,
    SettingsError,
    UsageError,
)
from linewright.journal.state import State
from linewright.model.snapshot import Snapshot
from linewright.operate.applying import apply_plan, remembering
from linewright.operate.demo import SLUG, edited
from linewright.operate.fleet import read, targets
from linewright.operate.planning import Planned, Request, make_plan
from linewright.operate.scope import Scope, in_scope
from linewright.operate.verifying import verify_network
from linewright.plan.changeplan import ChangePlan
from linewright.settings import Apply

SCOPE = Scope(filters=(f"platform={SLUG}",))


def quiet(*_: Any) -> None:
    pass


def planned(twins: Any, scope: Scope = SCOPE, **more: Any) -> Planned:
    after = edited(twins.snapshot)
    twins.place.keep(after)
    return make_plan(twins.place, after, Request(scope=scope, **more), quiet)


def plan_of(twins: Any, **more: Any) -> ChangePlan:
    found = planned(twins, **more)
    assert found.plan is not None, found.problems
    return found.plan


def test_one_device_that_does_not_answer_takes_no_other_down_and_keeps_its_error(twins: Any) -> None:
    devices = in_scope(twins.snapshot, SCOPE, twins.place.settings).devices
    twins.fleet.servers.pop("hq-acc3").stop()
    seen = read(twins.place, devices, quiet)
    assert [name for name, one in seen.items() if not one.reached] == ["hq-acc3"]
    assert "hq-acc3" in seen["hq-acc3"].error
    assert sum(one.running is not None for one in seen.values()) == len(devices) - 1
    result = verify_network(
        twins.place, twins.snapshot, in_scope(twins.snapshot, SCOPE, twins.place.settings), quiet
    )
    assert result.verification.code == ExitCode.NOT_REACHED


def test_a_plan_is_whole_or_not_made(twins: Any) -> None:
    twins.fleet.servers.pop("hq-acc3").stop()
    found = planned(twins)
    assert found.plan is None
    assert [problem.device for problem in found.problems] == ["hq-acc3"]
    assert found.code == ExitCode.NOT_REACHED


def test_a_plan_holds_one_change_and_no_line_of_drift(twins: Any) -> None:
    twins.fleet.boxes["hq-acc1"].operator("vlan 777", "name by-hand")
    plan = plan_of(twins)
    assert [part.device for part in plan.devices] == ["hq-acc1", "hq-acc2"]
    part = plan.device("hq-acc1")
    assert not [line for line in part.commands if "777" in line or "by-hand" in line]
    assert any("777" in line for line in part.drift) or "vlan 777" in part.before
    result = apply_plan(twins.place, plan, quiet, quiet)
    assert result.code == ExitCode.DONE
    now = read(
        twins.place,
        in_scope(twins.snapshot, Scope(devices=("hq-acc1",)), twins.place.settings).devices,
        quiet,
    )
    assert "vlan 777\n   name by-hand" in (now["hq-acc1"].running or "")
    assert "vlan 240\n   name video" in (now["hq-acc1"].running or "")


def test_lines_reach_the_devices_once_and_startup_is_running(twins: Any) -> None:
    plan = plan_of(twins)
    apply_plan(twins.place, plan, quiet, quiet)
    for part in plan.devices:
        told = [line.strip() for line in twins.fleet.boxes[part.device].commands()]
        assert told.count("vlan 240") == 1
        assert twins.place.state.applied(part.device).change == plan.code


def test_a_device_that_moved_stops_the_job_before_anything_is_written(twins: Any) -> None:
    plan = plan_of(twins)
    twins.fleet.boxes["hq-acc2"].operator("vlan 778")
    before = len([c for c in twins.fleet.boxes["hq-acc1"].commands() if "configure session" in c])
    result = apply_plan(twins.place, plan, quiet, quiet)
    assert result.code == ExitCode.REFUSED
    assert not result.wrote
    assert result.untouched == ("hq-acc1",)
    assert len([c for c in twins.fleet.boxes["hq-acc1"].commands() if "configure session" in c]) == before


def test_a_plan_is_carried_out_once(twins: Any) -> None:
    plan = plan_of(twins)
    assert apply_plan(twins.place, plan, quiet, quiet).code == ExitCode.DONE
    with pytest.raises(Refused, match="is spent"):
        apply_plan(twins.place, plan, quiet, quiet)


def test_an_interrupt_ends_the_job_after_the_device_under_way(twins: Any) -> None:
    plan = plan_of(twins)
    stop = Stop()

    def watch(_device: str, stage: str) -> None:
        if "committed" in stage:
            stop.ask("interrupted", ExitCode.INTERRUPTED)

    result = apply_plan(twins.place, plan, quiet, watch, stop)
    first, second = (batch[0] for batch in plan.batches)
    assert result.code == ExitCode.INTERRUPTED
    assert result.untouched == (second,)
    assert twins.place.state.applied(first).change == plan.code
    assert twins.place.state.applied(second).change != plan.code
    assert not [line for line in twins.fleet.boxes[second].commands() if line.strip() == "vlan 240"]


def test_a_base_that_cannot_be_noted_ends_the_job_and_is_told(
    twins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(twins)

    def full(*_: Any) -> None:
        raise FacilityError("applied/x.json cannot be written: no space left on device")

    monkeypatch.setattr(State, "note_applied", full)
    result = apply_plan(twins.place, plan, quiet, quiet)
    assert result.count("confirmed") == 1
    assert "no space left" in result.stopped
    assert result.code == ExitCode.STOPPED


def test_what_is_noted_is_the_base_of_the_next_change(twins: Any) -> None:
    plan = plan_of(twins, scope=Scope(devices=("hq-acc1",)))
    assert twins.place.state.applied("hq-acc1").change != plan.code
    remembering(twins.place, plan)(plan.device("hq-acc1"))
    noted = twins.place.state.applied("hq-acc1")
    assert (noted.change, noted.intended) == (plan.code, plan.device("hq-acc1").intended)


@pytest.mark.parametrize("timer", [0, -5, 9])
def test_a_timer_that_protects_nothing_makes_no_plan(twins: Any, timer: int) -> None:
    settings = msgspec.structs.replace(twins.place.settings, apply=Apply(timer=timer))
    place = msgspec.structs.replace(twins.place, settings=settings)
    with pytest.raises(SettingsError, match="too short"):
        make_plan(place, twins.snapshot, Request(scope=SCOPE), quiet)


def test_a_plan_whose_lines_do_not_lead_where_it_says_is_refused(twins: Any) -> None:
    plan = plan_of(twins)
    part = plan.devices[0]
    for lie in (
        {"commands": (*part.commands, "vlan 999", "exit")},
        {"after": part.after.replace("video", "vide0")},
        {"back_out": part.back_out[:-1]},
        {"before": part.before.replace("hostname", "hostnam3")},
    ):
        altered = msgspec.structs.replace(part, **lie)
        lying = msgspec.structs.replace(plan, devices=(altered, *plan.devices[1:]))
        with pytest.raises((Refused, DataError)):
            apply_plan(twins.place, lying, quiet, quiet)
    assert not [line for line in twins.fleet.boxes[part.device].commands() if "configure session" in line]


def test_a_pending_change_keeps_a_plan_from_being_made(twins: Any) -> None:
    devices = in_scope(twins.snapshot, Scope(devices=("hq-acc3",)), twins.place.settings).devices
    target = targets(twins.place, devices)["hq-acc3"]
    with session(target, twins.place.secrets.reveal) as driver:
        driver.begin_change("J0099-AAAA-BBBB", 1)
        driver.load_merge_candidate(config="vlan 900\n")
        driver.commit_config(revert_in=120)
    found = planned(twins)
    assert found.plan is None
    assert [(problem.device, problem.code) for problem in found.problems] == [("hq-acc3", 3)]
    assert "J0099-AAAA-BBBB" in found.problems[0].message


def test_drift_on_devices_that_do_not_change_is_counted(twins: Any) -> None:
    twins.fleet.boxes["r1-acc1"].operator("interface Ethernet5", "description by hand")
    found = planned(twins)
    assert found.plan is not None
    assert set(found.drift) == {"r1-acc1"}
    assert found.drift["r1-acc1"] >= 1


def test_a_plan_is_marked_as_high_as_what_it_touches(twins: Any) -> None:
    assert plan_of(twins).marking in ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL")
    marked = {"classification": "SECRET"}
    after = edited(twins.snapshot)
    devices = [
        msgspec.structs.replace(d, custom=marked) if d.name == "hq-acc1" else d
        for d in after.devices.values()
    ]
    secret = Snapshot.build(after.tables, devices, after.origin)
    twins.place.keep(secret)
    found = make_plan(twins.place, secret, Request(scope=SCOPE), quiet)
    assert found.plan is not None
    assert found.plan.marking == "SECRET"


def test_another_sites_plan_is_refused(twins: Any) -> None:
    plan = msgspec.structs.replace(plan_of(twins), site="elsewhere")
    with pytest.raises(Refused, match="elsewhere"):
        apply_plan(twins.place, plan, quiet, quiet)


def test_a_device_whose_enrolled_identity_changed_is_refused_by_name(twins: Any) -> None:
    plan = plan_of(twins)
    trust = Trust(twins.place.settings.path(twins.place.settings.trust))
    trust.accept(Identity(device="hq-acc2", kind="tls", key="ab" * 32))
    with pytest.raises(Moved, match="hq-acc2"):
        apply_plan(twins.place, plan, quiet, quiet)


def test_an_impostor_keeps_a_plan_from_being_made(twins: Any) -> None:
    trust = Trust(twins.place.settings.path(twins.place.settings.trust))
    trust.accept(Identity(device="hq-acc2", kind="tls", key="ab" * 32))
    found = planned(twins)
    assert found.plan is None
    assert [problem.device for problem in found.problems] == ["hq-acc2"]


def test_what_a_device_shows_is_what_was_enrolled(twins: Any) -> None:
    devices = in_scope(twins.snapshot, SCOPE, twins.place.settings).devices
    trust = Trust(twins.place.settings.path(twins.place.settings.trust))
    for target in targets(twins.place, devices).values():
        assert trust.state(scan(target)) == "enrolled"


def test_a_device_nobody_enrolled_is_never_given_a_credential(twins: Any) -> None:
    twins.place.settings.path(twins.place.settings.trust).joinpath("tls.json").unlink()
    found = planned(twins)
    assert found.plan is None
    assert {problem.code for problem in found.problems} == {int(Impostor.code)}
    assert all("trust scan" in problem.hint for problem in found.problems)


@pytest.mark.parametrize(
    "scope",
    [
        Scope(devices=("hq-acc9",)),
        Scope(sites=("mars",)),
        Scope(filters=("platform=ios",)),
        Scope(tags=("nope",)),
    ],
)
def test_a_scope_that_names_nothing_is_refused(twins: Any, scope: Scope) -> None:
    with pytest.raises(DataError, match=r"no device (has|is named)"):
        in_scope(twins.snapshot, scope, twins.place.settings)


@pytest.mark.parametrize("text", ["platfrom=frr", "platform", "=", "cf_x=1"])
def test_a_filter_nobody_knows_is_refused(twins: Any, text: str) -> None:
    with pytest.raises(UsageError, match="not understood"):
        in_scope(twins.snapshot, Scope(filters=(text,)), twins.place.settings)


def test_passive_devices_are_left_alone_with_a_reason(twins: Any) -> None:
    matched = in_scope(twins.snapshot, Scope(), twins.place.settings)
    assert "hq-pp1" in matched.left_alone
    assert "no platform" in matched.left_alone["hq-pp1"]
    assert "hq-pp1" not in matched.devices


def test_nornir_finds_the_site_as_its_inventory(twins: Any, tmp_path: Path) -> None:
    import yaml
    from nornir import InitNornir

    settings = {
        "inventory": {"plugin": "linewright_site", "options": {"site_folder": str(tmp_path)}},
        "logging": {"enabled": False},
        "user_defined": {
            "linewright": {
                "login": {"eos": {"username": "admin", "password": "login/eos"}, "frr": {"username": "ops"}}
            }
        },
    }
    (tmp_path / "nornir.yaml").write_text(yaml.safe_dump(settings))
    fleet = InitNornir(config_file=str(tmp_path / "nornir.yaml"))
    assert len(fleet.inventory.hosts) == 21
    assert {"site:hq", "role:spine", "platform:frr", "tag:in-band"} <= set(fleet.inventory.groups)
    spines = fleet.filter(filter_func=lambda host: host.has_parent_group("role:spine")).inventory.hosts
    assert sorted(spines) == ["hq-spine1", "hq-spine2"]
    assert fleet.inventory.hosts["hq-acc1"].password is None


def test_the_python_interface_is_what_it_says() -> None:
    import linewright

    assert len(linewright.__all__) <= 12
    assert all(getattr(linewright, name) is not None for name in linewright.__all__)
    with pytest.raises(AttributeError):
        _ = linewright.nothing_of_that_name


def test_mode_replace_takes_away_what_was_made_by_hand_and_nothing_else(twins: Any) -> None:
    twins.fleet.boxes["hq-acc1"].operator("vlan 777", "name by-hand")
    request = Request(scope=Scope(devices=("hq-acc1", "hq-acc2")), mode="replace")
    plan = make_plan(twins.place, twins.snapshot, request, quiet).plan
    assert plan is not None
    assert [part.device for part in plan.devices] == ["hq-acc1"]
    assert plan.devices[0].diff == ("- vlan 777", "-    name by-hand")
    assert apply_plan(twins.place, plan, quiet, quiet).code == ExitCode.DONE
    again = make_plan(twins.place, twins.snapshot, request, quiet)
    assert again.plan is None
    assert not again.problems


def test_mode_replace_has_no_base(twins: Any) -> None:
    request = Request(scope=SCOPE, mode="replace", base="running")
    with pytest.raises(UsageError, match="exclude each other"):
        make_plan(twins.place, twins.snapshot, request, quiet)


def test_why_a_device_was_not_read_decides_how_a_plan_ends(twins: Any) -> None:
    twins.fleet.servers.pop("hq-acc1").stop()
    found = planned(twins)
    (problem,) = found.problems
    assert (problem.device, problem.code) == ("hq-acc1", int(ExitCode.NOT_REACHED))
    Trust(twins.place.settings.path(twins.place.settings.trust)).accept(
        Identity(device="hq-acc2", kind="tls", key="0" * 64)
    )
    codes = {problem.device: problem.code for problem in planned(twins).problems}
    assert codes == {"hq-acc1": int(ExitCode.NOT_REACHED), "hq-acc2": int(ExitCode.REFUSED)}
