"""What EOS answers to questions about its state, in the shapes our callers know; anything else is a ValueError.

NAPALM's getters take what they find: a null, or a list where a text is usual, would go on as if it were one. So every
answer is held to the shape of its kind before it leaves the adapter. The models are those of eAPI's JSON answers.
"""

import re
import time
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any, TypedDict

import msgspec
from napalm.eos.constants import LLDP_CAPAB_TRANFORM_TABLE as _ABLE

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
    remote_system_capab: list[str]
    remote_system_enable_capab: list[str]


class Length(TypedDict):
    """NAPALM's address: what is said beside it."""

    prefix_length: int


Interfaces = dict[str, Interface]
Neighbors = dict[str, list[Heard]]
NeighborsInDetail = dict[str, list[HeardInDetail]]
Addresses = dict[str, dict[str, dict[str, Length]]]


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


def address(value: Any) -> str:
    """An IP address in canonical text.

    Raises:
        ValueError: it is none.
    """
    return str(ip_address(word(value)))


def hardware(value: Any) -> str:
    """A MAC address as NAPALM writes one: six upper-case pairs with colons; EOS writes dotted triples.

    Raises:
        ValueError: it is none.
    """
    digits = re.sub(r"[.:-]", "", word(value)).upper()
    if re.fullmatch(r"[0-9A-F]{12}", digits) is None:
        raise ValueError("a text stands where a MAC address is usual")
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def text(value: Any) -> str:
    """A text that may say nothing.

    Raises:
        ValueError: it is none.
    """
    return word(value) if value != "" else ""


def truth(value: Any) -> bool:
    """True or false.

    Raises:
        ValueError: it is neither.
    """
    if not isinstance(value, bool):
        raise ValueError(f"a {type(value).__name__} stands where true or false is usual")  # noqa: TRY004 - as above
    return value


def facts(version: Mapping[str, Any], hostname: Mapping[str, Any], interfaces: list[str]) -> dict[str, Any]:
    """NAPALM's facts. `uptime` is the device's own count in seconds, so that its clock does not matter."""
    known = "uptime" in version  # releases before 4.21 tell only when they were started
    uptime = number(version["uptime"]) if known else time.time() - number(version["bootupTimestamp"])
    return {
        "hostname": word(hostname["hostname"]),
        "fqdn": word(hostname["fqdn"]),
        "vendor": "Arista",
        "model": word(version["modelName"]),
        "serial_number": text(version["serialNumber"]),
        "os_version": word(version["internalVersion"]),
        "uptime": float(uptime),
        "interface_list": interfaces,
    }


def interfaces(answer: Mapping[str, Any]) -> Interfaces:
    """NAPALM's interfaces; `speed` in Mbit/s."""
    found: Interfaces = {}
    for name, entry in answer["interfaces"].items():
        up = word(entry["lineProtocolStatus"]) == "up"
        burnt_in = text(entry.get("physicalAddress", ""))
        found[name] = {
            "is_up": up,
            "is_enabled": word(entry["interfaceStatus"]) != "disabled" or up,
            "description": text(entry["description"]),
            "last_flapped": float(number(entry.get("lastStatusChangeTimestamp", -1))),
            "mtu": int(number(entry["mtu"])),
            "speed": number(entry["bandwidth"]) / 1e6,
            "mac_address": hardware(burnt_in) if burnt_in else "",
        }
    return found


def heard_in_detail(answer: Mapping[str, Any]) -> NeighborsInDetail:
    """NAPALM's LLDP neighbours in detail; what a neighbour does not send is ""."""
    found: NeighborsInDetail = {}
    for port, table in answer["lldpNeighbors"].items():
        for entry in table["lldpNeighborInfo"]:
            far = entry.get("neighborInterfaceInfo", {})
            able = entry.get("systemCapabilities", {})
            chassis = entry.get("chassisId", "")
            if word(entry.get("chassisIdType", "unknown")) == "macAddress":
                chassis = hardware(chassis)
            found.setdefault(port, []).append(
                {
                    "parent_interface": port,
                    "remote_port": far.get("interfaceId", "").replace('"', ""),
                    "remote_port_description": far.get("interfaceDescription", ""),
                    "remote_system_name": entry.get("systemName", ""),
                    "remote_system_description": entry.get("systemDescription", ""),
                    "remote_chassis_id": chassis,
                    "remote_system_capab": sorted(_ABLE.get(name.lower(), name) for name in able),
                    "remote_system_enable_capab": sorted(
                        _ABLE.get(name.lower(), name) for name, on in able.items() if truth(on)
                    ),
                }
            )
    held(found, NeighborsInDetail)
    return found


def arp(answer: Mapping[str, Any], vrf: str) -> list[dict[str, Any]]:
    """NAPALM's ARP table from `show arp vrf all`, each entry with its VRF ("" is the default).

    Of "Vlan10, Ethernet3" the interface is the first: the port that has the address's network.
    """
    return [
        {
            "interface": word(entry["interface"]).partition(",")[0],
            "mac": hardware(entry["hwAddress"]),
            "ip": address(entry["address"]),
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
    return text(via.get("nexthopAddr", "")), text(via.get("interface", ""))


def _protocol(kind: str) -> str:
    """One word for a kind of route: bgp, ospf, connected, static, ..."""
    return next((name for name, pattern in _PROTOCOLS if pattern.search(kind)), kind.lower())


def _vrf(name: str) -> str:
    return "" if name == "default" else word(name)
