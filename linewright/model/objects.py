"""The objects of the source of truth that a change job, a trace or a document needs.

Every object is frozen and refers to others by name (slug where NetBox has one), never by database id, so that the
same network described in two NetBoxes gives the same records. Fields that hold their default are left out of the
canonical form: a field added later does not change the digest of data that does not use it.
"""

from typing import Any

import msgspec

#: Free JSON as people keep it in custom fields and config contexts.
FreeData = dict[str, Any]


class Record(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False
):
    """Base of all snapshot objects: immutable, strict on reading, sparse on writing.

    Left out of garbage collection: frozen trees have no cycles, and collecting is most of the time of reading them.
    """


class Tag(Record, frozen=True):
    """A label; `slug` is the identity."""

    slug: str
    name: str = ""


class Site(Record, frozen=True):
    """A place with devices."""

    slug: str
    name: str
    status: str = "active"
    facility: str = ""
    description: str = ""
    physical_address: str = ""
    asns: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    custom: FreeData = {}


class Location(Record, frozen=True):
    """A building, floor or room inside a site; `parent` is another location's slug."""

    slug: str
    name: str
    site: str
    parent: str = ""
    status: str = "active"
    description: str = ""


class Rack(Record, frozen=True):
    """A rack; `name` is unique within its site (checked when a snapshot is built). Heights in rack units."""

    name: str
    site: str
    location: str = ""
    u_height: int = 42
    status: str = "active"


class Role(Record, frozen=True):
    """What a device is for."""

    slug: str
    name: str
    color: str = ""


class DeviceType(Record, frozen=True):
    """A product. `u_height` in half rack units, so that 1U is 2 and a half-height panel is 1."""

    slug: str
    model: str
    manufacturer: str
    half_units: int = 2
    part_number: str = ""


class Platform(Record, frozen=True):
    """A network operating system as the source of truth names it."""

    slug: str
    name: str
    manufacturer: str = ""


class Asn(Record, frozen=True):
    """An autonomous system number."""

    asn: int
    description: str = ""


class Vlan(Record, frozen=True):
    """A VLAN; `site` empty means it is not bound to one."""

    vid: int
    name: str
    site: str = ""
    group: str = ""
    status: str = "active"
    role: str = ""
    description: str = ""


class Vrf(Record, frozen=True):
    """A routing table."""

    name: str
    rd: str = ""


class Prefix(Record, frozen=True):
    """An address block, in canonical text (RFC 5952 for IPv6)."""

    prefix: str
    site: str = ""
    vrf: str = ""
    vlan: int = 0
    status: str = "active"
    role: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    custom: FreeData = {}


class Provider(Record, frozen=True):
    """Who sells circuits."""

    slug: str
    name: str


class CircuitEnd(Record, frozen=True):
    """One termination of a circuit: at a site, or in a provider network. Speeds in kbit/s."""

    site: str = ""
    provider_network: str = ""
    port_speed: int = 0
    cross_connect: str = ""
    patch_panel: str = ""
    description: str = ""


class Circuit(Record, frozen=True):
    """A leased line; `cid` is the provider's own number for it."""

    cid: str
    provider: str
    type: str = ""
    status: str = "active"
    description: str = ""
    commit_rate: int = 0
    a: CircuitEnd | None = None
    z: CircuitEnd | None = None
    tags: tuple[str, ...] = ()
    custom: FreeData = {}


class Address(Record, frozen=True):
    """An address with its prefix length on an interface, in canonical text."""

    address: str
    status: str = "active"
    role: str = ""
    vrf: str = ""
    dns_name: str = ""
    description: str = ""


class Interface(Record, frozen=True):
    """A port or logical interface. `speed` in kbit/s, `mtu` in bytes; `mac` as six upper-case pairs with colons."""

    name: str
    type: str = ""
    label: str = ""
    enabled: bool = True
    description: str = ""
    mtu: int = 0
    mac: str = ""
    speed: int = 0
    mgmt_only: bool = False
    mark_connected: bool = False
    mode: str = ""
    untagged_vlan: int = 0
    tagged_vlans: tuple[int, ...] = ()
    vrf: str = ""
    lag: str = ""
    parent: str = ""
    addresses: tuple[Address, ...] = ()
    tags: tuple[str, ...] = ()
    custom: FreeData = {}


class PortMapping(Record, frozen=True):
    """One strand through a panel: position of the front port to position of a rear port of the same device."""

    position: int
    rear_port: str
    rear_position: int


class FrontPort(Record, frozen=True):
    """The side of a panel that people patch."""

    name: str
    type: str = ""
    label: str = ""
    positions: int = 1
    mappings: tuple[PortMapping, ...] = ()
    description: str = ""


class RearPort(Record, frozen=True):
    """The side of a panel that the building's cable ends on."""

    name: str
    type: str = ""
    label: str = ""
    positions: int = 1
    description: str = ""


class Device(Record, frozen=True):
    """A device with everything that belongs to it; `name` is unique in a snapshot.

    `half_unit` is the lowest rack position in half units (U1 is 2, U1.5 is 3), 0 when not racked.
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
    serial: str = ""
    asset_tag: str = ""
    primary_ip4: str = ""
    primary_ip6: str = ""
    oob_ip: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    custom: FreeData = {}
    context: FreeData = {}
    interfaces: tuple[Interface, ...] = ()
    front_ports: tuple[FrontPort, ...] = ()
    rear_ports: tuple[RearPort, ...] = ()

    def interface(self, name: str) -> Interface | None:
        """The interface of that exact name."""
        return next((i for i in self.interfaces if i.name == name), None)


class CableEnd(Record, frozen=True, order=True):
    """One termination of a cable.

    `kind` is interface, front-port, rear-port or circuit-termination (others come with the wider model).
    For a circuit termination `device` is "provider/cid" and `name` is "A" or "Z".
    `connector` and `positions` are those of the cable profile, 0 and () without one.
    """

    kind: str
    device: str
    name: str
    connector: int = 0
    positions: tuple[int, ...] = ()


class Cable(Record, frozen=True):
    """A cable with lists of ends. `key` is its label, or "#id" for a cable without one; `length` as decimal text."""

    key: str
    a: tuple[CableEnd, ...] = ()
    b: tuple[CableEnd, ...] = ()
    type: str = ""
    status: str = "connected"
    profile: str = ""
    label: str = ""
    color: str = ""
    length: str = ""
    length_unit: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    custom: FreeData = {}
