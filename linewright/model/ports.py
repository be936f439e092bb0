"""Everything on a device that something can be plugged into."""

from linewright.model.record import FreeData, Record


class Address(Record, frozen=True):
    """An address with its prefix length on an interface, in canonical text."""

    address: str
    status: str = "active"
    role: str = ""
    vrf: str = ""
    dns_name: str = ""
    description: str = ""


class Interface(Record, frozen=True):
    """A port or logical interface. `speed` in kbit/s, `mtu` in bytes; `mac` as six upper-case pairs with colons.

    `lag`, `parent` and `bridge` are interfaces of the same device. `channels` is how many channels a breakout port is
    split into; its children (of that `parent`) carry `channel_id`, and only the parent takes a cable. `wireless_lans`
    are SSIDs, `module` the module bay whose module brought the interface.
    """

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
    bridge: str = ""
    channels: int = 0
    channel_id: int = 0
    duplex: str = ""
    wwn: str = ""
    poe_mode: str = ""
    poe_type: str = ""
    rf_role: str = ""
    rf_channel: str = ""
    wireless_lans: tuple[str, ...] = ()
    qinq_svlan: int = 0
    module: str = ""
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
    color: str = ""
    mark_connected: bool = False
    module: str = ""
    description: str = ""


class RearPort(Record, frozen=True):
    """The side of a panel that the building's cable ends on."""

    name: str
    type: str = ""
    label: str = ""
    positions: int = 1
    color: str = ""
    mark_connected: bool = False
    module: str = ""
    description: str = ""


class ConsolePort(Record, frozen=True):
    """Where a console server is plugged in. `speed` in bit/s, 0 when it is not said."""

    name: str
    type: str = ""
    label: str = ""
    speed: int = 0
    mark_connected: bool = False
    module: str = ""
    description: str = ""


class ConsoleServerPort(Record, frozen=True):
    """A port of a console server. `speed` in bit/s, 0 when it is not said."""

    name: str
    type: str = ""
    label: str = ""
    speed: int = 0
    mark_connected: bool = False
    module: str = ""
    description: str = ""


class PowerPort(Record, frozen=True):
    """Where a device takes its power. Draws in watts."""

    name: str
    type: str = ""
    label: str = ""
    maximum_draw: int = 0
    allocated_draw: int = 0
    mark_connected: bool = False
    module: str = ""
    description: str = ""


class PowerOutlet(Record, frozen=True):
    """Where a device gives power on; `power_port` is the inlet of the same device behind it, `feed_leg` A, B or C."""

    name: str
    type: str = ""
    label: str = ""
    status: str = "enabled"
    power_port: str = ""
    feed_leg: str = ""
    color: str = ""
    mark_connected: bool = False
    module: str = ""
    description: str = ""


class Module(Record, frozen=True):
    """What sits in a module bay; `model` and `manufacturer` are its module type."""

    model: str
    manufacturer: str
    status: str = "active"
    serial: str = ""
    asset_tag: str = ""
    description: str = ""


class ModuleBay(Record, frozen=True):
    """A place for a module; `parent` is the bay of the module that this bay belongs to."""

    name: str
    label: str = ""
    position: str = ""
    parent: str = ""
    enabled: bool = True
    module: Module | None = None
    description: str = ""


class DeviceBay(Record, frozen=True):
    """A place for a whole device; `installed` is the name of the device in it."""

    name: str
    label: str = ""
    installed: str = ""
    description: str = ""
