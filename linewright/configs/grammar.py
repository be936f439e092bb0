"""What a platform's rules say about a line in its section: class, key, group, subject, way of removal."""

import ipaddress
import re
from functools import lru_cache

import msgspec

from linewright.model.natural import natural_key
from linewright.platforms import Place, PlatformRules

#: Facts kept per place; a configuration of 10,000 lines and its change fit several times.
_MOST_KNOWN = 100_000

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Facts(msgspec.Struct, frozen=True):
    """One line in one section.

    Attributes:
        sort: place in the canonical order.
        removal: the line that takes this one away.
        key: equal for lines of which there is one, a new one replaces the old one; None where any number may stand.
        rival: equal for lines of which there is one, a new one is refused while the old one is there; or None.
        frozen: can only be given to a new section.
        group: equal for lines among which order says something; None where it says nothing.
        subject: what this and other lines are about ("neighbor 192.0.2.1").
        creates: whether the line brings its subject into being.
        section: whether the line opens a section even without lines beneath.
        permanent: whether the section cannot be removed.
        final: comes into force after everything else.
        network: the network of the address that the line sets.
    """

    sort: tuple[object, ...]
    removal: str
    key: str | None
    rival: str | None
    frozen: bool
    group: str | None
    subject: str | None
    creates: bool
    section: bool
    permanent: bool
    final: bool
    network: Network | None


class _Patterns(msgspec.Struct, frozen=True):
    """A place of the rules, compiled."""

    place: Place
    restore: str
    inside: re.Pattern[str]
    order: tuple[re.Pattern[str], ...]
    single: tuple[re.Pattern[str], ...]
    exclusive: tuple[re.Pattern[str], ...]
    frozen: tuple[re.Pattern[str], ...]
    ordered: tuple[re.Pattern[str], ...]
    networks: tuple[re.Pattern[str], ...]
    sections: tuple[re.Pattern[str], ...]
    permanent: tuple[re.Pattern[str], ...]
    final: tuple[re.Pattern[str], ...]
    owned: tuple[re.Pattern[str], ...]
    subjects: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    removals: tuple[tuple[re.Pattern[str], str], ...]


class Grammar:
    """A platform's places; what was worked out about a line is kept for the next time, within bounds."""

    def __init__(self, patterns: tuple[_Patterns, ...]) -> None:
        self._patterns = patterns
        self._facts: dict[int, dict[str, Facts]] = {}
        self.top = self.scope(())

    def scope(self, heads: tuple[str, ...]) -> "Scope":
        """The scope of the section that these heads lead to, outermost first."""
        path = " / ".join(heads)
        number = next(i for i, patterns in enumerate(self._patterns) if patterns.inside.fullmatch(path))
        return Scope(self, heads, self._patterns[number], self._facts.setdefault(number, {}))


class Scope:
    """Lines of one section."""

    def __init__(
        self, grammar: Grammar, heads: tuple[str, ...], patterns: _Patterns, known: dict[str, Facts]
    ) -> None:
        self.heads = heads
        self.makes_subjects = any(subject.creates for subject in patterns.place.subjects)
        self._grammar = grammar
        self._patterns = patterns
        self._known = known

    def inside(self, head: str) -> "Scope":
        """The scope of the section that `head` opens here."""
        return self._grammar.scope((*self.heads, head))

    def facts(self, line: str) -> Facts:
        """What is known about a line of this section."""
        found = self._known.get(line)
        if found is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[line] = _facts(line, self._patterns)
        return found

    def owned(self, line: str) -> str:
        """The kind by which a line of the top level is ours or not: its key, or the line itself."""
        return _key(line, self._patterns.owned) or line


@lru_cache(maxsize=64)
def grammar_of(rules: PlatformRules) -> Grammar:
    """A platform's grammar."""
    return Grammar(tuple(_place(place, rules.restore) for place in (*rules.places, Place(inside=".*"))))


def _place(place: Place, restore: str) -> _Patterns:
    return _Patterns(
        place=place,
        restore=restore,
        inside=re.compile(place.inside, re.DOTALL),
        order=_all(place.order),
        single=_all(place.single),
        exclusive=_all(place.exclusive),
        frozen=_all(place.frozen),
        ordered=_all(place.ordered),
        networks=_all(place.networks),
        sections=_all(place.sections),
        permanent=_all(place.permanent),
        final=_all(place.final),
        owned=_all(place.owned),
        subjects=tuple((re.compile(s.match), re.compile(s.creates)) for s in place.subjects),
        removals=tuple((re.compile(r.match), r.to) for r in place.removals),
    )


def _all(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) if pattern else _REST for pattern in patterns)


#: "" in an order stands for all lines of no other class.
_REST = re.compile(r"(?!)")


def _facts(line: str, patterns: _Patterns) -> Facts:
    exclusive = _key(line, patterns.exclusive)
    group = _key(line, patterns.ordered)
    subject, creates = _subject(line, patterns)
    single = _key(line, patterns.single)
    rank = _rank(line, patterns.order)
    return Facts(
        sort=(rank, natural_key(subject or ""), not creates, *_natural(line, single or exclusive, group)),
        removal=_removal(line, patterns),
        key=single,
        rival=exclusive,
        frozen=_any(line, patterns.frozen),
        group=group,
        subject=subject,
        creates=creates,
        section=_any(line, patterns.sections),
        permanent=_any(line, patterns.permanent),
        final=_any(line, patterns.final),
        network=_network(line, patterns.networks),
    )


def _natural(line: str, key: str | None, group: str | None) -> tuple[object, ...]:
    """Keys sort by what they are about, so that `permit 10` stands before `deny 20`."""
    if group is not None:
        return natural_key(group), ()
    about = line if key is None else key.partition("\0")[2]
    return natural_key(about), natural_key(line)


def _any(line: str, patterns: tuple[re.Pattern[str], ...]) -> bool:
    return any(pattern.match(line) for pattern in patterns)


def _key(line: str, patterns: tuple[re.Pattern[str], ...]) -> str | None:
    for number, pattern in enumerate(patterns):
        if (found := pattern.match(line)) is not None:
            return "\0".join((str(number), *(group or "" for group in found.groups() or (found[0],))))
    return None


def _rank(line: str, order: tuple[re.Pattern[str], ...]) -> int:
    for number, pattern in enumerate(order):
        if pattern.match(line) is not None:
            return number
    return order.index(_REST) if _REST in order else len(order)


def _subject(line: str, patterns: _Patterns) -> tuple[str | None, bool]:
    for match, creates in patterns.subjects:
        if (found := match.match(line)) is not None:
            return found[1], bool(creates.pattern) and creates.match(line) is not None
    return None, False


def _removal(line: str, patterns: _Patterns) -> str:
    for match, template in patterns.removals:
        if (found := match.fullmatch(line)) is not None:
            return found.expand(template)
    first = line.split("\n", 1)[0]
    return f"{patterns.restore}{first[3:]}" if first.startswith("no ") else f"no {first}"


def _network(line: str, patterns: tuple[re.Pattern[str], ...]) -> Network | None:
    for pattern in patterns:
        if (found := pattern.match(line)) is not None:
            try:
                return ipaddress.ip_interface(found["address"]).network
            except ValueError:
                return None
    return None
