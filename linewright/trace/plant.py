"""The cable plant as tables to walk on: what is plugged in where, and what leads on inside a device or a circuit.

One plant serves every walk through a snapshot: NetBox's own way (route) and strand by strand (walk).
"""

from collections.abc import Iterable
from typing import NamedTuple

from linewright.errors import DataError
from linewright.model.objects import Cable, CableEnd, CircuitEnd, Device
from linewright.model.snapshot import Snapshot
from linewright.trace.profiles import PROFILES, Place, Side, opposite

#: What a path only passes through.
PASSIVE = frozenset({"front-port", "rear-port"})
CIRCUIT = "circuit-termination"

_PORT_LISTS = (
    ("interface", "interfaces"),
    ("front-port", "front_ports"),
    ("rear-port", "rear_ports"),
    ("console-port", "console_ports"),
    ("console-server-port", "console_server_ports"),
    ("power-port", "power_ports"),
    ("power-outlet", "power_outlets"),
)


class Port(NamedTuple):
    """Something a cable or radio link can end on; kinds and names are those of CableEnd."""

    kind: str
    device: str
    name: str

    @property
    def text(self) -> str:
        """As people say it: "hq-leaf1 eth3"."""
        return f"{self.device} {self.name}"


class Plug(NamedTuple):
    """The end of a cable in a port: which cable, which side, which connector of its profile with which positions."""

    cable: str
    side: Side
    connector: int = 0
    positions: tuple[int, ...] = ()


class Strand(NamedTuple):
    """One connection inside a panel, seen from a port: own position, the port on the other side, its position."""

    position: int
    port: Port
    far_position: int


class Radio(NamedTuple):
    """The far end of a radio link."""

    name: str
    status: str
    port: Port


class Plant:
    """The tables of one snapshot.

    `plugs` what is plugged into a port; `radios` the radio link of an interface; `widths` the number of positions of
    front and rear ports; `strands` what a panel joins a port to; `channels` the children of a channelised interface by
    position, `parents` the other way round; `bridged` interface to bridge; `marked` what is marked as connected
    without a cable; `disabled` interfaces; `existing` every port of a device that any cable ends on.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        """Build the tables.

        Raises:
            DataError: two cables end on one port, or one cable ends there twice.
        """
        self.snapshot = snapshot
        self.plugs: dict[Port, Plug] = {}
        self.radios: dict[Port, Radio] = {}
        self.widths: dict[Port, int] = {}
        self.strands: dict[Port, list[Strand]] = {}
        self.channels: dict[Port, dict[int, Port]] = {}
        self.parents: dict[Port, Port] = {}
        self.bridged: dict[Port, Port] = {}
        self.marked: set[Port] = set()
        self.disabled: set[Port] = set()
        self.existing: set[Port] = set()
        self._places: dict[tuple[str, Side, Place], Port] = {}
        for cable in snapshot.tables.cables:
            self._cable(cable)
        for link in snapshot.tables.wireless_links:
            a, b = (Port("interface", end.device, end.interface) for end in (link.a, link.b))
            for near, far in ((a, b), (b, a)):
                self.radios[near] = Radio(f"{a.text} ~ {b.text}", link.status, far)
        for device in snapshot.devices.values():
            self._device(device)
        for feed in snapshot.tables.power_feeds:
            port = Port("power-feed", f"{feed.site}/{feed.panel}", feed.name)
            self._known(port, marked=feed.mark_connected)
        for name, circuit in snapshot.circuits.items():
            for side, end in (("A", circuit.a), ("Z", circuit.z)):
                if end is not None:
                    self._known(Port(CIRCUIT, name, side), marked=end.mark_connected)

    def ends(self, cable: str, side: Side) -> tuple[Port, ...]:
        """The ports on one side of a cable, in the order of its connectors."""
        found = self.snapshot.cables[cable]
        return tuple(_port(end) for end in (found.a if side == "A" else found.b))

    def far_ends(self, plug: Plug) -> tuple[Port, ...]:
        """The ports on the other side of the cable."""
        return self.ends(plug.cable, other_side(plug.side))

    def across(self, plug: Plug, position: int) -> tuple[Port, int] | None:
        """The port and position that a position of this plug leads to, by the cable's profile; None if to nothing.

        Raises:
            LookupError: the profile has no such position; the message is one for people.
        """
        cable = self.snapshot.cables[plug.cable]
        if cable.profile not in PROFILES:
            raise LookupError(f"cable {cable.key}: profile {cable.profile} is not known")
        place = opposite(cable.profile, plug.side, (plug.connector, position))
        if place is None:
            raise LookupError(f"cable {cable.key} ({cable.profile}) has no position {position} there")
        port = self._places.get((plug.cable, other_side(plug.side), place))
        return (port, place[1]) if port is not None else None

    def circuit_end(self, port: Port) -> CircuitEnd | None:
        """The side of a circuit that this termination is; None if the source of truth has no such side."""
        circuit = self.snapshot.circuits[port.device]
        return {"A": circuit.a, "Z": circuit.z}.get(port.name)

    def _cable(self, cable: Cable) -> None:
        sides: tuple[tuple[Side, tuple[CableEnd, ...]], ...] = (("A", cable.a), ("B", cable.b))
        for side, ends in sides:
            for end in ends:
                port = _port(end)
                if (other := self.plugs.get(port)) is not None:
                    twice = f"cables {other.cable} and {cable.key} both end on {port.text}"
                    raise DataError(
                        twice if other.cable != cable.key else f"cable {cable.key} ends twice on {port.text}",
                        hint="give each termination one end of one cable in the source of truth",
                    )
                self.plugs[port] = Plug(cable.key, side, end.connector, end.positions)
                for position in end.positions:
                    self._places[cable.key, side, (end.connector, position)] = port

    def _device(self, device: Device) -> None:
        for kind, field in _PORT_LISTS:
            for port in getattr(device, field):
                self._known(Port(kind, device.name, port.name), marked=port.mark_connected)
        self._interfaces(device)
        self._panel(device)

    def _interfaces(self, device: Device) -> None:
        for interface in device.interfaces:
            here = Port("interface", device.name, interface.name)
            if interface.channels:
                self.channels[here] = {}
            if interface.bridge:
                self.bridged[here] = here._replace(name=interface.bridge)
            if not interface.enabled:
                self.disabled.add(here)
        for interface in device.interfaces:
            parent = Port("interface", device.name, interface.parent)
            if interface.channel_id and parent in self.channels:
                here = parent._replace(name=interface.name)
                self.channels[parent].setdefault(interface.channel_id, here)
                self.parents[here] = parent

    def _panel(self, device: Device) -> None:
        for rear in device.rear_ports:
            self.widths[Port("rear-port", device.name, rear.name)] = rear.positions
        for front in device.front_ports:
            here = Port("front-port", device.name, front.name)
            self.widths[here] = front.positions
            for mapping in front.mappings:
                behind = Port("rear-port", device.name, mapping.rear_port)
                strand = Strand(mapping.position, behind, mapping.rear_position)
                self.strands.setdefault(here, []).append(strand)
                back = Strand(mapping.rear_position, here, mapping.position)
                self.strands.setdefault(behind, []).append(back)

    def _known(self, port: Port, *, marked: bool) -> None:
        if port in self.plugs or port in self.radios:
            self.existing.add(port)
        if marked:
            self.marked.add(port)


def other_side(side: Side) -> Side:
    """The other side of a cable."""
    return "B" if side == "A" else "A"


def _port(end: CableEnd) -> Port:
    return Port(end.kind, end.device, end.name)


def unique(ports: Iterable[Port]) -> list[Port]:
    """Each once, in the order of their first appearance."""
    return list(dict.fromkeys(ports))
