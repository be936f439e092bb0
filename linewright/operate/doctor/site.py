"""The site's own folder: settings, secrets, state, room on the disk. Pure."""

from linewright.model.objects import Record
from linewright.operate.doctor.result import Check, failed, ok, unchecked, warned

_MEBIBYTE = 2**20
#: Below this a job may not be able to write its journal.
_LEAST = 64 * _MEBIBYTE
_LITTLE = 512 * _MEBIBYTE
_FEW_FILES = 1000


class Private(Record, frozen=True):
    """A file or folder that only its owner may read. `mode` and `ours` mean nothing where it is not there.

    `tracked` says that git keeps it.
    """

    subject: str
    path: str
    there: bool
    folder: bool = False
    mode: int = 0
    ours: bool = True
    tracked: bool = False


class Room(Record, frozen=True):
    """The file system under the state folder: bytes and files that can still be written, -1 when it does not say."""

    path: str
    there: bool
    writable: bool
    free: int
    files: int


def judged(private: tuple[Private, ...], room: Room) -> tuple[Check, ...]:
    """What is to be said of these."""
    return (*(_private(one) for one in private), *_room(room))


def _private(one: Private) -> Check:
    if not one.there:
        if one.folder:
            return ok("site", one.subject, f"{one.path} is not there yet; it is made when needed")
        return failed(
            "site",
            one.subject,
            f"{one.path} is not there",
            "docs/secrets.md shows how to make it; lw init makes it too",
        )
    if one.tracked:
        return failed(
            "site",
            one.subject,
            f"{one.path} is in git",
            f"git rm --cached {one.path}, then change every secret in it",
        )
    if one.mode & 0o077:
        wanted = "700" if one.folder else "600"
        return failed(
            "site",
            one.subject,
            f"others may read {one.path} (mode {one.mode:o})",
            f"chmod {wanted} {one.path}",
        )
    if not one.ours:
        return failed(
            "site",
            one.subject,
            f"{one.path} belongs to another user",
            "run lw as its owner, or change the owner",
        )
    return ok("site", one.subject, f"{one.path}, for its owner alone")


def _room(room: Room) -> tuple[Check, ...]:
    if not room.writable:
        return (
            failed(
                "site",
                "disk",
                f"{room.path} cannot be written",
                "check its owner and whether it is mounted read-only",
            ),
        )
    if room.free < 0:
        return (unchecked("site", "disk", f"how much room {room.path} has is not known"),)
    said = f"{room.free // _MEBIBYTE} MiB free under {room.path}"
    todo = "make room; old snapshots may go"
    if room.free < _LEAST:
        return (failed("site", "disk", said, todo),)
    if 0 <= room.files < _FEW_FILES:
        return (failed("site", "disk", f"room for {room.files} files only under {room.path}", todo),)
    return (warned("site", "disk", said, todo) if room.free < _LITTLE else ok("site", "disk", said),)
