"""Routes and resolved neighbours of a twin, in the models of EOS eAPI.

Routes are connected and static ones: twins exchange none with BGP and OSPF.
"""

import hashlib
import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from linewright.lab.twin.neighbors import Neighborhood
from linewright.lab.twin.reading import Port
from linewright.lab.twin.segments import sharing

Model = dict[str, Any]
_STATIC = re.compile(r"(?:vrf (\S+) )?(\S+) (\S+)(?: (?!tag|name)(\d+\.\S+|\S*:\S+))?(?: (\d+)\b)?.*")


def mac_of(device: str, port: str) -> str:
    """A locally administered address that is the same at every start."""
    digest = hashlib.sha256(f"{device} {port}".encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0x02, *digest[:5]))


def dotted(mac: str) -> str:
    """As EOS writes addresses in its tables: 0200.aabb.ccdd."""
    digits = mac.replace(":", "")
    return ".".join(digits[i : i + 4] for i in (0, 4, 8))


def arp(device: str, neighborhood: Neighborhood) -> Model:
    """`show arp vrf all`: whoever shares a segment and has an address in the same network."""
    tables: Model = {"default": {"ipV4Neighbors": []}}
    for port in _up(device, neighborhood):
        entries = tables.setdefault(port.vrf or "default", {"ipV4Neighbors": []})["ipV4Neighbors"]
        for far, other in sharing(neighborhood, device, port) if port.v4 else ():
            entries += [
                {
                    "address": str(theirs.ip),
                    "hwAddress": dotted(mac_of(far, other.name)),
                    "interface": port.name,
                    "age": 0,
                }
                for theirs in other.v4
                if any(theirs.ip in own.network and theirs.ip != own.ip for own in port.v4)
            ]
    return {"vrfs": tables}


def routes(device: str, neighborhood: Neighborhood, version: int) -> Model:
    """`show ip route vrf all`, or of IPv6."""
    tables: dict[str, Model] = {"default": {}}
    for port in _up(device, neighborhood):
        table = tables.setdefault(port.vrf or "default", {})
        for address in port.v4 if version == 4 else port.v6:
            entry = table.setdefault(str(address.network), _route("connected", 0))
            entry["vias"].append({"interface": port.name})
    _static(device, neighborhood, version, tables)
    return {"vrfs": {name: {"routes": table, "routingDisabled": False} for name, table in tables.items()}}


def summary(device: str, neighborhood: Neighborhood) -> Model:
    """`show ip route vrf all summary`."""
    tables = routes(device, neighborhood, 4)["vrfs"]
    return {"vrfs": {name: {"totalRoutes": len(table["routes"])} for name, table in tables.items()}}


def _static(device: str, neighborhood: Neighborhood, version: int, tables: dict[str, Model]) -> None:
    root = neighborhood.reading(device).config.root
    for line in root.values("ip route" if version == 4 else "ipv6 route"):
        found = _STATIC.fullmatch(line)
        if found is None:
            continue
        vrf, prefix, hop, behind, distance = found.groups()
        table = tables.setdefault(vrf or "default", {})
        via = _via(hop, behind, table)
        here = table.get(prefix)
        preference = int(distance or 1)
        if via is None or (here is not None and here["preference"] < preference):
            continue
        if here is None or here["preference"] > preference:
            here = table[prefix] = _route("static", preference)
        here["vias"].append(via)


def _via(hop: str, behind: str | None, table: Model) -> Model | None:
    """How a static route leaves; None when it cannot."""
    if hop == "Null0":
        return {"interface": "Null0"}
    try:
        address = ip_address(hop)
    except ValueError:
        return {"interface": hop, **({"nexthopAddr": behind} if behind else {})}
    for prefix, entry in table.items():
        if entry["routeType"] == "connected" and address in _network(prefix):
            return {"interface": entry["vias"][0]["interface"], "nexthopAddr": hop}
    return None


def _network(prefix: str) -> IPv4Network | IPv6Network:
    return ip_network(prefix)


def _route(kind: str, preference: int) -> Model:
    return {
        "routeType": kind,
        "directlyConnected": kind == "connected",
        "preference": preference,
        "metric": 0,
        "routeAction": "forward",
        "vias": [],
    }


def _up(device: str, neighborhood: Neighborhood) -> list[Port]:
    ports = neighborhood.reading(device).ports.values()
    return [port for port in ports if port.routed and neighborhood.is_up(device, port)]
