"""A NetBox that holds a drawn cable plant already: laid once through the REST API, restored from a dump after that."""

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from linewright.errors import FacilityError
from linewright.files import write_whole
from linewright.lab.netbox import Running, down, keep, up
from linewright.lab.netbox.database import Progress, one_at_a_time, own_dump
from linewright.lab.netbox.seeding.rest import Rest
from linewright.lab.netbox.version import VERSION
from linewright.lab.plant.seeding import seed_plant, without_cables
from linewright.model.snapshot import Snapshot

_KEPT = 2


def up_plant(
    folder: Path, drawn: Snapshot, progress: Progress = lambda _: None
) -> tuple[Running, Snapshot, set[str]]:
    """As `linewright.lab.netbox.up`, with a drawn plant in it; that plant as NetBox took it, and what it refused.

    Raises:
        FacilityError, Refused: as `up`.
        SourceError: NetBox refused something that is no cable.
    """
    dump = _dump(drawn)
    with one_at_a_time(dump.parent / "seeding"):
        restored = _restored(folder, dump, progress)
        running, refused = restored if restored is not None else _laid(folder, drawn, dump, progress)
    return running, without_cables(drawn, refused), refused


def _dump(drawn: Snapshot, environment: Mapping[str, str] = os.environ) -> Path:
    digest = sha256(f"{VERSION} {drawn.digest}".encode())
    digest.update(Path(__file__).with_name("seeding.py").read_bytes())
    return own_dump(environment).with_name(f"netbox-{VERSION}-plant-{digest.hexdigest()[:16]}.dump")


def _restored(folder: Path, dump: Path, progress: Progress) -> tuple[Running, set[str]] | None:
    note = dump.with_suffix(".json")
    if not dump.is_file() or not note.is_file():
        return None
    try:
        return up(folder, progress, dump=dump), set(json.loads(note.read_bytes()))
    except FacilityError as error:
        progress(f"{dump.name} does not fit: {error.message.splitlines()[-1].strip()}")
        return None


def _laid(folder: Path, drawn: Snapshot, dump: Path, progress: Progress) -> tuple[Running, set[str]]:
    running = up(folder, progress)
    try:
        with Rest(running.url, running.token) as rest:
            refused = seed_plant(rest, drawn)
        write_whole(dump.with_suffix(".json"), json.dumps(sorted(refused)).encode())
        keep(folder, dump)
    except BaseException:
        # As with `up`: what fails, or is interrupted, leaves nothing.
        down(folder)
        raise
    found = sorted(dump.parent.glob(f"netbox-{VERSION}-plant-*.dump"), key=lambda path: path.stat().st_mtime)
    for path in found[:-_KEPT]:
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)
    return running, refused
