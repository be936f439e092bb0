"""Where things stand, and where they get their power."""

from linewright.model.record import FreeData, Record


class Tag(Record, frozen=True):
    """A label; `slug` is the identity."""

    slug: str
    name: str = ""


class Site(Record, frozen=True):
    """A place with devices."""

    slug: str
    name: str
    status: str = "active"
    facility: str = ""
    description: str = ""
    physical_address: str = ""
    tenant: str = ""
    time_zone: str = ""
    asns: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    custom: FreeData = {}


class Location(Record, frozen=True):
    """A building, floor or room inside a site; `parent` is another location's slug."""

    slug: str
    name: str
    site: str
    parent: str = ""
    status: str = "active"
    facility: str = ""
    description: str = ""


class Rack(Record, frozen=True):
    """A rack; `name` is unique within its site (checked when a snapshot is built). Heights in rack units.

    `descending` says that unit 1 is at the top.
    """

    name: str
    site: str
    location: str = ""
    u_height: int = 42
    status: str = "active"
    facility_id: str = ""
    role: str = ""
    starting_unit: int = 1
    descending: bool = False
    tenant: str = ""
    description: str = ""


class Tenant(Record, frozen=True):
    """Whose something is; sites, racks, devices, circuits, cables and addresses name it by slug."""

    slug: str
    name: str
    group: str = ""
    description: str = ""


class PowerPanel(Record, frozen=True):
    """A distribution board; `name` is unique within its site."""

    name: str
    site: str
    location: str = ""
    description: str = ""


class PowerFeed(Record, frozen=True):
    """A circuit from a power panel; `name` is unique within its panel.

    `type` is primary or redundant, `supply` ac or dc, `phase` single-phase or three-phase. Volts, amperes, percent.
    """

    name: str
    site: str
    panel: str
    rack: str = ""
    status: str = "active"
    type: str = "primary"
    supply: str = "ac"
    phase: str = "single-phase"
    voltage: int = 0
    amperage: int = 0
    max_utilization: int = 0
    mark_connected: bool = False
    description: str = ""
