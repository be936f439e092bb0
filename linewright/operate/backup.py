"""Backups of running configurations: taken, listed, opened."""

import time
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from nornir.core.inventory import Host
from nornir.core.task import MultiResult

from linewright.devices.opening import opened, why_not_openable
from linewright.devices.read import Kept
from linewright.errors import DataError, ExitCode, LinewrightError, worst
from linewright.files import private_folder, read_bounded
from linewright.journal.backups import SCHEMA, Backups, Manifest, same_view
from linewright.journal.repository import Repository
from linewright.journal.state import Kept as KeptBefore
from linewright.model.objects import Device, Record
from linewright.model.observation import now_text
from linewright.model.snapshot import Snapshot
from linewright.operate.fleet import pace, targets
from linewright.operate.scope import InScope
from linewright.operate.workplace import Workplace
from linewright.platforms import names, platform_for, rules
from linewright.reports.backups import Line, Listed
from linewright.runner.nornir import Done, each, error_of, nornir
from linewright.seal.recipients import Recipients, recipients
from linewright.site import Site

_LARGEST_CERTIFICATE = 1 << 20
_NAMED = 40


class BackedUp(Record, frozen=True):
    """What came of it.

    `commit` is the new commit's name, if any; `foreign` are files of backups that are not as the last commit has them
    and that we did not write so: they are not committed.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    errors: dict[str, LinewrightError]
    commit: str = ""
    foreign: tuple[str, ...] = ()

    @property
    def code(self) -> ExitCode:
        """The exit status of the command."""
        found = [ExitCode.FINDING] if self.foreign else []
        return worst([*(error.code for error in self.errors.values()), *found])


def store_of(place: Workplace) -> Backups:
    """The site's backups."""
    return Backups(place.settings.path(place.settings.backup.folder))


def recipients_of(place: Workplace) -> Recipients:
    """Who can open backups.

    Raises:
        SettingsError: fewer than two different keys are named.
        DataError: one is none.
    """
    return recipients(place.settings.backup.recipients, lambda name: _content(place.settings.path(name)))


def back_up(place: Workplace, snapshot: Snapshot, matched: InScope, done: Done) -> BackedUp:
    """Read the running configurations in scope; keep what changed, commit it.

    A configuration that is kept already, for the same recipients, is not written again: its encrypted form would
    differ each time, and say nothing new.

    Raises:
        SettingsError: too few recipients, or the folder lies in no git repository; no device is asked then.
        FacilityError: a file cannot be written, or git cannot commit; what is written stands, and is committed by the
            next run.
    """
    to, store = recipients_of(place), store_of(place)
    repository = Repository(store.folder) if place.settings.backup.git else None
    private_folder(store.folder)
    if repository is not None:
        for path in store.files_of("x"):
            repository.check(path)
    before = {name: _known(store, name) for name in matched.devices}

    def unchanged(name: str, view: str) -> bool:
        known = before[name]
        return (
            known is not None
            and set(known.recipients) == set(to.names)
            and same_view(known, view)
            and not store.wrong(known)
        )

    def take(host: Host, result: MultiResult) -> str | LinewrightError:
        kept = result[0].result
        if not isinstance(kept, Kept):
            return error_of(host, result)
        if not kept.sealed:
            return ""
        manifest = Manifest(
            schema=SCHEMA,
            device=host.name,
            platform=host.platform or "",
            when=now_text(time.time()),
            snapshot=snapshot.code,
            kind=to.kind,
            recipients=to.names,
            sealed="",
            view="",
        )
        store.keep(manifest, kept.view, kept.sealed)
        place.state.note_kept(KeptBefore(device=host.name, manifest=store.digest(host.name)))
        return "written"

    fleet = nornir(
        matched.devices, targets(place, matched.devices), place.secrets.credential, place.settings.nornir
    )
    # The shipped task, never a site's own: it holds configurations with their secrets.
    task = Site().load("tasks.backup:backup")
    found = each(
        fleet,
        task,
        done,
        take,
        pace=pace(place),
        key=place.secrets.key,
        encrypt=to.encrypt,
        unchanged=unchanged,
    )
    written = tuple(name for name, what in found.items() if what == "written")
    errors = {name: what for name, what in found.items() if isinstance(what, LinewrightError)}
    place.state.note_checked({name: now_text(time.time()) for name in found if name not in errors})
    commit, foreign = _committed(place, store, repository, _message(written)) if repository else ("", ())
    return BackedUp(
        written=written,
        unchanged=tuple(name for name, what in found.items() if what == ""),
        errors=errors,
        commit=commit,
        foreign=foreign,
    )


def _committed(
    place: Workplace, store: Backups, repository: Repository, message: str
) -> tuple[str, tuple[str, ...]]:
    """Commit what we wrote, in this run or before; the commit, and what is there beside it that we did not write."""
    ours = [
        path for name in store.devices() if _as_written(place, store, name) for path in store.files_of(name)
    ]
    commit = repository.commit([store.guard(), *ours] if ours else ours, message)
    lying = {*store.lying(), *filter(store.is_ours, repository.committed())}
    return commit, tuple(str(path.relative_to(repository.top)) for path in repository.uncommitted(lying))


def _as_written(place: Workplace, store: Backups, name: str) -> bool:
    """Whether a backup is the one we wrote last, all of it: what others put there is theirs to commit."""
    known, before = _known(store, name), place.state.kept(name)
    return (
        known is not None
        and before is not None
        and before.manifest == store.digest(name)
        and not store.wrong(known)
    )


def listed(
    place: Workplace, snapshot: Snapshot | None, devices: Mapping[str, Device], identity: Path | None = None
) -> Listed:
    """What is kept of these devices and of those that are no longer in the snapshot, and what is wrong with it.

    With `identity` each backup is opened with that key and compared with its view; nothing of it is kept.
    """
    store, checked = store_of(place), place.state.checked()
    wanted: frozenset[str] | None
    try:
        wanted = frozenset(recipients_of(place).names)
        settings_problem = ""
    except LinewrightError as error:
        wanted, settings_problem = None, error.message
    lines = []
    for name in dict.fromkeys((*devices, *_strangers(store, snapshot))):
        manifest, problem = None, ""
        try:
            manifest = store.manifest(name)
        except DataError as error:
            problem = error.message
        if manifest is None:
            lines.append(Line(device=name, problem=problem or "no backup"))
            continue
        problem = store.wrong(manifest)
        if not problem and identity is not None:
            problem = _openable(place, store, manifest, identity)
        absent = tuple(sorted(wanted - set(manifest.recipients))) if wanted is not None else ()
        lines.append(
            Line(
                device=name,
                when=manifest.when,
                checked=max(checked.get(name, ""), manifest.when),
                recipients=len(manifest.recipients),
                cannot=absent,
                problem=problem,
                known=snapshot is None or name in snapshot.devices,
            )
        )
    return Listed(
        lines=tuple(lines), now=now_text(time.time()), settings=settings_problem, opened=identity is not None
    )


def view(place: Workplace, device: str, revision: str = "") -> str:
    """The showable text of a backup, the newest or as it was at a git revision.

    Raises:
        DataError: there is none, or there was none then.
        SettingsError: a revision is asked for outside a git repository.
    """
    store = store_of(place)
    if not revision:
        _refuse_unknown(place, store, device)
        return store.view(device)
    data = Repository(store.folder).at(revision, store.view_path(device))
    return data.decode(errors="replace")


def plain(place: Workplace, device: str, identity: Path) -> bytes:
    """The whole configuration with its secrets, for whoever holds one of the keys.

    Raises:
        DataError: there is no backup, or its file is damaged.
        SecretError: the key's file is not private, or the key does not open it.
    """
    store = store_of(place)
    manifest = store.manifest(device)
    if manifest is None:
        _refuse_unknown(place, store, device)
        raise DataError(f"there is no backup of {device}", hint=f"lw backup --device {device}")
    return opened(manifest.kind, store.sealed(manifest), identity)


def _refuse_unknown(place: Workplace, store: Backups, device: str) -> None:
    """Say that a name is no device's, where nothing is kept under it either; a backup of it cannot be advised.

    Raises:
        DataError: it is none.
    """
    if store.view_path(device).exists():
        return
    try:
        known = set(place.snapshot().devices)
    except DataError:  # without a snapshot nobody knows
        return
    if device not in known:
        near = get_close_matches(device, {*known, *store.devices()}, 1)
        raise DataError(
            f"there is no backup of {device}, and no such device in the newest snapshot",
            hint=f"is {near[0]} meant? See: lw backup list" if near else "see what is kept: lw backup list",
        )


def _openable(place: Workplace, store: Backups, manifest: Manifest, identity: Path) -> str:
    if manifest.platform not in names():
        return f"its platform {manifest.platform!r} is not known here"
    return why_not_openable(
        manifest.kind,
        store.sealed(manifest),
        identity,
        view=store.view(manifest.device),
        device=manifest.device,
        rules=rules(manifest.platform),
        key=place.secrets.key,
    )


def _strangers(store: Backups, snapshot: Snapshot | None) -> list[str]:
    """Devices of which something is kept and which the snapshot does not manage any more."""
    managed = {name for name, d in snapshot.devices.items() if platform_for(d)} if snapshot else set()
    return [name for name in store.devices() if name not in managed]


def _known(store: Backups, name: str) -> Manifest | None:
    """What is kept of a device; a damaged manifest is mended by the new one."""
    try:
        return store.manifest(name)
    except DataError:
        return None


def _message(written: tuple[str, ...]) -> str:
    shown = ", ".join(written[:_NAMED]) + (
        f" and {len(written) - _NAMED} more" if len(written) > _NAMED else ""
    )
    title = (
        f"Backup of {len(written)} device{'s' * (len(written) != 1)}"
        if written
        else "Backups of an earlier run"
    )
    return f"{title}\n\n{shown}\n" if written else title


def _content(path: Path) -> bytes:
    """The file of a recipient.

    Raises:
        DataError: it is not there, or cannot be read.
    """
    try:
        return read_bounded(path, _LARGEST_CERTIFICATE)
    except FileNotFoundError:
        problem = f"{path}: it is not there"
    except DataError as error:
        problem = error.message
    raise DataError(f"recipient {problem}", hint="backup.recipients in nornir.yaml names it")
