"""A fleet as a snapshot describes it: cables, ways in, and who stands outside."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from linewright.lab.twin.box import RELEASE, Credentials, Management
from linewright.lab.twin.fleet import Fleet, fleet, management_of
from linewright.model.snapshot import Snapshot
from linewright.trace import paths

#: A cable as (device, port, device, port).
Link = tuple[str, str, str, str]


def fleet_of(
    snapshot: Snapshot,
    configs: Mapping[str, str],
    *,
    credentials: Credentials | Mapping[str, Credentials] | None = None,
    outside_peers: str = "Established",
    unit: float = 1.0,
    release: str = RELEASE,
    clock: Callable[[], float] = time.monotonic,
    record: Path | None = None,
) -> Fleet:
    """Start a twin for each configuration, cabled as the snapshot says; arguments as for `fleet`.

    Each is reachable as long as the interface with its out-of-band or primary address is up, and in band one of the
    ports towards the devices with an out-of-band address. Devices without a platform speak no LLDP; devices that are
    not active are down.

    Raises:
        DataError: a configuration is not one a twin takes.
    """
    links = links_of(snapshot)
    running = fleet(
        links,
        configs,
        credentials=credentials,
        management={name: found for name, found in ways_in(snapshot, links).items() if name in configs},
        outside_peers=outside_peers,
        silent=[device.name for device in snapshot.devices.values() if not device.platform],
        unit=unit,
        release=release,
        clock=clock,
        record=record,
    )
    for device in snapshot.devices.values():
        running.plant.set_outside(device.name, up=device.status == "active")
    return running


def links_of(snapshot: Snapshot) -> tuple[Link, ...]:
    """Every connected path between two interfaces, panels and circuits passed through."""
    return tuple(
        (path.a.device, path.a.port, path.z.device, path.z.port)
        for path in paths(snapshot)
        if path.joins_interfaces and path.status == "connected"
    )


def ways_in(snapshot: Snapshot, links: tuple[Link, ...]) -> dict[str, Management]:
    """What keeps each device with a management address reachable.

    In band that includes its uplinks: the ports to a device that is nearer to one with an out-of-band address.
    """
    ends = [end for a, ap, z, zp in links for end in ((a, ap, z), (z, zp, a))]
    distance = {device.name: 0 for device in snapshot.devices.values() if device.oob_ip}
    waiting = deque(distance)
    while waiting:
        here = waiting.popleft()
        for near, _, far in ends:
            if near == here and far not in distance:
                distance[far] = distance[here] + 1
                waiting.append(far)
    found = {}
    for device in snapshot.devices.values():
        own = distance.get(device.name, 0)
        uplinks = [port for near, port, far in ends if near == device.name and distance.get(far, own) < own]
        way = management_of(device, uplinks)
        if way is not None:
            found[device.name] = way
    return found
