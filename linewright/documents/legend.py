"""How a state looks on paper: a letter first, a shape and a colour second, so that a grey copy says the same."""

from typing import NamedTuple

from linewright.trace import CableState


class Look(NamedTuple):
    """A state on paper: `short` in a count, `words` in the legend. `fill`, `ink` and `edge` colour its chip; `dash` and `thick` draw its line."""

    letter: str
    short: str
    words: str
    fill: str
    ink: str
    edge: str
    line: str
    thick: float
    dash: str = ""


CONFIRMED = Look(
    "C", "confirmed", "confirmed by what its ends hear", "#1f6f43", "#fff", "#1f6f43", "#1f6f43", 1.3
)
MISMATCH = Look(
    "M", "MISMATCH", "MISMATCH: wired otherwise", "#b00020", "#fff", "#000", "#b00020", 2.4, "7 2"
)
NOT_SEEN = Look(
    "N", "NOT SEEN", "NOT SEEN: no end hears the other", "#ffb000", "#000", "#000", "#c77700", 1.8, "2 2"
)
CANNOT = Look(
    "X", "cannot be seen", "cannot be seen (passive, provider)", "#fff", "#000", "#000", "#555", 0.9
)
NOT_ASSESSED = Look("?", "not assessed", "not assessed", "#d9d9d9", "#000", "#777", "#888", 0.9, "1 2")
PLANNED = Look("P", "planned", "planned", "#fff", "#0b4f9e", "#0b4f9e", "#0b4f9e", 0.9, "5 3")
LEAVING = Look("D", "being removed", "being removed", "#fff", "#6b3fa0", "#6b3fa0", "#6b3fa0", 0.9, "5 3")

LEGEND = (CONFIRMED, MISMATCH, NOT_SEEN, CANNOT, NOT_ASSESSED, PLANNED, LEAVING)

_BY_STATE = {
    "confirmed": CONFIRMED,
    "mismatch": MISMATCH,
    "not seen": NOT_SEEN,
    "cannot be seen": CANNOT,
    "not assessed": NOT_ASSESSED,
}


def look(state: CableState) -> Look:
    """How a path looks. What is seen weighs more than what is planned."""
    if state.state == "not assessed" and state.path.status == "planned":
        return PLANNED
    if state.state == "not assessed" and state.path.status == "decommissioning":
        return LEAVING
    return _BY_STATE[state.state]
