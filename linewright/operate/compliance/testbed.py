"""A pyATS testbed from a snapshot: devices, links from cables, and where our connection class finds the site. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from linewright.devices.target import Target
from linewright.model.objects import Device
from linewright.trace import Path
from linewright.trace.path import CONNECTED

#: Where pyATS finds the class of a connection.
CONNECTION = "linewright.operate.compliance.connection.DeviceConnection"


def testbed(
    name: str,
    devices: Mapping[str, Device],
    targets: Mapping[str, Target],
    paths: Iterable[Path],
    source: Mapping[str, object],
) -> dict[str, Any]:
    """The testbed as pyATS loads it: no address is secret, no credential is in it.

    A link is a path between two ports of these devices, named by its cables. `source` travels as custom data: where
    the site, its snapshot and what was collected lie, for the connection class and the testscripts.
    """
    return {
        "testbed": {"name": name, "custom": {"linewright": dict(source)}},
        "devices": {
            device.name: {
                "os": targets[device.name].platform,
                "platform": device.platform,
                "type": device.role,
                "custom": {"site": device.site},
                "connections": {
                    "defaults": {"via": "linewright", "alias": "linewright"},
                    "linewright": {"class": CONNECTION},
                },
            }
            for device in devices.values()
        },
        "topology": _topology(devices, paths),
    }


def _topology(devices: Mapping[str, Device], paths: Iterable[Path]) -> dict[str, Any]:
    links = {
        (end.device, end.port): path.name
        for path in paths
        for end in (path.a, path.z)
        if path.joins_interfaces and path.status == CONNECTED
    }
    return {
        device.name: {
            "interfaces": {
                interface.name: {
                    "type": "ethernet",
                    **(
                        {"link": links[device.name, interface.name]}
                        if (device.name, interface.name) in links
                        else {}
                    ),
                    **_addresses(interface.addresses),
                }
                for interface in device.interfaces
            }
        }
        for device in devices.values()
        if device.interfaces
    }


def _addresses(addresses: Iterable[Any]) -> dict[str, Any]:
    four = [a.address for a in addresses if ":" not in a.address]
    six = [a.address for a in addresses if ":" in a.address]
    return ({"ipv4": four[0]} if four else {}) | ({"ipv6": six} if six else {})
