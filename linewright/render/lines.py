"""Two rules for templates, checked when one is compiled, so that no value can be read as a command.

1. Every line begins with the template's own words: no value, no filter's result stands first on a line. A macro's
   text may (it is held to the same rule inside), and so may a count made by the template (`loop.index`).
2. `| text` and `| one_line` close their line; `| banner` stands on lines of its own.
"""

from collections.abc import Iterator
from typing import NamedTuple

from jinja2 import Environment, TemplateSyntaxError

_TO_THE_END = {"text", "one_line"}
#: What stands inside these is put somewhere else, so it begins a line of its own.
_ELSEWHERE = {"macro", "call", "set", "filter", "block"}
_Token = tuple[int, str, str]


class _Part(NamedTuple):
    """A piece of a template: literal text, a value or a tag, with the tokens inside it."""

    kind: str
    line: int
    text: str = ""
    inside: tuple[_Token, ...] = ()


def check_lines(env: Environment, source: str, name: str | None, filename: str | None) -> None:
    """Refuse a template that breaks one of the rules.

    Raises:
        TemplateSyntaxError: naming the line.
    """
    parts = list(_parts(env, source, name, filename))
    begun = ""  # what stands on the current line already
    modules: set[str] = set()  # imported templates by the names they have here
    for number, part in enumerate(parts):
        if part.kind == "tag":
            words = [token[2] for token in part.inside] or [""]
            if words[0] in _ELSEWHERE:
                begun = ""
            if words[0] == "import" and "as" in words[:-1]:
                modules.add(words[words.index("as") + 1])
            continue
        if part.kind == "data":
            begun = part.text.rpartition("\n")[2] if "\n" in part.text else begun + part.text
            continue
        after = parts[number + 1] if number + 1 < len(parts) else None
        closed = after is None or (after.kind == "data" and after.text.startswith("\n"))
        if (why := _broken(part, begun, modules, closed=closed)) is not None:
            raise TemplateSyntaxError(why, part.line, name, filename)
        begun += "x"


def _broken(part: _Part, begun: str, modules: set[str], *, closed: bool) -> str | None:
    filters = _filters(part)
    if "banner" in filters:
        if begun.strip() or not closed:
            return "| banner gives whole lines: nothing may stand before or after it"
        return None
    if filters & _TO_THE_END and not closed:
        return "| text closes its line: nothing may stand after it"
    if not begun.strip() and not _own(part, modules):
        return "a line begins with a value; begin it with the command that the value belongs to"
    return None


def _filters(part: _Part) -> set[str]:
    pairs = zip(part.inside, part.inside[1:], strict=False)
    return {after[2] for before, after in pairs if before[2] == "|" and after[1] == "name"}


def _own(part: _Part, modules: set[str]) -> bool:
    """Whether what stands there is the template's: the call of a plain name (data has none to call), or a count."""
    words = [token[2] for token in part.inside[:4]]
    if words[:3] in (["loop", ".", "index"], ["loop", ".", "index0"]):
        return True
    if words[1:2] == ["."] and words[0] in modules:
        words = words[2:]
    called = words[1:2] == ["("] and words[0].isidentifier()
    return called and words[0] != "secret"


def _parts(env: Environment, source: str, name: str | None, filename: str | None) -> Iterator[_Part]:
    inside: list[_Token] = []
    for line, kind, value in env.lex(source, name, filename):
        match kind:
            case "data":
                yield _Part("data", line, value)
            case "variable_begin" | "block_begin":
                inside = []
            case "variable_end" | "block_end":
                yield _Part("value" if kind == "variable_end" else "tag", line, "", tuple(inside))
            case "whitespace" | "comment" | "comment_begin" | "comment_end" | "raw_begin" | "raw_end":
                pass
            case _:
                inside.append((line, kind, value))
