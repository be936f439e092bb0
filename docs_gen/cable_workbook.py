"""The cable schedule of the whole network, as a workbook to filter and to print."""

from linewright.documents import Basis, Document
from linewright.documents.schedule import HEADER, marking_of, rows
from linewright.documents.workbook import MEDIA_TYPE, workbook

#: Of a state, as on the topology sheets; the word says the same in grey.
_FILLS = {"mismatch": "#F4B6B6", "not seen": "#F7DDA8", "confirmed": "#CBE8CB"}


def build(basis: Basis) -> tuple[Document, ...]:
    """One file, `cable-schedule.xlsx`: the rows of the CSV; its marking stands on every printed page and in every row.

    Raises:
        DataError: an object carries a marking that the site does not know.
        FacilityError: the library for workbooks is not installed.
    """
    marking = marking_of(basis)
    return (
        Document(
            name="cable-schedule.xlsx",
            media_type=MEDIA_TYPE,
            content=workbook("Cable schedule", marking, HEADER, rows(basis, marking), _FILLS),
            title="Cable schedule (workbook)",
            marking=marking,
        ),
    )
