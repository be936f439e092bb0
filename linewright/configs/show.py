"""Differences between two configurations, for people."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from linewright.configs.grammar import Scope, grammar_of
from linewright.configs.tree import Node, parse
from linewright.platforms import PlatformRules

#: (sort key, number within an ordered group, sign, before, after)
_Row = tuple[tuple[object, ...], int, str, Node | None, Node | None]


def diff(before: str, after: str, rules: PlatformRules) -> tuple[str, ...]:
    """What differs, as lines: "+ " and "- " before what comes and goes, "  " before heads shown as context.

    Empty exactly when both texts have the same canonical text.

    Raises:
        DataError: one of the texts cannot be read.
    """
    return tuple(differences(parse(before, rules), parse(after, rules), rules))


def differences(before: tuple[Node, ...], after: tuple[Node, ...], rules: PlatformRules) -> Iterator[str]:
    """The same for canonical trees."""
    return _section(before, after, grammar_of(rules).top, rules, 0)


def _section(
    before: tuple[Node, ...], after: tuple[Node, ...], scope: Scope, rules: PlatformRules, depth: int
) -> Iterator[str]:
    for _, _, sign, old, new in sorted(_rows(before, after, scope), key=_place):
        if old is not None and new is not None:
            if old.children != new.children:
                yield _shown(" ", new.line, rules, depth)
                yield from _section(old.children, new.children, scope.inside(new.line), rules, depth + 1)
        else:
            yield from _whole(sign, old or new, rules, depth)


def _rows(before: tuple[Node, ...], after: tuple[Node, ...], scope: Scope) -> Iterator[_Row]:
    groups: dict[str, tuple[list[Node], list[Node]]] = {}
    new = {node.line: node for node in after}
    old = {node.line: node for node in before}
    for side, nodes in enumerate((before, after)):
        for node in nodes:
            facts = scope.facts(node.line)
            if facts.group is not None:
                groups.setdefault(facts.group, ([], []))[side].append(node)
            elif side == 0:
                yield facts.sort, 0, "-", node, new.get(node.line)
            elif node.line not in old:
                yield facts.sort, 0, "~", None, node
    for mine, theirs in groups.values():
        yield from _ordered(mine, theirs, scope)


def _place(row: _Row) -> tuple[object, ...]:
    """What is about the same thing stands together, the old before the new."""
    sort, number, sign, _, _ = row
    return (*sort[:-1], number, sign, sort[-1])


def _ordered(before: list[Node], after: list[Node], scope: Scope) -> Iterator[_Row]:
    sort = scope.facts((before or after)[0].line).sort
    old, new = [node.line for node in before], [node.line for node in after]
    number = 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            for mine, theirs in zip(before[i1:i2], after[j1:j2], strict=True):
                number += 1
                yield sort, number, "=", mine, theirs
            continue
        for node in before[i1:i2]:
            number += 1
            yield sort, number, "-", node, None
        for node in after[j1:j2]:
            number += 1
            yield sort, number, "~", None, node


def _whole(sign: str, node: Node | None, rules: PlatformRules, depth: int) -> Iterator[str]:
    if node is None:
        return
    yield _shown("+" if sign == "~" else "-", node.line, rules, depth)
    for child in node.children:
        yield from _whole(sign, child, rules, depth + 1)


def _shown(sign: str, line: str, rules: PlatformRules, depth: int) -> str:
    return "\n".join(f"{sign} {' ' * (rules.indent * depth)}{part}" for part in line.split("\n"))
