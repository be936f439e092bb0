import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError
from linewright.plan.changeplan import ChangePlan, dump, load
from linewright.plan.screen import summary
from linewright.plan.show import by_diff, detail
from linewright.seal.canonical import canonical


@pytest.fixture
def file(plan: ChangePlan, tmp_path: Path) -> Path:
    path = tmp_path / "change.lwplan"
    path.write_bytes(dump(plan))
    return path


def test_a_plan_comes_back_as_it_was(plan: ChangePlan, file: Path) -> None:
    again = load(file)
    assert again == plan
    assert again.code == plan.code
    assert len(again.code) == 9


def test_the_file_says_its_own_digest(plan: ChangePlan, file: Path) -> None:
    from hashlib import sha256

    assert json.loads(file.read_text())["digest"] == plan.digest == sha256(canonical(plan)).hexdigest()


@pytest.mark.parametrize(
    "alter",
    [
        lambda text: text.replace('"port":22', '"port": 22'),
        lambda text: json.dumps(json.loads(text), indent=1),
        lambda text: text[:-1] + ',"site":"reference"}',
        lambda text: text[:-1] + ',"approved":true}',
        lambda text: text.replace('"site":"reference"', '"site":"\\u0072eference"'),
        lambda text: text[: len(text) // 2],
        lambda text: text + "\n",
        lambda _text: "",
        lambda _text: "[]",
    ],
)
def test_what_is_not_its_own_canonical_form_is_refused(file: Path, alter: object) -> None:
    assert callable(alter)
    file.write_text(alter(file.read_text()))
    with pytest.raises(DataError, match=r"change\.lwplan"):
        load(file)


@pytest.mark.parametrize(("schema", "said"), [(99, "newer linewright"), (1, "older linewright")])
def test_another_schema_is_named(plan: ChangePlan, file: Path, schema: int, said: str) -> None:
    file.write_bytes(dump(msgspec.structs.replace(plan, schema=schema)))
    with pytest.raises(DataError, match=said):
        load(file)


@pytest.mark.parametrize("batches", [(), (("r1",), ("r1",)), (("r2",),)])
def test_batches_that_are_not_the_devices_are_refused(
    plan: ChangePlan, file: Path, batches: tuple[tuple[str, ...], ...]
) -> None:
    file.write_bytes(dump(msgspec.structs.replace(plan, batches=batches)))
    with pytest.raises(DataError, match="batches"):
        load(file)


@given(position=st.integers(min_value=0), byte=st.integers(0, 255))
def test_any_one_byte_changed_is_refused(
    position: int, byte: int, plan_bytes: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    at = position % len(plan_bytes)
    altered = plan_bytes[:at] + bytes([byte]) + plan_bytes[at + 1 :]
    path = tmp_path_factory.getbasetemp() / "altered.lwplan"
    path.write_bytes(altered)
    if altered == plan_bytes:
        load(path)
        return
    with pytest.raises(DataError, match=r"altered\.lwplan"):
        load(path)


@pytest.fixture(scope="module")
def plan_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from linewright.plan.changeplan import SCHEMA, DevicePlan

    part = DevicePlan(
        device="r1", platform="frr", host="192.0.2.9", port=22, identity="SHA256:x", order="sent", timer=120,
        before="a\n", after="b\n", intended="b\n", commands=("no a", "b"), back_out=("no b", "a"), diff=("- a", "+ b"),
    )  # fmt: skip
    return dump(
        ChangePlan(
            schema=SCHEMA,
            site="s",
            marking="m",
            created="c",
            author="a",
            scope="s",
            base="last",
            mode="managed",
            snapshot="0" * 64,
            position="",
            templates={},
            versions={},
            devices=(part,),
            batches=(("r1",),),
        )
    )


def test_one_screen_says_what_matters_for_any_number_of_devices(plan: ChangePlan) -> None:
    many = tuple(msgspec.structs.replace(plan.devices[0], device=f"leaf{n}") for n in range(1000))
    shown = list(
        summary(msgspec.structs.replace(plan, devices=many, batches=tuple((d.device,) for d in many)))
    )
    assert len(shown) <= 20
    assert "1000 of 1000 change, 1 different diff" in shown[2]
    assert plan.code not in shown[0]


def test_equal_diffs_are_shown_once(plan: ChangePlan) -> None:
    twin = msgspec.structs.replace(plan.devices[0], device="r2")
    both = msgspec.structs.replace(plan, devices=(*plan.devices, twin), batches=(("r1",), ("r2",)))
    assert [names for names, _ in by_diff(both)] == [["r1", "r2"]]
    assert sum("r1 r2 (frr):" in line for line in detail(both)) == 1


def test_no_auto_rollback_is_said_in_words(plan: ChangePlan) -> None:
    bare = msgspec.structs.replace(plan, devices=(msgspec.structs.replace(plan.devices[0], timer=0),))
    assert any("NO auto-rollback" in line for line in summary(bare))


@pytest.mark.parametrize("what", ["no device", "an empty batch", "a negative timer"])
def test_a_plan_that_cannot_be_carried_out_is_refused(plan: ChangePlan, tmp_path: Path, what: str) -> None:
    replace = msgspec.structs.replace
    lying = {
        "no device": replace(plan, devices=(), batches=()),
        "an empty batch": replace(plan, batches=(*plan.batches, ())),
        "a negative timer": replace(plan, devices=tuple(replace(part, timer=-1) for part in plan.devices)),
    }[what]
    path = tmp_path / "lying.lwplan"
    path.write_bytes(canonical(lying))
    with pytest.raises(DataError, match=r"lying\.lwplan"):
        load(path)
