"""What was seen on a device, secrets already replaced by tokens. Immutable, no I/O."""

from datetime import UTC, datetime
from typing import Literal

from linewright.errors import ExitCode
from linewright.model.objects import Record

#: The state of a routing neighbour as one word people know; the platform's own word is kept beside it.
NeighborState = Literal["up", "down", "disabled"]


class Facts(Record, frozen=True):
    """What a device says of itself. `uptime` in seconds since it started, -1 when it does not say."""

    hostname: str = ""
    vendor: str = ""
    model: str = ""
    serial: str = ""
    os_version: str = ""
    uptime: int = -1


class Neighbor(Record, frozen=True):
    """A device heard by LLDP on a local port; names exactly as heard (IEEE 802.1AB system name and port id).

    `chassis` is its chassis id, `port_description` its port description; "" when it does not send one.
    """

    port: str
    device: str
    remote_port: str
    chassis: str = ""
    port_description: str = ""
    system_description: str = ""


class BgpSession(Record, frozen=True):
    """One BGP neighbour as the device reports it. `raw` is the platform's word for the state (RFC 4271 section 8)."""

    peer: str
    remote_as: int
    state: NeighborState
    raw: str = ""
    vrf: str = ""
    description: str = ""


class OspfNeighbor(Record, frozen=True):
    """One OSPF adjacency; up means Full, or 2-Way where the network type asks no more (RFC 2328 section 10.1)."""

    interface: str
    router_id: str
    address: str
    state: NeighborState
    raw: str = ""


class Port(Record, frozen=True):
    """An interface as the device reports it. `speed` in kbit/s and `mtu` in bytes, 0 when it does not say."""

    name: str
    enabled: bool = True
    up: bool = False
    description: str = ""
    mac: str = ""
    speed: int = 0
    mtu: int = 0


class PortAddress(Record, frozen=True):
    """An address on a port, with its prefix length, in canonical text (RFC 5952 for IPv6)."""

    port: str
    address: str
    vrf: str = ""


class Arp(Record, frozen=True):
    """A neighbour's address and MAC as the device resolved it (RFC 826, RFC 4861)."""

    port: str
    address: str
    mac: str
    vrf: str = ""


class Route(Record, frozen=True):
    """A route the device forwards by. `hops` are next hops as "address port", "address" or "port", sorted."""

    prefix: str
    protocol: str
    hops: tuple[str, ...] = ()
    vrf: str = ""
    metric: int = 0


class Observation(Record, frozen=True):
    """Everything read from one device in one visit.

    `running` is the tokenised running configuration; None for what was not asked or is not to be had, with the reason
    in `missing`. `commands` are answers to show commands by command, tokenised as well. `seen` is UTC in ISO 8601 with
    Z. A device that was not read has `error` set and nothing else: with it what to do next (`error_hint`) and the exit
    status that it means (`error_code`: 4 not reached, 3 another identity than the enrolled one, 2 a secret is missing).
    """

    device: str
    platform: str
    seen: str
    running: str | None = None
    neighbors: tuple[Neighbor, ...] | None = None
    bgp: tuple[BgpSession, ...] | None = None
    ospf: tuple[OspfNeighbor, ...] | None = None
    ports: tuple[Port, ...] | None = None
    facts: Facts | None = None
    addresses: tuple[PortAddress, ...] | None = None
    arp: tuple[Arp, ...] | None = None
    routes: tuple[Route, ...] | None = None
    commands: dict[str, str] = {}
    missing: dict[str, str] = {}
    error: str = ""
    error_hint: str = ""
    error_code: ExitCode = ExitCode.DONE

    @property
    def reached(self) -> bool:
        """Whether the device answered at all."""
        return not self.error

    @property
    def failure(self) -> ExitCode:
        """What it means for a command that a device was not read; "not reached" where nothing else is known."""
        return (self.error_code or ExitCode.NOT_REACHED) if self.error else ExitCode.DONE


class Finding(Record, frozen=True):
    """Something that is not as intended.

    `cause` findings stand on their own; a consequence names the cause it follows from in `because` (a cause's key).
    `kind` is one of config, interface, bgp, ospf, cable, reach. `hint` is the next step where it is known, `code` the
    exit status that it means.
    """

    key: str
    kind: str
    device: str
    subject: str
    message: str
    wanted: str = ""
    found: str = ""
    because: str = ""
    hint: str = ""
    code: ExitCode = ExitCode.FINDING


def now_text(moment: float) -> str:
    """A Unix time as UTC text, "2026-11-24T03:16:00Z"."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
