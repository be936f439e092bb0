"""How the lines of a small map run round its boxes: whole numbers, the same on every machine. Pure."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from linewright.plan.pages.placing import ACROSS, DOWN, EDGE, HIGH, ROOM, WIDE

Point = tuple[int, int]
#: Corners of a line, from its one end to its other.
Way = tuple[Point, ...]

#: How far apart two lines run beside each other, and how far from a box.
_BESIDE, _OFF = 7, 4
#: Points of a piece of a line that are looked at.
_STEPS = 16
#: What a line gives for not lying on another: so much of a detour.
_CROWDED = 60


def ways(pairs: list[tuple[str, str]], corners: dict[str, Point]) -> list[Way]:
    """A line for each pair of boxes, round all others where there is a way; ends on one edge stand apart.

    Args:
        pairs: the boxes to be joined, by their names.
        corners: of each box, its upper left corner.
    """
    ends = _ends(pairs, corners)
    found: list[Way] = []
    lanes: list[tuple[int, int, int]] = []
    for number, (a, z) in enumerate(pairs):
        start, end = ends[number, 0], ends[number, 1]
        others = [corner for name, corner in corners.items() if name not in {a, z}]
        if start[1] == end[1] and corners[a][1] + HIGH == start[1]:
            found.append(_below(start, end, lanes))
        elif _clear((start, end), others):
            found.append((start, end))
        else:
            found.append(_by_a_lane(start, end, others, lanes))
    return found


def label_at(way: Way, wide: int, high: int, taken: Iterable[tuple[int, int, int, int]]) -> Point:
    """Where on a line a label of this size covers nothing that is taken: as near to the middle of its longest piece as can be."""
    boxes = list(taken)
    points = [
        (min(max(point[0], wide // 2), ROOM - wide // 2), point[1])
        for one, other in sorted(pairwise(way), key=_length, reverse=True)
        for point in sorted(_along(one, other), key=lambda at: _far(at, one, other))
    ]
    return next((at for at in points if not _covers(at, wide, high, boxes)), points[0])


def _ends(pairs: list[tuple[str, str]], corners: dict[str, Point]) -> dict[tuple[int, int], Point]:
    """Where each line leaves its two boxes: those of one edge in the order of where they go."""
    edges: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for number, (a, z) in enumerate(pairs):
        for end, (name, side) in enumerate(zip((a, z), _sides(corners[a], corners[z]), strict=True)):
            x, y = corners[z if end == 0 else a]
            edges.setdefault((name, side), []).append((x if side in "tb" else y, number, end))
    found: dict[tuple[int, int], Point] = {}
    for (name, side), lines in edges.items():
        x, y = corners[name]
        for place, (_, number, end) in enumerate(sorted(lines), start=1):
            if side in "tb":
                at = x + WIDE * place // (len(lines) + 1), y + (HIGH if side == "b" else 0)
            else:
                at = x + (WIDE if side == "r" else 0), y + HIGH * place // (len(lines) + 1)
            found[number, end] = at
    return found


def _sides(one: Point, other: Point) -> tuple[str, str]:
    """The edges a line leaves from: top, bottom, left or right."""
    if one[1] + HIGH <= other[1]:
        return "b", "t"
    if other[1] + HIGH <= one[1]:
        return "t", "b"
    if abs(one[0] - other[0]) > WIDE + ACROSS + DOWN + 2 * EDGE:
        return "b", "b"
    return ("r", "l") if one[0] < other[0] else ("l", "r")


def _below(start: Point, end: Point, lanes: list[tuple[int, int, int]]) -> Way:
    """From one box under its neighbours to another of the same row, each line a little lower than those before."""
    left, right = sorted((start[0], end[0]))
    depth = 10
    while depth < DOWN - 12 and any(
        y == start[1] + depth and left < to and first < right for y, first, to in lanes
    ):
        depth += _BESIDE
    lanes.append((start[1] + depth, left, right))
    return start, (start[0], start[1] + depth), (end[0], end[1] + depth), end


def _by_a_lane(start: Point, end: Point, others: list[Point], lanes: list[tuple[int, int, int]]) -> Way:
    """Into the space between two rows, along a free lane between the boxes, and out again: the shortest such way."""
    down = 1 if start[1] < end[1] else -1
    best: tuple[int, Way] = 0, (start, end)
    for x in range(-2, ROOM + 2, _BESIDE):
        one, two = (x, start[1] + down * DOWN // 2), (x, end[1] - down * DOWN // 2)
        way = (start, one, two, end)
        if not _clear(way, others):
            continue
        top, low = min(one[1], two[1]) - _BESIDE, max(one[1], two[1]) + _BESIDE
        crowd = sum(lane == -x - 1 and top < to and first < low for lane, first, to in lanes)
        cost = 1 + abs(start[0] - x) + abs(end[0] - x) + _CROWDED * crowd
        if not best[0] or cost < best[0]:
            best = cost, way
    if best[0]:
        x, first, to = best[1][1][0], best[1][1][1], best[1][2][1]
        # Lanes that run down are kept apart from those that run across by their sign.
        lanes.append((-x - 1, min(first, to), max(first, to)))
    return best[1]


def _clear(way: Way, others: list[Point]) -> bool:
    return not any(
        left - _OFF < x < left + WIDE + _OFF and top - _OFF < y < top + HIGH + _OFF
        for one, other in pairwise(way)
        for x, y in _along(one, other)
        for left, top in others
    )


def _along(one: Point, other: Point) -> Iterator[Point]:
    for step in range(1, _STEPS):
        yield (
            (one[0] * (_STEPS - step) + other[0] * step) // _STEPS,
            (one[1] * (_STEPS - step) + other[1] * step) // _STEPS,
        )


def _length(piece: tuple[Point, Point]) -> int:
    return abs(piece[0][0] - piece[1][0]) + abs(piece[0][1] - piece[1][1])


def _far(at: Point, one: Point, other: Point) -> int:
    return abs(2 * at[0] - one[0] - other[0]) + abs(2 * at[1] - one[1] - other[1])


def _covers(at: Point, wide: int, high: int, taken: list[tuple[int, int, int, int]]) -> bool:
    left, top = at[0] - wide // 2, at[1] - high // 2
    return any(
        left < x + across and x < left + wide and top < y + down and y < top + high
        for x, y, across, down in taken
    )
