"""A command's pattern as people write one: <word>, <number> and <text> vary, [ ] may be left out, | is a choice.

Only for showing: what may be sent is decided by the pattern itself. It knows the part of regular expressions that
platform data files use; what it does not know it shows as it stands.
"""

import re

_GROUP = re.compile(r"\(\?P<(\w+)>|\(\?P=(\w+)\)|\(\?!|\(\?[a-z]*:|\(")
_QUANTIFIER = re.compile(r"[+*?]|\{[\d,]+\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_VARYING = re.compile(r"(?:<(?:word|number|text)>){2,}")
_SPECIAL = {"S": "<word>", "w": "<word>", "d": "<number>"}


def readable(pattern: str) -> str:
    """The pattern, readable."""
    shown, rest = _choice(pattern)
    return _merged(shown) if not rest else pattern


def _choice(pattern: str) -> tuple[str, str]:
    """What a choice of sequences shows, and what stands behind it (from the bracket that closes it)."""
    parts: list[str] = []
    while True:
        part, pattern = _sequence(pattern)
        parts.append(part)
        if not pattern.startswith("|"):
            return "|".join(parts), pattern
        pattern = pattern[1:]


def _sequence(pattern: str) -> tuple[str, str]:
    shown = ""
    while pattern and pattern[0] not in "|)":
        atom, pattern = _atom(pattern)
        times = _QUANTIFIER.match(pattern)
        if times is not None:
            pattern = pattern[times.end() :]
            if times[0] == "?":
                atom = f"[{atom[1:-1] if atom.startswith('(') else atom}]"
            elif atom.startswith("(") and "|" not in atom:
                atom = atom[1:-1]
        shown += atom
    return shown, pattern


def _atom(pattern: str) -> tuple[str, str]:
    if (group := _GROUP.match(pattern)) is not None:
        return _group(group, pattern[group.end() :])
    if (found := _CLASS.match(pattern)) is not None:
        return _class(found[0][1:-1]), pattern[found.end() :]
    if pattern[0] == "\\":
        return _SPECIAL.get(pattern[1], pattern[1]), pattern[2:]
    return ("<text>" if pattern[0] == "." and pattern[1:2] in ("+", "*") else pattern[0]), pattern[1:]


def _group(opening: re.Match[str], pattern: str) -> tuple[str, str]:
    """A group after its opening: by its name if it has one, nothing if it only says what must not follow."""
    if opening[2]:
        return f"<{opening[2]}>", pattern
    inner, rest = _choice(pattern)
    if opening[1]:
        shown = f"<{opening[1]}>"
    elif opening[0] == "(?!":
        shown = ""
    else:
        shown = inner if re.fullmatch(r"<\w+>", inner) else f"({_merged(inner)})"
    return shown, rest[1:]


def _class(inside: str) -> str:
    if inside.startswith(" "):
        return "<text>"
    if inside == "0-9":
        return "<number>"
    return f"({'|'.join(inside)})" if len(inside) < 4 and "-" not in inside else "<word>"


def _merged(shown: str) -> str:
    """What varies in several ways one behind the other varies."""
    return _VARYING.sub(lambda found: "<text>" if "<text>" in found[0] else "<word>", shown)
