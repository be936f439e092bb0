"""A NetBox that holds a site already: seeded once through the REST API, restored from a dump after that."""

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from linewright.errors import FacilityError
from linewright.lab.netbox import branching
from linewright.lab.netbox.database import Progress, one_at_a_time, own_dump
from linewright.lab.netbox.lab import Running, down, keep, up
from linewright.lab.netbox.seed import seed
from linewright.lab.netbox.version import VERSION
from linewright.sources.description import Described

_KEPT = 3
_CODE = (Path(__file__).with_name("seed.py"), *sorted(Path(__file__).with_name("seeding").glob("*.py")))


def up_seeded(folder: Path, described: Described, progress: Progress = lambda _: None) -> Running:
    """As `up`, with the site of a description in it.

    The dump in the cache is that of this release, this description and this seeding code; another is never used.

    Raises:
        FacilityError, Refused: as `up`.
        SourceError: NetBox refused an object of the description.
    """
    dump = seeded_dump(described)
    if (running := _restored(folder, dump, progress)) is not None:
        return running
    with one_at_a_time(dump.parent / "seeding"):
        # Another may have seeded the same site while we waited.
        if (running := _restored(folder, dump, progress)) is not None:
            return running
        running = up(folder, progress)
        try:
            seed(running.url, running.token, described, progress)
            keep(folder, dump)
        except BaseException:
            # As with `up`: what fails, or is interrupted, leaves nothing.
            down(folder)
            raise
        _forget_old(dump)
    return running


def seeded_dump(described: Described, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the dump of a seeded description is kept."""
    releases = f"{VERSION} {branching.VERSION}"
    digest = sha256(f"{releases} {described.snapshot.digest} {described.entries!r}".encode())
    for path in _CODE:
        digest.update(path.read_bytes())
    return own_dump(environment).with_name(f"netbox-{VERSION}-seeded-{digest.hexdigest()[:16]}.dump")


def _restored(folder: Path, dump: Path, progress: Progress) -> Running | None:
    if not dump.is_file():
        return None
    try:
        return up(folder, progress, dump=dump)
    except FacilityError as error:
        # Damaged, or of a newer PostgreSQL: seeding takes longer and is right.
        progress(f"{dump.name} does not fit: {error.message.splitlines()[-1].strip()}")
        return None


def _forget_old(newest: Path) -> None:
    found = sorted(
        newest.parent.glob(f"netbox-{VERSION}-seeded-*.dump"), key=lambda path: path.stat().st_mtime
    )
    for path in found[:-_KEPT]:
        path.unlink(missing_ok=True)
