"""Which devices to read: filters that NetBox really applies.

NetBox ignores a filter it does not know, an empty value, and a value of a yes/no filter that is neither, and then
gives every device. A tool that pushes configuration must refuse each of these before it asks for data. Names come
from a list shipped for NetBox 4.7; another version's are read from its own schema.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import msgspec

from linewright.errors import SourceError, UsageError
from linewright.sources.netbox.replies import Question
from linewright.sources.netbox.rows import CustomFieldRow
from linewright.sources.netbox.shapes import chosen
from linewright.sources.netbox.transport import Client

#: NetBox's filter names with the values each must have one of: {"site": ("hq", "r1"), "role": ("leaf",)}.
Filters = Mapping[str, Sequence[str]]

#: Parameters of a list that choose no devices.
_CONTROLS = frozenset({"brief", "fields", "format", "limit", "offset", "omit", "ordering", "start"})
_SHIPPED_FOR = "4.7"
_MAX_QUERY = 2500  # with our own parameters it stays below gunicorn's 4094 bytes of request line
_HINT = "filters are named as in NetBox's REST API: site, role, platform, tag, name, status, cf_NAME"


def parse(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Filters from "name=value" texts; the same name given again means one value or the other.

    Raises:
        UsageError: a text is not of that form, or a value is empty or holds a control character.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"the filter {text!r} is not of the form name=value", hint=_HINT)
        found[name] = (*found.get(name, ()), value)
    return found


def query(filters: Filters) -> tuple[tuple[str, str], ...]:
    """The filters as query parameters, in order of name.

    Raises:
        UsageError: a value is empty or not printable, or there are too many.
    """
    pairs = tuple((name, value) for name in sorted(filters) for value in filters[name])
    for name in sorted(filters):
        if not filters[name]:
            raise UsageError(f"the filter {name} has no value: NetBox would give every device", hint=_HINT)
    for name, value in pairs:
        if not value.strip():
            raise UsageError(
                f"the filter {name} has an empty value: NetBox would give every device", hint=_HINT
            )
        if not (name + value).isprintable():
            raise UsageError(f"the filter {name + '=' + value!r} holds a character that cannot be shown")
    if len(urlencode(pairs)) > _MAX_QUERY:
        raise UsageError(
            f"{len(pairs)} filter values are more than NetBox takes in one question",
            hint="give the devices a tag in NetBox and filter by it",
        )
    return pairs


def shown(filters: Filters) -> tuple[str, ...]:
    """The filters as people write them."""
    return tuple(f"{name}={value}" for name, value in query(filters))


def check(filters: Filters, known: Mapping[str, bool], custom_fields: Sequence[CustomFieldRow]) -> None:
    """Refuse every filter that NetBox would ignore.

    `known` maps each filter's name to whether it takes yes or no.

    Raises:
        UsageError: naming the filter and those with names like it.
    """
    known = {name: known[name] for name in known.keys() - _CONTROLS} | _custom(custom_fields)
    for name, value in query(filters):
        if name not in known:
            near = get_close_matches(name, known, n=3, cutoff=0.6)
            raise UsageError(
                f"NetBox has no device filter {name!r}: it would ignore it and give every device",
                hint=f"did you mean {' or '.join(near)}?" if near else _HINT,
            )
        if known[name] and value not in {"true", "false"}:
            raise UsageError(
                f"the filter {name} takes true or false, not {value!r}: NetBox would give every device",
                hint=f"write {name}=true or {name}=false",
            )


def _custom(rows: Sequence[CustomFieldRow]) -> dict[str, bool]:
    """Filters of custom fields, compared as the field is set up; their further lookups differ by type, so none."""
    return {
        f"cf_{row.name}": chosen(row.type) == "boolean"
        for row in rows
        if "dcim.device" in row.object_types
        and chosen(row.filter_logic) != "disabled"
        and chosen(row.type) != "json"  # NetBox 4.7 takes such a filter and does not apply it
    }


def known_names(client: Client, version: str) -> Mapping[str, bool]:
    """Every device filter of this NetBox, and whether it takes yes or no.

    Raises:
        SourceError: the schema of another version than 4.7 could not be read.
    """
    if version.startswith(f"{_SHIPPED_FOR}."):
        return shipped()
    return from_schema(client)


@cache
def shipped() -> Mapping[str, bool]:
    """The device filters of NetBox 4.7."""
    text = files(__package__).joinpath(f"device-filters-{_SHIPPED_FOR}.txt").read_text(encoding="ascii")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {line[0]: line[1:] == ["boolean"] for line in lines}


class _Schema(msgspec.Struct, frozen=True):
    """The part of an OpenAPI 3 document that is needed."""

    paths: dict[str, dict[str, Any]]


class _Parameter(msgspec.Struct, frozen=True):
    name: str
    schema: dict[str, Any] = {}


def from_schema(client: Client) -> Mapping[str, bool]:
    """The device filters as the server's own OpenAPI schema lists them: about 15 MB and several seconds.

    Raises:
        SourceError: it was not to be had or lists none.
    """
    body = client.get("schema", (("format", "json"),), Question("its API schema"))
    try:
        operation = msgspec.json.decode(body, type=_Schema).paths["/api/dcim/devices/"]["get"]
        parameters = msgspec.convert(operation["parameters"], list[_Parameter])
    except (msgspec.MsgspecError, KeyError, TypeError, RecursionError):
        raise SourceError(
            "NetBox's API schema does not list the filters of devices, so filters cannot be checked",
            hint="read without filters, or use NetBox 4.7",
        ) from None
    return {
        parameter.name: parameter.schema.get("type") == "boolean"
        for parameter in parameters
        if parameter.name not in _CONTROLS
    }
