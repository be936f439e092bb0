"""The patch panels of a site in one line each."""

from collections.abc import Iterable

from linewright.documents.ends import unit
from linewright.model.snapshot import Snapshot
from linewright.trace import Path


def panel_lines(snapshot: Snapshot, paths: Iterable[Path], names: Iterable[str]) -> tuple[str, ...]:
    """Name, place, and how many of the front ports carry a path from a device, for each panel."""
    used: dict[str, set[str]] = {}
    for path in paths:
        if path.a.is_device_port or path.z.is_device_port:
            for hop in path.hops:
                if hop.kind == "panel":
                    used.setdefault(hop.name, set()).update({hop.enter, hop.leave})
    lines = []
    for name in names:
        device = snapshot.devices[name]
        place = " ".join(part for part in (device.rack, unit(device.half_unit)) if part) or "no rack"
        fronts = {port.name for port in device.front_ports}
        lines.append(f"{name}, {place}, {len(fronts & used.get(name, set()))} of {len(fronts)} used")
    return tuple(lines)
