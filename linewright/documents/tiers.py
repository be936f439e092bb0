"""Which devices of a site stand in which row of its sheet: by distance from the world outside."""

from collections import Counter
from collections.abc import Collection, Iterable

from linewright.model.natural import natural_key
from linewright.model.objects import Device, Record
from linewright.model.snapshot import Snapshot
from linewright.trace import Path


class Tiers(Record, frozen=True):
    """The devices of a site: `tiers` from the outside inwards, those seen only through management ports, the rest.

    `panels` are passive; they stand on the way of a path, not at its end. `power` gives others their current.
    """

    tiers: tuple[tuple[str, ...], ...] = ()
    management: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    panels: tuple[str, ...] = ()
    power: tuple[str, ...] = ()


def tiers(snapshot: Snapshot, paths: Collection[Path], site: str) -> Tiers:
    """The rows of one site.

    Devices with a way out of the site come first (without any: those with the most neighbours), then by the number of
    hops from there. Planned cables and management ports do not count as hops; ways of power and to consoles do not
    count at all.
    """
    paths = [path for path in paths if path.carries_data]
    here = {name: device for name, device in snapshot.devices.items() if device.site == site}
    panels = tuple(name for name, device in here.items() if _passive(device))
    power = tuple(name for name, device in here.items() if device.power_outlets and not device.interfaces)
    management = _management_ports(here)
    hubs = _management_hubs(paths, management)
    active = [name for name in here if name not in {*panels, *power, *hubs}]
    neighbors: dict[str, set[str]] = {name: set() for name in active}
    outside: set[str] = set()
    managed: set[str] = hubs & here.keys()
    for path in paths:
        ends = [end for end in (path.a, path.z) if end.is_interface and end.device in neighbors]
        leaves = any(end.kind == "provider-network" or end.site != site for end in (path.a, path.z))
        if any((end.device, end.port) in management for end in (path.a, path.z)):
            managed |= {end.device for end in ends}
        elif len(ends) == 1 and path.complete and leaves:
            outside.add(ends[0].device)
        elif len(ends) == 2 and path.status != "planned" and path.a.device != path.z.device:
            neighbors[path.a.device].add(path.z.device)
            neighbors[path.z.device].add(path.a.device)
    rows = _by_distance(outside or _hubs(neighbors), neighbors)
    placed = {name for row in rows for name in row}
    rest = [name for name in active if name not in placed]
    # A second network beside the first one gets its own rows beneath it.
    while island := _hubs({name: neighbors[name] for name in rest}):
        more = _by_distance(island, neighbors)
        rows += more
        rest = [name for name in rest if not any(name in row for row in more)]
    return Tiers(
        tiers=tuple(rows),
        management=tuple(name for name in here if name in hubs or (name in rest and name in managed)),
        loose=tuple(name for name in rest if name not in managed),
        panels=panels,
        power=power,
    )


def _passive(device: Device) -> bool:
    return not device.interfaces and bool(device.front_ports or device.rear_ports)


def _management_ports(devices: dict[str, Device]) -> set[tuple[str, str]]:
    return {(name, i.name) for name, device in devices.items() for i in device.interfaces if i.mgmt_only}


def _management_hubs(paths: Iterable[Path], management: set[tuple[str, str]]) -> set[str]:
    """Devices most of whose paths lead to management ports of others: management switches, console servers."""
    all_paths: Counter[str] = Counter()
    to_management: Counter[str] = Counter()
    for path in paths:
        for near, far in ((path.a, path.z), (path.z, path.a)):
            all_paths[near.device] += 1
            to_management[near.device] += (far.device, far.port) in management
    return {name for name, count in to_management.items() if 2 * count > all_paths[name]}


def _hubs(neighbors: dict[str, set[str]]) -> set[str]:
    most = max((len(others) for others in neighbors.values()), default=0)
    return {name for name, others in neighbors.items() if most and len(others) == most}


def _by_distance(start: set[str], neighbors: dict[str, set[str]]) -> list[tuple[str, ...]]:
    rows, seen, row = [], set(start), set(start)
    while row:
        rows.append(tuple(sorted(row, key=natural_key)))
        row = {other for name in row for other in neighbors[name]} - seen
        seen |= row
    return rows
