"""Traces as NetBox gives them; tests/trace/netbox holds them against a real one."""

import pytest

from linewright.lab.plant import Drawing
from linewright.trace import Port, paths, power, route, routes


def told(found):
    return [
        tuple(" + ".join(f"{p.device} {p.name}".strip() for p in part) for part in (s.near, s.links, s.far))
        for s in found.segments
    ]


def test_a_breakout_is_one_path_for_the_plain_port_and_one_per_lane_for_the_others(build, device, cable):
    snapshot = build(
        device("a"),
        device("b"),
        cable(
            "C-1",
            "a eth1@1:1,2,3,4",
            "b eth1@1:1; b eth2@2:1; b eth3@3:1; b eth4@4:1",
            profile="breakout-1c4p-4c1p",
        ),
    )
    assert told(route(snapshot, "interface", "a", "eth1")) == [
        ("a eth1", "C-1", "b eth1 + b eth2 + b eth3 + b eth4")
    ]
    assert told(route(snapshot, "interface", "b", "eth3")) == [("b eth3", "C-1", "a eth1")]
    assert [path.text for path in paths(snapshot)] == [f"a eth1 - C-1 - b eth{n}" for n in (1, 2, 3, 4)]


def channels():
    drawing = Drawing(1)
    parent = drawing.channelised(4, (1, 2, 4))
    plain = drawing.interfaces(4, "end")
    drawing.cable([parent], plain, "breakout-1c4p-4c1p")
    return drawing.snapshot(), parent


def test_channels_are_the_ends_and_their_parent_is_none():
    snapshot, parent = channels()
    assert route(snapshot, "interface", parent.device, parent.name) is None
    child = route(snapshot, "interface", parent.device, f"{parent.name}:2")
    assert child.destinations == (Port("interface", "end3", "I1"),)
    found = [(path.a.key, path.z.key, path.reason) for path in paths(snapshot)]
    assert found == [
        (("end2", "I1"), ("split1", "I1:1"), ""),
        (("end3", "I1"), ("split1", "I1:2"), ""),
        (("end4", "I1"), ("split1", "I1"), "split1 I1 has no channel 3"),
        (("end5", "I1"), ("split1", "I1:4"), ""),
    ]
    assert {path.z.socket for path in paths(snapshot)} == {"I1"}


def test_a_split_is_where_netbox_stops_and_paths_go_on(build, device, panel, cable):
    snapshot = build(
        device("a"),
        device("b"),
        panel("pp", 2),
        cable("C-1", "a eth1", "pp R1"),
        cable("C-2", "pp F2", "b eth1"),
    )
    found = route(snapshot, "interface", "a", "eth1")
    assert (found.complete, found.split, told(found)) == (False, True, [("a eth1", "C-1", "pp R1")])
    assert route(snapshot, "interface", "b", "eth1").complete
    assert "a eth1 - C-1 - pp R1:2 > F2 - C-2 - b eth1" in [path.text for path in paths(snapshot)]


def test_trunks_in_trunks_keep_their_strands_apart():
    drawing = Drawing(3)
    inner = [drawing.panel([1, 1], [2], straight=True) for _ in range(2)]
    outer = [drawing.panel([1, 1, 1], [3], straight=True) for _ in range(2)]
    drawing.cable(outer[0][1], outer[1][1])
    for (_, behind), (before, _) in zip(inner, outer, strict=True):
        drawing.cable(behind, [before[1]])
    ends = []
    for before, _ in inner:
        for port in before:
            ends += (end := drawing.interfaces(1, "end"))
            drawing.cable(end, [port])
    snapshot = drawing.snapshot()
    complete = [(path.a.device, path.z.device) for path in paths(snapshot) if path.complete]
    assert complete == [("end5", "end7"), ("end6", "end8")]
    assert route(snapshot, "interface", "end6", "I1").destinations == (Port("interface", "end8", "I1"),)


def test_a_radio_link_and_the_bridge_behind_it():
    drawing = Drawing(1)
    one, two = drawing.radio()
    wired = drawing.bridge(two)
    (host,) = drawing.interfaces(1, "host")
    drawing.cable([wired], [host])
    snapshot = drawing.snapshot()
    found = route(snapshot, "interface", one.device, one.name)
    assert found.destinations == (Port("interface", host.device, host.name),)
    assert [segment.links[0].kind for segment in found.segments] == ["wireless-link", "cable"]
    assert [path.text for path in paths(snapshot)] == [
        "host3 I1 - G-0001 - radio2 I2",
        "radio1 I1 - radio1 I1 ~ radio2 I1 - radio2 I1",
    ]


def test_bridges_in_a_circle_end():
    drawing = Drawing(1)
    ends = drawing.interfaces(2, "end")
    others = [drawing.bridge(end) for end in ends]
    drawing.cable([ends[0]], [others[1]])
    drawing.cable([ends[1]], [others[0]])
    snapshot = drawing.snapshot()
    assert len(route(snapshot, "interface", ends[0].device, others[0].name).segments) == 2


def test_what_is_marked_as_connected_is_no_cable_and_says_so(build, device, panel, cable):
    drawing = Drawing(1)
    drawing.port("interface", "host", mark_connected=True)
    before, behind = drawing.panel([1], [1])
    drawing.cable(drawing.interfaces(1, "end"), before)
    snapshot = drawing.snapshot()
    assert route(snapshot, "interface", "host", "I1") is None
    (path,) = paths(snapshot)
    assert path.reason == f"nothing is plugged into {behind[0].device} R1"


def chain(*, inlet: str = "P1"):
    drawing = Drawing(1)
    load, outlet = drawing.port("power-port", "load"), drawing.port("power-outlet", "pdu", power_port=inlet)
    drawing.cable([load], [outlet])
    drawing.cable([drawing.feed()], [drawing.port("power-port", "pdu")])
    drawing.port("power-port", "load", name="P2")
    return drawing.snapshot()


def test_power_is_followed_through_the_strip_to_its_feed():
    snapshot = chain()
    first, second = power(snapshot, paths(snapshot), "load")
    assert first.text == "load P1 - G-0001 - pdu P1, pdu P1 - G-0002 - plant/Board Feed 1"
    assert (first.panel, first.feed, first.complete) == ("plant/Board", "Feed 1", True)
    assert (second.complete, second.reason) == (False, "nothing is plugged into load P2")
    assert told(route(snapshot, "power-port", "load", "P1")) == [("load P1", "G-0001", "pdu P1")]


def test_an_outlet_without_an_inlet_ends_a_power_chain():
    snapshot = chain(inlet="")
    assert power(snapshot, paths(snapshot), "load")[0].reason == "pdu P1 names no inlet of pdu"


@pytest.mark.parametrize("kind", ["front-port", "rear-port", "interface"])
def test_nothing_plugged_in_is_no_route(build, device, kind):
    assert route(build(device("a")), kind, "a", "eth1") is None
    assert routes(build(device("a"))) == ()
