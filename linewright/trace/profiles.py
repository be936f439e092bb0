"""Cable profiles: which position of which connector leads where (NetBox 4.5 and later; named as NetBox names them).

A profile's name says how many connectors a side has and how many positions each: "single-1c12p" and "trunk-2c4p" are the
same on both sides and lead every place to the same place; "breakout-1c4p-4c1p" leads position n of its one connector on
side A to connector n on side B. A name that ends in "shuffle" crosses its strands; those are listed here.
"""

import re
from functools import lru_cache
from itertools import product, zip_longest
from typing import Literal, NamedTuple

from linewright.model.objects import Cable, CableEnd

#: A place on one side of a cable: (connector, position), both counted from 1.
Place = tuple[int, int]
Side = Literal["A", "B"]

#: Each place leads to the same place.
STRAIGHT = ("single-1c1p", "single-1c2p", "single-1c4p", "single-1c6p", "single-1c8p", "single-1c12p", "single-1c16p",
             "trunk-2c1p", "trunk-2c2p", "trunk-2c4p", "trunk-2c6p", "trunk-2c8p", "trunk-2c12p",
             "trunk-4c1p", "trunk-4c2p", "trunk-4c4p", "trunk-4c6p", "trunk-4c8p", "trunk-8c4p")  # fmt: skip
#: Each position of the one connector leads to a connector of its own.
FANNED = ("breakout-1c2p-2c1p", "breakout-1c4p-4c1p", "breakout-1c6p-6c1p", "breakout-1c8p-8c1p")
#: Strands of side A in order (connector by connector), and the places they come out at on side B.
_CROSSED: dict[str, tuple[Place, ...]] = {
    "trunk-2c4p-shuffle": ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (1, 4), (2, 3), (2, 4)),
    "trunk-4c4p-shuffle": tuple((position, connector) for connector in range(1, 5) for position in range(1, 5)),
    "breakout-2c4p-8c1p-shuffle": ((1, 1), (2, 1), (5, 1), (6, 1), (3, 1), (4, 1), (7, 1), (8, 1)),
}  # fmt: skip

#: Every profile that is followed.
PROFILES: tuple[str, ...] = (*STRAIGHT, *FANNED, *_CROSSED)

_SHAPE = re.compile(r"(\d+)c(\d+)p")


class Shape(NamedTuple):
    """How a side of a profile looks: so many connectors with so many positions each."""

    connectors: int
    positions: int


def shapes(profile: str) -> tuple[Shape, Shape]:
    """How the sides A and B of a profile look.

    Raises:
        KeyError: the profile is not known here.
    """
    if profile not in PROFILES:
        raise KeyError(profile)
    found = [Shape(int(connectors), int(positions)) for connectors, positions in _SHAPE.findall(profile)]
    return found[0], found[-1]


def opposite(profile: str, side: Side, place: Place) -> Place | None:
    """Where a strand that begins at this place of this side comes out on the other; None if it does not begin there.

    Raises:
        KeyError: the profile is not known here.
    """
    return _mapping(profile, side).get(place)


def pairs_of(cable: Cable) -> list[tuple[CableEnd | None, CableEnd | None]]:
    """The ends of a cable that belong together, A side first; None where nothing is opposite.

    Without a profile one end belongs to every end of the other side. Several on both sides belong together in a way
    that nobody says: each is told once, in their order.
    """
    if cable.profile not in PROFILES:
        one_sided = min(len(cable.a), len(cable.b)) == 1
        return list(product(cable.a, cable.b) if one_sided else zip_longest(cable.a, cable.b))
    far = {(end.connector, position): end for end in cable.b for position in end.positions}
    pairs: dict[tuple[CableEnd | None, CableEnd | None], None] = {}
    for end in cable.a:
        places = (opposite(cable.profile, "A", (end.connector, position)) for position in end.positions)
        found = [there for place in places if place is not None and (there := far.get(place)) is not None]
        pairs.update(dict.fromkeys((end, there) for there in found) if found else {(end, None): None})
    lonely = set(cable.b) - {there for _, there in pairs}
    return [*pairs, *((None, end) for end in cable.b if end in lonely)]


@lru_cache(maxsize=2 * len(PROFILES))
def _mapping(profile: str, side: Side) -> dict[Place, Place]:
    near, _ = shapes(profile)
    places = [(c, p) for c in range(1, near.connectors + 1) for p in range(1, near.positions + 1)]
    if profile in _CROSSED:
        forward = dict(zip(places, _CROSSED[profile], strict=True))
    elif profile in FANNED:
        forward = {(1, position): (position, 1) for _, position in places}
    else:
        forward = {place: place for place in places}
    return forward if side == "A" else {far: near for near, far in forward.items()}
