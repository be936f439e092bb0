"""What differs between two configurations, as single operations in the three stages they can be sent in.

The stages are: make room (what has to go before something new is accepted), set (new and changed lines, in canonical
order: definitions before what refers to them), remove (backwards: references before definitions). Create, bind,
unbind, delete: nothing is used before it is there, nothing goes while it is used.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec

from linewright.configs.grammar import Network, Scope
from linewright.configs.subjects import changed
from linewright.configs.tree import Node

Path = tuple[str, ...]
#: A section and the line to send in it; None only enters the section (which brings it into being).
Operation = tuple[Path, str | None]


class Stages(msgspec.Struct):
    """Operations by stage, each list in the order of sending."""

    room: list[Operation]
    set: list[Operation]
    remove: list[Operation]
    last: list[Operation]

    def extend(self, other: "Stages") -> None:
        """Append another section's operations."""
        self.room += other.room
        self.set += other.set
        self.remove += other.remove
        self.last += other.last


def stages(before: tuple[Node, ...], after: tuple[Node, ...], scope: Scope) -> Stages:
    """The operations that lead from one canonical tree to another, whole configurations."""
    networks = _Crowded()
    networks.collect(before, after, scope)
    return _Section(before, after, scope, networks, frozenset()).stages()


class _Crowded:
    """The networks that get a new address somewhere: whatever else holds one of them has to let go first."""

    def __init__(self) -> None:
        self._wider: set[Network] = set()
        self._new: set[Network] = set()

    def collect(self, before: tuple[Node, ...], after: tuple[Node, ...], scope: Scope) -> None:
        """Note the networks of all addresses that are new in their section."""
        old = {node.line: node for node in before}
        for node in after:
            match = old.get(node.line)
            if node.children:
                self.collect(match.children if match else (), node.children, scope.inside(node.line))
            elif match is None and (network := scope.facts(node.line).network) is not None:
                self._new.add(network)
                self._wider.update(network.supernet(new_prefix=n) for n in range(network.prefixlen + 1))

    def meets(self, network: Network) -> bool:
        """Whether a new address lies in this network, or this network in a new one."""
        return network in self._wider or any(
            network.supernet(new_prefix=n) in self._new for n in range(network.prefixlen)
        )


class _Section:
    """One section before and after. `gone` are subjects that are taken away in a section around it."""

    def __init__(
        self,
        before: tuple[Node, ...],
        after: tuple[Node, ...],
        scope: Scope,
        networks: _Crowded,
        gone: frozenset[str],
    ) -> None:
        self.scope, self.path, self.networks = scope, scope.heads, networks
        self.before, self.after = before, after
        self.gone = frozenset() if scope.makes_subjects else gone
        self.removed_subjects, self.renewed_subjects = changed(before, after, scope)
        self.gone |= {*self.removed_subjects, *self.renewed_subjects}
        self.new = {node.line: node for node in after}
        self.remade = [node.line for node in before if node.line in self.new and self._is_remade(node)]
        self.old = {node.line: node for node in before if self._lives(node)}
        self.cleared = self._cleared()
        self.rivals = {
            rival
            for line in self.new
            if line not in self.old and (rival := scope.facts(line).rival) is not None
        }

    def _lives(self, node: Node) -> bool:
        return self.scope.facts(node.line).subject not in self.gone and node.line not in self.remade

    def _is_remade(self, node: Node) -> bool:
        """Whether a section has to be removed and made again, for a line that only a new section takes."""
        new = self.new[node.line]
        if not (node.children or new.children):
            return False
        inside = self.scope.inside(node.line)
        was, will = (
            {child.line for child in side.children if inside.facts(child.line).frozen} for side in (node, new)
        )
        return was != will

    def stages(self) -> Stages:
        """The operations of this section and those inside it."""
        out = Stages([], [], [], [])
        out.room += [(self.path, f"no {subject}") for subject in reversed(self.renewed_subjects)]
        out.room += [(self.path, self.scope.facts(line).removal) for line in self.remade]
        out.room += [(self.path, self.scope.facts(line).removal) for line in self.cleared]
        partners, moved = self._partners(), self._moves()
        inner: dict[str, Stages] = {}
        for line, node in self.new.items():
            partner = self.old.get(line, partners.get(line))
            if partner is None or line in moved or not (partner.children or node.children):
                continue
            if self.gone or partner != node:
                inner[line] = self._inner(partner, node)
        for line, node in self.new.items():
            out.set += moved.get(line, [])
            if line in inner:
                if line not in self.old:
                    out.set.append(((*self.path, line), None))
                out.room += inner[line].room
                out.set += inner[line].set
                out.last += inner[line].last
            elif line not in self.old or line in moved or line in self.cleared:
                final = self.scope.facts(line).final
                (out.last if final else out.set).extend(_whole(node, self.scope))
        self._removals(out, inner, partners, moved)
        self._never_empty(out)
        return out

    def _never_empty(self, out: Stages) -> None:
        """Lists of which an entry has to make room are taken apart and put together again entry by entry.

        An entry that stays in force is always left: nothing is ever held to an empty list. Only where the single entry
        of a list changes its number and nothing else is there a moment without.
        """
        old, new = self._lists(self.old), self._lists(self.new)
        for name, entries in old.items():
            removals = {self.scope.facts(line).removal for line in entries}
            if name not in new or not any((self.path, removal) in out.room for removal in removals):
                continue
            ours = {(self.path, line) for line in (*new[name], *removals)}
            for stage in (out.room, out.set, out.remove):
                stage[:] = [operation for operation in stage if operation not in ours]
            out.room[:0] = [(self.path, line) for line in self._entry_by_entry(entries, new[name])]

    def _entry_by_entry(self, old: list[str], new: list[str]) -> list[str]:
        """The lines that lead from some entries of a list to others; an entry replaces the one of its number."""
        facts = self.scope.facts
        here, wanted = ({facts(line).key: line for line in lines} for lines in (old, new))
        out: list[str] = []
        while here != wanted:
            said = {facts(line).rival for line in here.values()}
            ready = [key for key, line in wanted.items() if facts(line).rival not in said]
            if ready:
                here[ready[0]] = wanted[ready[0]]
                out.append(wanted[ready[0]])
                continue
            repeated = {facts(line).rival for line in new}
            away = [key for key, line in here.items() if wanted.get(key) != line]
            away.sort(key=lambda key: facts(here[key]).rival not in repeated)
            out.append(facts(here.pop(away[0])).removal)
        return out

    def _lists(self, lines: Iterable[str]) -> dict[str, list[str]]:
        """Numbered entries by the list they are in: entries of one list may not say the same."""
        found: dict[str, list[str]] = {}
        for line in lines:
            facts = self.scope.facts(line)
            parts = (facts.rival or "").split("\0")
            if len(parts) > 2 and facts.key is not None:
                found.setdefault(parts[1], []).append(line)
        return found

    def _inner(self, before: Node, after: Node) -> Stages:
        return _Section(
            before.children,
            after.children,
            self.scope.inside(after.line),
            self.networks,
            self.gone,
        ).stages()

    def _partners(self) -> dict[str, Node]:
        """For a new line the old one that it replaces in place, by key."""
        found: dict[str, Node] = {}
        old_keys = self._unique(
            {line for line in self.old if line not in self.new and not self._blocks(line)}
        )
        new_keys = self._unique({line for line in self.new if line not in self.old})
        for key, line in new_keys.items():
            if key in old_keys:
                found[line] = self.old[old_keys[key]]
        return found

    def _unique(self, lines: set[str]) -> dict[str, str]:
        keys = [(key, line) for line in lines if (key := self.scope.facts(line).key) is not None]
        counts = Counter(key for key, _ in keys)
        return {key: line for key, line in keys if counts[key] == 1}

    def _moves(self) -> dict[str, list[Operation]]:
        """Lines of ordered groups that have to be set (again) at the end, each with what is taken away before it.

        A device appends a new line to its group and leaves one that is there where it is. So the longest beginning of
        the new order that the old one can be thinned out to stays; all else of the new order is set after it.
        """
        groups: dict[str, tuple[list[str], list[str]]] = {}
        for side, lines in enumerate((self.old, self.new)):
            for line in lines:
                if (group := self.scope.facts(line).group) is not None:
                    groups.setdefault(group, ([], []))[side].append(line)
        moves: dict[str, list[Operation]] = {}
        for old, new in groups.values():
            kept = 0
            for line in old:
                if kept < len(new) and line == new[kept]:
                    kept += 1
            if kept == len(new):
                continue
            staying = set(new[:kept])
            away = [line for line in old if line not in staying]
            moves |= {line: [] for line in new[kept:]}
            moves[new[kept]] = [(self.path, self.scope.facts(line).removal) for line in reversed(away)]
        return moves

    def _removals(
        self,
        out: Stages,
        inner: dict[str, Stages],
        partners: dict[str, Node],
        moved: dict[str, list[Operation]],
    ) -> None:
        replaced = {node.line for node in partners.values()}
        heads = {partner.line: line for line, partner in partners.items()}
        regrouped = {self.scope.facts(line).group for line in moved}
        awake: list[Operation] = []
        cleared = set(self.cleared)
        for node in reversed(self.before):
            line = node.line
            if line not in self.old:
                continue
            facts = self.scope.facts(line)
            head = line if line in self.new else heads.get(line, "")
            if head in inner:
                out.remove += inner[head].remove
            elif (
                line in self.new or line in replaced or (facts.group is not None and facts.group in regrouped)
            ):
                continue
            elif facts.permanent:
                inside = self._inner(node, Node(line))
                out.room += inside.room
                out.remove += inside.remove
            elif facts.final:
                awake.append((self.path, facts.removal))
            elif line in cleared:
                continue
            elif self._rivals(line) or self._in_the_way(node):
                out.room.append((self.path, facts.removal))
            else:
                out.remove.append((self.path, facts.removal))
        # Final lines go before anything else of their section is taken away.
        if out.room:
            out.room[:0] = awake
        else:
            out.remove[:0] = awake
        out.remove += [(self.path, f"no {subject}") for subject in reversed(self.removed_subjects)]

    def _rivals(self, line: str) -> bool:
        """Whether a new line is refused while this one is there."""
        return self.scope.facts(line).rival in self.rivals

    def _blocks(self, line: str) -> bool:
        """Whether this line has to go before something new is accepted, so that nothing can replace it in place."""
        network = self.scope.facts(line).network
        return self._rivals(line) or (network is not None and self.networks.meets(network))

    def _in_the_way(self, node: Node) -> bool:
        """Whether an address of this line or section has to go before a new one is set."""
        network = self.scope.facts(node.line).network
        if network is not None:
            return self.networks.meets(network)
        inside = self.scope.inside(node.line) if node.children else self.scope
        return any(
            found is not None and self.networks.meets(found)
            for found in (inside.facts(child.line).network for child in node.children)
        )

    def _cleared(self) -> list[str]:
        """The addresses of all networks whose first address changes, in the order to take them away.

        Linux drops the others of a network with its first one, so all go, the first at last; what stays is set again.
        """
        old: dict[Network, list[str]] = {}
        new: dict[Network, list[str]] = {}
        for found, lines in ((old, self.old), (new, self.new)):
            for line in lines:
                if (network := self.scope.facts(line).network) is not None:
                    found.setdefault(network, []).append(line)
        return [
            line
            for network, lines in old.items()
            if (len(lines) > 1 or network in new) and lines[:1] != new.get(network, [])[:1]
            for line in reversed(lines)
        ]


def _whole(node: Node, scope: Scope) -> list[Operation]:
    """The operations that set a line with everything beneath it; final lines come last in their section."""
    if not node.children and not scope.facts(node.line).section:
        return [(scope.heads, node.line)]
    inside = scope.inside(node.line)
    out: list[Operation] = [] if node.children else [(inside.heads, None)]
    last: list[Operation] = []
    for child in node.children:
        (last if inside.facts(child.line).final else out).extend(_whole(child, inside))
    return [*out, *last]
