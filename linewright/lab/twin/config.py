"""A configuration as EOS keeps it: a tree of sections and lines, changed by commands, shown in one fixed order.

The text depends on what is set, never on the order in which it was set; only lists that carry sequence numbers are
ordered by them, as on the device, and servers that are asked one after the other stay in the order they were given.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from linewright.lab.twin.grammar import ROOT, Rule, rules_for
from linewright.lab.twin.words import Line, Matched
from linewright.model.natural import natural_key

_INDENT = "   "


class NotAccepted(Exception):  # noqa: N818 - it is an answer of the device, not an error of ours
    """A command the device does not take; the text is its answer."""


@dataclass(slots=True)
class Node:
    """A line, and the lines of its section if it opens one. `text` holds the lines of a banner."""

    line: str
    rule: Rule
    key: str = ""
    text: tuple[str, ...] = ()
    children: list["Node"] = field(default_factory=list)

    @property
    def mode(self) -> str:
        """The mode of the section it opens; empty for a plain line."""
        return "" if self.line.startswith("no ") else self.rule.opens

    def clone(self) -> "Node":
        """A copy that changes on its own."""
        return Node(self.line, self.rule, self.key, self.text, [node.clone() for node in self.children])

    def child(self, line: str) -> "Node | None":
        """The child of exactly that line."""
        return next((node for node in self.children if node.line == line), None)

    def values(self, start: str) -> list[str]:
        """What follows `start` in every child line that begins with it."""
        return [
            node.line[len(start) :].strip()
            for node in self.children
            if f"{node.line} ".startswith(start + " ")
        ]


#: Where a command line session stands: the sections from the root to the current one.
Place = tuple[Node, ...]


class Config:
    """One configuration. `ports` are the physical interfaces, which are always there and cannot be removed."""

    def __init__(self, ports: Iterable[str] = ()) -> None:
        self.ports = tuple(ports)
        self.root = Node("", ROOT)
        for port in self.ports:
            self.root.children.append(self._interface(port))

    def clone(self) -> "Config":
        """A copy that changes on its own."""
        copied = Config()
        copied.ports, copied.root = self.ports, self.root.clone()
        return copied

    @property
    def top(self) -> Place:
        """Where a session begins."""
        return (self.root,)

    def load(self, text: str) -> "Config":
        """Apply a whole text, banners included; returns the same configuration.

        Raises:
            NotAccepted: a line is not one the device takes; the answer names it and its number.
        """
        place, lines = self.top, iter(enumerate(text.splitlines(), start=1))
        for number, line in lines:
            try:
                body: tuple[str, ...] = ()
                if _wants_text(line):
                    body = tuple(_until_eof(lines))
                place = self.apply(place, line, body)
            except NotAccepted as answer:
                raise NotAccepted(f"line {number} ({line.strip()!r}): {answer}") from None
        return self

    def apply(self, place: Place, text: str, body: tuple[str, ...] = ()) -> Place:
        """One command where the session stands; returns where it stands then.

        A command that the current mode does not know is tried in the modes above, as the device does.

        Raises:
            NotAccepted: no mode takes it; the text is the device's answer.
        """
        text = text.strip()
        if not text or text.startswith("!"):
            return place
        if text == "end":
            return self.top
        if text == "exit":
            return place[:-1] or self.top
        negative = next((word for word in ("no", "default") if text.startswith(word + " ")), "")
        line = Line(text.removeprefix(negative).strip())
        furthest = 0
        for depth in range(len(place), 0, -1):
            missed, there = self._try(place[:depth], negative, line, body)
            if there is not None:
                return there
            furthest = max(furthest, missed)
        raise NotAccepted(_complaint(line, furthest, shift=bool(negative)))

    def _try(
        self, place: Place, negative: str, line: Line, body: tuple[str, ...]
    ) -> tuple[int, Place | None]:
        """The command in one mode: where the session stands then, or how far the best pattern came."""
        section, furthest = place[-1], 0
        for rule in rules_for(section.mode, line.words[0] if line.words else ""):
            if negative and (named := rule.pattern.named(line)) is not None:
                if rule.flag == "kept":
                    section.children = [node for node in section.children if node.key != named]
                else:
                    self._remove(section, named)
                return 0, place
            matched = rule.pattern.match(line)
            if isinstance(matched, Matched) and (negative or rule.flag != "remove"):
                if negative:
                    self._negate(section, rule, matched, keep=negative == "no")
                    return 0, place
                return 0, self._set(place, rule, matched, body)
            if not isinstance(matched, Matched):
                furthest = max(furthest, matched.at)
                if rule.flag == "inline" and 0 < matched.at < len(line.words):
                    there = self._inline(place, rule, line, matched.at, negative)
                    if there is not None:
                        return 0, there
        return furthest, None

    def _inline(self, place: Place, rule: Rule, line: Line, at: int, negative: str) -> Place | None:
        """A section's command on the line that names the section."""
        opening = rule.pattern.match(Line(" ".join(line.words[:at])))
        if not isinstance(opening, Matched):
            return None
        if negative and place[-1].child(opening.line) is None:
            return place
        self.apply(self._set(place, rule, opening, ()), f"{negative} {line.rest(at)}")
        return place

    def _set(self, place: Place, rule: Rule, matched: Matched, body: tuple[str, ...]) -> Place:
        section, line, key = place[-1], matched.line, matched.key
        if rule.flag == "numbered":
            if any(node.line.partition(" ")[2] == line for node in section.children):
                return place
            last = max((int(node.key) for node in section.children if node.key.isdigit()), default=0)
            return self.apply(place, f"{last + 10} {line}")
        if section.mode == "global" and line.startswith("interface "):
            self._must_exist(matched.words[1])
        node = section.child(line)
        if node is None:
            node = Node(line, rule, key)
            taken = next((other for other in section.children if other.key == key), None)
            if taken is not None and rule.flag == "unique":
                raise NotAccepted(f"Duplicate sequence number {key}")
            if taken is not None and rule.flag == "sole":
                raise NotAccepted(f"{key.split()[-1].upper()} is already running: {taken.line}")
            if taken is not None and rule.flag == "kept":
                section.children[section.children.index(taken)] = node
                return place
            section.children = [other for other in section.children if other.key != key]
            if rule.flag != "no":
                section.children.append(node)
        if rule.flag == "text":
            node.text = body
        return (*place, node) if rule.opens else place

    def _negate(self, section: Node, rule: Rule, matched: Matched, *, keep: bool) -> None:
        line = matched.line
        if rule.flag == "numbered":
            section.children = [n for n in section.children if n.line.partition(" ")[2] != line]
        elif rule.flag == "remove":
            self._remove(section, line)
        elif matched.words[:2] == ("ip", "address") or rule.opens:
            # Another address, or another section, than the one that is there is not the one to remove.
            section.children = [node for node in section.children if node.line != line]
        else:
            section.children = [node for node in section.children if node.key != matched.key]
        if keep and rule.flag in ("no", "both"):
            section.children.append(Node(f"no {line}", rule, matched.key))
        self._restore_ports(section)

    def _remove(self, section: Node, start: str) -> None:
        """Remove every line that begins so, in the sections below too: a neighbour leaves its address families."""
        section.children = [
            node
            for node in section.children
            if not f"{node.line.removeprefix('no ')} ".startswith(start + " ")
        ]
        for node in section.children if section is not self.root else ():
            self._remove(node, start)
        self._restore_ports(section)

    def _restore_ports(self, section: Node) -> None:
        if section is self.root:
            missing = [port for port in self.ports if section.child(f"interface {port}") is None]
            section.children += [self._interface(port) for port in missing]

    def _interface(self, port: str) -> Node:
        line = Line(f"interface {port}")
        for rule in rules_for("global", "interface"):
            matched = rule.pattern.match(line)
            if isinstance(matched, Matched):
                return Node(matched.line, rule, matched.key)
        raise ValueError(f"{port!r} is not the name of a port")

    def _must_exist(self, name: str) -> None:
        """A switch has the ports it has; logical interfaces are made by naming them."""
        physical = name.partition(".")[0]
        if physical.startswith(("Ethernet", "Management")) and self.ports and physical not in self.ports:
            raise NotAccepted(f"Invalid input (at token 1: '{name}')")

    def render(self) -> list[str]:
        """The lines of the running configuration, without header and closing `end`."""
        return [line.rstrip() for line in _lines(self.root, 0)]

    def section(self, line: str) -> Node:
        """A top-level section; an empty one if it is not there."""
        return self.root.child(line) or Node(line, ROOT)

    def sections(self, start: str) -> Iterator[tuple[str, Node]]:
        """Top-level sections that begin so, as (rest of the line, section), in the order they are shown."""
        for node in sorted(self.root.children, key=_place):
            if node.line.startswith(start + " "):
                yield node.line[len(start) + 1 :], node


def _wants_text(line: str) -> bool:
    return line.strip() in ("banner motd", "banner login")


def _until_eof(lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    for _, line in lines:
        if line.strip() == "EOF":
            return
        yield line


def _complaint(line: Line, at: int, *, shift: bool) -> str:
    if at >= len(line.words):
        return f"Incomplete token (at token {len(line.words) + shift}: None)"
    return f"Invalid input (at token {at + shift}: '{line.words[at]}')"


def _place(node: Node) -> tuple[object, ...]:
    """Where a line stands among its siblings: by command, then by name and number; a neighbour's lines together."""
    line, rule = node.line.removeprefix("no "), node.rule
    second = natural_key(line.split()[1]) if rule.group != rule.rank else ()
    if rule.flag == "kept":
        return (rule.group, (), rule.rank, ())
    if rule.flag == "unique":  # remarks and entries stand in the order of their numbers
        return (1, (), 0, natural_key(line))
    return (rule.group, second, rule.rank, natural_key(line))


def _lines(section: Node, depth: int) -> Iterator[str]:
    previous: Node | None = None
    for node in sorted(section.children, key=_place):
        apart = depth == 0 and previous is not None and node.rule.rank != previous.rule.rank
        if previous is not None and (node.mode or apart):
            yield _INDENT * depth + "!"
        previous = node
        yield _INDENT * depth + node.line
        if node.rule.flag == "text" and node.mode == "":
            yield from node.text
            yield "EOF"
        yield from _lines(node, depth + 1)
