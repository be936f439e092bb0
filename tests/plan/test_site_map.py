"""The small map: nothing lies over anything else, what loses its second way is told by form and by words."""

from itertools import combinations
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linewright.plan.changeplan import ChangePlan
from linewright.plan.pages.placing import HIGH, ROOM, WIDE, Box, placed
from linewright.plan.pages.routing import ways
from linewright.plan.pages.site_map import MOST, in_words, site_map
from linewright.plan.rollout.records import Line, Place

replace = msgspec.structs.replace


@pytest.fixture
def mapped(plan: ChangePlan) -> ChangePlan:
    places = (
        Place(device="r1", site="hq", role="wan-router", tier=0, changes=True),
        Place(device="r2", site="hq", role="wan-router", tier=0),
        Place(device="b1", site="b", role="access-switch", tier=1),
    )
    lines = (Line(a="r1", z="b1", alone=True), Line(a="r1", z="r2", count=2), Line(a="r2", z="nowhere"))
    return replace(plan, places=places, lines=lines)


def _all(plan: ChangePlan, name: str) -> list[ET.Element]:
    return list(ET.fromstring(site_map(plan)).iter(name))


def test_what_changes_and_what_stands_alone_have_their_own_form(mapped: ChangePlan) -> None:
    boxes = [rect.get("class") for rect in _all(mapped, "rect")]
    # One of each is in the key.
    assert boxes.count("changes") == 2
    assert boxes.count("beside") == 3
    lines = [path.get("class") for path in _all(mapped, "path")]
    assert lines.count("alone") == 2
    assert lines.count("joined") == 2
    words = [text.text for text in _all(mapped, "text")]
    assert "CHANGES, batch 1" in words
    assert "ALONE" in words
    assert "2x" in words
    assert {"r1", "r2", "b1", "hq", "b", "wan router"} <= set(words)


def test_it_is_told_in_words_too(mapped: ChangePlan) -> None:
    assert list(in_words(mapped)) == ["r1 to b1: nothing stands in for it while the change is made"]
    many = replace(mapped, lines=tuple(Line(a="r1", z=f"x{n}", alone=True) for n in range(50)))
    told = list(in_words(many))
    assert len(told) < 40
    assert told[-1] == "and 20 more paths that nothing stands in for"


def test_a_plan_without_places_has_no_map(plan: ChangePlan) -> None:
    assert not site_map(plan)
    assert not list(in_words(plan))


def test_too_many_devices_are_drawn_as_sites_and_that_is_said(plan: ChangePlan) -> None:
    places = tuple(
        Place(device=f"s{s}-{n}", site=f"site{s}", role="leaf", tier=n, changes=n == 1) for s in range(60) for n in range(3)
    )  # fmt: skip
    lines = (
        Line(a="s0-0", z="s1-1", alone=True),
        Line(a="s0-1", z="s1-0", count=2),
        Line(a="s2-0", z="s2-1", alone=True),
    )
    whole = replace(plan, places=places, lines=lines)
    words = [text.text or "" for text in _all(whole, "text")]
    assert sum(word.startswith("site") for word in words) == MOST
    assert "1 CHANGE" in words
    assert "ALONE 3x" in words
    assert "3 devices, 1 alone" in words
    assert (
        next(in_words(whole))
        == "180 devices are too many for one sheet: each box is a site; 20 sites are not drawn"
    )


_BOXES = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(min_value=0, max_value=4)), min_size=1, max_size=MOST
).map(lambda found: [Box(name=f"d{n}", frame=frame, tier=tier) for n, (frame, tier) in enumerate(found)])


@given(boxes=_BOXES)
def test_no_box_lies_over_another_and_all_stand_on_the_sheet(boxes: list[Box]) -> None:
    corners, frames, high = placed(boxes)
    assert set(corners) == {box.name for box in boxes}
    for (x, y), (u, v) in combinations(corners.values(), 2):
        assert abs(x - u) > WIDE or abs(y - v) > HIGH
    for x, y in corners.values():
        assert 0 <= x <= ROOM - WIDE
        assert 0 <= y <= high - HIGH
    for one, two in combinations(frames, 2):
        assert (
            one.x + one.wide < two.x or two.x + two.wide < one.x or one.y + one.high < two.y or two.y + two.high < one.y
        )  # fmt: skip
    by_tier = {box.name: (box.frame, box.tier) for box in boxes}
    for one_name, two_name in combinations(corners, 2):
        (frame, tier), (other, lower) = by_tier[one_name], by_tier[two_name]
        if frame == other and tier < lower:
            assert corners[one_name][1] < corners[two_name][1]


@settings(max_examples=30, deadline=None)
@given(boxes=_BOXES, data=st.data())
def test_a_line_begins_and_ends_at_its_boxes(boxes: list[Box], data: st.DataObject) -> None:
    corners, _, _ = placed(boxes)
    names = list(corners)
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=20))
    pairs = [(a, z) for a, z in pairs if a != z]
    for (a, z), way in zip(pairs, ways(pairs, corners), strict=True):
        for name, (x, y) in ((a, way[0]), (z, way[-1])):
            left, top = corners[name]
            assert left <= x <= left + WIDE
            assert top <= y <= top + HIGH
            assert x in {left, left + WIDE} or y in {top, top + HIGH}


def test_a_line_runs_round_the_boxes_between() -> None:
    boxes = [Box(name=f"d{tier}", frame="x", tier=tier) for tier in range(4)]
    corners, _, _ = placed(boxes)
    (way,) = ways([("d0", "d3")], corners)
    for x, y in way[1:-1]:
        for left, top in corners.values():
            assert not (left <= x <= left + WIDE and top <= y <= top + HIGH)
    assert len(way) == 4
