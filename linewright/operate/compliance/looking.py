"""What the checks look at: read from files that were collected, or from the devices now."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from linewright.checks.compliance import Limits, Seen
from linewright.errors import DataError
from linewright.files import component, read_bounded
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
        if (seen := _observation(path, name)) is not None:
            found[name] = seen
    return found


def look(custom: Mapping[str, str], observations: Mapping[str, Observation]) -> Seen:
    """Everything for the checks of a testbed, whose custom data name the snapshot's file and the limits."""
    snapshot = recorded.load(Path(custom["snapshot_file"]))
    return Seen(snapshot, observations, msgspec.convert(custom["limits"], Limits))


def _observation(path: Path, name: str) -> Observation | None:
    try:
        found = msgspec.json.decode(read_bounded(path, _LARGEST), type=Observation)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{path}: not what lw collect writes: {error}") from None
    if found.device != name:
        raise DataError(
            f"{path}: holds {found.device}, not {name}", hint="put the file back under its own name"
        )
    return found
