"""Ports, bays and modules of one device each, from NetBox's rows to the model. Pure."""

from collections.abc import Mapping, Sequence

from linewright.errors import DataError
from linewright.model.objects import (
    Address,
    ConsolePort,
    ConsoleServerPort,
    DeviceBay,
    FrontPort,
    Interface,
    Module,
    ModuleBay,
    PortMapping,
    PowerOutlet,
    PowerPort,
    RearPort,
)
from linewright.sources.netbox.device_rows import (
    AddressRow,
    ConsolePortRow,
    DeviceBayRow,
    FrontPortRow,
    InterfaceRow,
    ModuleBayRow,
    ModuleRow,
    PortRow,
    PowerOutletRow,
    PowerPortRow,
    RearPortRow,
)
from linewright.sources.netbox.known import unseen
from linewright.sources.netbox.shapes import chosen, chosen_number
from linewright.sources.netbox.values import CustomFields, address, mac, named, slugs, vid


def ip_address(row: AddressRow) -> Address:
    """An address of an interface or an FHRP group."""
    return Address(
        address=address(row.address, f"IP address #{row.id}"),
        status=chosen(row.status),
        role=chosen(row.role),
        vrf=named(row.vrf),
        dns_name=row.dns_name,
        description=row.description,
    )


def interface(row: InterfaceRow, addresses: Sequence[Address], custom: CustomFields, where: str) -> Interface:
    """An interface with its addresses."""
    return Interface(
        name=row.name,
        type=chosen(row.type),
        label=row.label,
        enabled=row.enabled,
        description=row.description,
        mtu=row.mtu or 0,
        mac=mac(row.mac_address, where),
        speed=row.speed or 0,
        mgmt_only=row.mgmt_only,
        mark_connected=row.mark_connected,
        mode=chosen(row.mode),
        untagged_vlan=vid(row.untagged_vlan),
        tagged_vlans=tuple(vlan.vid for vlan in row.tagged_vlans),
        vrf=named(row.vrf),
        lag=named(row.lag),
        parent=named(row.parent),
        bridge=named(row.bridge),
        channels=row.channels or 0,
        channel_id=row.channel_id or 0,
        duplex=chosen(row.duplex),
        wwn=row.wwn or "",
        poe_mode=chosen(row.poe_mode),
        poe_type=chosen(row.poe_type),
        rf_role=chosen(row.rf_role),
        rf_channel=chosen(row.rf_channel),
        wireless_lans=tuple(lan.ssid for lan in row.wireless_lans),
        qinq_svlan=vid(row.qinq_svlan),
        module=_bay(row),
        addresses=tuple(addresses),
        tags=slugs(row.tags),
        custom=custom.read(row.custom_fields, where),
    )


def front_port(row: FrontPortRow, rears: Mapping[int, RearPortRow], where: str) -> FrontPort:
    """A front port with its mappings.

    Raises:
        DataError: it leads to a rear port that is not on this device.
    """
    mappings = []
    for mapped in sorted(row.rear_ports, key=lambda m: (m.position, m.rear_port, m.rear_port_position)):
        rear = rears.get(mapped.rear_port)
        if rear is None or rear.device.id != row.device.id:
            raise DataError(
                f"{where} leads to rear port #{mapped.rear_port}, which NetBox does not show on this device",
                hint="may the token's user see every rear port? constraints on permissions hide objects",
            )
        mappings.append(
            PortMapping(
                position=mapped.position, rear_port=rear.name, rear_position=mapped.rear_port_position
            )
        )
    return FrontPort(
        name=row.name,
        type=chosen(row.type),
        label=row.label,
        positions=row.positions,
        mappings=tuple(mappings),
        color=row.color,
        mark_connected=row.mark_connected,
        module=_bay(row),
        description=row.description,
    )


def rear_port(row: RearPortRow) -> RearPort:
    """A rear port."""
    return RearPort(
        name=row.name,
        type=chosen(row.type),
        label=row.label,
        positions=row.positions,
        color=row.color,
        mark_connected=row.mark_connected,
        module=_bay(row),
        description=row.description,
    )


def console_port(row: ConsolePortRow) -> ConsolePort:
    """A console port."""
    return ConsolePort(
        name=row.name,
        type=chosen(row.type),
        label=row.label,
        speed=chosen_number(row.speed),
        mark_connected=row.mark_connected,
        module=_bay(row),
        description=row.description,
    )


def console_server_port(row: ConsolePortRow) -> ConsoleServerPort:
    """A port of a console server."""
    return ConsoleServerPort(
        name=row.name,
        type=chosen(row.type),
        label=row.label,
        speed=chosen_number(row.speed),
        mark_connected=row.mark_connected,
        module=_bay(row),
        description=row.description,
    )


def power_port(row: PowerPortRow) -> PowerPort:
    """A power inlet."""
    return PowerPort(
        name=row.name,
        type=chosen(row.type),
        label=row.label,
        maximum_draw=row.maximum_draw or 0,
        allocated_draw=row.allocated_draw or 0,
        mark_connected=row.mark_connected,
        module=_bay(row),
        description=row.description,
    )


def power_outlet(row: PowerOutletRow) -> PowerOutlet:
    """A power outlet."""
    return PowerOutlet(
        name=row.name,
        type=chosen(row.type),
        label=row.label,
        status=chosen(row.status),
        power_port=named(row.power_port),
        feed_leg=chosen(row.feed_leg),
        color=row.color,
        mark_connected=row.mark_connected,
        module=_bay(row),
        description=row.description,
    )


def device_bay(row: DeviceBayRow, where: str) -> DeviceBay:
    """A device bay; what is in it keeps its name even when that device was not read.

    Raises:
        DataError: what is in it has no name.
    """
    installed = row.installed_device
    if installed is not None and installed.name is None:
        raise DataError(f"{where} holds device #{installed.id}, which has no name", hint="name it in NetBox")
    return DeviceBay(
        name=row.name,
        label=row.label,
        installed=(installed.name or "") if installed else "",
        description=row.description,
    )


def module_bay(row: ModuleBayRow, module: ModuleRow | None, bays: Mapping[int, str], where: str) -> ModuleBay:
    """A module bay with what is in it. `bays` are the names of the bays that modules sit in, by module.

    Raises:
        DataError: it belongs to a module that was not shown.
    """
    if row.module is not None and row.module.id not in bays:
        raise unseen(where, "module", row.module.id)
    return ModuleBay(
        name=row.name,
        label=row.label,
        position=row.position,
        parent=bays[row.module.id] if row.module else "",
        enabled=row.enabled,
        module=_module(module) if module else None,
        description=row.description,
    )


def _module(row: ModuleRow) -> Module:
    return Module(
        model=row.module_type.model,
        manufacturer=row.module_type.manufacturer.slug,
        status=chosen(row.status),
        serial=row.serial,
        asset_tag=row.asset_tag or "",
        description=row.description,
    )


def _bay(row: PortRow) -> str:
    return row.module.module_bay.name if row.module else ""
