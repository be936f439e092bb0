"""The rows of what joins things: cables, circuits, radio, tunnels; see `rows`."""

from decimal import Decimal

from linewright.sources.netbox.shapes import (
    Addressed,
    Choice,
    Count,
    Free,
    Identified,
    Label,
    MaybeChoice,
    Name,
    Named,
    Row,
    Slugged,
    Tagged,
)


class CableRow(Row, frozen=True):
    """Without its ends: those come from their own list, at a tenth of the cost."""

    type: MaybeChoice
    status: Choice
    profile: MaybeChoice
    label: Label
    color: str
    length: Decimal | None
    length_unit: MaybeChoice
    bundle: Named | None
    tenant: Slugged | None
    description: str
    tags: list[Slugged]
    custom_fields: Free


class CableTerminationRow(Row, frozen=True):
    """One end of a cable. `connector` and `positions` are null without a profile."""

    cable: int
    cable_end: Choice
    termination_type: str
    termination_id: int
    connector: Count | None
    positions: list[int] | None


class CableBundleRow(Row, frozen=True):
    """A cable bundle."""

    name: Name
    description: str


class ProviderRow(Row, frozen=True):
    """A provider of circuits."""

    slug: Name
    name: Name


class ProviderNetworkRow(Row, frozen=True):
    """A provider's network."""

    name: Name
    provider: Slugged
    service_id: str
    description: str


class CircuitRow(Row, frozen=True):
    """A circuit; its terminations come from their own list. Rate in kbit/s."""

    cid: Name
    provider: Slugged
    type: Slugged
    status: Choice
    description: str
    commit_rate: Count | None
    install_date: str | None
    termination_date: str | None
    tenant: Slugged | None
    tags: list[Slugged]
    custom_fields: Free


class CircuitTerminationRow(Row, frozen=True):
    """`termination` is a site, location, region, site group or provider network; null when not yet known."""

    circuit: Identified
    term_side: Choice
    termination_type: str | None
    termination_id: int | None
    termination: Named | None
    port_speed: Count | None
    xconnect_id: str
    pp_info: str
    mark_connected: bool
    description: str


class VirtualCircuitRow(Row, frozen=True):
    """A virtual circuit; its terminations come from their own list."""

    cid: Name
    provider_network: Identified
    type: Slugged
    status: Choice
    tenant: Slugged | None
    description: str


class VirtualCircuitEndRow(Row, frozen=True):
    """A termination of a virtual circuit."""

    virtual_circuit: Identified
    role: Choice
    interface: Identified
    description: str


class TunnelRow(Row, frozen=True):
    """A tunnel; its terminations come from their own list."""

    name: Name
    encapsulation: Choice
    status: Choice
    group: Slugged | None
    tunnel_id: Count | None
    ipsec_profile: Named | None
    description: str


class TunnelEndRow(Row, frozen=True):
    """A termination of a tunnel: an interface of a device, or of a virtual machine."""

    tunnel: Identified
    role: Choice
    termination_type: str
    termination_id: int | None
    outside_ip: Addressed | None


class L2vpnRow(Row, frozen=True):
    """A layer 2 VPN; its terminations come from their own list."""

    slug: Name
    name: Name
    type: Choice
    identifier: int | None
    status: Choice
    import_targets: list[Named]
    export_targets: list[Named]
    description: str


class L2vpnEndRow(Row, frozen=True):
    """A termination of a layer 2 VPN: an interface of a device or of a virtual machine, or a VLAN."""

    l2vpn: Identified
    assigned_object_type: str
    assigned_object_id: int


class WirelessLanRow(Row, frozen=True):
    """A wireless network. `auth_psk` is never asked for."""

    ssid: Name
    group: Slugged | None
    scope_type: str | None
    scope_id: int | None
    status: Choice
    vlan: Tagged | None
    auth_type: MaybeChoice
    description: str


class WirelessLinkRow(Row, frozen=True):
    """A radio link. `auth_psk` is never asked for."""

    interface_a: Identified
    interface_b: Identified
    ssid: Label
    status: Choice
    distance: Decimal | None
    distance_unit: MaybeChoice
    description: str
