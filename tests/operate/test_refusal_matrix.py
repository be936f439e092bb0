"""A plan file in which one thing is another than it was sealed with: `lw apply` names it, ends with 3, and writes nothing.

The fields are found in the classes themselves: a new one without a case fails here. What is the author's own word, and
so refused nowhere, has to be said in docs/limits.md.
"""

import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import Refused
from linewright.model.objects import Record
from linewright.operate.proving import prove_plan
from linewright.plan.agreement.records import Need
from linewright.plan.changeplan import Around, ChangePlan, CheckRef, DevicePlan, WorstCase, dump, load
from linewright.redact import Slot

pytestmark = pytest.mark.slow

#: What `lw apply` says to a plan that was sealed with another value in that field.
_NAMED = {
    "ChangePlan.schema": r"written by (a newer|an older) linewright \(schema \d\)",
    "ChangePlan.site": "is for site 'generatedx', this is 'generated'",
    "ChangePlan.marking": "its marking",
    "ChangePlan.scope": "its scope|in scope",
    "ChangePlan.base": r"what it starts from|\(after\)|no snapshot|snapshot code",
    "ChangePlan.mode": r"\(after\)|\(included\)|\(drift\)",
    "ChangePlan.snapshot": "snapshot",
    "ChangePlan.position": "the position of its snapshot",
    "ChangePlan.templates": "templates not as it was made with: ",
    "ChangePlan.versions": "software not as it was made with: ",
    "ChangePlan.contents": "software not as it was made with: ",
    "ChangePlan.policies": "settings not as it was made with: ",
    "ChangePlan.devices": "batches are not its devices|changes nothing",
    "ChangePlan.batches": "its batches|empty batch",
    "ChangePlan.unchanged": "how many devices in scope do not change",
    "ChangePlan.branch": "branch",
    "ChangePlan.back_out_within": "how long its back-out is agreed to",
    "ChangePlan.may_lose": r"(\(risks\)|\(checks\)|\(risk\))",
    "ChangePlan.change": r"its kind of change \(change\)",
    "ChangePlan.pattern": r"its kind of change \(change\)",
    "ChangePlan.reason": r"its kind of change \(change\)",
    "ChangePlan.needs": r"who has to agree \(needs\)",
    "DevicePlan.device": "batches are not its devices",
    "DevicePlan.platform": r"login\.eosx",
    "DevicePlan.host": "its address|planned at",
    "DevicePlan.port": "its port|planned at",
    "DevicePlan.identity": "its enrolled identity",
    "DevicePlan.order": r"\(order\)",
    "DevicePlan.timer": r"\(timer\)",
    "DevicePlan.before": r"\(before\)|\(after\)|\(base\)|\(drift\)",
    "DevicePlan.after": r"\(after\)",
    "DevicePlan.intended": r"\(intended\)",
    "DevicePlan.commands": r"\(commands\)",
    "DevicePlan.back_out": r"\(back_out\)",
    "DevicePlan.diff": r"\(diff\)",
    "DevicePlan.drift": r"\(drift\)",
    "DevicePlan.slots": r"\(slots\)",
    "DevicePlan.base": r"it starts from",
    "DevicePlan.on_own_path": r"\(on_own_path\)",
    "DevicePlan.logins": "logins",
    "DevicePlan.codes": "one-time codes",
    "DevicePlan.weakened": "logins|proof",
    "DevicePlan.unsaved": "what is not saved there|(risk)",
    "DevicePlan.startup_unread": r"\(risks?\)",
    "DevicePlan.worst_case": "worst case|(risk)",
    "DevicePlan.serial": "its serial number is TWIN",
    "DevicePlan.jumps": "its jump hosts",
    "DevicePlan.reads": r"\(reads\)",
    "DevicePlan.checks": r"\(checks\)|checks not as it was made with: neighbours",
    "DevicePlan.around": r"\(around\)",
    "DevicePlan.risk": r"\(risk\)",
    "DevicePlan.risks": r"\(risks\)",
    "DevicePlan.base_digest": r"what it starts from \(base\)",
    "DevicePlan.included": r"\(included\)",
}
#: The author's own word: nothing here or on a device says otherwise. What docs/limits.md says of it.
_OWN_WORD = {
    "ChangePlan.author": "the author, the ticket and the time are his own word",
    "ChangePlan.ticket": "the author, the ticket and the time are his own word",
    "ChangePlan.created": "the author, the ticket and the time are his own word",
    "ChangePlan.include_drift": "the author, the ticket and the time are his own word",
    "ChangePlan.purpose": "and so is what the change is for",
    "DevicePlan.seen": "the author, the ticket and the time are his own word",
}
#: Not proved yet: each goes from here into one of the two above.
_TO_COME = {
    "ChangePlan.window",
    "ChangePlan.expected", "ChangePlan.rollout", "ChangePlan.linked", "ChangePlan.apart", "ChangePlan.impact",
    "ChangePlan.places", "ChangePlan.lines", "ChangePlan.holds", "DevicePlan.expected",
    "DevicePlan.observe", "DevicePlan.live",
}  # fmt: skip
_NEW: dict[Any, Any] = {
    Slot: Slot(token="lw-secret-" + "0" * 32, ref="x", field="x", device="x"),
    CheckRef: CheckRef(name="x", digest="x"),
    Around: Around(device="x", platform="eos", host="x", port=1, identity="x"),
    WorstCase: WorstCase(restart="systemd", start_hook=True),
    Need: Need(role="x"),
    tuple[str, ...]: ("x",),
    DevicePlan: DevicePlan(
        device="x", platform="eos", host="x", port=1, identity="x", order="atomic", timer=60, before="x", after="x",
        intended="x", commands=(), back_out=(), diff=(),
    ),
}  # fmt: skip


def fields(*classes: type[Record]) -> list[str]:
    return [f"{each.__name__}.{field.name}" for each in classes for field in msgspec.structs.fields(each)]


def others(value: Any, kind: Any) -> Iterator[Any]:
    """Values that differ from this one in one thing; `kind` is what the class says it is."""
    if get_origin(kind) is Literal:
        yield from (each for each in get_args(kind) if each != value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | str):
        yield value + ("x" if isinstance(value, str) else 1)
    elif isinstance(value, dict):
        yield from other_mappings(value, get_args(kind)[1])
    elif isinstance(value, tuple):
        yield from other_lists(value, get_args(kind)[0])
    elif isinstance(value, Record):
        hints = typing.get_type_hints(type(value))
        for field in msgspec.structs.fields(type(value)):
            for other in others(getattr(value, field.name), hints[field.name]):
                yield msgspec.structs.replace(value, **{field.name: other})
    else:
        assert value is None
        yield _NEW[next(each for each in get_args(kind) if each is not type(None))]


def other_mappings(value: dict[str, Any], inner: Any) -> Iterator[dict[str, Any]]:
    yield value | {"x": "x" if inner is str else ()}
    for key in list(value)[:1]:
        yield {name: each for name, each in value.items() if name != key}
        yield from (value | {key: other} for other in others(value[key], inner))


def other_lists(value: tuple[Any, ...], inner: Any) -> Iterator[tuple[Any, ...]]:
    yield (*value, _NEW.get(inner, "x"))
    if value:
        yield value[:-1]
    if (
        inner is DevicePlan
    ):  # its fields have cases of their own, and their order says nothing: the batches do
        return
    if value[::-1] != value:
        yield value[::-1]
    if value:
        yield from ((other, *value[1:]) for other in others(value[0], inner))


def forged(plan: ChangePlan, where: str) -> Iterator[ChangePlan]:
    """The plan, sealed as it should be, with one thing another in that field."""
    of, _, name = where.partition(".")
    part = plan.devices[0]
    for other in others(
        getattr(plan if of == "ChangePlan" else part, name),
        typing.get_type_hints(ChangePlan if of == "ChangePlan" else DevicePlan)[name],
    ):
        if of == "ChangePlan":
            yield msgspec.structs.replace(plan, **{name: other})
        else:
            lying = msgspec.structs.replace(part, **{name: other})
            yield msgspec.structs.replace(plan, devices=(lying, *plan.devices[1:]))


def test_every_field_of_a_plan_has_its_case() -> None:
    assert {*_NAMED, *_OWN_WORD, *_TO_COME} == set(fields(ChangePlan, DevicePlan))
    assert not {*_NAMED} & {*_OWN_WORD}


@pytest.mark.parametrize("where", sorted(_NAMED))
def test_another_value_sealed_as_it_should_be_is_refused_by_name(
    sealed: Any, tmp_path: Path, where: str
) -> None:
    lying = tmp_path / "lying.lwplan"
    for number, plan in enumerate(forged(sealed.plan, where)):
        lying.write_bytes(dump(plan))
        with sealed.untouched():
            code, said = sealed.apply(lying)
        assert re.search(_NAMED[where], said), (number, said)
        assert "nothing written" in said.lower() or where == "ChangePlan.schema", said
        assert "next: " in said.lower(), said
        assert code == (2 if where == "ChangePlan.schema" else 3), said


@pytest.mark.parametrize("where", sorted(_OWN_WORD))
def test_what_is_the_authors_own_word_is_said_in_the_limits(sealed: Any, checkout: Path, where: str) -> None:
    limits = " ".join((checkout / "docs" / "limits.md").read_text().split())
    assert _OWN_WORD[where] in limits
    for plan in forged(sealed.plan, where):
        assert plan.code != sealed.plan.code, "whoever agreed to the other one has not agreed to this"
        prove_plan(sealed.place, plan)


@given(st.data())
def test_another_byte_anywhere_is_refused(sealed: Any, tmp_path_factory: Any, data: st.DataObject) -> None:
    whole = sealed.file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != whole[at]))
    damaged = tmp_path_factory.getbasetemp() / "one-byte.lwplan"
    damaged.write_bytes(whole[:at] + bytes((byte,)) + whole[at + 1 :])
    with pytest.raises(Refused) as caught:
        load(damaged)
    assert caught.value.hint


def test_a_damaged_file_is_refused_before_any_switch_is_asked(sealed: Any, tmp_path: Path) -> None:
    whole, damaged = sealed.file.read_bytes(), tmp_path / "damaged.lwplan"
    asked = sum(server.connections for server in sealed.fleet.servers.values())
    middle = len(whole) // 2
    step = len(whole) // 20
    flipped = [whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :] for at in range(0, len(whole), step)]
    for bad in (
        *flipped,
        whole[:-1],
        whole + b"\n",
        whole[:middle],
        whole[:middle] + b" " + whole[middle:],
        b"",
    ):
        damaged.write_bytes(bad)
        with sealed.untouched():
            code, said = sealed.apply(damaged)
        assert code == 3, said
        assert str(damaged) in said
        assert re.search("altered since|not a plan, or damaged|not as it was written", said), said
        assert "Next: make a new plan" in said
    assert sum(server.connections for server in sealed.fleet.servers.values()) == asked
