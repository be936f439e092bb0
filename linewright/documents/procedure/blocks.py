"""What a procedure is made of, whichever format it is written in. All texts in it are printable and plain."""

from typing import Literal

from linewright.model.objects import Record
from linewright.model.printable import printable


class Heading(Record, frozen=True, tag="heading"):
    """A numbered part begins."""

    text: str


class Text(Record, frozen=True, tag="text"):
    """A paragraph; `strong` where it must not be overlooked."""

    text: str
    strong: bool = False


class Facts(Record, frozen=True, tag="facts"):
    """Names and what they are, one to a row. An empty text is room to write in."""

    rows: tuple[tuple[str, str], ...]


class Ticks(Record, frozen=True, tag="ticks"):
    """Things to be done or looked at, each with a box; `done` are those that the record of the job says were."""

    items: tuple[str, ...]
    done: tuple[bool, ...] = ()


class Table(Record, frozen=True, tag="table"):
    """A table; an empty cell is room to write in. `widths` are shares, `boxes` whether each row begins with a box.

    A row of one cell stands over the rows that follow it.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    boxes: bool = False


class Lines(Record, frozen=True, tag="lines"):
    """Exact lines of a device, numbered as they are sent."""

    title: str
    lines: tuple[str, ...]


Block = Heading | Text | Facts | Ticks | Table | Lines


class Procedure(Record, frozen=True):
    """A whole procedure. `marking` and `code` stand on each page; `state` is "to be carried out" or how it went."""

    title: str
    marking: str
    code: str
    site: str
    state: str
    blocks: tuple[Block, ...]


#: How a table's cell or a text is made harmless: nothing in it steers or hides, no line end breaks a row.
def clean(text: str) -> str:
    """A text of a plan as it may stand on paper."""
    return printable(text)


#: The formats a procedure is written in.
Format = Literal["pdf", "docx"]
