"""Whose lines differ: what a device runs, held against a change's text before and after. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from linewright.configs.tree import Node, parse
from linewright.model.objects import Record
from linewright.plan.changeplan import DevicePlan
from linewright.platforms import PlatformRules

#: A line with the heads of the sections it stands in.
_Path = tuple[str, ...]


class Whose(Record, frozen=True):
    """Lines by which a text differs from the one before the change: signed, sections and line divided by " / ".

    `ours` are those of the change that are in force there, `missing` those that are not, `theirs` what is no part of
    the change: another line, or one of ours in another place of a list whose order counts.
    """

    ours: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()


def whose(plan: DevicePlan, text: str, rules: PlatformRules) -> Whose:
    """Whose lines a canonical text differs by.

    Raises:
        DataError: one of the texts cannot be read.
    """
    before, after, now = (parse(one, rules) for one in (plan.before, plan.after, text))
    was, will, here = (Counter(_paths(nodes)) for nodes in (before, after, now))
    comes, goes = will - was, was - will
    came, went = here - was, was - here
    ours = (*_signed("+", came & comes), *_signed("-", went & goes))
    theirs = (*_signed("+", came - comes), *_signed("-", went - goes), *_moved(before, after, now))
    missing = (*_signed("+", comes - came), *_signed("-", goes - went))
    return Whose(ours=ours, missing=missing, theirs=theirs)


def of_ours(plan: DevicePlan, startup: str, rules: PlatformRules) -> tuple[str, ...]:
    """What of the change a startup configuration holds.

    A line the change takes away and startup lacks counts only where startup had it when the plan was made.

    Raises:
        DataError: one of the texts cannot be read.
    """
    unsaved = {line[1:].strip() for line in plan.unsaved if line.startswith("+")}
    found = whose(plan, startup, rules).ours
    return tuple(line for line in found if not (line.startswith("- ") and _last(line) in unsaved))


def _last(signed: str) -> str:
    return signed.rpartition(" / ")[2].removeprefix("- ").strip()


def _paths(nodes: Iterable[Node], above: _Path = ()) -> Iterator[_Path]:
    for node in nodes:
        here = (*above, node.line)
        yield here
        yield from _paths(node.children, here)


def _signed(sign: str, paths: Counter[_Path]) -> tuple[str, ...]:
    return tuple(f"{sign} {' / '.join(path)}" for path in paths.elements())


def _moved(before: tuple[Node, ...], after: tuple[Node, ...], now: tuple[Node, ...]) -> tuple[str, ...]:
    """Lines of an ordered list that follow each other as neither text has them.

    Where the order says nothing canonical texts are sorted, so there are none.
    """
    was, will = _places(before), _places(after)
    found: list[str] = []
    for section, lines in _sections(now):
        for first, second in pairwise(lines):
            orders = [
                places[first_path] < places[second_path]
                for places in (was, will)
                if (first_path := (*section, first)) in places
                and (second_path := (*section, second)) in places
            ]
            if orders and not any(orders):
                found.append(f"+ {' / '.join((*section, second))}")
    return tuple(found)


def _sections(nodes: tuple[Node, ...], above: _Path = ()) -> Iterator[tuple[_Path, list[str]]]:
    yield above, [node.line for node in nodes]
    for node in nodes:
        if node.children:
            yield from _sections(node.children, (*above, node.line))


def _places(nodes: tuple[Node, ...]) -> dict[_Path, int]:
    """Where each line stands in its section; a line that stands there twice counts where it stands last."""
    return {
        (*section, line): number for section, lines in _sections(nodes) for number, line in enumerate(lines)
    }
