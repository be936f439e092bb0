"""Which routing neighbours the source of truth makes us expect.

A BGP session is expected up when both devices are in the snapshot, each has the other as a neighbour with the right
AS, and neither side is shut down (RFC 4271 section 8). An OSPF adjacency is expected between two interfaces at the
ends of one connected path that both run OSPF and are not passive (RFC 2328 section 10).
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from ipaddress import ip_address, ip_interface
from typing import NamedTuple

from linewright.errors import DataError
from linewright.model.natural import natural_key
from linewright.model.objects import Record
from linewright.model.routing import BgpNeighbor, Routing, routing
from linewright.model.snapshot import Snapshot
from linewright.trace import Path
from linewright.trace.path import CONNECTED


class Peer(Record, frozen=True):
    """One end of a session: the address and interface it uses; empty where the source of truth does not say.

    `device` is empty for an end that is not in the snapshot. `vrf` is that of the interface, "" for the global table,
    None where the interface is not known.
    """

    device: str
    address: str
    interface: str = ""
    vrf: str | None = None

    @property
    def text(self) -> str:
        """As people say it."""
        return self.device or self.address


class Session(Record, frozen=True):
    """A BGP session that should be up; `a` is the smaller of two devices of the snapshot."""

    a: Peer
    z: Peer

    @property
    def text(self) -> str:
        """As people say it: "hq-wan2 198.18.9.0 - r1-wan2 198.18.9.1"."""
        return " - ".join(f"{peer.device} {peer.address}".strip() for peer in (self.a, self.z))


class Adjacency(Record, frozen=True):
    """An OSPF adjacency that should be full, over one path; router ids as each end should show the other."""

    path: Path
    router_id_a: str
    router_id_z: str

    @property
    def text(self) -> str:
        """As people say it: "hq-wan1 eth2 - hq-wan2 eth2"."""
        return f"{self.path.a.text} - {self.path.z.text}"


class Expectation(Record, frozen=True):
    """All of it, in natural order. `notes` are sessions that nobody can expect, each with the reason."""

    sessions: tuple[Session, ...] = ()
    adjacencies: tuple[Adjacency, ...] = ()
    notes: tuple[str, ...] = ()


class _Configured(NamedTuple):
    device: str
    asn: int
    neighbor: BgpNeighbor
    address: str  # the neighbour's, canonical
    local: str  # our own, canonical; "" if not told
    interface: str


def expected(snapshot: Snapshot, paths: Iterable[Path]) -> Expectation:
    """What the snapshot makes us expect.

    Raises:
        DataError: routing data of a device is malformed.
    """
    return _Expecting(snapshot).all(paths)


def canonical_address(text: str, where: str) -> str:
    """An address in the one text form everybody compares (RFC 5952 for IPv6).

    Raises:
        DataError: it is none; the message says where.
    """
    try:
        return str(ip_address(text))
    except ValueError:
        raise DataError(
            f"{where}: {text!r} is not an address", hint="correct it in the source of truth"
        ) from None


class _Expecting:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.routing: Mapping[str, Routing] = {
            name: found
            for name, device in snapshot.devices.items()
            if (found := routing(device)).bgp is not None or found.ospf is not None
        }

    @cached_property
    def owners(self) -> Mapping[str, list[tuple[str, str]]]:
        """Who has an address: (device, interface) pairs."""
        owners: dict[str, list[tuple[str, str]]] = {}
        for device in self.snapshot.devices.values():
            for interface in device.interfaces:
                for address in interface.addresses:
                    owners.setdefault(address.address.partition("/")[0], []).append(
                        (device.name, interface.name)
                    )
        return owners

    @cached_property
    def configured(self) -> Mapping[str, list[_Configured]]:
        """Every configured neighbour, by device."""
        found: dict[str, list[_Configured]] = {}
        for name, parts in self.routing.items():
            if parts.bgp is None:
                continue
            for neighbor in parts.bgp.neighbors:
                address = canonical_address(neighbor.address, f"device {name}: BGP neighbour")
                local, interface = self._local(name, neighbor.update_source, address)
                found.setdefault(name, []).append(
                    _Configured(name, parts.bgp.asn, neighbor, address, local, interface)
                )
        return found

    def _local(self, device: str, source: str, far: str) -> tuple[str, str]:
        """Our own address and interface of a session to `far`."""
        target = ip_address(far)
        for interface in self.snapshot.devices[device].interfaces:
            for address in interface.addresses:
                ours = ip_interface(address.address)
                if ours.version != target.version:
                    continue
                named = source in {interface.name, str(ours.ip)}
                if named or (not source and target in ours.network and target != ours.ip):
                    return str(ours.ip), interface.name
        return "", ""

    def all(self, paths: Iterable[Path]) -> Expectation:
        sessions: dict[Session, None] = {}
        notes: list[str] = []
        for one in (item for items in self.configured.values() for item in items):
            if one.neighbor.shutdown:
                continue
            near = self._peer(one.device, one.local, one.interface)
            far_devices = sorted({device for device, _ in self.owners.get(one.address, ())} - {one.device})
            if not far_devices:
                far = Peer(device="", address=one.address)
                sessions[Session(a=near, z=far)] = None
                notes.append(
                    f"{one.device} has a BGP session to {one.address}, an address of no device in the source of truth"
                )
                continue
            back = [other for device in far_devices for other in self._back(one, device)]
            if not back:
                notes.append(
                    f"{one.device} has a BGP session to {' or '.join(far_devices)} ({one.address}), "
                    "which has no such session in the source of truth"
                )
                continue
            other = back[0]
            if other.neighbor.shutdown:
                continue
            if (one.neighbor.remote_as, other.neighbor.remote_as) != (other.asn, one.asn):
                notes.append(
                    f"{one.device} expects AS {one.neighbor.remote_as} at {other.device} ({one.address}), "
                    f"which is AS {other.asn} and expects AS {other.neighbor.remote_as}"
                )
                continue
            # Each end knows for certain only what the other one dials.
            ends = (
                self._peer(one.device, other.address, self._interface(one.device, other.address)),
                self._peer(other.device, one.address, self._interface(other.device, one.address)),
            )
            a, z = sorted(ends, key=lambda peer: (natural_key(peer.device), natural_key(peer.address)))
            sessions[Session(a=a, z=z)] = None
        ordered = sorted(sessions, key=lambda s: (natural_key(s.a.device), natural_key(s.text)))
        return Expectation(
            sessions=tuple(ordered), adjacencies=self._adjacencies(paths), notes=tuple(dict.fromkeys(notes))
        )

    def _back(self, one: _Configured, device: str) -> list[_Configured]:
        """The sessions of the far device that lead back to this one."""
        return [
            other
            for other in self.configured.get(device, ())
            if any(owner == one.device for owner, _ in self.owners.get(other.address, ()))
            and one.local in {"", other.address}
            and other.local in {"", one.address}
        ]

    def _peer(self, device: str, address: str, interface: str) -> Peer:
        known = self.snapshot.devices[device].interface(interface)
        return Peer(device=device, address=address, interface=interface, vrf=known.vrf if known else None)

    def _interface(self, device: str, address: str) -> str:
        return next((port for owner, port in self.owners.get(address, ()) if owner == device), "")

    def _adjacencies(self, paths: Iterable[Path]) -> tuple[Adjacency, ...]:
        active = {
            (name, interface.name): parts.ospf.router_id
            for name, parts in self.routing.items()
            if parts.ospf is not None
            for interface in parts.ospf.interfaces
            if not interface.passive
        }
        found = []
        for path in paths:
            a, z = active.get((path.a.device, path.a.port)), active.get((path.z.device, path.z.port))
            if a is not None and z is not None and path.joins_interfaces and path.status == CONNECTED:
                found.append(Adjacency(path=path, router_id_a=a, router_id_z=z))
        return tuple(found)
