"""What makes texts comparable drops no value: the lines that say nothing are a closed list, and their neighbours count."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.configs import diff, normalise
from linewright.platforms import names, rules
from linewright.redact import tokenise

KEY = b"k" * 32
#: (platform, a line that says nothing, another that differs from it in that alone, a neighbouring real change)
SAYS_NOTHING = [
    ("frr", "Building configuration...", "", ("ip forwarding", "no ip forwarding")),
    ("frr", "Current configuration:", "", ("hostname a", "hostname b")),
    ("frr", "frr version 8.4.4", "frr version 9.1", ("frr defaults datacenter", "frr defaults traditional")),
    ("frr", "frr defaults traditional", "", ("frr defaults datacenter", "frr defaults traditional")),
    ("frr", "banner motd line one", "banner motd line two", ("hostname a", "hostname b")),
]
#: Texts that hold a value which people swap to get in, or to shut others out.
SWAPS = [
    ("frr", "router bgp 1\n neighbor 192.0.2.1 password {}\nexit\n", "one", "two"),
    ("frr", "snmp-server community {} ro\n", "public", "private"),
    ("frr", "interface eth1\n ip ospf message-digest-key 1 md5 {}\nexit\n", "one", "two"),
    (
        "frr",
        "access-list A seq 5 permit {}\naccess-list A seq 10 deny 198.18.1.0/24\n",
        "198.18.1.0/24",
        "any",
    ),
    ("eos", "username ops privilege 15 secret sha512 {}\n", "$6$a$hash", "$6$a$other"),
    ("eos", "snmp-server community {} ro\n", "public", "private"),
    ("eos", "router bgp 1\n   neighbor 192.0.2.1 password 7 {}\n", "0102030405", "0102030406"),
    ("eos", "enable secret sha512 {}\n", "$6$a$hash", "$6$a$other"),
]


def comparable(text, platform):
    return normalise(tokenise(text, rules(platform), KEY, "r1"), rules(platform))


@pytest.mark.parametrize("platform", names())
def test_every_line_that_says_nothing_has_its_case(platform):
    known = rules(platform)
    for pattern in known.volatile:
        shown = [line for name, line, *_ in SAYS_NOTHING if name == platform and re.match(pattern, line)]
        assert shown, f"{platform}: {pattern} drops lines and no case shows what beside it still counts"


@pytest.mark.parametrize(("platform", "line", "other", "real"), SAYS_NOTHING)
def test_what_says_nothing_is_dropped_and_its_neighbour_is_seen(platform, line, other, real):
    assert comparable(f"{line}\nhostname x\n", platform) == comparable(f"{other}\nhostname x\n", platform)
    one, two = (comparable(f"{line}\n{change}\n", platform) for change in real)
    assert one != two
    assert diff(one, two, rules(platform))


@pytest.mark.parametrize(("platform", "text", "one", "two"), SWAPS)
def test_a_swapped_value_is_seen_and_never_shown(platform, text, one, two):
    before, after = (comparable(text.format(value), platform) for value in (one, two))
    assert before != after
    assert diff(before, after, rules(platform))
    if "access-list" not in text:
        assert one not in before
        assert two not in after


@pytest.mark.parametrize(
    ("platform", "text", "swapped"),
    [
        (
            "frr",
            "access-list A seq 5 permit 198.18.0.0/16\naccess-list A seq 10 deny 198.18.4.0/24\n",
            "access-list A seq 5 deny 198.18.4.0/24\naccess-list A seq 10 permit 198.18.0.0/16\n",
        ),
        (
            "eos",
            "ip access-list A\n   10 permit ip 198.18.0.0/16 any\n   20 deny ip any any\n",
            "ip access-list A\n   10 deny ip any any\n   20 permit ip 198.18.0.0/16 any\n",
        ),
        (
            "eos",
            "ip name-server 198.18.0.1\nip name-server 198.18.0.2\n",
            "ip name-server 198.18.0.2\nip name-server 198.18.0.1\n",
        ),
    ],
)
def test_two_swapped_lines_of_a_list_are_seen(platform, text, swapped):
    assert comparable(text, platform) != comparable(swapped, platform)
    assert diff(comparable(text, platform), comparable(swapped, platform), rules(platform))


TEXTS = [
    (path.parent.parent.name, path.read_text().replace("lw-secret-", "hash-"))
    for path in sorted((Path(__file__).parent / "cases").glob("*/*/before.txt"))
]


@given(data=st.data())
def test_a_changed_digit_anywhere_is_a_difference(data):
    platform, text = data.draw(st.sampled_from(TEXTS))
    known = rules(platform)
    lines = text.splitlines()
    digits = [
        (row, place)
        for row, line in enumerate(lines)
        if not re.match(r"\s*(!|#|$)", line)
        # A port that nothing is said about says nothing itself.
        and not (line.startswith("interface ") and not (lines[row + 1 :] or [""])[0].startswith(" "))
        and not any(re.match(v, line.strip()) for v in known.volatile)
        for place, sign in enumerate(line)
        if sign.isdigit()
    ]
    if not digits:
        return
    row, place = data.draw(st.sampled_from(digits))
    line = lines[row]
    lines[row] = f"{line[:place]}{(int(line[place]) + 1) % 10}{line[place + 1 :]}"
    changed = "\n".join((*lines, ""))
    assert comparable(text, platform) != comparable(changed, platform), (line, lines[row])


def test_there_are_texts_of_every_platform():
    assert {platform for platform, _ in TEXTS} == set(names())
