"""One section seen three ways: as it was intended, as it is intended now, as it is on the device."""

from collections.abc import Iterable
from typing import NamedTuple

from linewright.configs.grammar import Facts, Scope
from linewright.configs.tree import Node


class Remarks(NamedTuple):
    """What people have to know about a merge."""

    conflicts: list[str]
    notes: list[str]


class Section:
    """The merge of one section; `target` begins as it is on the device, and only wanted lines change it."""

    def __init__(
        self,
        base: tuple[Node, ...],
        intended: tuple[Node, ...],
        running: tuple[Node, ...],
        scope: Scope,
        remarks: Remarks,
    ) -> None:
        self.scope, self.remarks = scope, remarks
        self.base = {node.line: node for node in base}
        self.intended = {node.line: node for node in intended}
        self.running = {node.line: node for node in running}
        self.target = dict(self.running)
        self.running_keys = self._keys(self.running)

    def merged(self) -> tuple[Node, ...]:
        """The section as it should be, in the order of the device but for ordered groups that change."""
        settled = self._groups()
        leaving = self._keys(line for line in self.base if line not in self.intended)
        coming = self._keys(line for line in self.intended if line not in self.base)
        for line, node in self.base.items():
            facts = self.scope.facts(line)
            if facts.group is not None and facts.group in settled:
                continue
            if line in self.intended:
                self._kept(node, self.intended[line])
            elif facts.key is None or facts.key not in coming:
                self._leaves(node, facts)
        for line, node in self.intended.items():
            facts = self.scope.facts(line)
            if line in self.base or (facts.group is not None and facts.group in settled):
                continue
            self._comes(node, self.base.get(leaving.get(facts.key or "", "")), facts)
        return tuple(self.target.values())

    def _keys(self, lines: Iterable[str]) -> dict[str, str]:
        return {key: line for line in lines if (key := self.scope.facts(line).key) is not None}

    def _kept(self, base: Node, intended: Node) -> None:
        """A line that is intended as before: only what stands beneath it can be wanted."""
        if base.children == intended.children:
            return
        here = self.running.get(base.line)
        if here is None and not self.scope.facts(base.line).permanent:
            self._conflict(base.line, "is gone from the device, and something beneath it is to change")
            return
        self._put(self._beneath(base, intended, here or Node(base.line)))

    def _leaves(self, base: Node, facts: Facts) -> None:
        """A line that is not intended any more and that no other line replaces."""
        here = self.running.get(base.line)
        if here is None:
            other = self.running_keys.get(facts.key or "")
            if other is None:
                self._note(base.line, "is gone already")
            else:
                self._conflict(base.line, f"is to be removed, and the device has {other!r} instead")
            return
        if facts.permanent:
            self._put(self._beneath(base, Node(base.line), here))
        elif (foreign := _first_beyond(here.children, base.children)) is not None:
            self._conflict(base.line, f"is to be removed, and holds {foreign!r}, which is not from us")
        else:
            del self.target[base.line]

    def _comes(self, intended: Node, replaced: Node | None, facts: Facts) -> None:
        """A line that is intended now; `replaced` is the one of the base that had its key."""
        here = self.running.get(intended.line)
        other = self.running_keys.get(facts.key or "")
        if here is not None:
            if intended.children:
                self._put(self._beneath(Node(intended.line), intended, here))
            else:
                self._note(intended.line, "is there already")
        elif other is None and replaced is None:
            self._put(intended)
        elif other is None and replaced is not None:
            self._conflict(intended.line, f"is to replace {replaced.line!r}, which is gone from the device")
        elif replaced is None or other != replaced.line:
            self._conflict(intended.line, f"is wanted, and the device has {other!r} instead")
        else:
            found = self._beneath(replaced, intended, self.running[replaced.line])
            self._put(found, instead_of=replaced.line)

    def _beneath(self, base: Node, intended: Node, running: Node) -> Node:
        inside = Section(
            base.children,
            intended.children,
            running.children,
            self.scope.inside(intended.line),
            self.remarks,
        )
        return Node(intended.line, inside.merged())

    def _put(self, node: Node, instead_of: str | None = None) -> None:
        if instead_of is not None and instead_of != node.line:
            del self.target[instead_of]
        self.target[node.line] = node

    def _groups(self) -> set[str]:
        """Ordered groups that change as a whole, or cannot; their lines are settled here."""
        before, wanted, here = (self._grouped(side) for side in (self.base, self.intended, self.running))
        settled: set[str] = set()
        for group in {*before, *wanted}:
            old, new, now = before.get(group, []), wanted.get(group, []), here.get(group, [])
            if old == new:
                continue
            if now == new:
                self._note(new[0] if new else old[0], "and its list are as wanted already")
            elif now != old:
                self._conflict((new or old)[0], "its list is to change, and is another one on the device")
                settled.add(group)
                continue
            settled.add(group)
            self._relist(old, new)
        return settled

    def _relist(self, old: list[str], new: list[str]) -> None:
        held = {line: self.target.pop(line) for line in {*old, *new} if line in self.target}
        for line in new:
            base, intended = self.base.get(line, Node(line)), self.intended[line]
            self.target[line] = self._beneath(base, intended, held[line]) if line in held else intended

    def _grouped(self, nodes: dict[str, Node]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in nodes:
            if (group := self.scope.facts(line).group) is not None:
                found.setdefault(group, []).append(line)
        return found

    def _conflict(self, line: str, why: str) -> None:
        self.remarks.conflicts.append(f"{self._named(line)}: {why}")

    def _note(self, line: str, why: str) -> None:
        self.remarks.notes.append(f"{self._named(line)}: {why}")

    def _named(self, line: str) -> str:
        return " / ".join((*self.scope.heads, line.split("\n", 1)[0]))


def _first_beyond(running: tuple[Node, ...], base: tuple[Node, ...]) -> str | None:
    """The first line on the device beneath a section that the base does not have there."""
    known = {node.line: node for node in base}
    for node in running:
        if node.line not in known:
            return node.line
        if (found := _first_beyond(node.children, known[node.line].children)) is not None:
            return found
    return None
