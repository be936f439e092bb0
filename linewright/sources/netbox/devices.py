"""Devices with everything that belongs to them, from NetBox's rows to the model. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from linewright.errors import DataError
from linewright.model.objects import Address, Device, FrontPort, Interface, PortMapping, RearPort
from linewright.sources.netbox import lists
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.rows import AddressRow, DeviceRow, FrontPortRow, InterfaceRow, RearPortRow
from linewright.sources.netbox.shapes import Addressed, chosen
from linewright.sources.netbox.values import CustomFields, address, halves, mac, slug, slugs

_HINT = "may the token's user see every device and everything on it? constraints on permissions hide objects"
_MAX_SHOWN = 10


def named(rows: Iterable[DeviceRow]) -> dict[int, str]:
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


def devices(collected: Collected, custom: CustomFields, names: dict[int, str]) -> list[Device]:
    """All devices.

    Raises:
        DataError: something belongs to a device or port that was not shown, or a value is malformed.
    """
    parts = _Parts(collected, custom, names)
    return [_device(row, parts, custom, names[row.id]) for row in collected.of(lists.DEVICES)]


class _Parts:
    """What belongs to each device, by device id."""

    def __init__(self, collected: Collected, custom: CustomFields, names: dict[int, str]) -> None:
        rears = {row.id: row for row in collected.of(lists.REAR_PORTS)}
        addresses = _addresses(collected, names)
        self.interfaces: dict[int, list[Interface]] = defaultdict(list)
        self.front_ports: dict[int, list[FrontPort]] = defaultdict(list)
        self.rear_ports: dict[int, list[RearPort]] = defaultdict(list)
        for row in collected.of(lists.INTERFACES):
            owner = _owner(row, names, "interface")
            self.interfaces[row.device.id].append(
                _interface(row, addresses.get(row.id, []), custom, f"interface {owner} {row.name}")
            )
        for front in collected.of(lists.FRONT_PORTS):
            owner = _owner(front, names, "front port")
            self.front_ports[front.device.id].append(
                _front_port(front, rears, f"front port {owner} {front.name}")
            )
        for rear in collected.of(lists.REAR_PORTS):
            _owner(rear, names, "rear port")
            self.rear_ports[rear.device.id].append(
                RearPort(
                    name=rear.name,
                    type=chosen(rear.type),
                    label=rear.label,
                    positions=rear.positions,
                    description=rear.description,
                )
            )


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
        found[row.assigned_object_id].append(_address(row))
    return found


def _address(row: AddressRow) -> Address:
    return Address(
        address=address(row.address, f"IP address #{row.id}"),
        status=chosen(row.status),
        role=chosen(row.role),
        vrf=row.vrf.name if row.vrf else "",
        dns_name=row.dns_name,
        description=row.description,
    )


def _owner(row: InterfaceRow | FrontPortRow | RearPortRow, names: dict[int, str], what: str) -> str:
    name = names.get(row.device.id)
    if name is None:
        raise DataError(
            f"{what} {row.name} belongs to device #{row.device.id}, which NetBox does not show", hint=_HINT
        )
    return name


def _interface(
    row: InterfaceRow, addresses: Sequence[Address], custom: CustomFields, where: str
) -> Interface:
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
        untagged_vlan=row.untagged_vlan.vid if row.untagged_vlan else 0,
        tagged_vlans=tuple(vlan.vid for vlan in row.tagged_vlans),
        vrf=row.vrf.name if row.vrf else "",
        lag=row.lag.name if row.lag else "",
        parent=row.parent.name if row.parent else "",
        addresses=tuple(addresses),
        tags=slugs(row.tags),
        custom=custom.read(row.custom_fields, where),
    )


def _front_port(row: FrontPortRow, rears: dict[int, RearPortRow], where: str) -> FrontPort:
    mappings = []
    for mapped in sorted(row.rear_ports, key=lambda m: (m.position, m.rear_port, m.rear_port_position)):
        rear = rears.get(mapped.rear_port)
        if rear is None or rear.device.id != row.device.id:
            raise DataError(
                f"{where} leads to rear port #{mapped.rear_port}, which NetBox does not show on this device",
                hint=_HINT,
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
        description=row.description,
    )


def _device(row: DeviceRow, parts: _Parts, custom: CustomFields, name: str) -> Device:
    where = f"device {name}"
    interfaces = parts.interfaces.get(row.id, [])
    shown = {each.address for interface in interfaces for each in interface.addresses}

    def main(part: Addressed | None, which: str) -> str:
        if part is None:
            return ""
        text = address(part.address, f"{where}: {which}")
        if text not in shown:
            raise DataError(f"{where}: {which} {text} is on none of its interfaces", hint=_HINT)
        return text

    return Device(
        name=name,
        site=row.site.slug,
        role=row.role.slug,
        type=row.device_type.slug,
        status=chosen(row.status),
        platform=slug(row.platform),
        location=slug(row.location),
        rack=row.rack.name if row.rack else "",
        half_unit=halves(row.position, where),
        face=chosen(row.face),
        serial=row.serial,
        asset_tag=row.asset_tag or "",
        primary_ip4=main(row.primary_ip4, "primary IPv4"),
        primary_ip6=main(row.primary_ip6, "primary IPv6"),
        oob_ip=main(row.oob_ip, "out-of-band IP"),
        description=row.description,
        tags=slugs(row.tags),
        custom=custom.read(row.custom_fields, where),
        context=row.config_context,
        interfaces=tuple(interfaces),
        front_ports=tuple(parts.front_ports.get(row.id, [])),
        rear_ports=tuple(parts.rear_ports.get(row.id, [])),
    )
