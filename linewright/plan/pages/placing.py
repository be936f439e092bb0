"""Where the boxes and lines of a small map stand: whole numbers of its own unit, the same on every machine. Pure."""

from collections.abc import Iterable

from linewright.model.objects import Record

WIDE, HIGH = 118, 50
ACROSS, DOWN = 24, 50
#: What a site's frame adds around its boxes, and above them for its name.
EDGE, NAME = 10, 20
#: The width of the whole.
ROOM = 716
_MOST_IN_ROW = 5
#: How far a line bends at most, to get round a box that is not its own.
_BENDS = (0, 50, -50, 95, -95, 150, -150, 210, -210)
_STEPS = 24
#: Steps from the middle of a line at which its label may stand, the nearest first.
_ALONG = (0, 2, -2, 4, -4, 6, -6, 8, -8, 10, -10)


class Box(Record, frozen=True):
    """What is drawn as a box; `tier` 0 stands on top, `frame` names the frame around it."""

    name: str
    frame: str
    tier: int


class Frame(Record, frozen=True):
    """A frame around the boxes of one site."""

    name: str
    x: int
    y: int
    wide: int
    high: int


class Way(Record, frozen=True):
    """A line from one point over a bend to another (quadratic curve; straight where the bend lies between them)."""

    start: tuple[int, int]
    bend: tuple[int, int]
    end: tuple[int, int]

    def at(self, step: int) -> tuple[int, int]:
        """The point so many of 24 steps along."""
        left = _STEPS - step
        x, y = (
            (left * left * a + 2 * left * step * b + step * step * c) // (_STEPS * _STEPS)
            for a, b, c in zip(self.start, self.bend, self.end, strict=True)
        )
        return x, y


def placed(boxes: Iterable[Box]) -> tuple[dict[str, tuple[int, int]], tuple[Frame, ...], int]:
    """The upper left corner of each box by its name, the frames, and how high the whole is."""
    by_frame: dict[str, list[Box]] = {}
    for box in sorted(boxes, key=lambda box: (box.tier, box.name)):
        by_frame.setdefault(box.frame, []).append(box)
    corners: dict[str, tuple[int, int]] = {}
    frames: list[Frame] = []
    left = top = lowest = 0
    for name in sorted(by_frame, key=lambda name: (-len(by_frame[name]), name)):
        rows = _rows(by_frame[name])
        wide = max(len(row) for row in rows) * (WIDE + ACROSS) - ACROSS + 2 * EDGE
        high = len(rows) * (HIGH + DOWN) - DOWN + 2 * EDGE + NAME
        if left and left + wide > ROOM:
            left, top = 0, lowest + DOWN
        for down, row in enumerate(rows):
            # A short row stands in the middle of its frame.
            indent = (wide - len(row) * (WIDE + ACROSS) + ACROSS) // 2
            for across, box in enumerate(row):
                corners[box.name] = (
                    left + indent + across * (WIDE + ACROSS),
                    top + EDGE + NAME + down * (HIGH + DOWN),
                )
        frames.append(Frame(name=name, x=left, y=top, wide=wide, high=high))
        lowest = max(lowest, top + high)
        left += wide + DOWN
    return corners, tuple(frames), lowest


def _rows(boxes: list[Box]) -> list[list[Box]]:
    rows: list[list[Box]] = []
    for tier in sorted({box.tier for box in boxes}):
        row = [box for box in boxes if box.tier == tier]
        rows += [row[at : at + _MOST_IN_ROW] for at in range(0, len(row), _MOST_IN_ROW)]
    return rows


def ways(pairs: list[tuple[str, str]], corners: dict[str, tuple[int, int]]) -> list[Way]:
    """A line for each pair, round the boxes of others where a bend can do that; ends on one edge stand apart."""
    sides = [_sides(corners[a], corners[z]) for a, z in pairs]
    shares: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for number, (pair, two) in enumerate(zip(pairs, sides, strict=True)):
        for end, (name, side) in enumerate(zip(pair, two, strict=True)):
            far = corners[pair[1 - end]]
            shares.setdefault((name, side), []).append((far[0] if side in "tb" else far[1], number))
    ends: dict[tuple[int, str], tuple[int, int]] = {}
    for (name, side), found in shares.items():
        for place, (_, number) in enumerate(sorted(found), start=1):
            ends[number, name] = _on_edge(corners[name], side, place, len(found) + 1)
    return [
        _round(
            ends[number, a],
            ends[number, z],
            [corners[name] for name in corners if name not in {a, z}],
            two[0],
        )
        for number, ((a, z), two) in enumerate(zip(pairs, sides, strict=True))
    ]


def free(way: Way, wide: int, high: int, corners: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Where on a line a label of this size covers no box: as near to its middle as can be."""
    found = [way.at(_STEPS // 2 + by) for by in _ALONG]
    boxes = list(corners)
    return next((point for point in found if not _covers(point, wide, high, boxes)), found[0])


def _covers(point: tuple[int, int], wide: int, high: int, corners: list[tuple[int, int]]) -> bool:
    x, y = point
    return any(
        left - wide // 2 < x < left + WIDE + wide // 2 and top - high // 2 < y < top + HIGH + high // 2
        for left, top in corners
    )


def _sides(one: tuple[int, int], other: tuple[int, int]) -> tuple[str, str]:
    """The edges a line leaves from: top, bottom, left or right."""
    if one[1] + HIGH <= other[1]:
        return "b", "t"
    if other[1] + HIGH <= one[1]:
        return "t", "b"
    near = abs(one[0] - other[0]) < WIDE + ACROSS + DOWN + 2 * EDGE + 1
    if not near:
        return "b", "b"
    return ("r", "l") if one[0] < other[0] else ("l", "r")


def _on_edge(corner: tuple[int, int], side: str, place: int, of: int) -> tuple[int, int]:
    x, y = corner
    if side in "tb":
        return x + WIDE * place // of, y + (HIGH if side == "b" else 0)
    return x + (WIDE if side == "r" else 0), y + HIGH * place // of


def _round(start: tuple[int, int], end: tuple[int, int], others: list[tuple[int, int]], side: str) -> Way:
    middle = ((start[0] + end[0]) // 2, (start[1] + end[1]) // 2)
    level = start[1] == end[1] and side == "b"
    tried = [
        Way(
            start=start,
            end=end,
            bend=(middle[0], middle[1] + abs(by) + 2 * DOWN // 3) if level else (middle[0] + by, middle[1]),
        )
        for by in _BENDS
    ]
    return min(tried, key=lambda way: sum(_inside(way.at(step), others) for step in range(1, _STEPS)))


def _inside(point: tuple[int, int], corners: list[tuple[int, int]]) -> bool:
    x, y = point
    return any(left - 3 < x < left + WIDE + 3 and top - 3 < y < top + HIGH + 3 for left, top in corners)
