"""A plan made on simulated devices, proved before it is applied: by what this machine has, not by what the plan says."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import pytest

from linewright.errors import LinewrightError, Moved, Refused
from linewright.journal.state import Applied
from linewright.lab.twin.fleet import Fleet
from linewright.operate.demo import demo_site, edited, simulated
from linewright.operate.planning import Request, make_plan
from linewright.operate.proving import prove_plan
from linewright.operate.scope import Scope, parsed
from linewright.operate.workplace import Workplace
from linewright.plan import contents
from linewright.plan.changeplan import ChangePlan
from linewright.settings import Apply, Login


class Made(NamedTuple):
    place: Workplace
    plan: ChangePlan
    fleet: Fleet


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with demo_site(tmp_path_factory.mktemp("site")) as (place, before, fleet):
        after = edited(before)
        place.keep(after)
        planned = make_plan(
            place, after, Request(scope=Scope(devices=tuple(simulated(after)))), lambda _device, _error: None
        )
        assert planned.plan is not None, planned.problems
        yield Made(place, planned.plan, fleet)


@pytest.fixture
def made(shared: Made) -> Iterator[Made]:
    noted = {part.device: shared.place.state.applied(part.device) for part in shared.plan.devices}
    yield shared
    for found in noted.values():
        assert found is not None
        shared.place.state.note_applied(found)


def with_settings(place: Workplace, **changes: object) -> Workplace:
    return msgspec.structs.replace(place, settings=msgspec.structs.replace(place.settings, **changes))


def test_an_honest_plan_passes_and_nobody_is_asked(made: Made) -> None:
    asked = sum(server.requests for server in made.fleet.servers.values())
    prove_plan(made.place, made.plan)
    assert sum(server.requests for server in made.fleet.servers.values()) == asked


def test_a_plan_says_what_it_was_made_with(made: Made) -> None:
    plan = made.plan
    assert {"linewright/change", "linewright/devices", "tasks", "paramiko"} <= set(plan.contents)
    assert set(plan.policies) == {"apply", "login.eos", "markings", "source_templates", "ssh"}
    assert plan.back_out_within == 24 * 3600
    for part in plan.devices:
        assert part.serial
        assert part.seen.endswith("Z")
        assert part.base == "lab"
        assert part.checks


def test_another_login_of_another_platform_or_another_devices_address_blocks_nothing(made: Made) -> None:
    more = made.place.settings.login | {"frr": Login(username="other")}
    reach = made.place.settings.endpoints
    elsewhere = reach | {"nobody": msgspec.structs.replace(next(iter(reach.values())), port=1)}
    prove_plan(with_settings(made.place, login=more, endpoints=elsewhere), made.plan)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"apply": Apply(timer=90)}, "settings not as it was made with: apply"),
        ({"timeout": 7}, "settings not as it was made with: ssh"),
        ({"site_id": "other"}, "for site 'demo', this is 'other'"),
    ],
)
def test_other_settings_are_named(made: Made, changes: dict[str, object], named: str) -> None:
    with pytest.raises(Refused, match=named):
        prove_plan(with_settings(made.place, **changes), made.plan)


def test_a_device_that_moved_is_named(made: Made) -> None:
    name = made.plan.devices[0].device
    reach = made.place.settings.endpoints
    moved = reach | {name: msgspec.structs.replace(reach[name], port=1)}
    with pytest.raises(Moved, match=f"{name}: its port"):
        prove_plan(with_settings(made.place, endpoints=moved), made.plan)


def test_other_software_is_named(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    now = {**contents.contents(), "linewright/change": "0" * 64}
    monkeypatch.setattr("linewright.operate.proving.contents", lambda: now)
    with pytest.raises(Moved, match=r"software not as it was made with: linewright/change$"):
        prove_plan(made.place, made.plan)


def test_another_change_in_between_is_named(made: Made) -> None:
    name = made.plan.devices[0].device
    now = made.place.state.applied(name)
    assert now is not None
    made.place.state.note_applied(Applied(**{**msgspec.structs.asdict(now), "change": "1111-2222"}))
    with pytest.raises(Moved, match=f"{name}: it starts from lab .*1111-2222 was applied there"):
        prove_plan(made.place, made.plan)


def test_a_base_of_the_same_name_and_another_text_is_refused(made: Made) -> None:
    name = made.plan.devices[0].device
    now = made.place.state.applied(name)
    assert now is not None
    other = f"{now.intended}\nvlan 999\n"
    made.place.state.note_applied(Applied(**{**msgspec.structs.asdict(now), "intended": other}))
    with pytest.raises(Refused, match=f"{name}: what it starts from"):
        prove_plan(made.place, made.plan)


def test_what_no_template_makes_is_refused(made: Made) -> None:
    part = made.plan.devices[0]
    lying = msgspec.structs.replace(part, intended=f"{part.intended}vlan 999\n")
    with pytest.raises(Refused, match=f"{part.device}: what is intended .*vlan 999"):
        prove_plan(made.place, msgspec.structs.replace(made.plan, devices=(lying, *made.plan.devices[1:])))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"snapshot": "0" * 64}, "the snapshot it was made from is not here"),
        ({"scope": "device nobody"}, "its scope cannot be looked up"),
        ({"scope": "everything"}, "its scope cannot be looked up"),
        ({"unchanged": 0}, "how many devices in scope do not change"),
    ],
)
def test_what_is_said_of_the_whole_is_looked_up(made: Made, changes: dict[str, object], named: str) -> None:
    with pytest.raises(Refused, match=named):
        prove_plan(made.place, msgspec.structs.replace(made.plan, **changes))


def test_a_device_outside_the_scope_is_refused(made: Made) -> None:
    names = [part.device for part in made.plan.devices]
    other = next(name for name in made.place.settings.endpoints if name not in names)
    with pytest.raises(Refused, match=f"{names[0]} is not in its scope"):
        prove_plan(made.place, msgspec.structs.replace(made.plan, scope=f"device {other}"))


@pytest.mark.parametrize(
    "scope",
    [
        Scope(),
        Scope(devices=("a", "b"), sites=("hq",), filters=("role=access", "name=x")),
        Scope(devices=("a, b; site c", 'with "quotes"', "back\\slash", " space ", "")),
        Scope(tags=("nötig", "line\nend")),
    ],
)
def test_a_scope_is_read_as_it_was_written(scope: Scope) -> None:
    assert parsed(str(scope)) == scope


@pytest.mark.parametrize(
    "text", ["", "device", "device ", "planet mars", 'device "a', "device a;site b", "device a, "]
)
def test_what_is_no_scope_is_said_to_be_none(text: str) -> None:
    with pytest.raises(LinewrightError, match="is no scope"):
        parsed(text)
