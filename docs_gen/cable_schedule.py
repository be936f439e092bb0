"""The cable schedule of the whole network, as CSV."""

from linewright.documents import Basis, Document
from linewright.documents.schedule import HEADER, marking_of, rows
from linewright.documents.table import MEDIA_TYPE, csv_bytes


def build(basis: Basis) -> tuple[Document, ...]:
    """One file, `cable-schedule.csv`; its marking stands in every row.

    Raises:
        DataError: an object carries a marking that the site does not know.
    """
    marking = marking_of(basis)
    return (
        Document(
            name="cable-schedule.csv",
            media_type=MEDIA_TYPE,
            content=csv_bytes(HEADER, rows(basis, marking)),
            title="Cable schedule",
            marking=marking,
        ),
    )
