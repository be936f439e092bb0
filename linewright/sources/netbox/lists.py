"""The lists of NetBox that are read: where each is, what it is called, who may see it, what its rows look like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import msgspec

from linewright.sources.netbox import rows
from linewright.sources.netbox.shapes import Row

RowT = TypeVar("RowT", bound=Row)


@dataclass(frozen=True)
class Listing(Generic[RowT]):
    """One list. `title` and `one` are words for people; `query` is sent with every request for it."""

    path: str
    title: str
    one: str
    permission: str
    row: type[RowT]
    query: tuple[tuple[str, str], ...] = ()

    @property
    def fields(self) -> str:
        """The value of NetBox's `fields` parameter: exactly what a row needs."""
        return ",".join(field.encode_name for field in msgspec.structs.fields(self.row))


class Collected:
    """All rows read, by list."""

    def __init__(self, found: Mapping[str, list[Any]]) -> None:
        self.found = found

    @classmethod
    def joined(cls, *parts: "Collected") -> "Collected":
        """Several collections of different lists as one."""
        return cls({path: rows for part in parts for path, rows in part.found.items()})

    @classmethod
    def nothing(cls, listing: Listing[Any]) -> "Collected":
        """No rows of this list."""
        return cls({listing.path: []})

    def of(self, listing: Listing[RowT]) -> list[RowT]:
        """The rows of a list, in order of id."""
        return cast("list[RowT]", self.found[listing.path])


CUSTOM_FIELDS = Listing(
    "extras/custom-fields", "custom fields", "custom field", "extras.view_customfield", rows.CustomFieldRow
)
DEVICES = Listing("dcim/devices", "devices", "device", "dcim.view_device", rows.DeviceRow)
SITES = Listing("dcim/sites", "sites", "site", "dcim.view_site", rows.SiteRow)
LOCATIONS = Listing("dcim/locations", "locations", "location", "dcim.view_location", rows.LocationRow)
RACKS = Listing("dcim/racks", "racks", "rack", "dcim.view_rack", rows.RackRow)
ROLES = Listing("dcim/device-roles", "device roles", "device role", "dcim.view_devicerole", rows.RoleRow)
TYPES = Listing(
    "dcim/device-types", "device types", "device type", "dcim.view_devicetype", rows.DeviceTypeRow
)
PLATFORMS = Listing("dcim/platforms", "platforms", "platform", "dcim.view_platform", rows.PlatformRow)
ASNS = Listing("ipam/asns", "AS numbers", "AS number", "ipam.view_asn", rows.AsnRow)
VLANS = Listing("ipam/vlans", "VLANs", "VLAN", "ipam.view_vlan", rows.VlanRow)
VRFS = Listing("ipam/vrfs", "VRFs", "VRF", "ipam.view_vrf", rows.VrfRow)
PREFIXES = Listing("ipam/prefixes", "prefixes", "prefix", "ipam.view_prefix", rows.PrefixRow)
PROVIDERS = Listing("circuits/providers", "providers", "provider", "circuits.view_provider", rows.ProviderRow)
CIRCUITS = Listing("circuits/circuits", "circuits", "circuit", "circuits.view_circuit", rows.CircuitRow)
CIRCUIT_ENDS = Listing(
    "circuits/circuit-terminations",
    "circuit terminations",
    "circuit termination",
    "circuits.view_circuittermination",
    rows.CircuitTerminationRow,
)
TAGS = Listing("extras/tags", "tags", "tag", "extras.view_tag", rows.TagRow)
INTERFACES = Listing("dcim/interfaces", "interfaces", "interface", "dcim.view_interface", rows.InterfaceRow)
FRONT_PORTS = Listing(
    "dcim/front-ports", "front ports", "front port", "dcim.view_frontport", rows.FrontPortRow
)
REAR_PORTS = Listing("dcim/rear-ports", "rear ports", "rear port", "dcim.view_rearport", rows.RearPortRow)
ADDRESSES = Listing(
    "ipam/ip-addresses",
    "IP addresses",
    "IP address",
    "ipam.view_ipaddress",
    rows.AddressRow,
    # The other addresses belong to virtual machines, FHRP groups or nothing.
    query=(("assigned_object_type", "dcim.interface"),),
)
CABLES = Listing("dcim/cables", "cables", "cable", "dcim.view_cable", rows.CableRow)
CABLE_ENDS = Listing(
    "dcim/cable-terminations",
    "cable terminations",
    "cable termination",
    "dcim.view_cabletermination",
    rows.CableTerminationRow,
)

#: Read whole, whatever devices are asked for.
SHARED: tuple[Listing[Any], ...] = (
    SITES,
    LOCATIONS,
    RACKS,
    ROLES,
    TYPES,
    PLATFORMS,
    ASNS,
    VLANS,
    VRFS,
    PREFIXES,
    PROVIDERS,
    CIRCUITS,
    CIRCUIT_ENDS,
    TAGS,
)
#: Read for the devices asked for; NetBox filters each by device_id.
OF_DEVICES: tuple[Listing[Any], ...] = (INTERFACES, FRONT_PORTS, REAR_PORTS, ADDRESSES, CABLES)
