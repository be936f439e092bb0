"""Which lines of a change decide whether we still get in. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator

from linewright.model.objects import Record
from linewright.platforms import PlatformRules, walk


class OwnWay(Record, frozen=True):
    """How we reach a device: the interfaces our session ends on or runs through, and the name we log in with."""

    ports: tuple[str, ...] = ()
    login: str = ""


def on_own_way(
    diff: Iterable[str], texts: tuple[str, str], way: OwnWay, rules: PlatformRules
) -> tuple[str, ...]:
    """The lines of a diff that stand on our own way in, each with the section it is in.

    Args:
        diff: as `configs.diff` gives it.
        texts: the whole configuration before and after: access lists and VRFs are found by what names them there.
        way: how we reach the device.
        rules: its platform's.
    """
    ours = _sections(texts, way, rules)
    found: list[str] = []
    inside = ""
    for line in diff:
        text = line[2:]
        if not text.startswith(" "):
            inside = text if ours(text) else ""
        if inside and line[:1] in "+-":
            found.append(line if text == inside else f"{inside}: {line[:1]} {text.strip()}")
    return tuple(found)


def _sections(texts: tuple[str, str], way: OwnWay, rules: PlatformRules) -> Callable[[str], bool]:
    """Tells whether a top-level line, or the head of a section, is on our way in."""
    known = rules.way_in
    ports = [*_named(known.port, way.ports), *_named(known.vrfs, _inside(texts, rules, way, vrf=True))]
    patterns = [
        *ports,
        *_named(known.login, (way.login,) if way.login else ()),
        *known.always,
        *_named(known.lists, _inside(texts, rules, way, vrf=False)),
    ]
    compiled = [re.compile(pattern) for pattern in patterns]
    return lambda line: any(pattern.match(line) for pattern in compiled)


def _inside(texts: tuple[str, str], rules: PlatformRules, way: OwnWay, *, vrf: bool) -> tuple[str, ...]:
    """The VRFs that our own port is in; or the access lists that are bound to it and to the ways to log in."""
    known = rules.way_in
    naming = [re.compile(pattern) for pattern in (known.names_vrf if vrf else known.names_list)]
    heads = [re.compile(p) for p in (*_named(known.port, way.ports), *(() if vrf else known.always))]
    found = {
        match["name"]
        for text in texts
        for line in walk(text, rules)
        if line.path and any(head.match(line.path[0]) for head in heads)
        for pattern in naming
        if (match := pattern.match(line.text)) is not None
    }
    return tuple(sorted(found))


def _named(patterns: Iterable[str], names: Iterable[str]) -> Iterator[str]:
    listed = tuple(names)
    for pattern in patterns:
        for name in listed:
            yield pattern.replace("<name>", re.escape(name))
