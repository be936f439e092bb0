"""What a plan does, in words from its lines; times and durations as people on shift write them."""

from collections.abc import Callable

import msgspec
import pytest

from linewright.plan.agreement.records import Window
from linewright.plan.changeplan import ChangePlan
from linewright.plan.rollout.records import Place
from linewright.plan.times import back_out_by, lasts, span, when
from linewright.plan.what import several, what

replace = msgspec.structs.replace
VLAN = ("+ vlan 210", "+    name video", "  interface Ethernet9", "-    description a", "+    description b")
BGP = ("  router bgp 64500", "+  neighbor 10.9.0.2 remote-as 64510", "   address-family ipv4 unicast", "+   neighbor 10.9.0.2 activate")  # fmt: skip
Made = Callable[..., ChangePlan]


@pytest.fixture
def made(plan: ChangePlan) -> Made:
    def make(diffs: dict[str, tuple[str, ...]], roles: dict[str, str] | None = None) -> ChangePlan:
        return replace(
            plan,
            devices=tuple(replace(plan.devices[0], device=name, diff=diff) for name, diff in diffs.items()),
            batches=tuple((name,) for name in diffs),
            places=tuple(
                Place(device=name, site="s", role=role, tier=0) for name, role in (roles or {}).items()
            ),
        )

    return make


def test_kinds_of_lines_by_roles_of_devices(made: Made) -> None:
    roles = dict.fromkeys(("l1", "l2", "l3"), "leaf-switch") | dict.fromkeys(("w1", "w2"), "wan-router")
    found = made(dict.fromkeys(("l1", "l2", "l3"), VLAN) | dict.fromkeys(("w1", "w2"), BGP), roles)
    assert what(found) == (
        "BGP to 10.9.0.2 on 2 wan routers",
        "VLAN 210 and descriptions on 3 leaf switches",
    )


def test_what_only_goes_is_told_apart(made: Made) -> None:
    gone = tuple(line.replace("+", "-") for line in VLAN[:2])
    assert what(made({"a": gone})) == ("removes VLAN 210 on a",)
    assert what(made({"a": VLAN, "b": gone})) == ("VLAN 210 and descriptions on a", "removes VLAN 210 on b")


@pytest.mark.parametrize(
    ("diff", "words"),
    [
        (("- username guest secret x",), "removes local user guest"),
        (("+ ip access-list GATE", "+    10 permit ip any any"), "access list GATE"),
        (("  ip access-list GATE", "-    10 permit ip any any"), "access list GATE"),
        (("- ip access-list GATE", "-    10 permit ip any any"), "removes access list GATE"),
        (("  router bgp 1", "-  neighbor a description x"), "BGP to a"),
        (("  router bgp 1", "-  neighbor a remote-as 1", "-  neighbor a description x"), "removes BGP to a"),
        (tuple(f"+ ip route 10.{n}.0.0/16 blackhole" for n in range(7)), "7 static routes"),
        (("  router bgp 1", "+  neighbor a remote-as 1", "+  neighbor b remote-as 1", "+  neighbor c remote-as 1"), "BGP to 3 neighbours"),
        (("  router ospf", "+  area 1 stub"), "OSPF"),
        (("  interface eth0", "+  ip address 192.0.2.1/24", "+  mtu 9000"), "addresses and MTU"),
        (("  interface eth0", "+  load-interval 30"), "interface settings"),
        (("+ frobnicate all",), "other lines"),
        (("+ banner motd\nvlan 7\nEOF",), "banners"),
    ],
)  # fmt: skip
def test_lines_in_words(made: Made, diff: tuple[str, ...], words: str) -> None:
    assert what(made({"r1": diff})) == (f"{words} on r1",)


def test_every_line_that_changes_is_in_the_words(made: Made) -> None:
    assert what(made({"r1": ("  interface eth0",)})) == ()
    assert what(made({f"d{n}": ("+ x",) for n in range(500)})) == ("other lines on 500 devices",)


@pytest.mark.parametrize(
    ("role", "number", "words"),
    [("wan-router", 2, "wan routers"), ("leaf-switch", 4, "leaf switches"), ("firewall", 1, "firewall"), ("", 3, "devices")],
)  # fmt: skip
def test_roles_of_several(role: str, number: int, words: str) -> None:
    assert several(role, number) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (90, "90 s"), (99, "99 s"), (100, "2 min"), (720, "12 min"), (5940, "99 min"), (7200, "2 h"), (12_000, "3 h 20 min")],
)  # fmt: skip
def test_durations(seconds: int, words: str) -> None:
    assert lasts(seconds) == words


def test_times_are_zulu_and_what_is_no_time_stays_as_it_is() -> None:
    window = Window(
        start="2026-11-24T03:00:00Z", end="2026-11-24T04:30:00Z", back_out_by="2026-11-24T04:10:00Z"
    )
    assert span(window) == "24 Nov 0300Z-0430Z"
    assert back_out_by(window) == "0410Z"
    night = Window(
        start="2026-11-24T23:00:00+01:00", end="2026-11-25T01:00:00Z", back_out_by="2026-11-24T23:50:00Z"
    )
    assert span(night) == "24 Nov 2200Z to 25 Nov 0100Z"
    assert back_out_by(night) == "24 Nov 2350Z"
    assert when("2026-01-02T03:04:05Z") == "2 Jan 0304Z"
    assert when("soon") == "soon"
    assert span(Window(start="x", end="y")) == "x to y"
    assert span(Window(start="2026-11-24T03:00:00", end="0001-01-01T00:00:00+14:00")).startswith("2026")
    assert back_out_by(Window(start="x", end="y")) == ""
