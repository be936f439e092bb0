"""A drawing as SVG 1.1 text, lengths in points. Everything from outside is escaped here, once."""

from xml.sax.saxutils import escape, quoteattr

from linewright.documents.typeset import FONTS, fitted
from linewright.model.printable import printable

MEDIA_TYPE = "image/svg+xml"
_POINTS_PER_MM = 72 / 25.4


class Drawing:
    """A page that grows by calls; `width` and `height` in millimetres. The same calls give the same bytes."""

    def __init__(self, width: float, height: float, title: str, description: str) -> None:
        self.width = width * _POINTS_PER_MM
        self.height = height * _POINTS_PER_MM
        head = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
            f'viewBox="0 0 {_n(self.width)} {_n(self.height)}" font-family={quoteattr(FONTS)} role="img">'
        )
        self._parts = [head, f"<title>{_text(title)}</title>", f"<desc>{_text(description)}</desc>"]
        self._left, self._top, self._scale = 0.0, 0.0, 1.0
        self.box(0, 0, self.width, self.height, fill="#fff")

    def enlarge(self, left: float, top: float, scale: float) -> None:
        """From here on, lengths and type sizes count `scale` times, from a new origin on the page."""
        self._left, self._top, self._scale = left, top, scale

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        *,
        room: float,
        bold: bool = False,
        fill: str = "#000",
        anchor: str = "start",
    ) -> None:
        """One line of text with its baseline at y. What does not fit into `room` is shortened and told as a title."""
        words = printable(words)
        shown = fitted(words, size, room, bold=bold)
        hint = f"<title>{_text(words)}</title>" if shown != words else ""
        weight = ' font-weight="bold"' if bold else ""
        x, y = self._place(x, y)
        where = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size * self._scale)}"{weight}{where} fill="{fill}">'
            f"{hint}{_text(shown)}</text>"
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "",
        thick: float = 1,
        round_by: float = 0,
    ) -> None:
        """A rectangle."""
        x, y = self._place(x, y)
        width, height = width * self._scale, height * self._scale
        edge = f' stroke="{stroke}" stroke-width="{_n(thick * self._scale)}"' if stroke else ""
        corner = f' rx="{_n(round_by * self._scale)}"' if round_by else ""
        self._parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"{corner} fill="{fill}"{edge}/>'
        )

    def line(
        self, points: list[tuple[float, float]], *, stroke: str, thick: float = 1, dash: str = ""
    ) -> None:
        """A line through points."""
        way = " ".join(f"{_n(x)},{_n(y)}" for x, y in (self._place(*point) for point in points))
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<polyline points="{way}" fill="none" stroke="{stroke}" stroke-width="{_n(thick * self._scale)}"{dashes}/>'
        )

    def _place(self, x: float, y: float) -> tuple[float, float]:
        return self._left + x * self._scale, self._top + y * self._scale

    def bytes(self) -> bytes:
        """The whole drawing."""
        return ("\n".join([*self._parts, "</svg>"]) + "\n").encode()


def _text(words: str) -> str:
    # A lone surrogate and the like are already shown as code points; what is left is legal in XML 1.0.
    return escape(printable(words))


def _n(number: float) -> str:
    """A length in hundredths of a point, without idle zeros, the same on every machine."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
