"""The base of every object that is kept, compared or digested."""

from typing import Any

import msgspec

#: Free JSON as people keep it in custom fields and config contexts.
FreeData = dict[str, Any]


class Record(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False
):
    """Base of all snapshot objects: immutable, strict on reading, sparse on writing.

    Left out of garbage collection: frozen trees have no cycles, and collecting is most of the time of reading them.
    """
