"""Which devices a command is about."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping

import msgspec

from linewright.devices.reach import why_not_managed
from linewright.errors import DataError, UsageError
from linewright.model.objects import Device, Record
from linewright.model.snapshot import Snapshot
from linewright.settings import Settings

#: What --filter knows; anything else is refused, because a filter that is not understood would match everything.
_FIELDS: Mapping[str, Callable[[Device], str]] = {
    "name": lambda device: device.name,
    "site": lambda device: device.site,
    "role": lambda device: device.role,
    "platform": lambda device: device.platform,
    "type": lambda device: device.type,
    "status": lambda device: device.status,
    "location": lambda device: device.location,
    "rack": lambda device: device.rack,
}


_EVERYTHING = "every managed device"
#: A value that a list can hold as it is; any other is written as a JSON string.
_PLAIN = re.compile(r'[^\s",;\\](?:[^",;\\\x00-\x1f]*[^\s",;\\])?')
_LISTED = re.compile(r'(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<plain>[^",;]+)')


class Scope(Record, frozen=True):
    """Devices by name, site, role, tag and "field=value" filters: any value of one kind, all kinds together."""

    devices: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()

    def __str__(self) -> str:
        kinds = (
            ("device", self.devices), ("site", self.sites), ("role", self.roles), ("tag", self.tags),
            ("filter", self.filters),
        )  # fmt: skip
        return (
            "; ".join(f"{kind} {', '.join(map(_written, values))}" for kind, values in kinds if values)
            or _EVERYTHING
        )


class InScope(Record, frozen=True):
    """What a scope matched: managed devices, and those that are left alone with the reason."""

    devices: dict[str, Device]
    left_alone: dict[str, str]


def parsed(text: str) -> Scope:
    """A scope as it is written in a plan: what `str` of it gave.

    Raises:
        DataError: no scope is written so.
    """
    found: dict[str, list[str]] = {}
    if text != _EVERYTHING:
        rest = text
        while rest:
            kind, _, rest = rest.partition(" ")
            values = found.setdefault(f"{kind}s", [])
            while (match := _LISTED.match(rest)) is not None:
                try:
                    values.append(json.loads(match[0]) if match["quoted"] else match[0])
                except ValueError:
                    break
                rest = rest[match.end() :]
                if not rest.startswith(", "):
                    break
                rest = rest.removeprefix(", ")
            rest = rest.removeprefix("; ")
    try:
        scope = msgspec.convert(found, Scope)
    except msgspec.ValidationError:
        scope = Scope()
    if str(scope) != text:
        raise DataError(f"{text!r} is no scope")
    return scope


def _written(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def in_scope(
    snapshot: Snapshot,
    scope: Scope,
    settings: Settings,
    why_not: Callable[[Device, Settings], str] = why_not_managed,
) -> InScope:
    """The devices a scope matches; those for which `why_not` gives a reason are left alone.

    Raises:
        UsageError: a filter names a field nobody knows.
        DataError: a value matches nothing (a misspelt name must not silently narrow or widen a change), or nothing
            that is left is managed.
    """
    filters = [_parsed(text) for text in scope.filters]
    everything = list(snapshot.devices.values())
    _all_known("device", scope.devices, {d.name for d in everything})
    _all_known("site", scope.sites, {d.site for d in everything})
    _all_known("role", scope.roles, {d.role for d in everything})
    _all_known("tag", scope.tags, {tag for d in everything for tag in d.tags})
    for field, value in filters:
        _all_known(field, (value,), {_FIELDS[field](d) for d in everything})
    matched = [
        device
        for device in everything
        if (not scope.devices or device.name in scope.devices)
        and (not scope.sites or device.site in scope.sites)
        and (not scope.roles or device.role in scope.roles)
        and (not scope.tags or set(scope.tags) & set(device.tags))
        and all(_FIELDS[field](device) == value for field, value in filters)
    ]
    reasons = {device.name: why_not(device, settings) for device in matched}
    managed = {device.name: device for device in matched if not reasons[device.name]}
    if not managed:
        raise _nothing_left(scope, {name: reason for name, reason in reasons.items() if reason})
    if unmanaged := [name for name in scope.devices if reasons.get(name)]:
        raise DataError(
            f"{unmanaged[0]} is in the snapshot and left alone: {reasons[unmanaged[0]]}",
            hint="correct it in the source of truth, or leave the name out",
        )
    return InScope(devices=managed, left_alone={name: reason for name, reason in reasons.items() if reason})


def _nothing_left(scope: Scope, reasons: Mapping[str, str]) -> DataError:
    """Why none of the matched devices can be worked on, the commonest reason first."""
    if not reasons:
        return DataError(
            f"no device matches all of: {scope}", hint="lw snapshot tells how many devices there are"
        )
    counted = Counter(reasons.values()).most_common(3)
    if len(reasons) == 1:
        ((name, reason),) = reasons.items()
        said = f"{name} is in the snapshot and left alone: {reason}"
    else:
        told = "; ".join(f"{count} because {reason}" for reason, count in counted)
        said = f"all {len(reasons)} devices of this scope are left alone: {told}"
    return DataError(said, hint="correct it in the source of truth, or choose other devices")


def _parsed(text: str) -> tuple[str, str]:
    field, separator, value = text.partition("=")
    if not separator or field not in _FIELDS:
        raise UsageError(
            f"--filter {text!r} is not understood", hint=f"write FIELD=VALUE; fields: {', '.join(_FIELDS)}"
        )
    return field, value


def _all_known(kind: str, wanted: tuple[str, ...], known: set[str]) -> None:
    if unknown := [value for value in wanted if value not in known]:
        there = sorted(value for value in known if value)
        near = ", ".join(there[:8]) + (f" and {len(there) - 8} more" if len(there) > 8 else "")
        what = "no device is named" if kind in ("device", "name") else f"no device has {kind}"
        raise DataError(f"{what} {', '.join(map(repr, unknown))}", hint=f"there are: {near}")
