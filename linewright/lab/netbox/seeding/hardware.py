"""Devices with their ports and addresses, and the cables between them."""

from linewright.lab.netbox.seeding.names import Names
from linewright.lab.netbox.seeding.rest import Body
from linewright.model.objects import Cable, Device, Interface
from linewright.sources.description import Described

#: The kinds of a cable's ends, as NetBox names them.
_END_TYPES = {
    "interface": "dcim.interface",
    "front-port": "dcim.frontport",
    "rear-port": "dcim.rearport",
    "circuit-termination": "circuits.circuittermination",
}


def seed_devices(names: Names, described: Described) -> None:
    """Devices with their own config contexts, in their racks."""
    names.create(
        "device",
        "dcim/devices",
        {
            device.name: _device(names, device, described.own_contexts.get(device.name))
            for device in described.snapshot.devices.values()
        },
    )


def seed_ports(names: Names, described: Described) -> None:
    """Interfaces (members and children after what they belong to), rear ports, front ports with their strands."""
    devices = described.snapshot.devices.values()
    # A device counts its interfaces, so all of one device's are in one lane.
    halves = [[d for number, d in enumerate(devices) if number % 2 == lane] for lane in (0, 1)]
    for dependent in (False, True):
        names.create_in_lanes(
            "interface",
            "dcim/interfaces",
            [
                {
                    (device.name, interface.name): _interface(names, device, interface)
                    for device in half
                    for interface in device.interfaces
                    if bool(interface.lag or interface.parent) == dependent
                }
                for half in halves
            ],
        )
    names.create(
        "rear-port",
        "dcim/rear-ports",
        {
            (device.name, port.name): {
                "device": names.id("device", device.name),
                "name": port.name,
                "type": port.type,
                "label": port.label,
                "positions": port.positions,
                "description": port.description,
            }
            for device in devices
            for port in device.rear_ports
        },
    )
    names.create(
        "front-port",
        "dcim/front-ports",
        {
            (device.name, port.name): {
                "device": names.id("device", device.name),
                "name": port.name,
                "type": port.type,
                "label": port.label,
                "positions": port.positions,
                "description": port.description,
                "rear_ports": [
                    {
                        "position": strand.position,
                        "rear_port": names.id("rear-port", (device.name, strand.rear_port)),
                        "rear_port_position": strand.rear_position,
                    }
                    for strand in port.mappings
                ],
            }
            for device in devices
            for port in device.front_ports
        },
    )


def seed_addresses(names: Names, described: Described) -> None:
    """Addresses on interfaces, then by which of them devices are reached."""
    devices = described.snapshot.devices.values()
    names.create(
        "address",
        "ipam/ip-addresses",
        {
            (device.name, address.address): {
                "address": address.address,
                "vrf": names.maybe("vrf", address.vrf),
                "status": address.status,
                "role": address.role,
                "dns_name": address.dns_name,
                "description": address.description,
                "assigned_object_type": "dcim.interface",
                "assigned_object_id": names.id("interface", (device.name, interface.name)),
            }
            for device in devices
            for interface in device.interfaces
            for address in interface.addresses
        },
    )
    reached = [
        {
            "id": names.id("device", device.name),
            **{
                field: names.id("address", (device.name, address))
                for field in ("primary_ip4", "primary_ip6", "oob_ip")
                if (address := getattr(device, field))
            },
        }
        for device in devices
    ]
    names.rest.update("dcim/devices", [body for body in reached if len(body) > 1])


def seed_cables(names: Names, described: Described) -> None:
    """All cables, with the kinds, profiles and lists of ends they have."""
    cables = described.snapshot.tables.cables
    # Cables that end in panels or circuits belong to one path with others, which NetBox traces anew for each.
    alone = {c.key for c in cables if all(end.kind == "interface" for end in (*c.a, *c.b))}
    lanes = [[c for c in cables if (c.key in alone) == lane] for lane in (True, False)]
    names.create_in_lanes(
        "cable", "dcim/cables", [{cable.key: _cable(names, cable) for cable in lane} for lane in lanes]
    )


def _device(names: Names, device: Device, context: Body | None) -> Body:
    return {
        "name": device.name,
        "site": names.id("site", device.site),
        "role": names.id("role", device.role),
        "device_type": names.id("type", device.type),
        "status": device.status,
        "platform": names.maybe("platform", device.platform),
        "location": names.maybe("location", device.location and (device.site, device.location)),
        "rack": names.maybe("rack", device.rack and (device.site, device.rack)),
        "position": device.half_unit / 2 if device.half_unit else None,
        "face": device.face,
        "serial": device.serial,
        "asset_tag": device.asset_tag or None,
        "description": device.description,
        "tags": names.tags(device.tags),
        "custom_fields": device.custom,
        "local_context_data": context,
    }


def _interface(names: Names, device: Device, interface: Interface) -> Body:
    return {
        "device": names.id("device", device.name),
        "name": interface.name,
        "type": interface.type,
        "label": interface.label,
        "enabled": interface.enabled,
        "description": interface.description,
        "mtu": interface.mtu or None,
        "speed": interface.speed or None,
        "mgmt_only": interface.mgmt_only,
        "mark_connected": interface.mark_connected,
        "mode": interface.mode,
        "untagged_vlan": names.maybe(
            "vlan", interface.untagged_vlan and (device.site, interface.untagged_vlan)
        ),
        "tagged_vlans": [names.id("vlan", (device.site, vid)) for vid in interface.tagged_vlans],
        "vrf": names.maybe("vrf", interface.vrf),
        "lag": names.maybe("interface", interface.lag and (device.name, interface.lag)),
        "parent": names.maybe("interface", interface.parent and (device.name, interface.parent)),
        "tags": names.tags(interface.tags),
        "custom_fields": interface.custom,
    }


def _cable(names: Names, cable: Cable) -> Body:
    sides = {
        side: [
            {"object_type": _END_TYPES[end.kind], "object_id": names.id(end.kind, (end.device, end.name))}
            for end in ends
        ]
        for side, ends in (("a_terminations", cable.a), ("b_terminations", cable.b))
    }
    return {
        **sides,
        "label": cable.label,
        "type": cable.type,
        "status": cable.status,
        **({"profile": cable.profile} if cable.profile else {}),
        "color": cable.color,
        "length": float(cable.length) if cable.length else None,
        "length_unit": cable.length_unit or None,
        "description": cable.description,
        "tags": names.tags(cable.tags),
        "custom_fields": cable.custom,
    }
