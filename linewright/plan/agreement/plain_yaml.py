"""YAML in which what a reader sees is what the program takes: no aliases, no tags, no key twice, nothing unseen. Pure."""

from typing import Any

import yaml

from linewright.errors import DataError
from linewright.model.printable import printable

_MAX_BYTES = 256 * 1024
_MAX_DEPTH = 12
_MAX_VALUES = 20_000
_LONGEST = 2_000


def plain_mapping(data: bytes, name: str) -> dict[str, Any]:
    """A file of plain values: mappings with text keys, lists, texts, whole numbers, true and false.

    Args:
        data: the bytes of the file, at most 256 KiB.
        name: how the file is called in what is said of it.

    Raises:
        DataError: too large, not UTF-8, not YAML, not a mapping; an alias, an anchor, a tag, a key given twice, a
            control character, nested too deep; a value of another kind (empty, a date, a fraction). The line is named.
    """
    if len(data) > _MAX_BYTES:
        raise DataError(f"{name}: larger than {_MAX_BYTES // 1024} KiB, which none of its kind is")
    try:
        text = data.decode("utf-8")
        _bounded(text, name)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise DataError(f"{name}: byte {error.start} is not UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataError(f"{name} line {line}: not YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise DataError(f"{name}: not YAML: {printable(str(error))}") from None
    if not isinstance(node, yaml.MappingNode):
        raise DataError(f"{name}: it has to be a mapping of keys and values")
    found = _value(node, name)
    return found if isinstance(found, dict) else {}


def _bounded(text: str, name: str) -> None:
    """Refuse by the events alone: what is endless is never built."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise DataError(f"{name} line {line}: anchors and aliases are not read here")
        if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None):
            raise DataError(f"{name} line {line}: tags are not read here")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise DataError(f"{name} line {line}: nested more than {_MAX_DEPTH} deep")
        if count > _MAX_VALUES:
            raise DataError(f"{name} line {line}: more values than one of its kind has")


def _value(node: yaml.Node, name: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            if not key or printable(key) != key or len(key) > _LONGEST:
                raise _wrong(key_node, name, "a key is empty, no text or holds what cannot be seen")
            if key in found:
                raise _wrong(key_node, name, f"{key}: given twice")
            found[key] = _value(value_node, name)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, name) for each in node.value]
    try:
        value: Any = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        raise _wrong(node, name, f"{node.value!r} is no value of the kind it is written as") from None
    if not isinstance(value, str | bool | int):
        raise _wrong(node, name, f"{node.value!r} is empty or needs quotes")
    if isinstance(value, str) and (printable(value) != value or len(value) > _LONGEST):
        raise _wrong(node, name, "a text is too long or holds what cannot be seen")
    if isinstance(value, int) and abs(value) > 2**31:
        raise _wrong(node, name, "a number is too large")
    return value


def _wrong(node: yaml.Node, name: str, why: str) -> DataError:
    return DataError(f"{name} line {node.start_mark.line + 1}: {why}")
