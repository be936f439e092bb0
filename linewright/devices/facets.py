"""What a driver's getters say, as records of an Observation. Every text is bounded and has gone through the screen."""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from linewright.devices.target import ChangeDriver
from linewright.errors import DeviceError
from linewright.model.natural import natural_key
from linewright.model.observation import (
    Arp,
    BgpSession,
    Facts,
    Neighbor,
    NeighborState,
    OspfNeighbor,
    Port,
    PortAddress,
    Route,
)
from linewright.redact import Screen

#: Rows of one table; more are not believed (and a full Internet table is not what this is for).
MOST_ROWS = 250_000
#: Characters of one text; the longest an LLDP TLV can hold are 511 octets (IEEE 802.1AB section 8.4).
LONGEST_TEXT = 1024
#: Characters of one command's answer; the rest is cut off, and said to be.
LONGEST_ANSWER = 2 * 1024 * 1024

_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]?){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}")
#: OSPF neighbour states that are as far as an adjacency goes (RFC 2328 section 10.1); FRR and EOS write them so.
_OSPF_UP = ("full", "2-way", "2ways", "twoways")


class Reader:
    """Reads one device's facets through an open driver; every method returns records in natural order.

    What a driver or its library raises for a malformed answer is raised on; `read` makes it one kind of error.
    """

    def __init__(self, driver: ChangeDriver, screen: Screen) -> None:
        self._driver, self._screen = driver, screen
        self._names: dict[str, str] = {}  # a table of routes says the same few names a hundred thousand times

    def facts(self) -> Facts:
        """What the device says of itself."""
        told = self._ask("get_facts")
        return Facts(
            hostname=self._name(told.get("hostname")),
            vendor=self._name(told.get("vendor")),
            model=self._name(told.get("model")),
            serial=self._name(told.get("serial_number")),
            os_version=self._name(told.get("os_version")),
            uptime=int(told.get("uptime", -1)),
        )

    def neighbors(self) -> tuple[Neighbor, ...]:
        """Everybody heard by LLDP; without chassis and descriptions where the adapter knows the short form only."""
        try:
            heard = self._ask("get_lldp_neighbors_detail")
        except NotOfferedError:
            return self._short_neighbors()
        found = [
            Neighbor(
                port=self._name(port),
                device=self._name(entry.get("remote_system_name"))
                or self._name(entry.get("remote_chassis_id")),
                remote_port=self._name(entry.get("remote_port")),
                chassis=self._name(entry.get("remote_chassis_id")),
                port_description=self._words(entry.get("remote_port_description")),
                system_description=self._words(entry.get("remote_system_description")),
            )
            for port, entries in heard.items()
            for entry in entries
        ]
        return _sorted(found, lambda n: (natural_key(n.port), natural_key(n.device), n.remote_port))

    def _short_neighbors(self) -> tuple[Neighbor, ...]:
        found = [
            Neighbor(
                port=self._name(port),
                device=self._name(entry["hostname"]),
                remote_port=self._name(entry["port"]),
            )
            for port, entries in self._ask("get_lldp_neighbors").items()
            for entry in entries
        ]
        return _sorted(found, lambda n: (natural_key(n.port), natural_key(n.device), n.remote_port))

    def bgp(self) -> tuple[BgpSession, ...]:
        """BGP neighbours of every VRF."""
        found = []
        for instance, table in self._ask("get_bgp_neighbors").items():
            for peer, facts in table["peers"].items():
                state: NeighborState = (
                    "up" if facts["is_up"] else "down" if facts["is_enabled"] else "disabled"
                )
                found.append(
                    BgpSession(
                        peer=self._name(peer),
                        remote_as=int(facts["remote_as"]),
                        state=state,
                        vrf="" if instance == "global" else self._name(instance),
                        description=self._words(facts["description"]),
                    )
                )
        return _sorted(found, lambda session: (session.vrf, natural_key(session.peer)))

    def ospf(self) -> tuple[OspfNeighbor, ...]:
        """OSPF adjacencies."""
        found = []
        for entry in self._ask("get_ospf_neighbors"):
            raw = self._name(entry["state"])
            state: NeighborState = "up" if raw.partition("/")[0].strip().lower() in _OSPF_UP else "down"
            found.append(
                OspfNeighbor(
                    interface=self._name(entry["interface"]),
                    router_id=self._name(entry["router_id"]),
                    address=self._name(entry["address"]),
                    state=state,
                    raw=raw,
                )
            )
        return _sorted(found, lambda n: (natural_key(n.interface), n.router_id))

    def ports(self) -> tuple[Port, ...]:
        """Interfaces. NAPALM gives Mbit/s, a record holds kbit/s."""
        found = [
            Port(
                name=self._name(name),
                enabled=bool(facts["is_enabled"]),
                up=bool(facts["is_up"]),
                description=self._words(facts["description"]),
                mac=_mac(self._name(facts.get("mac_address"))),
                speed=max(0, int(float(facts.get("speed") or 0) * 1000)),
                mtu=max(0, int(facts.get("mtu") or 0)),
            )
            for name, facts in self._ask("get_interfaces").items()
        ]
        return _sorted(found, lambda port: (natural_key(port.name),))

    def addresses(self) -> tuple[PortAddress, ...]:
        """Addresses on interfaces."""
        found = [
            PortAddress(
                port=self._name(port),
                address=str(ipaddress.ip_interface(f"{address}/{int(facts['prefix_length'])}")),
                vrf=self._name(facts.get("vrf")),
            )
            for port, families in self._ask("get_interfaces_ip").items()
            for family in families.values()
            for address, facts in family.items()
        ]
        return _sorted(found, lambda a: (natural_key(a.port), ":" in a.address, natural_key(a.address)))

    def arp(self) -> tuple[Arp, ...]:
        """Resolved neighbours."""
        found = [
            Arp(
                port=self._name(entry["interface"]),
                address=str(ipaddress.ip_address(entry["ip"])),
                mac=_mac(self._name(entry["mac"])),
                vrf=self._name(entry.get("vrf")),
            )
            for entry in self._ask("get_arp_table")
        ]
        return _sorted(found, lambda a: (a.vrf, natural_key(a.port), natural_key(a.address)))

    def routes(self) -> tuple[Route, ...]:
        """Routes in use."""
        found = [
            Route(
                prefix=str(ipaddress.ip_network(entry["prefix"], strict=False)),
                protocol=self._name(entry["protocol"]),
                hops=tuple(sorted(self._hop(hop) for hop in entry.get("hops", ()))),
                vrf=self._name(entry.get("vrf")),
                metric=int(entry.get("metric") or 0),
            )
            for entry in self._ask("get_routes")
        ]
        return _sorted(found, lambda r: (r.vrf, ":" in r.prefix, natural_key(r.prefix), r.protocol))

    def command(self, command: str) -> tuple[str, bool]:
        """The answer to one show command, and whether it was cut."""
        told = self._ask("cli", [command])
        text = _whole_characters(str(told[command])).replace("\r\n", "\n")
        cut = len(text) > LONGEST_ANSWER
        return self._screen.configuration(text[:LONGEST_ANSWER]), cut

    def _ask(self, getter: str, *arguments: Any) -> Any:
        method: Callable[..., Any] | None = getattr(self._driver, getter, None)
        if method is None:
            raise NotOfferedError("the adapter of its platform does not offer it")
        try:
            answer = method(*arguments)
        except NotImplementedError:
            raise NotOfferedError("the adapter of its platform does not offer it") from None
        if not isinstance(answer, dict | list):
            raise DeviceError(f"{getter} gave a {type(answer).__name__}")
        if (rows := _rows(answer)) > MOST_ROWS:
            raise DeviceError(f"{rows} rows are not read", hint=f"at most {MOST_ROWS}")
        return answer

    def _hop(self, hop: Mapping[str, Any] | Iterable[Any]) -> str:
        """A next hop, a pair of address and port or a mapping of the two, as one text."""
        pair = (hop.get("address"), hop.get("port")) if isinstance(hop, Mapping) else tuple(hop)
        return " ".join(part for part in map(self._name, pair) if part)

    def _name(self, value: Any) -> str:
        text = _bounded(value)
        if (known := self._names.get(text)) is None:
            known = self._names[text] = self._screen.name(text)
        return known

    def _words(self, value: Any) -> str:
        return self._screen.words(_bounded(value))


class NotOfferedError(DeviceError):
    """The adapter has no such getter."""


def _rows(answer: dict[str, Any] | list[Any]) -> int:
    values = answer.values() if isinstance(answer, dict) else answer
    return sum(len(value) if isinstance(value, list) else 1 for value in values)


def _bounded(value: Any) -> str:
    """A text of a device: None is none, and what is too long ends in three dots."""
    text = _whole_characters("" if value is None else str(value))
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]}..."


def _whole_characters(text: str) -> str:
    """Lone surrogates (bytes that are not UTF-8, smuggled in by a library) cannot be written to any file."""
    return text.encode("utf-8", "replace").decode()


def _mac(text: str) -> str:
    """A MAC address as 02:00:5e:00:53:01; another text as it is."""
    if _MAC.fullmatch(text.lower()) is None:
        return text
    digits = re.sub(r"[:.-]", "", text.lower())
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def _sorted(found: Iterable[Any], by: Callable[[Any], Any]) -> tuple[Any, ...]:
    return tuple(sorted(found, key=by))
