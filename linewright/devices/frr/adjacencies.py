"""BGP and OSPF neighbours from FRR's JSON answers, in NAPALM's shapes (napalm.base.models). Pure."""

from linewright.devices.frr.getters import Json

#: FRR's address family names and NAPALM's.
_FAMILIES = {"ipv4Unicast": "ipv4", "ipv6Unicast": "ipv6", "l2VpnEvpn": "l2vpn"}
_ESTABLISHED = "Established"


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


def bgp_detail(answer: Json, only: str = "") -> Json:
    """The same answer as NAPALM's details: {instance: {remote AS: [neighbour]}}; `only` one neighbour.

    What FRR does not tell is "", False, or -1 for a count.
    """
    found: dict[str, dict[int, list[Json]]] = {}
    for instance, table in answer.items():
        name = "global" if instance == "default" else instance
        for peer, entry in table.items():
            if isinstance(entry, dict) and only in ("", peer):
                group = found.setdefault(name, {}).setdefault(int(entry.get("remoteAs", 0)), [])
                group.append(_details(name, peer, entry))
    return found or {"global": {}}


def _details(instance: str, peer: str, entry: Json) -> Json:
    sent = entry.get("messageStats", {})
    up = entry.get("bgpState") == _ESTABLISHED
    families = entry.get("addressFamilyInfo", {})
    # One set of counters for a neighbour that may speak several families: the first, as with NAPALM's other drivers.
    counts: Json = next(iter(families.values()), {})
    prefixes = _prefixes(counts, up=up)
    return {
        "up": up,
        "local_as": int(entry.get("localAs", 0)),
        "remote_as": int(entry.get("remoteAs", 0)),
        "router_id": entry.get("localRouterId", ""),
        "local_address": entry.get("hostLocal", ""),
        "local_address_configured": bool(entry.get("updateSource")),
        "local_port": int(entry.get("portLocal", -1)),
        "routing_table": instance,
        "remote_address": peer,
        "remote_port": int(entry.get("portForeign", -1)),
        "multihop": int(entry.get("externalBgpNbrMaxHopsAway", 1)) > 1,
        "multipath": False,
        "remove_private_as": bool(counts.get("privateAsNumsRemovedInUpdatesToNbr", False)),
        "import_policy": counts.get("routeMapForIncomingAdvertisements", ""),
        "export_policy": counts.get("routeMapForOutgoingAdvertisements", ""),
        "input_messages": int(sent.get("totalRecv", -1)),
        "output_messages": int(sent.get("totalSent", -1)),
        "input_updates": int(sent.get("updatesRecv", -1)),
        "output_updates": int(sent.get("updatesSent", -1)),
        "messages_queued_out": int(sent.get("depthOutq", -1)),
        "connection_state": entry.get("bgpState", ""),
        "previous_connection_state": "",
        "last_event": entry.get("lastResetDueTo", ""),
        "suppress_4byte_as": "4byteAs" not in entry.get("neighborCapabilities", {}),
        "local_as_prepend": False,
        "holdtime": _seconds(entry, "bgpTimerHoldTimeMsecs"),
        "configured_holdtime": _seconds(entry, "bgpTimerConfiguredHoldTimeMsecs"),
        "keepalive": _seconds(entry, "bgpTimerKeepAliveIntervalMsecs"),
        "configured_keepalive": _seconds(entry, "bgpTimerConfiguredKeepAliveIntervalMsecs"),
        "active_prefix_count": -1,
        "received_prefix_count": prefixes["received_prefixes"],
        "accepted_prefix_count": prefixes["accepted_prefixes"],
        "suppressed_prefix_count": -1,
        "advertised_prefix_count": prefixes["sent_prefixes"],
        "flap_count": int(entry.get("connectionsDropped", -1)),
    }


def _seconds(entry: Json, key: str) -> int:
    return int(entry.get(key, 0)) // 1000


def ospf_neighbors(answer: Json) -> list[dict[str, str]]:
    """`show ip ospf vrf all neighbor json`: one entry per adjacency, sorted; `state` as FRR writes it ("Full/DR").

    `vrf` is "" for the default one.
    """
    found = [
        {
            "vrf": "" if vrf == "default" else vrf,
            "interface": str(entry.get("ifaceName", "")).partition(":")[0],
            "router_id": router_id,
            "address": entry.get("ifaceAddress", entry.get("address", "")),
            "state": entry.get("nbrState", entry.get("state", "")),
        }
        for vrf, table in answer.items()
        if isinstance(table, dict)
        for router_id, entries in table.get("neighbors", {}).items()
        for entry in entries
    ]
    return sorted(
        found, key=lambda entry: (entry["vrf"], entry["interface"], entry["router_id"], entry["address"])
    )
