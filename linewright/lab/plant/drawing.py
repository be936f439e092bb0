"""Drawing a cable plant piece by piece; what is drawn becomes a Snapshot."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

import msgspec

from linewright.model.objects import (
    Cable,
    CableEnd,
    Circuit,
    CircuitEnd,
    ConsolePort,
    ConsoleServerPort,
    Device,
    DeviceType,
    FrontPort,
    Interface,
    PortMapping,
    PowerFeed,
    PowerOutlet,
    PowerPanel,
    PowerPort,
    Provider,
    ProviderNetwork,
    RearPort,
    Role,
    Site,
    WirelessEnd,
    WirelessLink,
)
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.trace.profiles import shapes

SITE = "plant"
PROVIDER = "carrier"
NETWORK = "Backbone"
TYPE = "box"
ROLE = "thing"

#: Where each kind of port is kept on a device, and the class of it.
PORTS: dict[str, tuple[str, type[Any], str]] = {
    "interface": ("interfaces", Interface, "10gbase-x-sfpp"),
    "front-port": ("front_ports", FrontPort, "lc"),
    "rear-port": ("rear_ports", RearPort, "mpo"),
    "console-port": ("console_ports", ConsolePort, "rj-45"),
    "console-server-port": ("console_server_ports", ConsoleServerPort, "rj-45"),
    "power-port": ("power_ports", PowerPort, "iec-60320-c14"),
    "power-outlet": ("power_outlets", PowerOutlet, "iec-60320-c13"),
}


class Drawing:
    """Devices, cables and the rest so far. `random` is the one source of chance: the same number, the same plant."""

    def __init__(self, number: int) -> None:
        self.random = Random(number)  # noqa: S311 - a test plant is no secret
        self._devices: dict[str, dict[str, list[Any]]] = {}
        self._cables: list[Cable] = []
        self._circuits: list[Circuit] = []
        self._feeds: list[PowerFeed] = []
        self._radios: list[WirelessLink] = []

    def port(self, kind: str, device: str, **more: Any) -> CableEnd:
        """A new port of a device, which is made when it is named first."""
        field, record, type_ = PORTS[kind]
        ports = self._devices.setdefault(device, {}).setdefault(field, [])
        name = more.pop("name", f"{kind[0].upper()}{len(ports) + 1}")
        ports.append(record(name=name, type=more.pop("type", type_), **more))
        return CableEnd(kind=kind, device=device, name=name)

    def interfaces(self, count: int, prefix: str) -> list[CableEnd]:
        """Interfaces of as many new devices."""
        return [self.port("interface", self.name(prefix)) for _ in range(count)]

    def channelised(self, channels: int, children: Iterable[int], prefix: str = "split") -> CableEnd:
        """An interface split into channels, of which these have a child."""
        device = self.name(prefix)
        parent = self.port("interface", device, channels=channels)
        for number in children:
            self.port(
                "interface",
                device,
                name=f"{parent.name}:{number}",
                type="channel",
                parent=parent.name,
                channel_id=number,
            )
        return parent

    def panel(
        self,
        fronts: Sequence[int],
        rears: Sequence[int],
        *,
        mapped: int | None = None,
        straight: bool = False,
    ) -> tuple[list[CableEnd], list[CableEnd]]:
        """A panel with ports of so many positions; positions of one side joined to those of the other, by chance.

        `mapped` joins only that many; `straight` joins them in order.
        """
        device = self.name("panel")
        behind = [self.port("rear-port", device, name=f"R{n}", positions=p) for n, p in enumerate(rears, 1)]
        before = [(f"F{n}", n - 1, p) for n, p in enumerate(fronts, 1)]
        places = [(f"R{n}", p) for n, positions in enumerate(rears, 1) for p in range(1, positions + 1)]
        slots = [(name, p) for name, _, positions in before for p in range(1, positions + 1)]
        if not straight:
            self.random.shuffle(places)
        pairs = list(zip(slots, places, strict=False))[:mapped]
        ends = []
        for name, _, positions in before:
            mappings = tuple(
                PortMapping(position=position, rear_port=rear, rear_position=rear_position)
                for (front, position), (rear, rear_position) in pairs
                if front == name
            )
            ends.append(self.port("front-port", device, name=name, positions=positions, mappings=mappings))
        return ends, behind

    def cable(
        self, a: Sequence[CableEnd], b: Sequence[CableEnd], profile: str = "", *, status: str = "connected"
    ) -> Cable:
        """A cable, its ends on the connectors of the profile in the order given."""
        sides = []
        for number, ends in enumerate((a, b)):
            positions = tuple(range(1, shapes(profile)[number].positions + 1)) if profile else ()
            sides.append(
                tuple(
                    CableEnd(
                        kind=end.kind,
                        device=end.device,
                        name=end.name,
                        connector=connector if profile else 0,
                        positions=positions,
                    )
                    for connector, end in enumerate(ends, 1)
                )
            )
        key = f"G-{len(self._cables) + 1:04d}"
        made = Cable(key=key, label=key, a=sides[0], b=sides[1], profile=profile, status=status)
        self._cables.append(made)
        return made

    def turned(self, a: Sequence[CableEnd], b: Sequence[CableEnd], *, status: str = "connected") -> Cable:
        """A cable without a profile, its sides by chance."""
        return self.cable(*((a, b) if self.random.random() < 0.5 else (b, a)), status=status)

    def circuit(self, *, network: bool = False, one_sided: bool = False) -> tuple[CableEnd, CableEnd]:
        """A leased line; `network` says that its Z side is in the provider's network."""
        cid = f"L-{len(self._circuits) + 1:03d}"
        far = CircuitEnd(provider_network=NETWORK) if network else CircuitEnd(site=SITE)
        self._circuits.append(
            Circuit(
                cid=cid,
                provider=PROVIDER,
                type="line",
                a=CircuitEnd(site=SITE),
                z=None if one_sided else far,
            )
        )
        return tuple(
            CableEnd(kind="circuit-termination", device=f"{PROVIDER}/{cid}", name=side) for side in "AZ"
        )  # type: ignore[return-value]  # two letters, two ends

    def feed(self) -> CableEnd:
        """A power feed of the one panel."""
        feed = PowerFeed(
            name=f"Feed {len(self._feeds) + 1}", site=SITE, panel="Board", voltage=230, amperage=16
        )
        self._feeds.append(feed)
        return CableEnd(kind="power-feed", device=f"{SITE}/Board", name=feed.name)

    def radio(self, *, status: str = "connected") -> tuple[CableEnd, CableEnd]:
        """Two interfaces joined by radio."""
        one, two = (self.port("interface", self.name("radio"), type="ieee802.11ax") for _ in range(2))
        ends = sorted(WirelessEnd(device=end.device, interface=end.name) for end in (one, two))
        self._radios.append(WirelessLink(a=ends[0], b=ends[1], status=status))
        return one, two

    def bridge(self, end: CableEnd) -> CableEnd:
        """Another interface of the same device, and the first one bridged to it."""
        other = self.port("interface", end.device)
        ports = self._devices[end.device]["interfaces"]
        index = next(n for n, port in enumerate(ports) if port.name == end.name)
        old = ports[index]
        ports[index] = Interface(name=old.name, type=old.type, bridge=other.name)
        return other

    def name(self, prefix: str) -> str:
        """A device's name that is not taken."""
        return f"{prefix}{len(self._devices) + 1}"

    def snapshot(self) -> Snapshot:
        """What was drawn."""
        devices = [
            msgspec.structs.replace(
                Device(name=name, site=SITE, role=ROLE, type=TYPE),
                **{field: tuple(found) for field, found in ports.items()},
            )
            for name, ports in self._devices.items()
        ]
        tables = Tables(
            sites=(Site(slug=SITE, name="Plant"),),
            roles=(Role(slug=ROLE, name="Thing"),),
            device_types=(DeviceType(slug=TYPE, model="Box", manufacturer="maker", half_units=0),),
            providers=(Provider(slug=PROVIDER, name="Carrier"),),
            provider_networks=(ProviderNetwork(name=NETWORK, provider=PROVIDER),),
            circuits=tuple(self._circuits),
            power_panels=(PowerPanel(name="Board", site=SITE),),
            power_feeds=tuple(self._feeds),
            wireless_links=tuple(self._radios),
            cables=tuple(self._cables),
        )
        return Snapshot.build(tables, devices, Origin(source="generated"))
