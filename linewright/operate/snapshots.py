"""Taking a snapshot: from NetBox, or from a site description where there is none."""

from collections.abc import Callable
from pathlib import Path

from linewright.errors import DataError, SettingsError, UsageError
from linewright.lab.netbox.lab import status
from linewright.model.difference import ObjectChange, difference
from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.model.tables import IDENTITY
from linewright.operate.workplace import Workplace
from linewright.sources import description, recorded
from linewright.sources.netbox import Connection, load, parse

#: A name that ends so is a file, not a code.
_FILE_SUFFIX = ".lwsnap"


class Taken(Record, frozen=True):
    """What was taken, told beside the one before it: how many devices and cables, and which devices differ."""

    code: str
    source: str
    taken: str
    devices: int
    cables: int
    before: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    tables_changed: bool = False


def take(
    place: Workplace, filters: tuple[str, ...], expect: int | None, progress: Callable[[str, int, int], None]
) -> Taken:
    """Take a snapshot, keep it, and say what differs from the one before.

    One of a part of NetBox is kept beside the newest: plans and documents made from it by mistake would miss the rest.

    Raises:
        UsageError: a filter is not one NetBox knows.
        Refused: another number of devices than expected.
        SourceError: NetBox did not answer as it should; nothing was kept.
        DataError: the data cannot be one network; nothing was kept.
        SettingsError: neither a NetBox nor a description is set.
    """
    try:
        before: Snapshot | None = place.snapshot()
    except DataError:
        before = None
    snapshot = _read(place, filters, expect, progress)
    place.keep(snapshot, newest=not filters)
    return _compared(snapshot, before)


def opened(place: Workplace, name: str) -> Snapshot:
    """The snapshot of that code, in that file, or the newest when no name is given.

    Raises:
        DataError: there is none, or its file is damaged.
    """
    if name and Path(name).suffix == _FILE_SUFFIX:
        return recorded.load(Path(name))
    return place.snapshot(name)


def changes(before: Snapshot, after: Snapshot, tables: tuple[str, ...] = ()) -> tuple[ObjectChange, ...]:
    """What differs, of all kinds of objects or of those named.

    Raises:
        UsageError: there is no such kind.
    """
    if unknown := sorted(set(tables) - {"devices", *IDENTITY}):
        raise UsageError(
            f"no kind of object is called {', '.join(unknown)}", hint=f"kinds: devices, {', '.join(IDENTITY)}"
        )
    return tuple(c for c in difference(before, after) if not tables or c.table in tables)


def _read(
    place: Workplace, filters: tuple[str, ...], expect: int | None, progress: Callable[[str, int, int], None]
) -> Snapshot:
    settings = place.settings
    if settings.description:
        return description.load(settings.path(settings.description))
    url, token = _netbox(place)
    connection = Connection(
        url=url,
        token=token,
        ca_file=str(settings.path(settings.netbox.ca_file)) if settings.netbox.ca_file else "",
        read_timeout=settings.netbox.timeout,
        workers=settings.netbox.parallel,
    )
    return load(connection, parse(filters), expect=expect, progress=progress)


def _netbox(place: Workplace) -> tuple[str, str]:
    """Where NetBox is, and the token: the settings', or the site's own disposable one where none is set."""
    if place.settings.netbox.url:
        return place.settings.netbox.url, place.secrets.credential(place.settings.netbox.token)
    if (running := status(place.netbox_lab)) is not None:
        return running.url, running.token
    raise SettingsError(
        "no NetBox is set, and this site's disposable one is not up",
        hint="set user_defined.linewright.netbox.url in nornir.yaml, or start one: lw lab netbox up",
    )


def _compared(snapshot: Snapshot, before: Snapshot | None) -> Taken:
    told = Taken(
        code=snapshot.code,
        source=snapshot.origin.source,
        taken=snapshot.origin.taken,
        devices=len(snapshot.devices),
        cables=len(snapshot.tables.cables),
    )
    if before is None:
        return told
    common = [name for name in snapshot.devices if name in before.devices]
    return Taken(
        **{name: getattr(told, name) for name in ("code", "source", "taken", "devices", "cables")},
        before=before.code,
        added=tuple(name for name in snapshot.devices if name not in before.devices),
        removed=tuple(name for name in before.devices if name not in snapshot.devices),
        changed=tuple(name for name in common if snapshot.devices[name] != before.devices[name]),
        tables_changed=snapshot.tables != before.tables,
    )
