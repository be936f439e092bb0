"""What is signed has one form, byte for byte, and so have the files it is kept in."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError, LinewrightError, Refused
from linewright.plan.agreement.records import Recorded, Signed, Statement
from linewright.plan.agreement.statements import (
    APPROVE,
    AUTHOR,
    dump,
    file_name,
    folder_of,
    load,
    load_folder,
    namespace,
    parse,
    statement_bytes,
    statement_digest,
    write,
)

SAID = Statement(
    kind="linewright-statement/1", plan="a" * 64, site="hq", ticket="CHG-1142", decision="approve",
    person="a.rossi", role="shift lead", not_after="2026-11-25T04:30:00Z", shown="b" * 64,
)  # fmt: skip
SIGNED = Signed(statement=SAID, form="ssh", signature="-----BEGIN SSH SIGNATURE-----\n")


def said(**changes):
    return msgspec.structs.replace(SAID, **changes)


def test_what_is_signed_is_this():
    assert statement_bytes(SAID) == (
        b'{"decision":"approve","kind":"linewright-statement/1","not_after":"2026-11-25T04:30:00Z","person":"a.rossi",'
        b'"plan":"'
        + b"a" * 64
        + b'","role":"shift lead","shown":"'
        + b"b" * 64
        + b'","site":"hq","ticket":"CHG-1142"}'
    )


def test_each_decision_has_its_namespace():
    assert namespace("author") == AUTHOR
    others = ("approve", "deny", "present", "countersign", "revoke")
    assert {namespace(one) for one in others} == {APPROVE}


WRONG = {
    "no person": ({"person": ""}, "person"),
    "a pattern": ({"person": "*"}, "person"),
    "a path": ({"person": "../x"}, "person"),
    "a short code": ({"plan": "7f3a91c2"}, "plan"),
    "capitals": ({"shown": "A" * 64}, "shown"),
    "no end": ({"not_after": ""}, "not_after"),
    "no time": ({"not_after": "2026-11-25"}, "not_after"),
    "local time": ({"not_after": "2026-11-25T04:30:00+01:00"}, "not_after"),
    "no hour": ({"not_after": "2026-11-25T24:00:00Z"}, "not_after"),
    "a line more": ({"not_after": "2026-11-25T04:30:00Z\n"}, "not_after"),
    "made some day": ({"made": "yesterday"}, "made"),
    "an escape": ({"reason": "fine\x1b[2K"}, "cannot be printed"),
    "from right to left": ({"ticket": "CHG\u202e2411"}, "cannot be printed"),
    "nothing to see": ({"role": "lead\u200b"}, "cannot be printed"),
    "a long story": ({"reason": "x" * 5000}, "too long"),
    "takes back nothing": ({"decision": "revoke"}, "takes back"),
    "takes back and approves": ({"revokes": "c" * 64}, "takes back"),
    "recorded of nobody": (
        {"recorded": Recorded(by="the chief", medium="paper", reference="12")},
        "recorded.by",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_field_that_is_not_of_its_form_is_neither_signed_nor_read(what):
    changes, named = WRONG[what]
    with pytest.raises(DataError, match=named):
        statement_bytes(said(**changes))
    data = msgspec.json.encode(msgspec.structs.replace(SIGNED, statement=said(**changes)), order="sorted")
    with pytest.raises(Refused, match=named) as told:
        parse(data, "x.json")
    assert told.value.message.isprintable()


def test_a_no_holds_on():
    for decision in ("deny", "author", "countersign"):
        assert statement_bytes(said(decision=decision, not_after=""))
    with pytest.raises(DataError, match="not_after"):
        statement_bytes(said(decision="present", not_after=""))


def test_a_signed_statement_goes_to_its_file_and_back(tmp_path):
    folder = folder_of(tmp_path / "chg.lwplan")
    assert folder.name == "chg.lwplan.signed"
    path = write(folder, SIGNED)
    assert path.name == f"a.rossi-approve-{statement_digest(SAID)[:8]}.json" == file_name(SIGNED)
    assert load(path) == SIGNED
    assert write(folder, SIGNED) == path
    assert load_folder(folder) == ((SIGNED,), ())


def test_a_file_is_its_one_form_or_refused():
    data = dump(SIGNED)
    assert parse(data, "x") == SIGNED
    fields = json.loads(data)
    double = data[:-1] + b',"form":"ssh"}'
    more = json.dumps({**fields, "note": "x"}, sort_keys=True, separators=(",", ":")).encode()
    default = data.replace(b'"kind"', b'"about":"","kind"')
    for other in (
        data + b"\n",
        b" " + data,
        double,
        more,
        default,
        json.dumps(fields).encode(),
        b"\xff",
        b"",
        b"null",
    ):
        with pytest.raises(Refused, match="x: not"):
            parse(other, "x")
    with pytest.raises(Refused, match="too large"):
        parse(data.replace(b"SSH", b"S" * (1 << 16)), "x")
    with pytest.raises(Refused, match="not"):
        parse(b"[" * 60_000, "x")


@given(st.integers(0, 100_000))
def test_a_flipped_bit_is_another_statement_or_refused(bit):
    data = bytearray(dump(SIGNED))
    bit %= len(data) * 8
    data[bit // 8] ^= 1 << bit % 8
    try:
        found = parse(bytes(data), "x")
    except Refused:
        return
    assert found != SIGNED


_TEXT = st.text(max_size=20)


@given(
    st.builds(
        Statement,
        kind=st.just("linewright-statement/1"),
        plan=st.sampled_from(["a" * 64, "x"]),
        site=_TEXT,
        ticket=_TEXT,
        decision=st.sampled_from(["approve", "deny"]),
        person=st.one_of(st.just("a.rossi"), _TEXT),
        role=_TEXT,
        not_after=st.just("2026-11-25T04:30:00Z"),
        shown=st.just("b" * 64),
        reason=_TEXT,
    )
)
def test_whatever_can_be_written_is_read_again(statement):
    one = msgspec.structs.replace(SIGNED, statement=statement)
    try:
        data = dump(one)
    except DataError:
        return
    assert parse(data, "x") == one


@given(st.binary(max_size=300))
def test_rubbish_is_refused_in_words(data):
    with pytest.raises(Refused) as told:
        parse(data, "x")
    assert told.value.message.isprintable()


def test_a_folder_tells_what_is_wrong_in_it(tmp_path):
    assert load_folder(tmp_path / "none") == ((), ())
    write(tmp_path, SIGNED)
    (tmp_path / "b.json").write_bytes(b"{}")
    (tmp_path / "c.json").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / ".half.json").write_text("x")
    good, bad = load_folder(tmp_path)
    assert good == (SIGNED,)
    assert [error.message.split(":")[0] for error in bad] == [
        str(tmp_path / "b.json"),
        str(tmp_path / "c.json"),
    ]


def test_a_folder_that_cannot_be_one_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataError, match="cannot be read"):
        load_folder(tmp_path / "file")
    for number in range(257):
        (tmp_path / f"{number}.json").touch()
    with pytest.raises(Refused, match="257 signed statements"):
        load_folder(tmp_path)
    with pytest.raises(LinewrightError, match="no such file"):
        load(tmp_path / "none.json")
