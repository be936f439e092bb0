"""A procedure as a Word file (Office Open XML, ECMA-376): for sites that fill and file their forms in Word.

The marking and the plan code stand on every page. The same procedure gives the same bytes.
"""

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linewright.documents.procedure.blocks import (
    Block,
    Facts,
    Heading,
    Lines,
    Procedure,
    Table,
    Text,
    Ticks,
)
from linewright.errors import FacilityError

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

_EMPTY, _DONE = "\u2610 ", "\u2612 "
#: The file's own dates; the change's are in its text.
_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEAD_FILL = "E6E6E6"


def as_docx(procedure: Procedure) -> bytes:
    """The procedure as a Word file.

    Raises:
        FacilityError: the library is not installed.
    """
    try:
        import docx  # noqa: PLC0415 - an extra: not everybody files in Word
    except ModuleNotFoundError:
        raise FacilityError("a Word file needs a library", hint="pip install 'linewright[docs]'") from None
    from docx.shared import Cm, Pt  # noqa: PLC0415 - as above

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(2.2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    properties = document.core_properties
    properties.title, properties.keywords, properties.author = procedure.title, procedure.marking, ""
    properties.created = properties.modified = _DATE
    properties.last_modified_by, properties.comments = "", ""
    _margins(document, procedure)
    document.add_heading("Method of procedure", level=0)
    document.add_paragraph().add_run(procedure.title).bold = True
    document.add_paragraph().add_run(procedure.state).italic = True
    number = 0
    for block in procedure.blocks:
        number += isinstance(block, Heading)
        _block(document, block, number)
    raw = io.BytesIO()
    document.save(raw)
    return _dated(raw.getvalue())


def _margins(document: "Document", procedure: Procedure) -> None:
    """What stands at the top and the bottom of each page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - an extra

    section = document.sections[0]
    for part in (section.header, section.footer):
        marking = part.paragraphs[0]
        marking.add_run(procedure.marking).bold = True
        marking.alignment = WD_ALIGN_PARAGRAPH.CENTER
        below = part.add_paragraph()
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        below.add_run(f"{procedure.title}   plan code {procedure.code}   {procedure.site}")
        if part is section.footer:
            below.add_run("   page ")
            _page_number(below)


def _page_number(paragraph: "Paragraph") -> None:
    """A field that Word fills in (ECMA-376 part 1, 17.16.5.44)."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - an extra

    run = paragraph.add_run()
    for kind in ("begin", "", "end"):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(f"{_WORD}fldCharType", kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = "PAGE"
        run._r.append(element)  # noqa: SLF001 - the library has no other way to a field


def _block(document: "Document", block: Block, number: int) -> None:
    match block:
        case Heading():
            document.add_heading(f"{number} {block.text}", level=1)
        case Text():
            document.add_paragraph().add_run(block.text).bold = block.strong
        case Facts():
            _table(document, Table(header=(), rows=block.rows, widths=(1, 4)), strong_first=True)
        case Ticks():
            for place, item in enumerate(block.items):
                ticked = place < len(block.done) and block.done[place]
                text = item + "_" * 40 if item.endswith(": ") else item
                paragraph = document.add_paragraph((_DONE if ticked else _EMPTY) + text)
                paragraph.paragraph_format.space_after = 0
        case Table():
            _table(document, block)
        case Lines():
            document.add_paragraph().add_run(block.title).bold = True
            for place, line in enumerate(block.lines, start=1):
                _mono(document, f"{place:3}  {line}")


def _mono(document: "Document", line: str) -> None:
    from docx.shared import Pt  # noqa: PLC0415 - an extra

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = 0
    run = paragraph.add_run(line)
    run.font.name, run.font.size = "Consolas", Pt(8.5)


def _table(document: "Document", block: Table, *, strong_first: bool = False) -> None:
    from docx.shared import Cm  # noqa: PLC0415 - an extra

    widths = (1, *block.widths) if block.boxes else block.widths
    shares = [17.4 * width / sum(widths) for width in widths]
    table = document.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.autofit = False
    if block.header:
        head = table.add_row()
        for cell, text in zip(head.cells, (("",) if block.boxes else ()) + block.header, strict=True):
            cell.paragraphs[0].add_run(text).bold = True
        _repeated(head._tr)  # noqa: SLF001 - as for fields
    for row in block.rows:
        cells = table.add_row().cells
        if len(row) == 1 < len(widths):
            whole = cells[0].merge(cells[-1])
            whole.paragraphs[0].add_run(row[0]).bold = True
            _filled(whole)
            continue
        texts = ((_EMPTY,) if block.boxes else ()) + row
        for place, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            cell.paragraphs[0].add_run(text).bold = strong_first and place == 0
            cell.width = Cm(shares[place])
    document.add_paragraph().paragraph_format.space_after = 0


def _repeated(row: object) -> None:
    """Have a table's head stand on each page it runs over (ECMA-376 part 1, 17.4.78)."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - an extra

    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # type: ignore[attr-defined]  # the element behind a row


def _filled(cell: "_Cell") -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415 - an extra

    shade = OxmlElement("w:shd")
    shade.set(f"{_WORD}val", "clear")
    shade.set(f"{_WORD}fill", _HEAD_FILL)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - as for fields


def _dated(data: bytes) -> bytes:
    """The same archive with fixed dates: equal procedures give equal bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return made.getvalue()
