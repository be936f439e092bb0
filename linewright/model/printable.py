"""Text from outside, made harmless for a screen or a sheet of paper."""

import re

#: What Unicode counts as printable and nobody sees: fillers, joiners, variation selectors, the empty Braille pattern.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def printable(text: str) -> str:
    """The text with everything that could steer a terminal or hide itself shown as its code point.

    Control characters, line ends, marks that turn the direction of writing, characters without width and lone
    surrogates are written as a backslash, "u" and four digits (two of these beyond the basic plane, as JSON has it, so
    that JSON stays JSON); what is seen stays. Names heard by LLDP and words of devices come from outside.
    """
    if text.isprintable() and _UNSEEN.search(text) is None:
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char.isprintable() and _UNSEEN.match(char) is None:
        return char
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
