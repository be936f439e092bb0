"""References of a description to things that are not described. Devices and cables check their own while they are built."""

from collections.abc import Container, Iterator
from typing import NamedTuple

from linewright.sources.described.parsing import Description, SiteEntries
from linewright.sources.described.reading import Document, Place


class _Reference(NamedTuple):
    place: Place
    what: str
    value: str | int
    table: Container[str | int]


def refer(document: Document, description: Description) -> None:
    """Note every such reference in the document."""
    for reference in (*_of_types(description), *_of_circuits(description), *_of_sites(description)):
        if reference.value and reference.value not in reference.table:
            document.problem(reference.place, f"{reference.what} {reference.value!r} is not described")


def _of_types(description: Description) -> Iterator[_Reference]:
    makers = description.manufacturers.keys()
    for slug, kind in description.device_types.items():
        yield _Reference(("device_types", slug), "manufacturer", kind.manufacturer, makers)
    for slug, platform in description.platforms.items():
        yield _Reference(("platforms", slug), "manufacturer", platform.manufacturer, makers)
    for name, context in description.contexts.items():
        for role in context.roles:
            yield _Reference(("contexts", name), "role", role, description.roles.keys())
        for site in context.sites:
            yield _Reference(("contexts", name), "site", site, description.sites.keys())


def _of_circuits(description: Description) -> Iterator[_Reference]:
    for key, circuit in description.circuits.items():
        place = ("circuits", key)
        yield _Reference(place, "provider", key.partition("/")[0], description.providers.keys())
        yield _Reference(place, "type", circuit.type, description.circuit_types.keys())
        for end in (circuit.a, circuit.z):
            yield _Reference(place, "site", end.site, description.sites.keys())
    for index, networks in enumerate(description.networks):
        yield _Reference(("networks", index), "prefix role", networks.role, description.prefix_roles.keys())
    for index, cables in enumerate(description.cables):
        for tag in cables.tags:
            yield _Reference(("cables", index), "tag", tag, description.tags.keys())


def _of_sites(description: Description) -> Iterator[_Reference]:
    for slug, entries in description.sites.items():
        place: Place = ("sites", slug)
        for asn in entries.site.asns:
            yield _Reference(place, "AS", asn, description.asns.keys())
        for name, location in entries.locations.items():
            yield _Reference(
                (*place, "locations", name), "location", location.parent, entries.locations.keys()
            )
        for name, rack in entries.racks.items():
            yield _Reference((*place, "racks", name), "location", rack.location, entries.locations.keys())
        yield from _of_prefixes(description, place, entries)


def _of_prefixes(description: Description, site: Place, entries: SiteEntries) -> Iterator[_Reference]:
    for text, prefix in entries.prefixes.items():
        place: Place = (*site, "prefixes", text)
        yield _Reference(place, "prefix role", prefix.role, description.prefix_roles.keys())
        yield _Reference(place, "VRF", prefix.vrf, description.vrfs.keys())
        yield _Reference(place, "VLAN", prefix.vlan, entries.vlans.keys())
