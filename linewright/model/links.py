"""What joins things: cables, radio, leased lines and what runs inside them."""

from linewright.model.record import FreeData, Record


class CableEnd(Record, frozen=True, order=True):
    """One termination of a cable.

    `kind` is interface, front-port, rear-port, console-port, console-server-port, power-port, power-outlet, power-feed
    or circuit-termination. For a circuit termination `device` is "provider/cid" and `name` is "A" or "Z"; for a power
    feed `device` is "site/panel". `connector` and `positions` are those of the cable profile, 0 and () without one.
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
    bundle: str = ""
    tenant: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    custom: FreeData = {}


class CableBundle(Record, frozen=True):
    """Cables that run together."""

    name: str
    description: str = ""


class WirelessLan(Record, frozen=True):
    """A wireless network, at one `site` or (empty) anywhere; its pre-shared key is never read."""

    ssid: str
    group: str = ""
    site: str = ""
    status: str = "active"
    vlan: int = 0
    auth_type: str = ""
    description: str = ""


class WirelessEnd(Record, frozen=True, order=True):
    """An interface at one end of a radio link."""

    device: str
    interface: str


class WirelessLink(Record, frozen=True):
    """A point-to-point radio link, the smaller end first; its pre-shared key is never read."""

    a: WirelessEnd
    b: WirelessEnd
    ssid: str = ""
    status: str = "connected"
    distance: str = ""
    distance_unit: str = ""
    description: str = ""


class Provider(Record, frozen=True):
    """Who sells circuits."""

    slug: str
    name: str


class ProviderNetwork(Record, frozen=True):
    """A provider's network as one thing, behind which the source of truth knows nothing more."""

    name: str
    provider: str
    service_id: str = ""
    description: str = ""


class CircuitEnd(Record, frozen=True):
    """One termination of a circuit: at a site, or in a provider network. Speeds in kbit/s."""

    site: str = ""
    provider_network: str = ""
    port_speed: int = 0
    cross_connect: str = ""
    patch_panel: str = ""
    mark_connected: bool = False
    description: str = ""


class Circuit(Record, frozen=True):
    """A leased line; `cid` is the provider's own number for it.

    `commit_rate` in kbit/s, dates as ISO 8601.
    """

    cid: str
    provider: str
    type: str = ""
    status: str = "active"
    description: str = ""
    commit_rate: int = 0
    install_date: str = ""
    termination_date: str = ""
    tenant: str = ""
    a: CircuitEnd | None = None
    z: CircuitEnd | None = None
    tags: tuple[str, ...] = ()
    custom: FreeData = {}


class VirtualCircuitEnd(Record, frozen=True, order=True):
    """A virtual interface on a virtual circuit; `role` is peer, hub or spoke."""

    device: str
    interface: str
    role: str = "peer"
    description: str = ""


class VirtualCircuit(Record, frozen=True):
    """A connection that a provider's network carries over physical circuits."""

    cid: str
    provider: str
    network: str
    type: str = ""
    status: str = "active"
    ends: tuple[VirtualCircuitEnd, ...] = ()
    tenant: str = ""
    description: str = ""


class TunnelEnd(Record, frozen=True, order=True):
    """A tunnel interface; `role` is peer, hub or spoke, `outside` its outer address with prefix length."""

    device: str
    interface: str
    role: str = "peer"
    outside: str = ""


class Tunnel(Record, frozen=True):
    """A tunnel; keys of its IPSec profile are never read."""

    name: str
    encapsulation: str = ""
    status: str = "active"
    group: str = ""
    tunnel_id: int = 0
    ipsec_profile: str = ""
    ends: tuple[TunnelEnd, ...] = ()
    description: str = ""


class L2vpnEnd(Record, frozen=True, order=True):
    """What an L2VPN joins: an interface (`device`, `interface`), or a VLAN (`site`, `group`, `vlan`)."""

    device: str = ""
    interface: str = ""
    site: str = ""
    group: str = ""
    vlan: int = 0


class L2vpn(Record, frozen=True):
    """A layer 2 VPN (VPLS, VXLAN, EVPN, ...). Route targets as in Vrf."""

    slug: str
    name: str
    type: str = ""
    identifier: int = 0
    status: str = "active"
    import_targets: tuple[str, ...] = ()
    export_targets: tuple[str, ...] = ()
    ends: tuple[L2vpnEnd, ...] = ()
    description: str = ""
