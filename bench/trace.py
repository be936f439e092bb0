"""Tracing 10,000 devices and some 30,000 cables, and comparing them with what was heard: CPU time and memory, printed.

Run: python bench/trace.py [DEVICES]. Quote the figures with the machine and what else it was doing.
"""

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from linewright.model.objects import (
    Cable,
    CableEnd,
    Device,
    FrontPort,
    Interface,
    PortMapping,
    RearPort,
    Site,
)
from linewright.model.observation import Neighbor, Observation
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.trace import compare, paths, route, routes
from linewright.trace.plant import Plant

PORTS = 48
LINKS = 4
TRUNK = 24


def network(count: int) -> Snapshot:
    """Racks of twelve switches that are joined directly and, over two panels and a trunk of 24, to the next rack."""
    devices: list[Device] = []
    cables: list[Cable] = []

    def lay(a: CableEnd, b: CableEnd) -> None:
        cables.append(Cable(key=f"C-{len(cables)}", a=(a,), b=(b,)))

    def port(kind: str, device: str, name: str) -> CableEnd:
        return CableEnd(kind=kind, device=device, name=name)

    switches = count * 12 // 14
    for number in range(switches):
        interfaces = tuple(Interface(name=f"Ethernet{n}") for n in range(1, PORTS + 1))
        devices.append(
            Device(
                name=f"sw{number}", site="s", role="r", type="t", platform="arista-eos", interfaces=interfaces
            )
        )
    racks = [range(first, min(first + 12, switches)) for first in range(0, switches, 12)]
    for rack, members in enumerate(racks):
        for side in "ab":
            fronts = tuple(
                FrontPort(name=f"F{n}", mappings=(PortMapping(position=1, rear_port="R1", rear_position=n),))
                for n in range(1, TRUNK + 1)
            )
            devices.append(
                Device(
                    name=f"pp{rack}{side}",
                    site="s",
                    role="p",
                    type="p",
                    front_ports=fronts,
                    rear_ports=(RearPort(name="R1", positions=TRUNK),),
                )
            )
        following = (rack + 1) % len(racks)
        lay(port("rear-port", f"pp{rack}a", "R1"), port("rear-port", f"pp{following}b", "R1"))
        for index, number in enumerate(members):
            lay(
                port("interface", f"sw{number}", "Ethernet1"),
                port("front-port", f"pp{rack}a", f"F{index + 1}"),
            )
            lay(
                port("interface", f"sw{number}", "Ethernet2"),
                port("front-port", f"pp{rack}b", f"F{index + 1}"),
            )
            if index + 1 < len(members):
                for link in range(LINKS // 2 if index % 2 else 1):
                    lay(
                        port("interface", f"sw{number}", f"Ethernet{10 + link}"),
                        port("interface", f"sw{number + 1}", f"Ethernet{20 + link}"),
                    )
    tables = Tables(sites=(Site(slug="s", name="S"),), cables=tuple(cables))
    return Snapshot.build(tables, devices, Origin(source="bench"))


def timed(what: str, work: Callable[[], Any]) -> Any:
    """Do it, and print what it cost."""
    began = time.process_time()
    result = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:<34} {time.process_time() - began:6.2f} s CPU, {peak} MB at most so far")
    return result


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    snapshot = timed(f"building a snapshot of {count} devices", lambda: network(count))
    print(f"{len(snapshot.devices)} devices, {len(snapshot.tables.cables)} cables")
    plant = timed("tables of the plant", lambda: Plant(snapshot))
    found = timed("all paths", lambda: paths(plant))
    print(f"{len(found)} paths, {sum(path.complete for path in found)} complete")
    timed("all routes, as NetBox has them", lambda: routes(plant))
    timed("one route", lambda: route(plant, "interface", "sw0", "Ethernet1"))
    heard: dict[str, list[Neighbor]] = {name: [] for name in snapshot.devices if name.startswith("sw")}
    for path in found:
        if path.joins_interfaces:
            for near, far in ((path.a, path.z), (path.z, path.a)):
                alias = far.port.replace("Ethernet", "Et")
                heard[near.device].append(
                    Neighbor(port=near.port, device=f"{far.device}.example.net", remote_port=alias)
                )
    seen = {
        name: Observation(device=name, platform="eos", seen="t", neighbors=tuple(told))
        for name, told in heard.items()
    }
    cabling = timed("comparison, every name an alias", lambda: compare(found, seen, snapshot))
    print(f"{sum(state.state == 'confirmed' for state in cabling.states)} paths confirmed")


if __name__ == "__main__":
    main()
