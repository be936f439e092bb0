"""Text from outside, made harmless for a screen or a sheet of paper."""


def printable(text: str) -> str:
    """The text with everything that could steer a terminal or hide itself shown as its code point.

    Control characters, line ends, marks that turn the direction of writing and lone surrogates are written as a
    backslash, "u" and four digits; what Unicode counts as printable stays. Names heard by LLDP and words of devices come from outside.
    """
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
