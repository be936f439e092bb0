"""What the lab builds from a snapshot: which routers, which links, which management networks. Pure.

Routers are the active devices of platform FRR. Every connected end-to-end path between two of their interfaces
becomes one cable, whatever panels and circuits it passes; the ends have the interfaces' own names. The management port
is the one with the device's out-of-band address; it goes to a bridge on the host, where the host has the first
address that no router uses.

A physical interface without a partner in the lab is there as a port with nothing plugged in (no carrier), so that a
configuration can name it. What cannot be built is told in `left_out`: aggregates, subinterfaces and other virtual
interfaces (many kernels of small machines have no bond, VLAN or dummy devices), names that Linux does not take, and
interfaces with several far ends. FRR takes configuration for an interface that is not there and waits for it.

An active device without platform whose interfaces are bridged with each other (an encryptor: red and black side) is
built as a device in line when a cable of the lab leads to it.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from linewright import platforms
from linewright.errors import DataError
from linewright.lab.frr.inline import Bridge, InlineSpec
from linewright.lab.frr.router import PORT, RouterSpec
from linewright.model.objects import Device, Interface, Record
from linewright.model.snapshot import Snapshot
from linewright.trace import Path, paths

_Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface
_VIRTUAL = ("virtual", "bridge", "lag")
#: A management network becomes a route of the host: it must be small, and of addresses that lead nowhere else.
_LARGEST = {4: 16, 6: 64}


class Link(Record, frozen=True):
    """A cable of the lab: two ports, and the path of the snapshot it stands for ("C-0012 + NL-7")."""

    a: str
    a_port: str
    z: str
    z_port: str
    path: str = ""

    @property
    def text(self) -> str:
        """As people say it."""
        return f"{self.a} {self.a_port} - {self.z} {self.z_port}"


class Topology(Record, frozen=True):
    """A lab to be built. `links` lead between routers and devices in line (`inline`).

    `host` are the host's own addresses (with prefix length), one per management network.
    """

    routers: tuple[RouterSpec, ...]
    links: tuple[Link, ...] = ()
    host: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    inline: tuple[InlineSpec, ...] = ()

    def router(self, name: str) -> RouterSpec:
        """The router of that name.

        Raises:
            DataError: the lab has none.
        """
        for spec in self.routers:
            if spec.name == name:
                return spec
        raise DataError(
            f"the lab has no router {name!r}", hint=f"it has {', '.join(r.name for r in self.routers)}"
        )

    @property
    def heard(self) -> tuple[Link, ...]:
        """The cables whose two ends hear each other by LLDP: those between routers."""
        routers = {spec.name for spec in self.routers}
        return tuple(link for link in self.links if {link.a, link.z} <= routers)

    def link(self, router: str, port: str) -> Link:
        """The cable at a port.

        Raises:
            DataError: there is none.
        """
        for link in self.links:
            if (router, port) in ((link.a, link.a_port), (link.z, link.z_port)):
                return link
        raise DataError(f"the lab has no cable at {router} {port}")


def topology(snapshot: Snapshot) -> Topology:
    """The lab of a snapshot.

    Raises:
        DataError: there is nothing to build, or a device has no management address the lab can use.
    """
    devices = {name: device for name, device in snapshot.devices.items() if _is_router(device)}
    if not devices:
        raise DataError(
            f"snapshot {snapshot.code} has no active device of platform FRR", hint="nothing to build a lab of"
        )
    management = {name: _management(device) for name, device in devices.items()}
    ports = {
        (name, interface.name)
        for name, device in devices.items()
        for interface in device.interfaces
        if _can_be_built(interface) and interface.name != management[name][0]
    }
    inline = {
        name: spec for name, device in snapshot.devices.items() if (spec := _inline(device)) is not None
    }
    sockets = {
        (name, port) for name, spec in inline.items() for bridge in spec.bridges for port in bridge.ports
    }
    links, left_out = _links(paths(snapshot), devices.keys() | inline.keys(), ports | sockets)
    taken = {end for link in links for end in ((link.a, link.a_port), (link.z, link.z_port))}
    left_out += [
        f"{name} {interface.name}: {_reason(interface)}"
        for name, device in devices.items()
        for interface in device.interfaces
        if interface.name not in ("lo", management[name][0]) and not _can_be_built(interface)
    ]
    return Topology(
        routers=tuple(
            RouterSpec(
                name=name,
                address=str(management[name][1]),
                management=management[name][0],
                spares=tuple(
                    interface.name
                    for interface in device.interfaces
                    if (name, interface.name) in ports - taken
                ),
            )
            for name, device in devices.items()
        ),
        links=tuple(links),
        host=_host_addresses({name: address for name, (_, address) in management.items()}),
        inline=tuple(
            spec for spec in inline.values() if any(spec.name in (link.a, link.z) for link in links)
        ),
        left_out=tuple(line if line.isprintable() else ascii(line)[1:-1] for line in left_out),
    )


def _is_router(device: Device) -> bool:
    known = platforms.platform_for(device)
    return device.status == "active" and known is not None and known.name == "frr"


def _inline(device: Device) -> InlineSpec | None:
    if device.status != "active" or device.platform:
        return None
    groups: dict[str, list[str]] = {}
    for interface in device.interfaces:
        if interface.bridge and _can_be_built(interface):
            groups.setdefault(interface.bridge, []).append(interface.name)
    bridges = tuple(
        Bridge(name=name, ports=tuple(ports))
        for name, ports in groups.items()
        if len(ports) > 1 and re.fullmatch(PORT, name)
    )
    return InlineSpec(name=device.name, bridges=bridges) if bridges else None


def _can_be_built(interface: Interface) -> bool:
    return not _reason(interface) and interface.name != "lo"


def _reason(interface: Interface) -> str:
    if interface.type in _VIRTUAL or interface.parent:
        return "virtual interfaces are not built"
    return "" if re.fullmatch(PORT, interface.name) else "Linux takes no such name for a port"


def _management(device: Device) -> tuple[str, _Interface]:
    """The management port and its address."""
    wanted = device.oob_ip.partition("/")[0]
    if not wanted:
        raise DataError(
            f"device {device.name} has no out-of-band address",
            hint="the lab reaches its routers by it; give the device an oob_ip",
        )
    for interface in device.interfaces:
        for address in interface.addresses:
            if address.address.partition("/")[0] == wanted and re.fullmatch(PORT, interface.name):
                return interface.name, _small(device.name, address.address)
    raise DataError(f"device {device.name}: its out-of-band address {wanted} is on no port of it")


def _small(device: str, text: str) -> _Interface:
    try:
        address = ipaddress.ip_interface(text)
    except ValueError:
        raise DataError(f"device {device}: {text!r} is not an address with prefix length") from None
    network = address.network
    if (
        network.prefixlen < _LARGEST[network.version]
        or not network.is_private
        or network.is_loopback
        or network.is_link_local
    ):
        raise DataError(
            f"device {device}: {network} cannot be a management network of a lab",
            hint="it becomes a network of this host: private, benchmark (198.18.0.0/15) or documentation addresses, /16 or smaller (IPv6 /64)",
        )
    return address


def _host_addresses(management: Mapping[str, _Interface]) -> tuple[str, ...]:
    owners: dict[str, str] = {}
    for name, address in management.items():
        if (other := owners.setdefault(str(address.ip), name)) != name:
            raise DataError(f"devices {other} and {name} have the same out-of-band address {address.ip}")
    chosen = []
    for network in dict.fromkeys(address.network for address in management.values()):
        free = next((str(host) for host in network.hosts() if str(host) not in owners), "")
        if not free:
            raise DataError(f"management network {network} has no address left for the host")
        chosen.append(f"{free}/{network.prefixlen}")
    return tuple(chosen)


def _links(
    found: Iterable[Path], devices: AbstractSet[str], ports: set[tuple[str, str]]
) -> tuple[list[Link], list[str]]:
    """Cables, and what cannot be one."""
    between = [
        path
        for path in found
        if path.joins_interfaces and path.a.device in devices and path.z.device in devices
    ]
    ready = [path for path in between if path.status == "connected"]
    ends = Counter(
        end for path in ready for end in ((path.a.device, path.a.port), (path.z.device, path.z.port))
    )
    links, left_out = [], [f"{path.text}: {path.status}" for path in between if path.status != "connected"]
    for path in ready:
        both = ((path.a.device, path.a.port), (path.z.device, path.z.port))
        if any(ends[end] > 1 for end in both):
            left_out.append(f"{path.text}: an end has several far ends")
        elif not set(both) <= ports:
            left_out.append(f"{path.text}: an end is no port of the lab")
        else:
            links.append(
                Link(a=path.a.device, a_port=path.a.port, z=path.z.device, z_port=path.z.port, path=path.name)
            )
    return links, left_out
