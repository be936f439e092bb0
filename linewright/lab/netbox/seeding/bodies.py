"""What of a record goes into the body of a request."""

from typing import Any

import msgspec

from linewright.model.objects import Record


def said(record: Record, *fields: str, **renamed: str) -> dict[str, Any]:
    """The fields that differ from their default, by NetBox's names for them (`renamed`: ours to NetBox's).

    What is not said has the same default in NetBox (4.7); a short body is checked and saved sooner.
    """
    told = {}
    for field in msgspec.structs.fields(type(record)):
        value = getattr(record, field.name)
        if (field.name in fields or field.name in renamed) and value != field.default:
            told[renamed.get(field.name, field.name)] = list(value) if isinstance(value, tuple) else value
    return told


def slugged(slug: str) -> dict[str, str]:
    """A group or role of which a description says only the slug."""
    return {"slug": slug, "name": slug}
