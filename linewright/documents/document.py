"""What a document is made from, and what it is before it is written."""

from typing import NamedTuple

from linewright.documents.marking import Markings
from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.trace import Cabling, Path


class Basis(NamedTuple):
    """All that documents are made from: the same basis gives the same bytes.

    `cabling` is the comparison of exactly these `paths` with what was seen; where nothing was collected, every state
    in it is "not assessed" or "cannot be seen".
    """

    snapshot: Snapshot
    paths: tuple[Path, ...]
    cabling: Cabling
    markings: Markings = Markings()


class Document(Record, frozen=True):
    """One document: a safe file name, its media type (RFC 6838), its bytes, and the marking that stands on it."""

    name: str
    media_type: str
    content: bytes
    title: str
    marking: str
