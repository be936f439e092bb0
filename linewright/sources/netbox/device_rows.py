"""The rows of devices and of what is on them; see `rows`."""

from decimal import Decimal

from linewright.sources.netbox.shapes import (
    Addressed,
    Choice,
    Count,
    Free,
    Identified,
    InBay,
    Label,
    Mapped,
    MaybeChoice,
    MaybeNumber,
    Name,
    Named,
    Owner,
    Product,
    Radio,
    Row,
    Slugged,
    Tagged,
)


class DeviceRow(Row, frozen=True):
    """`name` may be null in NetBox; such devices are refused by id. `config_context` is merged by NetBox."""

    name: Name | None
    device_type: Slugged
    role: Slugged
    platform: Slugged | None
    serial: str
    asset_tag: str | None
    site: Slugged
    location: Slugged | None
    rack: Named | None
    position: Decimal | None
    face: MaybeChoice
    status: Choice
    primary_ip4: Addressed | None
    primary_ip6: Addressed | None
    oob_ip: Addressed | None
    tenant: Slugged | None
    virtual_chassis: Named | None
    vc_position: Count | None
    vc_priority: Count | None
    airflow: MaybeChoice
    config_template: Named | None
    description: str
    config_context: Free
    tags: list[Slugged]
    custom_fields: Free


class PortRow(Row, frozen=True):
    """What every port of a device has."""

    device: Identified
    module: InBay | None
    name: Name
    label: Label
    mark_connected: bool
    description: str


class InterfaceRow(PortRow, frozen=True):
    """An interface. Speed in kbit/s, MTU in bytes; `mac_address` is the primary one."""

    type: Choice
    enabled: bool
    parent: Named | None
    lag: Named | None
    bridge: Named | None
    channels: Count | None
    channel_id: Count | None
    mtu: Count | None
    mac_address: str | None
    speed: Count | None
    duplex: MaybeChoice
    wwn: str | None
    poe_mode: MaybeChoice
    poe_type: MaybeChoice
    rf_role: MaybeChoice
    rf_channel: MaybeChoice
    wireless_lans: list[Radio]
    mgmt_only: bool
    mode: MaybeChoice
    untagged_vlan: Tagged | None
    tagged_vlans: list[Tagged]
    qinq_svlan: Tagged | None
    vrf: Named | None
    tags: list[Slugged]
    custom_fields: Free


class FrontPortRow(PortRow, frozen=True):
    """A front port with its position mappings."""

    type: Choice
    positions: Count
    color: str
    rear_ports: list[Mapped]


class RearPortRow(PortRow, frozen=True):
    """A rear port."""

    type: Choice
    positions: Count
    color: str


class ConsolePortRow(PortRow, frozen=True):
    """A console port or a console server's port. Speed in bit/s."""

    type: MaybeChoice
    speed: MaybeNumber


class PowerPortRow(PortRow, frozen=True):
    """A power inlet. Draws in watts."""

    type: MaybeChoice
    maximum_draw: Count | None
    allocated_draw: Count | None


class PowerOutletRow(PortRow, frozen=True):
    """A power outlet."""

    type: MaybeChoice
    status: Choice
    power_port: Named | None
    feed_leg: MaybeChoice
    color: str


class ModuleRow(Row, frozen=True):
    """A module in its bay."""

    device: Identified
    module_bay: Identified
    module_type: Product
    status: Choice
    serial: str
    asset_tag: str | None
    description: str


class ModuleBayRow(Row, frozen=True):
    """A module bay; `module` is the one that this bay belongs to, not the one in it."""

    device: Identified
    module: Identified | None
    name: Name
    label: Label
    position: str
    enabled: bool
    description: str


class DeviceBayRow(Row, frozen=True):
    """A device bay."""

    device: Owner
    name: Name
    label: Label
    installed_device: Owner | None
    description: str


class AddressRow(Row, frozen=True):
    """An IP address of an interface."""

    address: str
    vrf: Named | None
    status: Choice
    role: MaybeChoice
    assigned_object_id: int
    dns_name: str
    description: str
