"""What does the work, by its content: SHA-256 over the installed files of linewright and of what reaches the devices.

A version string says what somebody meant to install, not what lies there: a file edited in place, or a package built
again under the same number, would pass. The same files give the same digests in a checkout and in an installed wheel.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from linewright.errors import FacilityError
from linewright.seal.canonical import digest

#: Packages that reach the devices, carry the steps there, or make the lines; netmiko is loaded by NAPALM.
LIBRARIES = ("jinja2", "napalm", "napalm_frr", "netmiko", "nornir", "paramiko", "pyeapi")
_PACKAGE = Path(__file__).resolve().parent.parent
#: The site that ships in the wheel: its templates are sealed one by one, its documents change no device.
_SITE = "_site"
_CACHES = ("__pycache__",)


@lru_cache(maxsize=1)
def contents() -> Mapping[str, str]:
    """SHA-256 of each part by its name: "linewright" (its own modules), "linewright/ROOM", "tasks", and each library.

    Read once in a process: what is in memory is what lay there when it began.

    Raises:
        FacilityError: a library is not installed, or a file cannot be read.
    """
    found = {f"linewright/{room.name}": digest_of(room) for room in _rooms()}
    found["linewright"] = _digest(_own())
    packed = _PACKAGE / _SITE
    found["tasks"] = digest_of((packed if packed.is_dir() else _PACKAGE.parent) / "tasks")
    return found | {name: digest_of(_folder(name)) for name in LIBRARIES}


def moved(sealed: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The names whose digests differ, or that only one side has; sorted."""
    return tuple(sorted(name for name in {*sealed, *now} if sealed.get(name) != now.get(name)))


def digest_of(folder: Path) -> str:
    """SHA-256 (64 hex digits) over the names and contents of all files below a folder, without compiled ones.

    Raises:
        FacilityError: a file cannot be read, or there is none.
    """
    found = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    if not found:
        raise FacilityError(f"{folder} holds no files", hint="install linewright again")
    return _digest(found)


def _digest(files: Mapping[str, Path]) -> str:
    try:
        return digest({name: sha256(path.read_bytes()).hexdigest() for name, path in files.items()})
    except OSError as error:
        raise FacilityError(f"{error.filename}: cannot be read: {error.strerror}") from None


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir():
            if path.name not in _CACHES:
                yield from _files(path)
        elif path.suffix != ".pyc":
            yield path


def _rooms() -> list[Path]:
    return sorted(path for path in _PACKAGE.iterdir() if path.is_dir() and path.name not in (*_CACHES, _SITE))


def _own() -> dict[str, Path]:
    return {path.name: path for path in _PACKAGE.iterdir() if path.is_file() and path.suffix != ".pyc"}


def _folder(name: str) -> Path:
    spec = find_spec(name)
    places = spec.submodule_search_locations if spec is not None else None
    if not places:
        raise FacilityError(f"{name} is not installed", hint="install linewright again")
    return Path(next(iter(places)))
