"""What somebody typed, fit for a log. Pure."""

import re
from collections.abc import Sequence

from linewright.log.masking import MASK

_NAME = r"[\w.-]*(?:password|passwd|passphrase|secret|token|credential|community|key(?!-?file))[\w.-]*"
_SECRET_OPTION = re.compile(rf"--?{_NAME}", re.IGNORECASE)
#: Options whose values are NAME=VALUE, handed on to programs that nobody here knows.
_ASSIGNING = ("--set",)
#: RFC 3986: what stands before the last "@" of an authority is a login; queries and fragments carry tokens.
_USER_IN_URL = re.compile(r"(?<=://)[^/?#\s]+@|(?<=://)[^/@\s]+:(?!\d{1,5}[/?#])[^@\s]*@")
_QUERY_IN_URL = re.compile(r"(://[^\s?#]*[?#])\S+")
_ASSIGNED = re.compile(rf"({_NAME}[\"']?\s*[=:]\s*).+", re.IGNORECASE | re.DOTALL)
#: In a line for a device: the word behind such a word.
_SAID = re.compile(rf"(\b{_NAME}\s+).+", re.IGNORECASE | re.DOTALL)
_KEY = re.compile(r"AGE-SECRET-KEY-|-----BEGIN ", re.IGNORECASE)
#: The command whose arguments are handed to a device: they may hold anything. Options may stand before it.
_HANDED_ON = "exec"


def shown_arguments(arguments: Sequence[str]) -> list[str]:
    """The arguments of a command line without what may be a secret.

    Left out are values of options named like a secret, what is assigned with --set, logins and queries of URLs, keys
    themselves, what stands behind a word such as "password" in a line for a device, and all that is handed to a router.
    """
    found: list[str] = []
    before = ""
    for argument in arguments:
        found.append(_shown(argument, before))
        if argument == _HANDED_ON:
            return [*found, "..."] if len(arguments) > len(found) else found
        before = argument
    return found


def _shown(argument: str, before: str) -> str:
    """One argument; `before` is the one before it."""
    if _SECRET_OPTION.fullmatch(before):
        return MASK
    option, equals, value = argument.partition("=")
    if not argument.startswith("-"):
        return _assigned(argument) if before in _ASSIGNING else _worded(argument)
    if not equals:
        return _worded(argument)
    if _SECRET_OPTION.fullmatch(option):
        return f"{option}={MASK}"
    return f"{option}={_assigned(value) if option in _ASSIGNING else _worded(value)}"


def _assigned(text: str) -> str:
    name, equals, _ = text.partition("=")
    return f"{name}={MASK}" if equals else MASK


def _worded(text: str) -> str:
    if _KEY.search(text):
        return MASK
    text = _QUERY_IN_URL.sub(rf"\1{MASK}", _USER_IN_URL.sub(f"{MASK}@", text))
    if (said := _ASSIGNED.search(text)) is None:
        said = _SAID.search(text)
    return text if said is None else f"{text[: said.end(1)]}{MASK}"
