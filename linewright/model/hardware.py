"""Products and what they run."""

from linewright.model.record import FreeData, Record


class Role(Record, frozen=True):
    """What a device is for."""

    slug: str
    name: str
    color: str = ""
    config_template: str = ""


class DeviceType(Record, frozen=True):
    """A product. `u_height` in half rack units, so that 1U is 2 and a half-height panel is 1.

    `subdevice_role` is parent for a chassis with device bays, child for what goes into one.
    """

    slug: str
    model: str
    manufacturer: str
    half_units: int = 2
    part_number: str = ""
    full_depth: bool = True
    subdevice_role: str = ""
    airflow: str = ""


class ModuleType(Record, frozen=True):
    """A product that goes into a module bay; manufacturer and model together are its identity."""

    model: str
    manufacturer: str
    part_number: str = ""
    profile: str = ""


class Platform(Record, frozen=True):
    """A network operating system as the source of truth names it."""

    slug: str
    name: str
    manufacturer: str = ""
    config_template: str = ""


class VirtualChassis(Record, frozen=True):
    """Devices that are managed as one; the members name it. `master` is the device that answers for all."""

    name: str
    domain: str = ""
    master: str = ""
    description: str = ""


class ConfigTemplate(Record, frozen=True):
    """A template kept in the source of truth. `code` is Jinja2 that nobody here wrote: it is rendered apart."""

    name: str
    code: str
    environment: FreeData = {}
    description: str = ""
