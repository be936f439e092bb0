"""Devices with everything that belongs to them, from NetBox's rows to the model. Pure."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable
from functools import partial
from typing import Any, TypeVar

from linewright.errors import DataError
from linewright.model.objects import Address, Device, Interface, Record
from linewright.sources.netbox import lists, ports
from linewright.sources.netbox.device_rows import DeviceRow
from linewright.sources.netbox.known import unseen
from linewright.sources.netbox.lists import Collected, Listing
from linewright.sources.netbox.shapes import Addressed, chosen
from linewright.sources.netbox.values import CustomFields, address, halves, named, slug, slugs

_HINT = "may the token's user see every device and everything on it? constraints on permissions hide objects"
_MAX_SHOWN = 10
_R = TypeVar("_R", bound=Record)


def named_devices(rows: Iterable[DeviceRow]) -> dict[int, str]:
    """The name of every device by id.

    Raises:
        DataError: devices without a name (NetBox allows that); they are listed by id.
    """
    names: dict[int, str] = {}
    nameless: list[int] = []
    for row in rows:
        if row.name is None:
            nameless.append(row.id)
        else:
            names[row.id] = row.name
    if nameless:
        shown = ", ".join(f"#{number}" for number in nameless[:_MAX_SHOWN])
        more = f" and {len(nameless) - _MAX_SHOWN} more" if len(nameless) > _MAX_SHOWN else ""
        noun = "device has" if len(nameless) == 1 else "devices have"
        raise DataError(
            f"{len(nameless)} {noun} no name: {shown}{more} (ids in NetBox)",
            hint="name them, or leave them out by a filter: plans and documents know devices by name",
        )
    return names


def devices(
    collected: Collected, custom: CustomFields, names: dict[int, str], *, whole: bool
) -> list[Device]:
    """All devices. Those that were not asked for may still be named: as chassis, or as what is in a bay.

    Raises:
        DataError: something belongs to a device or port that was not shown, or a value is malformed.
    """
    rows = collected.of(lists.DEVICES)
    parts = _parts(collected, custom, names, whole=whole)
    bays = _chassis_bays(collected)
    known = _Addresses(rows, parts["interfaces"])
    return [
        _device(
            row,
            names[row.id],
            custom,
            parts={field: found.get(row.id, ()) for field, found in parts.items()},
            bay=bays.get(row.id, ("", "")),
            main=partial(known.main, row, whole=whole),
        )
        for row in rows
    ]


def _parts(
    collected: Collected, custom: CustomFields, names: dict[int, str], *, whole: bool
) -> dict[str, dict[int, tuple[Any, ...]]]:
    """What belongs to each device: by field of the model, by device id."""
    rears = {row.id: row for row in collected.of(lists.REAR_PORTS)}
    addresses = _addresses(collected, names)
    modules = collected.of(lists.MODULES)
    in_bay = {row.module_bay.id: row for row in modules}
    names_of_bays = {row.id: row.name for row in collected.of(lists.MODULE_BAYS)}
    for row in modules:
        if row.module_bay.id not in names_of_bays:
            raise unseen(f"module #{row.id}", "module bay", row.module_bay.id)
    bays = {row.id: names_of_bays[row.module_bay.id] for row in modules}

    def each(
        listing: Listing[Any], make: Callable[[Any, str], _R], only: Container[int] | None = None
    ) -> dict[int, tuple[_R, ...]]:
        found: dict[int, list[_R]] = defaultdict(list)
        for row in collected.of(listing):
            if only is None or row.device.id in only:
                where = f"{listing.one} {_owner(row, names, listing.one)} {row.name}"
                found[row.device.id].append(make(row, where))
        return {number: tuple(made) for number, made in found.items()}

    return {
        "interfaces": each(
            lists.INTERFACES,
            lambda row, where: ports.interface(row, addresses.get(row.id, ()), custom, where),
        ),
        "front_ports": each(lists.FRONT_PORTS, lambda row, where: ports.front_port(row, rears, where)),
        "rear_ports": each(lists.REAR_PORTS, lambda row, _: ports.rear_port(row)),
        "console_ports": each(lists.CONSOLE_PORTS, lambda row, _: ports.console_port(row)),
        "console_server_ports": each(
            lists.CONSOLE_SERVER_PORTS, lambda row, _: ports.console_server_port(row)
        ),
        "power_ports": each(lists.POWER_PORTS, lambda row, _: ports.power_port(row)),
        "power_outlets": each(lists.POWER_OUTLETS, lambda row, _: ports.power_outlet(row)),
        "module_bays": each(
            lists.MODULE_BAYS,
            lambda row, where: ports.module_bay(row, in_bay.get(row.id), bays, where),
        ),
        # Read whole, because the device in one may be asked for without its chassis.
        "device_bays": each(lists.DEVICE_BAYS, ports.device_bay, None if whole else names),
    }


def _addresses(collected: Collected, names: dict[int, str]) -> dict[int, list[Address]]:
    """Addresses by the id of their interface."""
    known = {row.id for row in collected.of(lists.INTERFACES) if row.device.id in names}
    found: dict[int, list[Address]] = defaultdict(list)
    for row in collected.of(lists.ADDRESSES):
        if row.assigned_object_id not in known:
            raise DataError(
                f"IP address {row.address} is on interface #{row.assigned_object_id}, which NetBox does not show",
                hint=_HINT,
            )
        found[row.assigned_object_id].append(ports.ip_address(row))
    return found


def _owner(row: Any, names: dict[int, str], what: str) -> str:
    name = names.get(row.device.id)
    if name is None:
        raise DataError(
            f"{what} {row.name} belongs to device #{row.device.id}, which NetBox does not show", hint=_HINT
        )
    return name


def _chassis_bays(collected: Collected) -> dict[int, tuple[str, str]]:
    """Chassis and device bay by the id of the device that sits there."""
    found: dict[int, tuple[str, str]] = {}
    for row in collected.of(lists.DEVICE_BAYS):
        if row.installed_device is not None:
            if row.device.name is None:
                raise DataError(
                    f"device bay {row.name} belongs to device #{row.device.id}, which has no name",
                    hint="name it in NetBox: plans and documents know devices by name",
                )
            found[row.installed_device.id] = (row.device.name, row.name)
    return found


class _Addresses:
    """Which addresses a device may be reached by: its own, and those of its virtual chassis."""

    def __init__(self, rows: Iterable[DeviceRow], interfaces: dict[int, tuple[Interface, ...]]) -> None:
        self._own: dict[int, set[str]] = {}
        self._shared: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            own = {each.address for port in interfaces.get(row.id, ()) for each in port.addresses}
            self._own[row.id] = own
            self._shared[named(row.virtual_chassis)] |= own if row.virtual_chassis else set()

    def main(self, row: DeviceRow, part: Addressed | None, which: str, *, whole: bool) -> str:
        """The address as text, "" for none.

        Raises:
            DataError: it is on none of the device's interfaces, nor is the address that it is translated to.
        """
        if part is None:
            return ""
        text = address(part.address, which)
        inside = address(part.nat_inside.address, which) if part.nat_inside else text
        known = self._own[row.id] | self._shared[named(row.virtual_chassis)]
        # In a part of the network the member of a virtual chassis that has the address may not have been read.
        if inside not in known and (whole or row.virtual_chassis is None):
            raise DataError(f"{which} {text} is on none of its interfaces", hint=_HINT)
        return text


def _device(
    row: DeviceRow,
    name: str,
    custom: CustomFields,
    *,
    parts: dict[str, tuple[Any, ...]],
    bay: tuple[str, str],
    main: Callable[[Addressed | None, str], str],
) -> Device:
    where = f"device {name}"
    return Device(
        name=name,
        site=row.site.slug,
        role=row.role.slug,
        type=row.device_type.slug,
        status=chosen(row.status),
        platform=slug(row.platform),
        location=slug(row.location),
        rack=named(row.rack),
        half_unit=halves(row.position, where),
        face=chosen(row.face),
        tenant=slug(row.tenant),
        serial=row.serial,
        asset_tag=row.asset_tag or "",
        primary_ip4=main(row.primary_ip4, f"{where}: primary IPv4"),
        primary_ip6=main(row.primary_ip6, f"{where}: primary IPv6"),
        oob_ip=main(row.oob_ip, f"{where}: out-of-band IP"),
        virtual_chassis=named(row.virtual_chassis),
        vc_position=_given(row.vc_position),
        vc_priority=_given(row.vc_priority),
        parent=bay[0],
        parent_bay=bay[1],
        airflow=chosen(row.airflow),
        config_template=named(row.config_template),
        description=row.description,
        tags=slugs(row.tags),
        custom=custom.read(row.custom_fields, where),
        context=row.config_context,
        **parts,
    )


def _given(number: int | None) -> int:
    return -1 if number is None else number
