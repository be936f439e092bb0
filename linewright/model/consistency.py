"""What cannot be one network is refused: equal identities, references to what is not there."""

from collections.abc import Mapping
from typing import Any

from linewright.errors import DataError
from linewright.model.objects import Cable, Device
from linewright.model.tables import IDENTITY, Tables, identity, identity_text


def check(tables: Tables, devices: Mapping[str, Device]) -> None:
    """Refuse what cannot be one network.

    Raises:
        DataError: naming the objects.
    """
    for table in IDENTITY:
        seen: set[tuple[Any, ...]] = set()
        for item in getattr(tables, table):
            if (itself := identity(table, item)) in seen:
                raise DataError(f"{table}: two objects with {identity_text(table, item)}")
            seen.add(itself)
    sites = {site.slug for site in tables.sites}
    for device in devices.values():
        if device.site not in sites:
            raise DataError(f"device {device.name}: site {device.site!r} is not in the snapshot")
    _check_cables(tables, devices)


def _check_cables(tables: Tables, devices: Mapping[str, Device]) -> None:
    circuits = {f"{circuit.provider}/{circuit.cid}" for circuit in tables.circuits}
    panels = {f"{panel.site}/{panel.name}" for panel in tables.power_panels}
    taken: dict[tuple[str, str, str, tuple[int, ...]], Cable] = {}
    for cable in tables.cables:
        for end in (*cable.a, *cable.b):
            known = {"circuit-termination": circuits, "power-feed": panels}.get(end.kind, devices)
            if end.device not in known:
                raise DataError(f"cable {cable.key}: its end {end.device} {end.name} is not in the snapshot")
            place = (end.kind, end.device, end.name, end.positions)
            if (other := taken.get(place)) is not None and other is not cable:
                raise DataError(f"cables {other.key} and {cable.key} both end on {end.device} {end.name}")
            taken[place] = cable
