"""Building documents from a snapshot and what was last seen on its devices."""

from pathlib import Path

from linewright.documents import Basis
from linewright.documents.marking import Markings
from linewright.documents.write import write
from linewright.files import write_whole
from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.operate.workplace import Workplace
from linewright.trace import compare, paths

#: The documents of a site: functions found by overlay, a site's own first.
DOCUMENTS = ("docs_gen.cable_schedule:build", "docs_gen.topology:build")

_MANIFEST = ".documents"


class Built(Record, frozen=True):
    """What was built. `cables` counts cables by their state against what was seen; `seen` is the oldest visit, UTC."""

    written: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    cables: dict[str, int]
    seen: str = ""
    marking: str = ""


def build_documents(place: Workplace, snapshot: Snapshot, folder: Path) -> Built:
    """Build every document of the site into `folder`; a file whose content would be the same is left alone.

    Raises:
        DataError: the snapshot's cables contradict each other, or an object carries a marking the site does not know.
        FacilityError: the folder cannot be written; what was there before stands.
    """
    traced = paths(snapshot)
    observations = {name: seen for name in snapshot.devices if (seen := place.state.seen(name)) is not None}
    cabling = compare(traced, observations)
    markings = Markings(order=place.settings.markings, floor=place.settings.marking)
    basis = Basis(snapshot=snapshot, paths=traced, cabling=cabling, markings=markings)
    documents = [document for name in DOCUMENTS for document in place.site.load(name)(basis)]
    written = write(documents, folder)
    removed = _remove_former(folder, {document.name for document in documents})
    counts: dict[str, int] = {}
    for state in cabling.by_cable().values():
        counts[state.state] = counts.get(state.state, 0) + 1
    return Built(
        written=tuple(one.path for one in written),
        changed=tuple(one.path for one in written if one.changed),
        removed=removed,
        cables=counts,
        seen=min((o.seen for o in observations.values()), default=""),
        marking=max((document.marking for document in documents), key=markings.order.index),
    )


def _remove_former(folder: Path, names: set[str]) -> tuple[str, ...]:
    """Remove what an earlier build wrote and this one did not: an old second sheet must not look current.

    Only files that a build noted as its own are touched.
    """
    manifest = folder / _MANIFEST
    try:
        former = set(manifest.read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        former = set()
    gone = tuple(
        sorted(name for name in former - names if Path(name).name == name and (folder / name).exists())
    )
    for name in gone:
        (folder / name).unlink()
    write_whole(manifest, "".join(f"{name}\n" for name in sorted(names)).encode())
    return tuple(str(folder / name) for name in gone)
