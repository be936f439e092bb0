"""From drafts to devices with all that is on them, and what listens on them."""

from collections.abc import Iterator, Mapping
from typing import Any

from linewright.model import objects
from linewright.sources.described import schema
from linewright.sources.described.devices import Draft
from linewright.sources.described.making import made
from linewright.sources.described.notation import mac, service, strands
from linewright.sources.described.parsing import Description, entry
from linewright.sources.described.reading import Document, Place
from linewright.sources.described.routing import full_context

#: The lists of ports that are taken over as they are.
_PLAIN: Mapping[str, type[objects.Record]] = {
    "rear_ports": objects.RearPort,
    "console_ports": objects.ConsolePort,
    "console_server_ports": objects.ConsoleServerPort,
    "power_ports": objects.PowerPort,
    "power_outlets": objects.PowerOutlet,
}


def device(document: Document, description: Description, draft: Draft) -> objects.Device:
    """The device of a draft; what is wrong is noted in the document."""
    written = draft.device
    for what, port in (("primary", written.primary), ("oob", written.oob), ("loopback", written.loopback)):
        if port and not draft.addresses.get(port):
            document.problem(draft.place, f"{what}: interface {port} has no address")
    kind = description.device_types.get(written.type)
    return made(
        objects.Device,
        written,
        # As NetBox does when a device is made.
        airflow=written.airflow or (kind.airflow if kind else ""),
        name=draft.name,
        site=draft.site,
        location=draft.location,
        rack=draft.rack,
        half_unit=draft.half_unit,
        face=draft.face,
        primary_ip4=draft.first(written.primary, 4),
        primary_ip6=draft.first(written.primary, 6),
        oob_ip=draft.first(written.oob, 4),
        virtual_chassis=draft.virtual_chassis,
        vc_position=draft.vc_position,
        vc_priority=draft.vc_priority,
        parent=draft.parent,
        parent_bay=draft.parent_bay,
        context=full_context(description, draft),
        **_ports(document, draft),
    )


def services(
    document: Document, place: Place, kind: str, parent: str, written: Mapping[str, Any]
) -> Iterator[objects.Service]:
    """What listens on a device or behind a shared address."""
    for name, value in written.items():
        here = (*place, "services", name)
        found = entry(document, here, {"ports": value} if isinstance(value, str) else value, schema.Service)
        if found is None:
            continue
        try:
            protocol, ports = service(found.ports)
        except ValueError as error:
            document.problem(here, str(error))
            continue
        yield made(
            objects.Service, found, kind=kind, parent=parent, name=name, protocol=protocol, ports=ports
        )


def _ports(document: Document, draft: Draft) -> dict[str, tuple[objects.Record, ...]]:
    entries, bays = draft.ports.entries, draft.ports.bays
    found: dict[str, tuple[objects.Record, ...]] = {
        key: tuple(
            made(kind, port, name=name, module=bays.get((key, name), ""))
            for name, port in entries[key].items()
        )
        for key, kind in _PLAIN.items()
    }
    found["interfaces"] = tuple(
        _interface(document, draft, name, port) for name, port in draft.interfaces.items()
    )
    found["front_ports"] = tuple(
        _front(document, draft, name, port)
        for name, port in entries["front_ports"].items()
        if isinstance(port, schema.FrontPort)
    )
    found["module_bays"] = tuple(
        made(
            objects.ModuleBay,
            bay,
            name=name,
            parent=bays.get(("module_bays", name), ""),
            module=_module(draft, name),
        )
        for name, bay in entries["module_bays"].items()
    )
    found["device_bays"] = tuple(
        made(objects.DeviceBay, bay, name=name, installed=draft.installed.get(name, ""))
        for name, bay in entries["device_bays"].items()
    )
    return found


def _interface(document: Document, draft: Draft, name: str, port: schema.Interface) -> objects.Interface:
    try:
        address = mac(port.mac)
    except ValueError as error:
        document.problem((*draft.place, "interfaces", name), str(error))
        address = ""
    return made(
        objects.Interface,
        port,
        name=name,
        description=port.description or draft.peers.get(name, ""),
        mac=address,
        untagged_vlan=port.untagged,
        tagged_vlans=port.tagged,
        module=draft.ports.bays.get(("interfaces", name), ""),
        addresses=tuple(draft.addresses.get(name, ())),
    )


def _front(document: Document, draft: Draft, name: str, port: schema.FrontPort) -> objects.FrontPort:
    place = (*draft.place, "front_ports", name)
    rears = draft.ports.entries["rear_ports"]
    mappings = []
    try:
        leads = strands(port.to)
    except ValueError as error:
        document.problem(place, str(error))
        leads = ()
    for number, (rear, position) in enumerate(leads, 1):
        if not 1 <= position <= getattr(rears.get(rear), "positions", 0):
            document.problem(place, f"rear port {rear} has no position {position}")
        mappings.append(objects.PortMapping(position=number, rear_port=rear, rear_position=position))
    return made(
        objects.FrontPort,
        port,
        name=name,
        mappings=tuple(mappings),
        module=draft.ports.bays.get(("front_ports", name), ""),
    )


def _module(draft: Draft, bay: str) -> objects.Module | None:
    found = draft.ports.modules.get(bay)
    if found is None:
        return None
    kind = draft.ports.types[bay]
    return made(objects.Module, found, model=kind.model, manufacturer=kind.manufacturer)
