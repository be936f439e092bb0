"""What things are: products, platforms, roles, and the settings shared by many."""

from typing import Any, ClassVar

import msgspec

from linewright.sources.described.schema.base import Entry, Refers, Table


class CustomField(Entry, frozen=True, kw_only=True):
    """A custom field of NetBox's type "selection"; `objects` are kinds such as site, device, cable."""

    label: str
    choices: tuple[str, ...]
    objects: tuple[str, ...]
    description: str = ""


class Tenant(Entry, frozen=True, kw_only=True):
    """Whose something is; `group` is a slug."""

    name: str
    group: str = ""
    description: str = ""


class Platform(Entry, frozen=True, kw_only=True):
    """A network operating system."""

    REFERS: ClassVar[Refers] = {"manufacturer": "manufacturers"}

    name: str
    manufacturer: str = ""


class Ported(Entry, frozen=True, kw_only=True):
    """What has ports, by name; `eth1-8` stands for eight of them."""

    interfaces: Table = msgspec.field(default_factory=dict)
    front_ports: Table = msgspec.field(default_factory=dict)
    rear_ports: Table = msgspec.field(default_factory=dict)
    console_ports: Table = msgspec.field(default_factory=dict)
    console_server_ports: Table = msgspec.field(default_factory=dict)
    power_ports: Table = msgspec.field(default_factory=dict)
    power_outlets: Table = msgspec.field(default_factory=dict)
    module_bays: Table = msgspec.field(default_factory=dict)


class DeviceType(Ported, frozen=True, kw_only=True):
    """A product, and the ports that every device of it has. `units` in rack units, steps of a half."""

    REFERS: ClassVar[Refers] = {"manufacturer": "manufacturers"}

    model: str
    manufacturer: str
    units: float = 1
    part_number: str = ""
    full_depth: bool = True
    airflow: str = ""
    device_bays: Table = msgspec.field(default_factory=dict)
    child: bool = False


class ModuleType(Ported, frozen=True, kw_only=True):
    """A product that goes into a module bay. In the names of its ports `{module}` is the bay's position."""

    REFERS: ClassVar[Refers] = {"manufacturer": "manufacturers"}

    model: str
    manufacturer: str
    part_number: str = ""
    profile: str = ""


class Role(Entry, frozen=True, kw_only=True):
    """What a device is for; `defaults` is laid under every device of the role. Without a colour it has NetBox's own."""

    name: str
    color: str = "grey"
    defaults: dict[str, Any] = msgspec.field(default_factory=dict)


class Context(Entry, frozen=True, kw_only=True):
    """A config context of NetBox: applies where all given lists match; heavier ones and the device's own win."""

    REFERS: ClassVar[Refers] = {"roles": "roles", "sites": "sites", "platforms": "platforms"}

    data: dict[str, Any]
    roles: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    weight: int = 1000
