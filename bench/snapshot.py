"""The snapshot file at 10,000 devices with 50 interfaces each: medians of CPU time and sizes, printed.

Run: python bench/snapshot.py [DEVICES [ROUNDS]]. Quote the figures with the machine and what else it was doing.
"""

import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from linewright.model.objects import (
    Address,
    Cable,
    CableEnd,
    Device,
    Interface,
    Site,
)
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.sources import recorded

INTERFACES = 50


def device(number: int) -> Device:
    """A device with addresses, descriptions and a config context like those people keep."""
    interfaces = tuple(
        Interface(
            name=f"Ethernet{port}",
            type="10gbase-x-sfpp",
            description=f"to rack {(number * 7 + port) % 97} position {port}",
            mtu=9214,
            mac=f"02:00:{number >> 8 & 255:02X}:{number & 255:02X}:00:{port:02X}",
            mode="tagged" if port % 3 else "",
            untagged_vlan=10 if port % 3 else 0,
            tagged_vlans=(20, 30, 100 + port) if port % 3 else (),
            addresses=(Address(address=f"198.18.{number % 256}.{port}/31"),) if port % 10 == 0 else (),
        )
        for port in range(1, INTERFACES + 1)
    )
    return Device(
        name=f"s{number % 100:02d}-dev{number}",
        site=f"s{number % 100:02d}",
        role="leaf",
        type="x1",
        platform="arista-eos",
        serial=f"SN{number:08d}",
        primary_ip4=f"198.18.{number % 256}.10/31",
        context={"bgp": {"asn": 64496 + number % 16, "router_id": f"198.19.{number >> 8}.{number & 255}"}},
        interfaces=interfaces,
    )


def network(devices: int) -> Snapshot:
    """A network of that many devices with one and a half cables each."""
    names = [f"s{number % 100:02d}-dev{number}" for number in range(devices)]
    cables = tuple(
        Cable(
            key=f"C{number}",
            label=f"C{number}",
            type="smf",
            length="5",
            length_unit="m",
            a=(
                CableEnd(
                    kind="interface", device=names[number % devices], name=f"Ethernet{1 + number // devices}"
                ),
            ),
            b=(
                CableEnd(
                    kind="interface",
                    device=names[(number + 1) % devices],
                    name=f"Ethernet{3 + number // devices}",
                ),
            ),
        )
        for number in range(devices * 3 // 2)
    )
    tables = Tables(sites=tuple(Site(slug=f"s{n:02d}", name=f"Site {n}") for n in range(100)), cables=cables)
    return Snapshot.build(tables, (device(number) for number in range(devices)), Origin(source="bench"))


def median_cpu(rounds: int, action: Callable[[], Any]) -> str:
    """The median CPU time of an action, with the fastest and slowest round."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        kept = action()
        times.append(time.process_time() - start)
        del kept
    return f"{statistics.median(times):7.3f} s CPU  ({min(times):.3f} to {max(times):.3f})"


def read_all(path: Path) -> Snapshot:
    """Open the file and decode every device."""
    snapshot = recorded.load(path)
    for _ in snapshot.devices.values():
        pass
    return snapshot


def main(devices: int = 10_000, rounds: int = 5) -> None:
    """Print the medians."""
    print(f"{devices} devices, {INTERFACES} interfaces each, {devices * 3 // 2} cables; {rounds} rounds")
    print(f"load average {os.getloadavg()[0]:.2f}, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    start = time.process_time()
    snapshot = network(devices)
    print(f"build and check               {time.process_time() - start:7.3f} s CPU")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.lwsnap"
        print("save (encode, compress)      ", median_cpu(rounds, lambda: recorded.save(snapshot, path)))
        digest = snapshot.digest
        snapshot = Snapshot(Tables(), {}, Origin(source=""))  # let go: memory held slows the collector down
        print(f"file                          {path.stat().st_size / 1e6:7.1f} MB")
        print("open and digest               ", median_cpu(rounds, lambda: recorded.load(path).digest))
        print("open, 100 devices             ", median_cpu(rounds, lambda: _some(path)))
        print("open, every device            ", median_cpu(rounds, lambda: read_all(path)))
        if read_all(path).digest != digest:
            sys.exit("the file's digest is another one")


def _some(path: Path) -> int:
    snapshot = recorded.load(path)
    names = list(snapshot.devices)[:100]
    return sum(len(snapshot.devices[name].interfaces) for name in names)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
