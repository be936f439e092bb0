"""Words in lines of a screen: how wide they are there, and how as many as possible find room. Pure."""

from collections.abc import Iterable
from unicodedata import category, east_asian_width

from linewright.model.printable import printable

WIDTH = 80
_DOTS = "..."
#: Of a name that has to be cut, so much is left at least.
_LEAST = 8
#: Where the words of a line begin.
_INDENT = 10


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
    return line[: _fitting(line, max(0, width - len(_DOTS)))] + _DOTS[: max(0, width)]


def _fitting(text: str, width: int) -> int:
    """How many characters of a text have room in so many columns; marks stay with their letter."""
    for number, char in enumerate(text):
        if (width := width - _wide(char)) < 0:
            return number
    return len(text)


def fitted(before: str, names: Iterable[str], after: str = "", between: str = " ", rest: str = "more") -> str:
    """One line with as many of the names as there is room for, at least one, and how many more there are.

    What stands around the names is never cut: a name too long for the line is.
    """
    return spread(before, names, after, between, rest, most=1)[0]


def spread(
    before: str,
    names: Iterable[str],
    after: str = "",
    between: str = " ",
    rest: str = "more",
    *,
    most: int,
) -> list[str]:
    """The same in at most so many lines; those after the first are set in."""
    listed = list(names)
    number, listed = len(listed), [clipped(name, most * WIDTH) for name in listed[: most * WIDTH]]
    if not number:
        return [before + after]
    for shown in range(len(listed), 0, -1):
        more = f" and {number - shown} {rest}" if shown < number else ""
        lines = folded(before, between.join(listed[:shown]) + more + after)
        if len(lines) <= most:
            return lines
    for room in range(columns(listed[0]) - 1, _LEAST - 1, -1):
        lines = folded(before, clipped(listed[0], room) + more + after)
        if len(lines) <= most:
            return lines
    return lines[:most]


def folded(before: str, words: str) -> list[str]:
    """Words in lines of the screen's width, broken at spaces; those after the first are set in by ten columns.

    A word that is wider than a line goes on in the next.
    """
    lines, line = [], printable(before)
    start = True
    for word in printable(words).split(" "):
        rest = word if start else f" {word}"
        if not start and columns(line + rest) > WIDTH:
            lines.append(line)
            line, rest = " " * _INDENT, word
        while columns(line + rest) > WIDTH and columns(line) < WIDTH:
            kept = _fitting(line + rest, WIDTH)
            lines.append((line + rest)[:kept])
            line, rest = " " * _INDENT, (line + rest)[kept:]
        line, start = line + rest, False
    return [*lines, line]
