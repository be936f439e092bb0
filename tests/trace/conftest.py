"""Small networks, described in one line each."""

from collections.abc import Callable
from typing import Any

import pytest

from linewright.model.objects import (
    Cable,
    CableEnd,
    Circuit,
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


def _end(text: str) -> CableEnd:
    """ "leaf1 eth1", "pp1 F3" (front), "pp1 R1" (rear), "net/1 A" (circuit); "@2:1,2" adds connector and positions."""
    text, _, profile = text.partition("@")
    device, name = text.split()
    connector, _, positions = profile.partition(":")
    kind = (
        "circuit-termination"
        if "/" in device
        else {"F": "front-port", "R": "rear-port"}.get(name[0], "interface")
    )
    return CableEnd(
        kind=kind,
        device=device,
        name=name,
        connector=int(connector or 0),
        positions=tuple(int(p) for p in positions.split(",") if p),
    )


@pytest.fixture
def cable() -> Callable[..., Cable]:
    def make(key: str, a: str, b: str, **more: Any) -> Cable:
        """Several ends of a side are separated by ";"."""

        def side(text: str) -> tuple[CableEnd, ...]:
            return tuple(_end(part.strip()) for part in text.split(";") if part.strip())

        return Cable(key=key, a=side(a), b=side(b), **more)

    return make


@pytest.fixture
def panel() -> Callable[..., Device]:
    def make(name: str, fronts: int, *, trunk: bool = True, mapped: int | None = None) -> Device:
        """F1..Fn in front; behind, R1 with n positions (trunk) or R1..Rn."""

        def mappings(n: int) -> tuple[PortMapping, ...]:
            if n > (fronts if mapped is None else mapped):
                return ()
            rear, position = ("R1", n) if trunk else (f"R{n}", 1)
            return (PortMapping(position=1, rear_port=rear, rear_position=position),)

        rears = (
            (RearPort(name="R1", positions=fronts),)
            if trunk
            else tuple(RearPort(name=f"R{n}") for n in range(1, fronts + 1))
        )
        return Device(
            name=name,
            site="hq",
            role="patch-panel",
            type="panel",
            front_ports=tuple(FrontPort(name=f"F{n}", mappings=mappings(n)) for n in range(1, fronts + 1)),
            rear_ports=rears,
        )

    return make


@pytest.fixture
def device() -> Callable[..., Device]:
    def make(name: str, *ports: str, platform: str = "frr", **more: Any) -> Device:
        interfaces = tuple(Interface(name=port) for port in ports or ("eth1", "eth2", "eth3", "eth4"))
        return Device(
            name=name, site="hq", role="leaf", type="box", platform=platform, interfaces=interfaces, **more
        )

    return make


@pytest.fixture
def build() -> Callable[..., Snapshot]:
    def make(*parts: Device | Cable | Circuit) -> Snapshot:
        tables = Tables(
            sites=(Site(slug="hq", name="Headquarters"),),
            cables=tuple(part for part in parts if isinstance(part, Cable)),
            circuits=tuple(part for part in parts if isinstance(part, Circuit)),
        )
        return Snapshot.build(
            tables, [part for part in parts if isinstance(part, Device)], Origin(source="test")
        )

    return make


@pytest.fixture
def observe() -> Callable[..., dict[str, Observation]]:
    def make(*links: str, visited: str = "", at: str = "2026-11-24T03:16:00Z") -> dict[str, Observation]:
        """ "a eth1 - b eth1" both hear each other; "a eth1 > b eth1" only a hears. Devices named once are visited."""
        heard: dict[str, list[Neighbor]] = {name: [] for name in visited.split()}

        def hear(one: str, two: str) -> None:
            (device, port), (far, remote) = one.split(), two.split()
            if device in heard:
                heard[device].append(Neighbor(port=port, device=far, remote_port=remote))

        for link in links:
            if " - " in link:
                one, two = link.split(" - ")
                hear(one, two)
                hear(two, one)
            else:
                one, two = link.split(" > ")
                hear(one, two)
        return {
            name: Observation(device=name, platform="frr", seen=at, neighbors=tuple(neighbors))
            for name, neighbors in heard.items()
        }

    return make
