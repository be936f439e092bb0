"""Persons are counted, each once and for one need; what order things were said in, and what else was said, changes nothing."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from linewright.plan.agreement.faults import Case, Heard, Subject, instant
from linewright.plan.agreement.judging import judge
from linewright.plan.agreement.policy import Approvals, ByRisk, Person, Policy, Revoked
from linewright.plan.agreement.records import Need, Recorded, Statement

_NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
_ROLES = ("lead", "officer", "engineer")
_PEOPLE = ("anna", "ben", "cleo", "dora", "author")
_POLICY = Policy(
    schema="linewright.policy/1",
    people={
        name: Person(name=name, roles=roles)
        for name, roles in zip(_PEOPLE, (("lead",), ("lead", "officer"), ("officer",), _ROLES, _ROLES), strict=True)
    },
    approvals=Approvals(normal=ByRisk(low=(), normal=(), high=())),
    recorders=("officer",),
)  # fmt: skip
_NEEDS = st.lists(
    st.builds(Need, role=st.sampled_from(_ROLES), count=st.integers(1, 2), presence=st.booleans()),
    max_size=3,
    unique_by=lambda need: need.role,
).map(tuple)


def said(person: str, role: str, **other: Any) -> Statement:
    fields: dict[str, Any] = {
        "kind": "linewright-statement/1", "plan": "a" * 64, "site": "hq", "ticket": "", "decision": "approve", "person": person,
        "role": role, "not_after": "2026-11-24T04:00:00Z", "shown": "b" * 64,
    }  # fmt: skip
    return Statement(**(fields | other))


_HEARD = st.builds(
    lambda person, role, number, presence, decision, by: Heard(
        statement=said(
            person, role, decision=decision, recorded=Recorded(by=by, medium="paper", reference="x") if by else None
        ),
        id=f"{number:064x}",
        person=person,
        key=f"key {number % 7}",
        presence=presence,
    ),
    st.sampled_from(_PEOPLE),
    st.sampled_from(_ROLES),
    st.integers(0, 10**6),
    st.booleans(),
    st.sampled_from(["approve"] * 6 + ["deny", "author", "revoke", "present"]),
    st.sampled_from(["", "", "", *_PEOPLE]),
)  # fmt: skip


def case(needs: tuple[Need, ...]) -> Case:
    of = Subject(digest="a" * 64, site="hq", author="author", created="2026-11-24T02:00:00Z")
    return Case(of=of, policy=_POLICY, revoked=Revoked(), now=_NOW, shown="b" * 64, needs=needs)


@given(_NEEDS, st.lists(_HEARD, max_size=8, unique_by=lambda one: one.id), st.randoms())
def test_persons_are_counted_once_each_in_a_role_they_have_and_never_the_author(
    needs: tuple[Need, ...], heard: list[Heard], chance: Any
) -> None:
    found = judge(case(needs), heard)
    people = [one.person for one in found.given]
    assert len(people) == len(set(people))
    assert "author" not in people
    assert all(_POLICY.has(one.person, one.role) for one in found.given)
    assert all(not one.recorder or _POLICY.records(one.recorder) for one in found.given)
    lacking = sum(need.count for need in found.missing)
    assert len(people) + lacking == sum(need.count for need in needs)
    shuffled = [*heard]
    chance.shuffle(shuffled)
    assert judge(case(needs), [*shuffled, *heard[:1]]) == found


@given(_NEEDS, st.lists(_HEARD, max_size=8, unique_by=lambda one: one.id), _HEARD)
def test_another_yes_takes_nothing_away(needs: tuple[Need, ...], heard: list[Heard], more: Heard) -> None:
    if more.statement.decision != "approve" or more.id in {one.id for one in heard}:
        return
    before, after = (judge(case(needs), each) for each in (heard, [*heard, more]))
    assert len(after.given) >= len(before.given)
    assert after.denials == before.denials


@given(_NEEDS, st.lists(_HEARD, max_size=5, unique_by=lambda one: one.id))
def test_as_many_needs_are_filled_as_can_be(needs: tuple[Need, ...], heard: list[Heard]) -> None:
    found = judge(case(needs), heard)
    slots = [need for need in needs for _ in range(need.count)]
    offers: dict[str, set[tuple[str, bool]]] = {}
    for one in heard:
        told = one.statement.recorded
        if one.statement.decision != "approve" or "author" in {one.person, told.by if told else ""}:
            continue
        if told and (told.by == one.person or not _POLICY.records(one.person)):
            continue
        who = told.by if told else one.person
        if _POLICY.has(who, one.statement.role):
            offers.setdefault(who, set()).add((one.statement.role, one.presence and told is None))
    best = 0
    for order in permutations(offers, min(len(offers), len(offers))):
        free, filled = list(slots), 0
        for who in order:
            fit = next(
                (s for s in free if any(s.role == r and (touch or not s.presence) for r, touch in offers[who])), None
            )  # fmt: skip
            if fit is not None:
                free.remove(fit)
                filled += 1
        best = max(best, filled)
    # Each order takes the first slot that fits: together with all orders of the people a lower bound.
    assert len(found.given) >= best


def test_somebody_with_two_roles_leaves_the_place_that_only_another_can_fill() -> None:
    needs = (Need(role="lead"), Need(role="officer"))
    both = [
        Heard(statement=said("ben", role), id=role, person="ben", key="1") for role in ("lead", "officer")
    ]
    cleo = Heard(statement=said("cleo", "officer"), id="x", person="cleo", key="2")
    assert [need.role for need in judge(case(needs), both).missing] == ["officer"]
    found = judge(case(needs), [*both, cleo])
    assert {(one.person, one.role) for one in found.given} == {("ben", "lead"), ("cleo", "officer")}
    assert not found.missing


@given(st.text(max_size=30) | st.datetimes().map(lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}"))
def test_a_time_is_read_in_one_form_alone(text: str) -> None:
    found = instant(text)
    assert found is None or f"{found:%Y-%m-%dT%H:%M:%SZ}" == text
