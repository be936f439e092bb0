"""Devices of a description with all their ports, before addresses of links and routing are laid on."""

from collections.abc import Container
from typing import Any

from linewright.model.objects import FrontPort, PortMapping, RearPort
from linewright.sources.described import schema
from linewright.sources.described.notation import expand, rack_place, strands
from linewright.sources.described.parsing import Description, Ports, SiteEntries, entry, merged, ranged
from linewright.sources.described.reading import Document, Place


class Draft:
    """A device on its way: entries as described, interfaces still open for addresses, context for routing."""

    def __init__(self, name: str, site: str, device: schema.Device, place: Place) -> None:
        self.name = name
        self.site = site
        self.device = device
        self.place = place
        self.location = device.location
        self.rack = ""
        self.half_unit = 0
        self.face = ""
        self.interfaces: dict[str, schema.Interface] = {}
        #: Addresses as canonical text by interface: those of the description, then those of its links.
        self.addresses: dict[str, list[str]] = {}
        #: What stands at the other end of an interface's network, "device port"; the interface's description.
        self.peers: dict[str, str] = {}
        self.front_ports: tuple[FrontPort, ...] = ()
        self.rear_ports: tuple[RearPort, ...] = ()
        #: The device's own config context.
        self.context: dict[str, Any] = dict(device.context)

    def first(self, interface: str, version: int) -> str:
        """The first address of that IP version on an interface, "" when there is none."""
        wanted = [a for a in self.addresses.get(interface, ()) if (":" in a) == (version == 6)]
        return wanted[0] if wanted else ""

    def kind(self, port: str) -> str:
        """interface, front-port or rear-port; "" for a port the device does not have."""
        if port in self.interfaces:
            return "interface"
        if any(front.name == port for front in self.front_ports):
            return "front-port"
        return "rear-port" if any(rear.name == port for rear in self.rear_ports) else ""


def draft_devices(document: Document, description: Description) -> dict[str, Draft]:
    """All devices of all sites by name; problems are noted in the document."""
    drafts: dict[str, Draft] = {}
    for slug, entries in description.sites.items():
        for name, device in entries.devices.items():
            place: Place = ("sites", slug, "devices", name)
            if name in drafts:
                document.problem(place, f"site {drafts[name].site} has a device of that name too")
                continue
            draft = Draft(name, slug, device, place)
            _known(document, draft, description)
            _place(document, draft, entries)
            if (ports := description.ports.get(device.type)) is not None:
                _ports(document, draft, ports)
            drafts[name] = draft
    return drafts


def _known(document: Document, draft: Draft, description: Description) -> None:
    device = draft.device
    references: list[tuple[str, str, Container[str]]] = [
        ("type", device.type, description.device_types.keys()),
        ("platform", device.platform, description.platforms.keys()),
        *(("tag", tag, description.tags.keys()) for tag in device.tags),
    ]
    for what, value, table in references:
        if value and value not in table:
            document.problem(draft.place, f"{what} {value!r} is not described")
    if device.asn and device.asn not in description.asns:
        document.problem(draft.place, f"AS {device.asn} is not described under asns")


def _place(document: Document, draft: Draft, entries: SiteEntries) -> None:
    device = draft.device
    if device.rack:
        try:
            draft.rack, draft.half_unit, draft.face = rack_place(device.rack)
        except ValueError as error:
            document.problem(draft.place, f"rack: {error}")
            return
        if draft.rack not in entries.racks:
            document.problem(draft.place, f"rack {draft.rack!r} is not described in site {draft.site}")
            return
        draft.location = entries.racks[draft.rack].location
    if draft.location and draft.location not in entries.locations:
        document.problem(draft.place, f"location {draft.location!r} is not described in site {draft.site}")


def _ports(document: Document, draft: Draft, ports: Ports) -> None:
    own = ranged(document, (*draft.place, "interfaces"), draft.device.interfaces)
    for name, raw in merged(ports.interfaces, own).items():
        interface = entry(document, (*draft.place, "interfaces", name), raw, schema.Interface)
        if interface is not None:
            draft.interfaces[name] = interface
    draft.rear_ports = tuple(
        RearPort(
            name=name,
            type=rear.type,
            label=rear.label,
            positions=rear.positions,
            description=rear.description,
        )
        for name, rear in ports.rear.items()
    )
    fronts: list[FrontPort] = []
    for names, front in ports.front.items():
        place = ("device_types", draft.device.type, "front_ports", names)
        try:
            ends, whole = strands(front.to), expand(names)
        except ValueError as error:
            document.problem(place, str(error))
            continue
        if len(ends) != len(whole):
            document.problem(place, f"{len(whole)} front ports lead to {len(ends)} positions")
            continue
        for name, (rear, position) in zip(whole, ends, strict=True):
            if rear not in ports.rear or position > ports.rear[rear].positions:
                document.problem(place, f"rear port {rear} has no position {position}")
                continue
            fronts.append(
                FrontPort(
                    name=name,
                    type=front.type,
                    label=front.label,
                    description=front.description,
                    mappings=(PortMapping(position=1, rear_port=rear, rear_position=position),),
                )
            )
    draft.front_ports = tuple(fronts)
