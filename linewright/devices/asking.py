"""Commands that a person wants answered: only such as show something, and nothing else at all."""

import re

from linewright.errors import UsageError
from linewright.platforms import PlatformRules

#: Of one command (characters), and of commands in one visit.
LONGEST = 256
MOST = 20

#: "|" and ">" can write files, "<" reads them, ";" and "&" begin another command, "?" and "\" end a line early; quotes
#: are of no use in a command that shows.
_NEVER = re.compile(r"[^ -~]|[|><;&?`'\"\\]")


def check(command: str, rules: PlatformRules) -> str:
    """The command, single spaces between its words.

    Raises:
        UsageError: it does not begin with what the platform's data lists as showing (`display`), is longer than 256
            characters, or holds a character that could make it do something else.
    """
    words = command.strip(" ")
    if len(words) > LONGEST:
        raise UsageError(f"--command {words[:40]!r}... is too long", hint=f"at most {LONGEST} characters")
    if (found := _NEVER.search(words)) is not None:
        raise UsageError(
            f"--command {words!r} is refused: it holds {found[0]!r}",
            hint="one command that shows something; no pipe, no redirection, nothing behind it",
        )
    words = " ".join(words.split())
    if not any(re.match(pattern, words) for pattern in rules.display):
        allowed = ", ".join(repr(pattern.strip()) for pattern in rules.display) or "none"
        raise UsageError(
            f"--command {words!r} is refused on {rules.title}: it is not known to only show",
            hint=f"written in full, it begins with one of: {allowed}",
        )
    return words
