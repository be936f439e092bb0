from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.model.objects import Circuit, CircuitEnd
from linewright.model.observation import Neighbor, Observation
from linewright.trace import End, Hop, Path, compare, paths


class Case(NamedTuple):
    links: tuple[str, ...]
    visited: str
    states: dict[str, str]  # "cable: state" by key
    details: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    undocumented: tuple[str, ...] = ()


GOOD = ("a eth1 - x eth1", "b eth1 - y eth1")

CASES = {
    "all well": Case(GOOD, "a b x y", {"C-1": "confirmed", "C-2": "confirmed"}),
    "swapped between four ports": Case(
        ("a eth1 - y eth1", "b eth1 - x eth1"),
        "a b x y",
        {"C-1": "mismatch", "C-2": "mismatch"},
        ("a eth1 sees y eth1; x eth1 sees b eth1", "b eth1 sees x eth1; y eth1 sees a eth1"),
        (
            "C-1 and C-2 are swapped: should be a eth1 to x eth1, b eth1 to y eth1; seen a eth1 to y eth1, b eth1 to x eth1",
        ),
    ),
    "swapped the other way": Case(
        ("a eth1 - b eth1", "x eth1 - y eth1"),
        "a b x y",
        {"C-1": "mismatch", "C-2": "mismatch"},
        (),
        (
            "C-1 and C-2 are swapped: should be a eth1 to x eth1, b eth1 to y eth1; seen a eth1 to b eth1, x eth1 to y eth1",
        ),
    ),
    "swapped, two of the devices not collected": Case(
        ("a eth1 > y eth1", "b eth1 > x eth1"),
        "a b",
        {"C-1": "mismatch", "C-2": "mismatch"},
        ("a eth1 sees y eth1; x was not collected", "b eth1 sees x eth1; y was not collected"),
        (
            "C-1 and C-2 are swapped: should be a eth1 to x eth1, b eth1 to y eth1; seen a eth1 to y eth1, b eth1 to x eth1",
        ),
    ),
    "one end plugged into a free port": Case(
        ("a eth1 - x eth3", GOOD[1]),
        "a b x y",
        {"C-1": "mismatch", "C-2": "confirmed"},
        ("a eth1 sees x eth3; x eth1 sees nothing",),
        ("C-1 is wired wrongly: should be a eth1 to x eth1; seen a eth1 to x eth3",),
    ),
    "one end plugged into the other's port, the other loose": Case(
        ("a eth1 - y eth1",),
        "a b x y",
        {"C-1": "mismatch", "C-2": "mismatch"},
        ("a eth1 sees y eth1; x eth1 sees nothing", "b eth1 sees nothing; y eth1 sees a eth1"),
        ("C-1 and C-2 are mixed up: should be a eth1 to x eth1, b eth1 to y eth1; seen a eth1 to y eth1",),
    ),
    "nothing heard": Case(
        (GOOD[1],), "a b x y", {"C-1": "not seen", "C-2": "confirmed"}, ("no end hears the other",)
    ),
    "heard at one end only": Case(
        ("a eth1 > x eth1", GOOD[1]),
        "a b x y",
        {"C-1": "not seen", "C-2": "confirmed"},
        ("only a eth1 hears the other end",),
    ),
    "one device not collected": Case(
        GOOD,
        "a b y",
        {"C-1": "confirmed", "C-2": "confirmed"},
        ("by a eth1 alone; x was not collected",),
    ),
    "a name in another case is the same device": Case(
        ("a eth1 > X eth1", "x eth1 > a eth1", GOOD[1]), "a b x y", {"C-1": "confirmed", "C-2": "confirmed"}
    ),
    "another device": Case(
        ("a eth1 > xx eth1", "x eth1 > a eth1", GOOD[1]),
        "a b x y",
        {"C-1": "mismatch", "C-2": "confirmed"},
        ("a eth1 sees xx eth1; x eth1 sees a eth1 as it should",),
        ("C-1 is wired wrongly: should be a eth1 to x eth1; seen a eth1 to xx eth1",),
    ),
    "neighbours without a cable": Case(
        (*GOOD, "a eth2 - b eth2", "x eth4 > isp 7"),
        "a b x y",
        {"C-1": "confirmed", "C-2": "confirmed"},
        (),
        (),
        ("a eth2 and b eth2 see each other", "x eth4 sees isp 7"),
    ),
    "a switch in between that forwards LLDP": Case(
        (*GOOD, "a eth1 > isp 7"),
        "a b x y",
        {"C-1": "mismatch", "C-2": "confirmed"},
        ("a eth1 sees isp 7 and x eth1; x eth1 sees a eth1 as it should",),
        (
            (
                "C-1 cannot be told for sure: a eth1 hears isp 7 and x eth1: should be a eth1 to x eth1; "
                "seen a eth1 to isp 7, a eth1 to x eth1"
            ),
        ),
    ),
    "just swapped, the old neighbours still heard": Case(
        (*GOOD, "a eth1 - y eth1", "b eth1 - x eth1"),
        "a b x y",
        {"C-1": "mismatch", "C-2": "mismatch"},
        (
            "a eth1 sees x eth1 and y eth1; x eth1 sees a eth1 and b eth1",
            "b eth1 sees x eth1 and y eth1; y eth1 sees a eth1 and b eth1",
        ),
        (
            (
                "C-1 and C-2 cannot be told for sure: a eth1 hears x eth1 and y eth1; b eth1 hears x eth1 and y eth1; "
                "x eth1 hears a eth1 and b eth1; y eth1 hears a eth1 and b eth1: should be a eth1 to x eth1, "
                "b eth1 to y eth1; seen a eth1 to x eth1, a eth1 to y eth1, b eth1 to x eth1, b eth1 to y eth1"
            ),
        ),
    ),
    "just swapped, one old neighbour still heard": Case(
        ("a eth1 - y eth1", "b eth1 - x eth1", "a eth1 > x eth1"),
        "a b x y",
        {"C-1": "mismatch", "C-2": "mismatch"},
        (),
        (
            (
                "C-1 and C-2 cannot be told for sure: a eth1 hears x eth1 and y eth1: should be a eth1 to x eth1, "
                "b eth1 to y eth1; seen a eth1 to x eth1, a eth1 to y eth1, b eth1 to x eth1"
            ),
        ),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_compare(case, build, device, cable, observe):
    snapshot = build(
        *(device(name) for name in "abxy"),
        cable("C-1", "a eth1", "x eth1"),
        cable("C-2", "b eth1", "y eth1"),
    )
    cabling = compare(paths(snapshot), observe(*case.links, visited=case.visited))
    assert {key: state.state for key, state in cabling.by_cable().items()} == case.states
    if case.details:
        assert tuple(s.detail for s in cabling.states if s.detail) == case.details
    assert tuple(group.text for group in cabling.miswirings) == case.groups
    assert tuple(found.text for found in cabling.undocumented) == case.undocumented


def test_three_cables_in_a_circle_are_one_mistake(build, device, cable, observe):
    snapshot = build(
        *(device(name) for name in ("a", "b")),
        *(cable(f"C-{n}", f"a eth{n}", f"b eth{n}") for n in (1, 2, 3)),
    )
    cabling = compare(
        paths(snapshot), observe("a eth1 - b eth2", "a eth2 - b eth3", "a eth3 - b eth1", visited="a b")
    )
    assert [group.title for group in cabling.miswirings] == ["C-1, C-2 and C-3 are interchanged"]
    assert cabling.undocumented == ()


def leased(build, device, cable):
    return build(
        device("a"),
        device("b"),
        device("c"),
        Circuit(provider="net", cid="7", a=CircuitEnd(site="hq"), z=CircuitEnd(site="hq")),
        cable("C-1", "a eth1", "net/7 A"),
        cable("C-2", "b eth1", "net/7 Z"),
    )


@pytest.mark.parametrize(
    "case",
    [
        (("a eth1 - b eth1",), "confirmed", ""),
        ((), "cannot be seen", "it runs through circuit net/7"),
        (("a eth1 > pe1 xe-0",), "cannot be seen", "it runs through circuit net/7"),
        (("a eth1 - b eth1", "a eth1 > pe1 xe-0"), "confirmed", ""),
        (
            ("a eth1 - b eth1", "a eth1 > c eth1"),
            "mismatch",
            "a eth1 sees b eth1 and c eth1; b eth1 sees a eth1 as it should",
        ),
        (("a eth1 - c eth1",), "mismatch", "a eth1 sees c eth1; b eth1 sees nothing"),
    ],
)
def test_a_leased_line(build, device, cable, observe, case):
    links, state, detail = case
    cabling = compare(paths(leased(build, device, cable)), observe(*links, visited="a b c"))
    assert {(s.state, s.detail) for s in cabling.by_cable().values()} == {(state, detail)}
    assert cabling.undocumented == ()


def test_what_cannot_be_seen(build, device, panel, cable, observe):
    snapshot = build(
        device("a"),
        device("b"),
        device("box", platform=""),
        panel("pp", 1),
        Circuit(provider="net", cid="7", a=CircuitEnd(site="hq"), z=CircuitEnd(provider_network="MPLS")),
        cable("C-1", "a eth1", "pp F1"),
        cable("C-2", "a eth2", "net/7 A"),
        cable("C-3", "a eth3", "box eth1"),
        cable("C-4", "a eth4", "b eth4"),
    )
    visited = observe(visited="a b")
    visited["b"] = msgspec.structs.replace(visited["b"], neighbors=None, missing={"neighbors": "no lldpd"})
    states = compare(paths(snapshot), visited).by_cable()
    assert {key: (state.state, state.detail) for key, state in states.items()} == {
        "C-1": ("cannot be seen", "nothing is plugged into pp R1"),
        "C-2": ("cannot be seen", "it ends in provider network MPLS"),
        "C-3": ("cannot be seen", "box has no platform that could be asked"),
        "C-4": ("cannot be seen", "b tells no neighbours: no lldpd"),
    }


def test_anybody_may_be_heard_behind_an_unmanaged_switch(build, device, cable, observe):
    snapshot = build(
        device("a"),
        device("b"),
        device("sw", "1", "2", platform=""),
        cable("C-1", "a eth1", "sw 1"),
        cable("C-2", "b eth1", "sw 2"),
    )
    cabling = compare(paths(snapshot), observe("a eth1 - b eth1", visited="a b"))
    assert [state.state for state in cabling.states] == ["cannot be seen", "cannot be seen"]
    assert cabling.miswirings == ()
    assert cabling.undocumented == ()


def test_a_disabled_port_is_not_missed(build, device, cable, observe):
    off = device("a")
    off = msgspec.structs.replace(
        off, interfaces=tuple(msgspec.structs.replace(port, enabled=False) for port in off.interfaces)
    )
    snapshot = build(off, device("b"), cable("C-1", "a eth1", "b eth1"))
    (state,) = compare(paths(snapshot), observe(visited="a b")).states
    assert (state.state, state.detail) == ("cannot be seen", "a eth1 is disabled in the source of truth")


def test_not_reached_is_said(build, device, cable, observe):
    snapshot = build(device("a"), device("b"), cable("C-1", "a eth1", "b eth1"))
    visited = observe(visited="a")
    visited["b"] = Observation(device="b", platform="frr", seen="2026-11-24T03:00:00Z", error="timed out")
    (state,) = compare(paths(snapshot), visited).states
    assert (state.state, state.detail) == ("not assessed", "b was not reached")
    assert state.seen == "2026-11-24T03:16:00Z"


@pytest.mark.parametrize(
    "case",
    [
        ("planned", (), "not assessed"),
        ("planned", ("a eth1 - b eth1",), "mismatch"),
        ("planned", ("a eth1 - b eth2",), "mismatch"),
        ("decommissioning", (), "not assessed"),
        ("decommissioning", ("a eth1 - b eth1",), "not assessed"),
        ("decommissioning", ("a eth1 - b eth2",), "mismatch"),
    ],
)
def test_a_cable_that_is_not_in_use(build, device, cable, observe, case):
    status, links, state = case
    snapshot = build(device("a"), device("b"), cable("C-1", "a eth1", "b eth1", status=status))
    cabling = compare(paths(snapshot), observe(*links, visited="a b"))
    assert [s.state for s in cabling.states] == [state]


def test_a_port_of_several_lanes_hears_all_its_far_ends(build, device, panel, cable, observe):
    snapshot = build(
        *(device(name) for name in "abc"),
        panel("pp", 2),
        cable("T-1", "a eth1@1:1,2", "pp R1@1:1,2", profile="single-1c2p"),
        cable("C-1", "pp F1", "b eth1"),
        cable("C-2", "pp F2", "c eth1"),
    )
    cabling = compare(paths(snapshot), observe("a eth1 - b eth1", "a eth1 - c eth1", visited="a b c"))
    assert [state.state for state in cabling.states] == ["confirmed", "confirmed"]


def test_seen_is_the_older_visit(build, device, cable, observe):
    snapshot = build(device("a"), device("b"), cable("C-1", "a eth1", "b eth1"))
    visited = observe("a eth1 - b eth1", visited="a b")
    visited["a"] = msgspec.structs.replace(visited["a"], seen="2026-11-24T02:00:00Z")
    (state,) = compare(paths(snapshot), visited).states
    assert (state.state, state.seen) == ("confirmed", "2026-11-24T02:00:00Z")


def test_one_good_strand_speaks_for_the_trunk(build, device, panel, cable, observe):
    snapshot = build(
        device("a"),
        device("b"),
        panel("pp1", 4),
        panel("pp2", 4),
        cable("C-1", "a eth1", "pp1 F1"),
        cable("T-1", "pp1 R1", "pp2 R1"),
        cable("C-2", "pp2 F1", "b eth1"),
    )
    states = compare(paths(snapshot), observe("a eth1 - b eth1", visited="a b")).by_cable()
    assert states["T-1"].state == "confirmed"


def _link(key: str, a: str, z: str) -> Path:
    def end(device: str) -> End:
        return End(kind="interface", device=device, port="p", platform="frr")

    return Path(a=end(a), z=end(z), hops=(Hop(kind="cable", name=key, status="connected"),))


@given(st.permutations(range(8)))
def test_any_rewiring_is_told_once(shuffled):
    """Eight ports, four cables, any perfect rewiring: confirmed or in exactly one group; groups are always closed."""
    ports = [f"d{n}" for n in range(8)]
    documented = [_link(f"C-{n}", ports[2 * n], ports[2 * n + 1]) for n in range(4)]
    observations = {}
    for one, two in zip(shuffled[::2], shuffled[1::2], strict=True):
        for near, far in ((one, two), (two, one)):
            observations[ports[near]] = Observation(
                device=ports[near],
                platform="frr",
                seen="t",
                neighbors=(Neighbor(port="p", device=ports[far], remote_port="p"),),
            )
    cabling = compare(documented, observations)
    wrong = {state.path.name for state in cabling.states if state.state == "mismatch"}
    right = {state.path.name for state in cabling.states if state.state == "confirmed"}
    grouped = [path.name for group in cabling.miswirings for path in group.paths]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) == wrong
    assert len(wrong) + len(right) == 4
    assert all(group.swapped for group in cabling.miswirings)
    assert cabling.undocumented == ()
