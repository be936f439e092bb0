"""The routing table of FRR: as text, because that is a tenth of its JSON and does not cost the router a gigabyte. Pure.

FRR 8.4 prints (zebra_vty.c, vty_show_ip_route):

    VRF default:
    S>* 203.0.113.0/24 [1/0] via 192.0.2.2, eth1, weight 1, 00:00:55
      *                      via 192.0.2.3, eth1, weight 1, 00:00:55
"""

import re
from typing import Any

from napalm.base.exceptions import CommandErrorException

from linewright.devices.frr.getters import Json

#: More are not read: nobody compares them, and the answer would have no bound.
MAX_ROUTES = 200_000

_PROTOCOLS = {
    "A": "babel", "B": "bgp", "C": "connected", "D": "sharp", "E": "eigrp", "F": "pbr", "I": "isis", "K": "kernel",
    "L": "local", "N": "nhrp", "O": "ospf", "R": "rip", "S": "static", "T": "table", "V": "vnc-direct", "f": "openfabric",
    "v": "vnc",
}  # fmt: skip
_ROUTE = re.compile(
    r"(?P<code>[A-Za-z])(?:\[\d+\])?(?P<best>[> ])(?P<state>.) (?P<prefix>\S+/\d+) (?:\[\d+/(?P<metric>\d+)\] )?(?P<hop>.+)"
)
_MORE = re.compile(r" +(?P<state>[*rqbto])? +(?P<hop>(?:via|is directly|unreachable|blackhole).+)")
_VIA = re.compile(
    r"via (?P<address>[0-9A-Fa-f.:]+)(?:, (?P<port>[^\s,]+)(?: \(vrf [^)]*\))?)?(?P<rest>[,\s].*)?"
)
_DIRECT = re.compile(r"is directly connected, (?P<port>[^\s,]+)")
_VRF = re.compile(r"VRF (?P<name>\S+?):?")
_LEGEND = re.compile(r"Codes: |       \S")
_SECONDS = {"w": 604800, "d": 86400, "h": 3600, "m": 60}


def count(summaries: list[Json]) -> int:
    """How many routes there are, from `show ip route vrf all summary json` (one object per VRF)."""
    return sum(int(found.get("routesTotal", 0)) for found in summaries)


def table(text: str) -> list[Json]:
    """`show ip fib vrf all` or `show ipv6 fib vrf all`: the routes that the kernel forwards by.

    Each has prefix, protocol, metric, vrf ("" the default one) and hops, a list of {"address", "port"} in the order of
    the table; a route to nowhere has none. Link-local networks are left out: every port has the same one.

    Raises:
        CommandErrorException: a line is none of FRR 8.4's.
    """
    found: list[Json] = []
    vrf, route = "", None
    for line in text.splitlines():
        if not line.strip() or _LEGEND.match(line):
            continue
        if (section := _VRF.fullmatch(line.strip())) is not None:
            vrf = "" if section["name"] == "default" else section["name"]
        elif (first := _ROUTE.fullmatch(line)) is not None:
            route = _begun(first, vrf)
            if first["best"] == ">" and not first["prefix"].lower().startswith("fe80:"):
                found.append(route)
            _hop(route, first["state"], first["hop"])
        elif route is not None and (more := _MORE.fullmatch(line)) is not None:
            _hop(route, more["state"] or " ", more["hop"])
        else:
            raise CommandErrorException(f"a line of the routing table makes no sense: {line[:80]!r}")
    kept = [route for route in found if route.pop("used")]
    return sorted(kept, key=lambda route: (route["vrf"], route["prefix"]))


def _begun(first: re.Match[str], vrf: str) -> Json:
    return {
        "prefix": first["prefix"],
        "protocol": _PROTOCOLS.get(first["code"], first["code"]),
        "metric": int(first["metric"] or 0),
        "vrf": vrf,
        "hops": [],
        "used": False,
    }


def _hop(route: Json, state: str, text: str) -> None:
    """Add a hop that is in the kernel; a recursive one is followed by those it leads to."""
    if state != "*":
        return
    route["used"] = True
    if (via := _VIA.match(text)) is not None and "recursive" not in (via["rest"] or ""):
        route["hops"].append({"address": via["address"], "port": via["port"] or ""})
    elif (direct := _DIRECT.match(text)) is not None:
        route["hops"].append({"address": "", "port": direct["port"]})


def route_to(answer: Json, protocol: str, paths: dict[str, Json]) -> dict[str, list[Json]]:
    """`show ip route DESTINATION json` in NAPALM's shape; `paths` are the answers to `show bgp ... PREFIX json`."""
    found: dict[str, list[Json]] = {}
    for prefix, entries in answer.items():
        for entry in entries:
            if protocol in ("", entry["protocol"], *({"direct"} if entry["protocol"] == "connected" else ())):
                hops = entry.get("nexthops") or [{}]
                found.setdefault(prefix, []).extend(
                    _way(entry, hop, paths.get(prefix, {})) for hop in hops if not hop.get("recursive")
                )
    return found


def _way(entry: Json, hop: Json, paths: Json) -> Json:
    vrf = entry.get("vrfName", "default")
    return {
        "protocol": entry["protocol"],
        "current_active": bool(entry.get("selected", False)),
        "last_active": False,
        "age": age(entry.get("uptime", "")),
        "next_hop": hop.get("ip", ""),
        "outgoing_interface": hop.get("interfaceName", ""),
        "selected_next_hop": bool(hop.get("fib", False)),
        "preference": int(entry.get("distance", 0)),
        "inactive_reason": "",
        "routing_table": "global" if vrf == "default" else vrf,
        "protocol_attributes": _attributes(entry, paths),
    }


def _attributes(entry: Json, paths: Json) -> dict[str, Any]:
    if entry["protocol"] != "bgp":
        return {"metric": int(entry.get("metric", 0))}
    best: Json = next(
        (path for path in paths.get("paths", ()) if path.get("bestpath", {}).get("overall")), {}
    )
    peer = best.get("peer", {})
    return {
        "as_path": best.get("aspath", {}).get("string", ""),
        "remote_as": int((best.get("aspath", {}).get("segments") or [{}])[0].get("list", [0])[0]),
        "remote_address": peer.get("peerId", ""),
        "communities": best.get("community", {}).get("list", []),
        "local_preference": int(best.get("locPrf") or 0),
        "metric": int(best.get("metric") or entry.get("metric") or 0),
    }


def age(uptime: str) -> int:
    """FRR's "00:01:02", "1d02h03m" or "01w2d03h" in seconds; -1 when it says nothing."""
    if re.fullmatch(r"\d+:\d\d:\d\d", uptime):
        hours, minutes, seconds = map(int, uptime.split(":"))
        return hours * 3600 + minutes * 60 + seconds
    parts = re.findall(r"(\d+)([wdhm])", uptime)
    return sum(int(number) * _SECONDS[unit] for number, unit in parts) if parts else -1
