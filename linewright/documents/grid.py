"""Cards set into rows: how many columns each gets, what its lines become, how high it is. Lengths in points."""

from collections.abc import Sequence
from typing import NamedTuple

from linewright.documents.cards import Card, Link
from linewright.documents.typeset import width, wrapped

NAME = 11.0  # type sizes
PORT = 9.0
CABLE = 7.5
WAY = 7.0
ALARM = 7.5

CHIP = 13.0  # the state's letter with the space behind it
PAD = 6.0
GAP = 12.0
COLUMN_GAP = 14.0
HEAD = 29.0
BARE_HEAD = 19.0  # of a row whose cards have no second line
LINK = 12.2
WAY_LINE = 8.8
ALARM_LINE = 9.4
ARROW = " > "

_NARROWEST, _WIDEST = 205.0, 420.0
_WORTH_A_COLUMN = 3 * LINK


class SetLink(NamedTuple):
    """A link with its second lines broken."""

    link: Link
    way: tuple[str, ...]
    alarm: tuple[str, ...]

    @property
    def height(self) -> float:
        """How high it is."""
        return LINK + WAY_LINE * len(self.way) + ALARM_LINE * len(self.alarm)


class SetCard(NamedTuple):
    """A card in its place in a row: `x` from the left edge of the row's room, columns of links from left to right."""

    card: Card
    x: float
    width: float
    columns: tuple[tuple[SetLink, ...], ...]

    @property
    def column_width(self) -> float:
        """The width of one column."""
        inner = self.width - 2 * PAD - COLUMN_GAP * (len(self.columns) - 1)
        return inner / len(self.columns)


class SetRow(NamedTuple):
    """Cards side by side, all as high as the highest."""

    cards: tuple[SetCard, ...]
    head: float
    height: float


def column_width(cards: Sequence[Card]) -> float:
    """The width of a column in which every link of these cards stands on one line, within bounds."""
    widths = (
        CHIP
        + width(link.local, PORT, bold=True)
        + width(ARROW, PORT)
        + width(link.peer, PORT)
        + (8 + width(link.cable, CABLE) if link.cable else 0)
        for card in cards
        for link in card.links
    )
    return min(max(max(widths, default=0), _NARROWEST), _WIDEST)


def portions(card: Card, column: float, height: float) -> list[Card]:
    """A card in as many as are needed for none to be higher than `height`, which is at least that of one link."""
    parts: list[list[Link]] = [[]]
    used = limit = HEAD + PAD
    for link in card.links:
        high = _set(link, column).height
        if parts[-1] and used + high > height:
            parts.append([])
            used = limit
        parts[-1].append(link)
        used += high
    first = card._replace(links=tuple(parts[0]))
    rest = [
        card._replace(
            key=f"{card.key}\n{number}",  # no name holds a line end
            title=f"{card.title} (continued)",
            tally="",
            links=tuple(links),
        )
        for number, links in enumerate(parts[1:], 2)
    ]
    return [first, *rest]


def set_rows(cards: Sequence[Card], column: float, room: float) -> list[SetRow]:
    """Cards in as few rows as hold them, evenly filled; `column` is the least width of a column."""
    most = max(1, int((room + GAP) // (column + 2 * PAD + GAP)))
    count = -(-len(cards) // most)
    rows, taken = [], 0
    for number in range(count):
        size = -(-(len(cards) - taken) // (count - number))
        rows.append(_row(cards[taken : taken + size], most, column, room))
        taken += size
    return rows


def _row(cards: Sequence[Card], most: int, column: float, room: float) -> SetRow:
    columns = _columns(cards, most, column)
    unit = min((room - GAP * (len(cards) - 1)) / sum(columns), 1.35 * (column + 2 * PAD))
    total = unit * sum(columns) + GAP * (len(cards) - 1)
    x = (room - total) / 2
    placed = []
    for card, count in zip(cards, columns, strict=True):
        placed.append(_card(card, x, unit * count, count))
        x += unit * count + GAP
    height = max(max(_height(links) for links in card.columns) for card in placed)
    head = HEAD if any(card.card.subtitle for card in placed) else BARE_HEAD
    return SetRow(tuple(placed), head, head + height + PAD - 2)


def _columns(cards: Sequence[Card], most: int, column: float) -> list[int]:
    """Columns per card: one each, what is left to the longest lists."""
    lengths = [sum(_set(link, column).height for link in card.links) for card in cards]
    columns = [1] * len(cards)
    while True:
        each = [length / count for length, count in zip(lengths, columns, strict=True)]
        longest = [i for i, length in enumerate(each) if length > max(each) - LINK]
        others = max((length for i, length in enumerate(each) if i not in longest), default=0.0)
        # The row gets lower only when all of its highest cards do; cards of about equal length stay equally wide.
        uneven = max(each) < 1.6 * others
        if max(each) <= _WORTH_A_COLUMN or uneven or sum(columns) + len(longest) > most:
            break
        for i in longest:
            columns[i] += 1
    return columns


def _card(card: Card, x: float, wide: float, count: int) -> SetCard:
    inner = (wide - 2 * PAD - COLUMN_GAP * (count - 1)) / count
    links = [_set(link, inner) for link in card.links]
    share = sum(link.height for link in links) / count
    columns: list[list[SetLink]] = [[] for _ in range(count)]
    at = 0
    for link in links:
        if columns[at] and at < count - 1 and _height(columns[at]) + link.height / 2 > share:
            at += 1
        columns[at].append(link)
    return SetCard(card, x, wide, tuple(tuple(links) for links in columns))


def _set(link: Link, room: float) -> SetLink:
    way = [f"{part} -" for part in link.way[:-1]] + list(link.way[-1:])
    return SetLink(
        link,
        tuple(wrapped(way, WAY, room - CHIP)),
        tuple(wrapped(link.alarm.split(), ALARM, room - CHIP, bold=True)),
    )


def _height(links: Sequence[SetLink]) -> float:
    return sum(link.height for link in links)
