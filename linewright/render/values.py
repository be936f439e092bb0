"""What a value of the source of truth must be before it may stand in a configuration.

A device executes a configuration line by line, so whoever can put a line end into a description can write
configuration. Three kinds of values, and nothing else, reach the text:

* a word: whatever is interpolated plainly. No space of any kind, not empty.
* a text: through `| text` (or `| one_line`), closing its line. One line, single spaces between words.
* a banner: through `| banner("EOF")`, on lines of its own. None of its lines ends the banner.

No kind may hold a control, format, surrogate or noncharacter code point (Unicode general categories Cc, Cf, Cs;
UAX 44): line ends of every sort, escapes, bidirectional overrides, zero-width characters; or a space that is none of
ASCII. Templates begin every line with words of their own (lines.py), so a value is never read as a command.
"""

import re
import unicodedata
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from typing import Any

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context

_PLAIN = (IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network, float)
_SHOWN = 60
_HIDDEN = {"Cc": "a control character", "Cf": "an invisible format character", "Cs": "half a character"}
_LINE_ENDS = {"\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"}

#: Words and texts that no platform takes for anything else; all others are looked at closely.
_USUAL_WORD = re.compile("[!-{}~]+").fullmatch
_USUAL_TEXT = re.compile("[!-{}~]+(?: [!-{}~]+)*").fullmatch

#: Usual words that were met already: names and addresses come again and again, on every device.
_SEEN: set[str] = set()
_MOST_SEEN = 50_000

#: What a platform would not take as part of a value, and why. Found on the device, not in a manual.
_READ_AS_MORE = {
    # vtysh 8.4.4 cuts any line at "| " and takes the rest for an output filter, in configuration mode as well.
    "frr": (re.compile(r"\|(?: |$)"), 'a "|" before a space, where vtysh begins an output filter'),
}


class ValueRefused(ValueError):  # noqa: N818 - reads as the screen says it
    """A value may not stand in a configuration; the message says why, and shows it with nothing invisible."""


class Text(str):
    """A checked value that fills the rest of its line."""

    __slots__ = ()


class Banner(str):
    """Checked lines that the platform takes as they are, up to its terminator."""

    __slots__ = ()


class Marker(str):
    """Where a secret goes; made by `secret(ref)` only."""

    __slots__ = ()


class Lines(str):
    """Text that templates themselves made: what a macro or a block returns. Its values were checked inside."""

    __slots__ = ()


def word(platform: str, value: Any) -> str:
    """Every interpolated value passes here, on its way to a configuration of `platform`; as text.

    Raises:
        ValueRefused: it is not a word, nor made by one of the named filters.
    """
    if type(value) is str and (value in _SEEN or _usual(value)):
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, Text | Banner | Marker | Lines):
        return value
    if isinstance(value, Undefined):
        return str(value)  # raises, naming the field
    if isinstance(value, bool) or not isinstance(value, (str, int, *_PLAIN)):
        kind = "nothing" if value is None else type(value).__name__
        raise ValueRefused(f"a value is {kind}; only words, numbers and addresses can be written")
    written = str(value)
    if not written:
        raise ValueRefused("a value is empty")
    _refuse_hidden(written)
    if " " in written:
        raise ValueRefused(f"{_shown(written)} is more than one word; free text goes through | text")
    _refuse_more(platform, written)
    return written


def _usual(value: str) -> bool:
    if _USUAL_WORD(value) is None:
        return False
    if len(_SEEN) < _MOST_SEEN:
        _SEEN.add(value)
    return True


@pass_context
def text(context: Context, value: Any) -> Text:
    """Free text to the end of its line; runs of spaces become one, as devices keep them.

    Raises:
        ValueRefused: it is empty, or holds what may not stand in a line.
    """
    if type(value) is str and _USUAL_TEXT(value) is not None:
        return Text(value)
    platform = str(context.get("platform", ""))
    if not isinstance(value, str):
        value = word(platform, value)
    _refuse_hidden(value)
    words = " ".join(value.split(" ")).split()
    if not words:
        raise ValueRefused("a text is empty")
    line = " ".join(words)
    _refuse_more(platform, line)
    return Text(line)


@pass_context
def one_line(context: Context, value: Any) -> Text:
    """A text of several lines as one, for platforms whose banner is one line; line ends become spaces."""
    return text(context, _string(value).replace("\r\n", "\n").replace("\n", " "))


def banner(value: Any, terminator: str) -> Banner:
    """Several lines, none of which is `terminator` (with or without space around it).

    Raises:
        ValueRefused: one of the lines would end the banner, or holds what may not stand in a line.
    """
    lines = [line.rstrip(" ") for line in _string(value).replace("\r\n", "\n").strip("\n").split("\n")]
    for line in lines:
        _refuse_hidden(line)
        if line.strip() == terminator:
            raise ValueRefused(f"a line of the banner is {terminator!r}, which would end it")
    if not any(lines):
        raise ValueRefused("a banner is empty")
    return Banner("\n".join(lines))


def _string(value: Any) -> str:
    if isinstance(value, Undefined):
        return str(value)  # raises, naming the field
    if not isinstance(value, str):
        raise ValueRefused(f"a text is {'nothing' if value is None else type(value).__name__}")
    return value


def _refuse_hidden(value: str) -> None:
    if value.isascii() and value.isprintable():
        return
    for char in value:
        if char in _LINE_ENDS:
            raise ValueRefused(f"{_shown(value)} holds a line end (U+{ord(char):04X})")
        category = unicodedata.category(char)
        if category in _HIDDEN or ord(char) & 0xFFFE == 0xFFFE:
            what = _HIDDEN.get(category, "no character at all")
            raise ValueRefused(f"{_shown(value)} holds {what} (U+{ord(char):04X})")
        if category == "Zs" and char != " ":
            raise ValueRefused(f"{_shown(value)} holds a space that is none (U+{ord(char):04X})")


def _refuse_more(platform: str, value: str) -> None:
    found = _READ_AS_MORE.get(platform)
    if found is not None and found[0].search(value):
        raise ValueRefused(f"{_shown(value)} holds {found[1]}")


def _shown(value: str) -> str:
    """A value as a message may show it: nothing invisible, not too long."""
    whole = ascii(value)
    return whole if len(whole) <= _SHOWN else f"{whole[:_SHOWN]}..."
