"""The configuration engine of the twins."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linewright.lab.twin.config import Config, NotAccepted

PORTS = ("Ethernet1", "Ethernet2", "Ethernet10", "Management1")
TEXT = """
hostname sw1
ip routing
vlan 20
   name users
vlan 3
interface Ethernet2
   no switchport
   ip address 192.0.2.1/31
   ip address 198.51.100.1/24 secondary
interface Loopback0
   ip address 192.0.2.99/32
router bgp 65001
   router-id 192.0.2.99
   neighbor 10.0.0.10 remote-as 65003
   neighbor 10.0.0.2 remote-as 65002
   neighbor 10.0.0.2 route-map X in
   address-family ipv6
      neighbor 2001:db8::2 activate
ip prefix-list A seq 20 permit 192.0.2.0/24
ip prefix-list A
   seq 10 permit 10.0.0.0/8 le 24
ip access-list standard M
   permit 10.0.0.0/8
   remark the jump host
   permit host 192.0.2.1
route-map X permit 10
   match ip address prefix-list A
management api http-commands
   no shutdown
banner motd
hello
  you !
EOF
"""


def made(text=TEXT):
    return Config(PORTS).load(text)


def lines(config):
    return "\n".join(config.render())


def after(text, *commands):
    return lines(made(text).load("\n".join(commands)))


def test_the_text_is_what_the_device_would_print():
    assert (
        lines(made())
        == """\
hostname sw1
!
vlan 3
!
vlan 20
   name users
!
interface Ethernet1
!
interface Ethernet2
   no switchport
   ip address 192.0.2.1/31
   ip address 198.51.100.1/24 secondary
!
interface Ethernet10
!
interface Loopback0
   ip address 192.0.2.99/32
!
interface Management1
!
ip access-list standard M
   10 permit 10.0.0.0/8
   20 remark the jump host
   30 permit host 192.0.2.1
!
ip routing
!
ip prefix-list A
   seq 10 permit 10.0.0.0/8 le 24
   seq 20 permit 192.0.2.0/24
!
route-map X permit 10
   match ip address prefix-list A
!
router bgp 65001
   router-id 192.0.2.99
   neighbor 10.0.0.2 remote-as 65002
   neighbor 10.0.0.2 route-map X in
   neighbor 10.0.0.10 remote-as 65003
   !
   address-family ipv6
      neighbor 2001:db8::2 activate
!
banner motd
hello
  you !
EOF
!
management api http-commands
   no shutdown"""
    )


def test_its_own_text_leads_to_the_same_configuration():
    assert lines(made(lines(made()))) == lines(made())


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("frobnicate", "Invalid input (at token 0: 'frobnicate')"),
        ("no frobnicate", "Invalid input (at token 1: 'frobnicate')"),
        ("interface Ethernet99", "Invalid input (at token 1: 'Ethernet99')"),
        ("interface Ethernet99.5", "Invalid input (at token 1: 'Ethernet99.5')"),
        ("hostname", "Incomplete token (at token 1: None)"),
        ("vlan 5000", "Invalid input (at token 1: '5000')"),
        ("router bgp 65002", "BGP is already running: router bgp 65001"),
        ("ip prefix-list A seq 10 allow 10.0.0.0/8", "Invalid input (at token 2: 'allow')"),
    ],
)
def test_what_the_device_does_not_take(command, answer):
    config = made()
    before = lines(config)
    with pytest.raises(NotAccepted) as caught:
        config.apply(config.top, command)
    assert str(caught.value) == answer
    assert lines(config) == before


def test_a_sequence_number_is_given_once():
    config = made()
    place = config.apply(config.top, "ip access-list standard M")
    config.apply(place, "10 permit 10.0.0.0/8")
    with pytest.raises(NotAccepted, match="Duplicate sequence number 10"):
        config.apply(place, "10 permit 172.16.0.0/12")


@pytest.mark.parametrize(
    ("commands", "gone"),
    [
        (["router bgp 65001", "no neighbor 10.0.0.2"], ["neighbor 10.0.0.2 "]),
        (["router bgp 65001", "no neighbor 2001:db8::2"], ["2001:db8::2"]),
        (["no router bgp 65001"], ["router bgp", "neighbor"]),
        (["no router bgp"], ["router bgp", "neighbor"]),
        (["no route-map X"], ["route-map X permit"]),
        (["no ip prefix-list A"], ["ip prefix-list A"]),
        (["no ip prefix-list A seq 10"], ["seq 10 permit 10"]),
        (["ip prefix-list A", "no seq 10"], ["seq 10 permit 10"]),
        (["ip access-list standard M", "no 10"], ["   10 permit"]),
        (["ip access-list standard M", "no permit 10.0.0.0/8"], ["   10 permit"]),
        (["no banner motd"], ["banner", "hello", "EOF"]),
        (["no interface Loopback0"], ["Loopback0"]),
        (["no interface Ethernet2"], ["no switchport"]),
        (["interface Ethernet2", "no ip address"], ["ip address 192.0.2.1/31", "secondary"]),
        (["interface Ethernet2", "no ip address 198.51.100.1/24 secondary"], ["secondary"]),
        (["interface Ethernet2", "switchport"], ["switchport"]),
        (["interface Ethernet2", "default switchport"], ["switchport"]),
        (["no hostname"], ["hostname"]),
        (["vlan 20", "no name"], ["name users"]),
        (["management api http-commands", "shutdown"], ["no shutdown"]),
    ],
)
def test_what_is_taken_away_is_gone(commands, gone):
    text = after(TEXT, *commands)
    for piece in gone:
        assert piece in lines(made())
        assert piece not in text


@pytest.mark.parametrize(
    "commands",
    [
        ["interface Ethernet2", "no ip address 203.0.113.1/24"],
        ["no router bgp 65009"],
        ["no vlan 99"],
        ["interface Ethernet1", "no shutdown"],
        ["interface Ethernet1", "switchport"],
        ["no interface Ethernet1"],
        ["no banner login"],
        ["ip access-list standard M", "no 99"],
    ],
)
def test_taking_away_what_is_not_there_changes_nothing(commands):
    assert after(TEXT, *commands) == lines(made())


@pytest.mark.parametrize(
    ("commands", "line", "other"),
    [
        (["hostname sw2"], "hostname sw2", "hostname sw1"),
        (
            ["interface Ethernet2", "ip address 203.0.113.1/24"],
            "   ip address 203.0.113.1/24",
            "192.0.2.1/31",
        ),
        (
            ["router bgp 65001", "neighbor 10.0.0.2 route-map Y in"],
            "   neighbor 10.0.0.2 route-map Y in",
            "route-map X in",
        ),
        (["no ip routing"], "no ip routing", "\nip routing"),
        (["vlan 20", "name staff"], "   name staff", "name users"),
        (
            ["interface Ethernet1", "shutdown", "router bgp 65001", "neighbor 10.0.0.2 shutdown"],
            "   neighbor 10.0.0.2 shutdown",
            "xyz",
        ),
    ],
)
def test_a_setting_is_put_in_the_place_of_the_old_one(commands, line, other):
    text = after(TEXT, *commands)
    assert line in text.splitlines()
    assert other not in text


COMMANDS = st.sampled_from(
    [
        "hostname a", "hostname b", "no hostname", "ip routing", "no ip routing", "vlan 10", "no vlan 10",
        "interface Ethernet1", "interface Ethernet2", "default interface Ethernet2", "interface Loopback0",
        "no interface Loopback0", "description one", "description two", "no description", "shutdown",
        "no shutdown", "switchport", "no switchport", "ip address 192.0.2.1/24", "no ip address",
        "switchport access vlan 10", "no switchport access vlan", "router bgp 65001", "no router bgp 65001",
        "neighbor 192.0.2.2 remote-as 65002", "neighbor 192.0.2.2 timers 3 9", "no neighbor 192.0.2.2",
        "neighbor 192.0.2.10 remote-as 65010", "address-family ipv4", "neighbor 192.0.2.2 activate",
        "no neighbor 192.0.2.2 activate", "ip access-list standard A", "permit any", "10 permit any",
        "no 10", "20 deny any", "no permit any", "ip prefix-list P seq 5 permit 10.0.0.0/8", "no ip prefix-list P",
        "route-map R permit 10", "set metric 5", "no route-map R", "exit", "end", "! nothing", "frobnicate",
    ]
)  # fmt: skip


def applied(commands):
    config, place = Config(PORTS), None
    place = config.top
    for command in commands:
        try:
            place = config.apply(place, command)
        except NotAccepted:
            continue
    return config


@settings(max_examples=150, deadline=None)
@given(st.lists(COMMANDS, max_size=40))
def test_whatever_was_typed_the_printed_text_leads_to_the_same(commands):
    config = applied(commands)
    printed = lines(config)
    assert lines(Config(PORTS).load(printed)) == printed


@settings(max_examples=80, deadline=None)
@given(st.lists(COMMANDS, max_size=40), st.lists(COMMANDS, max_size=10))
def test_a_copy_changes_on_its_own(first, second):
    config = applied(first)
    before = lines(config)
    copy = config.clone()
    place = copy.top
    for command in second:
        try:
            place = copy.apply(place, command)
        except NotAccepted:
            continue
    assert lines(config) == before


@settings(max_examples=80, deadline=None)
@given(st.permutations(lines(made()).replace("   !\n", "").split("\n!\n")))
def test_the_order_of_sections_says_nothing(sections):
    assert lines(Config(PORTS).load("\n".join(sections))) == lines(made())


def answer_to(text):
    try:
        Config(PORTS).load(text)
    except NotAccepted as answer:
        return str(answer)
    return ""


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_taken_or_refused(text):
    answer = answer_to(text)
    assert answer == "" or answer.startswith("line ")
