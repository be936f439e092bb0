"""A table as a workbook (Office Open XML, ECMA-376): to be filtered and printed, with the marking on every page."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from linewright.errors import FacilityError
from linewright.model.printable import printable

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: The file's own dates; the data's are in its cells. Equal data give equal bytes.
_DATE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_A3 = 8
_MOST_CHARACTERS = 32_767  # of one cell (Excel specifications and limits)
_MOST_ROWS = 1_048_575  # beneath the header, as above
_WIDEST = 48


def workbook(
    title: str,
    marking: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    fills: Mapping[str, str] | None = None,
) -> bytes:
    """One sheet: the header stays in view and filters, every cell is text, the marking stands on every page.

    Args:
        title: what stands at the head of each printed page and names the sheet.
        marking: stands at the top and the bottom of each printed page.
        header: names of the columns.
        rows: texts, one for each column.
        fills: background colours ("#RRGGBB") of cells that hold exactly this text.

    Raises:
        FacilityError: the library is not installed, or the table does not fit into a sheet.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra: not everybody wants workbooks
    except ModuleNotFoundError:
        raise FacilityError("workbooks need a library", hint="pip install 'linewright[docs]'") from None
    data = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = xlsxwriter.Workbook(data, options)
    book.set_properties({"title": title, "keywords": marking, "created": _DATE})
    sheet = book.add_worksheet(_sheet_name(title))
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"valign": "top"})
    filled = {
        text: book.add_format({"valign": "top", "bg_color": colour}) for text, colour in (fills or {}).items()
    }
    widths = [len(name) for name in header]
    sheet.write_row(0, 0, header, head)
    last = 0
    for last, row in enumerate(rows, 1):
        if last > _MOST_ROWS:
            raise FacilityError(
                f"{title}: more than {_MOST_ROWS} rows do not fit into a sheet", hint="use the CSV"
            )
        for column, value in enumerate(row):
            text = printable(value)[:_MOST_CHARACTERS]
            sheet.write_string(last, column, text, filled.get(text, plain))
            widths[column] = min(max(widths[column], len(text)), _WIDEST)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width + 2)
    sheet.autofilter(0, 0, last, len(header) - 1)
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(1, 0)
    shown = _in_header(marking)
    sheet.set_header(f"&L{_in_header(title)}&C&B{shown}&RPage &P of &N")
    sheet.set_footer(f"&C&B{shown}")
    book.close()
    return data.getvalue()


def _sheet_name(title: str) -> str:
    """At most 31 characters, none of them one that Excel refuses."""
    return "".join(" " if char in "[]:*?/\\'" else char for char in printable(title))[:31]


def _in_header(text: str) -> str:
    """An ampersand begins a code in a page's header; doubled it is itself. 255 characters at most, of which a part."""
    return printable(text)[:80].replace("&", "&&")
