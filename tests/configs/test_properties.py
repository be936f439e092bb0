"""Whatever the configurations: the lines lead there and back, the order is safe, texts that mean the same are equal."""

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from linewright.configs import adopt, commands, diff, normalise, predict, three_way
from linewright.configs.order import closing_word
from linewright.platforms import PlatformRules, rules

FRR, EOS = rules("frr"), rules("eos")
NAMES = ("A", "B", "C")
PORTS = ("eth1", "eth2")
PEERS = ("198.18.1.0", "198.18.1.2", "2001:db8::1")


def chosen(pool: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(pool), unique=True, max_size=len(pool))


@st.composite
def frr_configs(draw: st.DrawFn) -> str:
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
    out += draw(st.sampled_from(([], [" no bgp default ipv4-unicast"], [" bgp router-id 192.0.2.1"])))
    family: list[str] = []
    for peer in draw(chosen(PEERS)):
        out.append(f" neighbor {peer} remote-as {draw(st.integers(64502, 64504))}")
        if draw(st.booleans()):
            out.append(f" neighbor {peer} description {draw(st.sampled_from(('x', 'y z')))}")
        if draw(st.booleans()):
            out.append(f" neighbor {peer} shutdown")
        family += [f"  {draw(st.sampled_from(('no ', '')))}neighbor {peer} activate"] * draw(
            st.integers(0, 1)
        )
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
def eos_configs(draw: st.DrawFn) -> str:
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


def assert_there_and_back(one: str, other: str, platform: PlatformRules) -> None:
    for before, after in ((one, other), (other, one)):
        lines = commands(before, after, platform)
        assert predict(before, lines, platform) == normalise(after, platform)
        assert bool(diff(before, after, platform)) == (
            normalise(before, platform) != normalise(after, platform)
        )
        if normalise(before, platform) == normalise(after, platform):
            assert lines == ()


@given(frr_configs(), frr_configs())
def test_frr_lines_lead_there_and_back(one, other):
    assert_there_and_back(one, other, FRR)


@given(eos_configs(), eos_configs())
def test_eos_lines_lead_there_and_back(one, other):
    assert_there_and_back(one, other, EOS)


def finished(lines: tuple[str, ...], count: int, platform: PlatformRules) -> list[str]:
    """The first lines, with the sections they stand in left again."""
    rows = list(lines[:count])
    heads: list[str] = []
    for i, row in enumerate(rows):
        depth = (len(row) - len(row.lstrip(" "))) // platform.indent
        if row.strip() == closing_word(heads[depth], platform) if depth < len(heads) else False:
            del heads[depth:]
            continue
        following = lines[i + 1] if i + 1 < len(lines) else ""
        deeper = (len(following) - len(following.lstrip(" "))) // platform.indent
        if deeper > depth or (deeper == depth and following.strip() == closing_word(row.strip(), platform)):
            heads[depth:] = [row.strip()]
    return rows + [
        " " * (platform.indent * depth) + closing_word(heads[depth], platform)
        for depth in range(len(heads) - 1, -1, -1)
    ]


DEFINED = re.compile(r"^(?:ip )?(prefix-list|route-map|access-list) (\S+)", re.MULTILINE)
USED = re.compile(r"^ +(?:neighbor \S+|match ip address) (prefix-list|route-map) (\S+)", re.MULTILINE)
CLASSES = re.compile(r"^ access-class (\S+)", re.MULTILINE)


@given(frr_configs(), frr_configs())
def test_nothing_is_used_before_it_is_there_or_after_it_is_gone(one, other):
    lines = commands(one, other, FRR)
    for count in range(len(lines) + 1):
        text = predict(one, finished(lines, count, FRR), FRR)
        used = {*USED.findall(text), *(("access-list", name) for name in CLASSES.findall(text))}
        # Entries of a list that change places go and come again; the list may be empty for that moment.
        known = {*DEFINED.findall(text), *(set(DEFINED.findall(one)) & set(DEFINED.findall(other)))}
        assert used <= known, (count, lines)


@given(frr_configs(), st.randoms(use_true_random=False))
def test_the_order_of_what_has_none_does_not_matter(text, chance):
    blocks = re.split(r"(?m)^(?=\S)(?!exit$)", text)
    chance.shuffle(blocks)
    assert normalise("".join(blocks), FRR) == normalise(text, FRR)


def test_the_order_of_what_has_one_matters():
    lines = [f"ip name-server 198.18.0.{n}" for n in range(4)]
    swapped = list(lines)
    random.Random(1).shuffle(swapped)
    assert swapped != lines
    assert normalise("\n".join(lines), EOS) != normalise("\n".join(swapped), EOS)
    assert commands("\n".join(lines), "\n".join(swapped), EOS)


@given(frr_configs())
def test_canonical_text_is_its_own(text):
    once = normalise(text, FRR)
    assert normalise(once, FRR) == once


@given(frr_configs(), frr_configs())
def test_without_drift_the_target_is_the_intention(base, intended):
    merged = three_way(base, intended, base, FRR)
    assert merged.target == normalise(intended, FRR)
    assert not merged.drift
    assert not merged.conflicts


@given(frr_configs(), frr_configs())
def test_without_a_wish_nothing_is_touched(base, running):
    merged = three_way(base, base, running, FRR)
    assert merged.target == normalise(running, FRR)
    assert not merged.wanted
    assert not merged.conflicts


@given(frr_configs(), frr_configs(), frr_configs())
def test_whatever_the_drift_the_target_can_be_reached_or_is_refused(base, intended, running):
    merged = three_way(base, intended, running, FRR)
    if not merged.conflicts:
        assert predict(running, commands(running, merged.target, FRR), FRR) == merged.target


@given(frr_configs(), frr_configs())
def test_managed_mode_settles_in_one_step(intended, running):
    target = adopt(intended, running, FRR)
    assert adopt(intended, target, FRR) == target
    assert predict(running, commands(running, target, FRR), FRR) == target
