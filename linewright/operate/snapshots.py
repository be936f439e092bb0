"""Taking a snapshot: from NetBox, or from a site description where there is none."""

import logging
from collections.abc import Callable
from pathlib import Path

import msgspec

from linewright import log
from linewright.errors import DataError, Refused, SettingsError, UsageError
from linewright.lab.netbox.lab import status
from linewright.model.difference import ObjectChange, difference
from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.model.tables import IDENTITY
from linewright.operate import branches
from linewright.operate.workplace import Workplace
from linewright.sources import description, recorded
from linewright.sources.netbox import Connection, load, parse

#: A name that ends so is a file, not a code.
_FILE_SUFFIX = ".lwsnap"


class Fewer(Record, frozen=True):
    """A snapshot that lost more than a tenth of what the one before had: how many there were and are."""

    before: str
    devices: tuple[int, int]
    cables: tuple[int, int]

    def __str__(self) -> str:
        counts = (("devices", self.devices), ("cables", self.cables))
        lost = [f"{now} {what} where there were {was}" for what, (was, now) in counts if _lost(was, now)]
        return f"{' and '.join(lost)} (snapshot {self.before})"


#: Asks whether so few are right.
AskFewer = Callable[[Fewer], bool]


class Taken(Record, frozen=True):
    """What was taken, told beside the one before it: how many devices and cables, and which devices differ.

    `uncompared` says why the one before could not be read, where there is one. `branch` is the branch of NetBox it was
    taken from.
    """

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
    uncompared: str = ""
    branch: str = ""


def take(
    place: Workplace,
    filters: tuple[str, ...],
    expect: int | None,
    progress: Callable[[str, int, int], None],
    fewer_is_right: AskFewer = lambda _: False,
    *,
    branch: str = "",
) -> Taken:
    """Take a snapshot, keep it, and say what differs from the one before.

    One of a part of NetBox, or of a branch, is kept beside the newest: plans and documents made from it by mistake would
    miss the rest, or hold what nobody has merged.

    Raises:
        UsageError: a filter is not one NetBox knows.
        Refused: another number of devices than expected, or more than a tenth fewer devices or cables than in the
            newest snapshot and `fewer_is_right` does not say that this is so; nothing was kept.
        SourceError: NetBox did not answer as it should; nothing was kept.
        DataError: the data cannot be one network, or there is no such branch; nothing was kept.
        SettingsError: neither a NetBox nor a description is set; a description has no branches.
    """
    before, uncompared = _newest(place)
    snapshot = _read(place, filters, expect, progress, branch)
    if before is not None and not filters and not branch and (fewer := shrunk(before, snapshot)) is not None:
        log.note("fewer than before", level=logging.WARNING, found=str(fewer))
        if not fewer_is_right(fewer):
            raise Refused(
                f"{snapshot.origin.source} shows {fewer}; the snapshot was not kept",
                hint="find out what is missing; if so few are right: lw snapshot --fewer-is-right",
            )
    if branch:
        branches.keep(place, snapshot, branch)
    else:
        place.keep(snapshot, newest=not filters)
    log.note("snapshot", code=snapshot.code, source=snapshot.origin.source, devices=len(snapshot.devices))
    return msgspec.structs.replace(_compared(snapshot, before), uncompared=uncompared, branch=branch)


def shrunk(before: Snapshot, after: Snapshot) -> Fewer | None:
    """What a snapshot lost against an earlier one, if that is more than a tenth of its devices or cables."""
    devices = (len(before.devices), len(after.devices))
    cables = (len(before.tables.cables), len(after.tables.cables))
    if _lost(*devices) or _lost(*cables):
        return Fewer(before=before.code, devices=devices, cables=cables)
    return None


def _lost(was: int, now: int) -> bool:
    """Whether more than a tenth is gone: a token that may see less, a half-restored database, a wrong URL look so."""
    return 10 * now < 9 * was


def _newest(place: Workplace) -> tuple[Snapshot | None, str]:
    """The newest snapshot kept, or why the one there is cannot be read: a damaged file must not stop a new one."""
    try:
        path = place.state.newest()
        if path is None or not path.is_file():
            return None, ""
        newest = place.snapshot()
        for _ in newest.devices.values():
            pass  # each record is read and checked when it is asked for
    except DataError as error:
        return None, error.message
    return newest, ""


def opened(place: Workplace, name: str) -> Snapshot:
    """The snapshot of that code, in that file, or the newest when no name is given.

    Raises:
        DataError: there is none, or its file is damaged.
    """
    if name and Path(name).suffix == _FILE_SUFFIX:
        return recorded.load(Path(name))
    return place.snapshot(name)


def previous(place: Workplace, code: str) -> Snapshot:
    """The snapshot that was kept last before the one of that code, by the time their files were written.

    Raises:
        DataError: there is none, or its file is damaged.
    """
    newest = place.state.snapshot_path(code)
    others = [path for path in newest.parent.glob(f"*{_FILE_SUFFIX}") if path != newest]
    # A part of NetBox may have been kept beside the newest, after it; a branch is another line of time.
    last = newest.stat().st_mtime_ns
    kept = sorted((path for path in others if path.stat().st_mtime_ns <= last), key=_age, reverse=True)
    before = next((path for path in kept if not recorded.origin(path).branch), None)
    if before is None:
        raise DataError(
            f"no snapshot was kept before {code}", hint="take one after the next change: lw snapshot"
        )
    return recorded.load(before)


def _age(path: Path) -> tuple[int, Path]:
    return path.stat().st_mtime_ns, path


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
    place: Workplace,
    filters: tuple[str, ...],
    expect: int | None,
    progress: Callable[[str, int, int], None],
    branch: str,
) -> Snapshot:
    settings = place.settings
    if settings.description and branch:
        raise SettingsError(
            f"branch {branch!r}: this site's source is the description {settings.description}, which has no branches",
            hint="branches are NetBox's, with its plugin netbox-branching",
        )
    if settings.description:
        return description.load(settings.path(settings.description))
    journal = settings.netbox.journal
    return load(
        netbox_of(place), parse(filters), expect=expect, journal=journal, progress=progress, branch=branch
    )


def netbox_of(place: Workplace) -> Connection:
    """How the site's NetBox is spoken to.

    Raises:
        SettingsError: none is set and the site's disposable one is not up, or its URL cannot be used.
        SecretError: its token is not known, or none.
    """
    url, token = _netbox(place)
    settings = place.settings
    return Connection(
        url=url,
        token=token,
        ca_file=str(settings.path(settings.netbox.ca_file)) if settings.netbox.ca_file else "",
        read_timeout=settings.netbox.timeout,
        workers=settings.netbox.parallel,
    )


def _netbox(place: Workplace) -> tuple[str, str]:
    """Where NetBox is, and the token: the settings', or the site's own disposable one where none is set."""
    if place.settings.netbox.url:
        return place.settings.netbox.url, place.secrets.credential(place.settings.netbox.token)
    if (running := status(place.netbox_lab)) is not None:
        log.conceal(running.token)
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
