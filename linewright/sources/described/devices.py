"""Devices of a description with all their ports, before addresses of links and routing are laid on."""

from typing import Any

from linewright.model.objects import Address
from linewright.sources.described import schema
from linewright.sources.described.notation import rack_place
from linewright.sources.described.parsing import Description, SiteEntries
from linewright.sources.described.ports import LISTS, Ports, expanded, ports_of
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
        self.ports = Ports({key: {} for key in LISTS}, {}, {}, {})
        #: The same as in `ports`.
        self.interfaces: dict[str, schema.Interface] = {}
        #: Addresses by interface: those of the description, then those of its links.
        self.addresses: dict[str, list[Address]] = {}
        #: What stands at the other end of an interface's network, "device port"; the interface's description.
        self.peers: dict[str, str] = {}
        #: The chassis and bay it sits in, and who sits in its own bays.
        self.parent = ""
        self.parent_bay = ""
        self.installed: dict[str, str] = {}
        self.virtual_chassis = ""
        self.vc_position = -1
        self.vc_priority = -1
        #: The device's own config context.
        self.context: dict[str, Any] = dict(device.context)

    def first(self, interface: str, version: int) -> str:
        """The first address of that IP version on an interface, "" when there is none."""
        wanted = (
            a.address for a in self.addresses.get(interface, ()) if (":" in a.address) == (version == 6)
        )
        return next(wanted, "")

    def kinds(self, port: str) -> tuple[str, ...]:
        """The kinds of cable ends that the device has under that name: usually one, () for a port it lacks."""
        return tuple(kind for key, (_, kind) in LISTS.items() if kind and port in self.ports.entries[key])

    def port(self, kind: str, name: str) -> schema.Entry:
        """A port of that kind and name, which is there."""
        return next(self.ports.entries[key][name] for key, (_, found) in LISTS.items() if found == kind)


def draft_devices(document: Document, description: Description) -> dict[str, Draft]:
    """All devices of all sites by name; problems are noted in the document."""
    of_types = {
        slug: expanded(document, ("device_types", slug), kind)
        for slug, kind in description.device_types.items()
    }
    drafts: dict[str, Draft] = {}
    for slug, entries in description.sites.items():
        for name, device in entries.devices.items():
            place: Place = ("sites", slug, "devices", name)
            if name in drafts:
                document.problem(place, f"site {drafts[name].site} has a device of that name too")
                continue
            draft = Draft(name, slug, device, place)
            _place(document, draft, entries)
            if device.type in of_types:
                draft.ports = ports_of(document, description, place, device, of_types[device.type])
                draft.interfaces = draft.ports.interfaces
            drafts[name] = draft
    for draft in drafts.values():
        if draft.device.parent:
            _into_chassis(document, drafts, draft)
    _virtual_chassis(document, description, drafts)
    return drafts


def _place(document: Document, draft: Draft, entries: SiteEntries) -> None:
    device = draft.device
    if device.rack:
        try:
            draft.rack, draft.half_unit, draft.face = rack_place(device.rack)
        except ValueError as error:
            document.problem(draft.place, f"rack: {error}")
            return
        if draft.rack not in entries.racks:
            text = f"rack {draft.rack!r} is not described in site {draft.site}"
            document.problem(draft.place, f"{text} (a place in a rack is written A1 U40, or A1)")
            return
        draft.location = entries.racks[draft.rack].location
    if draft.location and draft.location not in entries.locations:
        document.problem(draft.place, f"location {draft.location!r} is not described in site {draft.site}")


def _into_chassis(document: Document, drafts: dict[str, Draft], draft: Draft) -> None:
    chassis, _, bay = draft.device.parent.partition(" ")
    parent = drafts.get(chassis)
    if parent is None or bay not in parent.ports.entries["device_bays"]:
        document.problem(draft.place, f"parent: there is no device {chassis!r} with a device bay {bay!r}")
    elif bay in parent.installed:
        document.problem(draft.place, f"parent: {parent.installed[bay]} is in {chassis} {bay} already")
    elif parent.site != draft.site or draft.half_unit:
        document.problem(draft.place, f"parent: it is where {chassis} is, and takes no rack unit of its own")
    else:
        draft.parent, draft.parent_bay = chassis, bay
        parent.installed[bay] = draft.name
        draft.rack, draft.location = parent.rack, parent.location


def _virtual_chassis(document: Document, description: Description, drafts: dict[str, Draft]) -> None:
    for name, chassis in description.virtual_chassis.items():
        place: Place = ("virtual_chassis", name)
        positions: dict[int, str] = {}
        for device, written in chassis.members.items():
            member = schema.ChassisMember(position=written) if isinstance(written, int) else written
            if (draft := drafts.get(device)) is None:
                continue  # told by the check of references
            if draft.virtual_chassis or member.position in positions:
                document.problem(place, f"{device}: one chassis for a device, one device for a position")
                continue
            positions[member.position] = device
            draft.virtual_chassis = name
            draft.vc_position, draft.vc_priority = member.position, member.priority
        if chassis.master and chassis.master not in chassis.members:
            document.problem(place, f"its master {chassis.master} is no member")
