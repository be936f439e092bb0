r"""A snapshot as a file: one compressed record per device, found and checked without reading the others.

    linewright-snapshot 1 LENGTH SHA256 \n       format, bytes of the header, SHA-256 of the header
    {"schema":1,"digest":...,"records":...}     the header: origin, and of every record SHA-256, place and sizes
    ...                                         the records in the header's order, each compressed (zlib, RFC 1950)

A record's bytes are the canonical ones (`linewright.model.canonical.record_bytes`), so the digest of the snapshot
follows from the header alone, and every record is held to its digest when it is read. Equal snapshots give equal
files. Nothing is decompressed beyond the size the header states, and no size beyond a bound is believed.
"""

import os
import re
import zlib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from linewright.errors import DataError
from linewright.files import write_whole
from linewright.model.canonical import SCHEMA, digest_of, records
from linewright.model.objects import Device
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables

_FORMAT = 1
_FIRST_LINE = re.compile(rb"linewright-snapshot (\d{1,4}) (\d{1,10}) ([0-9a-f]{64})\n")
_MAX_FIRST_LINE = 128
_MAX_FILE = 2 * 1024**3
_MAX_HEADER = 64 * 1024**2
_MAX_RECORD = 256 * 1024**2
_TABLES = "tables"
_DEVICE = "device/"
#: zlib's level 6 packs a tenth tighter and takes twice as long (bench/snapshot.py).
_LEVEL = 3
_HINT = "take the snapshot again, or restore the file from where it was copied"


class _Entry(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A record's SHA-256, where it begins behind the header, its bytes in the file and its bytes unpacked."""

    sha256: str
    offset: int
    length: int
    size: int


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    digest: str
    origin: Origin
    records: dict[str, _Entry]


class _Schema(msgspec.Struct, frozen=True):
    """Of the header of an unknown schema, the part that every schema has."""

    schema: int


_HEADER = msgspec.json.Decoder(_Header)
_DEVICE_DECODER = msgspec.json.Decoder(Device)
_TABLES_DECODER = msgspec.json.Decoder(Tables)


def save(snapshot: Snapshot, path: Path) -> None:
    """Write the snapshot to `path`: whole or, if anything fails, not at all; an older file there is replaced.

    Raises:
        FacilityError: the folder cannot be written to.
        DataError: a record is too large for a snapshot file.
    """
    entries: dict[str, _Entry] = {}
    packed: list[bytes] = []
    offset = 0
    for name, data in records(snapshot.tables, snapshot.devices):
        if len(data) > _MAX_RECORD:
            raise DataError(f"{name.replace('/', ' ', 1)}: {len(data)} bytes are too many for one record")
        body = zlib.compress(data, _LEVEL)
        entries[name] = _Entry(sha256(data).hexdigest(), offset, len(body), len(data))
        packed.append(body)
        offset += len(body)
    digest = digest_of({name: entry.sha256 for name, entry in entries.items()})
    header = msgspec.json.encode(_Header(SCHEMA, digest, snapshot.origin, entries))
    first = f"linewright-snapshot {_FORMAT} {len(header)} {sha256(header).hexdigest()}\n".encode()
    write_whole(path, b"".join([first, header, *packed]))


def load(path: Path) -> Snapshot:
    """The snapshot in the file at `path`. Tables are read at once, a device when it is first asked for.

    Raises:
        DataError: there is no such file, or it is not a whole snapshot file of a known schema; later, when a device
            is asked for, that its record is damaged. The message names the file.
    """
    data = _bytes(path)
    match = _FIRST_LINE.match(data[:_MAX_FIRST_LINE])
    if match is None:
        raise DataError(f"{path} is not a snapshot file", hint="`linewright snapshot` writes one")
    if int(match[1]) > _FORMAT:
        raise _newer(path)
    start = match.end() + int(match[2])
    if int(match[2]) > _MAX_HEADER:
        raise DataError(f"{path}: its header is larger than any snapshot's", hint=_HINT)
    if len(data) < start:
        raise DataError(f"{path} is cut off within its header", hint=_HINT)
    header = _header(data[match.end() : start], match[3].decode(), path)
    _check_places(header.records, len(data) - start, path)
    digests = {name: entry.sha256 for name, entry in header.records.items()}
    if digest_of(digests) != header.digest:
        raise DataError(
            f"{path}: altered since it was written: its code is not that of its records", hint=_HINT
        )
    reader = _Reader(data, start, header.records, path)
    tables = reader.tables()
    names = tuple(name.removeprefix(_DEVICE) for name in header.records if name != _TABLES)
    return Snapshot(tables, _Devices(reader, names, tables), header.origin, digests)


def origin(path: Path) -> Origin:
    """Where the snapshot in a file came from, by its header alone: nothing else of the file is read or checked.

    Raises:
        DataError: there is no such file, or its header is not that of a snapshot file of a known schema.
    """
    try:
        with path.open("rb") as file:
            first = file.readline(_MAX_FIRST_LINE)
            match = _FIRST_LINE.fullmatch(first)
            if match is None or int(match[2]) > _MAX_HEADER:
                raise DataError(f"{path} is not a snapshot file", hint="`linewright snapshot` writes one")
            if int(match[1]) > _FORMAT:
                raise _newer(path)
            return _header(file.read(int(match[2])), match[3].decode(), path).origin
    except OSError as error:
        raise DataError(f"the snapshot file {path} cannot be read: {error.strerror}", hint=_HINT) from None


class _Reader:
    """Reads single records, each held to its size and digest."""

    def __init__(self, data: bytes, start: int, entries: Mapping[str, _Entry], path: Path) -> None:
        self._data = memoryview(data)
        self._start = start
        self._entries = entries
        self.path = path

    def tables(self) -> Tables:
        try:
            return _TABLES_DECODER.decode(self._record(_TABLES))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise self._malformed(_TABLES, error) from None

    def device(self, name: str) -> Device:
        try:
            device = _DEVICE_DECODER.decode(self._record(_DEVICE + name))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise self._malformed(f"device {name}", error) from None
        if device.name != name:
            raise DataError(
                f"{self.path}: the record of device {name} holds device {device.name}", hint=_HINT
            )
        return device

    def _record(self, name: str) -> bytes:
        entry = self._entries[name]
        begin = self._start + entry.offset
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(self._data[begin : begin + entry.length], entry.size + 1)
        except zlib.error:
            raise DataError(f"{self.path}: the record {name} is damaged", hint=_HINT) from None
        if len(data) != entry.size or not unpacker.eof or unpacker.unused_data:
            raise DataError(f"{self.path}: the record {name} does not unpack to its stated size", hint=_HINT)
        if sha256(data).hexdigest() != entry.sha256:
            raise DataError(f"{self.path}: the record {name} is not the one that was written", hint=_HINT)
        return data

    def _malformed(self, what: str, error: Exception) -> DataError:
        return DataError(f"{self.path}: {what}: {error}", hint=_HINT)


class _Devices(Mapping[str, Device]):
    """Devices by name, each decoded when first asked for and kept."""

    def __init__(self, reader: _Reader, names: tuple[str, ...], tables: Tables) -> None:
        self._reader = reader
        self._names = dict.fromkeys(names)
        self._sites = frozenset(site.slug for site in tables.sites)
        self._known: dict[str, Device] = {}

    def __getitem__(self, name: str) -> Device:
        device = self._known.get(name)
        if device is None:
            if name not in self._names:
                raise KeyError(name)
            device = self._reader.device(name)
            if device.site not in self._sites:
                raise DataError(
                    f"{self._reader.path}: device {name}: its site {device.site} is not in the file"
                )
            # Another thread may have been quicker; everybody gets the same object.
            device = self._known.setdefault(name, device)
        return device

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > _MAX_FILE:
                raise DataError(f"{path} is larger than any snapshot file", hint=_HINT)
            return file.read(_MAX_FILE + 1)
    except OSError as error:
        raise DataError(
            f"the snapshot file {path} cannot be read: {error.strerror}",
            hint="`linewright snapshot` writes one",
        ) from None


def _header(data: bytes, digest: str, path: Path) -> _Header:
    if sha256(data).hexdigest() != digest:
        raise DataError(f"{path}: its header is damaged", hint=_HINT)
    try:
        if msgspec.json.decode(data, type=_Schema).schema > SCHEMA:
            raise _newer(path)
        header = _HEADER.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: its header is malformed: {error}", hint=_HINT) from None
    if header.schema != SCHEMA:
        raise DataError(
            f"{path} is of schema {header.schema}, which is no longer read", hint="take the snapshot again"
        )
    return header


def _check_places(entries: Mapping[str, _Entry], available: int, path: Path) -> None:
    """The records lie one behind the other and end where the file ends."""
    if _TABLES not in entries or any(not name.startswith(_DEVICE) for name in entries if name != _TABLES):
        raise DataError(f"{path}: its header does not list what a snapshot has", hint=_HINT)
    offset = 0
    for name, entry in entries.items():
        if entry.offset != offset or entry.length <= 0 or not 0 <= entry.size <= _MAX_RECORD:
            raise DataError(f"{path}: the record {name} has an impossible place or size", hint=_HINT)
        offset += entry.length
    if offset > available:
        raise DataError(f"{path} is cut off: {offset - available} of {offset} bytes are missing", hint=_HINT)
    if offset < available:
        raise DataError(f"{path} has {available - offset} bytes after its end", hint=_HINT)


def _newer(path: Path) -> DataError:
    return DataError(
        f"{path} was written by a newer linewright",
        hint="read it with that version, or take the snapshot again",
    )
