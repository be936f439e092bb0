"""Running configurations against intended ones, in the parts our templates own (mode `managed`)."""

from linewright.checks.drift import ConfigLine
from linewright.configs import diff
from linewright.configs.merge import adopt
from linewright.configs.origin import located
from linewright.platforms import PlatformRules


def drift(intended: str, running: str, rules: PlatformRules) -> tuple[ConfigLine, ...]:
    """The lines that differ, each with its section; empty exactly when what we own is as intended.

    Both texts are tokenised. A verbatim block (a banner) counts as one line, its parts joined by " | ".

    Raises:
        DataError: one of the texts cannot be read.
    """
    return placed(diff(running, adopt(intended, running, rules), rules), rules.indent)


def placed(lines: tuple[str, ...], indent: int) -> tuple[ConfigLine, ...]:
    """The signed lines of `configs.diff`, each with the section that the heads above it name."""
    return tuple(
        ConfigLine(kind=kind, section=" / ".join(map(_in_one, section)), line=_in_one(line))
        for kind, section, line in located(lines, indent)
    )


def _in_one(line: str) -> str:
    return line.replace("\n", " | ")
