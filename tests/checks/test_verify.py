"""Every fault is told once, with what follows from it beneath it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from linewright.checks import ConfigLine, verify
from linewright.checks.report import text as told_on_a_terminal
from linewright.errors import ExitCode


def line(kind: str, section: str, text: str) -> ConfigLine:
    return ConfigLine(kind=kind, section=section, line=text)


class Case(NamedTuple):
    """`breaks` are calls of the bench; `drift` lines by device; `tree` is {cause message: [starts of consequences]}."""

    breaks: tuple[tuple[Any, ...], ...] = ()
    drift: Mapping[str, tuple[ConfigLine, ...]] = MappingProxyType({})
    tree: Mapping[str, list[str]] = MappingProxyType({})
    code: ExitCode = ExitCode.FINDING


REMOTE_AS = {
    "hq-wan1": (line("missing", "router bgp 64496", "neighbor 198.18.3.1 remote-as 64497"),),
}
NEIGHBOR_GONE = (("bgp_down", "hq-wan1", "r1-wan1", "gone", "Active"),)
SHUTDOWN = {"hq-leaf1": (line("extra", "router bgp 64502", "neighbor 198.18.2.0 shutdown"),)}
NEIGHBOR_SHUT = (("bgp_down", "hq-leaf1", "hq-spine1", "shut", "Idle"),)
SWAP = (
    ("hear", "hq-leaf1 eth1 - hq-spine2 eth2", "hq-leaf2 eth2 - hq-spine1 eth1"),
    ("bgp_down", "hq-leaf1", "hq-spine1", "Active"),
    ("bgp_down", "hq-leaf2", "hq-spine2", "Active"),
)
BGP_WAN1 = "BGP hq-wan1 198.18.3.0 - r1-wan1 198.18.3.1 down"
BGP_LEAF1 = "BGP hq-leaf1 198.18.2.1 - hq-spine1 198.18.2.0 down"
BGP_LEAF2 = "BGP hq-leaf2 198.18.2.11 - hq-spine2 198.18.2.10 down"

CASES = {
    "nothing wrong": Case(code=ExitCode.DONE),
    "a config line removed": Case(
        NEIGHBOR_GONE,
        REMOTE_AS,
        {'config of hq-wan1: missing line in "router bgp 64496"': [BGP_WAN1]},
    ),
    "a config line removed, and all others of that neighbour with it": Case(
        NEIGHBOR_GONE,
        {
            "hq-wan1": (
                *REMOTE_AS["hq-wan1"],
                line("missing", "router bgp 64496", "neighbor 198.18.3.1 description r1-wan1"),
                line(
                    "missing",
                    "router bgp 64496 / address-family ipv4 unicast",
                    "neighbor 198.18.3.1 route-map TO-WAN out",
                ),
            )
        },
        {"config of hq-wan1: 3 missing lines": [BGP_WAN1]},
    ),
    "a config line removed that nothing hangs on": Case(
        (),
        {"hq-wan1": (line("missing", "", "ip prefix-list OUR-NETWORKS seq 20 permit 192.0.2.0/24 le 32"),)},
        {"config of hq-wan1: missing line": []},
    ),
    "a BGP neighbour shut down": Case(
        NEIGHBOR_SHUT, SHUTDOWN, {'config of hq-leaf1: extra line in "router bgp 64502"': [BGP_LEAF1]}
    ),
    "a BGP neighbour shut down at both ends": Case(
        NEIGHBOR_SHUT,
        SHUTDOWN | {"hq-spine1": (line("extra", "router bgp 64500", "neighbor 198.18.2.1 shutdown"),)},
        {
            'config of hq-leaf1: extra line in "router bgp 64502"': [BGP_LEAF1],
            'config of hq-spine1: extra line in "router bgp 64500"': [],
        },
    ),
    "two cables swapped between four ports": Case(
        SWAP, {}, {"C-0001 and C-0004 are swapped": [BGP_LEAF1, BGP_LEAF2]}
    ),
    "two cables just swapped, the old neighbours still heard": Case(
        (
            ("hear_also", "hq-leaf1 eth1 - hq-spine2 eth2", "hq-leaf2 eth2 - hq-spine1 eth1"),
            *SWAP[1:],
        ),
        {},
        {
            "C-0001 and C-0004 cannot be told for sure: hq-leaf1 eth1 hears hq-spine1 eth1 and hq-spine2 eth2; ": [
                BGP_LEAF1,
                BGP_LEAF2,
            ]
        },
    ),
    "two cables of one router swapped": Case(
        (
            ("hear", "hq-wan1 eth3 - hq-spine1 eth5", "hq-wan1 eth1 - hq-wan2 eth3"),
            ("bgp_down", "hq-wan1", "hq-spine1", "Active"),
            ("bgp_down", "hq-wan1", "hq-wan2", "Connect"),
            ("ospf_down", "hq-wan1", "eth3"),
            ("ospf_down", "hq-wan2", "eth3"),
        ),
        {},
        {
            "C-0009 and C-0013 are swapped": [
                "OSPF hq-wan1 eth3 - hq-wan2 eth3 down: no neighbour at hq-wan1 and hq-wan2",
                "BGP hq-spine1 198.18.2.16 - hq-wan1 198.18.2.17 down",
                "BGP hq-wan1 198.18.1.21 - hq-wan2 198.18.1.22 down",
            ]
        },
    ),
    "all three at once": Case(
        (*NEIGHBOR_GONE, *SWAP, ("bgp_down", "hq-leaf3", "hq-spine2", "shut", "Idle")),
        {
            **REMOTE_AS,
            "hq-leaf3": (line("extra", "router bgp 64504", "neighbor 198.18.2.12 shutdown"),),
        },
        {
            'config of hq-leaf3: extra line in "router bgp 64504"': [
                "BGP hq-leaf3 198.18.2.13 - hq-spine2 198.18.2.12 down: shut down at hq-leaf3; Idle at hq-spine2"
            ],
            'config of hq-wan1: missing line in "router bgp 64496"': [BGP_WAN1],
            "C-0001 and C-0004 are swapped": [BGP_LEAF1, BGP_LEAF2],
        },
    ),
    "a neighbour shut down on a swapped cable": Case(
        (*SWAP, *NEIGHBOR_SHUT),
        SHUTDOWN,
        {
            'config of hq-leaf1: extra line in "router bgp 64502"': [BGP_LEAF1],
            "C-0001 and C-0004 are swapped": [BGP_LEAF2],
        },
    ),
    "an interface shut in the configuration": Case(
        (
            ("shut", "hq-leaf1", "eth1"),
            ("hear", "hq-leaf1 eth1 -", "hq-spine1 eth1 -"),
            ("bgp_down", "hq-leaf1", "hq-spine1", "Active"),
        ),
        {"hq-leaf1": (line("extra", "interface eth1", "shutdown"),)},
        {
            'config of hq-leaf1: extra line in "interface eth1"': [
                "C-0001 hq-leaf1 eth1 to hq-spine1 eth1 not seen: no end hears the other",
                BGP_LEAF1,
            ]
        },
    ),
    "an interface shut by hand, in no configuration": Case(
        (
            ("shut", "hq-leaf1", "eth1"),
            ("hear", "hq-leaf1 eth1 -", "hq-spine1 eth1 -"),
            ("bgp_down", "hq-leaf1", "hq-spine1", "Active"),
        ),
        {},
        {
            "hq-leaf1 eth1 is shut down": [
                "C-0001 hq-leaf1 eth1 to hq-spine1 eth1 not seen: no end hears the other",
                BGP_LEAF1,
            ]
        },
    ),
    "a description on the interface explains nothing": Case(
        (("bgp_down", "hq-leaf1", "hq-spine1", "Active"),),
        {"hq-leaf1": (line("extra", "interface eth1", "description hello"),)},
        {'config of hq-leaf1: extra line in "interface eth1"': [], BGP_LEAF1: []},
    ),
    "a cable pulled": Case(
        (
            ("hear", "hq-leaf1 eth1 -", "hq-spine1 eth1 -"),
            ("bgp_down", "hq-leaf1", "hq-spine1", "Active"),
        ),
        {},
        {"C-0001 hq-leaf1 eth1 to hq-spine1 eth1 not seen: no end hears the other": [BGP_LEAF1]},
    ),
    "a device not reached": Case(
        (
            ("unreachable", "r1-wan1"),
            ("bgp_down", "hq-wan1", "r1-wan1", "Active"),
            ("ospf_down", "r1-wan2", "eth2"),
            ("bgp_down", "r1-wan2", "r1-wan1", "Active"),
        ),
        {},
        {
            "r1-wan1 was not reached: timed out": [
                "OSPF r1-wan1 eth2 - r1-wan2 eth2 down: no neighbour at r1-wan2",
                BGP_WAN1 + ": Active at hq-wan1",
                "BGP r1-wan1 198.18.1.41 - r1-wan2 198.18.1.42 down: Active at r1-wan2",
            ]
        },
        ExitCode.NOT_REACHED,
    ),
    "a device not reached that does its work": Case(
        (("unreachable", "hq-leaf1"),),
        {},
        {"hq-leaf1 was not reached: timed out": []},
        ExitCode.NOT_REACHED,
    ),
    "LLDP does not run on a device": Case(
        (
            (
                "hear",
                "hq-leaf1 eth1 -",
                "hq-leaf1 eth2 -",
                "hq-spine1 eth1 -",
                "hq-spine2 eth1 -",
            ),
            ("bgp_down", "hq-leaf1", "hq-spine2", "Active"),
        ),
        {},
        {
            "hq-leaf1 hears no neighbour on any port (does LLDP run there?)": [
                "C-0001 hq-leaf1 eth1 to hq-spine1 eth1 not seen",
                "C-0002 hq-leaf1 eth2 to hq-spine2 eth1 not seen",
            ],
            # Silence explains no lost session.
            "BGP hq-leaf1 198.18.2.9 - hq-spine2 198.18.2.8 down": [],
        },
    ),
    "OSPF taken off an interface": Case(
        (
            ("ospf_down", "r1-wan1", "eth2"),
            ("ospf_down", "r1-wan2", "eth2"),
            ("bgp_down", "r1-wan1", "r1-wan2", "Active"),
        ),
        {"r1-wan2": (line("missing", "interface eth2", "ip ospf area 0"),)},
        {
            'config of r1-wan2: missing line in "interface eth2"': [
                "OSPF r1-wan1 eth2 - r1-wan2 eth2 down",
                "BGP r1-wan1 198.18.1.41 - r1-wan2 198.18.1.42 down",
            ]
        },
    ),
    "an adjacency lost for no known reason takes the loopback session with it": Case(
        (
            ("ospf_down", "r1-wan1", "eth2"),
            ("bgp_down", "r1-wan1", "r1-wan2", "Active"),
        ),
        {},
        {
            "OSPF r1-wan1 eth2 - r1-wan2 eth2 down: no neighbour at r1-wan1; up at r1-wan2": [
                "BGP r1-wan1 198.18.1.41 - r1-wan2 198.18.1.42 down"
            ]
        },
    ),
    "a whole BGP process gone": Case(
        (
            ("bgp_down", "hq-leaf1", "hq-spine1", "gone", "Active"),
            ("bgp_down", "hq-leaf1", "hq-spine2", "gone", "Active"),
        ),
        {
            "hq-leaf1": (
                line("missing", "", "router bgp 64502"),
                line("missing", "router bgp 64502", "bgp router-id 198.18.1.11"),
                line("missing", "router bgp 64502", "neighbor 198.18.2.0 remote-as 64500"),
                line("missing", "router bgp 64502", "neighbor 198.18.2.8 remote-as 64501"),
            )
        },
        {
            "config of hq-leaf1: 4 missing lines": [
                BGP_LEAF1,
                "BGP hq-leaf1 198.18.2.9 - hq-spine2 198.18.2.8 down",
            ]
        },
    ),
    "a link nobody documented": Case(
        (("hear", "hq-leaf1 eth7 - hq-leaf2 eth7"),),
        {},
        {"hq-leaf1 eth7 and hq-leaf2 eth7 see each other, but no cable between them is documented": []},
    ),
    "a planned cable that is there": Case(
        (("hear", "hq-leaf1 eth8 - hq-leaf2 eth8"),),
        {},
        {
            "C-0102 is planned in the source of truth, but hq-leaf1 eth8 sees hq-leaf2 eth8; "
            "hq-leaf2 eth8 sees hq-leaf1 eth8": []
        },
    ),
    "strangers and management ports are no fault": Case(
        (("hear", "hq-leaf1 eth0 - hq-leaf2 eth0"), ("hear", "hq-leaf1 eth7 - laptop 1")),
        code=ExitCode.DONE,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_each_fault_once(case, bench):
    for method, *arguments in case.breaks:
        getattr(bench, method)(*arguments)
    result = verify(bench.snapshot, bench.observations, {**bench.clean(), **case.drift}, paths=bench.paths)
    told = {
        _start(cause.message, case.tree) or cause.message: [
            consequence.message for consequence in result.consequences(cause.key)
        ]
        for cause in result.causes
    }
    assert told.keys() == case.tree.keys()
    for message, starts in case.tree.items():
        found = told[message]
        assert len(found) == len(starts), found
        for text, start in zip(found, starts, strict=True):
            assert text.startswith(start)
    assert result.code == case.code
    assert len({finding.key for finding in result.findings}) == len(result.findings)


def _start(message: str, tree: Mapping[str, list[str]]) -> str:
    return next((known for known in tree if message != known and message.startswith(known)), "")


def test_the_numbers(bench):
    result = verify(bench.snapshot, bench.observations, bench.clean())
    assert (result.configs.good, result.configs.expected, result.configs.not_assessed) == (10, 10, 0)
    # 8 leaf-spine, 4 spine-wan, 4 leaf-service switch, 2 iBGP, hq-wan1 to r1,
    # r2 and hq-wan2 to the kit (the far ends not collected).
    assert (result.bgp.good, result.bgp.expected, result.bgp.not_assessed) == (21, 21, 0)
    assert (result.ospf.good, result.ospf.expected) == (2, 2)
    # Nobody can hear a neighbour over a power or console cable.
    data = [cable for cable in bench.snapshot.tables.cables if not cable.key.startswith(("P-", "K-"))]
    assert sum(result.cables.values()) == len(data) == len(bench.snapshot.tables.cables) - 90
    assert result.notes == (
        "r1-wan2 has a BGP session to hq-wan2 (198.18.3.2), which has no such session in the source of truth",
    )
    assert (result.seen, result.snapshot) == ("2026-11-24T03:16:00Z", bench.snapshot.code)


def test_a_scope_judges_what_has_an_end_in_it(bench):
    scope = {"hq-leaf1"}
    observations = {name: seen for name, seen in bench.observations.items() if name in scope}
    result = verify(bench.snapshot, observations, {"hq-leaf1": ()}, scope=scope)
    assert (result.bgp.good, result.bgp.expected) == (3, 3)
    assert result.ospf.expected == 0
    assert result.findings == ()
    assert result.cables == {"cannot be seen": 1, "confirmed": 2, "not assessed": 8}


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("scope", [{"hq-wan1"}, {"hq-wan1", "hq-wan2"}, {"hq-leaf1", "hq-leaf2"}])
def test_a_healthy_part_has_no_findings(bench, scope, inside):
    """Neighbours over documented cables that lead out of the scope are no findings, whoever was collected."""
    only = {name: seen for name, seen in bench.observations.items() if name in scope}
    for observations in (only, bench.observations):
        drift = dict.fromkeys(scope, ())
        assert verify(bench.snapshot, observations, drift, scope=scope, inside=inside).findings == ()


@pytest.mark.parametrize(
    "case",
    [
        # Both cables end outside: nothing of it is inside the one router's part.
        ({"hq-leaf1"}, False, ["C-0001 and C-0004 are swapped"]),
        ({"hq-leaf1"}, True, []),
        # A documented cable is inside; an observed one is.
        ({"hq-leaf1", "hq-spine1"}, True, ["C-0001 and C-0004 are swapped"]),
        ({"hq-leaf1", "hq-spine2"}, True, ["C-0001 and C-0004 are swapped"]),
        ({"hq-leaf3"}, False, []),
    ],
)
def test_a_scope_is_told_the_mistakes_that_concern_it(bench, case):
    scope, inside, messages = case
    for method, *arguments in SWAP[:1]:
        getattr(bench, method)(*arguments)
    result = verify(bench.snapshot, bench.observations, {}, scope=scope, inside=inside)
    assert [finding.message for finding in result.findings] == messages


@pytest.mark.parametrize(
    "case",
    [
        ({"hq-leaf1"}, False, 1),
        ({"hq-leaf1"}, True, 0),
        ({"hq-leaf1", "hq-leaf2"}, True, 1),
        ({"hq-leaf3"}, False, 0),
    ],
)
def test_a_scope_is_told_the_links_nobody_documented_that_concern_it(bench, case):
    scope, inside, count = case
    bench.hear("hq-leaf1 eth7 - hq-leaf2 eth7")
    result = verify(bench.snapshot, bench.observations, {}, scope=scope, inside=inside)
    assert len(result.findings) == count


def test_what_was_not_collected_is_not_judged(bench):
    result = verify(bench.snapshot, {}, {})
    assert result.findings == ()
    assert result.code == ExitCode.DONE
    assert (result.bgp.expected, result.bgp.not_assessed) == (0, 21)
    assert result.seen == ""


def test_the_order_of_the_input_does_not_matter(bench):
    for method, *arguments in CASES["all three at once"].breaks:
        getattr(bench, method)(*arguments)
    drift = {**bench.clean(), **CASES["all three at once"].drift}
    one = verify(bench.snapshot, bench.observations, drift)
    two = verify(
        bench.snapshot,
        dict(reversed(bench.observations.items())),
        dict(reversed(drift.items())),
        scope=list(reversed(list(bench.snapshot.devices))),
    )
    assert one == two


def test_a_change_that_waits_is_told_with_its_device_and_name(bench):
    """What was read there may be gone in a moment: a shift must not be told that all is as intended."""
    waiting = "another change (J0009-AAAA-BBBB) waits there for its confirmation"
    bench.change("hq-leaf1", missing={"pending": waiting})
    result = verify(bench.snapshot, bench.observations, bench.clean())
    assert [(f.kind, f.device, f.message) for f in result.findings] == [
        ("reach", "hq-leaf1", f"hq-leaf1: {waiting}")
    ]
    assert result.code == ExitCode.FINDING
    shown = " ".join(told_on_a_terminal(result))
    assert "hq-leaf1" in shown
    assert "J0009-AAAA-BBBB" in shown
    assert "Next: wait until it is confirmed" in shown
    elsewhere = verify(bench.snapshot, bench.observations, bench.clean(), scope={"hq-leaf2"})
    assert elsewhere.findings == ()
