"""The canonical form of a snapshot: order, references, bytes and digest.

A snapshot is a set of records: one called "tables", and one "device/NAME" per device. A record's bytes are compact
JSON with sorted keys, defaults left out: what RFC 8785 gives for this data (a property test holds the two together;
free data that RFC 8785 would print differently is refused by `plain`). The snapshot's digest is taken over the
digests of its records, so that one device can be read, compared or replaced without the others.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256

import msgspec

from linewright.model.objects import Device, Record
from linewright.model.tables import Tables

#: Raised with the meaning of a record; a file of a newer schema is refused by name.
SCHEMA = 1


def record_bytes(record: Record) -> bytes:
    """The canonical bytes of one record."""
    return msgspec.json.encode(record, order="sorted")


def records(tables: Tables, devices: Mapping[str, Device]) -> Iterator[tuple[str, bytes]]:
    """All records of a snapshot as (name, canonical bytes)."""
    yield "tables", record_bytes(tables)
    for name, device in devices.items():
        yield f"device/{name}", record_bytes(device)


def digest_of(record_digests: Mapping[str, str]) -> str:
    """The digest over the digests: SHA-256 of canonical JSON {schema, records: {name: sha256}}."""
    whole = {"records": dict(record_digests), "schema": SCHEMA}
    return sha256(msgspec.json.encode(whole, order="sorted")).hexdigest()
