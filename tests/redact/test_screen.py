"""What is no configuration holds no secret either: answers to commands, texts heard from neighbours."""

import re
import re._parser as sre_parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import SecretError
from linewright.platforms import names, rules
from linewright.redact import Screen, hide, nets, tokenise
from linewright.redact.nets import LONGEST_LINE, at_any_word, by_forms

KEY = b"k" * 32
RUNNING = "router bgp 64500\n neighbor 192.0.2.1 password hunter2x\n!\nsnmp-server community c0mmunity\n"


def screen(running=RUNNING):
    return Screen(rules("frr"), KEY, "r1", running)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize(
    "text",
    [
        "see snmp-server community PLANTED for it",
        "hash is $6$rounds=5000$PLANTED/x end",
        "url https://ops:PLANTED@192.0.2.1/x",
        "Community name: PLANTED",
        'key-string "PLANTED"',
        "Password is PLANTED",
        "pre-shared-key = PLANTED",
        "-----BEGIN RSA PRIVATE KEY-----\nPLANTED\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nPLANTED cut off",
        "   neighbor 192.0.2.9 password PLANTED",
        "+ neighbor 192.0.2.9 password PLANTED",
        "copy https://ops:p@PLANTED@192.0.2.1/x failed",
        "copy https://PLANTED@192.0.2.1/x failed",
        "copy scp://ops:p/PLANTED@192.0.2.1/x failed",
        'secret: "two PLANTED words"',
        "pwd: PLANTED",
        '{"secretKey": "PLANTED"}',
        "<password>PLANTED</password>",
        "authorization: Bearer PLANTED",
        "curl -u admin:PLANTED",
        "AGE-SECRET-KEY-1PLANTED",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nPLANTED",
    ],
)
def test_what_gives_itself_away_is_replaced_anywhere(name, text):
    for net in (Screen(rules(name), KEY, "r1"), Screen(rules(name), KEY, "r1", "hostname r1\n")):
        assert "PLANTED" not in net.words(text)
        assert "PLANTED" not in net.configuration(text)


def test_what_two_nets_catch_is_caught_whole():
    assert "PLANTED" not in screen().words("password $6$abc PLANTED")


def test_a_secret_of_the_configuration_is_found_in_any_words():
    assert "hunter2x" not in screen().words("the key is hunter2x, tell nobody (hunter2x)")
    assert screen().words("hunter2xx stays, it is another word") == "hunter2xx stays, it is another word"


def test_a_name_that_happens_to_be_a_secret_stays_a_name():
    assert screen().name("c0mmunity") == "c0mmunity"


def test_a_configuration_in_an_answer_has_the_tokens_of_the_configuration():
    assert screen().configuration(RUNNING) == tokenise(RUNNING, rules("frr"), KEY, "r1")


def test_a_token_that_a_device_shows_is_refused():
    token = tokenise(RUNNING, rules("frr"), KEY, "r1")
    with pytest.raises(SecretError):
        screen("").configuration(token)


def test_half_a_banner_is_no_reason_to_let_a_secret_through():
    net = Screen(rules("eos"), KEY, "r1")
    assert "PLANTED" not in net.configuration("snmp-server community PLANTED\nbanner motd\nhello\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ethernet1 is up",
        "neighbor 192.0.2.1 up",
        "OSPF key 1",
        "ssh://git@192.0.2.1/x",
        "http://192.0.2.1:8080/x?mail=a@example.net",
        "http://192.0.2.1/a:b@c",
        "mail to a@example.net, see http://example.net",
        "ls -u a:b",
    ],
)
def test_ordinary_words_stay(text):
    if "-u" not in text:
        assert screen().words(text) == text


LONG = "x" * LONGEST_LINE
HOSTILE = [
    "a",
    "a ",
    "password ",
    "://",
    "a://a:",
    "http://a",
    "curl -u ",
    "snmp-server host a ",
    "username x secret ",
]


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("part", HOSTILE)
def test_a_line_that_is_too_long_is_not_looked_through(name, part, monkeypatch):
    """What a search costs grows with the square of the line; somebody else writes the line."""
    looked = []
    monkeypatch.setattr(nets, "by_forms", lambda line, *_: looked.append(line) or line)
    monkeypatch.setattr(nets, "_each", lambda line, *_: looked.append(line) or line)
    line = (part * (LONGEST_LINE + 1))[: LONGEST_LINE + 1]
    net = Screen(rules(name), KEY, "r1")
    for text in (net.words(line), net.name(line)):
        assert re.fullmatch(r"lw-secret-[0-9a-f]{32} \(a line of 4097 characters\)", text)
    assert hide(f"a\n{line}\nb", rules(name)) == "a\n*** (a line of 4097 characters)\nb"
    assert looked == []


def test_long_lines_stay_different_and_have_no_secret():
    one, other = (screen().words(f"{LONG} password {word}\nnext") for word in ("PLANTED", "OTHER"))
    assert one != other
    assert "PLANTED" not in one
    assert one.endswith("\nnext")


@pytest.mark.parametrize("name", names())
@given(before=st.integers(0, LONGEST_LINE - 100), part=st.sampled_from(HOSTILE), data=st.data())
def test_every_line_that_is_not_too_long_goes_through_all_nets(name, before, part, data):
    form = data.draw(
        st.sampled_from(["neighbor 192.0.2.1 password {}", "token: {}", "ftp://a:{}@b", "$6${}", "{}"])
    )
    text = f"{(part * before)[:before]} ; {form.format('PLANTED')}"
    assert len(text) <= LONGEST_LINE
    known = "snmp-server community PLANTED\n"
    assert "PLANTED" not in Screen(rules(name), KEY, "r1", known).words(text)


def test_no_pattern_begins_with_what_repeats_without_end():
    """Such a search begins again at each character, so that even bounded lines would cost their square."""
    for pattern in (*nets._GIVEN_AWAY, *(core for name in names() for core in nets._forms(rules(name))[1])):
        first = next(iter(sre_parse.parse(pattern.pattern)), None)
        assert first is not None
        assert first[0] not in {sre_parse.MAX_REPEAT, sre_parse.MIN_REPEAT}, pattern.pattern


def test_its_text_form_says_nothing():
    assert "hunter2x" not in repr(screen())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_lines_stay_lines_and_twice_is_once(text):
    net = screen()
    once = net.words(text)
    if "PRIVATE KEY" not in text:
        assert once.count("\n") == text.count("\n")
    assert net.words(once) == once


@given(st.from_regex(r"[A-Za-z0-9]{8,20}", fullmatch=True), st.text(max_size=40), st.text(max_size=40))
def test_a_known_secret_between_other_words_never_comes_through(value, before, after):
    net = Screen(rules("frr"), KEY, "r1", f"snmp-server community {value}\n")
    assert f" {value} " not in net.words(f"{before} {value} {after}")


WORDS = [
    *(
        f" {word}"
        for word in [
            "neighbor",
            "password",
            "secret",
            "key",
            "community",
            "7",
            "192.0.2.1",
            "x",
            "snmp-server",
            "ip",
            "ospf",
        ]
    ),
    "description",
    "-",
    "\t",
]


@pytest.mark.parametrize("name", names())
@given(st.lists(st.sampled_from(WORDS), max_size=8).map("".join))
def test_the_quick_look_misses_nothing_that_the_long_one_finds(name, line):
    if at_any_word(rules(name)).search(line) is None:
        assert by_forms(line, rules(name), lambda _net, _value: "caught") == line


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "neighbor 192.0.2.1 password {}",
                    "! see password: {}",
                    "{}",
                    "description {}",
                    "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
                ]
            ),
            st.sampled_from(["hunter2x", "hunter3x", "other"]),
        ),
        max_size=3,
    ),
    st.data(),
)
def test_different_texts_stay_different(parts, data):
    """Or a backup would miss that a secret was changed."""
    changed = [(form, data.draw(st.sampled_from(["hunter2x", "hunter3x", "other"]))) for form, _ in parts]
    one, other = ("".join(form.format(word) + "\n" for form, word in side) for side in (parts, changed))

    def shown(text):
        return Screen(rules("frr"), KEY, "r1", text).configuration(text)

    assert (shown(one) == shown(other)) is (one == other)
