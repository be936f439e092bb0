"""How much can go wrong: each reason in words, and none of them believed of the plan itself."""

import msgspec
import pytest

from linewright.plan.changeplan import ChangePlan, DevicePlan, Mode, WorstCase
from linewright.plan.risk import highest, judged
from linewright.plan.screen import summary

GONE = "vlan 1\nvlan 2\nusername a secret x\nrouter bgp 1\nip prefix-list p\nroute-map r permit 10\n"


def test_a_change_that_the_device_takes_back_and_that_takes_nothing_away_is_low(part: DevicePlan) -> None:
    assert judged(part, "managed") == ("low", ())
    assert (part.risk, part.risks) == ("low", ())


@pytest.mark.parametrize(
    ("changes", "mode", "risk", "reason"),
    [
        ({"on_own_path": ("+ x",)}, "managed", "high", "our own way in; the device takes it back"),
        ({"on_own_path": ("+ x",), "timer": 0}, "managed", "high", "our own way in; nothing takes it back"),
        ({"timer": 0}, "managed", "high", "no auto-rollback"),
        ({}, "replace", "high", "every line that no template makes goes"),
        ({"weakened": ("no new login",)}, "managed", "high", "no new login"),
        ({"back_out": ("password lw-secret-" + "a" * 32,)}, "managed", "normal", "needs 1 old secret that the job alone keeps"),
        ({"worst_case": WorstCase(restart="systemd")}, "managed", "high", "no start hook"),
        ({"worst_case": WorstCase(restart="no", start_hook=True)}, "managed", "high", "cannot be started again"),
        ({"worst_case": WorstCase(unread="no sense")}, "managed", "high", "is not known"),
        ({"timer": 7200}, "managed", "normal", "waits 120 minutes"),
        ({"included": ("- x", "- y")}, "managed", "normal", "takes in 2 lines of older drift"),
        ({"unsaved": ("+ x",)}, "managed", "normal", "saves 1 line that nobody saved"),
        ({"startup_unread": "why"}, "managed", "normal", "what else confirming saves is not known"),
        ({"before": "ip prefix-list A seq 5 permit any\n", "after": ""}, "managed", "normal", "takes away 1 prefix list"),
    ],
)  # fmt: skip
def test_each_reason_raises_it(
    part: DevicePlan, changes: dict[str, object], mode: Mode, risk: str, reason: str
) -> None:
    found, reasons = judged(msgspec.structs.replace(part, **changes), mode)
    assert found == risk
    assert any(reason in each for each in reasons)


def test_a_check_that_is_waived_is_no_low_risk(part: DevicePlan) -> None:
    assert judged(part, "managed", may_lose=("bgp 192.0.2.1",)) == (
        "normal",
        ("it may lose bgp 192.0.2.1, its author says",),
    )


def test_adopting_is_no_low_risk(part: DevicePlan) -> None:
    assert judged(part, "managed", adopted=True)[0] == "normal"


def test_what_a_plan_says_of_its_risk_counts_for_nothing(part: DevicePlan) -> None:
    lying = msgspec.structs.replace(part, timer=0, risk="low", risks=())
    assert judged(lying, "managed")[0] == "high"


def test_a_router_that_can_do_all_is_no_risk(part: DevicePlan) -> None:
    good = msgspec.structs.replace(part, worst_case=WorstCase(restart="hook", start_hook=True))
    assert judged(good, "managed") == ("low", ())


def test_of_much_that_goes_the_worst_is_named(part: DevicePlan) -> None:
    eos = msgspec.structs.replace(part, platform="eos", before=GONE, after="")
    _, reasons = judged(eos, "managed")
    assert reasons[0] == "it takes away 1 local user"
    assert reasons[-1] == "and more"


def test_the_highest_counts() -> None:
    assert highest(("low", "high", "normal")) == "high"
    assert highest(("low", "normal")) == "normal"
    assert highest(()) == "low"


def test_the_first_screen_says_how_high_where_and_why(plan: ChangePlan) -> None:
    assert "   risk low   " in next(iter(summary(plan)))
    assert not any(line.startswith("Risk") for line in summary(plan))
    bare = msgspec.structs.replace(plan.devices[0], device="r2", risk="high", risks=("no auto-rollback",))
    both = msgspec.structs.replace(plan, devices=(plan.devices[0], bare), batches=(("r1",), ("r2",)))
    assert "Risk      HIGH on 1 of 2: no auto-rollback" in list(summary(both))
