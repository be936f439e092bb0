"""Numbers: ASNs, VLANs, routing tables, prefixes, and what shares or serves an address."""

from linewright.model.ports import Address
from linewright.model.record import FreeData, Record


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
    tenant: str = ""
    description: str = ""


class Vrf(Record, frozen=True):
    """A routing table. Route targets as NetBox writes them (RFC 4360): "64496:100"."""

    name: str
    rd: str = ""
    import_targets: tuple[str, ...] = ()
    export_targets: tuple[str, ...] = ()
    tenant: str = ""
    description: str = ""


class Prefix(Record, frozen=True):
    """An address block, in canonical text (RFC 5952 for IPv6)."""

    prefix: str
    site: str = ""
    vrf: str = ""
    vlan: int = 0
    status: str = "active"
    role: str = ""
    is_pool: bool = False
    tenant: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    custom: FreeData = {}


class FhrpMember(Record, frozen=True):
    """An interface that takes part in a group; the highest `priority` holds the address."""

    device: str
    interface: str
    priority: int = 0


class FhrpGroup(Record, frozen=True):
    """A shared gateway (VRRP, HSRP, GLBP, CARP); its authentication key is never read.

    `key` tells groups of equal number apart: the group's name, or its smallest address or member where it has none.
    """

    key: str
    protocol: str
    group_id: int
    name: str = ""
    auth_type: str = ""
    addresses: tuple[Address, ...] = ()
    members: tuple[FhrpMember, ...] = ()
    description: str = ""


class Service(Record, frozen=True):
    """Something that listens. `kind` of its parent is device or fhrp-group, `parent` its name or key.

    One that listens on several protocols is several of these, one for each.
    """

    kind: str
    parent: str
    name: str
    protocol: str
    ports: tuple[int, ...] = ()
    addresses: tuple[str, ...] = ()
    description: str = ""
