"""HTML and SVG as text that is escaped where it is put in, so that nothing from outside can be a tag. Pure.

Whatever is not `Html` is shown, character by character: marks of HTML as themselves, what steers a screen or hides itself as its
code point (`model.printable`).
"""

from collections.abc import Iterable
from html import escape

from linewright.model.printable import printable

#: Elements of HTML that have no end.
_EMPTY = frozenset({"meta", "br"})


class Html(str):
    """Text that is HTML already: made here, or a constant of ours."""

    __slots__ = ()


def shown(text: str) -> Html:
    """Any text as HTML that shows it."""
    return text if isinstance(text, Html) else Html(escape(printable(text)))


def tag(name: str, /, *inside: str, **attributes: str | int) -> Html:
    """An element. Of an attribute's name a last "_" is dropped, others become "-"; "" as a value leaves it out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{shown(str(value))}"'
        for key, value in attributes.items()
        if value != ""
    )
    if name in _EMPTY:
        return Html(f"<{name}{given}>")
    return Html(f"<{name}{given}>{''.join(map(shown, inside))}</{name}>")


def lines(parts: Iterable[str]) -> Html:
    """Elements below each other: in the file, too, so that two files can be compared."""
    return Html("\n".join(map(shown, parts)))


def listed(parts: Iterable[str], *, class_: str = "") -> Html:
    """A list, nothing where there is nothing to list."""
    items = [tag("li", part) for part in parts]
    return tag("ul", lines(items), class_=class_) if items else Html()


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], *, class_: str = "") -> Html:
    """A table; the first cell of a row names it. The heads stand on each printed page."""
    head = tag("thead", tag("tr", *(tag("th", text, scope="col") for text in heads)))
    body = []
    for row in rows:
        first, *more = row
        body.append(tag("tr", tag("th", first, scope="row"), *(tag("td", cell) for cell in more)))
    return tag("table", head, tag("tbody", lines(body)), class_=class_)


def css_text(text: str) -> str:
    """Any text as a string of CSS (CSS Syntax Level 3, 4.3.7): all but letters and digits as escapes."""
    return (
        '"'
        + "".join(
            char if char.isascii() and (char.isalnum() or char == " ") else f"\\{ord(char):x} "
            for char in printable(text)
        )
        + '"'
    )
