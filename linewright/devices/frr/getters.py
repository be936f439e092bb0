"""A router itself and its ports, from FRR's and Linux's answers, in NAPALM's shapes (napalm.base.models). Pure."""

import ipaddress
import re
from typing import Any

Json = dict[str, Any]

#: How Linux counts a process's start (USER_HZ, proc(5) field 22): the same on all machines that FRR is packaged for.
_TICKS = 100
#: Neighbours that are resolved, or were a moment ago (RFC 4861 section 7.3.2; Linux uses the words for ARP too).
_RESOLVED = {"REACHABLE", "STALE", "DELAY", "PROBE", "PERMANENT"}


def facts(version: str, system: str, interfaces: Json) -> Json:
    """Facts from `show version`, from what `reading.SYSTEM` prints, and the interfaces."""
    found = re.search(r"^FRRouting (\S+)", version, re.MULTILINE)
    up, started, machine, host = ([*system.splitlines(), "", "", "", ""])[:4]
    return {
        "vendor": "FRRouting",
        "model": f"Linux {machine.strip()}".strip(),
        "hostname": host.strip(),
        "fqdn": host.strip(),
        "os_version": found[1] if found else "",
        "serial_number": "",
        "uptime": _uptime(up, started),
        "interface_list": sorted(interfaces),
    }


def _uptime(up: str, started: str) -> float:
    """Seconds since the router's first process started: /proc/uptime is the machine's, also inside a container."""
    try:
        return max(0.0, float(up.split(maxsplit=1)[0]) - int(started.rpartition(")")[2].split()[19]) / _TICKS)
    except (IndexError, ValueError):
        return -1.0


def interfaces(answer: Json) -> Json:
    """`show interface vrf all json`. Speed in Mbit/s; MAC addresses in capitals; when a link last changed is not told."""
    return {
        name: {
            "is_enabled": entry.get("administrativeStatus") == "up",
            "is_up": entry.get("operationalStatus") == "up" and entry.get("administrativeStatus") == "up",
            "description": entry.get("description", ""),
            "mac_address": entry.get("hardwareAddress", "").upper(),
            "last_flapped": -1.0,
            "mtu": int(entry.get("mtu", 0)),
            "speed": float(entry.get("speed", 0)),
        }
        for name, entry in answer.items()
    }


def interfaces_ip(answer: Json) -> Json:
    """Addresses from the same answer: {interface: {"ipv4" | "ipv6": {address: {"prefix_length": n}}}}."""
    found: dict[str, dict[str, dict[str, Json]]] = {}
    for name, entry in answer.items():
        for row in entry.get("ipAddresses", ()):
            address = ipaddress.ip_interface(row["address"])
            family = found.setdefault(name, {}).setdefault(f"ipv{address.version}", {})
            family[str(address.ip)] = {"prefix_length": address.network.prefixlen}
    return found


def arp_table(answer: list[Json], ports: set[str]) -> list[Json]:
    """`ip -j -s -4 neigh show` as NAPALM's ARP table: resolved ones on these ports; `age` since it was confirmed, in s."""
    return [
        {
            "interface": entry["dev"],
            "mac": entry["lladdr"].upper(),
            "ip": entry["dst"],
            "age": float(entry.get("confirmed", -1)),
        }
        for entry in answer
        if entry.get("dev") in ports and entry.get("lladdr") and _RESOLVED & set(entry.get("state", ()))
    ]


def neighbors_table(answer: list[Json]) -> list[Json]:
    """`ip -j -s -6 neigh show` as NAPALM's table of IPv6 neighbours."""
    ports = {entry.get("dev", "") for entry in answer}
    states = {(entry.get("dev"), entry.get("dst")): entry.get("state", ("",))[0] for entry in answer}
    return [{**row, "state": states[row["interface"], row["ip"]]} for row in arp_table(answer, ports)]


def network_instances(vrfs: str, interfaces: Json) -> Json:
    """VRFs from `show vrf` (which leaves out the default one) and the interfaces' own word."""
    names = ["default", *re.findall(r"^vrf (\S+)", vrfs, re.MULTILINE)]
    names += [entry.get("vrfName", "default") for entry in interfaces.values()]
    return {
        name: {
            "name": name,
            "type": "DEFAULT_INSTANCE" if name == "default" else "L3VRF",
            "state": {"route_distinguisher": ""},
            "interfaces": {
                "interface": {
                    port: {} for port, entry in interfaces.items() if entry.get("vrfName", "default") == name
                }
            },
        }
        for name in dict.fromkeys(names)
    }
