"""A configuration text as the commands of one eAPI request, each with the line it came from.

eAPI takes the text of a banner beside its command, not as further commands; comments of a section ("!!") likewise.
NAPALM's driver does the same, but strips the banner's own indentation and loses the line numbers.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from pyeapi.eapilib import CommandError

from linewright.platforms import rules
from linewright.redact import hide

#: Commands followed by lines of text up to "EOF".
_HEREDOCS = ("banner login", "banner motd")
#: Words that would leave the candidate, or decide about it, in the middle of a text.
_NOT_CONFIGURATION = ("end", "commit", "abort", "rollback", "configure")
_NUMBER = re.compile(r"CLI command (\d+) of \d+")


class NotACandidate(ValueError):  # noqa: N818 - it says what the text is
    """A text that is not configuration only; the message says which line."""


class Command(NamedTuple):
    """One command of a request; `line` is its number in the text, counted from 1, 0 for one of ours."""

    line: int
    text: str
    body: str | None = None

    @property
    def sent(self) -> str | dict[str, str]:
        """As eAPI takes it; what pyeapi would take for a text of several lines is put where it does not look."""
        if self.body is not None:
            return {"cmd": self.text, "input": self.body}
        return {"cmd": self.text} if "MULTILINE:" in self.text else self.text


def commands(text: str) -> tuple[Command, ...]:
    """The commands of a configuration text; comments and a closing `end` are left out.

    Raises:
        NotACandidate: a banner does not end, a line holds a control character, or a line is a command that would
            leave or decide the candidate (`commit`, `abort`, `end` in the middle, ...).
    """
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    while lines and lines[-1].strip() in ("", "end", "!"):
        lines.pop()
    found: list[Command] = []
    at = 0
    while at < len(lines):
        line, number = lines[at].strip(), at + 1
        _check(line, number)
        if line in _HEREDOCS:
            end = next((i for i in range(at + 1, len(lines)) if lines[i].strip() == "EOF"), None)
            if end is None:
                raise NotACandidate(f"line {number}: {line} has no closing EOF")
            found.append(Command(number, line, "\n".join(lines[at + 1 : end]) + "\n"))
            at = end
        elif line.startswith("!!"):
            end = next(
                (i for i in range(at, len(lines)) if not lines[i].strip().startswith("!!")), len(lines)
            )
            comment = "\n".join(lines[i].strip().lstrip("! ") for i in range(at, end))
            found.append(Command(number, "comment", comment + "\n"))
            at = end - 1
        elif line and not line.startswith("!"):
            found.append(Command(number, line))
        at += 1
    return tuple(found)


def _check(line: str, number: int) -> None:
    if any(ord(character) < 32 or ord(character) == 127 for character in line):
        raise NotACandidate(f"line {number} holds a control character")
    word = line.partition(" ")[0]
    if word in _NOT_CONFIGURATION:
        raise NotACandidate(f"line {number}: {word!r} is not configuration")


def refusal(error: CommandError, sent: Iterable[Command]) -> str:
    """What the device refuses, by line, with whatever looks like a secret hidden.

    `sent` are all commands of the request, `enable` included.
    """
    every = tuple(sent)
    found = _NUMBER.search(str(error.error_text))
    number = int(found[1]) if found else len(error.output or ())
    if not 1 <= number <= len(every):
        return hide(str(error.error_text), rules("eos"))
    command = every[number - 1]
    shown = hide(command.text, rules("eos"))
    # A device quotes the word it stumbled over, which may be the secret itself.
    said = str(error.command_error or error.error_text) if shown == command.text else "invalid command"
    where = f"line {command.line}: {shown}" if command.line else shown
    return f"{where}: {said}"
