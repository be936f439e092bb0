"""From an entry to the record of the model that says the same."""

from typing import Any, TypeVar

from linewright.model.objects import Record
from linewright.sources.described.schema import Entry

_R = TypeVar("_R", bound=Record)


def made(kind: type[_R], entry: Entry, /, **own: Any) -> _R:
    """A record with the entry's value in every field of that name; `own` are the fields that differ."""
    shared = set(kind.__struct_fields__) & set(entry.__struct_fields__) - own.keys()
    return kind(**{name: getattr(entry, name) for name in shared}, **own)
