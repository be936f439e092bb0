"""What a configuration says, typed: interfaces, BGP and OSPF as the rest of a twin needs them."""

from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, ip_address

from linewright.lab.twin.config import Config, Node
from linewright.model.natural import natural_key

Address = IPv4Address | IPv6Address
Interface = IPv4Interface | IPv6Interface


@dataclass(frozen=True)
class Port:
    """One interface. `vlans` are those a switched port carries, None for all of them; the first address is primary.

    `native_vlan` is the one that frames without a tag belong to.
    """

    name: str
    enabled: bool
    description: str
    mtu: int
    routed: bool
    v4: tuple[IPv4Interface, ...]
    v6: tuple[IPv6Interface, ...]
    vlans: frozenset[int] | None
    access_vlan: int
    trunk: bool
    channel: int
    area: str
    speaks_lldp: bool
    native_vlan: int = 1
    vrf: str = ""

    @property
    def physical(self) -> bool:
        """Whether a cable can be put in."""
        return self.name.startswith(("Ethernet", "Management")) and "." not in self.name

    def carries(self, vlan: int) -> bool:
        """Whether it is a switched port of its own that carries a VLAN."""
        return not self.routed and not self.channel and (self.vlans is None or vlan in self.vlans)

    @property
    def addresses(self) -> tuple[Interface, ...]:
        """All addresses."""
        return (*self.v4, *self.v6)


@dataclass(frozen=True)
class Peer:
    """One configured BGP neighbour."""

    address: Address
    remote_as: int
    enabled: bool
    source: str
    description: str
    password: str


@dataclass(frozen=True)
class Bgp:
    """The BGP instance of a configuration."""

    asn: int
    router_id: str
    peers: tuple[Peer, ...]


@dataclass(frozen=True)
class Ospf:
    """An OSPF instance of a configuration."""

    instance: str
    router_id: str
    passive: frozenset[str]
    passive_default: bool
    active: frozenset[str]
    networks: tuple[tuple[IPv4Network, str], ...]

    def speaks_on(self, port: Port) -> bool:
        """Whether hellos are sent there."""
        if port.name in self.active:
            return True
        return not self.passive_default and port.name not in self.passive and port.name[:8] != "Loopback"

    def area_of(self, port: Port) -> str:
        """The area an interface is in; empty when it is in none."""
        if port.area:
            return port.area
        return next(
            (area for network, area in self.networks if any(address.ip in network for address in port.v4)),
            "",
        )


class Reading:
    """One configuration, read once. The configuration must not change any more."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def hostname(self) -> str:
        """The name a device gives itself; EOS says localhost until it has one."""
        return next((rest for rest, _ in self.config.sections("hostname")), "localhost")

    @cached_property
    def fqdn(self) -> str:
        """The name with its domain, as LLDP announces it."""
        domain = [
            rest for start in ("dns domain", "ip domain-name") for rest, _ in self.config.sections(start)
        ]
        return f"{self.hostname}.{domain[0]}" if domain else self.hostname

    @cached_property
    def vlans(self) -> dict[int, str]:
        """VLANs with their names; VLAN 1 is always there."""
        found = {1: "default"}
        for rest, node in self.config.sections("vlan"):
            found[int(rest)] = _one(node, "name") or f"VLAN{int(rest):04}"
        return found

    @cached_property
    def ports(self) -> dict[str, Port]:
        """All interfaces by name, in the order of the configuration."""
        return {name: _port(name, node) for name, node in self.config.sections("interface")}

    @cached_property
    def bgp(self) -> Bgp | None:
        """The BGP instance, without its VRFs."""
        for rest, node in self.config.sections("router bgp"):
            addresses = {line.split()[0] for line in node.values("neighbor")}
            found = [_peer(node, ip_address(address)) for address in sorted(addresses, key=natural_key)]
            known = tuple(peer for peer in found if peer.remote_as)
            return Bgp(int(rest), _one(node, "router-id") or self.highest_address, known)
        return None

    @cached_property
    def ospf(self) -> tuple[Ospf, ...]:
        """The OSPF instances."""
        return tuple(_ospf(rest, node, self) for rest, node in self.config.sections("router ospf"))

    @cached_property
    def highest_address(self) -> str:
        """A router id as devices choose it: the highest address of a loopback, else of any interface."""
        found = [(p.name.startswith("Loopback"), a.ip) for p in self.ports.values() for a in p.v4]
        return str(max(found)[1]) if found else "0.0.0.0"  # noqa: S104 - a router id, not a socket

    def owns(self, address: Address) -> bool:
        """Whether an address is configured here, on an interface up or down."""
        return any(own.ip == address for port in self.ports.values() for own in port.addresses)

    @cached_property
    def lldp_runs(self) -> bool:
        """Whether LLDP is on, as it is by default."""
        return self.config.root.child("no lldp run") is None


def _one(node: Node, start: str) -> str:
    return next(iter(node.values(start)), "")


def _port(name: str, node: Node) -> Port:
    access = int(_one(node, "switchport access vlan") or 1)
    trunk = _one(node, "switchport mode") == "trunk"
    allowed = _one(node, "switchport trunk allowed vlan")
    carried = frozenset({access}) if not trunk else _expanded(allowed) if allowed else None
    primary = [v for v in node.values("ip address") if not v.endswith("secondary")]
    secondary = [v.split()[0] for v in node.values("ip address") if v.endswith("secondary")]
    switched = name.startswith(("Ethernet", "Port-Channel")) and "." not in name
    return Port(
        name=name,
        enabled=node.child("shutdown") is None,
        description=_one(node, "description"),
        mtu=int(_one(node, "mtu") or (65535 if name.startswith("Loopback") else 1500)),
        routed=not switched or node.child("no switchport") is not None,
        v4=tuple(IPv4Interface(value) for value in primary + secondary),
        v6=tuple(IPv6Interface(value) for value in node.values("ipv6 address")),
        vlans=carried,
        access_vlan=access,
        trunk=trunk,
        channel=int((_one(node, "channel-group") or "0").split()[0]),
        area=_one(node, "ip ospf area"),
        speaks_lldp=node.child("no lldp transmit") is None and node.child("no lldp receive") is None,
        native_vlan=int(_one(node, "switchport trunk native vlan") or 1) if trunk else access,
        vrf=_one(node, "vrf"),
    )


def _expanded(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        low, _, high = part.partition("-")
        found.update(range(int(low), int(high or low) + 1))
    return frozenset(found)


def _peer(node: Node, address: Address) -> Peer:
    start = f"neighbor {address}"
    return Peer(
        address=address,
        remote_as=int(_one(node, f"{start} remote-as") or 0),
        enabled=node.child(f"{start} shutdown") is None,
        source=_one(node, f"{start} update-source"),
        description=_one(node, f"{start} description"),
        password=_one(node, f"{start} password"),
    )


def _ospf(instance: str, node: Node, reading: Reading) -> Ospf:
    silent = [value for value in node.values("passive-interface") if value != "default"]
    areas = [value.split(" area ") for value in node.values("network")]
    return Ospf(
        instance=instance,
        router_id=_one(node, "router-id") or reading.highest_address,
        passive=frozenset(silent),
        passive_default=node.child("passive-interface default") is not None,
        active=frozenset(node.values("no passive-interface")),
        networks=tuple((IPv4Network(network), area) for network, area in areas),
    )
