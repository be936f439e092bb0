"""The lists of NetBox that are read: where each is, what it is called, who may see it, what its rows look like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlencode

import msgspec

from linewright.sources.netbox import device_rows, link_rows, note_rows, rows
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

    @property
    def key(self) -> str:
        """What tells it from the others: two may have one path."""
        return f"{self.path}?{urlencode(self.query)}".rstrip("?")


class Collected:
    """All rows read, by list."""

    def __init__(self, found: Mapping[str, list[Any]]) -> None:
        self.found = found

    @classmethod
    def joined(cls, *parts: "Collected") -> "Collected":
        """Several collections of different lists as one."""
        return cls({key: rows for part in parts for key, rows in part.found.items()})

    @classmethod
    def nothing(cls, listing: Listing[Any]) -> "Collected":
        """No rows of this list."""
        return cls({listing.key: []})

    def of(self, listing: Listing[RowT]) -> list[RowT]:
        """The rows of a list, in order of id."""
        return cast("list[RowT]", self.found[listing.key])


CUSTOM_FIELDS = Listing(
    "extras/custom-fields", "custom fields", "custom field", "extras.view_customfield", rows.CustomFieldRow
)
TAGS = Listing("extras/tags", "tags", "tag", "extras.view_tag", rows.TagRow)

# Places and kinds.
SITES = Listing("dcim/sites", "sites", "site", "dcim.view_site", rows.SiteRow)
LOCATIONS = Listing("dcim/locations", "locations", "location", "dcim.view_location", rows.LocationRow)
RACKS = Listing("dcim/racks", "racks", "rack", "dcim.view_rack", rows.RackRow)
TENANTS = Listing("tenancy/tenants", "tenants", "tenant", "tenancy.view_tenant", rows.TenantRow)
POWER_PANELS = Listing(
    "dcim/power-panels", "power panels", "power panel", "dcim.view_powerpanel", rows.PowerPanelRow
)
POWER_FEEDS = Listing(
    "dcim/power-feeds", "power feeds", "power feed", "dcim.view_powerfeed", rows.PowerFeedRow
)
ROLES = Listing("dcim/device-roles", "device roles", "device role", "dcim.view_devicerole", rows.RoleRow)
TYPES = Listing(
    "dcim/device-types", "device types", "device type", "dcim.view_devicetype", rows.DeviceTypeRow
)
MODULE_TYPES = Listing(
    "dcim/module-types", "module types", "module type", "dcim.view_moduletype", rows.ModuleTypeRow
)
PLATFORMS = Listing("dcim/platforms", "platforms", "platform", "dcim.view_platform", rows.PlatformRow)
VIRTUAL_CHASSIS = Listing(
    "dcim/virtual-chassis",
    "virtual chassis",
    "virtual chassis",
    "dcim.view_virtualchassis",
    rows.VirtualChassisRow,
)
CONFIG_TEMPLATES = Listing(
    "extras/config-templates",
    "config templates",
    "config template",
    "extras.view_configtemplate",
    rows.ConfigTemplateRow,
)

# Numbers.
ASNS = Listing("ipam/asns", "AS numbers", "AS number", "ipam.view_asn", rows.AsnRow)
VLANS = Listing("ipam/vlans", "VLANs", "VLAN", "ipam.view_vlan", rows.VlanRow)
VRFS = Listing("ipam/vrfs", "VRFs", "VRF", "ipam.view_vrf", rows.VrfRow)
PREFIXES = Listing("ipam/prefixes", "prefixes", "prefix", "ipam.view_prefix", rows.PrefixRow)
FHRP_GROUPS = Listing(
    "ipam/fhrp-groups", "FHRP groups", "FHRP group", "ipam.view_fhrpgroup", rows.FhrpGroupRow
)
FHRP_MEMBERS = Listing(
    "ipam/fhrp-group-assignments",
    "FHRP group assignments",
    "FHRP group assignment",
    "ipam.view_fhrpgroupassignment",
    rows.FhrpMemberRow,
)
FHRP_ADDRESSES = Listing(
    "ipam/ip-addresses",
    "IP addresses of FHRP groups",
    "IP address",
    "ipam.view_ipaddress",
    device_rows.AddressRow,
    query=(("assigned_object_type", "ipam.fhrpgroup"),),
)
SERVICES = Listing("ipam/services", "services", "service", "ipam.view_service", rows.ServiceRow)

# What joins things.
CABLE_BUNDLES = Listing(
    "dcim/cable-bundles", "cable bundles", "cable bundle", "dcim.view_cablebundle", link_rows.CableBundleRow
)
PROVIDERS = Listing(
    "circuits/providers", "providers", "provider", "circuits.view_provider", link_rows.ProviderRow
)
PROVIDER_NETWORKS = Listing(
    "circuits/provider-networks",
    "provider networks",
    "provider network",
    "circuits.view_providernetwork",
    link_rows.ProviderNetworkRow,
)
CIRCUITS = Listing("circuits/circuits", "circuits", "circuit", "circuits.view_circuit", link_rows.CircuitRow)
CIRCUIT_ENDS = Listing(
    "circuits/circuit-terminations",
    "circuit terminations",
    "circuit termination",
    "circuits.view_circuittermination",
    link_rows.CircuitTerminationRow,
)
VIRTUAL_CIRCUITS = Listing(
    "circuits/virtual-circuits",
    "virtual circuits",
    "virtual circuit",
    "circuits.view_virtualcircuit",
    link_rows.VirtualCircuitRow,
)
VIRTUAL_CIRCUIT_ENDS = Listing(
    "circuits/virtual-circuit-terminations",
    "virtual circuit terminations",
    "virtual circuit termination",
    "circuits.view_virtualcircuittermination",
    link_rows.VirtualCircuitEndRow,
)
TUNNELS = Listing("vpn/tunnels", "tunnels", "tunnel", "vpn.view_tunnel", link_rows.TunnelRow)
TUNNEL_ENDS = Listing(
    "vpn/tunnel-terminations",
    "tunnel terminations",
    "tunnel termination",
    "vpn.view_tunneltermination",
    link_rows.TunnelEndRow,
)
L2VPNS = Listing("vpn/l2vpns", "L2VPNs", "L2VPN", "vpn.view_l2vpn", link_rows.L2vpnRow)
L2VPN_ENDS = Listing(
    "vpn/l2vpn-terminations",
    "L2VPN terminations",
    "L2VPN termination",
    "vpn.view_l2vpntermination",
    link_rows.L2vpnEndRow,
)
WIRELESS_LANS = Listing(
    "wireless/wireless-lans",
    "wireless LANs",
    "wireless LAN",
    "wireless.view_wirelesslan",
    link_rows.WirelessLanRow,
)
WIRELESS_LINKS = Listing(
    "wireless/wireless-links",
    "wireless links",
    "wireless link",
    "wireless.view_wirelesslink",
    link_rows.WirelessLinkRow,
)
CABLES = Listing("dcim/cables", "cables", "cable", "dcim.view_cable", link_rows.CableRow)
CABLE_ENDS = Listing(
    "dcim/cable-terminations",
    "cable terminations",
    "cable termination",
    "dcim.view_cabletermination",
    link_rows.CableTerminationRow,
)

# Devices and what is on them.
DEVICES = Listing("dcim/devices", "devices", "device", "dcim.view_device", device_rows.DeviceRow)
DEVICE_BAYS = Listing(
    "dcim/device-bays", "device bays", "device bay", "dcim.view_devicebay", device_rows.DeviceBayRow
)
INTERFACES = Listing(
    "dcim/interfaces", "interfaces", "interface", "dcim.view_interface", device_rows.InterfaceRow
)
FRONT_PORTS = Listing(
    "dcim/front-ports", "front ports", "front port", "dcim.view_frontport", device_rows.FrontPortRow
)
REAR_PORTS = Listing(
    "dcim/rear-ports", "rear ports", "rear port", "dcim.view_rearport", device_rows.RearPortRow
)
CONSOLE_PORTS = Listing(
    "dcim/console-ports", "console ports", "console port", "dcim.view_consoleport", device_rows.ConsolePortRow
)
CONSOLE_SERVER_PORTS = Listing(
    "dcim/console-server-ports",
    "console server ports",
    "console server port",
    "dcim.view_consoleserverport",
    device_rows.ConsolePortRow,
)
POWER_PORTS = Listing(
    "dcim/power-ports", "power ports", "power port", "dcim.view_powerport", device_rows.PowerPortRow
)
POWER_OUTLETS = Listing(
    "dcim/power-outlets", "power outlets", "power outlet", "dcim.view_poweroutlet", device_rows.PowerOutletRow
)
MODULES = Listing("dcim/modules", "modules", "module", "dcim.view_module", device_rows.ModuleRow)
MODULE_BAYS = Listing(
    "dcim/module-bays", "module bays", "module bay", "dcim.view_modulebay", device_rows.ModuleBayRow
)
# The other addresses belong to virtual machines, FHRP groups or nothing.
ADDRESSES = Listing(
    "ipam/ip-addresses",
    "IP addresses",
    "IP address",
    "ipam.view_ipaddress",
    device_rows.AddressRow,
    query=(("assigned_object_type", "dcim.interface"),),
)

# What people attach.
CONTACTS = Listing("tenancy/contacts", "contacts", "contact", "tenancy.view_contact", note_rows.ContactRow)
CONTACT_ASSIGNMENTS = Listing(
    "tenancy/contact-assignments",
    "contact assignments",
    "contact assignment",
    "tenancy.view_contactassignment",
    note_rows.ContactAssignmentRow,
)
IMAGES = Listing(
    "extras/image-attachments",
    "image attachments",
    "image attachment",
    "extras.view_imageattachment",
    note_rows.ImageRow,
)
JOURNAL = Listing(
    "extras/journal-entries",
    "journal entries",
    "journal entry",
    "extras.view_journalentry",
    note_rows.JournalRow,
)
USERS = Listing("users/users", "users", "user", "users.view_user", note_rows.UserRow)

#: Read whole, whatever devices are asked for. Few of those with ends on devices can be filtered by device.
SHARED: tuple[Listing[Any], ...] = (
    SITES,
    LOCATIONS,
    RACKS,
    TENANTS,
    POWER_PANELS,
    POWER_FEEDS,
    ROLES,
    TYPES,
    MODULE_TYPES,
    PLATFORMS,
    VIRTUAL_CHASSIS,
    CONFIG_TEMPLATES,
    ASNS,
    VLANS,
    VRFS,
    PREFIXES,
    FHRP_GROUPS,
    FHRP_MEMBERS,
    FHRP_ADDRESSES,
    SERVICES,
    CABLE_BUNDLES,
    PROVIDERS,
    PROVIDER_NETWORKS,
    CIRCUITS,
    CIRCUIT_ENDS,
    VIRTUAL_CIRCUITS,
    VIRTUAL_CIRCUIT_ENDS,
    TUNNELS,
    TUNNEL_ENDS,
    L2VPNS,
    L2VPN_ENDS,
    WIRELESS_LANS,
    WIRELESS_LINKS,
    DEVICE_BAYS,
    TAGS,
    CONTACTS,
    CONTACT_ASSIGNMENTS,
    IMAGES,
)
#: Read for the devices asked for; NetBox filters each by device_id.
OF_DEVICES: tuple[Listing[Any], ...] = (
    INTERFACES,
    FRONT_PORTS,
    REAR_PORTS,
    CONSOLE_PORTS,
    CONSOLE_SERVER_PORTS,
    POWER_PORTS,
    POWER_OUTLETS,
    MODULES,
    MODULE_BAYS,
    ADDRESSES,
    CABLES,
)
#: The journal and who wrote in it; left out where the settings say so.
NOTES: tuple[Listing[Any], ...] = (JOURNAL, USERS)
#: Every list.
EVERY: tuple[Listing[Any], ...] = (CUSTOM_FIELDS, DEVICES, *SHARED, *OF_DEVICES, CABLE_ENDS, *NOTES)
