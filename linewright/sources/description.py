"""A site description (docs/site-description.md) as a source of snapshots: one file that people read and write.

The reference site's description seeds the disposable NetBox and gives the recorded demo snapshot; a snapshot taken
from that NetBox and the one built here have the same digest (a test proves it).
"""

from pathlib import Path
from typing import Any, NamedTuple

from linewright.model.snapshot import Origin, Snapshot
from linewright.sources.described.building import build
from linewright.sources.described.parsing import Description, parse
from linewright.sources.described.reading import read


class Described(NamedTuple):
    """A description in both of its forms.

    `entries` holds what a snapshot has no place for (names of manufacturers, custom fields, config contexts);
    `own_contexts` is each device's own config context, before NetBox merges the shared ones beneath it.
    """

    entries: Description
    snapshot: Snapshot
    own_contexts: dict[str, dict[str, Any]]


def load(path: Path) -> Snapshot:
    """The snapshot a description stands for.

    Raises:
        DataError: the file is malformed or contradicts itself; the message names the file, and for every problem its
            line, the entry and what is wrong.
    """
    return load_described(path).snapshot


def load_described(path: Path) -> Described:
    """The description with everything needed to seed a NetBox from it; errors as `load`."""
    document = read(path)
    entries = parse(document)
    # Built even after problems: most of them hide nothing, and people want to see all at once.
    built = build(document, entries)
    document.close()
    origin = Origin(source="description")
    return Described(entries, Snapshot.build(built.tables, built.devices, origin), built.contexts)
