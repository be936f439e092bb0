"""Merge folders: merges/PLATFORM/CASE/{base,intended,running,target}.txt, and drift, conflicts, notes where there are any."""

from pathlib import Path

import pytest

from linewright.configs import adopt, commands, predict, three_way
from linewright.errors import DataError
from linewright.platforms import rules

MERGES = Path(__file__).parent / "merges"
FOLDERS = sorted(path.parent for path in MERGES.glob("*/*/base.txt"))
FRR = rules("frr")


def lines(folder: Path, name: str) -> list[str]:
    path = folder / f"{name}.txt"
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_change_is_laid_onto_the_device(folder):
    platform = rules(folder.parent.name)
    base, intended, running = (
        (folder / f"{name}.txt").read_text() for name in ("base", "intended", "running")
    )
    merged = three_way(base, intended, running, platform)
    assert merged.target.splitlines() == lines(folder, "target")
    assert list(merged.drift) == lines(folder, "drift")
    assert list(merged.conflicts) == lines(folder, "conflicts")
    assert list(merged.notes) == lines(folder, "notes")
    if not merged.conflicts:
        assert predict(running, commands(running, merged.target, platform), platform) == merged.target


INTENDED = """hostname r1
ip prefix-list OURS seq 5 permit 192.0.2.0/24
ip route 192.0.2.0/24 blackhole
interface eth1
 description ours
router bgp 64500
 neighbor 192.0.2.1 remote-as 64501
"""
RUNNING = """hostname old
log syslog informational
ip prefix-list OURS seq 5 permit 192.0.2.0/25
ip prefix-list OURS seq 10 permit 192.0.2.128/25
ip prefix-list THEIRS seq 5 permit any
ip route 198.51.100.0/24 blackhole
interface eth1
 ip address 198.18.1.1/31
interface eth2
 description theirs
router bgp 64499
 neighbor 192.0.2.9 remote-as 64501
router ospf
 ospf router-id 192.0.2.9
"""


def test_managed_mode_keeps_what_is_not_ours_and_owns_what_is():
    assert adopt(INTENDED, RUNNING, FRR).splitlines() == [
        "hostname r1",
        "log syslog informational",
        "ip prefix-list OURS seq 5 permit 192.0.2.0/24",
        "ip prefix-list THEIRS seq 5 permit any",
        "interface eth1",
        " description ours",
        "interface eth2",
        " description theirs",
        "ip route 192.0.2.0/24 blackhole",
        "router ospf",
        " ospf router-id 192.0.2.9",
        "router bgp 64500",
        " neighbor 192.0.2.1 remote-as 64501",
    ]


def test_what_is_nobodys_kind_is_ours_only_line_by_line():
    target = adopt("agentx\n", "agentx\nzebra nexthop-group keep 5\n", FRR)
    assert target.splitlines() == ["agentx", "zebra nexthop-group keep 5"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("description x\x1b[2K\n", "line 1 .* U\\+001B"),
        ("hostname x\nhostname y\x00\n", "line 2"),
        ("".join(f"{' ' * i}level {i}\n" for i in range(40)), "sections deep"),
        ("x" * (32 * 1024 * 1024 + 1), "is not read"),
    ],
)
def test_a_text_that_could_do_harm_is_refused(text, message):
    with pytest.raises(DataError, match=message):
        three_way(text, "", "", FRR)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (["interface eth1", "description x", "exit"], "entered and not left"),
        (["agentx", "  description x", "exit"], "not in the section"),
        (["interface eth1", " description x"], "entered and not left"),
        (["route-map A permit 10"], "entered and not left"),
        (["exit"], "not in the section"),
        (
            ["router bgp 64500", " address-family ipv4 unicast", "  network 192.0.2.0/24", " exit", "exit"],
            "not in",
        ),
        (["router bgp 64499", "exit"], "is refused while 'router bgp 64500' is there"),
        (["router bgp 64500", " no bgp default ipv4-unicast", "exit"], "only be given to a new section"),
        (["ip prefix-list P seq 9 permit any"], "is refused while"),
        ([""], "not in the section"),
    ],
)
def test_lines_that_a_router_would_take_otherwise_are_refused(sent, message):
    before = "router bgp 64500\n neighbor 192.0.2.1 remote-as 64501\nip prefix-list P seq 5 permit any\n"
    with pytest.raises(DataError, match=message):
        predict(before, sent, FRR)


def test_a_banner_that_is_cut_off_is_refused():
    with pytest.raises(DataError, match="not ended"):
        predict("", ["banner motd", "text"], rules("eos"))


def test_the_last_line_that_makes_a_neighbour_takes_the_neighbour_with_it():
    before = (
        "router bgp 64500\n neighbor 192.0.2.1 remote-as 64501\n neighbor 192.0.2.1 description x\n"
        " address-family ipv4 unicast\n  neighbor 192.0.2.1 route-map A in\n"
    )
    sent = ["router bgp 64500", " no neighbor 192.0.2.1 remote-as 64501", "exit"]
    assert predict(before, sent, FRR) == "router bgp 64500\n"
