"""The cable schedule of the whole network, as CSV."""

from linewright.documents import Basis, Document
from linewright.documents.schedule import HEADER, rows
from linewright.documents.table import MEDIA_TYPE, csv_bytes


def build(basis: Basis) -> tuple[Document, ...]:
    """One file, `cable-schedule.csv`; its marking stands in every row.

    Raises:
        DataError: an object carries a marking that the site does not know.
    """
    snapshot = basis.snapshot
    contents = [
        *((f"cable {cable.key}", cable.custom) for cable in snapshot.tables.cables),
        *((f"circuit {name}", circuit.custom) for name, circuit in snapshot.circuits.items()),
        *((f"device {name}", device.custom) for name, device in snapshot.devices.items()),
    ]
    marking = basis.markings.of(contents)
    return (
        Document(
            name="cable-schedule.csv",
            media_type=MEDIA_TYPE,
            content=csv_bytes(HEADER, rows(basis, marking)),
            title="Cable schedule",
            marking=marking,
        ),
    )
