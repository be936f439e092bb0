"""Each shipped check: kept, broken, not applicable, not looked at, malformed; and what the verdicts say to a shell."""

from typing import Any

import msgspec
import pytest

from linewright.checks.compliance import CHECKS, Check, Limits, Seen, Verdict, judge
from linewright.checks.compliance.report import code, document, text
from linewright.errors import DataError, ExitCode
from linewright.model.observation import Facts
from linewright.trace import Cabling

_UP = Facts(hostname="x", uptime=7200)


@pytest.fixture
def seen(bench: Any) -> Any:
    for name in bench.routers:
        bench.change(name, facts=_UP)
    return bench


def verdicts(bench: Any, check: str, **limits: int) -> dict[str, Verdict]:
    chosen = [one for one in CHECKS if one.name == check]
    found = judge(Seen(bench.snapshot, bench.observations, Limits(**limits)), chosen, bench.routers)
    return {verdict.device: verdict for verdict in found}


@pytest.mark.parametrize("check", [check.name for check in CHECKS])
def test_a_healthy_network_keeps_every_rule(seen: Any, check: str):
    found = verdicts(seen, check)
    assert {verdict.outcome for verdict in found.values()} == {"pass"}
    assert [*found] == sorted(found, key=seen.routers.index)


def test_a_session_that_is_down_is_told_at_both_ends_and_nowhere_else(seen: Any):
    seen.bgp_down("hq-leaf1", "hq-spine1", "Active")
    found = verdicts(seen, "adjacencies")
    assert {name for name, verdict in found.items() if verdict.outcome == "fail"} == {"hq-leaf1", "hq-spine1"}
    assert found["hq-leaf1"].reason == "1 routing neighbour down"
    assert "Active at hq-leaf1 and hq-spine1" in found["hq-leaf1"].evidence[0]


def test_a_cable_that_leads_elsewhere_is_told(seen: Any):
    seen.hear("hq-leaf1 eth1 - hq-spine2 eth1", "hq-spine1 eth1 -")
    found = verdicts(seen, "cables")
    assert found["hq-leaf1"].outcome == "fail"
    assert found["hq-wan1"].outcome == "pass"


@pytest.mark.parametrize(
    ("uptime", "outcome", "found"),
    [
        (3600, "pass", ("1 h since it started",)),
        (3599, "fail", ("59 min since it started",)),
        (0, "fail", ("0 s since it started",)),
        (-1, "not reviewed", ()),
    ],
)
def test_time_since_the_start(seen: Any, uptime: int, outcome: str, found: tuple[str, ...]):
    seen.change("hq-leaf1", facts=Facts(uptime=uptime))
    verdict = verdicts(seen, "uptime", uptime=3600)["hq-leaf1"]
    assert (verdict.outcome, verdict.found) == (outcome, found)


@pytest.mark.parametrize("check", [check.name for check in CHECKS])
def test_what_was_not_looked_at_is_never_kept(seen: Any, check: str):
    seen.unreachable("hq-leaf1", "timed out")
    del seen.observations["hq-leaf2"]
    seen.change(
        "hq-leaf3", bgp=None, ospf=None, neighbors=None, facts=None, missing={"bgp": "bgpd is not running"}
    )
    found = verdicts(seen, check)
    for name, why in (
        ("hq-leaf1", "timed out"),
        ("hq-leaf2", "nothing was collected"),
        ("hq-leaf3", "not read far"),
    ):
        assert found[name].outcome == "not reviewed"
        assert why in found[name].reason


def test_an_error_of_a_check_is_an_error(seen: Any):
    def broken(device: str, _: Seen) -> Verdict:
        raise DataError(f"device {device}: config context: nonsense")

    check = Check("x", "x", (), (), broken)
    found = judge(Seen(seen.snapshot, seen.observations), [check], ["hq-leaf1"])
    assert (found[0].outcome, found[0].reason) == ("error", "device hq-leaf1: config context: nonsense")


def test_a_device_without_neighbours_is_not_applicable(seen: Any):
    acc = next(name for name, device in seen.snapshot.devices.items() if device.role == "patch-panel")
    seen.observations[acc] = msgspec.structs.replace(seen.observations["hq-leaf1"], device=acc)
    (verdict,) = judge(Seen(seen.snapshot, seen.observations), CHECKS[:1], [acc])
    assert verdict.outcome == "not applicable"


def test_equal_trouble_is_told_once_with_all_its_devices(seen: Any):
    for name in seen.routers[:3]:
        seen.unreachable(name, "timed out")
    found = judge(Seen(seen.snapshot, seen.observations), CHECKS[2:], seen.routers)
    lines = [*text(found, CHECKS[2:])]
    assert lines[0].startswith("uptime       Not started again lately: 3 not reviewed, 7 pass")
    assert len(lines) == 2
    assert all(name in lines[1] for name in seen.routers[:3])


def test_the_json_form_is_the_same_for_the_same(seen: Any):
    found = judge(Seen(seen.snapshot, seen.observations), CHECKS, seen.routers)
    one = document(found, {"snapshot": "x"})
    assert one == document(found, {"snapshot": "x"})
    assert msgspec.json.decode(one)["schema"] == "linewright.check/1"


@pytest.mark.parametrize(
    ("outcome", "ends"),
    [
        ("pass", ExitCode.DONE),
        ("not applicable", ExitCode.DONE),
        ("fail", ExitCode.FINDING),
        ("error", ExitCode.FINDING),
        ("not reviewed", ExitCode.FINDING),
    ],
)
def test_what_a_shell_is_told(outcome: Any, ends: ExitCode):
    assert code([Verdict(check="x", device="r1", outcome=outcome, reason="")]) == ends


def of_cables(bench: Any, *states: str) -> Verdict:
    """The verdict on a device whose cables are in these states."""
    found = Seen(bench.snapshot, bench.observations)
    some = [one for one in found.cabling.states if "hq-leaf1" in {one.path.a.device, one.path.z.device}]
    found.__dict__["cabling"] = Cabling(
        states=tuple(
            msgspec.structs.replace(one, state=state) for one, state in zip(some, states, strict=False)
        )
    )
    return judge(found, [check for check in CHECKS if check.name == "cables"], ["hq-leaf1"])[0]


@pytest.mark.parametrize(
    ("states", "outcome", "reason"),
    [
        ((), "not applicable", "no cable is expected of it"),
        (("cannot be seen", "cannot be seen"), "not applicable", "LLDP can see none of 2 cables of it"),
        (("not assessed", "cannot be seen"), "not reviewed", "1 cable could not be looked at"),
        (("confirmed", "cannot be seen"), "pass", "1 cable as documented; 1 cannot be seen"),
        (("confirmed", "not assessed"), "pass", "1 cable as documented; 1 not looked at"),
        (("mismatch", "cannot be seen"), "fail", "1 cable not as documented; 1 cannot be seen"),
    ],
)
def test_cables_that_nobody_can_see_are_counted(
    seen: Any, states: tuple[str, ...], outcome: str, reason: str
) -> None:
    verdict = of_cables(seen, *states)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_a_session_in_another_vrf_is_not_the_one_expected(seen: Any):
    sessions = [msgspec.structs.replace(one, vrf="RED") for one in seen.observations["hq-leaf1"].bgp]
    seen.change("hq-leaf1", bgp=tuple(sessions))
    verdict = verdicts(seen, "adjacencies")["hq-leaf1"]
    assert verdict.outcome == "fail"
    assert "only in VRF RED at hq-leaf1" in verdict.evidence[0]


def test_of_one_address_in_two_vrfs_the_expected_one_counts(seen: Any):
    right = seen.observations["hq-leaf1"].bgp
    wrong = [msgspec.structs.replace(one, vrf="BLUE", state="down", raw="Idle") for one in right]
    seen.change("hq-leaf1", bgp=(*wrong, *right))
    assert verdicts(seen, "adjacencies")["hq-leaf1"].outcome == "pass"
