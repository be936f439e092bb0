"""Names as devices tell them: aliases, MAC addresses, domains, bundles, channels."""

from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.model.objects import Interface
from linewright.model.observation import Neighbor, Observation, Port
from linewright.trace import compare, paths
from linewright.trace.directory import mac

MACS = {"a": "02:00:00:00:00:0A", "b": "02:00:00:00:00:0B"}


class Case(NamedTuple):
    """What a and b are told of each other: (local port, name, port id, chassis id, port description)."""

    a: tuple[str, ...] | None
    b: tuple[str, ...] | None
    state: str = "confirmed"
    detail: str = ""


CASES = {
    "short interface names": Case(("Et1", "b", "Gi0/0/1"), ("GigabitEthernet0/0/1", "a", "Eth1")),
    "a domain and capitals": Case(("Ethernet1", "B.example.net", "gi0/0/1"), ("Gi0/0/1", "A", "Ethernet1")),
    "MAC addresses as port ids": Case(
        ("Ethernet1", "b", "0200.0000.000b"), ("GigabitEthernet0/0/1", "a", "02-00-00-00-00-0a")
    ),
    "a number as port id, the name as description": Case(
        ("Ethernet1", "b", "523", "", "GigabitEthernet0/0/1"), ("GigabitEthernet0/0/1", "a", "Ethernet1")
    ),
    "a number alone, the other end exact": Case(
        ("Ethernet1", "b", "523"), ("GigabitEthernet0/0/1", "a", "Ethernet1")
    ),
    "no name, only a chassis id that is one of its ports": Case(
        ("Ethernet1", "", "02:00:00:00:00:0b", "02:00:00:00:00:0b"),
        ("GigabitEthernet0/0/1", "a", "Ethernet1"),
    ),
    "no name, a chassis id nobody has": Case(
        ("Ethernet1", "", "02:00:00:00:00:99", "02:00:00:00:00:99"),
        ("GigabitEthernet0/0/1", "a", "Ethernet1"),
        "mismatch",
        (
            "a Ethernet1 sees 02:00:00:00:00:99 02:00:00:00:00:99; "
            "b GigabitEthernet0/0/1 sees a Ethernet1 as it should"
        ),
    ),
    "another port by MAC": Case(
        ("Ethernet1", "b", "02:00:00:00:00:1b"),
        ("GigabitEthernet0/0/1", "a", "Ethernet1"),
        "mismatch",
        "a Ethernet1 sees b GigabitEthernet0/0/2; b GigabitEthernet0/0/1 sees a Ethernet1 as it should",
    ),
    "one end alone": Case(
        ("Ethernet1", "b", "Gi0/0/1"), None, "confirmed", "by a Ethernet1 alone; b was not collected"
    ),
    "one end alone, and only the device": Case(
        ("Ethernet1", "b", "77"), None, "not assessed", "b was not collected; a Ethernet1 hears the other end"
    ),
}


def told(device, neighbor, macs):
    local, name, port, chassis, description = (*neighbor, "", "")[:5]
    heard = Neighbor(port=local, device=name, remote_port=port, chassis=chassis, port_description=description)
    return Observation(device=device, platform="frr", seen="t", neighbors=(heard,), ports=macs)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_neighbour_is_known_by_whatever_it_tells(case, build, device, cable):
    one = device("a", "Ethernet1", "Ethernet2")
    two = device("b", "GigabitEthernet0/0/1", "GigabitEthernet0/0/2")
    two = msgspec.structs.replace(
        two,
        interfaces=(
            Interface(name="GigabitEthernet0/0/1", mac=MACS["b"]),
            Interface(name="GigabitEthernet0/0/2", mac="02:00:00:00:00:1B"),
        ),
    )
    snapshot = build(
        one,
        two,
        cable("C-1", "a Ethernet1", "b GigabitEthernet0/0/1"),
        cable("C-2", "a Ethernet2", "b GigabitEthernet0/0/2", status="planned"),
    )
    observations = {}
    if case.a:
        observations["a"] = told("a", case.a, (Port(name="Ethernet1", mac=MACS["a"]),))
    if case.b:
        observations["b"] = told("b", case.b, ())
    state = compare(paths(snapshot), observations, snapshot).by_cable()["C-1"]
    assert (state.state, state.detail) == (case.state, case.detail)


def test_two_domains_never_meet(build, device, cable, observe):
    snapshot = build(device("sw.north"), device("a"), cable("C-1", "a eth1", "sw.north eth1"))
    cabling = compare(paths(snapshot), observe("a eth1 > sw.south eth1", visited="a sw.north"), snapshot)
    assert cabling.states[0].state == "mismatch"
    cabling = compare(paths(snapshot), observe("a eth1 > sw eth1", visited="a"), snapshot)
    assert cabling.states[0].state == "confirmed"


def bundle(build, device, cable, members):
    def with_lag(name):
        ports = [Interface(name="po1", type="lag")]
        ports += [Interface(name=f"eth{n}", lag="po1") for n in range(1, members + 1)]
        return msgspec.structs.replace(device(name), interfaces=tuple(ports))

    cables = [cable(f"C-{n}", f"a eth{n}", f"b eth{n}") for n in range(1, members + 1)]
    return build(with_lag("a"), with_lag("b"), *cables)


@pytest.mark.parametrize(
    "case",
    [
        # One end names its members: that end proves which port is which.
        (2, ("a eth1 > b po1", "a eth2 > b po1", "b eth1 > a eth1", "b eth2 > a eth2"), "confirmed"),
        # Both name the bundle only: members could be exchanged and nobody would see it.
        (2, ("a eth1 > b po1", "a eth2 > b po1", "b eth1 > a po1", "b eth2 > a po1"), "cannot be seen"),
        (2, ("a po1 - b po1",), "cannot be seen"),
        # A bundle of one is its member.
        (1, ("a po1 - b po1",), "confirmed"),
        (2, ("a eth1 - b eth2", "a eth2 - b eth1"), "mismatch"),
    ],
)
def test_a_neighbour_told_on_a_bundle(case, build, device, cable, observe):
    members, links, state = case
    snapshot = bundle(build, device, cable, members)
    cabling = compare(paths(snapshot), observe(*links, visited="a b"), snapshot)
    assert {found.state for found in cabling.states} == {state}
    assert cabling.undocumented == ()


def breakout(build, device, cable):
    ports = [Interface(name="Ethernet1", channels=4)]
    ports += [Interface(name=f"Ethernet1/{n}", parent="Ethernet1", channel_id=n) for n in range(1, 5)]
    return build(
        msgspec.structs.replace(device("a"), interfaces=tuple(ports)),
        device("b"),
        cable(
            "C-1",
            "a Ethernet1@1:1,2,3,4",
            "b eth1@1:1; b eth2@2:1; b eth3@3:1; b eth4@4:1",
            profile="breakout-1c4p-4c1p",
        ),
    )


def test_channels_hear_each_their_own_end(build, device, cable, observe):
    snapshot = breakout(build, device, cable)
    links = [f"a Ethernet1/{n} - b eth{n}" for n in (1, 2, 3, 4)]
    cabling = compare(paths(snapshot), observe(*links, visited="a b"), snapshot)
    assert {state.state for state in cabling.states} == {"confirmed"}
    swapped = ["a Ethernet1/1 - b eth2", "a Ethernet1/2 - b eth1", *links[2:]]
    cabling = compare(paths(snapshot), observe(*swapped, visited="a b"), snapshot)
    assert [state.state for state in cabling.states] == ["mismatch", "mismatch", "confirmed", "confirmed"]
    assert [group.title for group in cabling.miswirings] == ["strands of C-1 are swapped"]


def test_a_lane_of_a_plain_port_that_is_not_heard_is_not_seen(build, device, cable, observe):
    snapshot = build(
        device("a"),
        device("b"),
        cable("C-1", "a eth1@1:1,2", "b eth1@1:1; b eth2@2:1", profile="breakout-1c2p-2c1p"),
    )
    cabling = compare(paths(snapshot), observe("a eth1 - b eth1", visited="a b"), snapshot)
    assert [state.state for state in cabling.states] == ["confirmed", "not seen"]
    assert cabling.by_cable()["C-1"].state == "not seen"
    cabling = compare(paths(snapshot), observe("a eth1 - b eth1", "a eth1 > c 7", visited="a b"), snapshot)
    assert [state.state for state in cabling.states] == ["confirmed", "mismatch"]


def test_a_cable_that_does_not_say_which_ends_belong_together(build, device, cable, observe):
    snapshot = build(device("a"), device("b"), cable("C-1", "a eth1; a eth2", "b eth1; b eth2"))
    crossed = ("a eth1 - b eth2", "a eth2 - b eth1")
    cabling = compare(paths(snapshot), observe(*crossed, visited="a b"), snapshot)
    assert [state.state for state in cabling.states] == [
        "cannot be seen",
        "confirmed",
        "confirmed",
        "cannot be seen",
    ]
    assert cabling.states[0].detail == "one of several ways the cable may lead; a eth1 sees b eth2"
    assert cabling.by_cable()["C-1"].state == "confirmed"
    assert cabling.miswirings == ()
    cabling = compare(paths(snapshot), observe("a eth1 > c eth1", visited="a b"), snapshot)
    assert [group.title for group in cabling.miswirings] == ["C-1 is wired wrongly"]


def test_what_stands_in_line_with_power_of_its_own_may_keep_lldp(build, device, panel, cable, observe):
    plain = panel("enc", 1, trunk=False)
    inline = msgspec.structs.replace(plain, interfaces=(Interface(name="mgmt"),))
    for box, state in ((plain, "not seen"), (inline, "cannot be seen")):
        snapshot = build(
            device("a"), device("b"), box, cable("C-1", "a eth1", "enc F1"), cable("C-2", "enc R1", "b eth1")
        )
        cabling = compare(paths(snapshot), observe(visited="a b"), snapshot)
        assert cabling.states[0].state == state


def test_a_port_marked_as_connected_may_hear_anybody(build, device, observe):
    marked = msgspec.structs.replace(device("a"), interfaces=(Interface(name="eth1", mark_connected=True),))
    snapshot = build(marked, device("b"))
    cabling = compare(paths(snapshot), observe("a eth1 > b eth1", visited="a b"), snapshot)
    assert cabling.undocumented == ()


@given(st.binary(min_size=6, max_size=6), st.sampled_from([":", "-", ".", ""]), st.booleans())
def test_a_mac_is_read_in_any_spelling(raw, separator, upper):
    width = 4 if separator == "." else 2
    digits = raw.hex()
    text = separator.join(digits[i : i + width] for i in range(0, 12, width))
    assert mac(text.upper() if upper else text) == (digits if any(raw) else "")


@given(st.text())
def test_anything_else_is_no_mac(text):
    found = mac(text)
    assert found == "" or len(found) == 12
