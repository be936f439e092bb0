"""How far the devices of a snapshot are from us. Pure."""

from collections.abc import Iterable

from linewright.model.snapshot import Snapshot
from linewright.trace import Path, paths


def distances(snapshot: Snapshot, devices: Iterable[str]) -> dict[str, int]:
    """How far each device is from us: 0 out of band; in band, one more than the device it is reached through."""
    neighbors: dict[str, set[str]] = {}
    for path in paths(snapshot):
        for one, other in _joined(path):
            neighbors.setdefault(one, set()).add(other)
            neighbors.setdefault(other, set()).add(one)
    found = {device.name: 0 for device in snapshot.devices.values() if device.oob_ip}
    edge = set(found)
    distance = 0
    while edge:
        distance += 1
        edge = {far for near in edge for far in neighbors.get(near, ()) if far not in found}
        found |= dict.fromkeys(edge, distance)
    return {name: found.get(name, distance) for name in devices}


def _joined(path: Path) -> list[tuple[str, str]]:
    return [(path.a.device, path.z.device)] if path.complete and path.joins_interfaces else []
