"""One sheet of paper: marking, head, foot, and what is put between them from top to bottom. Lengths in points."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from linewright.documents.grid import (
    ALARM,
    ALARM_LINE,
    ARROW,
    CABLE,
    CHIP,
    COLUMN_GAP,
    GAP,
    LINK,
    NAME,
    PAD,
    PORT,
    WAY,
    WAY_LINE,
    SetCard,
    SetLink,
    SetRow,
)
from linewright.documents.legend import LEGEND, MISMATCH, Look
from linewright.documents.lines import Wire, anchors, middles
from linewright.documents.svg import Drawing
from linewright.documents.typeset import width, wrapped

WIDTH_MM, HEIGHT_MM = 420.0, 297.0  # ISO 216 A3, landscape
_WIDE, _HIGH = WIDTH_MM * 72 / 25.4, HEIGHT_MM * 72 / 25.4
_MARGIN = 24.0  # most printers leave less than 8 mm
ROOM = _WIDE - 2 * _MARGIN

_TITLE = _MARGIN + 14
_INFO = _TITLE + 15
_HEAD_END = _INFO + 19
_DIFFERENCE_LINE = 12.0
_MOST_DIFFERENCES = 10
_FOOT = _HIGH - _MARGIN - 46

_PANEL_LINE = 11.5
_PANEL_HEAD = 84.0

WHAT_TO_DO = (
    "When reality differs from this sheet: change nothing. Note the cable and both ports and tell the shift. "
    "They correct the cable or the source of truth, and hang a new sheet."
)
_SIGNATURE = "Hung by ____________________ on ______________ (uncontrolled copy unless signed)"


class PageText(NamedTuple):
    """The words around the drawing; `subject` is the title in short."""

    marking: str
    subject: str
    title: str
    place: str
    source: str
    seen: str
    counts: str
    differences: tuple[str, ...]


def body_height(text: PageText, *, first: bool) -> float:
    """The height there is for the drawing: the first sheet lists the differences above it."""
    return _FOOT - 8 - _body_top(text, first=first)


def _body_top(text: PageText, *, first: bool) -> float:
    lines = len(_differences(text)) if first else 0
    return _HEAD_END + (lines * _DIFFERENCE_LINE + 14 if lines else 0)


class Listing(NamedTuple):
    """Things of a kind in a line each, beneath the drawing: patch panels, power units."""

    title: str
    lines: tuple[str, ...]


def listing_height(listings: Sequence[Listing], room: float) -> float:
    """How much room lists take beneath each other, given their width."""
    return sum(_rows(listing, room) * _PANEL_LINE + 9 for listing in listings)


def _rows(listing: Listing, room: float) -> int:
    return -(-len(listing.lines) // _columns(listing, room))


def _columns(listing: Listing, room: float) -> int:
    widest = max(width(line, PORT) for line in listing.lines) + 14
    return max(1, min(len(listing.lines), int((room - _PANEL_HEAD - PAD) // widest)))


class Page:
    """A sheet being drawn: first its frame, then the drawing from top to bottom.

    `room` is its width, `y` where the next thing goes.

    With a `scale` above 1 there is so much less room, and everything in the drawing is so much larger.
    """

    def __init__(self, text: PageText, number: int, count: int, scale: float) -> None:
        self._drawing = Drawing(
            WIDTH_MM, HEIGHT_MM, f"{text.marking} {text.title}", f"{text.source}. {text.seen}."
        )
        self._frame(text, number, count)
        if number == 1 and text.differences:
            self._box_differences(_differences(text))
        self._drawing.enlarge(_MARGIN, _body_top(text, first=number == 1), scale)
        self.room = ROOM / scale
        self.y = 0.0

    def skip(self, height: float) -> None:
        """Leave room."""
        self.y += height

    def bytes(self) -> bytes:
        """The finished sheet."""
        return self._drawing.bytes()

    def row(self, row: SetRow, bridges: Sequence[Wire]) -> None:
        """Draw a row of cards, and the lines between neighbours."""
        right = {card.card.key: card.x + card.width for card in row.cards}
        drawn: Counter[str] = Counter()
        for wire in bridges:
            x, y = right[wire.above], self.y + row.head / 2 + 5 * drawn[wire.above]
            drawn[wire.above] += 1
            if y < self.y + row.height:
                self._wire([(x, y), (x + GAP, y)], wire.look)
        for card in row.cards:
            self._card(card, row.head, row.height)
        self.y += row.height

    def wires(self, upper: SetRow, lower: SetRow, wires: Sequence[Wire], gutter: float) -> None:
        """Draw the lines in the gutter that ends at y."""
        if not wires:
            return
        tops = anchors(upper.cards, middles(lower.cards), [(wire.above, wire.below) for wire in wires])
        ends = anchors(lower.cards, middles(upper.cards), [(wire.below, wire.above) for wire in wires])
        for wire, top, end in zip(wires, tops, ends, strict=True):
            points = [
                (top, self.y - gutter),
                (top, self.y - gutter + 4),
                (end, self.y - 4),
                (end, self.y),
            ]
            self._wire(points, wire.look)

    def listing(self, listing: Listing) -> None:
        """Draw a list."""
        draw, height, lines = self._drawing, listing_height([listing], self.room), listing.lines
        draw.box(0, self.y, self.room, height, fill="#f4f4f4", stroke="#777", thick=0.6, round_by=3)
        draw.text(PAD, self.y + 13, listing.title, PORT, room=_PANEL_HEAD, bold=True)
        columns = _columns(listing, self.room)
        each = (self.room - _PANEL_HEAD - PAD) / columns
        for index, line in enumerate(lines):
            down, across = divmod(index, columns)
            y = self.y + 13 + down * _PANEL_LINE
            draw.text(_PANEL_HEAD + across * each, y, line, PORT, room=each - 8)
        self.y += height

    def _wire(self, points: list[tuple[float, float]], look: Look) -> None:
        self._drawing.line(points, stroke=look.line, thick=look.thick, dash=look.dash)

    def _frame(self, text: PageText, number: int, count: int) -> None:
        draw, middle, right = self._drawing, _WIDE / 2, _WIDE - _MARGIN
        for y in (_TITLE - 2, _HIGH - _MARGIN):
            draw.text(middle, y, text.marking, 14, room=ROOM * 0.24, bold=True, anchor="middle")
        draw.text(_MARGIN, _TITLE, text.title, 17, room=ROOM * 0.37, bold=True)
        draw.text(_MARGIN, _INFO, text.place, PORT, room=ROOM * 0.6)
        draw.text(_MARGIN, _INFO + 11.5, text.counts, PORT, room=ROOM, bold=True)
        draw.text(right, _TITLE, text.seen, 11, room=ROOM * 0.37, bold=True, anchor="end")
        draw.text(right, _INFO, text.source, PORT, room=ROOM * 0.3, anchor="end")
        draw.line([(_MARGIN, _HEAD_END - 3), (right, _HEAD_END - 3)], stroke="#000", thick=0.8)
        draw.line([(_MARGIN, _FOOT), (right, _FOOT)], stroke="#000", thick=0.8)
        x = _MARGIN
        for kind in LEGEND:
            self._chip(x, _FOOT + 13, kind)
            draw.text(x + CHIP, _FOOT + 13, kind.words, 8, room=ROOM)
            x += CHIP + width(kind.words, 8) + 16
        draw.text(_MARGIN, _FOOT + 28, WHAT_TO_DO, PORT, room=ROOM, bold=True)
        draw.text(_MARGIN, _FOOT + 44, _SIGNATURE, 8, room=ROOM * 0.37)
        sheet = f"{text.subject}, sheet {number} of {count}"
        draw.text(right, _FOOT + 44, sheet, PORT, room=ROOM * 0.37, bold=True, anchor="end")

    def _box_differences(self, lines: Sequence[str]) -> None:
        draw, height = self._drawing, len(lines) * _DIFFERENCE_LINE + 8
        top = _HEAD_END
        draw.box(_MARGIN, top, ROOM, height, fill="#fff4f4", stroke=MISMATCH.line, thick=1.6, round_by=3)
        for index, line in enumerate(lines):
            y = top + 13 + index * _DIFFERENCE_LINE
            if index == 0:
                self._chip(_MARGIN + PAD, y, MISMATCH)
            draw.text(_MARGIN + PAD + CHIP, y, line, PORT, room=ROOM - 2 * PAD - CHIP, bold=True)

    def _card(self, card: SetCard, head: float, height: float) -> None:
        draw, x, y = self._drawing, card.x, self.y
        wrong = any(link.look == MISMATCH for link in card.card.links)
        edge = MISMATCH.line if wrong else "#222"
        draw.box(x, y, card.width, height, fill="#fff", stroke=edge, thick=2 if wrong else 0.9, round_by=3)
        inner = card.width - 2 * PAD
        tally = width(card.card.tally, 8)
        draw.text(x + PAD, y + 13, card.card.title, NAME, room=inner - tally - 8, bold=True)
        if card.card.tally:
            draw.text(x + card.width - PAD, y + 12.5, card.card.tally, 8, room=inner, anchor="end")
        if card.card.subtitle:
            draw.text(x + PAD, y + 23.5, card.card.subtitle, 8, room=inner, fill="#333")
        draw.line([(x, y + head - 3), (x + card.width, y + head - 3)], stroke="#999", thick=0.5)
        for number, links in enumerate(card.columns):
            down = y + head
            for link in links:
                self._link(link, x + PAD + number * (card.column_width + COLUMN_GAP), down, card.column_width)
                down += link.height

    def _link(self, item: SetLink, x: float, y: float, room: float) -> None:
        draw, link, base = self._drawing, item.link, y + LINK - 3.5
        self._chip(x, base, link.look)
        strong = link.look == MISMATCH
        x, room = x + CHIP, room - CHIP
        draw.text(x, base, link.local, PORT, room=room * 0.5, bold=True)
        at = min(width(link.local, PORT, bold=True), room * 0.5) + width(ARROW, PORT)
        draw.text(x + at - width("> ", PORT), base, ">", PORT, room=20)
        cable = width(link.cable, CABLE) + 8 if link.cable else 0
        draw.text(x + at, base, link.peer, PORT, room=max(room - at - cable, 20), bold=strong)
        if link.cable:
            draw.text(x + room, base, link.cable, CABLE, room=room * 0.5, anchor="end")
        for line in item.way:
            base += WAY_LINE
            draw.text(x, base, line, WAY, room=room, fill="#333")
        for line in item.alarm:
            base += ALARM_LINE
            draw.text(x, base, line, ALARM, room=room, bold=True)

    def _chip(self, x: float, base: float, look: Look) -> None:
        self._drawing.box(x, base - 7.6, 9.6, 9.6, fill=look.fill, stroke=look.edge, thick=0.8, round_by=1.5)
        self._drawing.text(
            x + 4.8, base, look.letter, 7.5, room=10, bold=True, fill=look.ink, anchor="middle"
        )


def _differences(text: PageText) -> list[str]:
    room = ROOM - 2 * PAD - CHIP
    lines = [line for entry in text.differences for line in wrapped(entry.split(), PORT, room, bold=True)]
    if len(lines) <= _MOST_DIFFERENCES:
        return lines
    return [*lines[: _MOST_DIFFERENCES - 1], "and more: see the cards and the cable schedule"]
