import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import SecretError
from linewright.platforms import rules, walk
from linewright.redact import Slot, fill, hide, marker, restore, token, tokenise

FRR = rules("frr")
KEY = bytes(range(32))
VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)
LINES = (
    "router bgp 64500\n neighbor 192.0.2.1 password {}\n exit\n",
    "interface eth1\n ip ospf message-digest-key 1 md5 {}\nexit\n",
    "enable password {}\n",
)


def texts(values: list[str]) -> str:
    return "hostname r1\n" + "".join(LINES[i % len(LINES)].format(v) for i, v in enumerate(values))


def store(values: list[str]):
    return {f"ref/{i}": value for i, value in enumerate(values)}.__getitem__


def rendered(count: int) -> str:
    return texts([marker(f"ref/{i}") for i in range(count)])


some_values = st.lists(VALUES, min_size=1, max_size=3)


@given(some_values)
def test_intended_and_running_text_have_the_same_tokens(values):
    filled, _ = fill(rendered(len(values)), FRR, KEY, "r1", store(values))
    assert filled == tokenise(texts(values), FRR, KEY, "r1")


@given(some_values)
def test_filled_and_restored_is_the_text_with_the_values(values):
    filled, slots = fill(rendered(len(values)), FRR, KEY, "r1", store(values))
    assert restore(filled, slots, KEY, store(values)) == texts(values)


@given(some_values)
def test_tokenised_again_is_the_same(values):
    once = tokenise(texts(values), FRR, KEY, "r1")
    assert tokenise(once, FRR, KEY, "r1", again=True) == once


@given(st.lists(st.text(min_size=12, max_size=30), min_size=1, max_size=3))
def test_no_planted_value_survives(values):
    values = [re.sub(r"\s|[\x00-\x1f\x7f-\x9f\u2028\u2029]", "x", value) for value in values]
    found = tokenise(texts(values), FRR, KEY, "r1")
    assert not any(value in found for value in values)


@given(VALUES, VALUES)
def test_another_value_or_key_is_refused_without_telling_it(value, other):
    filled, slots = fill(rendered(1), FRR, KEY, "r1", store([value]))
    if other != value:
        with pytest.raises(SecretError, match="not the one") as caught:
            restore(filled, slots, KEY, store([other]))
        assert f" {other} " not in f" {caught.value} "
    with pytest.raises(SecretError, match="not the one"):
        restore(filled, slots, b"x" * 32, store([value]))


@given(st.tuples(st.text(), st.text(), st.text()), st.tuples(st.text(), st.text(), st.text()))
def test_tokens_of_different_places_differ(one, other):
    assert (token(KEY, *one) == token(KEY, *other)) == (one == other)


def test_the_parts_of_a_token_do_not_run_into_each_other():
    assert token(KEY, "ab", "c", "d") != token(KEY, "a", "bc", "d")


def test_a_token_is_one_word_of_128_bits():
    assert re.fullmatch(r"lw-secret-[0-9a-f]{32}", token(KEY, "r1", "f", "v"))


def test_a_short_key_is_refused():
    with pytest.raises(SecretError, match="16 bytes"):
        token(b"short", "r1", "f", "v")


def test_the_same_value_on_two_devices_looks_different():
    one, other = (tokenise(texts(["same"]), FRR, KEY, device) for device in ("r1", "r2"))
    assert one != other


def test_a_token_shown_by_a_device_is_refused():
    planted = token(KEY, "r1", "enable password *", "the real one")
    with pytest.raises(SecretError, match="instead of a secret"):
        tokenise(f"enable password {planted}\n", FRR, KEY, "r1")


def test_a_token_without_a_slot_is_refused():
    filled, _ = fill(rendered(1), FRR, KEY, "r1", store(["v"]))
    with pytest.raises(SecretError, match="no secret is known"):
        restore(filled, (), KEY, store(["v"]))


def test_a_token_on_another_line_is_refused():
    _, slots = fill(rendered(1), FRR, KEY, "r1", store(["v"]))
    with pytest.raises(SecretError, match="another line"):
        restore(f"interface eth1\n description {slots[0].token}\n", slots, KEY, store(["v"]))


def test_a_token_on_the_line_that_takes_its_line_away_is_restored():
    slot = Slot(
        token=token(KEY, "r1", "snmp-server community *", "public9"),
        ref="ref/0",
        field="snmp-server community *",
        device="r1",
    )
    line = f"no snmp-server community {slot.token}"
    assert restore(line, (slot,), KEY, store(["public9"])) == "no snmp-server community public9"


@pytest.mark.parametrize("line", ["interface eth1\n description {}\n", "hostname {}\n", "! {}\n", " {}\n"])
def test_a_marker_stands_only_where_the_platform_has_a_secret(line):
    with pytest.raises(SecretError, match="has no secret there"):
        fill(line.format(marker("ref/0")), FRR, KEY, "r1", store(["v"]))


def test_a_marker_with_words_around_it_is_refused():
    with pytest.raises(SecretError, match="in clear"):
        fill(f"enable password {marker('ref/0')} more\n", FRR, KEY, "r1", store(["v"]))


@pytest.mark.parametrize("value", ["hunter2hunter2", token(KEY, "r1", "f", "v")])
def test_a_secret_in_clear_is_refused_without_telling_it(value):
    with pytest.raises(SecretError, match="in clear") as caught:
        fill(f"enable password {value}\n", FRR, KEY, "r1", store(["v"]))
    assert value not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize(
    "value", ["", "two words", "line\nno access-list", "esc\x1b[2K", "x" * 513, "tab\t", "ä"]
)
def test_a_value_that_is_no_word_is_refused_without_telling_it(value):
    with pytest.raises(SecretError, match="cannot be one word") as caught:
        fill(rendered(1), FRR, KEY, "r1", store([value]))
    assert len(value) < 3 or value not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize("ref", ["", "a b", "a\nb", "x" * 201, "a\x03b", "-x"])
def test_a_reference_that_could_break_out_is_refused(ref):
    with pytest.raises(SecretError, match="no secret reference"):
        marker(ref)


def test_nothing_is_asked_for_where_nothing_is_needed():
    def refuse(ref: str) -> str:
        raise AssertionError(ref)

    text = "hostname r1\ninterface eth1\n description x\n"
    assert fill(text, FRR, KEY, "r1", refuse) == (text, ())
    assert restore(text, (), KEY, refuse) == text


@pytest.mark.parametrize(
    "line",
    [
        "+ neighbor 192.0.2.1 password {}",
        "-   no neighbor 192.0.2.1 password {}",
        "% Unknown command: enable password {}",
        "line 5: % Failure, line: neighbor 192.0.2.1 password {} more words",
        "r1(config)# ip ospf message-digest-key 1 md5 {}",
    ],
)
def test_what_a_device_echoes_is_hidden(line):
    found = hide(f"first\n{line.format('Planted99')}\nlast", FRR)
    assert "Planted99" not in found
    assert found.startswith("first\n")
    assert found.endswith("\nlast")


@given(st.text(max_size=200))
def test_text_without_secrets_is_returned_byte_for_byte(text):
    assert tokenise(f"! {text}", FRR, KEY, "r1", again=True).startswith("! ")
    assert "\n".join(line.raw for line in walk(text, FRR)) == text
