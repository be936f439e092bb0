"""Everything on a device that something can be plugged into."""

from typing import ClassVar

import msgspec

from linewright.sources.described.schema.base import Entry, Refers


class Address(Entry, frozen=True, kw_only=True):
    """An address with more to say than itself; its VRF is that of the interface."""

    address: str
    status: str = "active"
    role: str = ""
    dns_name: str = ""
    description: str = ""


class Interface(Entry, frozen=True, kw_only=True):
    """A port or logical interface; `speed` in kbit/s, `mtu` in bytes.

    `lag`, `parent` and `bridge` are interfaces of the same device. `channels` splits a port; its children (of that
    `parent`, not virtual) are its channels, numbered in their order where `channel_id` does not say.
    """

    REFERS: ClassVar[Refers] = {
        "untagged": "vlans",
        "tagged": "vlans",
        "qinq_svlan": "vlans",
        "vrf": "vrfs",
        "wireless_lans": "wireless_lans",
        "tags": "tags",
    }

    type: str = "virtual"
    label: str = ""
    enabled: bool = True
    description: str = ""
    mtu: int = 0
    mac: str = ""
    speed: int = 0
    duplex: str = ""
    wwn: str = ""
    mgmt_only: bool = False
    mark_connected: bool = False
    mode: str = ""
    untagged: int = 0
    tagged: tuple[int, ...] = ()
    qinq_svlan: int = 0
    vrf: str = ""
    lag: str = ""
    parent: str = ""
    bridge: str = ""
    channels: int = 0
    channel_id: int = 0
    poe_mode: str = ""
    poe_type: str = ""
    rf_role: str = ""
    rf_channel: str = ""
    wireless_lans: tuple[str, ...] = ()
    addresses: tuple[str | Address, ...] = ()
    tags: tuple[str, ...] = ()
    custom: dict[str, object] = msgspec.field(default_factory=dict)


class FrontPort(Entry, frozen=True, kw_only=True):
    """The patched side of a panel; `to` names the rear port and position: R1:1-12, or R1-6."""

    to: str
    type: str
    label: str = ""
    positions: int = 1
    color: str = ""
    mark_connected: bool = False
    description: str = ""


class RearPort(Entry, frozen=True, kw_only=True):
    """The building's side of a panel."""

    type: str
    label: str = ""
    positions: int = 1
    color: str = ""
    mark_connected: bool = False
    description: str = ""


class ConsolePort(Entry, frozen=True, kw_only=True):
    """Where a console server is plugged in; `speed` in bit/s."""

    type: str = "rj-45"
    label: str = ""
    speed: int = 0
    mark_connected: bool = False
    description: str = ""


class ConsoleServerPort(ConsolePort, frozen=True, kw_only=True):
    """A port of a console server; `speed` in bit/s."""


class PowerPort(Entry, frozen=True, kw_only=True):
    """Where a device takes its power; draws in watts."""

    type: str = "iec-60320-c14"
    label: str = ""
    maximum_draw: int = 0
    allocated_draw: int = 0
    mark_connected: bool = False
    description: str = ""


class PowerOutlet(Entry, frozen=True, kw_only=True):
    """Where a device gives power on; `power_port` is the inlet behind it, `feed_leg` A, B or C."""

    type: str = "iec-60320-c13"
    label: str = ""
    status: str = "enabled"
    power_port: str = ""
    feed_leg: str = ""
    color: str = ""
    mark_connected: bool = False
    description: str = ""


class ModuleBay(Entry, frozen=True, kw_only=True):
    """A place for a module."""

    label: str = ""
    position: str = ""
    enabled: bool = True
    description: str = ""


class DeviceBay(Entry, frozen=True, kw_only=True):
    """A place for a whole device, which says with `parent` that it is in it."""

    label: str = ""
    description: str = ""
