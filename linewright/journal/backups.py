"""Backups of running configurations, three files per device in one folder.

DEVICE.cfg.age or .p7m   the whole text, encrypted; nobody but the recipients opens it
DEVICE.view              the same text with tokens for secrets: to be shown, compared, searched
DEVICE.json              what the other two are: when, by which snapshot, for whom, their digests

A file is written whole, the manifest last: if it does not fit the others, an interrupted run is told and mended.
"""

from hashlib import sha256
from pathlib import Path

import msgspec

from linewright.errors import DataError
from linewright.files import component, read_bounded, write_whole
from linewright.model.natural import natural_key
from linewright.model.objects import Record
from linewright.seal.recipients import SUFFIXES, Kind

SCHEMA = "linewright.backup/1"

_MODE = 0o600
#: What git must not do to a backup: change line ends or encoding, expand keywords, pass it through a program.
_BYTES = "* -text -ident -filter -working-tree-encoding\n*.age -diff\n*.p7m -diff\n"
_LARGEST = 64 * 1024 * 1024


class Manifest(Record, frozen=True):
    """What a backup is. `when` (UTC) is when the device first ran this; digests are SHA-256 in hex.

    The view's digest is over tokens, so that nothing can be guessed from it; `snapshot` is the code of the newest
    snapshot at that time.
    """

    schema: str
    device: str
    platform: str
    when: str
    snapshot: str
    kind: Kind
    recipients: tuple[str, ...]
    sealed: str
    view: str


class Backups:
    """The folder of backups; safe to use from several threads for different devices."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def manifest(self, device: str) -> Manifest | None:
        """What is kept of a device; None for nothing.

        Raises:
            DataError: the manifest is damaged.
        """
        path = self._path(device, ".json")
        try:
            found = msgspec.json.decode(read_bounded(path, _LARGEST), type=Manifest)
        except FileNotFoundError:
            return None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise DataError(
                f"{path}: not a backup's manifest: {error}", hint="git checkout brings it back"
            ) from None
        if found.schema != SCHEMA or found.device != device:
            raise DataError(f"{path}: a manifest of {found.device!r}, schema {found.schema!r}")
        return found

    def devices(self) -> tuple[str, ...]:
        """The devices of which something is kept, in natural order; damaged manifests are passed over."""
        names = (_device_of(path) for path in self.folder.glob("*.json"))
        return tuple(sorted({name for name in names if name}, key=natural_key))

    def view(self, device: str) -> str:
        """The showable text.

        Raises:
            DataError: there is none, or it is damaged.
        """
        return _text(self._data(self.view_path(device), device), device)

    def sealed(self, manifest: Manifest) -> bytes:
        """The encrypted text.

        Raises:
            DataError: it is not there, or not the one the manifest speaks of.
        """
        path = self._path(manifest.device, f".cfg{SUFFIXES[manifest.kind]}")
        data = self._data(path, manifest.device)
        if sha256(data).hexdigest() != manifest.sealed:
            raise DataError(
                f"{path} is not the file that was written",
                hint="git checkout brings it back, a new backup too",
            )
        return data

    def wrong(self, manifest: Manifest) -> str:
        """What is wrong with a backup's files; empty when they are as they were written."""
        try:
            self.sealed(manifest)
            if (
                sha256(self._data(self.view_path(manifest.device), manifest.device)).hexdigest()
                != manifest.view
            ):
                return f"{self.view_path(manifest.device)} is not the file that was written"
        except DataError as error:
            return error.message
        return ""

    def keep(self, manifest: Manifest, view: str, sealed: bytes) -> Manifest:
        """Write a backup in place of the one before; the manifest with both digests.

        Raises:
            FacilityError: a file cannot be written; each file is the old or the new one.
        """
        data = view.encode()
        whole = msgspec.structs.replace(
            manifest, sealed=sha256(sealed).hexdigest(), view=sha256(data).hexdigest()
        )
        device = manifest.device
        write_whole(self._path(device, f".cfg{SUFFIXES[manifest.kind]}"), sealed, mode=_MODE)
        write_whole(self.view_path(device), data, mode=_MODE)
        text = msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=1) + b"\n"
        write_whole(self._path(device, ".json"), text, mode=_MODE)
        for kind, suffix in SUFFIXES.items():
            if kind != manifest.kind:
                self._path(device, f".cfg{suffix}").unlink(missing_ok=True)
        return whole

    def digest(self, device: str) -> str:
        """SHA-256 (hex) of a manifest's file as it lies there; "" for none."""
        try:
            return sha256(read_bounded(self._path(device, ".json"), _LARGEST)).hexdigest()
        except (FileNotFoundError, DataError):
            return ""

    def files_of(self, device: str) -> tuple[Path, ...]:
        """The files of a device's backup, and that which another kind of recipients left."""
        suffixes = (*(f".cfg{suffix}" for suffix in SUFFIXES.values()), ".view", ".json")
        return tuple(self._path(device, suffix) for suffix in suffixes)

    def is_ours(self, path: Path) -> bool:
        """Whether a file of the folder is named as those of backups are."""
        ends = (*(f".cfg{suffix}" for suffix in SUFFIXES.values()), ".view", ".json")
        return path.parent == self.folder.resolve() and path.name.endswith(ends) and path.name[0] != "."

    def lying(self) -> tuple[Path, ...]:
        """Every file that is named as those of backups are."""
        folder = self.folder.resolve()
        there = sorted(folder.iterdir()) if folder.is_dir() else []
        return tuple(path for path in there if self.is_ours(path))

    def guard(self) -> Path:
        """Tell git that what lies here is bytes, unless somebody told it something else; the file that says so.

        Without it a checkout could bring back something else than what was committed.
        """
        path = self.folder / ".gitattributes"
        if not path.exists() and not path.is_symlink():
            write_whole(path, _BYTES.encode())
        return path

    def view_path(self, device: str) -> Path:
        """Where a device's view lies."""
        return self._path(device, ".view")

    def _path(self, device: str, suffix: str) -> Path:
        return self.folder / f"{component(device)}{suffix}"

    def _data(self, path: Path, device: str) -> bytes:
        try:
            return read_bounded(path, _LARGEST)
        except FileNotFoundError:
            raise DataError(
                f"there is no {path.name} in {path.parent}", hint=f"lw backup --device {device}"
            ) from None


def same_view(manifest: Manifest, view: str) -> bool:
    """Whether a view is the one of this backup. Tokens are keyed: equal views are equal texts, secrets included."""
    return sha256(view.encode()).hexdigest() == manifest.view


def _text(data: bytes, device: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise DataError(f"the view of {device} is damaged", hint="git checkout brings it back") from None


def _device_of(path: Path) -> str:
    try:
        return msgspec.json.decode(read_bounded(path, _LARGEST), type=Manifest).device
    except (DataError, FileNotFoundError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
