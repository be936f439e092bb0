"""Candidate texts before they go to a router: what may be in them, and how they are shown. Pure.

A merge candidate is sent line by line, so a line that would do something else than configure is refused here.
"""

import re
from functools import cache

from linewright.platforms import rules, walk

#: FRR reads lines into a buffer of 4,096 bytes and would take the rest for the next line (vtysh, VTY_BUFSIZ).
MAX_LINE = 4000
MAX_LINES = 200_000

#: Words by which vtysh leaves the configuration, saves, or does anything but configure; the first two are our own.
_NOT_CONFIGURATION = re.compile(
    r"(?:linewright-acknowledge|XFRR_)|(?:end|quit|configure|disable|do|write|copy|vtysh)(?:\s|$)"
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")


def merge_lines(text: str) -> tuple[str, ...]:
    """The lines of a merge candidate that go to FRR, as they stand; empty lines and comments do not.

    Raises:
        ValueError: naming the line's number, never its text (it may hold a secret).
    """
    kept = []
    for number, line in _numbered(text):
        stripped = line.strip()
        if not stripped or stripped.startswith(("!", "#")):
            continue
        if _NOT_CONFIGURATION.match(stripped):
            raise ValueError(f"line {number} is a command, not configuration")
        kept.append(line.rstrip())
    if not kept:
        raise ValueError("there is no line in it")
    return tuple(kept)


def whole_text(text: str) -> str:
    """A replace candidate: the text with its lines checked, one newline at the end.

    Raises:
        ValueError: as merge_lines.
    """
    kept = [line.rstrip() for _, line in _numbered(text)]
    if not any(line and not line.lstrip().startswith(("!", "#")) for line in kept):
        raise ValueError("there is no line in it")  # frr-reload would take everything away
    return "\n".join(kept) + "\n"


def _numbered(text: str) -> list[tuple[int, str]]:
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if len(lines) > MAX_LINES:
        raise ValueError(f"it has {len(lines)} lines; {MAX_LINES} is the limit")
    for number, line in enumerate(lines, 1):
        if found := _CONTROL.search(line):
            raise ValueError(f"line {number} holds a control character (U+{ord(found[0]):04X})")
        if len(line.encode()) > MAX_LINE:
            raise ValueError(f"line {number} is longer than {MAX_LINE} bytes")
    return list(enumerate(lines, 1))


@cache
def _secrets() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in rules("frr").secrets)


def secret_of(line: str) -> str:
    """The secret in a line, where FRR is known to have one; empty when there is none."""
    stripped = line.strip()
    found = (pattern.match(stripped) for pattern in _secrets())
    return next((match["secret"] for match in found if match), "")


def masked(words: str, *texts: str) -> str:
    """`words` with "*" for every secret that stands in them or in one of the `texts` they may quote.

    FRR quotes a line behind words of its own and ": ", our script behind its sections and tabs.
    """
    rows = [line for text in texts for line in text.splitlines()]
    rows += [line[at:] for line in words.splitlines() for at in (0, *_quotes(line))]
    for value in sorted({secret_of(row) for row in rows} - {""}, key=len, reverse=True):
        words = words.replace(value, "*")
    return words


def _quotes(line: str) -> list[int]:
    return [found.end() for found in re.finditer(r": |\t", line)]


def sanitised(text: str) -> str:
    """A configuration with "*" for every secret, each only in its own line."""
    lines = []
    for line in text.splitlines(keepends=True):
        value = secret_of(line)
        lines.append(
            line[: line.rindex(value)] + "*" + line[line.rindex(value) + len(value) :] if value else line
        )
    return "".join(lines)


def plain_diff(before: str, after: str) -> str:
    """Lines, behind the sections they stand in, that only one of two configurations has; the order does not count.

    `frr-reload.py --test` is not asked: it does not see differences in `line vty` and `password`, shows removed
    static routes as added lines, and compares with nothing when the candidate does not parse.
    """
    old, new = _placed(before), _placed(after)
    gone = [f"-{row}" for row in old if row not in new]
    return "\n".join(gone + [f"+{row}" for row in new if row not in old])


def _placed(text: str) -> dict[str, None]:
    return {
        " / ".join((*line.path, line.text)): None
        for line in walk(text, rules("frr"))
        if line.kind in ("line", "block")
    }
