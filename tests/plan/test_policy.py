"""policy.yaml and revoked.yaml: taken as they are written, or refused by name."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError
from linewright.plan.agreement.plain_yaml import plain_mapping
from linewright.plan.agreement.policy import needed, policy, revoked
from linewright.plan.agreement.records import Need


def whole() -> dict[str, Any]:
    lead = [{"role": "shift lead"}]
    return {
        "schema": "linewright.policy/1",
        "people": {
            "m.keller": {"name": "Maria Keller", "roles": ["engineer"]},
            "a.rossi": {"name": "Anna Rossi", "roles": ["shift lead", "officer"], "contact": "4711"},
        },
        "approvals": {
            "normal": {"low": [], "normal": lead, "high": [{"role": "shift lead", "presence": True}]},
            "emergency": {"console": 2, "countersign": lead, "within_hours": 12},
        },
        "ticket": {"required": True, "pattern": r"CHG-\d{4,6}"},
        "recorders": ["officer"],
    }


def written(document: Any) -> bytes:
    return json.dumps(document).encode()  # JSON is YAML, and has no aliases


def test_a_whole_policy() -> None:
    found = policy(written(whole()))
    assert needed(found.approvals.normal.high) == (Need(role="shift lead", presence=True),)
    assert found.approvals.normal.low == ()
    assert found.approvals.emergency is not None
    assert (found.approvals.emergency.console, found.longest_hours, found.clock.seconds) == (2, 168, 5)
    assert found.has("a.rossi", "officer")
    assert not found.has("m.keller", "officer")
    assert found.has("m.keller", "")
    assert not found.has("nobody", "")
    assert found.records("a.rossi")
    assert not found.records("m.keller")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda d: d.update(extra=1), "unknown field `extra`"),
        (lambda d: d.update(schema="linewright.policy/2"), "schema"),
        (lambda d: d.pop("people"), "people"),
        (lambda d: d.update(people={}), "people"),
        (lambda d: d["people"].update({"*": {"name": "All"}}), "people"),
        (lambda d: d["people"].update({"a b": {"name": "All"}}), "people"),
        (lambda d: d["people"].update({"M.Keller": {"name": "M"}}), "in other capitals"),
        (lambda d: d["people"]["m.keller"].update(role="x"), "unknown field `role`"),
        (lambda d: d["approvals"]["normal"].pop("low"), "low"),
        (lambda d: d["approvals"]["normal"].update(low=None), "empty"),
        (lambda d: d["approvals"]["normal"].update(low=[{"role": "nobody"}]), "approvals.normal.low: 1 of"),
        (lambda d: d["approvals"]["normal"].update(high=[{"role": "engineer", "count": 2}]), "1 of people"),
        (lambda d: d["approvals"]["normal"].update(high=[{"role": "engineer", "count": 0}]), "count"),
        (
            lambda d: d["approvals"]["normal"].update(high=[{"role": "engineer"}, {"role": "engineer"}]),
            "twice",
        ),
        (lambda d: d["approvals"]["emergency"].update(countersign=[]), "countersign"),
        (lambda d: d.update(recorders=["nobody"]), "recorders"),
        (lambda d: d["ticket"].update(pattern="("), "no regular expression"),
        (lambda d: d["ticket"].update(pattern="(a+)+b"), "cannot be repeated"),
        (lambda d: d.update(longest_hours=0), "longest_hours"),
        (lambda d: d.update(author="nobody"), "author"),
        (lambda d: d["people"]["m.keller"].update(name="M\x1b[2K"), "cannot be seen"),
        (lambda d: d["people"]["m.keller"].update(name="M\u202ex"), "cannot be seen"),
    ],
)
def test_what_is_wrong_is_named(change: Any, named: str) -> None:
    document = whole()
    change(document)
    with pytest.raises(DataError) as caught:
        policy(written(document))
    assert named in caught.value.message
    assert "policy.yaml" in caught.value.message


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"a: &x [1]\nb: *x\n", "anchors and aliases"),
        (b"a: !!python/object/apply:os.system ['true']\n", "tags"),
        (b"a: 1\na: 2\n", "given twice"),
        (b"\xff: 1\n", "UTF-8"),
        (b"a: [\n", "not YAML"),
        (b"a: \x00\n", "not YAML"),
        (b"- a\n", "mapping"),
        (b"", "mapping"),
        (b"a:\n", "empty"),
        (b"a: 2024-01-01\n", "needs quotes"),
        (b"a: 1.5\n", "needs quotes"),
        (b"a: 99999999999\n", "too large"),
        (b"a: " + b"[" * 50 + b"]" * 50, "nested"),
        (b"a: [" + b"1," * 30_000 + b"]", "more values"),
        (b"a: " + b"x" * 3000, "too long"),
        (b"#" * 300_000, "larger than"),
    ],
)
def test_hostile_yaml_is_refused_with_its_name(data: bytes, named: str) -> None:
    with pytest.raises(DataError) as caught:
        plain_mapping(data, "freeze.yaml")
    assert named in caught.value.message
    assert "freeze.yaml" in caught.value.message


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_policy_or_refused(data: bytes) -> None:
    with pytest.raises(DataError):
        policy(data)


def test_what_is_revoked() -> None:
    found = revoked(b"schema: linewright.revoked/1\npeople: [m.keller]\nplans: ['" + b"a" * 64 + b"']\n")
    assert (found.people, found.plans) == (("m.keller",), ("a" * 64,))
    for wrong in (
        b"people: [x]\n",
        b"schema: linewright.revoked/1\nkeys: [x]\n",
        b"schema: linewright.revoked/1\nwho: [x]\n",
    ):
        with pytest.raises(DataError):
            revoked(wrong)
