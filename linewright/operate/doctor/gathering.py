"""Facts of this machine and of the site's folder."""

import ctypes
import os
import shutil
import stat
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from linewright import children
from linewright.errors import LinewrightError
from linewright.operate.doctor.machine import PROGRAMS, Machine, distributions
from linewright.operate.doctor.site import Private, Room
from linewright.operate.workplace import Workplace
from linewright.settings import Settings

#: adjtimex(2): what it returns while nothing keeps the clock, and room enough for its structure on every machine.
_TIME_ERROR = 5
_TIMEX = 512
_GIT_SECONDS = 10


def machine() -> Machine:
    """What this machine has."""
    try:
        requires: tuple[str, ...] | None = tuple(metadata.requires("linewright") or ())
    except metadata.PackageNotFoundError:
        requires = None
    return Machine(
        python=sys.version_info[:3],
        requires=requires,
        installed={name: _version(name) for name in distributions(requires or ())},
        programs=tuple(name for name in PROGRAMS if shutil.which(name)),
        synchronised=_synchronised(),
    )


def extras_needed(settings: Settings) -> dict[str, str]:
    """The extras that a site's settings ask for, with the reason."""
    references = [settings.netbox.token, *(login.password for login in settings.login.values())]
    needed = {}
    if settings.vault.address or any(one.startswith("vault:") for one in references):
        needed["vault"] = "secrets of this site are in Vault"
    if any(one.startswith("keyring:") for one in references):
        needed["keyring"] = "secrets of this site are in the keyring"
    if any(one.strip().startswith(("age1", "ssh-")) for one in settings.backup.recipients):
        needed["age"] = "backups of this site are encrypted to age keys"
    return needed


def private(place: Workplace) -> tuple[Private, ...]:
    """The files and folders of a site that only their owner may read."""
    settings = place.settings
    key, values = settings.path(settings.secrets.key_file), settings.path(settings.secrets.values_file)
    found = [_private("site key", key), _private("secret values", values)]
    folders = dict.fromkeys((key.parent, values.parent))
    found += [_private("secrets folder", folder, folder=True) for folder in folders]
    return (*found, _private("state folder", place.state.folder, folder=True))


def room(place: Workplace) -> Room:
    """The file system under the state folder; of the nearest folder there is, while it was not made yet."""
    folder = place.state.folder
    near = next((path for path in (folder, *folder.parents) if path.is_dir()), Path("/"))
    try:
        found = os.statvfs(near)
    except OSError:
        return Room(path=str(near), there=folder.is_dir(), writable=False, free=-1, files=-1)
    return Room(
        path=str(near),
        there=folder.is_dir(),
        writable=os.access(near, os.W_OK) and not found.f_flag & os.ST_RDONLY,
        free=found.f_bavail * found.f_frsize,
        files=found.f_favail if found.f_files else -1,  # file systems without a table of files say 0
    )


def key_problem(place: Workplace) -> LinewrightError | None:
    """Why the site's key cannot be used; None when it can."""
    try:
        _ = place.secrets.key
    except LinewrightError as error:
        return error
    return None


def _private(subject: str, path: Path, *, folder: bool = False) -> Private:
    try:
        facts = path.stat()
    except OSError:
        return Private(subject=subject, path=str(path), there=False, folder=folder)
    return Private(
        subject=subject,
        path=str(path),
        there=True,
        folder=folder,
        mode=stat.S_IMODE(facts.st_mode),
        ours=facts.st_uid in (os.geteuid(), 0),
        tracked=not folder and _tracked(path),
    )


def _tracked(path: Path) -> bool:
    """Whether git keeps this file."""
    if shutil.which("git") is None:
        return False
    command = ["git", "-C", str(path.parent), "ls-files", "--error-unmatch", "--", path.name]
    try:
        asked = subprocess.run(
            command, env=children.inherited(), capture_output=True, check=False, timeout=_GIT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _synchronised() -> bool | None:
    """What the kernel says of its clock, read without changing anything (adjtimex(2) with modes 0)."""
    try:
        answer = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(_TIMEX))
    except (OSError, AttributeError):
        return None
    return None if answer < 0 else answer != _TIME_ERROR
