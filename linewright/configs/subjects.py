"""What several lines of a section are about, such as a BGP neighbour: created where, mentioned where."""

from linewright.configs.grammar import Scope
from linewright.configs.tree import Node


def creators(nodes: tuple[Node, ...], scope: Scope) -> dict[str, set[str]]:
    """The subjects that lines of this section bring into being, each with the keys of those lines."""
    made: dict[str, set[str]] = {}
    for node in nodes:
        facts = scope.facts(node.line)
        if facts.creates and facts.subject is not None:
            made.setdefault(facts.subject, set()).add(facts.key or node.line)
    return made


def mentioned(nodes: tuple[Node, ...], scope: Scope) -> dict[str, str]:
    """The subjects that lines here and in sections inside are about, each with one such line.

    A section inside that creates subjects of its own (a VRF in a BGP instance) is another world.
    """
    found: dict[str, str] = {}
    for node in nodes:
        if (subject := scope.facts(node.line).subject) is not None:
            found.setdefault(subject, node.line)
        if node.children and not (inside := scope.inside(node.line)).makes_subjects:
            for name, line in mentioned(node.children, inside).items():
                found.setdefault(name, line)
    return found


def changed(
    before: tuple[Node, ...], after: tuple[Node, ...], scope: Scope
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Subjects created here that nothing is about any more, and those that come into being in another way."""
    if not scope.makes_subjects:
        return (), ()
    old, new = creators(before, scope), creators(after, scope)
    still = mentioned(after, scope) if old else {}
    removed = tuple(subject for subject in old if subject not in still)
    renewed = tuple(subject for subject, made in old.items() if subject in new and not made & new[subject])
    return removed, renewed


def orphans(nodes: tuple[Node, ...], scope: Scope) -> dict[tuple[str, ...], str]:
    """Lines about a subject that nothing creates, one for each subject, by section and subject."""
    found: dict[tuple[str, ...], str] = {}
    if scope.makes_subjects:
        made = creators(nodes, scope)
        found = {
            (*scope.heads, subject): line
            for subject, line in mentioned(nodes, scope).items()
            if subject not in made
        }
    for node in nodes:
        if node.children:
            found |= orphans(node.children, scope.inside(node.line))
    return found


def clashes(nodes: tuple[Node, ...], scope: Scope) -> dict[tuple[str, ...], str]:
    """Lines of which the device takes only one, by section and first line; the value is the one it would refuse."""
    first: dict[str, str] = {}
    found: dict[tuple[str, ...], str] = {}
    for node in nodes:
        if (rival := scope.facts(node.line).rival) is not None:
            if rival in first:
                found[*scope.heads, first[rival]] = node.line
            first.setdefault(rival, node.line)
        if node.children:
            found |= clashes(node.children, scope.inside(node.line))
    return found
