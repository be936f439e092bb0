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


class Places:
    """Finds where cables of one snapshot end."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._locations = {(item.site, item.slug): item.name for item in snapshot.tables.locations}
        self._panels = {(item.site, item.name): item.location for item in snapshot.tables.power_panels}

    def of(self, end: CableEnd) -> Place:
        """Where a cable ends; a location without a name is told by its slug."""
        if end.kind == "circuit-termination":
            circuit = self._snapshot.circuits[end.device]
            side = circuit.a if end.name == "A" else circuit.z
            site = side.site if side else ""
            return Place(site=site, device=f"circuit {end.device}", port=f"side {end.name}")
        if end.kind == "power-feed":
            site, _, panel = end.device.partition("/")
            location = self._panels.get((site, panel), "")
            return Place(
                site=site,
                location=self._locations.get((site, location), location),
                device=f"power panel {panel}",
                port=end.name,
            )
        device = self._snapshot.devices[end.device]
        return Place(
            site=device.site,
            location=self._locations.get((device.site, device.location), device.location),
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
