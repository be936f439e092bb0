import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.devices.frr.lines import (
    MAX_LINE,
    masked,
    merge_lines,
    plain_diff,
    sanitised,
    secret_of,
    whole_text,
)

WORD = st.text(string.ascii_letters + string.digits + "-._", min_size=1, max_size=20)
SECRETS = [
    "neighbor 192.0.2.1 password {}",
    "password {}",
    "enable password {}",
    "ip ospf authentication-key {}",
    "ip ospf message-digest-key 1 md5 {}",
    "key-string {}",
]


def test_lines_go_as_they_stand_without_comments_and_empty_lines():
    text = "! a comment\nrouter bgp 64500\n neighbor 192.0.2.1 remote-as 1 \n\n exit\n"
    assert merge_lines(text) == ("router bgp 64500", " neighbor 192.0.2.1 remote-as 1", " exit")


@pytest.mark.parametrize(
    "line",
    [
        "end",
        "configure terminal",
        "do write memory",
        "write memory",
        "  copy running-config startup-config",
        "XFRR_start_configuration",
        "linewright-acknowledge-7",
        "disable",
        "quit",
    ],
)
def test_commands_that_are_not_configuration_are_refused(line):
    with pytest.raises(ValueError, match="line 2 is a command"):
        merge_lines(f"hostname r1\n{line}\n")


@pytest.mark.parametrize("line", ["endpoint x", "domainname example", "writer", "interface end"])
def test_words_that_only_begin_like_commands_are_not(line):
    assert merge_lines(line) == (line,)


@pytest.mark.parametrize("number", [*range(9), 11, 12, *range(14, 32), 127, 0x85, 0x9B])
def test_a_control_character_is_refused_by_number_and_never_quoted(number):
    for check in (merge_lines, whole_text):
        with pytest.raises(ValueError, match="line 2 holds a control character") as refused:
            check(f"hostname r1\npassword geheim{chr(number)}more\n")
        assert "geheim" not in str(refused.value)


def test_a_carriage_return_inside_a_line_is_refused_and_at_its_end_accepted():
    assert merge_lines("hostname r1\r\n") == ("hostname r1",)
    with pytest.raises(ValueError, match=r"U\+000D"):
        merge_lines("hostname r1\rpassword x\n")


def test_a_line_that_frr_would_cut_in_two_is_refused():
    assert merge_lines("x" * MAX_LINE) == ("x" * MAX_LINE,)
    with pytest.raises(ValueError, match="longer than"):
        merge_lines("x" * (MAX_LINE + 1))
    with pytest.raises(ValueError, match="longer than"):
        merge_lines("\u00e9" * (MAX_LINE // 2 + 1))


@pytest.mark.parametrize("text", ["", "\n", "!\n!\n", "  \n# x\n"])
def test_a_text_without_a_line_is_refused(text):
    for check in (merge_lines, whole_text):
        with pytest.raises(ValueError, match="no line in it"):
            check(text)


@given(st.sampled_from(SECRETS), WORD, WORD, WORD)
def test_a_secret_is_masked_however_it_is_quoted(form, secret, section, word):
    line = form.format(f"{secret}Z9")
    words = (
        f"Failure to communicate[13] to bgpd, line:  {line}\nshown only by FRR: {section}\t{line}\nat {word}"
    )
    shown = masked(words)
    assert f"{secret}Z9" not in shown
    assert masked(f"it said {secret}Z9", f" {line}\n") == "it said *"


@given(st.lists(st.sampled_from(SECRETS), max_size=6), WORD)
def test_a_sanitised_text_keeps_every_line_and_no_secret(forms, secret):
    secret = f"{secret}Z9"
    text = "".join(f" {form.format(secret)}\n hostname plain\n" for form in forms)
    clean = sanitised(text)
    assert secret not in clean
    assert clean.count("\n") == text.count("\n")
    assert [secret_of(line) for line in clean.splitlines() if "plain" not in line] == ["*"] * len(forms)


def test_a_difference_names_the_section_and_does_not_mind_the_order():
    before = "interface eth1\n description a\n ip address 192.0.2.1/30\nexit\n!\nline vty\nexit\n"
    after = "line vty\n access-class X\nexit\ninterface eth1\n ip address 192.0.2.1/30\n description b\n"
    assert plain_diff(before, after).splitlines() == [
        "-interface eth1 / description a",
        "+line vty / access-class X",
        "+interface eth1 / description b",
    ]
    assert plain_diff(before, before) == ""
