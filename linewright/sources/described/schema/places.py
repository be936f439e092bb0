"""Where things stand, and the devices that stand there."""

from typing import Any, ClassVar

import msgspec

from linewright.sources.described.schema.base import Entry, Refers, Table
from linewright.sources.described.schema.kinds import Ported


class Location(Entry, frozen=True, kw_only=True):
    """A building, floor or room."""

    REFERS: ClassVar[Refers] = {"parent": "locations"}

    name: str
    parent: str = ""
    status: str = "active"
    facility: str = ""
    description: str = ""


class Rack(Entry, frozen=True, kw_only=True):
    """A rack; `units` high. `role` is a slug."""

    REFERS: ClassVar[Refers] = {"location": "locations", "tenant": "tenants"}

    location: str = ""
    units: int = 42
    status: str = "active"
    facility_id: str = ""
    role: str = ""
    starting_unit: int = 1
    descending: bool = False
    tenant: str = ""
    description: str = ""


class PowerPanel(Entry, frozen=True, kw_only=True):
    """A distribution board and its feeds by name; `defaults` is laid under each of them."""

    REFERS: ClassVar[Refers] = {"location": "locations"}

    location: str = ""
    description: str = ""
    defaults: dict[str, Any] = msgspec.field(default_factory=dict)
    feeds: Table = msgspec.field(default_factory=dict)


class PowerFeed(Entry, frozen=True, kw_only=True):
    """A circuit from a power panel; volts, amperes, percent."""

    REFERS: ClassVar[Refers] = {"rack": "racks"}

    rack: str = ""
    status: str = "active"
    type: str = "primary"
    supply: str = "ac"
    phase: str = "single-phase"
    voltage: int = 230
    amperage: int = 16
    max_utilization: int = 80
    mark_connected: bool = False
    description: str = ""


class Vlan(Entry, frozen=True, kw_only=True):
    """A VLAN of the site; `role` is a prefix role."""

    REFERS: ClassVar[Refers] = {"role": "prefix_roles", "tenant": "tenants"}

    name: str
    status: str = "active"
    role: str = ""
    tenant: str = ""
    description: str = ""


class Prefix(Entry, frozen=True, kw_only=True):
    """An address block of the site; `vlan` is one of the site's."""

    REFERS: ClassVar[Refers] = {
        "role": "prefix_roles",
        "vrf": "vrfs",
        "vlan": "vlans",
        "tenant": "tenants",
        "tags": "tags",
    }

    role: str = ""
    vlan: int = 0
    vrf: str = ""
    status: str = "active"
    is_pool: bool = False
    tenant: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    custom: dict[str, Any] = msgspec.field(default_factory=dict)


class WirelessLan(Entry, frozen=True, kw_only=True):
    """A wireless network of the site, by SSID; `group` is a slug."""

    REFERS: ClassVar[Refers] = {"vlan": "vlans"}

    group: str = ""
    status: str = "active"
    vlan: int = 0
    auth_type: str = ""
    description: str = ""


class Module(Entry, frozen=True, kw_only=True):
    """What sits in a module bay; a text alone is its type."""

    REFERS: ClassVar[Refers] = {"type": "module_types"}

    type: str
    status: str = "active"
    serial: str = ""
    asset_tag: str = ""
    description: str = ""


class Service(Entry, frozen=True, kw_only=True):
    """Something that listens on `ports` such as tcp/80,443; a text alone is its ports."""

    ports: str
    addresses: tuple[str, ...] = ()
    description: str = ""


class Device(Ported, frozen=True, kw_only=True):
    """A device. `primary` and `oob` name the interface whose first addresses it is reached at.

    Its ports are merged over those of its type and modules. `parent` is "CHASSIS BAY".
    """

    REFERS: ClassVar[Refers] = {
        "type": "device_types",
        "platform": "platforms",
        "tenant": "tenants",
        "tags": "tags",
        "asn": "asns",
    }

    role: str
    type: str
    platform: str = ""
    status: str = "active"
    rack: str = ""
    location: str = ""
    parent: str = ""
    tenant: str = ""
    serial: str = ""
    asset_tag: str = ""
    airflow: str = ""
    description: str = ""
    asn: int = 0
    loopback: str = ""
    primary: str = ""
    oob: str = ""
    tags: tuple[str, ...] = ()
    custom: dict[str, Any] = msgspec.field(default_factory=dict)
    context: dict[str, Any] = msgspec.field(default_factory=dict)
    modules: dict[str, str | dict[str, Any]] = msgspec.field(default_factory=dict)
    services: dict[str, str | dict[str, Any]] = msgspec.field(default_factory=dict)


class Site(Entry, frozen=True, kw_only=True):
    """A place with everything in it."""

    REFERS: ClassVar[Refers] = {"asns": "asns", "tenant": "tenants", "tags": "tags"}

    name: str
    status: str = "active"
    facility: str = ""
    description: str = ""
    physical_address: str = ""
    tenant: str = ""
    time_zone: str = ""
    asns: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    custom: dict[str, Any] = msgspec.field(default_factory=dict)
    locations: Table = msgspec.field(default_factory=dict)
    racks: Table = msgspec.field(default_factory=dict)
    power_panels: Table = msgspec.field(default_factory=dict)
    vlans: Table = msgspec.field(default_factory=dict)
    prefixes: Table = msgspec.field(default_factory=dict)
    wireless_lans: Table = msgspec.field(default_factory=dict)
    devices: Table = msgspec.field(default_factory=dict)


class ChassisMember(Entry, frozen=True, kw_only=True):
    """A place in a virtual chassis."""

    position: int
    priority: int = -1


class VirtualChassis(Entry, frozen=True, kw_only=True):
    """Devices that are managed as one; a member's number alone is its position."""

    REFERS: ClassVar[Refers] = {"master": "devices", "members": "devices"}

    members: dict[str, int | ChassisMember]
    domain: str = ""
    master: str = ""
    description: str = ""
