"""Building documents from a snapshot and what was last seen."""

from pathlib import Path

from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.operate.workplace import Workplace

#: The documents of a site: one module in docs_gen each, found by overlay.
DOCUMENTS = ("docs_gen.cable_schedule:build", "docs_gen.topology:build")


class Built(Record, frozen=True):
    """What was written, and which of it is new or differs from what was there."""

    written: tuple[str, ...]
    changed: tuple[str, ...]


def build_documents(place: Workplace, snapshot: Snapshot, folder: Path) -> Built:
    """Build every document of the site into `folder`; a file that would not change is left alone.

    Raises:
        DataError: the snapshot's cables contradict each other.
        FacilityError: the folder cannot be written.
    """
    raise NotImplementedError
