"""A site's own copies of shipped files: made, compared with what is shipped now, and told apart.

A site lies over the shipped one (docs/site-folder.md). What is not copied gets every fix with the next release; what
is copied is the site's own from then on. The digest of the shipped file at that moment is noted in the site, so that
it can be said later who changed what.
"""

import difflib
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from linewright import __version__, log
from linewright.errors import DataError, Refused, UsageError
from linewright.files import write_whole
from linewright.model.objects import Record
from linewright.site import FOLDERS, Site, shipped

#: Where a site notes what its copies were made from.
NOTES = ".linewright-ejected.json"
#: What no site needs a copy of: the folders explain themselves, and packages are made without these.
_NO_COPIES = frozenset({"__init__.py", "README.md"})
#: These run as shipped, whatever a site holds (ADR 001): they write to devices, or hold configurations with their
#: secrets. A copy would only look as if it counted.
_SAFETY = frozenset({"tasks/push.py", "tasks/backup.py"})
_MAX_NOTES = 1 << 20

State = Literal["as shipped", "yours", "ours", "both", "no note", "not shipped any more"]


class Ejected(Record, frozen=True):
    """What one copy was made from: SHA-256 of the shipped file, and the version it came with."""

    sha256: str
    version: str


class _Notes(Record, frozen=True):
    schema: int = 1
    files: dict[str, Ejected] = {}  # noqa: RUF012 - msgspec copies it per instance


class Copy(Record, frozen=True):
    """A file of the site that stands in the place of a shipped one.

    `state` says who changed it since it was copied: nobody ("as shipped"), the site ("yours"), linewright ("ours") or
    both; "no note" when it was not made by eject. `diff` is unified, from the shipped one to the site's.
    """

    path: str
    state: State
    diff: str
    version: str = ""


def ejectable() -> tuple[str, ...]:
    """Every shipped file a site may have a copy of, as ROOM/FILE, sorted."""
    return tuple(
        sorted(
            path.relative_to(shipped()).as_posix()
            for room in FOLDERS
            for path in (shipped() / room).rglob("*")
            if path.is_file() and not _left_out(path.relative_to(shipped()))
            if path.relative_to(shipped()).as_posix() not in _SAFETY
        )
    )


def eject(root: Path, relative: str) -> Path:
    """Copy one shipped file into the site at `root`; where it lies now.

    Raises:
        UsageError: there is no such shipped file, or it is none a site can have its own of.
        Refused: the site has one already, the site is the shipped one, or the file would land outside the site.
        FacilityError: it cannot be written.
    """
    source = _shipped_file(relative)
    if relative in _SAFETY:
        raise Refused(
            f"{relative} always runs as shipped: it writes to devices or holds their secrets; a copy would not be used",
            hint="to read it: lw site path " + relative,
        )
    if relative not in ejectable():
        raise UsageError(f"{relative} is not a file to be changed", hint="lw eject lists those that are")
    if root.resolve() == shipped().resolve():
        raise Refused(f"{root} is the shipped site itself", hint="make a site of your own: lw init DIR")
    target = root.resolve() / relative
    if target.is_symlink() or target.exists():
        raise Refused(f"{target} is there already", hint=f"see how it differs: lw site diff {relative}")
    if not target.parent.resolve().is_relative_to(root.resolve()):
        raise Refused(
            f"{target.parent} leads out of the site", hint="a room of a site is a folder, not a link"
        )
    notes = _notes(root)  # read first: a damaged file must not be found after the copy was made
    data = source.read_bytes()
    write_whole(target, data)
    _write(root, notes, relative, Ejected(sha256=sha256(data).hexdigest(), version=__version__))
    log.note("ejected", file=relative)
    return target


def copies(root: Path, only: tuple[str, ...] = ()) -> tuple[Copy, ...]:
    """The site's files that stand in the place of shipped ones, or once did; with `only`, those alone.

    Raises:
        UsageError: one of `only` is not such a file.
        DataError: the site's notes or a file cannot be read.
    """
    notes = _notes(root).files
    here = {} if root.resolve() == shipped().resolve() else _own(root)
    found = {
        relative: _compared(relative, path, notes.get(relative))
        for relative, path in here.items()
        if (shipped() / relative).is_file() or relative in notes
    }
    for relative in only:
        if relative not in found:
            _shipped_file(relative)
            raise UsageError(f"{relative}: the site has none of its own", hint=f"lw eject {relative}")
    return tuple(copy for relative, copy in sorted(found.items()) if not only or relative in only)


def shipped_path(relative: str) -> Path:
    """Where a shipped file lies.

    Raises:
        UsageError: it is outside the rooms of a site, or not shipped.
    """
    return _shipped_file(relative)


def _shipped_file(relative: str) -> Path:
    return Site().find(relative)


def _left_out(relative: Path) -> bool:
    return "__pycache__" in relative.parts or relative.name in _NO_COPIES or len(relative.parts) == 1


def _own(root: Path) -> dict[str, Path]:
    """Files in the rooms of the site, by ROOM/FILE."""
    return {
        path.relative_to(root).as_posix(): path
        for room in FOLDERS
        for path in (root / room).rglob("*")
        if path.is_file() and not _left_out(path.relative_to(root))
    }


def _compared(relative: str, path: Path, note: Ejected | None) -> Copy:
    origin = shipped() / relative
    try:
        own = path.read_bytes()
        theirs = origin.read_bytes() if origin.is_file() else b""
    except OSError as error:
        raise DataError(f"{error.filename}: cannot be read: {error.strerror}") from None
    version = note.version if note else ""
    if not origin.is_file():
        return Copy(path=relative, state="not shipped any more", diff="", version=version)
    return Copy(
        path=relative, state=_state(own, theirs, note), diff=_diff(relative, theirs, own), version=version
    )


def _state(own: bytes, theirs: bytes, note: Ejected | None) -> State:
    if own == theirs:
        return "as shipped"
    if note is None:
        return "no note"
    changed_here = sha256(own).hexdigest() != note.sha256
    changed_there = sha256(theirs).hexdigest() != note.sha256
    return "both" if changed_here and changed_there else "yours" if changed_here else "ours"


def _diff(relative: str, theirs: bytes, own: bytes) -> str:
    before, after = (data.decode(errors="replace").splitlines(keepends=True) for data in (theirs, own))
    told = difflib.unified_diff(before, after, f"shipped/{relative}", f"site/{relative}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ no line feed at the end\n" for line in told)


def _notes(root: Path) -> _Notes:
    path = root / NOTES
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return _Notes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > _MAX_NOTES:
        raise DataError(f"{path}: too large to be what eject writes", hint="restore it from git")
    try:
        return msgspec.json.decode(data, type=_Notes)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(
            f"{path}: not what eject writes: {error}", hint="restore it from git, or remove it"
        ) from None


def _write(root: Path, notes: _Notes, relative: str, note: Ejected) -> None:
    kept = {name: old for name, old in notes.files.items() if (root / name).exists()}
    data = msgspec.json.encode(msgspec.structs.replace(notes, files=kept | {relative: note}), order="sorted")
    write_whole(root / NOTES, msgspec.json.format(data, indent=1) + b"\n")
