import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError
from linewright.model.objects import (
    Cable,
    CableEnd,
    Circuit,
    CircuitEnd,
    Device,
    FrontPort,
    Interface,
    PortMapping,
    RearPort,
    Site,
)
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.trace import paths


def texts(snapshot):
    return [path.text for path in paths(snapshot)]


def test_one_cable_is_one_path_from_the_smaller_end(build, device, cable):
    snapshot = build(device("leaf10"), device("leaf2"), cable("C-1", "leaf10 eth1", "leaf2 eth3"))
    (path,) = paths(snapshot)
    assert path.text == "leaf2 eth3 - C-1 - leaf10 eth1"
    assert path.complete
    assert path.joins_interfaces
    assert path.status == "connected"
    assert path.cables == ("C-1",)
    assert (path.a.site, path.a.platform) == ("hq", "frr")


def test_through_two_panels_and_a_trunk(build, device, panel, cable):
    snapshot = build(
        device("acc1"),
        device("leaf1"),
        panel("pp1", 4),
        panel("pp2", 4),
        cable("C-1", "acc1 eth1", "pp1 F3"),
        cable("T-1", "pp1 R1", "pp2 R1"),
        cable("C-2", "pp2 F3", "leaf1 eth2"),
    )
    complete = [path for path in paths(snapshot) if path.complete]
    assert [path.text for path in complete] == [
        "acc1 eth1 - C-1 - pp1 F3 > R1:3 - T-1 - pp2 R1:3 > F3 - C-2 - leaf1 eth2"
    ]
    # The other strands of the trunk are spare: each once, from front to front, and nothing is plugged in.
    spare = [path for path in paths(snapshot) if not path.complete]
    assert [path.text for path in spare] == [
        f"pp1 F{n} - pp1 F{n} > R1:{n} - T-1 - pp2 R1:{n} > F{n} - pp2 F{n}" for n in (1, 2, 4)
    ]
    assert spare[0].reason == "nothing is plugged into pp1 F1; nothing is plugged into pp2 F1"


def test_panel_with_a_rear_port_each(build, device, panel, cable):
    snapshot = build(
        device("acc1"),
        device("leaf1"),
        panel("pp1", 2, trunk=False),
        cable("C-1", "acc1 eth1", "pp1 F2"),
        cable("C-2", "pp1 R2", "leaf1 eth1"),
    )
    assert texts(snapshot) == ["acc1 eth1 - C-1 - pp1 F2 > R2 - C-2 - leaf1 eth1"]


def circuit(z=None, **more):
    return Circuit(provider="net", cid="7", a=CircuitEnd(site="hq"), z=z, **more)


@pytest.mark.parametrize("status", ["active", "planned"])
def test_through_a_circuit(build, device, cable, status):
    snapshot = build(
        device("wan1"),
        device("wan2"),
        circuit(CircuitEnd(site="hq"), status=status),
        cable("C-1", "wan1 eth1", "net/7 Z"),
        cable("C-2", "net/7 A", "wan2 eth1"),
    )
    (path,) = paths(snapshot)
    assert path.text == "wan1 eth1 - C-1 - net/7 - C-2 - wan2 eth1"
    assert path.circuits == ("net/7",)
    assert path.complete
    assert path.status == ("connected" if status == "active" else "planned")


def test_a_provider_network_ends_a_path_and_is_no_fault(build, device, cable):
    snapshot = build(
        device("wan1"), circuit(CircuitEnd(provider_network="MPLS")), cable("C-1", "wan1 eth1", "net/7 A")
    )
    (path,) = paths(snapshot)
    assert path.text == "wan1 eth1 - C-1 - net/7 - net/7 MPLS"
    assert (path.z.kind, path.complete, path.joins_interfaces) == ("provider-network", True, False)


def test_incomplete_paths_say_where_and_why(build, device, panel, cable):
    cases = {
        "circuit net/7 has no other side than A": (circuit(), cable("C-1", "d eth1", "net/7 A")),
        "nothing is plugged into net/7 Z": (
            circuit(CircuitEnd(site="hq")),
            cable("C-1", "d eth1", "net/7 A"),
        ),
        "nothing is plugged into pp R1": (panel("pp", 1), cable("C-1", "d eth1", "pp F1")),
        "pp F2 is joined to no port of the panel's other side": (
            panel("pp", 2, mapped=1),
            cable("C-1", "d eth1", "pp F2"),
        ),
        "cable C-1 has only one end": (cable("C-1", "d eth1", ""),),
        "cable C-1: profile octopus-1c8p is not known": (
            device("e"),
            cable("C-1", "d eth1@1:1", "e eth1@1:1", profile="octopus-1c8p"),
        ),
        "cable C-1 has profile single-1c1p, but its ends have no positions": (
            device("e"),
            cable("C-1", "d eth1", "e eth1", profile="single-1c1p"),
        ),
        "cable C-1 (single-1c1p) has no position 2 there": (
            cable("C-1", "d eth1@1:2", "d eth2@1:2", profile="single-1c1p"),
        ),
        "cable C-1 has nothing opposite d eth1": (
            device("e"),
            cable("C-1", "d eth1@2:1", "e eth1@1:1", profile="trunk-2c1p"),
        ),
        "d eth9 is not in the snapshot": (device("e"), cable("C-1", "d eth9", "e eth1")),
    }
    for reason, parts in cases.items():
        found = paths(build(device("d"), *parts))
        from_d = [path for path in found if "d" in {path.a.device, path.z.device}]
        assert {(path.complete, path.reason) for path in from_d} == {(False, reason)}
        assert all("C-1" in path.cables for path in found)


def test_without_a_profile_one_end_leads_to_all_ends_of_the_other_side(build, device, cable):
    snapshot = build(device("a"), device("b"), cable("C-1", "a eth1", "b eth3; b eth4"))
    assert texts(snapshot) == ["a eth1 - C-1 - b eth3", "a eth1 - C-1 - b eth4"]
    assert not any(path.choice for path in paths(snapshot))


def test_several_ends_on_both_sides_and_no_profile_is_a_choice(build, device, cable):
    snapshot = build(device("a"), device("b"), cable("C-1", "a eth2; a eth1", "b eth3; b eth4"))
    assert texts(snapshot) == [
        f"a {one} - C-1 - b {two}" for one in ("eth1", "eth2") for two in ("eth3", "eth4")
    ]
    assert all(path.choice and path.complete for path in paths(snapshot))


def test_a_straight_profile_leads_each_connector_to_itself(build, device, cable):
    trunk = cable("C-1", "a eth1@2:1; a eth2@1:1", "b eth3@1:1; b eth4@2:1", profile="trunk-2c1p")
    assert texts(build(device("a"), device("b"), trunk)) == ["a eth1 - C-1 - b eth4", "a eth2 - C-1 - b eth3"]


def test_a_duplex_pair_is_one_path(build, device, cable):
    def panel(name):
        pair = tuple(PortMapping(position=n, rear_port="R1", rear_position=n) for n in (1, 2))
        return Device(
            name=name,
            site="hq",
            role="p",
            type="p",
            front_ports=(FrontPort(name="F1", positions=2, mappings=pair),),
            rear_ports=(RearPort(name="R1", positions=2),),
        )

    snapshot = build(
        device("a"),
        device("b"),
        panel("pp1"),
        panel("pp2"),
        cable("C-1", "a eth1@1:1,2", "pp1 F1@1:1,2", profile="single-1c2p"),
        cable("T-1", "pp1 R1", "pp2 R1"),
        cable("C-2", "pp2 F1@1:1,2", "b eth1@1:1,2", profile="single-1c2p"),
    )
    assert texts(snapshot) == [
        "a eth1 - C-1 - pp1 F1:1,2 > R1:1,2 - T-1 - pp2 R1:1,2 > F1:1,2 - C-2 - b eth1"
    ]


def test_status_is_the_worst_on_the_way(build, device, panel, cable):
    def status(one, two):
        (path,) = paths(
            build(
                device("a"),
                device("b"),
                panel("pp", 1),
                cable("C-1", "a eth1", "pp F1", status=one),
                cable("C-2", "pp R1", "b eth1", status=two),
            )
        )
        return path.status

    assert status("connected", "connected") == "connected"
    assert status("connected", "planned") == "planned"
    assert status("decommissioning", "connected") == "decommissioning"
    assert status("decommissioning", "planned") == "planned"


def test_a_ring_of_panels_ends(build, panel, cable):
    snapshot = build(
        panel("pp1", 1), panel("pp2", 1), cable("C-1", "pp1 F1", "pp2 F1"), cable("C-2", "pp1 R1", "pp2 R1")
    )
    (path,) = paths(snapshot)
    assert not path.complete
    assert "comes back" in path.reason


def test_a_trunk_cannot_run_inside_itself(build, device, panel, cable):
    """F1 and F2 are strands of R1; R1 as a whole is plugged into F2: what enters at F1 goes on in F2 for ever."""
    snapshot = build(
        device("a"), panel("pp", 2), cable("C-1", "a eth1", "pp F1"), cable("C-2", "pp R1", "pp F2")
    )
    assert texts(snapshot) == [
        "a eth1 - C-1 - pp F1 > R1:1 - C-2 - pp F2 > R1:2 - pp R1",
        "pp R1 - C-2 - pp F2 > R1:2 - pp R1",
    ]
    assert {path.reason for path in paths(snapshot)} == {"the path comes back to pp R1"}


def nested(panel, cable, depth):
    """A trunk of two inside one strand of another, and so on, between two interfaces."""
    parts = [cable("C-a", "a eth1", "l0 F1"), cable("C-b", "b eth1", "r0 F1")]
    for level in range(depth):
        parts += [panel(f"l{level}", 2), panel(f"r{level}", 2)]
        if level:
            parts += [cable(f"{side}-{level}", f"{side}{level - 1} R1", f"{side}{level} F1") for side in "lr"]
    return [*parts, cable("T", f"l{depth - 1} R1", f"r{depth - 1} R1")]


def test_six_trunks_inside_one_another_are_the_most(build, device, panel, cable):
    (path,) = (p for p in paths(build(device("a"), device("b"), *nested(panel, cable, 6))) if p.complete)
    assert (path.a.device, path.z.device) == ("a", "b")
    found = paths(build(device("a"), device("b"), *nested(panel, cable, 7)))
    assert not any(path.complete for path in found)
    (path,) = (p for p in found if p.a.device == "a")
    assert path.reason == "more than 6 trunks inside one another lead here"


def test_too_many_ways_are_said_to_be_and_known_from_their_other_ends(build, device, panel, cable):
    parts = [panel("pp", 300), cable("T", "a eth1", "pp R1")]
    parts += [cable(f"C-{n}", f"b eth{n}", f"pp F{n}") for n in range(1, 301)]
    found = paths(build(device("a"), device("b", *(f"eth{n}" for n in range(1, 301))), *parts))
    assert sum(path.complete for path in found) == 300
    (path,) = (path for path in found if not path.complete)
    assert path.text == "a eth1 - T - nowhere"
    assert path.reason == "more than 256 ways lead on from a eth1"


def test_a_strand_between_two_dead_ends_says_what_is_at_both(build, panel, cable):
    snapshot = build(
        panel("pp", 1),
        cable("C-1", "pp F1@1:1", "", profile="single-1c1p"),
        cable("C-2", "", "pp R1"),
    )
    (path,) = paths(snapshot)
    assert path.cables in {("C-1", "C-2"), ("C-2", "C-1")}
    assert sorted(path.reason.split("; ")) == [
        "cable C-1 has nothing opposite pp F1",
        "cable C-2 has only one end",
    ]


def test_a_circuit_between_two_positions_of_one_port_is_one_path(build, device, cable):
    line = cable("C-1", "a eth1@1:1,2", "net/7 A@1:1; net/7 Z@2:1", profile="breakout-1c2p-2c1p")
    (path,) = paths(build(device("a"), circuit(CircuitEnd(site="hq")), line))
    assert path.text == "a eth1 - C-1 - net/7 - C-1 - a eth1"


def test_a_strand_that_splits_leads_to_all_of_them(build, device, panel, cable):
    found = paths(
        build(
            device("a"),
            device("b"),
            panel("pp", 3),
            cable("C-1", "a eth1", "pp F1"),
            cable("C-2", "a eth2", "pp F2"),
            cable("C-3", "pp R1", "b eth1"),
        )
    )
    assert [(path.text, path.reason) for path in found] == [
        ("a eth1 - C-1 - pp F1 > R1:1 - C-3 - b eth1", ""),
        ("a eth2 - C-2 - pp F2 > R1:2 - C-3 - b eth1", ""),
        ("b eth1 - C-3 - pp R1:3 > F3 - pp F3", "nothing is plugged into pp F3"),
    ]


def test_a_huge_trunk_costs_only_what_is_mapped(build, panel, cable):
    def wide(name):
        thing = panel(name, 1)
        return Device(
            name=name,
            site="hq",
            role="p",
            type="p",
            front_ports=thing.front_ports,
            rear_ports=(RearPort(name="R1", positions=2**40),),
        )

    assert len(paths(build(wide("pp1"), wide("pp2"), cable("T-1", "pp1 R1", "pp2 R1")))) == 1


def test_two_cables_on_one_position_are_refused(build, device, cable):
    snapshot = build(
        device("a"),
        device("b"),
        device("c"),
        cable("C-1", "a eth1@1:1", "b eth1@1:1", profile="single-1c1p"),
        cable("C-2", "a eth1@1:2", "c eth1@1:2", profile="single-1c1p"),
    )
    with pytest.raises(DataError, match="C-1 and C-2 both end on a eth1"):
        paths(snapshot)


@given(st.data())
def test_every_patched_strand_is_found_whatever_the_order(data):
    """Interfaces patched at random through a 12-position trunk: exactly the drawn pairs come out, in any cable order."""
    strands = data.draw(st.lists(st.integers(1, 12), unique=True, max_size=12))
    sides = data.draw(st.randoms(use_true_random=False))

    def panel(name):
        return Device(
            name=name,
            site="hq",
            role="p",
            type="p",
            front_ports=tuple(
                FrontPort(name=f"F{n}", mappings=(PortMapping(position=1, rear_port="R1", rear_position=n),))
                for n in range(1, 13)
            ),
            rear_ports=(RearPort(name="R1", positions=12),),
        )

    def box(name):
        interfaces = tuple(Interface(name=f"e{n}") for n in range(1, 13))
        return Device(name=name, site="hq", role="r", type="t", interfaces=interfaces)

    def between(key, one, two):
        if sides.random() < 0.5:
            one, two = two, one
        return Cable(key=key, a=(one,), b=(two,))

    cables = [
        between(
            "T",
            CableEnd(kind="rear-port", device="pp1", name="R1"),
            CableEnd(kind="rear-port", device="pp2", name="R1"),
        )
    ]
    for port, strand in enumerate(strands, 1):
        for box_name, panel_name in (("a", "pp1"), ("b", "pp2")):
            cables.append(
                between(
                    f"{panel_name}-{strand}",
                    CableEnd(kind="interface", device=box_name, name=f"e{port}"),
                    CableEnd(kind="front-port", device=panel_name, name=f"F{strand}"),
                )
            )
    sides.shuffle(cables)
    devices = [box("a"), box("b"), panel("pp1"), panel("pp2")]
    sides.shuffle(devices)
    snapshot = Snapshot.build(
        Tables(sites=(Site(slug="hq", name="HQ"),), cables=tuple(cables)), devices, Origin(source="test")
    )
    found = paths(snapshot)
    complete = {(path.a.text, path.z.text) for path in found if path.joins_interfaces}
    assert complete == {(f"a e{port}", f"b e{port}") for port in range(1, len(strands) + 1)}
    assert len(found) == 12
    keys = list(itertools.chain.from_iterable(path.cables for path in found))
    assert keys.count("T") == 12
    assert len(set(keys)) == len(cables)
    random.Random(1).shuffle(cables)
    again = Snapshot.build(
        Tables(sites=(Site(slug="hq", name="HQ"),), cables=tuple(cables)), devices, Origin(source="test")
    )
    assert paths(again) == found
