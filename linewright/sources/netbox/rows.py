"""The rows of NetBox's REST lists, as far as they are read: strict shapes, one per list. Here: places, kinds, numbers.

Field names are NetBox's own (OpenAPI schema of NetBox 4.7, /api/schema/). Only these fields are asked for, so all of
them must come; a null where NetBox never gives one is an error. Keys and pre-shared keys are in no row: what is not
asked for is not sent.
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
    MaybeChoice,
    Name,
    Named,
    Numbered,
    Owner,
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
    tenant: Slugged | None
    time_zone: str | None
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
    facility: str
    description: str


class RackRow(Row, frozen=True):
    """A rack; height in whole units."""

    name: Name
    site: Slugged
    location: Slugged | None
    u_height: Count
    status: Choice
    facility_id: str | None
    role: Slugged | None
    starting_unit: Count
    desc_units: bool
    tenant: Slugged | None
    description: str


class TenantRow(Row, frozen=True):
    """A tenant."""

    slug: Name
    name: Name
    group: Slugged | None
    description: str


class PowerPanelRow(Row, frozen=True):
    """A power panel."""

    name: Name
    site: Slugged
    location: Slugged | None
    description: str


class PowerFeedRow(Row, frozen=True):
    """A power feed. Volts (negative below earth), amperes, percent."""

    name: Name
    power_panel: Identified
    rack: Named | None
    status: Choice
    type: Choice
    supply: Choice
    phase: Choice
    voltage: int
    amperage: Count
    max_utilization: Count
    mark_connected: bool
    description: str


class RoleRow(Row, frozen=True):
    """A device role."""

    slug: Name
    name: Name
    color: str
    config_template: Named | None


class DeviceTypeRow(Row, frozen=True):
    """A device type; height in units with halves."""

    slug: Name
    model: Name
    manufacturer: Slugged
    u_height: Decimal
    part_number: str
    is_full_depth: bool
    subdevice_role: MaybeChoice
    airflow: MaybeChoice


class ModuleTypeRow(Row, frozen=True):
    """A module type."""

    model: Name
    manufacturer: Slugged
    part_number: str
    profile: Named | None


class PlatformRow(Row, frozen=True):
    """A platform."""

    slug: Name
    name: Name
    manufacturer: Slugged | None
    config_template: Named | None


class VirtualChassisRow(Row, frozen=True):
    """A virtual chassis; its members name it."""

    name: Name
    domain: str
    master: Owner | None
    description: str


class ConfigTemplateRow(Row, frozen=True):
    """A config template. NetBox allows any JSON for its parameters."""

    name: Name
    template_code: str
    environment_params: Free | None
    description: str


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
    tenant: Slugged | None
    description: str


class VrfRow(Row, frozen=True):
    """A VRF."""

    name: Name
    rd: str | None
    import_targets: list[Named]
    export_targets: list[Named]
    tenant: Slugged | None
    description: str


class PrefixRow(Row, frozen=True):
    """`scope` is a site, location, region or site group: type and id say which."""

    prefix: str
    scope_type: str | None
    scope_id: int | None
    vrf: Named | None
    vlan: Tagged | None
    status: Choice
    role: Slugged | None
    is_pool: bool
    tenant: Slugged | None
    description: str
    tags: list[Slugged]
    custom_fields: Free


class FhrpGroupRow(Row, frozen=True):
    """A group that shares addresses. `auth_key` is never asked for."""

    protocol: Choice
    group_id: Count
    name: Label
    auth_type: MaybeChoice
    description: str


class FhrpMemberRow(Row, frozen=True):
    """An interface's part in a group."""

    group: Identified
    interface_type: str
    interface_id: int
    priority: Count


class ServiceRow(Row, frozen=True):
    """A service. `port_mappings` are texts like "tcp/80"."""

    parent_object_type: str
    parent_object_id: int
    name: Name
    port_mappings: list[str]
    ipaddresses: list[Addressed]
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
