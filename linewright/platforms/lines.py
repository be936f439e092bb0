"""The lines of a configuration, each with the section it stands in.

Sections are read from indentation, as the platforms print it; the words that leave a section only repeat it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import msgspec

from linewright.errors import DataError
from linewright.platforms.rules import PlatformRules


class Line(msgspec.Struct, frozen=True):
    r"""One line of a configuration, or one verbatim block with all of its lines.

    Attributes:
        raw: as it stands in the text, without the line end (inside a block "\n" separates its lines).
        text: without surrounding space, in the spelling the device shows. A block keeps its body as it is.
        path: the heads of the sections around it, outermost first.
        kind: "noise" says nothing about the configuration: comments, headers, words that leave a section.
    """

    raw: str
    text: str
    path: tuple[str, ...]
    kind: Literal["line", "block", "noise", "exit"]


class _Words(msgspec.Struct, frozen=True):
    """The patterns of a platform that tell lines apart, compiled."""

    noise: re.Pattern[str]
    exits: frozenset[str]
    blocks: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    rewrites: tuple[tuple[re.Pattern[str], str], ...]


@lru_cache(maxsize=64)
def _words(rules: PlatformRules) -> _Words:
    return _Words(
        noise=re.compile("|".join(f"(?:{pattern})" for pattern in (rules.comment, *rules.volatile))),
        exits=frozenset(rules.exits),
        blocks=tuple((re.compile(block.start), re.compile(block.end)) for block in rules.blocks),
        rewrites=tuple((re.compile(rewrite.match), rewrite.to) for rewrite in rules.rewrites),
    )


def walk(text: str, rules: PlatformRules) -> Iterator[Line]:
    r"""Every line of `text`, in order; joining the `raw` of all with "\n" gives `text` again.

    Raises:
        DataError: a verbatim block (a banner) is not ended.
    """
    words = _words(rules)
    open_heads: list[tuple[int, str]] = []
    rows = iter(text.split("\n"))
    for raw in rows:
        stripped = raw.strip()
        if not stripped or words.noise.match(stripped):
            yield Line(raw, stripped, (), "noise")
            continue
        indent = len(raw) - len(raw.lstrip())
        while open_heads and open_heads[-1][0] >= indent:
            open_heads.pop()
        path = tuple(head for _, head in open_heads)
        if stripped in words.exits:
            yield Line(raw, stripped, path, "exit")
            continue
        if (end := block_end(stripped, rules)) is not None:
            body = _body(rows, end, stripped)
            yield Line("\n".join((raw, *body)), "\n".join((stripped, *map(_unreturned, body))), path, "block")
            continue
        stripped = respelt(stripped, rules)
        yield Line(raw, stripped, path, "line")
        open_heads.append((indent, stripped))


def block_end(line: str, rules: PlatformRules) -> re.Pattern[str] | None:
    """The pattern of the line that ends the verbatim block which `line` begins; None when it begins none."""
    return next((end for start, end in _words(rules).blocks if start.match(line)), None)


def respelt(line: str, rules: PlatformRules) -> str:
    """The line as the device shows it, where it shows another spelling than it accepts."""
    for pattern, template in _words(rules).rewrites:
        if (found := pattern.fullmatch(line)) is not None:
            return found.expand(template)
    return line


def _body(rows: Iterator[str], end: re.Pattern[str], start: str) -> list[str]:
    body: list[str] = []
    for raw in rows:
        body.append(raw)
        if end.match(raw.strip()):
            return body
    raise DataError(f"the text that begins with {start!r} is not ended", hint="the configuration is cut off")


def _unreturned(raw: str) -> str:
    return raw.removesuffix("\r")
