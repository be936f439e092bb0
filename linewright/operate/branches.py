"""Snapshots of branches of NetBox: which one is the newest of each."""

from linewright.errors import DataError
from linewright.files import component, private_folder, read_bounded, write_whole
from linewright.model.snapshot import Snapshot
from linewright.operate.workplace import Workplace
from linewright.sources import recorded

_LONGEST_NOTE = 64


def keep(place: Workplace, snapshot: Snapshot, branch: str) -> None:
    """Save the snapshot of a branch beside the newest, and note it as the newest of that branch.

    A branch that holds what the main data hold has the main data's snapshot, which stays as it is.

    Raises:
        FacilityError: it cannot be written.
    """
    path = place.state.snapshot_path(snapshot.code)
    if not path.is_file() or recorded.origin(path).branch:
        place.keep(snapshot, newest=False)
    note = path.parent / "branches" / component(branch)
    private_folder(note.parent)
    write_whole(note, f"{snapshot.code}\n".encode())


def newest(place: Workplace, branch: str) -> Snapshot | None:
    """The snapshot that was kept last of a branch; None where none was.

    Raises:
        DataError: the note of which it is, or its file, is damaged.
    """
    note = place.state.folder / "snapshots" / "branches" / component(branch)
    try:
        return place.snapshot(read_bounded(note, _LONGEST_NOTE).decode("ascii").strip())
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise DataError(f"{note} does not name a snapshot", hint=f"lw snapshot --branch {branch}") from None
