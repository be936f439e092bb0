"""What a plan takes away: things by name, and old secrets that its back-out would bring again. Pure."""

import re
from collections.abc import Iterator

from linewright.plan.changeplan import ChangePlan, DevicePlan
from linewright.platforms import Kind, rules, walk
from linewright.redact.token import TOKEN


def old_secrets(part: DevicePlan) -> tuple[str, ...]:
    """The lines of the back-out whose secret no store has, "*" in its place: the job keeps it, encrypted, until it is closed."""
    known = {slot.token for slot in part.slots}
    old: dict[str, str] = {}
    for line in part.back_out:
        for token in TOKEN.findall(line):
            if token not in known:
                old.setdefault(token, TOKEN.sub("*", line.strip()))
    return tuple(old.values())


def removed(plan: ChangePlan) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is there before and not after, by kind in the platform's order: "2 local users", and their names.

    Of several devices each counts; a name is told once.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for part in plan.devices:
        for kind, names in _gone(part):
            found.setdefault((kind.one, kind.many), []).extend(names)
    return tuple(
        (_counted(kind, names), tuple(dict.fromkeys(names))) for kind, names in found.items() if names
    )


def gone(part: DevicePlan) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The same of one device."""
    return tuple(
        (_counted((kind.one, kind.many), names), tuple(names)) for kind, names in _gone(part) if names
    )


def _gone(part: DevicePlan) -> Iterator[tuple[Kind, list[str]]]:
    kinds = rules(part.platform).kinds
    before, after = _names(part, part.before, kinds), _names(part, part.after, kinds)
    for kind in kinds:
        yield kind, [name for name in before[kind.one] if name not in after[kind.one]]


def _counted(kind: tuple[str, str], names: list[str]) -> str:
    return f"{len(names)} {kind[len(names) != 1]}"


def _names(part: DevicePlan, text: str, kinds: tuple[Kind, ...]) -> dict[str, dict[str, None]]:
    """The names of each kind in a text, in its order; lines inside sections are no names."""
    found: dict[str, dict[str, None]] = {kind.one: {} for kind in kinds}
    patterns = [(kind.one, re.compile(kind.match)) for kind in kinds]
    for line in walk(text, rules(part.platform)):
        if line.path or line.kind != "line":
            continue
        for one, pattern in patterns:
            if (match := pattern.match(line.text)) is not None:
                found[one][match[1]] = None
                break
    return found
