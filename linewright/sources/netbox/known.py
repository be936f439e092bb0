"""What NetBox's ids stand for: ports, and every object that something may be attached to. Pure.

Rows name each other by content type and id ("dcim.interface", 7); the model by kind and name. Where only a part of the
devices was read, an id may stand for something that was not asked for; where all were read, it must be there.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from linewright.errors import DataError
from linewright.sources.netbox import lists
from linewright.sources.netbox.lists import Collected, Listing
from linewright.sources.netbox.shapes import chosen

_HINT = "may the token's user see every object? constraints on permissions hide some"

#: What is on a device: NetBox's content type, the model's kind, where it is listed.
_ON_DEVICES: tuple[tuple[str, str, Listing[Any]], ...] = (
    ("dcim.interface", "interface", lists.INTERFACES),
    ("dcim.frontport", "front-port", lists.FRONT_PORTS),
    ("dcim.rearport", "rear-port", lists.REAR_PORTS),
    ("dcim.consoleport", "console-port", lists.CONSOLE_PORTS),
    ("dcim.consoleserverport", "console-server-port", lists.CONSOLE_SERVER_PORTS),
    ("dcim.powerport", "power-port", lists.POWER_PORTS),
    ("dcim.poweroutlet", "power-outlet", lists.POWER_OUTLETS),
    ("dcim.modulebay", "module-bay", lists.MODULE_BAYS),
    ("dcim.devicebay", "device-bay", lists.DEVICE_BAYS),
)


class Place(NamedTuple):
    """Something on something: a port on a device, a side of a circuit ("provider/cid"), a feed of a panel."""

    kind: str
    owner: str
    name: str


class Known:
    """Finds what an id stands for.

    Raises:
        DataError: a circuit termination or power feed belongs to something that was not shown.
    """

    def __init__(self, collected: Collected, names: dict[int, str], *, whole: bool) -> None:
        self.whole = whole
        self.names = names
        self._places = dict(_places(collected, names))
        self._objects = dict(_objects(collected, names, self._places))

    def place(self, content_type: str, number: int) -> Place | None:
        """The port, feed or circuit side of that id; None for one that was not read."""
        return self._places.get((content_type, number))

    def interface(self, number: int, where: str) -> Place | None:
        """The interface of that id; None when it is on a device that was not asked for.

        Raises:
            DataError: all devices were read, and it is not there.
        """
        found = self._places.get(("dcim.interface", number))
        if found is None and self.whole:
            raise unseen(where, "interface", number)
        return found

    def thing(self, content_type: str, number: int, where: str) -> tuple[str, str] | None:
        """Kind and name of an object; None when it was not asked for or is of a kind that is left out.

        Raises:
            DataError: all devices were read, it is of a kind that is read, and it is not there.
        """
        found = self._objects.get((content_type, number))
        if found is None and self.whole and content_type in _READ:
            raise unseen(where, content_type.rpartition(".")[2], number)
        return found


def unseen(where: str, what: str, number: int) -> DataError:
    """The complaint that something refers to what is not shown."""
    return DataError(f"{where} refers to {what} #{number}, which NetBox does not show", hint=_HINT)


def _places(collected: Collected, names: dict[int, str]) -> Iterator[tuple[tuple[str, int], Place]]:
    for content_type, kind, listing in _ON_DEVICES:
        for row in collected.of(listing):
            if row.device.id in names:
                yield (content_type, row.id), Place(kind, names[row.device.id], row.name)
    panels = {row.id: f"{row.site.slug}/{row.name}" for row in collected.of(lists.POWER_PANELS)}
    for feed in collected.of(lists.POWER_FEEDS):
        if (panel := panels.get(feed.power_panel.id)) is None:
            raise unseen(f"power feed {feed.name}", "power panel", feed.power_panel.id)
        yield ("dcim.powerfeed", feed.id), Place("power-feed", panel, feed.name)
    circuits = {row.id: f"{row.provider.slug}/{row.cid}" for row in collected.of(lists.CIRCUITS)}
    for end in collected.of(lists.CIRCUIT_ENDS):
        side = chosen(end.term_side)
        if (circuit := circuits.get(end.circuit.id)) is None:
            raise unseen(f"circuit termination {side}", "circuit", end.circuit.id)
        yield (
            ("circuits.circuittermination", end.id),
            Place("circuit-termination", circuit, side),
        )


def _at_site(row: Any) -> str:
    return f"{row.site.slug}/{row.name}"


def _by_slug(row: Any) -> str:
    return str(row.slug)


def _by_name(row: Any) -> str:
    return str(row.name)


#: How an object of each list is named, where its row alone tells.
_NAMED: tuple[tuple[str, str, Listing[Any], Callable[[Any], str]], ...] = (
    ("dcim.site", "site", lists.SITES, _by_slug),
    ("dcim.location", "location", lists.LOCATIONS, lambda row: f"{row.site.slug}/{row.slug}"),
    ("dcim.rack", "rack", lists.RACKS, _at_site),
    ("dcim.powerpanel", "power-panel", lists.POWER_PANELS, _at_site),
    ("dcim.devicerole", "role", lists.ROLES, _by_slug),
    ("dcim.devicetype", "device-type", lists.TYPES, _by_slug),
    (
        "dcim.moduletype",
        "module-type",
        lists.MODULE_TYPES,
        lambda row: f"{row.manufacturer.slug}/{row.model}",
    ),
    ("dcim.platform", "platform", lists.PLATFORMS, _by_slug),
    ("dcim.virtualchassis", "virtual-chassis", lists.VIRTUAL_CHASSIS, _by_name),
    ("dcim.cable", "cable", lists.CABLES, lambda row: row.label or f"#{row.id}"),
    ("dcim.cablebundle", "cable-bundle", lists.CABLE_BUNDLES, _by_name),
    ("tenancy.tenant", "tenant", lists.TENANTS, _by_slug),
    ("tenancy.contact", "contact", lists.CONTACTS, _by_name),
    ("circuits.provider", "provider", lists.PROVIDERS, _by_slug),
    (
        "circuits.providernetwork",
        "provider-network",
        lists.PROVIDER_NETWORKS,
        lambda row: f"{row.provider.slug}/{row.name}",
    ),
    ("circuits.circuit", "circuit", lists.CIRCUITS, lambda row: f"{row.provider.slug}/{row.cid}"),
    ("circuits.virtualcircuit", "virtual-circuit", lists.VIRTUAL_CIRCUITS, lambda row: row.cid),
    ("ipam.asn", "asn", lists.ASNS, lambda row: str(row.asn)),
    ("ipam.vlan", "vlan", lists.VLANS, lambda row: f"{row.vid} {row.name}"),
    ("ipam.vrf", "vrf", lists.VRFS, _by_name),
    ("ipam.prefix", "prefix", lists.PREFIXES, lambda row: row.prefix),
    ("ipam.ipaddress", "ip-address", lists.ADDRESSES, lambda row: row.address),
    (
        "ipam.fhrpgroup",
        "fhrp-group",
        lists.FHRP_GROUPS,
        lambda row: " ".join(filter(None, (chosen(row.protocol), str(row.group_id), row.name))),
    ),
    ("ipam.service", "service", lists.SERVICES, _by_name),
    ("vpn.tunnel", "tunnel", lists.TUNNELS, _by_name),
    ("vpn.l2vpn", "l2vpn", lists.L2VPNS, _by_slug),
    ("wireless.wirelesslan", "wireless-lan", lists.WIRELESS_LANS, lambda row: row.ssid),
)
#: Addresses of nothing and of virtual machines are not read, so that a note on one is passed over.
_PARTLY_READ = {"ipam.ipaddress"}
#: Only what is asked for may be missed: no note waits for a virtual machine.
_READ = {"dcim.device", *(kind for kind, *_ in (*_ON_DEVICES, *_NAMED))} - _PARTLY_READ


def _objects(
    collected: Collected, names: dict[int, str], places: dict[tuple[str, int], Place]
) -> Iterator[tuple[tuple[str, int], tuple[str, str]]]:
    yield from ((("dcim.device", number), ("device", name)) for number, name in names.items())
    for key, place in places.items():
        yield key, (place.kind, f"{place.owner}/{place.name}")
    for content_type, kind, listing, name in _NAMED:
        yield from _rows_named(collected.of(listing), content_type, kind, name)


def _rows_named(
    rows: Iterable[Any], content_type: str, kind: str, name: Callable[[Any], str]
) -> Iterator[tuple[tuple[str, int], tuple[str, str]]]:
    for row in rows:
        yield (content_type, row.id), (kind, name(row))
