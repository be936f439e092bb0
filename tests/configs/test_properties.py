"""Whatever the configurations: the lines lead there and back, the order is safe, texts that mean the same are equal."""

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from linewright.configs import adopt, commands, diff, normalise, predict, three_way
from linewright.configs.order import closing_word
from linewright.platforms import PlatformRules, rules

FRR, EOS = rules("frr"), rules("eos")


def assert_there_and_back(one: str, other: str, platform: PlatformRules) -> None:
    for before, after in ((one, other), (other, one)):
        lines = commands(before, after, platform)
        assert predict(before, lines, platform) == normalise(after, platform)
        assert bool(diff(before, after, platform)) == (
            normalise(before, platform) != normalise(after, platform)
        )
        if normalise(before, platform) == normalise(after, platform):
            assert lines == ()


@given(data=st.data())
def test_frr_lines_lead_there_and_back(frr_configs, data):
    one, other = data.draw(frr_configs), data.draw(frr_configs)
    assert_there_and_back(one, other, FRR)


@given(data=st.data())
def test_eos_lines_lead_there_and_back(eos_configs, data):
    one, other = data.draw(eos_configs), data.draw(eos_configs)
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


@given(data=st.data())
def test_nothing_is_used_before_it_is_there_or_after_it_is_gone(frr_configs, data):
    one, other = data.draw(frr_configs), data.draw(frr_configs)
    lines = commands(one, other, FRR)
    for count in range(len(lines) + 1):
        text = predict(one, finished(lines, count, FRR), FRR)
        used = {*USED.findall(text), *(("access-list", name) for name in CLASSES.findall(text))}
        assert used <= set(DEFINED.findall(text)), (count, lines)


@given(
    old=st.permutations(range(5)).flatmap(lambda n: st.integers(2, 5).map(lambda size: n[:size])),
    new=st.permutations(range(5)).flatmap(lambda n: st.integers(2, 5).map(lambda size: n[:size])),
)
def test_a_list_whose_entries_change_places_is_never_empty(old, new):
    def text(blocks):
        rows = (f"access-list A seq {5 * (i + 1)} permit 198.18.{n}.0/24\n" for i, n in enumerate(blocks))
        return "".join((*rows, "line vty\n access-class A\nexit\n"))

    lines = commands(text(old), text(new), FRR)
    assert all("access-list A" in predict(text(old), lines[:count], FRR) for count in range(len(lines) + 1))
    assert predict(text(old), lines, FRR) == normalise(text(new), FRR)


@given(data=st.data(), chance=st.randoms(use_true_random=False))
def test_the_order_of_what_has_none_does_not_matter(frr_configs, data, chance):
    text = data.draw(frr_configs)
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


@given(data=st.data())
def test_canonical_text_is_its_own(frr_configs, data):
    text = data.draw(frr_configs)
    once = normalise(text, FRR)
    assert normalise(once, FRR) == once


@given(data=st.data())
def test_without_drift_the_target_is_the_intention(frr_configs, data):
    base, intended = data.draw(frr_configs), data.draw(frr_configs)
    merged = three_way(base, intended, base, FRR)
    assert merged.target == normalise(intended, FRR)
    assert not merged.drift
    assert not merged.conflicts


@given(data=st.data())
def test_without_a_wish_nothing_is_touched(frr_configs, data):
    base, running = data.draw(frr_configs), data.draw(frr_configs)
    merged = three_way(base, base, running, FRR)
    assert merged.target == normalise(running, FRR)
    assert not merged.wanted
    assert not merged.conflicts


@given(data=st.data())
def test_whatever_the_drift_the_target_can_be_reached_or_is_refused(frr_configs, data):
    base, intended, running = data.draw(frr_configs), data.draw(frr_configs), data.draw(frr_configs)
    merged = three_way(base, intended, running, FRR)
    if not merged.conflicts:
        assert predict(running, commands(running, merged.target, FRR), FRR) == merged.target


@given(data=st.data())
def test_managed_mode_settles_in_one_step(frr_configs, data):
    intended, running = data.draw(frr_configs), data.draw(frr_configs)
    target = adopt(intended, running, FRR)
    assert adopt(intended, target, FRR) == target
    assert predict(running, commands(running, target, FRR), FRR) == target
