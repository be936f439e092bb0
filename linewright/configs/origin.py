"""Whose line is this? What a device was last brought to, what is intended now, and what runs, compared line by line."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal

from linewright.configs.grammar import Scope, grammar_of
from linewright.configs.show import differences
from linewright.configs.tree import Node, parse
from linewright.model.objects import Record
from linewright.platforms import PlatformRules, walk

#: "ours": the intention changed and was not pushed yet; "out of band": the device changed by nobody's plan; "unknown":
#: nothing was ever applied here, so nobody can tell.
Origin = Literal["ours", "out of band", "unknown"]
_Place = tuple[tuple[str, ...], str]


class OriginLine(Record, frozen=True):
    """A line that differs: missing (intended, not running) or extra (running, not intended).

    `section` holds the heads above it, outermost first. Of a verbatim block (a banner) `line` holds all lines.
    """

    kind: Literal["missing", "extra"]
    section: tuple[str, ...]
    line: str
    origin: Origin


class Noise(Record, frozen=True):
    """A line that runs and is nobody's finding.

    "not ours": in a part of the configuration that no template of ours writes; "volatile": what the platform's data
    lists as saying nothing (headers, time stamps).
    """

    why: Literal["not ours", "volatile"]
    section: tuple[str, ...]
    line: str


class Origins(Record, frozen=True):
    """Everything about one device. `agreed` counts lines that run as intended though no plan applied them."""

    lines: tuple[OriginLine, ...] = ()
    noise: tuple[Noise, ...] = ()
    agreed: int = 0


def origins(applied: str | None, intended: str, running: str, rules: PlatformRules) -> Origins:
    """Every line by which what runs differs from what is intended, and where the difference comes from.

    A missing line that was applied was taken away by somebody; one that was not is still to be pushed. An extra line
    that was applied is still to be taken away; one that was not was added by somebody. In lists whose order says
    something, the whole list decides: it is as applied (then the intention changed) or not. Ours is what either text
    of ours has a section, or a line of that kind, for.

    Args:
        applied: what the device was last brought to; None if nothing was ever applied.
        intended: what templates give now.
        running: the device's own text. All three with tokens for secrets.
        rules: the device's platform.

    Raises:
        DataError: one of the texts cannot be read.
    """
    top = grammar_of(rules).top
    was = parse(applied, rules) if applied is not None else ()
    wanted, here = parse(intended, rules), parse(running, rules)
    kinds = {top.owned(node.line) for node in (*was, *wanted)}
    ours = tuple(node for node in here if top.owned(node.line) in kinds)
    before = frozenset(_places(was))
    groups = _Groups(was, wanted, ours, top) if applied is not None else None
    lines = tuple(
        OriginLine(
            kind=kind,
            section=section,
            line=line,
            origin="unknown" if groups is None else groups.origin(kind, section, line, before),
        )
        for kind, section, line in located(differences(ours, wanted, rules), rules.indent)
    )
    others = tuple(node for node in here if top.owned(node.line) not in kinds)
    runs = frozenset(_places(ours))
    return Origins(
        lines=lines,
        noise=(
            *(Noise(why="not ours", section=section, line=line) for section, line in _places(others)),
            *(
                Noise(why="volatile", section=(), line=line.text)
                for line in walk(running, rules)
                if line.kind == "noise" and _volatile(line.text, rules)
            ),
        ),
        agreed=0 if groups is None else len((frozenset(_places(wanted)) & runs) - before),
    )


def located(
    lines: Iterable[str], indent: int
) -> Iterator[tuple[Literal["missing", "extra"], tuple[str, ...], str]]:
    """The signed lines of `show.differences`, each with the heads above it; a block's lines are joined again."""
    heads: list[str] = []
    for shown in lines:
        first, *rest = shown.split("\n")
        sign, text = first[0], first[2:]
        line = text.lstrip(" ")
        depth = (len(text) - len(line)) // indent
        line = "\n".join((line, *(part[2 + indent * depth :] for part in rest)))
        del heads[depth:]
        if sign in "+-":
            yield "missing" if sign == "+" else "extra", tuple(heads), line
        heads.append(line)


class _Groups:
    """The lists of a configuration whose order says something, as they were, are wanted, and are."""

    def __init__(
        self, was: tuple[Node, ...], wanted: tuple[Node, ...], ours: tuple[Node, ...], top: Scope
    ) -> None:
        self._was, self._wanted, self._ours = (_lists(nodes, top) for nodes in (was, wanted, ours))
        self._top = top

    def origin(self, kind: str, section: tuple[str, ...], line: str, before: frozenset[_Place]) -> Origin:
        """Where a difference comes from."""
        scope = self._top
        for head in section:
            scope = scope.inside(head)
        if (group := scope.facts(line).group) is not None:
            was, wanted, ours = (
                lists.get((section, group), ()) for lists in (self._was, self._wanted, self._ours)
            )
            if was == wanted:
                return "out of band"
            if was == ours:
                return "ours"
        applied = (section, line) in before
        return "ours" if applied is (kind == "extra") else "out of band"


def _lists(nodes: tuple[Node, ...], scope: Scope) -> dict[tuple[tuple[str, ...], str], tuple[str, ...]]:
    found: dict[tuple[tuple[str, ...], str], tuple[str, ...]] = {}
    for node in nodes:
        if (group := scope.facts(node.line).group) is not None:
            place = (scope.heads, group)
            found[place] = (*found.get(place, ()), node.line)
        if node.children:
            found |= _lists(node.children, scope.inside(node.line))
    return found


def _places(nodes: tuple[Node, ...], section: tuple[str, ...] = ()) -> Iterator[_Place]:
    for node in nodes:
        yield section, node.line
        yield from _places(node.children, (*section, node.line))


@lru_cache(maxsize=64)
def _patterns(rules: PlatformRules) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, rules.volatile))


def _volatile(line: str, rules: PlatformRules) -> bool:
    return any(pattern.match(line) for pattern in _patterns(rules))
