"""A snapshot from NetBox: one consistent moment, complete, or an error."""

import dataclasses
import time
from collections.abc import Collection, Mapping
from typing import Any

from linewright.errors import DataError, Refused, SourceError, UsageError
from linewright.model.observation import now_text
from linewright.model.snapshot import Origin, Snapshot
from linewright.sources.netbox import asking, lists
from linewright.sources.netbox import filters as choosing
from linewright.sources.netbox.branches import schema_of
from linewright.sources.netbox.connection import Connection
from linewright.sources.netbox.devices import devices, named_devices
from linewright.sources.netbox.filters import Filters
from linewright.sources.netbox.known import Known
from linewright.sources.netbox.lists import Collected, Listing
from linewright.sources.netbox.paging import Incomplete, Job, Progress, jobs_by_id, read
from linewright.sources.netbox.permissions import lacking, refusal
from linewright.sources.netbox.replies import NotShown
from linewright.sources.netbox.tables import tables
from linewright.sources.netbox.transport import Client
from linewright.sources.netbox.values import CustomFields

_TRIES = 3


def load(
    connection: Connection,
    filters: Filters | None = None,
    *,
    expect: int | None = None,
    journal: bool = True,
    progress: Progress | None = None,
    branch: str = "",
) -> Snapshot:
    """Everything a snapshot needs, as it stands in NetBox at one moment.

    With `filters` only those devices are read, and what leaves them is left out (docs/netbox.md); all else (sites,
    prefixes, circuits, ...) is read whole. Without `journal` journal entries are not read. `progress` is called with
    what is read, rows so far and rows in all. With `branch`, the name of one, everything is read as it is there.

    Raises:
        UsageError: NetBox would ignore a filter, or a filter matches nothing.
        Refused: another number of devices than `expect` matches.
        DataError: an object is malformed, contradicts another or has no name; there is no such branch, or it is merged.
        SourceError: NetBox was not reached, refused, answered wrongly, is too old, changed while being read, or shows
            the token's user not everything; then all permissions that are missing are named.
    """
    wanted = filters or {}
    choosing.query(wanted)
    if branch:
        with Client(connection) as client:
            connection = dataclasses.replace(connection, branch=schema_of(client, branch))
    with Client(connection) as client:
        try:
            return _moment(client, wanted, expect, progress, journal=journal, branch=branch)
        except NotShown as one:
            # All at once: one by one they would be asked for in as many runs.
            lacks = lacking(client, journal=journal)
            raise refusal(connection.base, lacks) if lacks else one from None


def _moment(
    client: Client,
    wanted: Filters,
    expect: int | None,
    progress: Progress | None,
    *,
    journal: bool,
    branch: str,
) -> Snapshot:
    base = client.connection.base
    version = asking.version(client)
    known = choosing.known_names(client, version) if wanted else {}
    for _ in range(_TRIES):
        before = asking.position(client)
        taken = now_text(time.time())
        try:
            collected = _collect(client, wanted, known, expect, progress, journal=journal)
        except Incomplete:
            if asking.position(client) == before:
                raise
            continue
        if asking.position(client) == before:
            return _snapshot(
                collected,
                Origin(
                    source="?".join((base, "&".join(choosing.shown(wanted)))).rstrip("?"),
                    # Numbers of changes are given out over all branches: one of another branch tells nothing here.
                    position=f"{before.newest} in branch {branch}" if branch else str(before.newest),
                    taken=taken,
                    version=f"NetBox {version}",
                    branch=branch,
                ),
                whole=not wanted,
            )
    raise SourceError(
        f"NetBox at {base} changed during each of {_TRIES} readings",
        hint="somebody or some job is writing; try again when it is done. Nothing was kept",
    )


def _collect(
    client: Client,
    filters: Filters,
    known: Mapping[str, bool],
    expect: int | None,
    progress: Progress | None,
    *,
    journal: bool,
) -> Collected:
    fields = read(client, [Job(lists.CUSTOM_FIELDS)], progress)
    if filters:
        choosing.check(filters, known, fields.of(lists.CUSTOM_FIELDS))
    _matching(client, filters, expect)
    chosen = read(client, [Job(lists.DEVICES, choosing.query(filters), choosing.shown(filters))], progress)
    jobs = [Job(one) for one in (*lists.SHARED, *([lists.JOURNAL] if journal else []))]
    if filters:
        ids = [row.id for row in chosen.of(lists.DEVICES)]
        jobs += [job for one in lists.OF_DEVICES for job in jobs_by_id(one, "device_id", ids)]
    else:
        jobs += [Job(one) for one in (*lists.OF_DEVICES, lists.CABLE_ENDS)]
    rest = read(client, jobs, progress)
    parts = [fields, chosen, rest]
    if filters:
        cables = [row.id for row in rest.of(lists.CABLES)]
        parts.append(_read_by_id(client, lists.CABLE_ENDS, "cable_id", cables, progress))
    if not journal:
        parts.append(Collected.nothing(lists.JOURNAL))
    entries = rest.of(lists.JOURNAL) if journal else []
    authors = {row.created_by for row in entries if row.created_by is not None}
    parts.append(_read_by_id(client, lists.USERS, "id", authors, progress))
    return Collected.joined(*parts)


def _read_by_id(
    client: Client, listing: Listing[Any], name: str, ids: Collection[int], progress: Progress | None
) -> Collected:
    if not ids:  # no value would mean all rows
        return Collected.nothing(listing)
    return read(client, jobs_by_id(listing, name, ids), progress)


def _matching(client: Client, filters: Filters, expect: int | None) -> None:
    """Refuse, before anything large is read, a choice of devices that is not what was meant."""
    pairs = choosing.query(filters)
    number = asking.count(client, pairs)
    shown = " ".join(choosing.shown(filters))
    for name, value in pairs if number == 0 or len(pairs) > len(filters) else ():
        if asking.count(client, ((name, value),)) == 0:
            raise UsageError(
                f"the filter {name}={value} matches no device in NetBox at {client.connection.base}",
                hint="filters take slugs and whole names; upper and lower case count",
            )
    if number == 0 and filters:
        raise UsageError(f"no device matches all of {shown}", hint="each filter alone matches some")
    if number == 0:
        raise DataError(
            f"NetBox at {client.connection.base} shows no device at all",
            hint="is it empty, or may the token's user see none? constraints on permissions hide objects",
        )
    if expect is not None and number != expect:
        raise Refused(
            f"{number} devices match {shown or '(no filter)'}, not {expect}",
            hint="look at what matches, then give that number",
        )


def _snapshot(collected: Collected, origin: Origin, *, whole: bool) -> Snapshot:
    custom = CustomFields(collected.of(lists.CUSTOM_FIELDS))
    names = named_devices(collected.of(lists.DEVICES))
    found = devices(collected, custom, names, whole=whole)  # first: it checks that ports have their devices
    return Snapshot.build(tables(collected, custom, Known(collected, names, whole=whole)), found, origin)
