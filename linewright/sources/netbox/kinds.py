"""Roles, products and what they run, from NetBox's rows to the model. Pure."""

from linewright.errors import DataError
from linewright.model.objects import ConfigTemplate, DeviceType, ModuleType, Platform, Role, VirtualChassis
from linewright.sources.netbox import lists
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.shapes import Owner, chosen
from linewright.sources.netbox.values import halves, named, slug


def roles(collected: Collected) -> tuple[Role, ...]:
    """All device roles."""
    return tuple(
        Role(slug=row.slug, name=row.name, color=row.color, config_template=named(row.config_template))
        for row in collected.of(lists.ROLES)
    )


def device_types(collected: Collected) -> tuple[DeviceType, ...]:
    """All device types."""
    return tuple(
        DeviceType(
            slug=row.slug,
            model=row.model,
            manufacturer=row.manufacturer.slug,
            half_units=halves(row.u_height, f"device type {row.slug}"),
            part_number=row.part_number,
            full_depth=row.is_full_depth,
            subdevice_role=chosen(row.subdevice_role),
            airflow=chosen(row.airflow),
        )
        for row in collected.of(lists.TYPES)
    )


def module_types(collected: Collected) -> tuple[ModuleType, ...]:
    """All module types."""
    return tuple(
        ModuleType(
            model=row.model,
            manufacturer=row.manufacturer.slug,
            part_number=row.part_number,
            profile=named(row.profile),
        )
        for row in collected.of(lists.MODULE_TYPES)
    )


def platforms(collected: Collected) -> tuple[Platform, ...]:
    """All platforms."""
    return tuple(
        Platform(
            slug=row.slug,
            name=row.name,
            manufacturer=slug(row.manufacturer),
            config_template=named(row.config_template),
        )
        for row in collected.of(lists.PLATFORMS)
    )


def virtual_chassis(collected: Collected, *, whole: bool) -> tuple[VirtualChassis, ...]:
    """All virtual chassis; of a part of the network, those that a device of it names.

    The master keeps its name even where that device was not read.

    Raises:
        DataError: a master has no name.
    """
    used = {named(row.virtual_chassis) for row in collected.of(lists.DEVICES)}
    return tuple(
        VirtualChassis(
            name=row.name,
            domain=row.domain,
            master=_master(row.master, f"virtual chassis {row.name}"),
            description=row.description,
        )
        for row in collected.of(lists.VIRTUAL_CHASSIS)
        if whole or row.name in used
    )


def _master(part: Owner | None, where: str) -> str:
    if part is None:
        return ""
    if part.name is None:
        raise DataError(
            f"{where}: its master, device #{part.id}, has no name",
            hint="name it in NetBox: plans and documents know devices by name",
        )
    return part.name


def config_templates(collected: Collected) -> tuple[ConfigTemplate, ...]:
    """All config templates."""
    return tuple(
        ConfigTemplate(
            name=row.name,
            code=row.template_code,
            environment=row.environment_params or {},
            description=row.description,
        )
        for row in collected.of(lists.CONFIG_TEMPLATES)
    )
