"""A description file as data, with the line of every entry and every problem collected before anything is raised."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from linewright.errors import DataError
from linewright.sources.described.schema import Entry

#: The way to an entry from the top of the file: ("sites", "hq", "devices", "hq-leaf1").
Place = tuple[str | int, ...]

_MAX_BYTES = 8 * 1024 * 1024
_MAX_DEPTH = 40
_MAX_SHOWN = 25
_HINT = "docs/site-description.md describes every key, with examples"


class Document:
    """One description file: its data, where every entry stands, and what is wrong with it."""

    def __init__(self, name: str, data: dict[str, Any], lines: dict[Place, int]) -> None:
        self.name = name
        self.data = data
        #: Every entry that was read, with its place.
        self.entries: list[tuple[Place, Entry]] = []
        self._lines = lines
        self._problems: list[tuple[int, str]] = []

    def problem(self, place: Place, text: str) -> None:
        """Note that the entry at `place` is wrong; reading goes on."""
        self._problems.append((self._line(place), f"{_shown(place)}{text}"))

    def close(self) -> None:
        """End reading.

        Raises:
            DataError: naming every problem found, each with its line.
        """
        if not self._problems:
            return
        found = sorted(set(self._problems))
        shown = [f"line {line}: {text}" for line, text in found[:_MAX_SHOWN]]
        if len(found) > _MAX_SHOWN:
            shown.append(f"and {len(found) - _MAX_SHOWN} more")
        if len(found) == 1:
            raise DataError(f"{self.name} {shown[0]}", hint=_HINT)
        raise DataError(f"{self.name}: {len(found)} problems\n  " + "\n  ".join(shown), hint=_HINT)

    def _line(self, place: Place) -> int:
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)


def read(path: Path) -> Document:
    """The file as plain data.

    Duplicate keys, anchors and aliases, tags, control characters and endless nesting are refused: each of them lets
    a reader see something else than the program.

    Raises:
        DataError: the file cannot be read, is not YAML, or holds one of these; the message names file and line.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}", hint="give a site description") from None
    if len(raw) > _MAX_BYTES:
        raise DataError(f"{path}: larger than {_MAX_BYTES // 1024 // 1024} MB, which no description is")
    try:
        text = raw.decode("utf-8")
        _plain_only(text, path)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: byte {error.start} is not UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataError(f"{path} line {line}: not YAML: {error.problem}", hint=_HINT) from None
    except yaml.YAMLError as error:  # a reader error: a character YAML does not allow
        raise DataError(f"{path}: not YAML: {error}".replace("\n", " "), hint=_HINT) from None
    if not isinstance(node, yaml.MappingNode):
        raise DataError(f"{path}: a description is a mapping with keys such as sites and cables", hint=_HINT)
    lines: dict[Place, int] = {}
    document = Document(str(path), {}, lines)
    data = _value(node, (), lines, document)
    document.data = data if isinstance(data, dict) else {}
    return document


def _plain_only(text: str, path: Path) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise DataError(
                f"{path} line {line}: anchors and aliases are not read here",
                hint="put what is shared into a role's defaults",
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise DataError(f"{path} line {line}: nested more than {_MAX_DEPTH} deep", hint=_HINT)


def _value(node: yaml.Node, place: Place, lines: dict[Place, int], document: Document) -> Any:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            # 64496: and 10: are natural keys for ASNs and VLANs; inside, keys are text as written.
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            here = (*place, key)
            if not key or not _clean(key):
                document.problem(place, "a key is empty, not plain text or holds a control character")
                continue
            if key in result:
                lines[here] = key_node.start_mark.line + 1
                document.problem(here, "given twice")
                continue
            result[key] = _value(value_node, here, lines, document)
            lines[here] = key_node.start_mark.line + 1
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, i), lines, document) for i, item in enumerate(node.value)]
    try:
        value: Hashable = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        document.problem(place, f"{node.value!r} is not a value of the kind it is written as")
        return None
    if isinstance(value, str) and not _clean(value):
        document.problem(place, "holds a control character")
    if value is not None and not isinstance(value, str | bool | int | float):
        document.problem(place, f"{node.value!r} must be in quotes (YAML reads it as {type(value).__name__})")
        return None
    return value


def _clean(text: str) -> bool:
    return all(char.isprintable() or char == "\n" for char in text)


def _shown(place: Place) -> str:
    return "".join(f"{part}: " for part in (str(p) for p in place) if part)
