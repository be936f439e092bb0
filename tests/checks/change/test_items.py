"""What a change may take away, and what it must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.checks.change import lost, may_go, up
from linewright.checks.change.items import counted
from linewright.configs import normalise
from linewright.model.observation import BgpSession, Neighbor, Observation, OspfNeighbor, Port
from linewright.platforms import rules

FRR = """\
hostname r1
!
interface eth1
 ip address 192.0.2.1/30
 ip ospf area 0.0.0.0
exit
!
interface eth2
 ip address 192.0.2.5/30
exit
!
router bgp 64500
 neighbor 192.0.2.2 remote-as 64501
 neighbor 192.0.2.2 description far
 neighbor 198.51.100.1 remote-as 64502
exit
!
router ospf
 ospf router-id 192.0.2.1
exit
!
"""
PEERS = ("192.0.2.2", "198.51.100.1")


def gone(old, new, text=FRR, platform="frr"):
    known = rules(platform)
    after = text.replace(old, new)
    assert after != text
    return may_go(normalise(text, known), normalise(after, known), PEERS, known)


def seen(**parts):
    return Observation(device="r1", platform="frr", seen="2026-11-24T02:00:00Z", **parts)


BEFORE = seen(
    ports=(Port(name="eth1", up=True), Port(name="eth2", up=True), Port(name="eth3", up=False)),
    neighbors=(Neighbor(port="eth1", device="r2", remote_port="eth1"),),
    bgp=(
        BgpSession(peer="192.0.2.2", remote_as=64501, state="up"),
        BgpSession(peer="198.51.100.1", remote_as=64502, state="down"),
    ),
    ospf=(OspfNeighbor(interface="eth1", router_id="10.0.0.2", address="192.0.2.2", state="up"),),
)


@pytest.mark.parametrize(
    ("old", "new", "items"),
    [
        (" neighbor 192.0.2.2 description far\n", "", ()),
        (" neighbor 192.0.2.2 description far\n", " neighbor 192.0.2.2 description near\n", ()),
        (
            " neighbor 198.51.100.1 remote-as 64502\n",
            " neighbor 198.51.100.1 remote-as 64502\n neighbor 198.51.100.1 shutdown\n",
            ("bgp 198.51.100.1",),
        ),
        (" neighbor 198.51.100.1 remote-as 64502\n", "", ("bgp 198.51.100.1",)),
        (" ip ospf area 0.0.0.0\n", "", ("ospf eth1",)),
        ("interface eth2\n", "interface eth2\n shutdown\n", ("heard eth2", "ospf eth2", "port eth2")),
        (
            " ip ospf area 0.0.0.0\n",
            " ip ospf area 0.0.0.0\n shutdown\n",
            ("bgp 192.0.2.2", "heard eth1", "ospf eth1", "port eth1"),
        ),
        (" ip address 192.0.2.1/30\n", " ip address 192.0.2.9/30\n", ("bgp 192.0.2.2", "ospf eth1")),
        ("router ospf\n ospf router-id 192.0.2.1\nexit\n", "", ("ospf",)),
        ("hostname r1", "hostname r9", ()),
    ],
)
def test_what_the_lines_take_away_may_go_and_nothing_else(old, new, items):
    assert gone(old, new) == items


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("access vlan 211", "access vlan 240"),
        ("trunk allowed vlan 111,210-212", "access vlan 240"),
        ("trunk native vlan 211", "trunk native vlan 1"),
    ],
)
def test_the_interface_of_a_vlan_may_go_down_when_a_port_leaves_it(old, new):
    text = f"hostname sw1\ninterface Ethernet9\n   switchport {old}\ninterface Vlan211\n   ip address 192.0.2.1/30\n"
    found = gone(old, new, text, "eos")
    assert {"port Ethernet9", "port Vlan211", "bgp 192.0.2.2", "ospf Vlan211"} <= set(found)
    assert "port Vlan240" not in found


def test_an_unshut_interface_takes_nothing_away():
    text = FRR.replace("interface eth2\n", "interface eth2\n shutdown\n")
    assert gone("interface eth2\n shutdown\n", "interface eth2\n", text) == ()


def test_what_is_not_seen_as_standing_cannot_be_lost():
    assert up(BEFORE) == {
        "port eth1",
        "port eth2",
        "heard eth1 r2 eth1",
        "bgp 192.0.2.2",
        "ospf eth1 192.0.2.2",
    }
    assert counted(up(BEFORE)) == {"heard": 1, "bgp": 1, "ospf": 1, "port": 2}


def test_what_is_gone_is_named_unless_the_change_takes_it_away():
    after = seen(ports=(Port(name="eth1", up=True),), neighbors=(), bgp=(), ospf=())
    assert lost(BEFORE, after, ("port eth2", "heard eth1")) == (
        "BGP session 192.0.2.2 is down",
        "OSPF adjacency with 192.0.2.2 on eth1 is down",
    )
    assert lost(BEFORE, after, (), about=("port",)) == ("interface eth2 is down",)
    assert lost(BEFORE, BEFORE, ()) == ()


def test_a_name_is_no_beginning_of_another_one():
    after = seen(ports=(), neighbors=BEFORE.neighbors, bgp=BEFORE.bgp, ospf=BEFORE.ospf)
    assert lost(BEFORE, after, ("port eth",)) == ("interface eth1 is down", "interface eth2 is down")


def test_what_cannot_be_read_any_more_has_not_been_seen():
    after = seen(
        ports=BEFORE.ports,
        neighbors=BEFORE.neighbors,
        ospf=BEFORE.ospf,
        missing={"bgp": "the daemon is gone"},
    )
    assert lost(BEFORE, after, ("bgp",)) == ("its BGP sessions could not be read: the daemon is gone",)
    away = Observation(device="r1", platform="frr", seen="", error="no route")
    assert lost(BEFORE, away, ()) == ("r1 could not be read: no route",)


@given(st.sets(st.integers(1, 40)), st.sets(st.integers(1, 40)), st.sets(st.integers(1, 40)))
def test_exactly_what_stood_and_may_not_go_is_missed(before, after, may):
    def ports(numbers):
        found = tuple(Port(name=f"eth{n}", up=True) for n in sorted(numbers))
        return seen(ports=found, neighbors=(), bgp=(), ospf=())

    told = lost(ports(before), ports(after), tuple(f"port eth{n}" for n in may))
    assert set(told) == {f"interface eth{n} is down" for n in before - after - may}
