"""What a path is: two ends and what lies between them."""

from functools import lru_cache

from linewright.model.natural import natural_key
from linewright.model.objects import Record

#: What a path can begin and end at when all is known: ports of devices, and feeds of power panels.
ENDPOINTS = frozenset(
    {
        "interface",
        "console-port",
        "console-server-port",
        "power-port",
        "power-outlet",
        "power-feed",
    }
)

#: A path carries traffic only when all of it is there.
CONNECTED = "connected"


class End(Record, frozen=True):
    """Where a path begins or ends.

    `kind` is that of the last termination: interface, front-port, rear-port, circuit-termination, provider-network,
    another kind that a cable can end on (console-port, power-feed, ...), or "open" where nothing is known (device and
    port are empty then). For a provider network `device` is the circuit "provider/cid" and `port` the network's name;
    for a power feed `device` is "site/panel". `platform` is the slug of the device's platform; `enabled` is the
    interface's intended state; `carrier` the port that the cable is plugged into, for a channel of it.
    """

    kind: str
    device: str = ""
    port: str = ""
    site: str = ""
    platform: str = ""
    enabled: bool = True
    carrier: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """(device, port)."""
        return (self.device, self.port)

    @property
    def socket(self) -> str:
        """The port that the cable is plugged into."""
        return self.carrier or self.port

    @property
    def is_device_port(self) -> bool:
        """Whether a device's own port (data, console, power) or a power feed is here, not a panel or a provider."""
        return self.kind in ENDPOINTS

    @property
    def is_interface(self) -> bool:
        """Whether a device's own interface is here, not a panel, a provider or nothing."""
        return self.kind == "interface"

    @property
    def text(self) -> str:
        """As people say it: "hq-leaf1 eth3"."""
        return f"{self.device} {self.port}" if self.device else "nowhere"


class Hop(Record, frozen=True):
    """Something a path passes, in the path's direction.

    `kind` is cable, wireless, panel or circuit; `name` the cable's key, both ends of a radio link joined by "~", the
    panel's device name, or "provider/cid". `enter` and `leave` are the ports of a panel, or the sides "A" and "Z" of a circuit; positions
    are given for ports with more than one. `status` is that of the cable, radio link or circuit.
    """

    kind: str
    name: str
    status: str = ""
    enter: str = ""
    leave: str = ""
    enter_positions: tuple[int, ...] = ()
    leave_positions: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """As it stands in a schedule: "C-0012", "hq-pp1 F3 > R1:3", "northlink/NL-7"."""
        if self.kind != "panel":
            return self.name
        return f"{self.name} {_port(self.enter, self.enter_positions)} > {_port(self.leave, self.leave_positions)}"

    def reversed(self) -> "Hop":
        """The same, passed the other way."""
        return Hop(
            kind=self.kind,
            name=self.name,
            status=self.status,
            enter=self.leave,
            leave=self.enter,
            enter_positions=self.leave_positions,
            leave_positions=self.enter_positions,
        )


class Path(Record, frozen=True):
    """One end-to-end path; the smaller end (interfaces first, then natural order of names) is `a`.

    `complete` says that both ends are known: interfaces (or other device ports), or a provider network, behind which
    the source of truth knows nothing more. Otherwise `reason` says where the path stops and why.
    `status` is "connected" when every cable is connected and every circuit active; "decommissioning" when all of the
    others are; else "planned".
    `choice` says that a cable on the way has several ends on both sides and no profile: this is one of the ways it may
    lead, the source of truth does not say which.
    """

    a: End
    z: End
    hops: tuple[Hop, ...]
    status: str = CONNECTED
    complete: bool = True
    reason: str = ""
    choice: bool = False

    @property
    def cables(self) -> tuple[str, ...]:
        """Keys of the cables passed, in order."""
        return tuple(hop.name for hop in self.hops if hop.kind == "cable")

    @property
    def circuits(self) -> tuple[str, ...]:
        """Circuits passed, as "provider/cid", in order."""
        return tuple(hop.name for hop in self.hops if hop.kind == "circuit")

    @property
    def joins_interfaces(self) -> bool:
        """Whether it leads from one device interface to another, whatever its status."""
        return self.complete and self.a.is_interface and self.z.is_interface

    @property
    def carries_data(self) -> bool:
        """Whether it is a way of the network, not one of power or to a console."""
        return not any(end.kind.startswith(("power-", "console-")) for end in (self.a, self.z))

    @property
    def name(self) -> str:
        """What people call it: its cables (and radio links) joined by "+"."""
        return " + ".join(hop.name for hop in self.hops if hop.kind in {"cable", "wireless"})

    @property
    def text(self) -> str:
        """The whole way in one line."""
        return " - ".join((self.a.text, *(hop.text for hop in self.hops), self.z.text))

    def far(self, device: str, port: str) -> End | None:
        """The other end, seen from this interface; None if it is no end of this path."""
        if (self.a.device, self.a.port) == (device, port):
            return self.z
        if (self.z.device, self.z.port) == (device, port):
            return self.a
        return None


def order(path: Path) -> tuple[object, ...]:
    """The sort key of paths: by ends, then (strands between the same ends) by what is passed."""
    return (*end_order(path.a), *end_order(path.z), tuple(hop.text for hop in path.hops))


def end_order(end: End) -> tuple[object, ...]:
    """The sort key of ends: interfaces first, nowhere last."""
    rank = 0 if end.is_interface else 2 if end.kind == "open" else 1
    return (rank, _natural(end.device), _natural(end.port), end.kind)


#: Ends are compared several times each, and ports have the same names on every device.
_natural = lru_cache(maxsize=1 << 16)(natural_key)


def _port(name: str, positions: tuple[int, ...]) -> str:
    return f"{name}:{','.join(map(str, positions))}" if positions else name
