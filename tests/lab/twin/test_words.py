"""The pattern language of the twins' grammar."""

import pytest

from linewright.lab.twin.words import Line, Matched, Missed, Pattern

CASES = [
    ("hostname =<word>", "hostname sw1", "hostname sw1", "hostname"),
    ("description =<line>", "description  two  spaces ", "description two  spaces", "description"),
    ("neighbor <peer> timers =<0-3600> =<0-3600>", "neighbor 2001:DB8::1 timers 3 9",
     "neighbor 2001:db8::1 timers 3 9", "neighbor 2001:db8::1 timers"),
    ("neighbor <peer> route-map =<word> in|out", "neighbor 192.0.2.1 route-map X in",
     "neighbor 192.0.2.1 route-map X in", "neighbor 192.0.2.1 route-map in"),
    ("network <net4> =[ route-map <word> ]", "network 10.1.2.3/8", "network 10.0.0.0/8", "network 10.0.0.0/8"),
    ("network <net4> =[ route-map <word> ]", "network 10.0.0.0/8 route-map R",
     "network 10.0.0.0/8 route-map R", "network 10.0.0.0/8"),
    ("ip ospf area =<area>", "ip ospf area 256", "ip ospf area 0.0.1.0", "ip ospf area"),
    ("switchport trunk allowed vlan =<vlans>", "switchport trunk allowed vlan 5,3,4,9",
     "switchport trunk allowed vlan 3-5,9", "switchport trunk allowed vlan"),
    ("ip route <net4> ( Null0 | <ip4> ) =[ <1-255> ]", "ip route 0.0.0.0/0 Null0 250",
     "ip route 0.0.0.0/0 Null0 250", "ip route 0.0.0.0/0 Null0"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "line", "canonical", "key"), CASES)
def test_a_line_that_fits(pattern, line, canonical, key):
    found = Pattern(pattern).match(Line(line))
    assert isinstance(found, Matched)
    assert (found.line, found.key) == (canonical, key)


@pytest.mark.parametrize(
    ("pattern", "line", "at"),
    [
        ("hostname =<word>", "hostname", 1),
        ("hostname =<word>", "hostname a b", 2),
        ("hostname =<word>", "host a", 0),
        ("neighbor <peer> timers =<0-3600> =<0-3600>", "neighbor 192.0.2.1 timers 3 4000", 4),
        ("neighbor <peer> timers =<0-3600> =<0-3600>", "neighbor x timers 3 9", 1),
        ("vlan <1-4094>", "vlan 4095", 1),
        ("vlan <1-4094>", "vlan \u0661", 1),
        ("ip address =<cidr4>", "ip address 192.0.2.1", 2),
        ("ip address =<cidr4>", "ip address 192.0.2.256/24", 2),
        ("switchport trunk allowed vlan =<vlans>", "switchport trunk allowed vlan 5-3", 4),
        ("interface <port>", "interface Ethernet1/2/3/4", 1),
    ],
)
def test_a_line_that_does_not_fit_is_placed(pattern, line, at):
    assert Pattern(pattern).match(Line(line)) == Missed(at)


def test_a_setting_is_named_without_its_value():
    assert Pattern("description =<line>").named(Line("description")) == "description"
    assert Pattern("description =<line>").named(Line("description x")) is None
    assert Pattern("shutdown").named(Line("shutdown")) is None
    assert Pattern("neighbor <peer> route-map =<word> in").named(Line("neighbor 192.0.2.1 route-map")) is None
