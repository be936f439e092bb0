"""Whether a lab has come to rest: neighbours heard on every cable, sessions that both ends configure established."""

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import msgspec

from linewright.errors import DeviceError
from linewright.lab.frr.router import Router
from linewright.lab.frr.state import Lab
from linewright.lab.frr.topology import Link
from linewright.model.objects import Record

_PAUSE = 0.25  # seconds between looks
_AT_ONCE = 4


class Missing(Record, frozen=True):
    """What is not there yet, in words; both empty when all is."""

    neighbors: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.neighbors or self.sessions)


class Seen(Record, frozen=True):
    """What one router knows: LLDP neighbours by port, BGP peers with their state, its own addresses."""

    neighbors: dict[str, tuple[str, str]] = msgspec.field(default_factory=dict)
    peers: dict[str, str] = msgspec.field(default_factory=dict)
    addresses: tuple[str, ...] = ()


def wait(
    lab: Lab,
    *,
    seconds: float = 60,
    links: tuple[Link, ...] | None = None,
    progress: Callable[[Missing], None] | None = None,
) -> Missing:
    """Look until nothing is missing or the time is over; what was missing at the last look.

    A BGP session counts when each end configures an address of the other as its neighbour; one that is shut down on
    purpose does not. With `links` only the neighbours on these cables count, and no sessions: for a lab whose cables
    are not where the snapshot has them. `progress` is told after each look.
    """
    wanted = lab.topology.heard if links is None else links
    deadline = time.monotonic() + seconds
    while True:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            seen = dict(zip(lab.routers, pool.map(look, lab.routers.values()), strict=True))
        missing = still_missing(wanted, seen)
        if links is not None:
            missing = Missing(neighbors=missing.neighbors)
        if progress is not None:
            progress(missing)
        if not missing or time.monotonic() > deadline:
            return missing
        time.sleep(_PAUSE)


def look(router: Router) -> Seen:
    """What a router knows now; nothing when it does not answer."""
    asks = "lldpcli -f json0 show neighbors; printf '\\036'; vtysh -c 'show bgp summary json'; printf '\\036'; ip -json address"
    try:
        heard, peers, addresses = router.run(["sh", "-c", asks], timeout=10).stdout.split("\x1e")
        return Seen(
            neighbors=_neighbors(json.loads(heard)),
            peers=_peers(json.loads(peers)),
            addresses=tuple(a["local"] for link in json.loads(addresses) for a in link["addr_info"]),
        )
    except (DeviceError, ValueError):
        return (
            Seen()
        )  # a daemon is down or hangs: then its neighbours and sessions are missing, which is the answer


def still_missing(links: tuple[Link, ...], seen: Mapping[str, Seen]) -> Missing:
    """What of these links and of the sessions configured is not there. Pure."""
    neighbors = []
    for link in links:
        for near, near_port, far, far_port in (
            (link.a, link.a_port, link.z, link.z_port),
            (link.z, link.z_port, link.a, link.a_port),
        ):
            if seen[near].neighbors.get(near_port) != (far, far_port):
                neighbors.append(f"{near} {near_port} does not hear {far} {far_port}")
    owner = {address: name for name, router in seen.items() for address in router.addresses}
    sessions = []
    for name, router in seen.items():
        for peer, state in router.peers.items():
            far = owner.get(peer, "")
            mutual = far not in ("", name) and any(own in seen[far].peers for own in router.addresses)
            if mutual and state not in ("Established", "Idle (Admin)"):
                sessions.append(f"{name} to {far} ({peer}) is {state}")
    return Missing(neighbors=tuple(neighbors), sessions=tuple(sessions))


def _neighbors(heard: object) -> dict[str, tuple[str, str]]:
    """Lldpcli's json0, where everything is a list: local port -> (system name, port id)."""
    found = {}
    for part in _list(heard, "lldp"):
        for port in _list(part, "interface"):
            names = [n["value"] for chassis in _list(port, "chassis") for n in _list(chassis, "name")]
            ports = [i["value"] for far in _list(port, "port") for i in _list(far, "id")]
            if names and ports:
                found[port["name"]] = (names[0], ports[0])
    return found


def _peers(summary: object) -> dict[str, str]:
    """FRR's summary: one object per address family, each with its peers."""
    if not isinstance(summary, dict):
        return {}
    return {
        address: str(peer.get("state", ""))
        for family in summary.values()
        if isinstance(family, dict)
        for address, peer in family.get("peers", {}).items()
    }


def _list(value: object, key: str) -> list[dict[str, str]]:
    inner = value.get(key, []) if isinstance(value, dict) else []
    return inner if isinstance(inner, list) else []
