"""What the checks look at: read from files that were collected, or from the devices now."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from linewright.checks.compliance import Limits, Seen
from linewright.errors import DataError
from linewright.files import component
from linewright.model.observation import Observation
from linewright.sources import recorded

#: Bytes; a device with a whole Internet table stays below.
_LARGEST = 256 * 1024**2


def from_files(folder: Path, devices: Iterable[str]) -> dict[str, Observation]:
    """The observations that `lw collect -o FOLDER` wrote, of these devices; one without a file is left out.

    Raises:
        DataError: there is no such folder, or a file in it is not an observation of that device.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder", hint=f"collect first: lw collect -o {folder}")
    found = {}
    for name in devices:
        path = folder / f"{component(name)}.json"
        if path.is_file():
            found[name] = _observation(path, name)
    return found


def look(custom: Mapping[str, str], observations: Mapping[str, Observation]) -> Seen:
    """Everything for the checks of a testbed, whose custom data name the snapshot's file and the limits."""
    snapshot = recorded.load(Path(custom["snapshot_file"]))
    return Seen(snapshot, observations, msgspec.convert(custom["limits"], Limits))


def _observation(path: Path, name: str) -> Observation:
    try:
        if path.stat().st_size > _LARGEST:
            raise DataError(f"{path}: too large to be what was seen on one device")
        found = msgspec.json.decode(path.read_bytes(), type=Observation)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not what lw collect writes: {error}") from None
    if found.device != name:
        raise DataError(
            f"{path}: holds {found.device}, not {name}", hint="put the file back under its own name"
        )
    return found
