"""What those beside the changed device see of it."""

import pytest

from linewright.checks.change.beside import Beside, beside, expected_to_go, judged, reference
from linewright.checks.expected import expected
from linewright.model.observation import BgpSession, Neighbor, Observation, OspfNeighbor, Port
from linewright.trace import paths


@pytest.fixture
def network(site):
    found = tuple(paths(site))
    return found, expected(site, found)


def by_name(found):
    return {each.device: each for each in found}


def seen(device, **parts):
    return Observation(device=device, platform="frr", seen="2026-11-24T02:00:00Z", **parts)


def test_whoever_is_cabled_to_it_or_has_a_session_with_it_is_beside_it(site, network):
    ways, sessions = network
    for device in site.devices.values():
        found = by_name(beside(device.name, ways, sessions, ()))
        cabled = {
            far.device
            for path in ways
            if path.joins_interfaces
            for near, far in ((path.a, path.z), (path.z, path.a))
            if near.device == device.name != far.device
        }
        peers = {
            theirs.device
            for session in sessions.sessions
            for ours, theirs in ((session.a, session.z), (session.z, session.a))
            if ours.device == device.name and theirs.device
        }
        assert set(found) == (cabled | peers) - {device.name}
        assert all(not other.may_go for other in found.values())


def test_what_ends_here_may_end_there_and_nothing_else(network):
    ways, sessions = network
    path = next(p for p in ways if p.joins_interfaces and p.a.device != p.z.device)
    near, far = path.a, path.z
    there = by_name(beside(near.device, ways, sessions, (f"port {near.port}", f"heard {near.port}")))
    assert {f"port {far.port}", f"heard {far.port}"} <= set(there[far.device].may_go)
    assert f"ospf {far.port}" not in there[far.device].may_go
    others = [other for name, other in there.items() if name != far.device]
    assert all(not other.may_go for other in others)


def test_a_session_that_the_change_ends_may_end_on_its_other_side(network):
    ways, sessions = network
    session = next(s for s in sessions.sessions if s.a.device and s.z.device)
    ours, theirs = session.a, session.z
    item = f"bgp vrf {ours.vrf} {theirs.address}" if ours.vrf else f"bgp {theirs.address}"
    there = by_name(beside(ours.device, ways, sessions, (item,)))[theirs.device]
    assert [each for each in there.may_go if each.startswith("bgp ")] == [
        each for each in there.concerns if each.startswith("bgp ") and each.endswith(ours.address)
    ]


def test_a_renamed_device_is_heard_under_another_name(network):
    ways, sessions = network
    path = next(p for p in ways if p.joins_interfaces and p.a.device != p.z.device)
    there = by_name(beside(path.a.device, ways, sessions, (), renamed=True))[path.z.device]
    assert f"heard {path.z.port}" in there.may_go


REF = reference(
    "0" * 64, ("port eth2",), (Beside(device="r2", concerns=("bgp 10.0.0.1", "heard eth1", "ospf eth1")),)
)
BEFORE = {
    "r1": seen("r1", ports=(Port(name="eth1", up=True), Port(name="eth2", up=True))),
    "r2": seen(
        "r2",
        bgp=(
            BgpSession(peer="10.0.0.1", remote_as=1, state="up"),
            BgpSession(peer="10.9.9.9", remote_as=1, state="up"),
        ),
        neighbors=(Neighbor(port="eth1", device="r1", remote_port="eth1"),),
        ospf=(OspfNeighbor(interface="eth1", router_id="1", address="10.0.0.1", state="up"),),
    ),
}


def test_what_concerns_the_change_is_judged_on_both_sides():
    after = {"r1": seen("r1", ports=()), "r2": seen("r2", bgp=(), neighbors=BEFORE["r2"].neighbors, ospf=())}
    assert judged(REF, "r1", BEFORE, after) == (
        "r1: interface eth1 is down",
        "r2: BGP session 10.0.0.1 is down",
        "r2: OSPF adjacency with 10.0.0.1 on eth1 is down",
    )
    assert judged(REF, "r1", BEFORE, BEFORE) == ()
    assert expected_to_go(REF) == ("port eth2",)


def test_a_neighbour_that_answers_no_more_is_a_fault_one_that_never_did_is_not():
    away = seen("r2", error="no route")
    assert judged(REF, "r1", BEFORE, {**BEFORE, "r2": away}) == ("r2: r2 could not be read: no route",)
    assert judged(REF, "r1", {**BEFORE, "r2": away}, {**BEFORE, "r2": away}) == ()
