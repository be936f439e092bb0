"""The examination: facts gathered in the order of the groups, each judged; one that fails takes no other down."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from linewright import settings as settings_of
from linewright.devices.trust import Trust
from linewright.errors import DataError, LinewrightError, SettingsError
from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.operate.backup import listed, recipients_of
from linewright.operate.doctor import backups, devices, gathering, machine, site, source
from linewright.operate.doctor.asking_devices import answers
from linewright.operate.doctor.result import Check, Examination, from_error, ok, unchecked, warned
from linewright.operate.scope import InScope, Scope, in_scope
from linewright.operate.snapshots import netbox_of
from linewright.operate.workplace import Workplace
from linewright.runner.nornir import Done
from linewright.seal.recipients import Recipients
from linewright.settings import FILE, Settings
from linewright.sources import description
from linewright.sources.netbox.health import health


class Wishes(Record, frozen=True):
    """What is asked for: which devices, whether to log in to them, and the file of a key that is to open backups.

    Without `identity` the one that the settings name is tried, if any.
    """

    scope: Scope = Scope()
    devices: bool = True
    login: bool = False
    identity: str = ""


def examine(place: Workplace | SettingsError, wishes: Wishes, done: Done) -> Examination:
    """Look at everything; a site whose settings cannot be read is examined as far as that goes.

    Raises:
        UsageError, DataError: the scope is not understood, or matches nothing.
    """
    if isinstance(place, SettingsError):
        checks = (
            *machine.judged(gathering.machine(), {}),
            from_error("site", FILE, place),
            unchecked("source", "all that follows", "needs the settings"),
        )
        return Examination(checks=checks)
    return Examination(checks=tuple(_all(place, wishes, done)))


def _all(place: Workplace, wishes: Wishes, done: Done) -> Iterator[Check]:
    yield from machine.judged(gathering.machine(), gathering.extras_needed(place.settings))
    yield _settings(place.settings)
    yield from site.judged(gathering.private(place), gathering.room(place))
    if (problem := gathering.key_problem(place)) is not None and "is not there" not in problem.message:
        yield from_error("site", "site key", problem)
    yield _trust(place)
    yield from _source(place)
    newest, check = _newest(place)
    yield check
    matched = _matched(place, newest, wishes)
    if not wishes.devices:
        yield unchecked("devices", "all", "left out")
    elif matched is None:
        yield unchecked("devices", "all", "there is no snapshot to know them from", "lw snapshot")
    else:
        found = answers(place, matched.devices, done, login=wishes.login)
        yield from devices.judged(found, matched.left_alone)
    yield from _backups(place, newest, matched, wishes)


def _settings(settings: Settings) -> Check:
    path = settings.path(settings_of.FILE)
    if not path.is_file():
        return warned(
            "site",
            FILE,
            f"{path} is not there, so that defaults count",
            "lw init DIR, or name the site: --site-folder DIR",
        )
    return ok("site", FILE, f"site {settings.site_id}, {settings.marking}")


def _trust(place: Workplace) -> Check:
    try:
        enrolled = Trust(place.settings.path(place.settings.trust)).enrolled()
    except LinewrightError as error:
        return from_error("site", "enrolled identities", error)
    if not enrolled:
        return warned("site", "enrolled identities", "none", "lw trust scan, compare, lw trust accept")
    return ok("site", "enrolled identities", f"{len(enrolled)}")


def _source(place: Workplace) -> tuple[Check, ...]:
    settings = place.settings
    if settings.description:
        path = settings.path(settings.description)
        try:
            found = description.load(path)
        except LinewrightError as error:
            return (from_error("source", "description", error),)
        return (ok("source", "description", f"{path}: {len(found.devices)} devices"),)
    try:
        connection = netbox_of(place)
        said = health(connection, journal=place.settings.netbox.journal)
    except LinewrightError as error:
        return (from_error("source", "NetBox", error),)
    return source.netbox(
        source.NetBox(
            url=connection.base,
            version=said.version,
            missing=said.missing,
            devices=said.devices,
            may_write=said.may_write,
            ahead=said.ahead,
        )
    )


def _newest(place: Workplace) -> tuple[Snapshot | None, Check]:
    try:
        there = place.state.latest().is_file()
    except DataError:
        there = False
    if not there:
        return None, source.newest(None)
    try:
        found = place.snapshot()
        count = sum(1 for _ in found.devices.values())  # each record is read and held to its digest
    except LinewrightError as error:
        return None, source.newest(None, error)
    return found, source.newest(source.Newest(code=found.code, devices=count, age=_age(found.origin.taken)))


def _age(taken: str) -> float | None:
    try:
        return time.time() - datetime.fromisoformat(taken).timestamp()
    except ValueError:
        return None


def _matched(place: Workplace, newest: Snapshot | None, wishes: Wishes) -> InScope | None:
    """The devices asked for; a network without a managed device is no fault of the one who asks for all."""
    if newest is None:
        return None
    try:
        return in_scope(newest, wishes.scope, place.settings)
    except DataError:
        if wishes.scope != Scope():
            raise
        return InScope(devices={}, left_alone={})


def _backups(
    place: Workplace, newest: Snapshot | None, matched: InScope | None, wishes: Wishes
) -> Iterator[Check]:
    to: Recipients | None = None
    problem: LinewrightError | None = None
    if place.settings.backup.recipients:
        try:
            to = recipients_of(place)
        except LinewrightError as error:
            problem = error
    yield backups.keys(to, problem, datetime.now(UTC))
    if not place.settings.backup.recipients:
        return
    identity = Path(wishes.identity) if wishes.identity else None
    if identity is None and place.settings.backup.identity:
        identity = place.settings.path(place.settings.backup.identity)
    try:
        yield from backups.kept(listed(place, newest, matched.devices if matched else {}, identity))
    except LinewrightError as error:
        yield from_error("backups", "backups", error)
