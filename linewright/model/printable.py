"""Text from outside, made harmless for a screen or a sheet of paper."""

import re
from unicodedata import category

#: What Unicode counts as printable and nobody sees: fillers, joiners, variation selectors, the empty Braille pattern.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
#: So many marks on one letter are enough for any writing; more are piled up over the lines above and below.
_MARKS = 3


def printable(text: str) -> str:
    """The text with everything that could steer a terminal or hide itself shown as its code point.

    Control characters, line ends, marks that turn the direction of writing, characters without width, marks that stand
    on no letter or in a pile, and lone surrogates are written as a backslash, "u" and four digits (two of these beyond
    the basic plane, as JSON has it, so that JSON stays JSON); what is seen stays. Names heard by LLDP and words of
    devices come from outside.
    """
    if text.isascii() and text.isprintable():
        return text
    parts: list[str] = []
    # A mark at the beginning would stand on what is written before the text.
    marks = _MARKS
    for char in text:
        if category(char) in ("Mn", "Me"):
            marks += 1
            plain = marks <= _MARKS
        else:
            plain = char.isprintable()
            marks = 0 if plain and not char.isspace() else _MARKS
        parts.append(char if plain and _UNSEEN.match(char) is None else _escaped(char))
    return "".join(parts)


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
