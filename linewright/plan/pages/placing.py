"""Where the boxes of a small map stand: whole numbers of its own unit, the same on every machine. Pure."""

from collections.abc import Iterable

from linewright.model.objects import Record

WIDE, HIGH = 118, 50
ACROSS, DOWN = 24, 50
#: What a site's frame adds around its boxes, and above them for its name.
EDGE, NAME = 10, 20
#: The width of the whole.
ROOM = 716
_MOST_IN_ROW = 5


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
