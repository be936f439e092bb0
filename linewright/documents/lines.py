"""The lines between cards: only in the room between two rows or two neighbours, so that they never cross a word."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from linewright.documents.grid import SetCard
from linewright.documents.legend import Look, look
from linewright.trace import CableState

#: Beyond this many lines between two rows nobody can follow one; the cards still name every link.
MOST = 48


class Wire(NamedTuple):
    """A line between the card above and the card below, by their keys."""

    above: str
    below: str
    look: Look


def wires(
    states: Iterable[CableState], above: set[str], below: set[str], home: dict[tuple[str, str], str]
) -> list[Wire]:
    """The links between two rows of cards; `home` gives the key of the card that an end (device, port) stands on."""
    found = []
    for state in states:
        path = state.path
        one = home.get((path.a.device, path.a.port), "")
        two = home.get((path.z.device, path.z.port), "")
        for upper, lower in ((one, two), (two, one)):
            if upper in above and lower in below:
                found.append(Wire(upper, lower, look(state)))
    return found if len(found) <= MOST else []


def bridges(
    states: Iterable[CableState], cards: Sequence[SetCard], home: dict[tuple[str, str], str]
) -> list[Wire]:
    """The links between cards that stand side by side in a row, the left one as `above`."""
    beside = {(one.card.key, two.card.key) for one, two in pairwise(cards)}
    found = []
    for state in states:
        path = state.path
        one = home.get((path.a.device, path.a.port), "")
        two = home.get((path.z.device, path.z.port), "")
        found += [
            Wire(left, right, look(state))
            for left, right in ((one, two), (two, one))
            if (left, right) in beside
        ]
    return found


def anchors(cards: Iterable[SetCard], others: dict[str, float], pairs: list[tuple[str, str]]) -> list[float]:
    """Where the lines meet the edges of these cards: x for each (own key, other key) in `pairs`, in that order.

    Lines of one card are spread over its width in the order of what they lead to, so that they cross least.
    """
    result = [0.0] * len(pairs)
    for card in cards:
        mine = [index for index, (own, _) in enumerate(pairs) if own == card.card.key]
        mine.sort(key=lambda index: (others[pairs[index][1]], index))
        for place, index in enumerate(mine, 1):
            result[index] = card.x + card.width * place / (len(mine) + 1)
    return result


def middles(cards: Iterable[SetCard]) -> dict[str, float]:
    """The middle of each card by key."""
    return {card.card.key: card.x + card.width / 2 for card in cards}
