"""Words in lines of a screen: how wide they are there, and how as many as possible find room. Pure."""

from collections.abc import Iterable
from unicodedata import category, east_asian_width

from linewright.model.printable import printable

WIDTH = 80
_DOTS = "..."
#: Of a name that has to be cut, so much is left at least.
_LEAST = 8


def columns(text: str) -> int:
    """How many columns a printable text takes on a terminal: letters of East Asia take two (UAX #11), marks on letters none."""
    return len(text) if text.isascii() else sum(_wide(char) for char in text)


def _wide(char: str) -> int:
    return 2 if east_asian_width(char) in "WF" else 0 if category(char) in ("Mn", "Me") else 1


def clipped(line: str, width: int = WIDTH) -> str:
    """A line no longer than so many columns, as it will be shown; dots say that it was."""
    line = printable(line)
    if columns(line) <= width:
        return line
    kept, room = 0, max(0, width - len(_DOTS))
    for char in line:
        if (room := room - _wide(char)) < 0:
            break
        kept += 1
    return line[:kept] + _DOTS[: max(0, width)]


def fitted(before: str, names: Iterable[str], after: str = "", between: str = " ", rest: str = "more") -> str:
    """One line with as many of the names as there is room for, at least one, and how many more there are.

    What stands around the names is never cut: a name too long for the line is.
    """
    listed = [printable(name) for name in names]
    if not listed:
        return before + after
    for shown in range(min(len(listed), WIDTH), 0, -1):
        more = f" and {len(listed) - shown} {rest}" if shown < len(listed) else ""
        line = before + between.join(listed[:shown]) + more + after
        if columns(line) <= WIDTH:
            return line
    more = f" and {len(listed) - 1} {rest}" if len(listed) > 1 else ""
    room = WIDTH - columns(printable(before)) - len(more) - columns(printable(after))
    return before + clipped(listed[0], max(_LEAST, room)) + more + after
