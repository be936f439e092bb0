"""A table as CSV (RFC 4180) that a spreadsheet opens rightly and that runs nothing there."""

import csv
import io
from collections.abc import Iterable

from linewright.model.printable import printable

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"

#: What a spreadsheet takes for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@")


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """The table in UTF-8 with a byte order mark (without it Excel takes UTF-8 for its own code page) and CRLF.

    A cell that begins like a formula gets an apostrophe before it; control characters are shown as code points.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_cell(name) for name in header])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: str) -> str:
    shown = printable(value)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
