"""Bases for documents: the reference site as nobody saw it, as it is, and with two cables swapped."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from linewright.documents import Basis
from linewright.model.observation import Neighbor, Observation
from linewright.model.snapshot import Snapshot
from linewright.sources.description import load
from linewright.trace import compare, paths

SITE_FILE = Path(__file__).parents[2] / "inventory" / "site.yaml"


@pytest.fixture(scope="session")
def site() -> Snapshot:
    return load(SITE_FILE)


def seen(snapshot: Snapshot, swaps: dict[tuple[str, str], tuple[str, str]]) -> Basis:
    """All FRR routers visited; `swaps` says what a port hears instead."""
    traced = paths(snapshot)
    routers = {name for name, device in snapshot.devices.items() if device.platform == "frr"}
    heard: dict[str, list[Neighbor]] = {name: [] for name in routers}
    for path in traced:
        if path.joins_interfaces and path.status == "connected" and {path.a.device, path.z.device} <= routers:
            for near, far in ((path.a, path.z), (path.z, path.a)):
                device, port = swaps.get((near.device, near.port), (far.device, far.port))
                heard[near.device].append(Neighbor(port=near.port, device=device, remote_port=port))
    observations = {
        name: Observation(
            device=name, platform="frr", seen="2026-11-24T03:16:00Z", neighbors=tuple(neighbors)
        )
        for name, neighbors in heard.items()
    }
    return Basis(snapshot, traced, compare(traced, observations))


@pytest.fixture(scope="session")
def unseen(site: Snapshot) -> Basis:
    traced = paths(site)
    return Basis(site, traced, compare(traced, {}))


@pytest.fixture(scope="session")
def healthy(site: Snapshot) -> Basis:
    return seen(site, {})


@pytest.fixture(scope="session")
def swapped(site: Snapshot) -> Basis:
    one, two, three, four = (
        ("hq-leaf1", "eth1"),
        ("hq-spine1", "eth1"),
        ("hq-leaf2", "eth2"),
        ("hq-spine2", "eth2"),
    )
    return seen(site, {one: four, four: one, three: two, two: three})


@pytest.fixture(scope="session")
def renamed(site: Snapshot) -> Callable[[str, str], Basis]:
    """The reference site, unseen, with one device called something else."""

    def make(old: str, new: str) -> Basis:
        tables = msgspec.structs.replace(
            site.tables,
            cables=tuple(
                msgspec.structs.replace(
                    cable,
                    a=tuple(
                        msgspec.structs.replace(end, device=new) if end.device == old else end
                        for end in cable.a
                    ),
                    b=tuple(
                        msgspec.structs.replace(end, device=new) if end.device == old else end
                        for end in cable.b
                    ),
                )
                for cable in site.tables.cables
            ),
        )
        devices = [
            msgspec.structs.replace(device, name=new) if name == old else device
            for name, device in site.devices.items()
        ]
        snapshot = Snapshot.build(tables, devices, site.origin)
        traced = paths(snapshot)
        return Basis(snapshot, traced, compare(traced, {}))

    return make
