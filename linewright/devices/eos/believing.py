"""When a text is a whole configuration of EOS.

NAPALM hands on whatever a device prints, an error message or half a text included; taken for a configuration it would
make everything else look deleted.
"""


def configuration(text: str, *, may_be_empty: bool = False) -> str:
    """The text, if it is whole: it begins with a comment, ends with `end`, and holds no message of the device.

    Raises:
        ValueError: it is not; nothing of the text is in the message.
    """
    lines = text.strip().splitlines()
    if not lines and may_be_empty:
        return ""
    if not lines:
        raise ValueError("the configuration is empty")
    if not lines[0].startswith("!"):
        raise ValueError("the text does not begin as a configuration does")
    if lines[-1].strip() != "end":
        raise ValueError("the configuration does not end with 'end': it is not whole")
    if any(line.startswith("% ") for line in _outside_banners(lines)):
        raise ValueError("the device put a message into the configuration")
    return text


def _outside_banners(lines: list[str]) -> list[str]:
    found: list[str] = []
    inside = False
    for line in lines:
        if not inside:
            found.append(line)
        inside = line.strip() != "EOF" and (inside or line.strip() in ("banner login", "banner motd"))
    return found
