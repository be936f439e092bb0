"""What is brought into its normal form loses no value: what somebody changes between plan and apply is seen as moved.

The raw texts are what a device sends; tokens are made of them as they arrive, as at plan time and right before a commit.
"""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright import configs
from linewright.platforms import names, rules
from linewright.redact import tokenise

KEY = b"k" * 32
FRR = """frr version 8.4.4
frr defaults traditional
hostname r1
password 8 GwFq1dyR3TbCY
enable password 8 mEr9sVqv7QXRA
log syslog informational
no ipv6 forwarding
username ops password 8 /vNJwXUyYKDB6
username eve password 8 9Zk1TbCYrR3Ty
ip prefix-list P seq 5 permit 192.0.2.0/24
ip prefix-list P seq 10 deny any
access-list GATE seq 5 permit 198.18.0.0/16
access-list GATE seq 10 deny any
bgp as-path access-list A seq 5 permit ^1
bgp as-path access-list A seq 10 deny ^2
interface eth1
 ip ospf message-digest-key 1 md5 first
 ip ospf authentication-key plain
exit
router bgp 64500
 neighbor 198.51.100.1 remote-as 64501
 neighbor 198.51.100.1 password bgpone
 neighbor 198.51.100.2 remote-as 64502
 neighbor 198.51.100.2 password bgptwo
exit
"""
EOS = """! Command: show running-config
! device: sw1 (DCS-7050, EOS-4.30.4M)
hostname sw1
snmp-server community readers ro
snmp-server community writers rw
username ops privilege 15 secret sha512 $6$abcdefgh$ijklmnopqrstuvwx
username eve privilege 15 secret sha512 $6$zzzzzzzz$yyyyyyyyyyyyyyyy
tacacs-server host 192.0.2.5 key 7 070E234F1F5B4A
tacacs-server host 192.0.2.6 key 7 0822455D0A165445
ntp authentication-key 1 md5 7 0102
ip access-list GATE
   10 permit ip 198.18.0.0/16 any
   20 deny ip any any
ip access-list PLAIN
   permit ip 198.18.0.0/16 any
   deny ip any any
router bgp 64500
   neighbor 198.51.100.1 remote-as 64501
   neighbor 198.51.100.1 password 7 AAAAbbbb==
   neighbor 198.51.100.2 remote-as 64502
   neighbor 198.51.100.2 password 7 CCCCdddd==
"""
#: Of one platform: what is there, and what stands there instead.
_SEEN: dict[str, list[tuple[str, str, str]]] = {
    "frr": [
        ("a user's hash", "/vNJwXUyYKDB6", "9Zk1TbCYrR3Tz"),
        (
            "the hash of another user",
            "username ops password 8 /vNJwXUyYKDB6",
            "username ops password 8 9Zk1TbCYrR3Ty",
        ),
        ("one letter of a hash", "GwFq1dyR3TbCY", "GwFq1dyR3TbCy"),
        ("the enable password", "mEr9sVqv7QXRA", "GwFq1dyR3TbCY"),
        ("a BGP key", "bgpone", "bgponf"),
        ("the key of another neighbour", "password bgpone", "password bgptwo"),
        ("an OSPF key", "md5 first", "md5 other"),
        ("an OSPF password", "authentication-key plain", "authentication-key other"),
        ("two lines of a list", "permit 198.18.0.0/16", "deny 198.18.0.0/16"),
        ("another profile", "frr defaults traditional", "frr defaults datacenter"),
        ("forwarding", "no ipv6 forwarding\n", ""),
        ("logging", "log syslog informational", "log syslog debugging"),
        ("a user more", "username eve", "username mallory password 8 x\nusername eve"),
    ],
    "eos": [
        ("a user's hash", "$6$abcdefgh$ijklmnopqrstuvwx", "$6$zzzzzzzz$yyyyyyyyyyyyyyyz"),
        ("one letter of a hash", "ijklmnopqrstuvwx", "ijklmnopqrstuvwX"),
        ("a community", "community readers ro", "community others ro"),
        ("a right", "community readers ro", "community readers rw"),
        ("a BGP key", "AAAAbbbb==", "AAAAbbbc=="),
        ("a TACACS key", "070E234F1F5B4A", "070E234F1F5B4B"),
        ("the key of another server", "key 7 070E234F1F5B4A", "key 7 0822455D0A165445"),
        ("an NTP key", "md5 7 0102", "md5 7 0103"),
        ("a user more", "username eve", "username mallory privilege 15 nopassword\nusername eve"),
    ],
}
#: Lines that change places.
_SWAPPED: dict[str, list[tuple[str, str, str]]] = {
    "frr": [
        ("user hashes", "/vNJwXUyYKDB6", "9Zk1TbCYrR3Ty"),
        ("BGP keys", "bgpone", "bgptwo"),
        ("actions of an access list", "GATE seq 5 permit", "GATE seq 10 deny"),
        ("numbers of an access list", "GATE seq 5", "GATE seq 10"),
        ("lines of a prefix list", "P seq 5", "P seq 10"),
        ("lines of an AS path list", "permit ^1", "deny ^2"),
    ],
    "eos": [
        ("user hashes", "$6$abcdefgh$ijklmnopqrstuvwx", "$6$zzzzzzzz$yyyyyyyyyyyyyyyy"),
        ("communities", "readers", "writers"),
        ("BGP keys", "AAAAbbbb==", "CCCCdddd=="),
        ("TACACS servers", "192.0.2.5 key 7 070E234F1F5B4A", "192.0.2.6 key 7 0822455D0A165445"),
        ("actions of an access list", "10 permit", "20 deny"),
        ("lines without numbers", "   permit ip 198.18.0.0/16 any", "   deny ip any any"),
    ],
}  # fmt: skip
_TEXTS = {"frr": FRR, "eos": EOS}


def normal(text: str, platform: str) -> str:
    known = rules(platform)
    return configs.normalise(tokenise(text, known, KEY, "d1"), known)


def cases(table: dict[str, list[tuple[str, str, str]]]) -> list[object]:
    return [
        pytest.param(platform, one, other, id=f"{platform}: {what}")
        for platform, found in table.items()
        for what, one, other in found
    ]


@pytest.mark.parametrize(("platform", "one", "other"), cases(_SEEN))
def test_what_somebody_changes_is_seen(platform: str, one: str, other: str) -> None:
    text = _TEXTS[platform]
    assert one in text
    before, after = normal(text, platform), normal(text.replace(one, other, 1), platform)
    assert before != after
    assert configs.diff(before, after, rules(platform))


@pytest.mark.parametrize(("platform", "one", "other"), cases(_SWAPPED))
def test_what_changes_places_is_seen(platform: str, one: str, other: str) -> None:
    text = _TEXTS[platform]
    assert one in text
    assert other in text
    between = text.replace(one, "\0", 1)
    swapped = between.replace(other, one, 1).replace("\0", other, 1)
    assert swapped != text
    before, after = normal(text, platform), normal(swapped, platform)
    assert before != after
    assert configs.diff(before, after, rules(platform))


@pytest.mark.parametrize("platform", names())
def test_no_secret_is_left_in_what_is_compared(platform: str) -> None:
    shown = normal(_TEXTS[platform], platform)
    for secret in ("bgpone", "AAAAbbbb", "/vNJwXUyYKDB6", "ijklmnopqrstuvwx", "readers", "070E234F"):
        assert secret not in shown


#: What is dropped before texts are compared, and a line beside it that must not be: a closed list for each platform.
_DROPPED = {
    "frr": {
        "Building configuration...": "Building configuration... done",
        "Current configuration:": "Current configuration: x",
        "frr version 8.4.4": "frr version 8.4.4 x",
        "frr defaults traditional": "frr defaults datacenter",
        "banner motd line x": "banner exec line x",
        "! a comment": "no ! a comment",
        "# a comment": "ip host # a",
    },
    "eos": {"! a comment": "alias ! a", "end": "ending"},
}


@pytest.mark.parametrize("platform", names())
def test_what_is_dropped_is_a_closed_list_and_its_neighbour_is_seen(platform: str) -> None:
    text = _TEXTS[platform]
    plain = normal(text, platform)
    for dropped, kept in _DROPPED[platform].items():
        assert normal(f"{text}{dropped}\n", platform) == plain, dropped
        assert normal(f"{text}{kept}\n", platform) != plain, kept
    known = rules(platform)
    patterns = [re.compile(pattern) for pattern in known.volatile]
    for pattern in patterns:
        assert any(pattern.match(line) for line in _DROPPED[platform]), pattern.pattern


@pytest.mark.parametrize("platform", names())
@given(data=st.data())
def test_no_letter_or_digit_can_be_changed_unseen(platform: str, data: st.DataObject) -> None:
    """But in what is dropped whole: comments, headers, and the words that leave a section."""
    text, known = _TEXTS[platform], rules(platform)
    dropped = re.compile("|".join((known.comment, *known.volatile, *(f"{word}$" for word in known.exits))))
    spans = [
        match.span()
        for match in re.finditer(r"\S+", text)
        if not dropped.match(_line_of(text, match.start()))
    ]
    start, end = data.draw(st.sampled_from(spans))
    at = data.draw(st.integers(start, end - 1))
    new = data.draw(st.sampled_from(string.ascii_letters + string.digits))
    changed = text[:at] + new + text[at + 1 :]
    if changed == text or dropped.match(_line_of(changed, at)):
        return
    assert normal(changed, platform) != normal(text, platform)


def _line_of(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 :].split("\n", 1)[0].strip()
