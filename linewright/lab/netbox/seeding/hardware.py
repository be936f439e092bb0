"""Devices, what sits in them, their ports and addresses."""

from collections.abc import Mapping
from typing import Any

from linewright.lab.netbox.seeding.bodies import said
from linewright.lab.netbox.seeding.names import Names
from linewright.lab.netbox.seeding.rest import Body
from linewright.model.objects import Device, FrontPort, Interface, PowerOutlet
from linewright.sources.description import Described

_PORT = ("name", "type", "label", "mark_connected", "description")
#: The ports that are made of nothing but their own fields: kind, endpoint, list on the device, further fields.
_PORTS = (
    ("rear-port", "rear-ports", "rear_ports", ("positions", "color")),
    ("console-port", "console-ports", "console_ports", ("speed",)),
    ("console-server-port", "console-server-ports", "console_server_ports", ("speed",)),
    ("power-port", "power-ports", "power_ports", ("maximum_draw", "allocated_draw")),
)


def seed_devices(names: Names, described: Described) -> None:
    """Devices with their own config contexts, in their racks and virtual chassis; device bays; modules."""
    tables, devices = described.snapshot.tables, described.snapshot.devices.values()
    names.create(
        "virtual chassis",
        "dcim/virtual-chassis",
        {chassis.name: said(chassis, "name", "domain", "description") for chassis in tables.virtual_chassis},
    )
    names.create(
        "device",
        "dcim/devices",
        {device.name: _device(names, device, described.own_contexts.get(device.name)) for device in devices},
    )
    names.rest.update(
        "dcim/virtual-chassis",
        [
            {"id": names.id("virtual chassis", chassis.name), "master": names.id("device", chassis.master)}
            for chassis in tables.virtual_chassis
            if chassis.master
        ],
    )
    names.create(
        "device bay",
        "dcim/device-bays",
        {
            (device.name, bay.name): {
                **said(bay, "name", "label", "description"),
                "device": names.id("device", device.name),
                "installed_device": names.maybe("device", bay.installed),
            }
            for device in devices
            for bay in device.device_bays
        },
    )
    _seed_modules(names, {(d.name, bay.name): (d, bay) for d in devices for bay in d.module_bays})


def seed_ports(names: Names, described: Described) -> None:
    """Every port; what it belongs to (a LAG, an inlet, a rear port) before it."""
    devices = tuple(described.snapshot.devices.values())
    _seed_interfaces(names, devices)
    for kind, endpoint, field, more in _PORTS:
        names.create_in_lanes(
            kind,
            f"dcim/{endpoint}",
            [
                {
                    (device.name, port.name): {**said(port, *_PORT, *more), **_on(names, device, port.module)}
                    for device in lane
                    for port in getattr(device, field)
                }
                for lane in _lanes(devices)
            ],
        )
    names.create_in_lanes(
        "power-outlet",
        "dcim/power-outlets",
        [
            {(d.name, port.name): _outlet(names, d, port) for d in lane for port in d.power_outlets}
            for lane in _lanes(devices)
        ],
    )
    names.create_in_lanes(
        "front-port",
        "dcim/front-ports",
        [
            {(d.name, port.name): _front_port(names, d, port) for d in lane for port in d.front_ports}
            for lane in _lanes(devices)
        ],
    )


def seed_addresses(names: Names, described: Described) -> None:
    """Addresses on interfaces, then by which of them devices are reached."""
    devices = described.snapshot.devices.values()
    names.create(
        "address",
        "ipam/ip-addresses",
        {
            (device.name, address.address): {
                **said(address, "address", "status", "role", "dns_name", "description"),
                "vrf": names.maybe("vrf", address.vrf),
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


def _device(names: Names, device: Device, context: Body | None) -> Body:
    member = {"vc_position": device.vc_position, "vc_priority": device.vc_priority}
    return {
        **said(
            device,
            *("name", "status", "face", "serial", "asset_tag", "airflow", "description"),
            custom="custom_fields",
        ),
        **{key: value for key, value in member.items() if value >= 0},
        "site": names.id("site", device.site),
        "role": names.id("role", device.role),
        "device_type": names.id("type", device.type),
        "platform": names.maybe("platform", device.platform),
        "location": names.maybe("location", device.location and (device.site, device.location)),
        "rack": names.maybe("rack", device.rack and (device.site, device.rack)),
        "position": device.half_unit / 2 if device.half_unit else None,
        "tenant": names.maybe("tenant", device.tenant),
        "virtual_chassis": names.maybe("virtual chassis", device.virtual_chassis),
        "tags": names.tags(device.tags),
        "local_context_data": context,
    }


def _seed_modules(names: Names, waiting: dict[tuple[str, str], tuple[Device, Any]]) -> None:
    """Module bays and modules from the outside in: a module may bring bays of its own."""
    made: set[tuple[str, str]] = set()
    while waiting:
        ready = {
            key: (device, bay)
            for key, (device, bay) in waiting.items()
            if not bay.parent or (device.name, bay.parent) in made
        }
        names.create(
            "module bay",
            "dcim/module-bays",
            {
                key: {
                    **said(bay, "name", "label", "position", "enabled", "description"),
                    **_on(names, device, bay.parent),
                }
                for key, (device, bay) in ready.items()
            },
        )
        names.create(
            "module",
            "dcim/modules",
            {
                key: {
                    **said(bay.module, "status", "serial", "asset_tag", "description"),
                    "device": names.id("device", device.name),
                    "module_bay": names.id("module bay", key),
                    "module_type": names.id("module type", (bay.module.manufacturer, bay.module.model)),
                }
                for key, (device, bay) in ready.items()
                if bay.module is not None
            },
        )
        made |= ready.keys()
        waiting = {key: value for key, value in waiting.items() if key not in ready}


def _seed_interfaces(names: Names, devices: tuple[Device, ...]) -> None:
    waiting = {
        (d.name, i.name): {o for o in (i.lag, i.parent, i.bridge) if o} for d in devices for i in d.interfaces
    }
    while waiting:
        ready = {key for key, others in waiting.items() if all((key[0], o) not in waiting for o in others)}
        names.create_in_lanes(
            "interface",
            "dcim/interfaces",
            [
                {
                    (device.name, interface.name): _interface(names, device, interface)
                    for device in half
                    for interface in device.interfaces
                    if (device.name, interface.name) in ready
                }
                for half in _lanes(devices)
            ],
        )
        waiting = {key: others for key, others in waiting.items() if key not in ready}


def _interface(names: Names, device: Device, interface: Interface) -> Body:
    others = {what: getattr(interface, what) for what in ("lag", "parent", "bridge")}
    vlans = {"untagged_vlan": interface.untagged_vlan, "qinq_svlan": interface.qinq_svlan}
    return {
        **said(
            interface,
            *(
                "name",
                "type",
                "label",
                "enabled",
                "description",
                "mtu",
                "speed",
                "duplex",
                "wwn",
                "mgmt_only",
            ),
            *(
                "mark_connected",
                "mode",
                "channels",
                "channel_id",
                "poe_mode",
                "poe_type",
                "rf_role",
                "rf_channel",
            ),
            mac="mac_address",
            custom="custom_fields",
        ),
        **_on(names, device, interface.module),
        **{what: names.id("interface", (device.name, name)) for what, name in others.items() if name},
        **{what: names.id("vlan", (device.site, vid)) for what, vid in vlans.items() if vid},
        "tagged_vlans": [names.id("vlan", (device.site, vid)) for vid in interface.tagged_vlans],
        "wireless_lans": [names.id("wireless lan", (device.site, ssid)) for ssid in interface.wireless_lans],
        "vrf": names.maybe("vrf", interface.vrf),
        "tags": names.tags(interface.tags),
    }


def _lanes(devices: tuple[Device, ...]) -> list[list[Device]]:
    """Two halves: a device counts its ports, so all of one device's are in one lane."""
    return [[d for number, d in enumerate(devices) if number % 2 == lane] for lane in (0, 1)]


def _outlet(names: Names, device: Device, port: PowerOutlet) -> Body:
    return {
        **said(port, *_PORT, "status", "feed_leg", "color"),
        **_on(names, device, port.module),
        "power_port": names.maybe("power-port", port.power_port and (device.name, port.power_port)),
    }


def _front_port(names: Names, device: Device, port: FrontPort) -> Body:
    return {
        **said(port, *_PORT, "positions", "color"),
        **_on(names, device, port.module),
        "rear_ports": [
            {
                "position": strand.position,
                "rear_port": names.id("rear-port", (device.name, strand.rear_port)),
                "rear_port_position": strand.rear_position,
            }
            for strand in port.mappings
        ],
    }


def _on(names: Names, device: Device, module: str) -> Mapping[str, int | None]:
    """Whose port it is, and which module's."""
    return {
        "device": names.id("device", device.name),
        "module": names.maybe("module", module and (device.name, module)),
    }
