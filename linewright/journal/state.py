"""The state folder of a site: snapshots taken, what was last applied to each device, what was last seen there.

snapshots/CODE.lwsnap    the files that sources.recorded writes; `latest` names the newest
applied/DEVICE.json      the intended text a device was last brought to, secrets as tokens
seen/DEVICE.json         the last Observation of a device
checked.json             when devices were last found to run what their backup holds
kept/DEVICE.json         which backup we wrote last
jobs/JOB/                what a job keeps (journal/jobs.py)
journal.db               the journal, unless operators share one
journal-local.db         what was written down here while a shared journal was away
heads/, runner.key       how far the journal went, signed, and the key that signs it (journal/heads.py)

Folders and journal are made for their owner alone.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from linewright.errors import DataError
from linewright.files import component, private_folder, read_bounded, write_whole
from linewright.journal.jobs import JobFolder
from linewright.journal.journal import Journal
from linewright.journal.opening import Keeping, local_journal, site_journal
from linewright.model.objects import Record
from linewright.model.observation import Observation

#: Bytes: of what was seen on one device, and of a name.
_LARGEST = 256 * 1024**2
_LONGEST_NOTE = 4096
_R = TypeVar("_R")


class Applied(Record, frozen=True):
    """What a device was last brought to: the base of the next change.

    `intended` is the rendered text (tokens) of that snapshot, not the device's whole configuration.
    `change` is the plan code, or "lab" for a boot configuration. `when` is UTC.
    """

    device: str
    intended: str
    snapshot: str
    change: str
    when: str


class Kept(Record, frozen=True):
    """A backup that we wrote: the SHA-256 of its manifest, which holds those of its other files."""

    device: str
    manifest: str


class State:
    """The state folder; `keeping` says how the site's journal is kept."""

    def __init__(self, folder: Path, keeping: Keeping | None = None) -> None:
        self.folder = folder
        self.keeping = keeping or Keeping()

    def journal(self) -> Journal:
        """The site's journal, opened.

        Raises:
            FacilityError: it cannot be reached, or may lose what it confirms.
            SettingsError: journal.url is none.
        """
        return site_journal(self.folder, self.keeping)

    def local_journal(self, *, make: bool = False) -> Journal | None:
        """The journal kept here while the shared one is away (break-glass), opened; `make` it where there is none.

        `linewright.journal.merging.merge` brings its records into the shared one later.

        Raises:
            FacilityError: it cannot be opened.
        """
        return local_journal(self.folder, self.keeping, make=make)

    def job(self, name: str) -> JobFolder:
        """What a job keeps here."""
        return JobFolder(self.folder, name)

    def snapshot_path(self, code: str) -> Path:
        """Where the snapshot of that code lies, or would lie.

        Raises:
            DataError: it cannot be a snapshot's code.
        """
        if len(code) != 9 or not code.replace("-", "").isalnum():
            raise DataError(f"{code!r} is not a snapshot code", hint="codes look like 9C41-77D0")
        return self.folder / "snapshots" / f"{code.upper()}.lwsnap"

    def note_latest(self, code: str) -> None:
        """Remember which snapshot is the newest."""
        private_folder(self.folder / "snapshots")
        write_whole(self.folder / "snapshots" / "latest", f"{code}\n".encode())

    def latest(self) -> Path:
        """The newest snapshot's file.

        Raises:
            DataError: none was taken yet, or the note of which is the newest is damaged.
        """
        if (path := self.newest()) is None:
            raise DataError("no snapshot was taken yet", hint="take one: lw snapshot")
        return path

    def newest(self) -> Path | None:
        """The same; None where none was taken yet.

        Raises:
            DataError: the note of which is the newest is damaged.
        """
        path = self.folder / "snapshots" / "latest"
        try:
            return self.snapshot_path(read_bounded(path, _LONGEST_NOTE).decode("ascii").strip())
        except FileNotFoundError:
            return None
        except (DataError, UnicodeDecodeError) as error:
            why = error.message if isinstance(error, DataError) else "not ASCII"
            raise DataError(
                f"{path} does not name a snapshot: {why}",
                hint="lw snapshot takes a new one, or name one: --snapshot",
            ) from None

    def applied(self, device: str) -> Applied | None:
        """What was last applied to a device; None if nothing ever was."""
        return _read(self._file("applied", device), Applied)

    def note_applied(self, applied: Applied) -> None:
        """Remember what a device was brought to."""
        self._write(self._file("applied", applied.device), applied)

    def seen(self, device: str) -> Observation | None:
        """The last observation of a device; None if it was never read."""
        return _read(self._file("seen", device), Observation)

    def note_seen(self, observation: Observation) -> None:
        """Remember what was seen on a device."""
        self._write(self._file("seen", observation.device), observation)

    def checked(self) -> dict[str, str]:
        """When each device was last found to run what its backup holds (UTC), by device."""
        return _read(self.folder / "checked.json", dict[str, str]) or {}

    def note_checked(self, found: Mapping[str, str]) -> None:
        """Remember when devices were found so."""
        private_folder(self.folder)
        whole = self.checked() | dict(found)
        write_whole(
            self.folder / "checked.json", msgspec.json.encode(whole, order="sorted") + b"\n", mode=0o600
        )

    def kept(self, device: str) -> Kept | None:
        """The backup that we wrote last of a device; None if we never wrote one."""
        return _read(self._file("kept", device), Kept)

    def note_kept(self, kept: Kept) -> None:
        """Remember which backup we wrote."""
        self._write(self._file("kept", kept.device), kept)

    def _write(self, path: Path, record: Record) -> None:
        private_folder(path.parent)
        data = msgspec.json.format(msgspec.json.encode(record, order="sorted"), indent=1)
        write_whole(path, data + b"\n", mode=0o600)

    def _file(self, room: str, device: str) -> Path:
        return self.folder / room / f"{component(device)}.json"


def _read(path: Path, kind: type[_R]) -> _R | None:
    try:
        return msgspec.json.decode(read_bounded(path, _LARGEST), type=kind)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{path}: not a record this linewright wrote: {error}") from None
