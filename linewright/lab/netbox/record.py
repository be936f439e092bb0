"""The recorded snapshot of a description: read from a real NetBox that was seeded with it.

After a change to the reference site:
    python -m linewright.lab.netbox.record inventory/site.yaml inventory/demo/snapshot.lwsnap
"""

import sys
import tempfile
from pathlib import Path

from linewright.errors import SourceError
from linewright.lab.netbox.lab import down
from linewright.lab.netbox.seeded import up_seeded
from linewright.model.snapshot import Origin, Snapshot
from linewright.sources import netbox, recorded
from linewright.sources.description import load_described


def record(description: Path, target: Path) -> Snapshot:
    """Seed a NetBox of its own, read it back, write the snapshot file.

    Raises:
        DataError: the description has mistakes.
        FacilityError: no NetBox can be started here.
        SourceError: what was read is not what was described; nothing is written.
    """
    described = load_described(description)
    with tempfile.TemporaryDirectory(prefix="lw-record-") as folder:
        running = up_seeded(Path(folder) / "lab", described)
        try:
            taken = netbox.load(netbox.Connection(running.url, running.token))
        finally:
            down(Path(folder) / "lab")
    if taken.digest != described.snapshot.digest:
        raise SourceError(f"{description}: NetBox holds {taken.code}, described is {described.snapshot.code}")
    # The port and the counter of a NetBox that is gone tell nobody anything.
    origin = Origin(
        source="the reference site's NetBox", taken=taken.origin.taken, version=taken.origin.version
    )
    snapshot = Snapshot(taken.tables, taken.devices, origin)
    recorded.save(snapshot, target)
    return snapshot


if __name__ == "__main__":
    record(Path(sys.argv[1]), Path(sys.argv[2]))
