"""What EOS answers to questions about its state, in the shapes our callers know; anything else is a ValueError.

NAPALM's getters take what they find: a null, or a list where a text is usual, would go on as if it were one. So every
answer is held to the shape of its kind before it leaves the adapter. The models are those of eAPI's JSON answers.
"""

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, NotRequired, TypedDict

import msgspec
from napalm.base.helpers import ip, mac

#: No router of a site has more; a full table would take minutes and gigabytes to look at.
MOST_ROUTES = 200_000

#: What EOS calls the kinds of routes, beside those it says in one word.
_PROTOCOLS = (("bgp", re.compile("bgp", re.IGNORECASE)), ("ospf", re.compile("ospf", re.IGNORECASE)))
#: What may stand behind a "|": it picks lines. "tee", "redirect" and "append" write files.
_PIPES = re.compile(r"\s*(?:include|exclude|begin|section|no-more|json|grep|count|head|tail)\b")


class Interface(TypedDict):
    """NAPALM's interface."""

    is_up: bool
    is_enabled: bool
    description: str
    last_flapped: float
    mtu: int
    speed: float
    mac_address: str


class Heard(TypedDict):
    """NAPALM's LLDP neighbour."""

    hostname: str
    port: str


class HeardInDetail(TypedDict):
    """NAPALM's LLDP neighbour in detail."""

    parent_interface: str
    remote_port: str
    remote_port_description: str
    remote_system_name: str
    remote_system_description: str
    remote_chassis_id: str


class Length(TypedDict):
    """NAPALM's address: what is said beside it."""

    prefix_length: int


class Family(TypedDict):
    """NAPALM's counters of a BGP neighbour."""

    received_prefixes: int
    accepted_prefixes: int
    sent_prefixes: int


class Peer(TypedDict):
    """NAPALM's BGP neighbour."""

    local_as: int
    remote_as: int
    remote_id: str
    is_up: bool
    is_enabled: bool
    description: str
    uptime: int
    address_family: dict[str, Family]


class BgpTable(TypedDict):
    """NAPALM's BGP instance."""

    router_id: NotRequired[str]
    peers: dict[str, Peer]


Interfaces = dict[str, Interface]
Neighbors = dict[str, list[Heard]]
NeighborsInDetail = dict[str, list[HeardInDetail]]
Addresses = dict[str, dict[str, dict[str, Length]]]
BgpTables = dict[str, BgpTable]


def held(answer: Any, shape: Any) -> Any:
    """The answer, as it came, if it has the shape.

    Raises:
        ValueError: it has another one; the message says where, and shows no value.
    """
    try:
        msgspec.convert(answer, shape)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
    return answer


def word(value: Any) -> str:
    """A text that says something.

    Raises:
        ValueError: it is none, or empty.
    """
    if not isinstance(value, str) or not value:
        raise ValueError(f"a {type(value).__name__} or an empty text stands where a name is usual")
    return value


def number(value: Any) -> float:
    """A number.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"a {type(value).__name__} stands where a number is usual")  # noqa: TRY004 - callers know one
    return value


def facts(version: Mapping[str, Any], hostname: Mapping[str, Any], interfaces: list[str]) -> dict[str, Any]:
    """NAPALM's facts. `uptime` is the device's own count in seconds, so that its clock does not matter."""
    up = version.get("uptime")
    uptime = time.time() - number(version["bootupTimestamp"]) if up is None else number(up)
    serial = version["serialNumber"]
    return {
        "hostname": word(hostname["hostname"]),
        "fqdn": word(hostname["fqdn"]),
        "vendor": "Arista",
        "model": word(version["modelName"]),
        "serial_number": word(serial) if serial != "" else "",
        "os_version": word(version["internalVersion"]),
        "uptime": float(uptime),
        "interface_list": interfaces,
    }


def arp(answer: Mapping[str, Any], vrf: str) -> list[dict[str, Any]]:
    """NAPALM's ARP table from `show arp vrf all`, each entry with its VRF ("" is the default).

    Of "Vlan10, Ethernet3" the interface is the first: the port that has the address's network.
    """
    return [
        {
            "interface": word(entry["interface"]).partition(",")[0],
            "mac": str(mac(word(entry["hwAddress"]))),
            "ip": str(ip(word(entry["address"]))),
            "age": float(number(entry.get("age", -1))),
            "vrf": _vrf(name),
        }
        for name, table in answer["vrfs"].items()
        if not vrf or name == vrf
        for entry in table["ipV4Neighbors"]
    ]


def count_routes(answer: Mapping[str, Any]) -> int:
    """How many routes `show ip route vrf all summary` tells of."""
    return int(sum(number(table["totalRoutes"]) for table in answer["vrfs"].values()))


def routes(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The routes of `show ip route vrf all`, and of its IPv6 sister, which had no VRFs in older releases."""
    tables = answer.get("vrfs", {"default": answer})
    for name, table in tables.items():
        for prefix, entry in table["routes"].items():
            yield {
                "prefix": word(prefix),
                "protocol": _protocol(word(entry["routeType"])),
                "metric": int(number(entry.get("metric", 0))),
                "vrf": _vrf(name),
                "hops": sorted(_hop(via) for via in entry.get("vias", [])),
            }


def shows(command: str) -> bool:
    """Whether a command only shows: neither a file is written by it nor another command begun."""
    if not (command.startswith("show ") and command.isascii() and command.isprintable()):
        return False
    first, *pipes = command.split("|")
    return not set(">;") & set(command) and bool(first[5:].strip()) and all(map(_PIPES.match, pipes))


def _hop(via: Mapping[str, Any]) -> tuple[str, str]:
    """Next hop as (address, port), "" for what it does not have."""
    address, port = via.get("nexthopAddr", ""), via.get("interface", "")
    return word(address) if address != "" else "", word(port) if port != "" else ""


def _protocol(kind: str) -> str:
    """One word for a kind of route: bgp, ospf, connected, static, ..."""
    return next((name for name, pattern in _PROTOCOLS if pattern.search(kind)), kind.lower())


def _vrf(name: str) -> str:
    return "" if name == "default" else word(name)
