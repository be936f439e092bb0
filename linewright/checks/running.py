"""Running configurations against intended ones, in the parts our templates own (mode `managed`)."""

from typing import Literal

from linewright.checks.drift import ConfigLine
from linewright.configs import diff
from linewright.configs.merge import adopt
from linewright.platforms import PlatformRules

_KINDS: dict[str, Literal["missing", "extra"]] = {"+": "missing", "-": "extra"}


def drift(intended: str, running: str, rules: PlatformRules) -> tuple[ConfigLine, ...]:
    """The lines that differ, each with its section; empty exactly when what we own is as intended.

    Both texts are tokenised. A verbatim block (a banner) counts as one line, its parts joined by " | ".

    Raises:
        DataError: one of the texts cannot be read.
    """
    return placed(diff(running, adopt(intended, running, rules), rules), rules.indent)


def placed(lines: tuple[str, ...], indent: int) -> tuple[ConfigLine, ...]:
    """The signed lines of `configs.diff`, each with the section that the heads above it name."""
    heads: list[str] = []
    found = []
    for shown in lines:
        first, *rest = shown.split("\n")
        sign, text = first[0], first[2:]
        line = text.lstrip(" ")
        depth = (len(text) - len(line)) // indent
        line = " | ".join((line, *(part[2 + indent * depth :] for part in rest)))
        del heads[depth:]
        if (kind := _KINDS.get(sign)) is not None:
            found.append(ConfigLine(kind=kind, section=" / ".join(heads), line=line))
        heads.append(line)
    return tuple(found)
