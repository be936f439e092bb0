"""What joins things: cables, radio, leased lines and what runs inside them; networks and sessions over them."""

from typing import Any, ClassVar

import msgspec

from linewright.sources.described.schema.base import Entry, Refers


class Cables(Entry, frozen=True, kw_only=True):
    """Cables that share what they are; `links` by label, `C-01..12` is twelve labels."""

    REFERS: ClassVar[Refers] = {"tags": "tags", "tenant": "tenants", "bundle": "cable_bundles"}

    name: str
    type: str
    links: dict[str, str]
    status: str = "connected"
    profile: str = ""
    color: str = ""
    bundle: str = ""
    tenant: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    custom: dict[str, Any] = msgspec.field(default_factory=dict)


class WirelessLinks(Entry, frozen=True, kw_only=True):
    """Radio links that share what they are; a length is the distance."""

    name: str
    links: tuple[str, ...]
    ssid: str = ""
    status: str = "connected"
    description: str = ""


class ProviderNetwork(Entry, frozen=True, kw_only=True):
    """A provider's network as one thing."""

    service_id: str = ""
    description: str = ""


class CircuitEnd(Entry, frozen=True, kw_only=True):
    """One termination: at a `site`, or in a `network` of the provider; `port_speed` in kbit/s."""

    REFERS: ClassVar[Refers] = {"site": "sites"}

    site: str = ""
    network: str = ""
    port_speed: int = 0
    cross_connect: str = ""
    patch_panel: str = ""
    mark_connected: bool = False
    description: str = ""


class Circuit(Entry, frozen=True, kw_only=True):
    """A leased line; `commit_rate` in kbit/s, dates as ISO 8601 in quotes."""

    REFERS: ClassVar[Refers] = {"type": "circuit_types", "tenant": "tenants", "tags": "tags"}

    type: str
    a: CircuitEnd
    z: CircuitEnd
    status: str = "active"
    description: str = ""
    commit_rate: int = 0
    install_date: str = ""
    termination_date: str = ""
    tenant: str = ""
    tags: tuple[str, ...] = ()
    custom: dict[str, Any] = msgspec.field(default_factory=dict)


class VirtualCircuitEnd(Entry, frozen=True, kw_only=True):
    """A virtual interface's part: peer, hub or spoke."""

    role: str = "peer"
    description: str = ""


class VirtualCircuit(Entry, frozen=True, kw_only=True):
    """A connection through a provider's network; `ends` are virtual interfaces, a text alone is the role."""

    REFERS: ClassVar[Refers] = {"type": "virtual_circuit_types", "tenant": "tenants"}

    type: str
    ends: dict[str, str | VirtualCircuitEnd]
    status: str = "active"
    tenant: str = ""
    description: str = ""


class TunnelEnd(Entry, frozen=True, kw_only=True):
    """A tunnel interface's part; `outside` is an address of the device, without prefix length."""

    role: str = "peer"
    outside: str = ""


class Tunnel(Entry, frozen=True, kw_only=True):
    """A tunnel; `group` and `ipsec_profile` are names. `ends` are interfaces; a text alone is the role."""

    encapsulation: str
    ends: dict[str, str | TunnelEnd]
    status: str = "active"
    group: str = ""
    tunnel_id: int = 0
    ipsec_profile: str = ""
    description: str = ""


class L2vpn(Entry, frozen=True, kw_only=True):
    """A layer 2 VPN; `ends` are interfaces ("DEVICE PORT") or VLANs ("SITE vlan 10")."""

    name: str
    type: str
    ends: tuple[str, ...]
    identifier: int = 0
    status: str = "active"
    import_targets: tuple[str, ...] = ()
    export_targets: tuple[str, ...] = ()
    description: str = ""


class Vrf(Entry, frozen=True, kw_only=True):
    """A routing table."""

    REFERS: ClassVar[Refers] = {"tenant": "tenants"}

    rd: str = ""
    import_targets: tuple[str, ...] = ()
    export_targets: tuple[str, ...] = ()
    tenant: str = ""
    description: str = ""


class Sessions(Entry, frozen=True, kw_only=True):
    """BGP sessions that share their settings; each link gives both routers a neighbour, "->" only the left one."""

    name: str
    links: tuple[str, ...]
    timers: tuple[int, ...] = ()
    password: str = ""
    import_map: str = ""
    export_map: str = ""
    next_hop_self: bool = False


class Networks(Entry, frozen=True, kw_only=True):
    """Point-to-point networks by prefix; the lower address belongs to the left end."""

    REFERS: ClassVar[Refers] = {"role": "prefix_roles", "tags": "tags"}

    links: dict[str, str]
    role: str = ""
    tags: tuple[str, ...] = ()


class FhrpGroup(Entry, frozen=True, kw_only=True):
    """A shared gateway; `members` are interfaces ("DEVICE PORT") with their priorities."""

    protocol: str
    group_id: int
    addresses: tuple[str, ...]
    members: dict[str, int]
    auth_type: str = ""
    description: str = ""
    services: dict[str, str | dict[str, Any]] = msgspec.field(default_factory=dict)
