"""The patch panels and power distribution units of a site in one line each."""

from collections import Counter
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


def power_lines(snapshot: Snapshot, paths: Iterable[Path], names: Iterable[str]) -> tuple[str, ...]:
    """Name, rack, the feeds it hangs on, and how many of the outlets are in use, for each unit."""
    used: Counter[str] = Counter()
    feeds: dict[str, list[str]] = {}
    for path in paths:
        for near, far in ((path.a, path.z), (path.z, path.a)):
            if near.kind == "power-outlet":
                used[near.device] += 1
            elif near.kind == "power-port" and far.kind == "power-feed":
                feeds.setdefault(near.device, []).append(f"{far.device.partition('/')[2]} {far.port}")
    lines = []
    for name in names:
        device = snapshot.devices[name]
        place = " ".join(part for part in (device.rack, unit(device.half_unit)) if part) or "no rack"
        source = " and ".join(feeds.get(name, ())) or "no feed"
        lines.append(f"{name}, {place}, on {source}, {used[name]} of {len(device.power_outlets)} used")
    return tuple(lines)
