"""The objects of the source of truth that a change job, a trace or a document needs.

Every object is frozen and refers to others by name (slug where NetBox has one), never by database id, so that the
same network described in two NetBoxes gives the same records. Fields that hold their default are left out of the
canonical form: a field added later does not change the digest of data that does not use it.
"""

from linewright.model.addressing import Asn, FhrpGroup, FhrpMember, Prefix, Service, Vlan, Vrf
from linewright.model.annotations import Contact, ContactAssignment, ImageAttachment, JournalEntry
from linewright.model.hardware import ConfigTemplate, DeviceType, ModuleType, Platform, Role, VirtualChassis
from linewright.model.links import (
    Cable,
    CableBundle,
    CableEnd,
    Circuit,
    CircuitEnd,
    L2vpn,
    L2vpnEnd,
    Provider,
    ProviderNetwork,
    Tunnel,
    TunnelEnd,
    VirtualCircuit,
    VirtualCircuitEnd,
    WirelessEnd,
    WirelessLan,
    WirelessLink,
)
from linewright.model.places import Location, PowerFeed, PowerPanel, Rack, Site, Tag, Tenant
from linewright.model.ports import (
    Address,
    ConsolePort,
    ConsoleServerPort,
    DeviceBay,
    FrontPort,
    Interface,
    Module,
    ModuleBay,
    PortMapping,
    PowerOutlet,
    PowerPort,
    RearPort,
)
from linewright.model.record import FreeData, Record

__all__ = [
    "Address",
    "Asn",
    "Cable",
    "CableBundle",
    "CableEnd",
    "Circuit",
    "CircuitEnd",
    "ConfigTemplate",
    "ConsolePort",
    "ConsoleServerPort",
    "Contact",
    "ContactAssignment",
    "Device",
    "DeviceBay",
    "DeviceType",
    "FhrpGroup",
    "FhrpMember",
    "FreeData",
    "FrontPort",
    "ImageAttachment",
    "Interface",
    "JournalEntry",
    "L2vpn",
    "L2vpnEnd",
    "Location",
    "Module",
    "ModuleBay",
    "ModuleType",
    "Platform",
    "PortMapping",
    "PowerFeed",
    "PowerOutlet",
    "PowerPanel",
    "PowerPort",
    "Prefix",
    "Provider",
    "ProviderNetwork",
    "Rack",
    "RearPort",
    "Record",
    "Role",
    "Service",
    "Site",
    "Tag",
    "Tenant",
    "Tunnel",
    "TunnelEnd",
    "VirtualChassis",
    "VirtualCircuit",
    "VirtualCircuitEnd",
    "Vlan",
    "Vrf",
    "WirelessEnd",
    "WirelessLan",
    "WirelessLink",
]


class Device(Record, frozen=True):
    """A device with everything that belongs to it; `name` is unique in a snapshot.

    `half_unit` is the lowest rack position in half units (U1 is 2, U1.5 is 3), 0 when not racked.
    `parent` and `parent_bay` are the chassis and device bay it sits in; `vc_position` and `vc_priority` are its place
    in a virtual chassis, -1 where none is given.
    `context` is the merged config context as NetBox computes it.
    """

    name: str
    site: str
    role: str
    type: str
    status: str = "active"
    platform: str = ""
    location: str = ""
    rack: str = ""
    half_unit: int = 0
    face: str = ""
    tenant: str = ""
    serial: str = ""
    asset_tag: str = ""
    primary_ip4: str = ""
    primary_ip6: str = ""
    oob_ip: str = ""
    virtual_chassis: str = ""
    vc_position: int = -1
    vc_priority: int = -1
    parent: str = ""
    parent_bay: str = ""
    airflow: str = ""
    config_template: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    custom: FreeData = {}
    context: FreeData = {}
    interfaces: tuple[Interface, ...] = ()
    front_ports: tuple[FrontPort, ...] = ()
    rear_ports: tuple[RearPort, ...] = ()
    console_ports: tuple[ConsolePort, ...] = ()
    console_server_ports: tuple[ConsoleServerPort, ...] = ()
    power_ports: tuple[PowerPort, ...] = ()
    power_outlets: tuple[PowerOutlet, ...] = ()
    module_bays: tuple[ModuleBay, ...] = ()
    device_bays: tuple[DeviceBay, ...] = ()

    def interface(self, name: str) -> Interface | None:
        """The interface of that exact name."""
        return next((i for i in self.interfaces if i.name == name), None)
