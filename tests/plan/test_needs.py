"""Who is asked goes by risk and by the kind of change; what is a standard change, its pattern says line by line."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright import configs
from linewright.errors import DataError, Refused
from linewright.plan.agreement.needs import change_type, needs, ticket_fault
from linewright.plan.agreement.policy import Approvals, Asked, ByRisk, Emergency, Person, Policy, Ticket
from linewright.plan.agreement.records import Need
from linewright.plan.agreement.shown import shown_digest
from linewright.plan.agreement.standard import Pattern, Where, named, paths, pattern, unfit
from linewright.plan.changeplan import ChangePlan
from linewright.platforms import rules

_LEAD, _OFFICER = Asked(role="lead"), Asked(role="officer", presence=True)
_POLICY = Policy(
    schema="linewright.policy/1",
    people={"anna": Person(name="Anna", roles=("lead", "officer"))},
    approvals=Approvals(normal=ByRisk(low=(), normal=(_LEAD,), high=(_LEAD, _OFFICER))),
)


def risky(plan: ChangePlan, risk: Any, **more: Any) -> ChangePlan:
    return msgspec.structs.replace(
        plan, devices=tuple(msgspec.structs.replace(part, risk=risk) for part in plan.devices), **more
    )


def test_the_highest_risk_says_who_is_asked(plan: ChangePlan) -> None:
    assert needs(risky(plan, "low"), _POLICY) == ()
    assert needs(risky(plan, "normal"), _POLICY) == (Need(role="lead"),)
    assert needs(risky(plan, "high"), _POLICY) == (Need(role="lead"), Need(role="officer", presence=True))
    assert needs(risky(plan, "high"), None) == ()


def test_the_kind_of_change_follows_from_what_is_in_the_plan(plan: ChangePlan) -> None:
    assert change_type(plan) == "normal"
    for field, kind in (("pattern", "standard"), ("reason", "emergency")):
        of_that = risky(plan, "high", **{field: "x"})
        assert change_type(of_that) == kind
        assert needs(of_that, None) == ()
        with pytest.raises(Refused, match=f"the policy knows no {kind} changes"):
            needs(of_that, _POLICY)
        both = msgspec.structs.replace(
            _POLICY.approvals, standard=(_LEAD,), emergency=Emergency(countersign=(_LEAD,))
        )
        assert needs(of_that, msgspec.structs.replace(_POLICY, approvals=both)) == ()
    with pytest.raises(Refused, match="at once"):
        change_type(msgspec.structs.replace(plan, pattern="x", reason="y"))


def test_tickets() -> None:
    asked = msgspec.structs.replace(_POLICY, ticket=Ticket(required=True, pattern=r"CHG-\d+"))
    assert ticket_fault("CHG-7", asked) == ""
    assert ticket_fault("", _POLICY) == ticket_fault("whatever", _POLICY) == ""
    for wrong in ("", "CHG-7 ", "CHG-", "xCHG-7", "CHG-7\n", "C" * 300):
        assert ticket_fault(wrong, asked), wrong


def test_another_word_on_the_screen_is_another_digest(plan: ChangePlan) -> None:
    assert shown_digest(plan) == shown_digest(plan)
    assert shown_digest(plan) != shown_digest(msgspec.structs.replace(plan, ticket="CHG-7"))


_PATTERN = Pattern(
    schema="linewright.standard/1", purpose="x", roles=("leaf",), sites=("hq",), risk="high",
    lines=("[+-] interface eth[0-9]+ > description .*",),
)  # fmt: skip
_HERE = {"r1": Where(role="leaf", site="hq")}


def test_a_plan_fits_its_pattern_or_is_told_why_not(plan: ChangePlan) -> None:
    assert unfit(plan, _PATTERN, _HERE) == ()
    for field, value, named_so in (
        ("roles", ("spine",), "devices of the role leaf"),
        ("sites", ("kit",), "the site hq"),
        ("lines", ("[+] interface eth1 > description .*",), "this line is not in it: - interface eth1 >"),
        ("lines", ("[+-] description .*",), "this line is not in it"),
    ):
        (told,) = unfit(plan, msgspec.structs.replace(_PATTERN, **{field: value}), _HERE)
        assert named_so in told
    low = msgspec.structs.replace(_PATTERN, risk="low")
    assert "its risk is high" in unfit(risky(plan, "high"), low, _HERE)[0]
    two = msgspec.structs.replace(plan, devices=plan.devices * 2)
    assert "it changes 2 devices, 1 at most" in unfit(two, _PATTERN, _HERE)[0]
    for wider in ({"mode": "replace"}, {"include_drift": True}, {"may_lose": ("bgp",)}):
        assert "may lose something" in unfit(msgspec.structs.replace(plan, **wider), _PATTERN, _HERE)[0]


_LINES = (
    "hostname a",
    "hostname b",
    "interface eth1\n description x",
    "interface eth1\n shutdown",
    "interface eth2",
)


@given(st.lists(st.sampled_from(_LINES), unique=True), st.lists(st.sampled_from(_LINES), unique=True))
def test_every_line_that_comes_or_goes_has_its_path(before: list[str], after: list[str]) -> None:
    diff = configs.diff("\n".join(before), "\n".join(after), rules("frr"))
    found = list(paths(diff))
    assert len(found) == sum(line[:1] in {"+", "-"} for line in diff)
    for path in found:
        if path.endswith(("description x", "shutdown")):
            assert path[2:].startswith("interface eth1 > ")


@pytest.mark.parametrize("line", ["(", "(a+)+", "(.*)*x", "(a|b){9}"])
def test_a_pattern_that_is_none_or_takes_for_ever(line: str) -> None:
    text = f"schema: linewright.standard/1\npurpose: x\nroles: [leaf]\nlines: ['{line}']\n"
    with pytest.raises(DataError, match="lines"):
        pattern(text.encode(), "x.yaml")


@pytest.mark.parametrize("name", ["", "..", "../policy", "a/b", "port label", "x" * 65, "missing"])
def test_a_name_that_is_no_patterns(name: str) -> None:
    with pytest.raises(Refused, match="there is no pattern"):
        named({"port-label.yaml": b""}, name)
