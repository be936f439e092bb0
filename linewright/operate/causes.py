"""Why a planned device is out of date: which change of the data it was, by whom, when."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from linewright import log
from linewright.errors import LinewrightError
from linewright.model.difference import FieldChange, Kind, ObjectChange, difference
from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.operate.outdated import Standing, What
from linewright.operate.snapshots import netbox_of
from linewright.operate.workplace import Workplace
from linewright.render.readset import touched
from linewright.sources.netbox.changelog import Log, log_since

_BY_WAY: frozenset[What] = frozenset({"gone", "reached", "identity", "own path", "checks"})
#: Where a device's own record holds how it is reached and known.
_WAY = ("primary_ip4", "primary_ip6", "oob_ip", "serial", "platform", "status", "interfaces", "context")
#: Without knowledge of what was read: tables that configurations are made from beside the device's own record.
_COMMON = ("vlans", "prefixes", "sites", "vrfs", "fhrp_groups")


class Cause(Record, frozen=True):
    """One change of the data. `who`, `when` (UTC) and `request` are of NetBox's log, empty where it was not asked.

    `path` leads to the field through the object; None stands for what is not there.
    """

    table: str
    object: str
    kind: Kind
    path: tuple[str, ...] = ()
    before: Any = None
    after: Any = None
    who: str = ""
    when: str = ""
    request: str = ""

    @property
    def subject(self) -> str:
        """The object as people call it: "VLAN 210", "hq-acc1"."""
        return self.object if self.table == "devices" else _called(self.table, self.object)

    @property
    def text(self) -> str:
        """What changed: "hq-acc1 interfaces Ethernet9 mtu: 1500 -> 9000"."""
        if not self.path:
            return f"{self.subject} was {self.kind}"
        return f"{self.subject} {FieldChange(path=self.path, before=self.before, after=self.after).text}"


def causes(standings: Iterable[Standing], before: Snapshot, after: Snapshot) -> dict[str, tuple[Cause, ...]]:
    """For each device that is out of date, the changes between two snapshots that touch what its plan took from them."""
    late = [one for one in standings if not one.current]
    if not late or before.digest == after.digest:
        return {}
    changes = difference(before, after)
    return {one.device: _causes(_of(one, changes)) for one in late}


def attributed(
    place: Workplace, found: Mapping[str, tuple[Cause, ...]], before: Snapshot
) -> tuple[dict[str, tuple[Cause, ...]], str]:
    """The same with who and when since a snapshot, and why that could not be told; NetBox's absence is no error."""
    if not any(found.values()):
        return dict(found), ""
    names = sorted({cause.object for each in found.values() for cause in each if cause.table == "devices"})
    try:
        known = log_since(netbox_of(place), before.origin.position, names, before.origin.branch)
    except LinewrightError as error:
        log.note("change log not asked", level=logging.WARNING, why=error.message)
        return dict(found), error.message
    return {name: tuple(_blamed(cause, known) for cause in each) for name, each in found.items()}, ""


def _of(standing: Standing, changes: Sequence[ObjectChange]) -> tuple[ObjectChange, ...]:
    """The changes that concern what is not as planned, each object once, with the fields that do."""
    what = {reason.what for reason in standing.reasons}
    found: list[ObjectChange] = []
    if what & {"configuration", "not rendered"}:
        found += _read(standing, changes)
    if what & _BY_WAY:
        found += _only(changes, standing.device, _WAY)
    if what & {"order", "checks"}:
        found += [change for change in changes if change.table == "cables"]
        found += _only(changes, "", ("oob_ip",))
    return tuple(found)


def _read(standing: Standing, changes: Sequence[ObjectChange]) -> Iterable[ObjectChange]:
    """What the templates had read; of a plan that does not say, its device and what all configurations are made from."""
    if standing.reads:
        return touched(standing.reads, changes)
    return [
        change
        for change in changes
        if change.table in _COMMON or (change.table, change.object) == ("devices", standing.device)
    ]


def _only(changes: Iterable[ObjectChange], device: str, fields: tuple[str, ...]) -> Iterator[ObjectChange]:
    """Of what changed on a device (or on any), these fields; all of it where the device came or went."""
    for change in changes:
        if change.table != "devices" or device not in ("", change.object):
            continue
        some = tuple(field for field in change.fields if field.path[0] in fields)
        if some or change.kind != "changed":
            yield msgspec.structs.replace(change, fields=some)


def _causes(changes: Iterable[ObjectChange]) -> tuple[Cause, ...]:
    found = [_cause(change, field) for change in changes for field in change.fields or (None,)]
    return tuple({(one.table, one.object, one.path): one for one in found}.values())


def _cause(change: ObjectChange, field: FieldChange | None) -> Cause:
    if field is None:
        return Cause(table=change.table, object=change.object, kind=change.kind)
    return Cause(
        table=change.table,
        object=change.object,
        kind=change.kind,
        path=field.path,
        before=field.before,
        after=field.after,
    )


def _blamed(cause: Cause, known: Log) -> Cause:
    field = FieldChange(path=cause.path, before=cause.before, after=cause.after) if cause.path else None
    change = ObjectChange(kind=cause.kind, table=cause.table, object=cause.object)
    entry = known.blame(change, field)
    if entry is None:
        return cause
    return msgspec.structs.replace(cause, who=entry.user, when=entry.when, request=entry.request)


def _called(table: str, identity: str) -> str:
    """An object as people call it, from its identity ("site hq, vid 210")."""
    words = {
        "vlans": ("vid", "VLAN"),
        "prefixes": ("prefix", "prefix"),
        "cables": ("key", "cable"),
        "sites": ("slug", "site"),
    }
    known = dict(part.partition(" ")[::2] for part in identity.split(", "))
    if table in words and (value := known.get(words[table][0])):
        return f"{words[table][1]} {value}"
    return f"{table.replace('_', ' ')}: {identity}"
