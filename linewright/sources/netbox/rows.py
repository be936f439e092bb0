"""The rows of NetBox's REST lists, as far as they are read: strict shapes, one per list.

Field names are NetBox's own (OpenAPI schema of NetBox 4.7, /api/schema/). Only these fields are asked for, so all of
them must come; a null where NetBox never gives one is an error.
"""

from decimal import Decimal

from linewright.sources.netbox.shapes import (
    Addressed,
    AsNumber,
    Choice,
    Count,
    Free,
    Identified,
    Label,
    Mapped,
    MaybeChoice,
    Name,
    Named,
    Numbered,
    Row,
    Slugged,
    Tagged,
    Vid,
)


class SiteRow(Row, frozen=True):
    """A site."""

    slug: Name
    name: Name
    status: Choice
    facility: str
    description: str
    physical_address: str
    asns: list[Numbered]
    tags: list[Slugged]
    custom_fields: Free


class LocationRow(Row, frozen=True):
    """A location."""

    slug: Name
    name: Name
    site: Slugged
    parent: Slugged | None
    status: Choice
    description: str


class RackRow(Row, frozen=True):
    """A rack; height in whole units."""

    name: Name
    site: Slugged
    location: Slugged | None
    u_height: Count
    status: Choice


class RoleRow(Row, frozen=True):
    """A device role."""

    slug: Name
    name: Name
    color: str


class DeviceTypeRow(Row, frozen=True):
    """A device type; height in units with halves."""

    slug: Name
    model: Name
    manufacturer: Slugged
    u_height: Decimal
    part_number: str


class PlatformRow(Row, frozen=True):
    """A platform."""

    slug: Name
    name: Name
    manufacturer: Slugged | None


class AsnRow(Row, frozen=True):
    """An AS number."""

    asn: AsNumber
    description: str


class VlanRow(Row, frozen=True):
    """A VLAN."""

    vid: Vid
    name: Name
    site: Slugged | None
    group: Slugged | None
    status: Choice
    role: Slugged | None
    description: str


class VrfRow(Row, frozen=True):
    """A VRF."""

    name: Name
    rd: str | None


class PrefixRow(Row, frozen=True):
    """`scope` is a site, location, region or site group: type and id say which."""

    prefix: str
    scope_type: str | None
    scope_id: int | None
    vrf: Named | None
    vlan: Tagged | None
    status: Choice
    role: Slugged | None
    description: str
    tags: list[Slugged]
    custom_fields: Free


class ProviderRow(Row, frozen=True):
    """A provider of circuits."""

    slug: Name
    name: Name


class CircuitRow(Row, frozen=True):
    """A circuit; its terminations come from their own list. Rate in kbit/s."""

    cid: Name
    provider: Slugged
    type: Slugged
    status: Choice
    description: str
    commit_rate: Count | None
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
    description: str


class TagRow(Row, frozen=True):
    """A tag."""

    slug: Name
    name: Name


class CustomFieldRow(Row, frozen=True):
    """The definition of a custom field."""

    name: Name
    type: Choice
    object_types: list[str]
    filter_logic: Choice


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
    description: str
    config_context: Free
    tags: list[Slugged]
    custom_fields: Free


class InterfaceRow(Row, frozen=True):
    """An interface. Speed in kbit/s, MTU in bytes; `mac_address` is the primary one."""

    device: Identified
    name: Name
    label: Label
    type: Choice
    enabled: bool
    parent: Named | None
    lag: Named | None
    mtu: Count | None
    mac_address: str | None
    speed: Count | None
    mgmt_only: bool
    description: str
    mode: MaybeChoice
    untagged_vlan: Tagged | None
    tagged_vlans: list[Tagged]
    mark_connected: bool
    vrf: Named | None
    tags: list[Slugged]
    custom_fields: Free


class FrontPortRow(Row, frozen=True):
    """A front port with its position mappings."""

    device: Identified
    name: Name
    label: Label
    type: Choice
    positions: Count
    rear_ports: list[Mapped]
    description: str


class RearPortRow(Row, frozen=True):
    """A rear port."""

    device: Identified
    name: Name
    label: Label
    type: Choice
    positions: Count
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


class CableRow(Row, frozen=True):
    """Without its ends: those come from their own list, at a tenth of the cost."""

    type: MaybeChoice
    status: Choice
    profile: MaybeChoice
    label: Label
    color: str
    length: Decimal | None
    length_unit: MaybeChoice
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
