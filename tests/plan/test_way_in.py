"""Lines by which an operator could lose his own way in are marked, whatever they are called on the platform."""

import pytest

from linewright.plan.build import Wanted, device_plan, lay
from linewright.plan.changeplan import DevicePlan
from linewright.plan.way_in import OwnWay
from linewright.platforms import rules

EOS = """hostname sw1
username netops privilege 15 secret 5 $1$aaaaaaaa$bbbbbbbbbbbbbbbbbbbbbb
username breakglass privilege 15 secret 5 $1$cccccccc$dddddddddddddddddddddd
aaa authorization exec default local
vrf instance MGMT
vrf instance BLUE
ip access-list GATE
   10 permit ip 198.18.0.0/16 any
ip access-list OTHER
   10 permit ip any any
interface Ethernet1
   description a
   ip access-group OTHER in
interface Management1
   vrf MGMT
   ip address 198.18.0.9/24
ip route 203.0.113.0/24 192.0.2.1
ip route vrf MGMT 10.0.0.0/8 198.18.0.1
ip route vrf MGMT 0.0.0.0/0 198.18.0.1
management ssh
   ip access-group GATE in
management api http-commands
   no shutdown
   vrf MGMT
      no shutdown
"""
FRR = """hostname r1
access-list GATE seq 5 permit 198.18.0.0/16
access-list OTHER seq 5 permit any
interface eth0
 ip address 198.18.0.9/24
exit
ip route 0.0.0.0/0 198.18.0.1
ip route 203.0.113.0/24 192.0.2.1
line vty
 access-class GATE
exit
"""


def planned(platform: str, running: str, wanted: str, ports: tuple[str, ...]) -> DevicePlan | None:
    want = Wanted(
        device="d1", host="h", port=1, identity="x", timer=60, intended=wanted, slots=(),
        own_way=OwnWay(ports=ports, login="netops"),
    )  # fmt: skip
    known = rules(platform)
    return device_plan(want, lay(want, running, known, mode="replace"), known)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("username netops privilege 15", "username netops privilege 1", "username netops"),
        ("aaa authorization exec default local\n", "", "aaa authorization"),
        ("hostname sw1\n", "hostname sw1\nenable password 5 $1$x$y\n", "enable password"),
        ("hostname sw1\n", "hostname sw1\ntacacs-server host 192.0.2.5 vrf MGMT\n", "tacacs-server"),
        ("   10 permit ip 198.18.0.0/16 any\n", "   10 permit ip 192.0.2.0/24 any\n", "ip access-list GATE"),
        ("   ip access-group GATE in\n", "", "management ssh"),
        ("   vrf MGMT\n      no shutdown\n", "", "management api http-commands"),
        ("vrf instance MGMT\n", "", "vrf instance MGMT"),
        ("ip route vrf MGMT 0.0.0.0/0 198.18.0.1\n", "", "0.0.0.0/0"),
        ("ip route vrf MGMT 10.0.0.0/8 198.18.0.1\n", "", "10.0.0.0/8"),
        ("hostname sw1\n", "hostname sw1\nip route 0.0.0.0/0 192.0.2.1\n", "0.0.0.0/0"),
        ("   ip address 198.18.0.9/24\n", "   ip address 198.18.0.10/24\n", "interface Management1"),
        ("   vrf MGMT\n   ip address", "   ip access-group LOCK in\n   vrf MGMT\n   ip address", "interface Management1"),
    ],
)  # fmt: skip
def test_what_cuts_us_off_from_a_switch_is_marked(old: str, new: str, told: str) -> None:
    assert old in EOS
    part = planned("eos", EOS, EOS.replace(old, new, 1), ("Management1",))
    assert part is not None
    assert any(told in line for line in part.on_own_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("   description a\n", "   description b\n"),
        ("   10 permit ip any any\n", "   10 deny ip any any\n"),
        ("vrf instance BLUE\n", ""),
        ("ip route 203.0.113.0/24 192.0.2.1\n", ""),
        ("username breakglass privilege 15", "username breakglass privilege 1"),
    ],
)
def test_what_does_not_is_not(old: str, new: str) -> None:
    assert old in EOS
    part = planned("eos", EOS, EOS.replace(old, new, 1), ("Management1",))
    assert part is not None
    assert part.on_own_path == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("permit 198.18.0.0/16", "permit 192.0.2.0/24", "access-list GATE"),
        (" access-class GATE\n", "", "line vty"),
        ("ip route 0.0.0.0/0 198.18.0.1\n", "", "0.0.0.0/0"),
        (" ip address 198.18.0.9/24\n", " ip address 198.18.0.8/24\n", "interface eth0"),
    ],
)
def test_what_cuts_us_off_from_a_router_is_marked(old: str, new: str, told: str) -> None:
    assert old in FRR
    part = planned("frr", FRR, FRR.replace(old, new, 1), ("eth0",))
    assert part is not None
    assert any(told in line for line in part.on_own_path)


@pytest.mark.parametrize(
    ("old", "new"), [("permit any", "deny any"), ("ip route 203.0.113.0/24 192.0.2.1\n", "")]
)
def test_what_does_not_on_a_router_is_not(old: str, new: str) -> None:
    part = planned("frr", FRR, FRR.replace(old, new, 1), ("eth0",))
    assert part is not None
    assert part.on_own_path == ()


def test_a_list_that_is_bound_only_afterwards_counts() -> None:
    wanted = EOS.replace("ip access-group GATE in", "ip access-group OTHER in").replace(
        "10 permit ip any any", "10 deny ip any any"
    )
    part = planned("eos", EOS, wanted, ("Management1",))
    assert part is not None
    assert any("ip access-list OTHER" in line for line in part.on_own_path)


def test_a_name_is_a_name_and_no_pattern() -> None:
    part = planned("frr", FRR, FRR.replace("interface eth0", "interface ethX"), ("eth.",))
    assert part is not None
    assert part.on_own_path == ()
