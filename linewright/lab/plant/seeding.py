"""Laying a drawn cable plant in an empty NetBox, through its REST API."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from linewright.errors import SourceError
from linewright.lab.netbox.seeding.names import Names
from linewright.lab.netbox.seeding.rest import Body, Rest
from linewright.lab.plant.drawing import PORTS
from linewright.model.objects import Cable, CableEnd, Device
from linewright.model.snapshot import Snapshot

#: One refused cable has the others of its list laid one by one.
_AT_ONCE = 20
_ENDPOINTS = {kind: f"dcim/{kind}s" for kind in PORTS}
_TYPES = {
    "interface": "dcim.interface",
    "front-port": "dcim.frontport",
    "rear-port": "dcim.rearport",
    "console-port": "dcim.consoleport",
    "console-server-port": "dcim.consoleserverport",
    "power-port": "dcim.powerport",
    "power-outlet": "dcim.poweroutlet",
    "power-feed": "dcim.powerfeed",
    "circuit-termination": "circuits.circuittermination",
}


def seed_plant(rest: Rest, snapshot: Snapshot) -> set[str]:
    """Create everything of a drawn plant; the keys of the cables that NetBox refused.

    Raises:
        SourceError: NetBox refused something else, or did not answer.
    """
    names = Names(rest)
    _places(names, snapshot)
    devices = list(snapshot.devices.values())
    _ports(names, devices, "rear-port")
    _ports(names, devices, "front-port")
    for dependent in (False, True):
        _ports(names, devices, "interface", dependent=dependent)
    for kind in ("console-port", "console-server-port", "power-port", "power-outlet"):
        _ports(names, devices, kind)
    _bridges(names, devices)
    _circuits(names, snapshot)
    _power(names, snapshot)
    names.create(
        "wireless-link",
        "wireless/wireless-links",
        {
            link.a: {
                "interface_a": names.id("interface", (link.a.device, link.a.interface)),
                "interface_b": names.id("interface", (link.b.device, link.b.interface)),
                "status": link.status,
            }
            for link in snapshot.tables.wireless_links
        },
    )
    return _refused(names, snapshot.tables.cables)


def without_cables(snapshot: Snapshot, keys: Collection[str]) -> Snapshot:
    """The same plant without some of its cables."""
    cables = tuple(cable for cable in snapshot.tables.cables if cable.key not in keys)
    tables = msgspec.structs.replace(snapshot.tables, cables=cables)
    return Snapshot.build(tables, snapshot.devices.values(), snapshot.origin)


def _refused(names: Names, cables: Sequence[Cable]) -> set[str]:
    """Lay cables in their order, some at a time; where one is refused, one by one."""
    refused = set()
    for start in range(0, len(cables), _AT_ONCE):
        part = cables[start : start + _AT_ONCE]
        if _laid(names, part):
            continue
        refused |= {cable.key for cable in part if not _laid(names, [cable])}
    return refused


def _laid(names: Names, cables: Sequence[Cable]) -> bool:
    try:
        names.rest.create("dcim/cables", [_cable(names, cable) for cable in cables])
    except SourceError:
        return False
    return True


def _cable(names: Names, cable: Cable) -> Body:
    def side(ends: tuple[CableEnd, ...]) -> list[Body]:
        return [
            {"object_type": _TYPES[end.kind], "object_id": names.id(end.kind, (end.device, end.name))}
            for end in ends
        ]

    return {
        "label": cable.label,
        "status": cable.status,
        "a_terminations": side(cable.a),
        "b_terminations": side(cable.b),
        **({"profile": cable.profile} if cable.profile else {}),
    }


def _places(names: Names, snapshot: Snapshot) -> None:
    tables = snapshot.tables
    names.create("site", "dcim/sites", {s.slug: {"slug": s.slug, "name": s.name} for s in tables.sites})
    makers = {kind.manufacturer for kind in tables.device_types}
    names.create("maker", "dcim/manufacturers", {m: {"slug": m, "name": m} for m in sorted(makers)})
    names.create(
        "role", "dcim/device-roles", {r.slug: {"slug": r.slug, "name": r.name} for r in tables.roles}
    )
    names.create(
        "type",
        "dcim/device-types",
        {
            kind.slug: {
                "slug": kind.slug,
                "model": kind.model,
                "manufacturer": names.id("maker", kind.manufacturer),
                "u_height": kind.half_units / 2,
            }
            for kind in tables.device_types
        },
    )
    names.create(
        "device",
        "dcim/devices",
        {
            device.name: {
                "name": device.name,
                "site": names.id("site", device.site),
                "role": names.id("role", device.role),
                "device_type": names.id("type", device.type),
            }
            for device in snapshot.devices.values()
        },
    )


def _ports(names: Names, devices: list[Device], kind: str, *, dependent: bool = False) -> None:
    names.create(
        kind,
        _ENDPOINTS[kind],
        {
            (device.name, port.name): _port(names, device.name, kind, port)
            for device in devices
            for port in getattr(device, PORTS[kind][0])
            if bool(getattr(port, "parent", "")) == dependent
        },
    )


def _port(names: Names, device: str, kind: str, port: Any) -> dict[str, Any]:
    body = {
        "device": names.id("device", device),
        "name": port.name,
        "type": port.type,
        "mark_connected": port.mark_connected,
    }
    if kind in {"front-port", "rear-port"}:
        body["positions"] = port.positions
    if kind == "front-port":
        body["rear_ports"] = [
            {
                "position": strand.position,
                "rear_port": names.id("rear-port", (device, strand.rear_port)),
                "rear_port_position": strand.rear_position,
            }
            for strand in port.mappings
        ]
    if kind == "interface":
        body["channels"] = port.channels or None
        body["channel_id"] = port.channel_id or None
        body["parent"] = names.maybe("interface", port.parent and (device, port.parent))
    if kind == "power-outlet":
        body["power_port"] = names.maybe("power-port", port.power_port and (device, port.power_port))
    return body


def _bridges(names: Names, devices: list[Device]) -> None:
    bodies = [
        {
            "id": names.id("interface", (device.name, port.name)),
            "bridge": names.id("interface", (device.name, port.bridge)),
        }
        for device in devices
        for port in device.interfaces
        if port.bridge
    ]
    names.rest.update("dcim/interfaces", bodies)


def _circuits(names: Names, snapshot: Snapshot) -> None:
    tables = snapshot.tables
    names.create(
        "provider", "circuits/providers", {p.slug: {"slug": p.slug, "name": p.name} for p in tables.providers}
    )
    names.create(
        "network",
        "circuits/provider-networks",
        {
            n.name: {"name": n.name, "provider": names.id("provider", n.provider)}
            for n in tables.provider_networks
        },
    )
    names.create("line", "circuits/circuit-types", {"line": {"slug": "line", "name": "Line"}})
    names.create(
        "circuit",
        "circuits/circuits",
        {
            name: {
                "cid": circuit.cid,
                "provider": names.id("provider", circuit.provider),
                "type": names.id("line", "line"),
            }
            for name, circuit in snapshot.circuits.items()
        },
    )
    bodies = {}
    for name, circuit in snapshot.circuits.items():
        for side, end in (("A", circuit.a), ("Z", circuit.z)):
            if end is None:
                continue
            inside = bool(end.provider_network)
            bodies[name, side] = {
                "circuit": names.id("circuit", name),
                "term_side": side,
                "termination_type": "circuits.providernetwork" if inside else "dcim.site",
                "termination_id": names.id("network", end.provider_network)
                if inside
                else names.id("site", end.site),
            }
    names.create("circuit-termination", "circuits/circuit-terminations", bodies)


def _power(names: Names, snapshot: Snapshot) -> None:
    tables = snapshot.tables
    names.create(
        "power-panel",
        "dcim/power-panels",
        {
            f"{panel.site}/{panel.name}": {"name": panel.name, "site": names.id("site", panel.site)}
            for panel in tables.power_panels
        },
    )
    names.create(
        "power-feed",
        "dcim/power-feeds",
        {
            (f"{feed.site}/{feed.panel}", feed.name): {
                "name": feed.name,
                "power_panel": names.id("power-panel", f"{feed.site}/{feed.panel}"),
                "voltage": feed.voltage,
                "amperage": feed.amperage,
            }
            for feed in tables.power_feeds
        },
    )
