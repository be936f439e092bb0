"""NetBox's own log of changes: who changed what, when (core/object-changes, NetBox 4.7)."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from linewright.errors import SourceError
from linewright.model.difference import FieldChange, ObjectChange
from linewright.model.record import Record
from linewright.sources.netbox.branches import schema_of
from linewright.sources.netbox.connection import Connection
from linewright.sources.netbox.replies import Question
from linewright.sources.netbox.transport import Client

#: So many changes are looked through; after more, the oldest of them stay without a name.
MOST = 10_000
_PAGE = 250  # rows hold the object before and after, config contexts too
_NAMES_AT_ONCE = 50
_POSITION = re.compile(r"\d{1,18}")

#: NetBox's kind of object for each of our tables.
_KINDS = {
    "devices": "dcim.device", "sites": "dcim.site", "locations": "dcim.location", "racks": "dcim.rack",
    "roles": "dcim.devicerole", "device_types": "dcim.devicetype", "module_types": "dcim.moduletype",
    "platforms": "dcim.platform", "virtual_chassis": "dcim.virtualchassis", "cables": "dcim.cable",
    "cable_bundles": "dcim.cablebundle", "power_panels": "dcim.powerpanel", "power_feeds": "dcim.powerfeed",
    "config_templates": "extras.configtemplate", "tags": "extras.tag", "images": "extras.imageattachment",
    "journal": "extras.journalentry", "asns": "ipam.asn", "vlans": "ipam.vlan", "vrfs": "ipam.vrf",
    "prefixes": "ipam.prefix", "fhrp_groups": "ipam.fhrpgroup", "services": "ipam.service",
    "providers": "circuits.provider", "provider_networks": "circuits.providernetwork",
    "circuits": "circuits.circuit", "virtual_circuits": "circuits.virtualcircuit", "tunnels": "vpn.tunnel",
    "l2vpns": "vpn.l2vpn", "wireless_lans": "wireless.wirelesslan", "wireless_links": "wireless.wirelesslink",
    "tenants": "tenancy.tenant", "contacts": "tenancy.contact",
    "contact_assignments": "tenancy.contactassignment",
}  # fmt: skip
#: The same for the lists of a device.
_PARTS = {
    "interfaces": "dcim.interface", "front_ports": "dcim.frontport", "rear_ports": "dcim.rearport",
    "console_ports": "dcim.consoleport", "console_server_ports": "dcim.consoleserverport",
    "power_ports": "dcim.powerport", "power_outlets": "dcim.poweroutlet", "module_bays": "dcim.modulebay",
    "device_bays": "dcim.devicebay",
}  # fmt: skip
#: Fields of a device that decide about its config context (NetBox documentation, "Configuration Contexts").
_CONTEXT_BY = frozenset(
    {"local_context_data", "role", "site", "location", "platform", "device_type", "tenant", "cluster", "tags"}
)
#: Of what makes an object itself, the fields that NetBox's data have under the same name as plain values.
_PLAIN = ("slug", "name", "vid", "prefix", "cid", "asn", "ssid", "model", "group_id", "email")


class Logged(Record, frozen=True):
    """One entry. `when` is UTC in ISO 8601, `kind` like "dcim.interface"; `before` and `after` as NetBox keeps them."""

    number: int
    when: str
    user: str
    request: str
    kind: str
    object: int
    before: dict[str, Any] = {}  # noqa: RUF012 - msgspec copies it per instance
    after: dict[str, Any] = {}  # noqa: RUF012 - as above

    @property
    def changed(self) -> frozenset[str]:
        """The fields that differ."""
        return frozenset(
            name for name in {*self.before, *self.after} if self.before.get(name) != self.after.get(name)
        )


class Log(Record, frozen=True):
    """What was changed since a moment, newest first, and NetBox's numbers of the devices it is about."""

    entries: tuple[Logged, ...]
    devices: dict[str, int]

    def blame(self, change: ObjectChange, field: FieldChange | None = None) -> Logged | None:
        """The newest entry that made this change, as far as the log tells; one of that very field before others.

        An entry that has the field and left it as it was is not it.
        """
        fitting = [entry for entry in self.entries if self._about(entry, change, field)]
        names = set(field.path) if field is not None else set()
        exact = (entry for entry in fitting if entry.changed & names)
        others = (entry for entry in fitting if not names & {*entry.before, *entry.after})
        return next(exact, None) or next(others, None)

    def _about(self, entry: Logged, change: ObjectChange, field: FieldChange | None) -> bool:
        if change.table != "devices":
            return entry.kind == _KINDS.get(change.table) and _same(entry, change.object)
        path = field.path if field is not None else ()
        if entry.kind == "dcim.device":
            itself = self.devices.get(change.object) == entry.object or _says(entry, "name", change.object)
            return itself and _of_device(entry, path)
        if path[:1] == ("context",):
            return entry.kind == "extras.configcontext" and _in_context(entry, path)
        if entry.kind == "ipam.ipaddress":
            return field is not None and _address(entry, field)
        number = str(self.devices.get(change.object, 0))
        return bool(path) and entry.kind == _PARTS.get(path[0]) and _of_part(entry, number, path)


class _Action(msgspec.Struct, frozen=True):
    id: int
    time: str
    changed_object_type: str
    changed_object_id: int
    user_name: str = ""
    request_id: str = ""
    prechange_data: dict[str, Any] | None = None
    postchange_data: dict[str, Any] | None = None


class _Actions(msgspec.Struct, frozen=True):
    count: int
    results: list[_Action]


class _Named(msgspec.Struct, frozen=True):
    id: int
    name: str | None = None


class _Names(msgspec.Struct, frozen=True):
    results: list[_Named]


def log_since(connection: Connection, position: str, devices: Sequence[str], branch: str = "") -> Log:
    """What was changed after a snapshot's position, and NetBox's numbers of these devices; of a branch, what was there.

    Raises:
        DataError: there is no such branch any more, or it is merged.
        SourceError: NetBox was not reached, answered wrongly, or does not show its log.
    """
    match = _POSITION.match(position)
    since = int(match[0]) if match else 0
    if branch:
        with Client(connection) as client:
            connection = dataclasses.replace(connection, branch=schema_of(client, branch))
    with Client(connection) as client:
        return Log(entries=_entries(client, since), devices=_numbers(client, devices))


def _entries(client: Client, since: int) -> tuple[Logged, ...]:
    found: dict[int, Logged] = {}
    below = 0
    while len(found) < MOST:
        query = [
            ("id__gt", str(since)),
            ("ordering", "-id"),
            ("limit", str(_PAGE)),
            ("fields", ",".join(field.encode_name for field in msgspec.structs.fields(_Action))),
        ]
        # By number and not by offset: entries that are written meanwhile shift no page.
        query += [("id__lt", str(below))] if below else []
        body = client.get(
            "core/object-changes", tuple(query), Question("object changes", "core.view_objectchange")
        )
        try:
            rows = msgspec.json.decode(body, type=_Actions).results
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise SourceError("NetBox's list of object changes is cut off or is no list") from None
        # NetBox ignores a filter it does not know, and then everything comes.
        fresh = [row for row in rows if row.id > since and (not below or row.id < below)]
        found |= {row.id: _logged(row) for row in fresh}
        if not fresh:
            break
        below = min(row.id for row in fresh)
    return tuple(found[number] for number in sorted(found, reverse=True))


def _logged(row: _Action) -> Logged:
    return Logged(
        number=row.id,
        when=row.time,
        user=row.user_name,
        request=row.request_id,
        kind=row.changed_object_type,
        object=row.changed_object_id,
        before=row.prechange_data or {},
        after=row.postchange_data or {},
    )


def _numbers(client: Client, names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(names), _NAMES_AT_ONCE):
        some = names[start : start + _NAMES_AT_ONCE]
        query = (
            *(("name", name) for name in some),
            ("fields", "id,name"),
            ("ordering", "id"),
            ("limit", str(len(some))),
        )
        body = client.get("dcim/devices", query, Question("devices", "dcim.view_device"))
        try:
            rows = msgspec.json.decode(body, type=_Names).results
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise SourceError("NetBox's list of devices is cut off or is no list") from None
        found |= {row.name: row.id for row in rows if row.name is not None and row.name in some}
    return found


def _says(entry: Logged, field: str, value: str) -> bool:
    return any(str(data.get(field)) == value for data in (entry.before, entry.after) if field in data)


def _same(entry: Logged, identity: str) -> bool:
    """Whether an entry is about the object of an identity such as "site hq, vid 210"."""
    known = dict(part.partition(" ")[::2] for part in identity.split(", "))
    if (key := known.get("key")) is not None and entry.kind == "dcim.cable":
        return key == f"#{entry.object}" or _says(entry, "label", key)
    plain = [name for name in _PLAIN if name in known and (name in entry.before or name in entry.after)]
    return bool(plain) and all(_says(entry, name, known[name]) for name in plain)


def _of_device(entry: Logged, path: tuple[str, ...]) -> bool:
    """Whether an entry of a device itself can have changed that field of ours."""
    if path[:1] == ("context",):  # which contexts a device has goes by what it is and where
        return bool(entry.changed & _CONTEXT_BY)
    return not path or path[0] not in _PARTS


def _of_part(entry: Logged, device: str, path: tuple[str, ...]) -> bool:
    """Whether an entry is about the port that a path leads to."""
    return _says(entry, "device", device) and (len(path) == 1 or _says(entry, "name", path[1]))


def _in_context(entry: Logged, path: tuple[str, ...]) -> bool:
    """Whether a config context has the part of it that differs."""
    if len(path) == 1:
        return True
    return any(
        isinstance(data.get("data"), Mapping) and path[1] in data["data"]
        for data in (entry.before, entry.after)
    )


def _address(entry: Logged, field: FieldChange) -> bool:
    """Whether an entry of an address is about one that this field names, or holds before or after."""
    words = {*field.path, *(value for value in (field.before, field.after) if isinstance(value, str))}
    for value in (field.before, field.after):
        if isinstance(value, Mapping):
            words.add(str(value.get("address", "")))
    return any(str(data.get("address")) in words for data in (entry.before, entry.after) if data)
