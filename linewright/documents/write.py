"""Documents on disk: each written whole or not at all, and left alone when nothing changed."""

from collections.abc import Iterable
from pathlib import Path

from linewright.documents.document import Document
from linewright.errors import DataError
from linewright.files import write_whole
from linewright.model.objects import Record


class Written(Record, frozen=True):
    """What became of one document: `changed` says that the file is new or has other bytes than before."""

    document: Document
    path: str
    changed: bool


def write(documents: Iterable[Document], folder: Path) -> tuple[Written, ...]:
    """Write documents into a folder, in the order given.

    Raises:
        DataError: two documents have the same name (also where case does not count), or a name leads elsewhere.
        FacilityError: a file cannot be written; what was there before stands.
    """
    documents = tuple(documents)
    taken: set[str] = set()
    for document in documents:
        if Path(document.name).name != document.name or document.name in {"", ".", ".."}:
            raise DataError(
                f"document {document.title!r} has the file name {document.name!r}, which leads elsewhere"
            )
        if document.name.casefold() in taken:
            raise DataError(f"two documents have the file name {document.name}")
        taken.add(document.name.casefold())
    return tuple(_write(document, folder / document.name) for document in documents)


def _write(document: Document, path: Path) -> Written:
    try:
        changed = path.read_bytes() != document.content
    except OSError:
        changed = True  # not there, or not readable: writing says which
    if changed:
        write_whole(path, document.content)
    return Written(document=document, path=str(path), changed=changed)
