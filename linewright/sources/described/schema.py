"""What a description may say: one class per kind of entry (docs/site-description.md shows each)."""

from typing import Any

import msgspec


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all entries: a misspelt key is refused, never ignored."""


class CustomField(Entry, frozen=True):
    """A custom field of NetBox's type "selection"; `objects` are kinds such as site, device, cable."""

    label: str
    choices: tuple[str, ...]
    objects: tuple[str, ...]
    description: str = ""


class Vrf(Entry, frozen=True):
    """A routing table."""

    rd: str = ""


class Platform(Entry, frozen=True):
    """A network operating system."""

    name: str
    manufacturer: str = ""


class DeviceType(Entry, frozen=True):
    """A product, and the ports that every device of it has. `units` in rack units, steps of a half."""

    model: str
    manufacturer: str
    units: float = 1
    part_number: str = ""
    interfaces: dict[str, dict[str, Any]] = {}
    front_ports: dict[str, dict[str, Any]] = {}
    rear_ports: dict[str, dict[str, Any]] = {}


class Role(Entry, frozen=True):
    """What a device is for; `defaults` is laid under every device of the role. Without a colour it has NetBox's own."""

    name: str
    color: str = "grey"
    defaults: dict[str, Any] = {}


class Context(Entry, frozen=True):
    """A config context of NetBox: applies where all given lists match; heavier ones and the device's own win."""

    data: dict[str, Any]
    roles: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    weight: int = 1000


class Location(Entry, frozen=True):
    """A building, floor or room."""

    name: str
    parent: str = ""
    status: str = "active"
    description: str = ""


class Rack(Entry, frozen=True):
    """A rack; `units` high."""

    location: str = ""
    units: int = 42
    status: str = "active"


class Vlan(Entry, frozen=True):
    """A VLAN of the site."""

    name: str
    status: str = "active"
    description: str = ""


class Prefix(Entry, frozen=True):
    """An address block of the site; `vlan` is one of the site's."""

    role: str = ""
    vlan: int = 0
    vrf: str = ""
    status: str = "active"
    description: str = ""
    tags: tuple[str, ...] = ()
    custom: dict[str, Any] = {}


class Interface(Entry, frozen=True):
    """A port or logical interface; `speed` in kbit/s, `mtu` in bytes."""

    type: str = "virtual"
    label: str = ""
    enabled: bool = True
    description: str = ""
    mtu: int = 0
    speed: int = 0
    mgmt_only: bool = False
    mark_connected: bool = False
    mode: str = ""
    untagged: int = 0
    tagged: tuple[int, ...] = ()
    vrf: str = ""
    lag: str = ""
    parent: str = ""
    addresses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    custom: dict[str, Any] = {}


class FrontPort(Entry, frozen=True):
    """The patched side of a panel; `to` names the rear port and position: R1:1-12, or R1-6."""

    to: str
    type: str
    label: str = ""
    description: str = ""


class RearPort(Entry, frozen=True):
    """The building's side of a panel."""

    type: str
    positions: int = 1
    label: str = ""
    description: str = ""


class Device(Entry, frozen=True):
    """A device. `primary` and `oob` name the interface whose first addresses it is reached at."""

    role: str
    type: str
    platform: str = ""
    status: str = "active"
    rack: str = ""
    location: str = ""
    serial: str = ""
    asset_tag: str = ""
    description: str = ""
    asn: int = 0
    loopback: str = ""
    primary: str = ""
    oob: str = ""
    tags: tuple[str, ...] = ()
    custom: dict[str, Any] = {}
    context: dict[str, Any] = {}
    interfaces: dict[str, dict[str, Any]] = {}


class Site(Entry, frozen=True):
    """A place with everything in it."""

    name: str
    status: str = "active"
    facility: str = ""
    description: str = ""
    physical_address: str = ""
    asns: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    custom: dict[str, Any] = {}
    locations: dict[str, dict[str, Any]] = {}
    racks: dict[str, dict[str, Any]] = {}
    vlans: dict[str, dict[str, Any]] = {}
    prefixes: dict[str, dict[str, Any]] = {}
    devices: dict[str, dict[str, Any]] = {}


class CircuitEnd(Entry, frozen=True):
    """One termination; `port_speed` in kbit/s."""

    site: str
    port_speed: int = 0
    cross_connect: str = ""
    patch_panel: str = ""
    description: str = ""


class Circuit(Entry, frozen=True):
    """A leased line; `commit_rate` in kbit/s."""

    type: str
    a: CircuitEnd
    z: CircuitEnd
    status: str = "active"
    description: str = ""
    commit_rate: int = 0
    tags: tuple[str, ...] = ()
    custom: dict[str, Any] = {}


class Cables(Entry, frozen=True):
    """Cables that share what they are; `links` by label."""

    name: str
    type: str
    links: dict[str, str]
    status: str = "connected"
    profile: str = ""
    color: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    custom: dict[str, Any] = {}


class Sessions(Entry, frozen=True):
    """BGP sessions that share their settings; each link gives both routers a neighbour, "->" only the left one."""

    name: str
    links: tuple[str, ...]
    timers: tuple[int, ...] = ()
    password: str = ""
    import_map: str = ""
    export_map: str = ""
    next_hop_self: bool = False


class Networks(Entry, frozen=True):
    """Point-to-point networks by prefix; the lower address belongs to the left end."""

    links: dict[str, str]
    role: str = ""
    tags: tuple[str, ...] = ()
