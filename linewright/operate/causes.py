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
from linewright.sources.netbox.changelog import Log, log_since

#: What only the data decide; the rest has its cause in the site's own files.
_BY_DATA: tuple[What, ...] = (
    "gone", "not rendered", "configuration", "reached", "identity", "own path", "order", "checks"
)  # fmt: skip
#: Where a device's own record holds how it is reached and known.
_WAY = ("primary_ip4", "primary_ip6", "oob_ip", "serial", "platform", "status", "interfaces", "context")
#: Without knowledge of what was read: tables that configurations are made from beside the device's own record.
_COMMON = ("vlans", "prefixes", "sites", "vrfs", "fhrp_groups")
_PATH_TABLES = ("cables",)


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
    return {one.device: tuple(_of(one, changes)) for one in late}


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


def _of(standing: Standing, changes: Sequence[ObjectChange]) -> Iterator[Cause]:
    what = {reason.what for reason in standing.reasons}
    if not what & set(_BY_DATA):
        return
    rendered = bool(what & {"configuration", "not rendered"})
    for change in changes:
        mine = change.table == "devices" and change.object == standing.device
        if not change.fields:
            if (
                mine
                or ("order" in what and change.table in _PATH_TABLES)
                or (rendered and change.table in _COMMON)
            ):
                yield _cause(change, None)
            continue
        for field in change.fields:
            if (
                (mine and (rendered or field.path[0] in _WAY))
                or (rendered and change.table in _COMMON)
                or ("order" in what and (change.table in _PATH_TABLES or field.path[0] == "oob_ip"))
            ):
                yield _cause(change, field)


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
