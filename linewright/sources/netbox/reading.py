"""A snapshot from NetBox: one consistent moment, complete, or an error."""

import time
from collections.abc import Mapping

from linewright.errors import DataError, Refused, SourceError, UsageError
from linewright.model.observation import now_text
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.sources.netbox import asking, lists, tables
from linewright.sources.netbox import filters as choosing
from linewright.sources.netbox.cables import cables
from linewright.sources.netbox.connection import Connection
from linewright.sources.netbox.devices import devices, named
from linewright.sources.netbox.filters import Filters
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.paging import Incomplete, Job, Progress, jobs_by_id, read
from linewright.sources.netbox.transport import Client
from linewright.sources.netbox.values import CustomFields

_TRIES = 3


def load(
    connection: Connection,
    filters: Filters | None = None,
    *,
    expect: int | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """Everything a snapshot needs, as it stands in NetBox at one moment.

    With `filters` only those devices are read, and cables that leave them are left out; all else (sites, prefixes,
    circuits, ...) is read whole. `progress` is called with what is read, rows so far and rows in all.

    Raises:
        UsageError: NetBox would ignore a filter, or a filter matches nothing.
        Refused: another number of devices than `expect` matches.
        DataError: an object is malformed, contradicts another or has no name.
        SourceError: NetBox was not reached, refused, answered wrongly, is too old, or changed while being read.
    """
    wanted = filters or {}
    choosing.query(wanted)
    with Client(connection) as client:
        version = asking.version(client)
        known = choosing.known_names(client, version) if wanted else {}
        for _ in range(_TRIES):
            before = asking.position(client)
            taken = now_text(time.time())
            try:
                collected = _collect(client, wanted, known, expect, progress)
            except Incomplete:
                if asking.position(client) == before:
                    raise
                continue
            if asking.position(client) == before:
                return _snapshot(
                    collected,
                    Origin(
                        source="?".join((connection.base, "&".join(choosing.shown(wanted)))).rstrip("?"),
                        position=str(before.newest),
                        taken=taken,
                        version=f"NetBox {version}",
                    ),
                    whole=not wanted,
                )
    raise SourceError(
        f"NetBox at {connection.base} changed during each of {_TRIES} readings",
        hint="somebody or some job is writing; try again when it is done. Nothing was kept",
    )


def _collect(
    client: Client,
    filters: Filters,
    known: Mapping[str, bool],
    expect: int | None,
    progress: Progress | None,
) -> Collected:
    fields = read(client, [Job(lists.CUSTOM_FIELDS)], progress)
    if filters:
        choosing.check(filters, known, fields.of(lists.CUSTOM_FIELDS))
    _matching(client, filters, expect)
    chosen = read(client, [Job(lists.DEVICES, choosing.query(filters), choosing.shown(filters))], progress)
    if not filters:
        rest = read(
            client, [Job(one) for one in (*lists.SHARED, *lists.OF_DEVICES, lists.CABLE_ENDS)], progress
        )
        return Collected.joined(fields, chosen, rest)
    ids = [row.id for row in chosen.of(lists.DEVICES)]
    jobs = [job for one in lists.OF_DEVICES for job in jobs_by_id(one, "device_id", ids)]
    rest = read(client, [*(Job(one) for one in lists.SHARED), *jobs], progress)
    cable_ids = [row.id for row in rest.of(lists.CABLES)]
    ends = read(client, jobs_by_id(lists.CABLE_ENDS, "cable_id", cable_ids), progress)
    if not cable_ids:  # then nothing was asked for
        ends = Collected.nothing(lists.CABLE_ENDS)
    return Collected.joined(fields, chosen, rest, ends)


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
    names = named(collected.of(lists.DEVICES))
    places = tables.Places(collected)
    found = devices(collected, custom, names)  # first, because it checks that ports have their devices
    return Snapshot.build(
        Tables(
            sites=tables.sites(collected, custom),
            locations=tables.locations(collected),
            racks=tables.racks(collected),
            roles=tables.roles(collected),
            device_types=tables.device_types(collected),
            platforms=tables.platforms(collected),
            asns=tables.asns(collected),
            vlans=tables.vlans(collected),
            vrfs=tables.vrfs(collected),
            prefixes=tables.prefixes(collected, custom, places),
            providers=tables.providers(collected),
            circuits=tables.circuits(collected, custom, places),
            tags=tables.tags(collected),
            cables=cables(collected, custom, names, whole=whole),
        ),
        found,
        origin,
    )
