"""What a device's configuration is after certain lines: the circular proof of a plan.

Worked out from the platform's rules, line by line as the device takes them, and without looking at the wanted text:
predict(before, commands(before, after)) has to come out as the canonical text of `after`.
"""

from collections.abc import Iterable

from linewright.configs.grammar import Scope, grammar_of
from linewright.configs.order import closing_word
from linewright.configs.tree import Node, arranged, parse, render
from linewright.errors import DataError
from linewright.platforms import PlatformRules
from linewright.platforms.lines import block_end


class _Live:
    """A section that changes; sections inside stay plain nodes until they are entered."""

    def __init__(self, nodes: Iterable[Node], scope: Scope, *, fresh: bool = False) -> None:
        self.scope, self.fresh = scope, fresh
        self.lines: dict[str, Node | _Live] = {}
        self._by_key: dict[str, str] = {}
        self._by_rival: dict[str, str] = {}
        self._by_removal: dict[str, set[str]] = {}
        self._by_subject: dict[str, set[str]] = {}
        self.strict = False
        for node in nodes:
            self._insert(node.line, node)
        self.strict = True

    def enter(self, head: str) -> "_Live":
        """The section of that head: there already, there under the same key, or new."""
        old = self._keyed(head)
        found = self.lines.get(head)
        if found is None and old is not None:
            found = self.lines[old]
            self._delete(old)
        if not isinstance(found, _Live):
            found = _Live(found.children if found else (), self.scope.inside(head), fresh=found is None)
        found.scope = self.scope.inside(head)
        if head not in self.lines:
            self._insert(head, found)
        self.lines[head] = found
        return found

    def take(self, line: str) -> None:
        """One line as the device takes it in this section."""
        if self.scope.facts(line).frozen and not self.fresh:
            raise DataError(f"{line!r} can only be given to a new section", hint="remove the section first")
        if line in self._by_removal:
            for gone in sorted(self._by_removal[line]):
                self._remove(gone)
        elif line.startswith("no ") and line[3:] in self._by_subject:
            self.forget(line[3:])
        elif line not in self.lines:
            if (old := self._keyed(line)) is not None:
                self._delete(old)
            self._insert(line, Node(line))

    def nodes(self) -> tuple[Node, ...]:
        """The section as it stands."""
        return tuple(
            Node(line, held.nodes() if isinstance(held, _Live) else held.children)
            for line, held in self.lines.items()
        )

    def _keyed(self, line: str) -> str | None:
        """The other line that has the new line's key."""
        key = self.scope.facts(line).key
        old = self._by_key.get(key) if key is not None else None
        return None if old == line else old

    def _insert(self, line: str, held: "Node | _Live") -> None:
        facts = self.scope.facts(line)
        self.lines[line] = held
        if facts.key is not None:
            self._by_key[facts.key] = line
        if facts.rival is not None:
            if (old := self._by_rival.get(facts.rival, line)) != line and self.strict:
                raise DataError(
                    f"{line!r} is refused while {old!r} is there", hint="remove the old line first"
                )
            self._by_rival[facts.rival] = line
        self._by_removal.setdefault(facts.removal, set()).add(line)
        if facts.subject is not None:
            self._by_subject.setdefault(facts.subject, set()).add(line)

    def _delete(self, line: str) -> None:
        facts = self.scope.facts(line)
        del self.lines[line]
        if facts.key is not None and self._by_key.get(facts.key) == line:
            del self._by_key[facts.key]
        if facts.rival is not None and self._by_rival.get(facts.rival) == line:
            del self._by_rival[facts.rival]
        _discard(self._by_removal, facts.removal, line)
        if facts.subject is not None:
            _discard(self._by_subject, facts.subject, line)

    def _remove(self, line: str) -> None:
        """A line goes; the last line that creates a subject takes the subject with it."""
        if line not in self.lines:
            return
        facts = self.scope.facts(line)
        self._delete(line)
        if (
            facts.creates
            and facts.subject is not None
            and not any(self.scope.facts(other).creates for other in self._by_subject.get(facts.subject, ()))
        ):
            self.forget(facts.subject)

    def forget(self, subject: str) -> None:
        """All lines about a subject go, here and in the sections inside."""
        for line in sorted(self._by_subject.get(subject, ())):
            self._delete(line)
        for line, held in list(self.lines.items()):
            if (isinstance(held, _Live) or held.children) and not self.scope.inside(line).makes_subjects:
                self.enter(line).forget(subject)


def predict(before: str, commands: Iterable[str], rules: PlatformRules) -> str:
    """The canonical text that a device with configuration `before` has after the lines of `commands`.

    Raises:
        DataError: `before` cannot be read, the lines enter and leave sections in a way that their indentation does
            not show, or a line would be refused.
    """
    root = _Live(parse(before, rules), grammar_of(rules).top)
    stack: list[tuple[str, _Live]] = [("", root)]
    rows = [row.rstrip() for row in commands]
    number = 0
    while number < len(rows):
        row = rows[number]
        number += 1
        line, depth = row.strip(), len(row) - len(row.lstrip(" "))
        if (
            len(stack) > 1
            and depth == rules.indent * (len(stack) - 2)
            and line == closing_word(stack[-1][0], rules)
        ):
            stack.pop()
            continue
        if depth != rules.indent * (len(stack) - 1) or not line or line in rules.exits:
            raise DataError(f"line {number}, {line!r}: not in the section that its indentation shows")
        section = stack[-1][1]
        if (end := block_end(line, rules)) is not None:
            body = next((i for i in range(number, len(rows)) if end.match(rows[i].strip())), None)
            if body is None:
                raise DataError(f"line {number}, {line!r}: the text is not ended")
            section.take("\n".join((line, *rows[number : body + 1])))
            number = body + 1
        elif number < len(rows) and _opens(line, depth, rows[number], rules):
            stack.append((line, section.enter(line)))
        elif section.scope.facts(line).section:
            raise DataError(f"line {number}, {line!r}: the section is entered and not left")
        else:
            section.take(line)
    if len(stack) > 1:
        raise DataError(f"the section {stack[-1][0]!r} is entered and not left")
    return render(arranged(root.nodes(), rules), rules)


def _opens(line: str, depth: int, following: str, rules: PlatformRules) -> bool:
    """Whether a line opens a section: the next one is deeper, or leaves it at once."""
    deeper = len(following) - len(following.lstrip(" "))
    return deeper > depth or (deeper == depth and following.strip() == closing_word(line, rules))


def _discard(index: dict[str, set[str]], key: str, line: str) -> None:
    found = index[key]
    found.discard(line)
    if not found:
        del index[key]
