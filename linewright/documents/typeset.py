"""How wide text is, so that nothing on a sheet lies over anything else.

Advance widths of DejaVu Sans 2.37 in thousandths of the type size, U+0020 to U+007E. It is wider than Arial, Helvetica
and Liberation Sans, so what fits in it fits in those.
"""

FONTS = "DejaVu Sans, Arial, Helvetica, sans-serif"

_REGULAR = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
)  # fmt: skip
_BOLD = (
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696,
    696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683,
    683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771,
    724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665,
    343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
)  # fmt: skip
_OTHER = 1050  # wider than any letter outside ASCII that a name is likely to hold
_ELLIPSIS = "\u2026"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text set in one line; in the unit of `size`."""
    table = _BOLD if bold else _REGULAR
    total = sum(table[ord(char) - 32] if " " <= char <= "~" else _OTHER for char in text)
    return total * size / 1000


def fitted(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text if there is room for it, else its beginning and end with an ellipsis between.

    Names that differ usually do so at the end, so the end is kept.
    """
    if width(text, size, bold=bold) <= room:
        return text
    for keep in range(len(text) - 1, 1, -1):
        tail = keep // 2
        short = text[: keep - tail] + _ELLIPSIS + text[len(text) - tail :]
        if width(short, size, bold=bold) <= room:
            return short
    return _ELLIPSIS


def wrapped(words: list[str], size: float, room: float, *, bold: bool = False) -> list[str]:
    """Words set into as few lines as hold them, in order; a word wider than a line is fitted into one."""
    lines: list[str] = []
    for word in words:
        joined = f"{lines[-1]} {word}" if lines else ""
        if lines and width(joined, size, bold=bold) <= room:
            lines[-1] = joined
        else:
            lines.append(fitted(word, size, room, bold=bold))
    return lines
