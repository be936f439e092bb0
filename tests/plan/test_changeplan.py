import json
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError, ExitCode, Refused
from linewright.plan.changeplan import SCHEMA, ChangePlan, DevicePlan, dump, load
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
    assert json.loads(file.read_text())["digest"] == plan.digest == sha256(canonical(plan)).hexdigest()


_DAMAGE: dict[str, tuple[Callable[[str], str], str]] = {
    "other spacing": (lambda text: text.replace('"port":22', '"port": 22'), "not as it was written: from byte"),
    "other spacing throughout": (lambda text: json.dumps(json.loads(text), indent=1), "not as it was written"),
    "another order": (
        lambda text: json.dumps(dict(reversed(json.loads(text).items())), separators=(",", ":")),
        "not as it was written: from byte 2 on",
    ),
    "a key twice": (lambda text: text[:-1] + ',"digest":"0"}', "the key 'digest' stands there twice"),
    "a key twice inside": (lambda text: text.replace('"site":', '"site":"a","site":', 1), "'site' stands there twice"),
    "an unknown key": (lambda text: text[:-1] + ',"approved":true}', "unknown field `approved`"),
    "an unknown key inside": (
        lambda text: text.replace('"site":', '"approved":true,"site":', 1), "unknown field `approved`.*plan"),
    "a default written out": (lambda text: text.replace('"site":', '"branch":"","site":', 1), "not as it was written"),
    "another spelling": (lambda text: text.replace('"site":"r', '"site":"\\u0072'), "not as it was written"),
    "not a number": (lambda text: text.replace('"port":22', '"port":NaN'), "NaN is no number"),
    "endless": (lambda text: text.replace('"port":22', '"port":-Infinity'), "-Infinity is no number"),
    "a fraction": (lambda text: text.replace('"port":22', '"port":22.0'), "22.0 is no number"),
    "a huge number": (lambda text: text.replace('"port":22', f'"port":{2**53}'), "9007199254740992 is too large"),
    "a number of 100,000 digits": (lambda text: text.replace('"port":22', '"port":' + "9" * 10**5), "is too large"),
    "nested deeply": (lambda text: text[:-1] + ',"x":' + "[" * 10**5 + "]" * 10**5 + "}", "nested too deeply"),
    "nested deeply from the start": (lambda _text: "[" * 10**6, "nested too deeply"),
    "cut off": (lambda text: text[: len(text) // 2], "cut off or broken at character"),
    "something behind": (lambda text: text + "{}", "something stands behind its end"),
    "a line end behind": (lambda text: text + "\n", "not as it was written"),
    "a mark before": (lambda text: "\ufeff" + text, "not a plan"),
    "half a surrogate": (lambda text: text.replace("reference", "\\ud800"), "not a plan"),
    "nothing": (lambda _text: "", "cut off or broken"),
    "a list": (lambda _text: "[]", "not a plan"),
    "another digest": (lambda text: re.sub('"digest":"[0-9a-f]{4}', '"digest":"0000', text, count=1), "its code"),
    "another word": (lambda text: text.replace("lind", "lend"), "its code is not that of what is in it"),
    "a newer schema": (lambda text: text.replace(f'"schema":{SCHEMA}', '"schema":9'), r"altered .*schema 9"),
}  # fmt: skip


@pytest.mark.parametrize("what", list(_DAMAGE))
def test_what_is_not_as_it_was_written_is_refused_by_name(file: Path, what: str) -> None:
    alter, named = _DAMAGE[what]
    altered = alter(file.read_text())
    assert altered != file.read_text()
    file.write_text(altered)
    with pytest.raises(Refused, match=named) as caught:
        load(file)
    assert "change.lwplan" in caught.value.message
    assert caught.value.code == ExitCode.REFUSED
    assert len(caught.value.message) < 400


def test_bytes_that_are_no_text_are_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"lind", b"li\xffd"))
    with pytest.raises(Refused, match="is not UTF-8"):
        load(file)


def test_a_file_that_is_too_large_is_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linewright.plan.changeplan._MAX_BYTES", 100)
    with pytest.raises(DataError, match=r"change\.lwplan: larger than 100 bytes"):
        load(file)


@pytest.mark.parametrize("what", ["nothing", "a folder"])
def test_what_cannot_be_read_is_wrong_use(tmp_path: Path, what: str) -> None:
    with pytest.raises(DataError) as caught:
        load(tmp_path / "none.lwplan" if what == "nothing" else tmp_path)
    assert caught.value.code == ExitCode.USAGE


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
    with pytest.raises(Refused, match="batches"):
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
    with pytest.raises(Refused, match=r"altered\.lwplan"):
        load(path)


def test_one_bit_changed_anywhere_is_refused(plan_bytes: bytes, tmp_path: Path) -> None:
    path = tmp_path / "altered.lwplan"
    for at in range(len(plan_bytes)):
        altered = bytearray(plan_bytes)
        altered[at] ^= 1 << (at % 8)
        path.write_bytes(altered)
        with pytest.raises(Refused, match=r"altered\.lwplan"):
            load(path)


@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_at_all_end_in_anything_but_a_refusal(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.lwplan"
    path.write_bytes(data)
    with pytest.raises(Refused, match=r"any\.lwplan"):
        load(path)


@given(
    words=st.lists(st.text(max_size=20), min_size=4, max_size=4),
    numbers=st.lists(st.integers(-(2**60), 2**60), min_size=2, max_size=2),
)
def test_the_quick_bytes_of_a_plan_are_those_of_rfc_8785(
    words: list[str], numbers: list[int], plan_bytes: bytes
) -> None:
    plan = msgspec.convert(json.loads(plan_bytes)["plan"], ChangePlan)
    part = msgspec.structs.replace(plan.devices[0], before=words[0], commands=(words[1],), port=numbers[0])
    varied = msgspec.structs.replace(
        plan, devices=(part,), ticket=words[2], templates={words[3]: "0", words[0]: "1"}, unchanged=numbers[1]
    )
    try:
        expected = rfc8785.dumps(msgspec.to_builtins(varied))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        with pytest.raises(DataError, match="canonical"):
            _ = varied.digest
        return
    assert varied.digest == sha256(expected).hexdigest()


@pytest.fixture(scope="module")
def plan_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    part = DevicePlan(
        device="r1", platform="frr", host="192.0.2.9", port=22, identity="SHA256:x", order="sent", timer=120,
        before="a\n", after="b\n", intended="b\n", commands=("no a", "b"), back_out=("no b", "a"), diff=("- a", "+ b"),
    )  # fmt: skip
    return dump(
        ChangePlan(
            schema=SCHEMA, site="s", marking="m", created="c", author="a", scope="s", base="last", mode="managed",
            snapshot="0" * 64, position="", templates={}, versions={}, devices=(part,), batches=(("r1",),),
        )
    )  # fmt: skip


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
    path.write_bytes(dump(lying))
    with pytest.raises(Refused, match=r"lying\.lwplan"):
        load(path)
