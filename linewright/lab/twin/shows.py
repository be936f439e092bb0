"""What the show commands of a twin answer as JSON, in the models of EOS eAPI.

Only the keys that clients are known to read are there; counters are zero.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from linewright.lab.twin import tables
from linewright.lab.twin.box import Box
from linewright.lab.twin.neighbors import Neighborhood, Session
from linewright.lab.twin.reading import Port

Model = dict[str, Any]
#: EOS counts a boot time from the epoch; a twin has no calendar and always booted then.
_BOOTED = 1_700_000_000.0
_NEWER = (4, 32)


def answer(box: Box, neighborhood: Neighborhood, command: str) -> Model | None:
    """The answer to a show command; None for one a twin does not know."""
    for pattern, show in _SHOWS:
        if found := re.fullmatch(pattern, command):
            return show(box, neighborhood, found)
    return None


def as_text(model: Model, indent: str = "") -> str:
    """An answer as text. A switch lays each command out in its own way; a twin names every value on a line."""
    lines: list[str] = []
    for key, value in model.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", as_text(value, indent + "  ")]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{indent}{key}:", *(as_text(entry, indent + "  ") for entry in value)]
        else:
            lines.append(f"{indent}{key}: {value}")
    return "\n".join(line for line in lines if line)


def _version(box: Box, _: Neighborhood, __: re.Match[str]) -> Model:
    return {
        "mfgName": "Arista",
        "modelName": "vEOS-lab",
        "serialNumber": box.serial,
        "systemMacAddress": tables.mac_of(box.name, "system"),
        "version": box.release,
        "internalVersion": f"{box.release}-twin",
        "architecture": "x86_64",
        "bootupTimestamp": _BOOTED,
        "uptime": box.now(),
        "memTotal": 2_000_000,
        "memFree": 1_000_000,
    }


def _hostname(box: Box, _: Neighborhood, __: re.Match[str]) -> Model:
    return {"hostname": box.reading.hostname, "fqdn": box.reading.fqdn}


def _sessions(box: Box, _: Neighborhood, found: re.Match[str]) -> Model:
    with box.lock:
        box.settle()
        timer, newer = box.sessions.timer, _release(box) >= _NEWER
        shown: Model = {}
        for name, session in box.sessions.known.items():
            state = session.state
            if newer and state != "pending":
                state = "committed"
            shown[name] = {"state": state, "description": "", "instances": {}}
            if session.state != "pending":
                shown[name] |= {"commitUser": "", "completedTime": _BOOTED + session.completed}
            if timer and timer.session == name and not newer and found[1]:
                shown[name]["commitBy"] = timer.ends
        model: Model = {"sessions": shown, "maxSavedSessions": 1, "maxOpenSessions": 5}
        if timer and newer:
            model |= {"commitTimerSessionName": timer.session, "commitTimerExpireTime": timer.ends}
        return model


def _interfaces(box: Box, neighborhood: Neighborhood, _: re.Match[str]) -> Model:
    return {
        "interfaces": {
            port.name: {
                "name": port.name,
                "forwardingModel": "routed" if port.routed else "bridged",
                "lineProtocolStatus": "up" if neighborhood.is_up(box.name, port) else "down",
                "interfaceStatus": _status(port, up=neighborhood.is_up(box.name, port)),
                "hardware": _hardware(port.name),
                "description": port.description,
                "mtu": port.mtu,
                "bandwidth": 0 if port.name.startswith("Loopback") else 1_000_000_000,
                "physicalAddress": ""
                if port.name.startswith("Loopback")
                else tables.mac_of(box.name, port.name),
                "lastStatusChangeTimestamp": _BOOTED,
            }
            for port in box.reading.ports.values()
        }
    }


def _ip_interfaces(box: Box, neighborhood: Neighborhood, _: re.Match[str]) -> Model:
    shown = {}
    for port in box.reading.ports.values():
        if not (port.routed and port.v4):
            continue
        primary, *others = ({"address": str(a.ip), "maskLen": a.network.prefixlen} for a in port.v4)
        shown[port.name] = {
            "name": port.name,
            "lineProtocolStatus": "up" if neighborhood.is_up(box.name, port) else "down",
            "enabled": port.enabled,
            "mtu": port.mtu,
            "interfaceAddress": {"primaryIp": primary, "secondaryIpsOrderedList": others},
        }
    return {"interfaces": shown}


def _ip6_interfaces(box: Box, neighborhood: Neighborhood, _: re.Match[str]) -> Model:
    shown = {}
    for port in box.reading.ports.values():
        if not (port.routed and port.v6):
            continue
        suffix = int.from_bytes(hashlib.sha256(f"{box.name} {port.name}".encode()).digest()[:2], "big")
        shown[port.name] = {
            "name": port.name,
            "lineProtocolStatus": "up" if neighborhood.is_up(box.name, port) else "down",
            "linkLocal": {"address": f"fe80::{suffix:x}", "subnet": "fe80::/64"},
            "addresses": [{"address": str(a.ip), "subnet": str(a.network)} for a in port.v6],
        }
    return {"interfaces": shown}


def _lldp(box: Box, neighborhood: Neighborhood, _: re.Match[str]) -> Model:
    heard = [
        {"port": h.port, "neighborDevice": h.device, "neighborPort": h.remote_port, "ttl": 120}
        for h in neighborhood.heard(box.name)
    ]
    return {"lldpNeighbors": heard}


def _lldp_detail(box: Box, neighborhood: Neighborhood, found: re.Match[str]) -> Model:
    model: Model = {name: {"lldpNeighborInfo": []} for name, p in box.reading.ports.items() if p.physical}
    for heard in neighborhood.heard(box.name):
        model[heard.port]["lldpNeighborInfo"].append(
            {
                "systemName": heard.device,
                "systemDescription": f"Arista Networks EOS version {box.release}" if heard.twin else "",
                "chassisId": tables.dotted(tables.mac_of(heard.twin, "system"))
                if heard.twin
                else heard.device,
                "chassisIdType": "macAddress" if heard.twin else "local",
                "systemCapabilities": {"bridge": True, "router": True},
                "neighborInterfaceInfo": {
                    "interfaceId": f'"{heard.remote_port}"',
                    "interfaceIdType": "interfaceName",
                    "interfaceDescription": heard.description,
                },
                "ttl": 120,
            }
        )
    return {"lldpNeighbors": {name: info for name, info in model.items() if found[1] in (None, name)}}


def _bgp_summary(box: Box, neighborhood: Neighborhood, found: re.Match[str]) -> Model:
    instance = box.reading.bgp
    if instance is None:
        return {"vrfs": {}}
    version = 6 if found[1] == "ipv6" else 4
    peers = {
        str(session.peer.address): {
            "version": 4,
            "asn": str(session.peer.remote_as),
            "peerState": session.state,
            "description": session.peer.description,
            "prefixReceived": 0,
            "prefixAccepted": 0,
            "upDownTime": _BOOTED,
        }
        for session in neighborhood.sessions(box.name)
        if session.peer.address.version == version
    }
    local = {"vrf": "default", "routerId": instance.router_id, "asn": str(instance.asn), "peers": peers}
    return {"vrfs": {"default": local}}


def _bgp_neighbors(box: Box, neighborhood: Neighborhood, found: re.Match[str]) -> Model:
    instance = box.reading.bgp
    if instance is None:
        return {"vrfs": {}}
    version = 6 if found[1] == "ipv6" else 4
    peers = [
        _bgp_peer(session, instance.asn)
        for session in neighborhood.sessions(box.name)
        if session.peer.address.version == version
    ]
    return {"vrfs": {"default": {"peerList": peers}}}


def _bgp_peer(session: Session, asn: int) -> Model:
    model: Model = {
        "peerAddress": str(session.peer.address),
        "asn": str(session.peer.remote_as),
        "localAsn": str(asn),
        "routerId": session.remote_id,
        "state": session.state,
        "description": session.peer.description,
        "vrf": "default",
        "prefixesReceived": 0,
        "prefixesSent": 0,
        "v6PrefixesReceived": 0,
        "v6PrefixesSent": 0,
    }
    if session.state == "Idle":
        model["idleReason"] = "Administratively shut down"
    if session.state == "Established":
        model["establishedTime"] = 60
    return model


def _arp(box: Box, neighborhood: Neighborhood, _: re.Match[str]) -> Model:
    return tables.arp(box.name, neighborhood)


def _routes(box: Box, neighborhood: Neighborhood, found: re.Match[str]) -> Model:
    if found[2]:
        return tables.summary(box.name, neighborhood)
    return tables.routes(box.name, neighborhood, 6 if found[1] == "ipv6" else 4)


def _ospf(box: Box, neighborhood: Neighborhood, _: re.Match[str]) -> Model:
    instances: Model = {instance.instance: {"ospfNeighborEntries": []} for instance in box.reading.ospf}
    for adjacency in neighborhood.adjacencies(box.name):
        instances[adjacency.instance]["ospfNeighborEntries"].append(
            {
                "routerId": adjacency.router_id,
                "priority": 1,
                "drState": "",
                "interfaceName": adjacency.port,
                "adjacencyState": "full",
                "interfaceAddress": adjacency.address,
            }
        )
    return {"vrfs": {"default": {"instList": instances}}} if instances else {"vrfs": {}}


def _status(port: Port, *, up: bool) -> str:
    if not port.enabled:
        return "disabled"
    return "connected" if up else "notconnect"


def _hardware(name: str) -> str:
    if "." in name:
        return "subinterface"
    return {"Loopback": "loopback", "Vlan": "vlan", "Port-Channel": "portChannel"}.get(
        name.rstrip("0123456789"), "ethernet"
    )


def _release(box: Box) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", box.release)[:2])


_Show = Callable[[Box, Neighborhood, "re.Match[str]"], Model]
_SHOWS: tuple[tuple[str, _Show], ...] = (
    (r"show version", _version),
    (r"show hostname", _hostname),
    (r"show configuration sessions( detail)?", _sessions),
    (r"show interfaces", _interfaces),
    (r"show ip interface", _ip_interfaces),
    (r"show ipv6 interface", _ip6_interfaces),
    (r"show lldp neighbors", _lldp),
    (r"show lldp neighbors(?: (\S+))? detail", _lldp_detail),
    (r"show (ip|ipv6) bgp summary(?: vrf all)?", _bgp_summary),
    (r"show (ip|ipv6) bgp (?:neighbors|peers)(?: vrf all)?", _bgp_neighbors),
    (r"show ip ospf neighbor(?: vrf all)?", _ospf),
    (r"show arp vrf all", _arp),
    (r"show (ip) route vrf all( summary)?", _routes),
    (r"show (ipv6) route vrf all()", _routes),
)
