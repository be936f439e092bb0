"""Where the end of a cable is, in the words of the people who walk there."""

from linewright.model.objects import CableEnd, Record
from linewright.model.snapshot import Snapshot


class Place(Record, frozen=True):
    """One end of a cable. `unit` as on the rack ("U38", "U40.5"); empty where the source of truth does not say."""

    site: str = ""
    location: str = ""
    rack: str = ""
    unit: str = ""
    device: str = ""
    port: str = ""


def place(snapshot: Snapshot, end: CableEnd) -> Place:
    """Where a cable ends."""
    if end.kind == "circuit-termination":
        circuit = snapshot.circuits[end.device]
        side = circuit.a if end.name == "A" else circuit.z
        return Place(site=side.site if side else "", device=f"circuit {end.device}", port=f"side {end.name}")
    device = snapshot.devices[end.device]
    return Place(
        site=device.site,
        location=location(snapshot, device.site, device.location),
        rack=device.rack,
        unit=unit(device.half_unit),
        device=device.name,
        port=end.name,
    )


def unit(half_unit: int) -> str:
    """A rack position as people read it: 76 half units are "U38", 81 are "U40.5"; "" for a device in no rack."""
    if not half_unit:
        return ""
    return f"U{half_unit // 2}.5" if half_unit % 2 else f"U{half_unit // 2}"


def location(snapshot: Snapshot, site: str, slug: str) -> str:
    """The name of a location, or its slug where the source of truth has no name for it."""
    named = (item.name for item in snapshot.tables.locations if (item.site, item.slug) == (site, slug))
    return next(named, slug)
