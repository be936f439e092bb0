"""The lines to send, and what they lead to."""

import re
from functools import lru_cache

from linewright.configs.delta import Operation, Path, stages
from linewright.configs.grammar import grammar_of
from linewright.configs.tree import parse
from linewright.platforms import PlatformRules


def commands(before: str, after: str, rules: PlatformRules) -> tuple[str, ...]:
    """The exact lines that lead a device from one configuration to another, in safe order.

    Created before bound, unbound before deleted; what has to make room goes first, `shutdown` of an interface comes
    last. A line stands in the indentation of its section; every section that is entered is left by its own word, in
    the indentation of its head, so that the lines can be read, sent one by one, and predicted without guessing.

    Of several addresses in one network on a port, Linux drops the others with the first it was given, unless told
    otherwise (promote_secondaries), and the device shows them sorted. So they are kept in sorted order: the first
    is set first and goes last. Where somebody set them in another order, the device refuses a line of a change to
    them, and the change is taken back.

    Raises:
        DataError: one of the texts cannot be read.
    """
    scope = grammar_of(rules).top
    found = stages(parse(before, rules), parse(after, rules), scope)
    return _lines([*found.room, *found.set, *found.remove, *found.last], rules)


def _lines(operations: list[Operation], rules: PlatformRules) -> tuple[str, ...]:
    out: list[str] = []
    here: Path = ()
    for path, line in operations:
        shared = _shared(here, path)
        out += _leaving(here, shared, rules)
        out += [" " * (rules.indent * depth) + path[depth] for depth in range(shared, len(path))]
        if line is not None:
            first, *body = line.split("\n")
            out += [" " * (rules.indent * len(path)) + first, *body]
        here = path
    return (*out, *_leaving(here, 0, rules))


def _shared(here: Path, there: Path) -> int:
    count = 0
    for mine, theirs in zip(here, there, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _leaving(here: Path, keep: int, rules: PlatformRules) -> list[str]:
    return [
        " " * (rules.indent * depth) + closing_word(here[depth], rules)
        for depth in range(len(here) - 1, keep - 1, -1)
    ]


def closing_word(head: str, rules: PlatformRules) -> str:
    """The word that leaves the section opened by `head`."""
    for pattern, word in _closings(rules):
        if pattern.match(head) is not None:
            return word
    return rules.leave


@lru_cache(maxsize=64)
def _closings(rules: PlatformRules) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(closing.head), closing.word) for closing in rules.closings)
