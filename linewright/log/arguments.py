"""What somebody typed, fit for a log. Pure."""

import re
from collections.abc import Sequence

from linewright.log.masking import MASK

_SECRET_OPTION = re.compile(
    r"--?[\w-]*(password|passphrase|secret|token|credential|key(?!-?file))[\w-]*", re.IGNORECASE
)
_USER_IN_URL = re.compile(r"(?<=://)[^/@\s]+@")
#: Commands whose arguments are handed to a device: they may hold anything.
_HANDED_ON = (("lab", "exec"),)


def shown_arguments(arguments: Sequence[str]) -> list[str]:
    """The arguments of a command line without values of options named like a secret and without users in URLs."""
    found: list[str] = []
    masking = False
    for argument in arguments:
        if masking:
            found.append(MASK)
            masking = False
            continue
        option, equals, _value = argument.partition("=")
        if argument.startswith("-") and _SECRET_OPTION.fullmatch(option):
            found.append(f"{option}={MASK}" if equals else argument)
            masking = not equals
            continue
        found.append(_USER_IN_URL.sub(f"{MASK}@", argument))
        if any(tuple(found[-len(words) :]) == words for words in _HANDED_ON):
            return [*found, "..."] if len(arguments) > len(found) else found
    return found
