"""A Snapshot: the source of truth at one moment, immutable and content-addressed."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256

import msgspec

from linewright.errors import DataError
from linewright.model.arranging import arranged, arranged_device
from linewright.model.canonical import digest_of, records
from linewright.model.consistency import check
from linewright.model.natural import natural_key
from linewright.model.objects import Cable, Circuit, Device, DeviceType, Site
from linewright.model.tables import Tables


class Origin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a snapshot came from; told to people, never part of the digest.

    `position` is the source's own mark (NetBox: id of the last object change), `taken` is UTC in ISO 8601 with Z.
    `branch` is the branch of the source it was taken from, "" for its main data; `position` names it too.
    """

    source: str
    position: str = ""
    taken: str = ""
    version: str = ""
    branch: str = ""


class Snapshot:
    """The source of truth at one moment.

    Build one with `Snapshot.build`, which sorts and checks; then nothing changes any more. `devices` may be a lazy
    mapping (a snapshot file decodes a device when it is asked for); its reader then knows the digest of every record,
    and answers for them, in `record_digests`.
    """

    def __init__(
        self,
        tables: Tables,
        devices: Mapping[str, Device],
        origin: Origin,
        record_digests: Mapping[str, str] | None = None,
    ) -> None:
        self.tables = tables
        self.devices = devices
        self.origin = origin
        self._record_digests = record_digests

    @classmethod
    def build(cls, tables: Tables, devices: Iterable[Device], origin: Origin) -> "Snapshot":
        """A snapshot in canonical order, checked.

        Raises:
            DataError: two objects share an identity, or one refers to another that is not there.
        """
        named: dict[str, Device] = {}
        for device in devices:
            if (other := named.get(device.name)) is not None:
                raise DataError(
                    f"two devices are named {device.name!r}: one in site {other.site}, one in site {device.site}",
                    hint="rename one of them in the source of truth; names identify devices in plans and documents",
                )
            named[device.name] = arranged_device(device)
        ordered = {name: named[name] for name in sorted(named, key=natural_key)}
        tables = arranged(tables)
        check(tables, ordered)
        return cls(tables, ordered, origin)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (64 hex digits) over the canonical records; equal for equal data in whatever order it came."""
        return digest_of(self.record_digests)

    @cached_property
    def record_digests(self) -> Mapping[str, str]:
        """SHA-256 of each record by its name ("tables", "device/NAME"): what differs between two snapshots."""
        if self._record_digests is not None:
            return self._record_digests
        return {name: sha256(data).hexdigest() for name, data in records(self.tables, self.devices)}

    @property
    def code(self) -> str:
        """The first eight digits of the digest as people read them aloud: 9C41-77D0."""
        return f"{self.digest[:4]}-{self.digest[4:8]}".upper()

    def device(self, name: str) -> Device:
        """The device of that name.

        Raises:
            DataError: there is none.
        """
        try:
            return self.devices[name]
        except KeyError:
            raise DataError(f"no device is named {name!r} in snapshot {self.code}") from None

    @cached_property
    def sites(self) -> Mapping[str, Site]:
        """Sites by slug."""
        return {site.slug: site for site in self.tables.sites}

    @cached_property
    def types(self) -> Mapping[str, DeviceType]:
        """Device types by slug."""
        return {kind.slug: kind for kind in self.tables.device_types}

    @cached_property
    def circuits(self) -> Mapping[str, Circuit]:
        """Circuits by "provider/cid"."""
        return {f"{circuit.provider}/{circuit.cid}": circuit for circuit in self.tables.circuits}

    @cached_property
    def cables(self) -> Mapping[str, Cable]:
        """Cables by key."""
        return {cable.key: cable for cable in self.tables.cables}
