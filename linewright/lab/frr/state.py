"""A lab as a folder: what is written down about it, and what its links are called.

FOLDER/lab.json          what was planned and how far it got; written before each step
FOLDER/lab.log           what happened, with times; all that is left after `down`
FOLDER/id_ed25519        the key that opens its routers
FOLDER/routers/NAME/     a router's disk
"""

import hashlib
import time
from pathlib import Path
from typing import Literal

import msgspec

from linewright.errors import DataError, FacilityError, UsageError
from linewright.files import write_whole
from linewright.lab.frr.inline import Inline
from linewright.lab.frr.router import Router
from linewright.lab.frr.topology import Topology
from linewright.model.objects import Record
from linewright.model.observation import now_text

SCHEMA = 1
_STATE, _LOG, _KEY, _ROUTERS = "lab.json", "lab.log", "id_ed25519", "routers"

Phase = Literal["files", "namespaces", "links", "boot", "up", "down"]


class State(Record, frozen=True):
    """What lab.json holds. `phase` is the step begun last; "up" when all were done. `snapshot` is its digest."""

    schema: int
    phase: Phase
    snapshot: str
    topology: Topology


class Lab:
    """A lab that was begun in `folder`; nothing here starts or stops anything."""

    def __init__(self, folder: Path, state: State) -> None:
        self.folder = folder.resolve()
        self.state = state
        self.routers = {
            spec.name: Router(spec, routers_folder(self.folder) / spec.name)
            for spec in state.topology.routers
        }
        self.inline = {
            spec.name: Inline(spec, routers_folder(self.folder) / spec.name) for spec in state.topology.inline
        }

    @property
    def topology(self) -> Topology:
        """Its routers and links as planned."""
        return self.state.topology

    @property
    def key_file(self) -> Path:
        """The private key that opens every router, for the users "ops" and "admin"."""
        return self.folder / _KEY

    def router(self, name: str) -> Router:
        """The router of that name.

        Raises:
            DataError: the lab has none.
        """
        self.topology.router(name)
        return self.routers[name]


def load(folder: Path) -> Lab:
    """The lab in a folder.

    Raises:
        UsageError: there is none.
        FacilityError: it belongs to root, and we are not.
        DataError: lab.json is not what this linewright writes.
    """
    path = folder / _STATE
    try:
        state = msgspec.json.decode(path.read_bytes(), type=State)
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"there is no lab in {folder}", hint="linewright lab up makes one") from None
    except PermissionError:
        raise FacilityError(f"only root can look into the lab in {folder}", hint="run it with sudo") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a lab's: {error}", hint="linewright lab down removes it") from None
    if state.schema != SCHEMA:
        raise DataError(
            f"{path} was written by another linewright (schema {state.schema}, this one reads {SCHEMA})",
            hint="linewright lab down removes the lab",
        )
    return Lab(folder, state)


def save(folder: Path, state: State) -> None:
    """Write down how far a lab has got, before the step is begun."""
    write_whole(folder / _STATE, msgspec.json.format(msgspec.json.encode(state), indent=1), mode=0o600)


def note(folder: Path, text: str) -> None:
    """Add a line to the lab's log."""
    with (folder / _LOG).open("a", encoding="utf-8") as file:
        file.write(f"{now_text(time.time())} {text}\n")


def bridge_name(folder: Path) -> str:
    """The lab's bridge on the host; its other links on the host have the same name, "x" and a number.

    Made of the folder alone, so that a lab can be removed without anything written down. At most 14 bytes.
    """
    return "lw" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]


def routers_folder(folder: Path) -> Path:
    """Where the routers' disks are."""
    return folder.resolve() / _ROUTERS


def leftovers(folder: Path) -> list[Path]:
    """What a lab wrote into its folder, the log aside, in the order in which it may be removed.

    lab.json is written before all else and removed after it: where there is none, nothing else is a lab's, whatever
    it is called.
    """
    if not folder.is_dir():
        return []
    unfinished = list(folder.glob(f".{_STATE}.*"))
    if not (folder / _STATE).exists():
        return unfinished
    return [*unfinished, *(path for name in (_ROUTERS, _KEY, _STATE) if (path := folder / name).exists())]


def strangers(folder: Path) -> list[str]:
    """What lies in the folder that no lab wrote."""
    if not folder.is_dir():
        return []
    ours = {_STATE, _LOG, _KEY, _ROUTERS}
    return sorted(
        p.name for p in folder.iterdir() if p.name not in ours and not p.name.startswith(f".{_STATE}.")
    )
