"""FRR's JSON answers in NAPALM's shapes (napalm.base.models). Pure."""

import ipaddress
import re
from typing import Any

Json = dict[str, Any]

#: FRR's address family names and NAPALM's.
_FAMILIES = {"ipv4Unicast": "ipv4", "ipv6Unicast": "ipv6", "l2VpnEvpn": "l2vpn"}
_ESTABLISHED = "Established"


def facts(version: str, system: str, interfaces: Json) -> Json:
    """Facts from `show version`, from "UPTIME IDLE" and machine and host name (one a line), and the interfaces."""
    found = re.search(r"^FRRouting (\S+)", version, re.MULTILINE)
    uptime, machine, host = ([*system.splitlines(), "", "", ""])[:3]
    return {
        "vendor": "FRRouting",
        "model": f"Linux {machine.strip()}".strip(),
        "hostname": host.strip(),
        "fqdn": host.strip(),
        "os_version": found[1] if found else "",
        "serial_number": "",
        "uptime": float(uptime.split()[0]) if uptime else -1.0,
        "interface_list": sorted(interfaces),
    }


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


def bgp_neighbors(answer: Json) -> Json:
    """`show bgp vrf all neighbors json`: NAPALM calls the default instance "global"."""
    instances = {}
    for instance, table in answer.items():
        peers = {key: entry for key, entry in table.items() if isinstance(entry, dict)}
        ids = {entry.get("localRouterId", "") for entry in peers.values()} - {""}
        instances["global" if instance == "default" else instance] = {
            "router_id": min(ids, default=""),
            "peers": {peer: _peer(entry) for peer, entry in peers.items()},
        }
    instances.setdefault("global", {"router_id": "", "peers": {}})
    return instances


def _peer(entry: Json) -> Json:
    up = entry.get("bgpState") == _ESTABLISHED
    since = int(entry.get("bgpTimerUpMsec") or 0)
    return {
        "local_as": int(entry.get("localAs", 0)),
        "remote_as": int(entry.get("remoteAs", 0)),
        "remote_id": entry.get("remoteRouterId", ""),
        "is_up": up,
        "is_enabled": not entry.get("adminShutDown", False),
        "description": entry.get("nbrDesc", ""),
        "uptime": since // 1000 if up else -1,
        "address_family": {
            _FAMILIES.get(family, family): _prefixes(counts, up=up)
            for family, counts in entry.get("addressFamilyInfo", {}).items()
        },
    }


def _prefixes(counts: Json, *, up: bool) -> Json:
    accepted = int(counts.get("acceptedPrefixCounter", 0)) if up else -1
    # What was received and filtered is known only under soft-reconfiguration inbound; -1 is NAPALM's "not known".
    return {
        "sent_prefixes": int(counts.get("sentPrefixCounter", 0)) if up else -1,
        "received_prefixes": -1,
        "accepted_prefixes": accepted,
    }


def ospf_neighbors(answer: Json) -> list[dict[str, str]]:
    """`show ip ospf neighbor json`: one entry per adjacency, sorted; `state` as FRR writes it ("Full/DR")."""
    found = [
        {
            "interface": str(entry.get("ifaceName", "")).partition(":")[0],
            "router_id": router_id,
            "address": entry.get("ifaceAddress", entry.get("address", "")),
            "state": entry.get("nbrState", entry.get("state", "")),
        }
        for router_id, entries in answer.get("neighbors", answer).items()
        if isinstance(entries, list)
        for entry in entries
    ]
    return sorted(found, key=lambda entry: (entry["interface"], entry["router_id"], entry["address"]))


def lldp_neighbors(answer: Json) -> dict[str, list[dict[str, str]]]:
    """`lldpcli -f json0 show neighbors details` by local port.

    The remote port is the port id where that is a name, else the port's description: what people label ports by.
    """
    found: dict[str, list[dict[str, str]]] = {}
    for block in answer.get("lldp", ()):
        for entry in block.get("interface", ()):
            for chassis, port in zip(entry.get("chassis", ()), entry.get("port", ()), strict=False):
                found.setdefault(entry["name"], []).append(
                    {"hostname": _value(chassis, "name") or _value(chassis, "id"), "port": _port(port)}
                )
    return found


def _port(port: Json) -> str:
    named = port.get("id", [{}])[0].get("type") in ("ifname", "local")
    return (_value(port, "id") if named else "") or _value(port, "descr") or _value(port, "id")


def _value(entry: Json, key: str) -> str:
    return str(entry.get(key, [{}])[0].get("value", ""))
