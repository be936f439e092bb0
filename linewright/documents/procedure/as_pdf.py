"""A procedure as PDF, set by Typst: A4, the marking and the plan code on every page, no font or file of this machine.

The texts are handed over as data and never as Typst's own language, so that none of them is a command. The same procedure
gives the same bytes.
"""

import msgspec

from linewright.documents.procedure.blocks import Procedure
from linewright.errors import FacilityError

#: Typst 0.13 and later. Fonts are those in Typst itself.
_TEMPLATE = r"""
#let it = json(bytes(sys.inputs.procedure))
#set document(title: it.title, date: none)
#let box-empty = box(width: 3.4mm, height: 3.4mm, stroke: 0.6pt, baseline: 0.5mm)
#let box-done = box(width: 3.4mm, height: 3.4mm, stroke: 0.6pt, baseline: 0.5mm, align(center + horizon, text(8pt, weight: "bold")[x]))
#let marking = align(center, text(11pt, weight: "bold", it.marking))
#set page(
  paper: "a4",
  margin: (top: 26mm, bottom: 24mm, x: 18mm),
  header: { marking; v(1mm); text(8.5pt)[#it.title #h(1fr) plan code *#it.code*]; v(-2mm); line(length: 100%, stroke: 0.5pt) },
  footer: context {
    line(length: 100%, stroke: 0.5pt); v(-2mm)
    text(8.5pt)[#it.site #h(1fr) plan code #it.code #h(1fr) page #counter(page).display("1 of 1", both: true)]
    v(-1mm)
    marking
  },
)
#set text(font: "Libertinus Serif", size: 10.5pt, hyphenate: false, lang: "en")
#set par(leading: 0.55em)
#show heading: set block(above: 5mm, below: 2.5mm)
#set heading(numbering: "1")
#set table(stroke: 0.4pt, inset: 1.6mm)
#show table.cell.where(y: 0): set text(weight: "bold")
#let room(words) = if words == "" { v(5mm) } else { words }

#text(17pt, weight: "bold")[Method of procedure]
#v(-3mm)
#text(13pt)[#it.title]
#v(-2mm)
#text(11pt, style: "italic")[#it.state]

#for block-of in it.blocks {
  if block-of.type == "heading" {
    heading(level: 1, block-of.text)
  } else if block-of.type == "text" {
    if block-of.strong { par(text(weight: "bold", block-of.text)) } else { par(block-of.text) }
  } else if block-of.type == "facts" {
    grid(
      columns: (38mm, 1fr), stroke: (bottom: 0.25pt), inset: (x: 0mm, y: 1.4mm),
      ..block-of.rows.map(row => (text(weight: "bold", row.at(0)), room(row.at(1)))).flatten()
    )
  } else if block-of.type == "ticks" {
    grid(columns: (6mm, 1fr), inset: (y: 1mm), ..block-of.items.enumerate().map(((number, item)) => (
      if block-of.done.at(number, default: false) { box-done } else { box-empty },
      if item.ends-with(": ") { [#item #box(width: 1fr, line(length: 100%, stroke: 0.3pt))] } else { item },
    )).flatten())
  } else if block-of.type == "table" {
    let widths = block-of.widths.map(share => share * 1fr)
    let head = block-of.header
    let rows = block-of.rows
    if block-of.boxes {
      widths = (6mm, ..widths); head = ("", ..head)
      rows = rows.map(row => if row.len() == 1 { row } else { (box-empty, ..row) })
    }
    let whole(row) = if row.len() == 1 {
      (table.cell(colspan: widths.len(), fill: luma(92%), breakable: false, text(weight: "bold", row.at(0))),)
    } else { row.map(cell => if type(cell) == str { room(cell) } else { cell }) }
    table(
      columns: widths,
      table.header(..head),
      ..rows.map(whole).flatten()
    )
  } else if block-of.type == "lines" {
    v(1mm)
    text(weight: "bold", block-of.title)
    v(-1mm)
    set text(font: "DejaVu Sans Mono", size: 8pt)
    block(stroke: (left: 1pt), inset: (left: 2mm), grid(
      columns: (9mm, 1fr), inset: (y: 0.55mm),
      ..block-of.lines.enumerate(start: 1).map(((number, line)) => (text(fill: luma(90), str(number)), line)).flatten()
    ))
  }
}
"""


def as_pdf(procedure: Procedure) -> bytes:
    """The procedure as PDF.

    Raises:
        FacilityError: the library is not installed.
    """
    try:
        import typst  # noqa: PLC0415 - an extra: not everybody prints
    except ModuleNotFoundError:
        raise FacilityError(
            "a PDF needs a library", hint="pip install 'linewright[docs]', or print the HTML page"
        ) from None
    data = msgspec.json.encode(_whole(procedure)).decode()
    compiler = typst.Compiler(_TEMPLATE.encode(), sys_inputs={"procedure": data}, ignore_system_fonts=True)
    made = compiler.compile(format="pdf")
    if not isinstance(made, bytes):
        raise FacilityError("Typst gave no single PDF", hint="report this")
    return made


def _whole(procedure: Procedure) -> dict[str, object]:
    """Every field by its name, those with their default value too; blocks say of which kind they are."""
    found: dict[str, object] = {name: getattr(procedure, name) for name in procedure.__struct_fields__}
    found["blocks"] = [
        {"type": type(block).__name__.lower()}
        | {name: getattr(block, name) for name in block.__struct_fields__}
        for block in procedure.blocks
    ]
    return found
