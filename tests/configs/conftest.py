"""Text case folders, and configurations by chance.

Text case folders: cases/PLATFORM/CASE/{before,after,commands,back,diff}.txt. A new case needs no Python.
"""

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import strategies as st

CASES = Path(__file__).parent / "cases"


class Case(NamedTuple):
    platform: str
    name: str
    folder: Path

    def text(self, name: str) -> str:
        return (self.folder / f"{name}.txt").read_text()

    def has(self, name: str) -> bool:
        return (self.folder / f"{name}.txt").exists()


def cases(platform: str = "*") -> list[Case]:
    folders = sorted(path.parent for path in CASES.glob(f"{platform}/*/before.txt"))
    return [Case(folder.parent.name, folder.name, folder) for folder in folders]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for fixture, platform in (("case", "*"), ("frr_case", "frr"), ("eos_case", "eos")):
        if fixture in metafunc.fixturenames:
            found = [case for case in cases(platform) if fixture != "eos_case" or not case.has("no-twin")]
            metafunc.parametrize(fixture, found, ids=[f"{case.platform}-{case.name}" for case in found])


NAMES = ("A", "B", "C")
PORTS = ("eth1", "eth2")
PEERS = ("198.18.1.0", "198.18.1.2", "2001:db8::1")


def chosen(pool: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(pool), unique=True, max_size=len(pool))


@st.composite
def _frr_configs(draw: st.DrawFn) -> str:
    """A configuration that refers only to what it defines, as a template would render it."""
    lists, maps, classes = draw(chosen(NAMES)), draw(chosen(NAMES)), draw(chosen(NAMES))
    out = _lists(draw, lists, classes) + _maps(draw, maps, lists) + _ports(draw)
    for prefix in draw(chosen(("0.0.0.0/0", "192.0.2.0/24"))):
        out.append(f"ip route {prefix} 198.18.1.0{draw(st.sampled_from(('', ' 10', ' 200')))}")
    if draw(st.booleans()):
        out += _bgp(draw, lists, maps)
    if classes and draw(st.booleans()):
        out += ["line vty", f" access-class {draw(st.sampled_from(classes))}", "exit"]
    return "".join(f"{line}\n" for line in out)


def _lists(draw: st.DrawFn, lists: list[str], classes: list[str]) -> list[str]:
    out: list[str] = []
    for name in lists:
        sizes = draw(st.lists(st.integers(24, 29), unique=True, min_size=1, max_size=4))
        out += [
            f"ip prefix-list {name} seq {5 * (i + 1)} permit 192.0.2.0/{size}" for i, size in enumerate(sizes)
        ]
    for name in classes:
        blocks = draw(st.lists(st.integers(0, 3), unique=True, min_size=1, max_size=3))
        out += [f"access-list {name} seq {5 * (i + 1)} permit 198.18.{n}.0/24" for i, n in enumerate(blocks)]
    return out


def _maps(draw: st.DrawFn, maps: list[str], lists: list[str]) -> list[str]:
    out: list[str] = []
    for name in maps:
        for seq in draw(st.lists(st.sampled_from((10, 20, 30)), unique=True, min_size=1, max_size=3)):
            out.append(f"route-map {name} {draw(st.sampled_from(('permit', 'deny')))} {seq}")
            if lists and draw(st.booleans()):
                out.append(f" match ip address prefix-list {draw(st.sampled_from(lists))}")
            if draw(st.booleans()):
                out.append(f" set local-preference {draw(st.integers(1, 3))}")
            out.append("exit")
    return out


def _ports(draw: st.DrawFn) -> list[str]:
    out: list[str] = []
    for port in draw(chosen(PORTS)):
        out.append(f"interface {port}")
        out += [f" {line}" for line in draw(st.lists(st.sampled_from(PORT_LINES), unique=True, max_size=3))]
        if draw(st.booleans()):
            out.append(f" description {draw(st.sampled_from(('one', 'two', 'no such thing')))}")
        if draw(st.booleans()):
            out.append(f" ip ospf area {draw(st.integers(0, 2))}")
        out.append("exit")
    return out


PORT_LINES = (
    "ip address 198.18.1.1/24",
    "ip address 198.18.1.2/24",
    "ip address 198.18.1.3/31",
    "ip address 198.18.9.1/31",
    "ip ospf cost 10",
    "shutdown",
)


def _bgp(draw: st.DrawFn, lists: list[str], maps: list[str]) -> list[str]:
    out = [f"router bgp {draw(st.sampled_from((64500, 64501)))}"]
    out += draw(st.sampled_from(([], [" bgp router-id 192.0.2.1"])))
    # FRR shows what differs from its default, and this line turns the default around.
    activate = draw(st.sampled_from(("no ", "")))
    out += [] if activate else [" no bgp default ipv4-unicast"]
    family: list[str] = []
    for peer in draw(chosen(PEERS)):
        out.append(f" neighbor {peer} remote-as {draw(st.integers(64502, 64504))}")
        if draw(st.booleans()):
            out.append(f" neighbor {peer} description {draw(st.sampled_from(('x', 'y z')))}")
        if draw(st.booleans()):
            out.append(f" neighbor {peer} shutdown")
        family += [f"  {activate}neighbor {peer} activate"] * draw(st.integers(0, 1))
        if maps and draw(st.booleans()):
            way = draw(st.sampled_from(("in", "out")))
            family.append(f"  neighbor {peer} route-map {draw(st.sampled_from(maps))} {way}")
        if lists and draw(st.booleans()):
            family.append(f"  neighbor {peer} prefix-list {draw(st.sampled_from(lists))} in")
    family += [f"  network 192.0.2.0/{size}" for size in draw(chosen(("24", "25", "26")))]
    if family:
        out += [" !", " address-family ipv4 unicast", *family, " exit-address-family"]
    return [*out, "exit"]


@st.composite
def _eos_configs(draw: st.DrawFn) -> str:
    out = ["! Command: show running-config"]
    out += [
        f"ip name-server 198.18.0.{n}" for n in draw(st.permutations((1, 2, 3)))[: draw(st.integers(0, 3))]
    ]
    if draw(st.booleans()):
        out += ["banner motd", draw(st.sampled_from(("one", "  two\n\nexit", "end\n!"))), "EOF"]
    out += ["aaa group server tacacs+ G"]
    out += [f"   server 198.18.0.{n}" for n in draw(st.permutations((5, 6, 7, 8)))[: draw(st.integers(0, 4))]]
    out += ["!", "ip access-list L"]
    for seq in sorted(draw(st.lists(st.sampled_from((10, 20, 30)), unique=True))):
        out.append(
            f"   {seq} {draw(st.sampled_from(('permit', 'deny')))} ip host 198.18.0.{draw(st.integers(1, 3))} any"
        )
    for port in ("Ethernet1", "Vlan10"):
        out += ["!", f"interface {port}"]
        if draw(st.booleans()):
            out.append(f"   ip address 198.18.{draw(st.integers(0, 1))}.1/{draw(st.sampled_from((24, 31)))}")
        out += [f"   {line}" for line in draw(chosen(("shutdown", "no switchport", "mtu 9000")))]
    return "".join(f"{line}\n" for line in out)


@pytest.fixture(scope="session")
def frr_configs() -> st.SearchStrategy[str]:
    return _frr_configs()


@pytest.fixture(scope="session")
def eos_configs() -> st.SearchStrategy[str]:
    return _eos_configs()
