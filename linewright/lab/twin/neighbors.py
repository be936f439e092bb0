"""Who a twin sees: LLDP, BGP and OSPF, from the configurations and cables of all.

The rules are short and honest: an adjacency is up when both ends are configured for each other and every interface it
needs is up. Nothing is timed; what would take a hold time on a device shows at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from linewright.lab.twin.plant import Plant
from linewright.lab.twin.reading import Address, Bgp, Ospf, Peer, Port, Reading


@dataclass(frozen=True)
class Heard:
    """An LLDP neighbour (IEEE 802.1AB): system name, port id, port description; `twin` is its name in the fleet."""

    port: str
    device: str
    remote_port: str
    description: str = ""
    twin: str = ""


@dataclass(frozen=True)
class Session:
    """A BGP neighbour and its state (RFC 4271, section 8.2.2). `remote_id` is its router id once established."""

    peer: Peer
    state: str
    remote_id: str = "0.0.0.0"  # noqa: S104 - a router id, not a socket


@dataclass(frozen=True)
class Adjacency:
    """An OSPF neighbour in state full (RFC 2328, section 10.1)."""

    instance: str
    port: str
    router_id: str
    address: str


class Neighborhood:
    """All twins' running configurations by device name, and the plant between them; taken at one moment.

    `outside_peers` is the state of BGP sessions with addresses that no twin owns.
    """

    def __init__(self, readings: Mapping[str, Reading], plant: Plant, outside_peers: str) -> None:
        self._readings = readings
        self._plant = plant
        self._outside_peers = outside_peers

    def reading(self, device: str) -> Reading:
        """A twin's running configuration."""
        return self._readings[device]

    def far(self, device: str, port: str) -> tuple[str, Port] | None:
        """The twin and its port at the other end of the cable in a port."""
        end = self._plant.far(device, port)
        reading = self._readings.get(end[0]) if end else None
        found = reading.ports.get(end[1]) if end and reading else None
        return (end[0], found) if end and found else None

    def is_up(self, device: str, port: Port) -> bool:
        """Whether an interface passes traffic."""
        return self._plant.is_up(device, port, self._readings[device])

    def heard(self, device: str) -> Iterator[Heard]:
        """LLDP neighbours of a device."""
        reading = self._readings[device]
        for port in reading.ports.values():
            far = self._plant.far(device, port.name) if port.physical else None
            if far is None or not _speaks_lldp(reading, port.name) or not self.is_up(device, port):
                continue
            other = self._readings.get(far[0])
            if other is None:
                if self._plant.speaks_lldp(far[0]):
                    yield Heard(port.name, *far)
            elif _speaks_lldp(other, far[1]):
                yield Heard(port.name, other.fqdn, far[1], other.ports[far[1]].description, far[0])

    def sessions(self, device: str) -> Iterator[Session]:
        """BGP neighbours of a device."""
        mine = self._readings[device].bgp
        for peer in mine.peers if mine else ():
            if mine is not None:
                yield self._session(device, mine, peer) if peer.enabled else Session(peer, "Idle")

    def adjacencies(self, device: str) -> Iterator[Adjacency]:
        """OSPF neighbours of a device, over cables between twins."""
        for mine in self._readings[device].ospf:
            for port in self._hello_ports(device, mine):
                far = self._plant.far(device, port.name)
                if far is None or far[0] not in self._readings:
                    continue
                for theirs in self._readings[far[0]].ospf:
                    for remote in self._hello_ports(far[0], theirs):
                        if remote.name == far[1] and _adjacent(mine, port, theirs, remote):
                            address = str(remote.v4[0].ip)
                            yield Adjacency(mine.instance, port.name, theirs.router_id, address)

    def _hello_ports(self, device: str, instance: Ospf) -> Iterator[Port]:
        for port in self._readings[device].ports.values():
            wanted = port.physical and port.v4 and instance.area_of(port) and instance.speaks_on(port)
            if wanted and self.is_up(device, port):
                yield port

    def _session(self, device: str, mine: Bgp, peer: Peer) -> Session:
        source = self._source(device, peer)
        owner = next((name for name, other in self._readings.items() if other.owns(peer.address)), None)
        if source is None:
            return Session(peer, "Active")
        if owner is None:
            return Session(peer, self._outside_peers, _made_up_id(peer.address))
        theirs = self._readings[owner].bgp
        back = next((p for p in theirs.peers if p.address == source), None) if theirs else None
        if theirs is None or back is None or not back.enabled or back.password != peer.password:
            return Session(peer, "Active")
        expected = (theirs.asn, mine.asn) == (peer.remote_as, back.remote_as)
        if not expected or self._source(owner, back) != peer.address:
            return Session(peer, "Active")
        return Session(peer, "Established", theirs.router_id)

    def _source(self, device: str, peer: Peer) -> Address | None:
        """The local address a session to a peer has; None when no interface that is up gives one."""
        for port in self._readings[device].ports.values():
            if (peer.source and peer.source != port.name) or not port.routed or not self.is_up(device, port):
                continue
            for own in port.addresses:
                connected = peer.address in own.network and own.ip != peer.address
                if own.version == peer.address.version and (connected or peer.source):
                    return own.ip
        return None


def _speaks_lldp(reading: Reading, port: str) -> bool:
    return reading.lldp_runs and port in reading.ports and reading.ports[port].speaks_lldp


def _made_up_id(address: Address) -> str:
    """A router id for a peer that is no twin: its own address where that can be one."""
    return str(address) if address.version == 4 else "192.0.2.255"


def _adjacent(mine: Ospf, port: Port, theirs: Ospf, remote: Port) -> bool:
    return (
        mine.area_of(port) == theirs.area_of(remote)
        and port.v4[0].network == remote.v4[0].network
        and port.v4[0].ip != remote.v4[0].ip
        and port.mtu == remote.mtu
        and mine.router_id != theirs.router_id
    )
