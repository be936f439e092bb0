"""A configuration as a tree: heads with what stands beneath them, in one canonical order.

Canonical means: comments, headers and words that leave a section are gone; lines whose order says nothing are sorted
(by class, then naturally), lines whose order says something keep it; a section that cannot be removed and is empty
is absent; indentation is the platform's own. Two texts mean the same exactly when their canonical texts are equal.
"""

import re
from collections.abc import Iterator

import msgspec

from linewright.configs.grammar import Scope, grammar_of
from linewright.errors import DataError
from linewright.platforms import PlatformRules, walk

_LARGEST = 32 * 1024 * 1024
_DEEPEST = 16
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Node(msgspec.Struct, frozen=True):
    """A line and the lines beneath it. A verbatim block is one node whose line holds all of its lines."""

    line: str
    children: tuple["Node", ...] = ()


class _Open(msgspec.Struct):
    """A node while it is being read; heads that appear twice are one section."""

    line: str
    children: list["_Open"]
    sections: dict[str, "_Open"]


def parse(text: str, rules: PlatformRules) -> tuple[Node, ...]:
    """The top-level nodes of a configuration, in canonical order throughout.

    Raises:
        DataError: the text is too large or too deep, holds control characters, or ends inside a banner.
    """
    if len(text) > _LARGEST:
        raise DataError(
            f"a configuration of {len(text)} characters is not read", hint="at most 32 Mi characters"
        )
    text = text.replace("\r\n", "\n")
    if (found := _CONTROL.search(text)) is not None:
        number = text.count("\n", 0, found.start()) + 1
        raise DataError(
            f"line {number} of a configuration holds the control character U+{ord(found[0]):04X}",
            hint="look at the line on the device; nothing that can fool a terminal is carried on",
        )
    root = _Open("", [], {})
    levels = [root]
    for line in walk(text, rules):
        if line.kind in {"noise", "exit"}:
            continue
        depth = len(line.path)
        if depth >= _DEEPEST:
            raise DataError(
                f"the line {line.text!r} stands {depth} sections deep", hint="at most 16 are read"
            )
        del levels[depth + 1 :]
        parent = levels[depth]
        node = parent.sections.get(line.text) if line.kind == "line" else None
        if node is None:
            node = _Open(line.text, [], {})
            parent.children.append(node)
            parent.sections[line.text] = node
        levels.append(node)
    return _arranged(root, grammar_of(rules).top)


def arranged(nodes: tuple[Node, ...], rules: PlatformRules) -> tuple[Node, ...]:
    """The same nodes in canonical order throughout."""
    return _arranged(_opened(Node("", nodes)), grammar_of(rules).top)


def render(nodes: tuple[Node, ...], rules: PlatformRules) -> str:
    """Nodes as text in the platform's indentation, with a newline at the end ("" for no nodes)."""
    return "".join(f"{line}\n" for line in _rendered(nodes, 0, rules.indent))


def normalise(text: str, rules: PlatformRules) -> str:
    """The canonical text of a configuration; texts that mean the same have the same one.

    Raises:
        DataError: the text cannot be read (see `parse`).
    """
    return render(parse(text, rules), rules)


def _rendered(nodes: tuple[Node, ...], depth: int, indent: int) -> Iterator[str]:
    for node in nodes:
        yield " " * (indent * depth) + node.line
        yield from _rendered(node.children, depth + 1, indent)


def _opened(node: Node) -> _Open:
    children = [_opened(child) for child in node.children]
    return _Open(node.line, children, {})


def _arranged(node: _Open, scope: Scope) -> tuple[Node, ...]:
    keyed: list[tuple[tuple[object, ...], Node]] = []
    for number, child in enumerate(node.children):
        facts = scope.facts(child.line)
        children = _arranged(child, scope.inside(child.line)) if child.children else ()
        if facts.permanent and not children:
            continue
        key: tuple[object, ...] = facts.sort
        if facts.group is not None:
            key = (*facts.sort, number)
        keyed.append((key, Node(child.line, children)))
    keyed.sort(key=lambda pair: pair[0])
    return tuple(pair[1] for pair in keyed)
