"""The base of all entries."""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

#: Free data by name: entries that are checked later, when ranges are expanded and defaults laid under them.
Table = dict[str, dict[str, Any]]
#: Fields by the table that their values stand in.
Refers = Mapping[str, str]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all entries: a misspelt key is refused, never ignored.

    `REFERS` says in which table of the description a field's value must stand. Fields that a record of the model has
    too mean the same there, in the same unit.
    """

    REFERS: ClassVar[Refers] = {}
