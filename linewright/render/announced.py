"""What a device announces for its site: prefixes of role "announced", with all that goes with them."""

from collections.abc import Iterable
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_network

from linewright.errors import DataError
from linewright.model.objects import Device
from linewright.model.routing import PrefixList, PrefixListEntry, Routing, StaticRoute
from linewright.model.snapshot import Snapshot

#: The prefix lists of the announced prefixes by IP version; route maps may name them, nobody else may define them.
LISTS = {4: "ANNOUNCED", 6: "ANNOUNCED6"}
_LARGEST_SEQUENCE = 65535


def announced(snapshot: Snapshot, device: Device, parts: Routing) -> tuple[str, ...]:
    """The active prefixes of role "announced" at the device's site, if its BGP has `announce_site`; sorted.

    Raises:
        DataError: one of them is no prefix.
    """
    if parts.bgp is None or not parts.bgp.announce_site:
        return ()
    found = (
        _network(prefix.prefix, device.site)
        for prefix in snapshot.tables.prefixes
        if prefix.site == device.site
        and prefix.role == "announced"
        and prefix.status == "active"
        and not prefix.vrf
    )
    return tuple(str(prefix) for prefix in sorted(found, key=_order))


def with_blackholes(routes: Iterable[StaticRoute], prefixes: Iterable[str]) -> tuple[StaticRoute, ...]:
    """The static routes, and a blackhole for each prefix without one: BGP announces only what has a route."""
    routes = tuple(routes)
    there = {route.prefix for route in routes}
    missing = (prefix for prefix in prefixes if prefix not in there)
    return (*routes, *(StaticRoute(prefix=prefix, next_hop="blackhole") for prefix in missing))


def with_announced(device: Device, parts: Routing, prefixes: Iterable[str]) -> tuple[PrefixList, ...]:
    """The prefix lists, and behind them those of the announced prefixes.

    Raises:
        DataError: the config context has a list of a name that is kept for the announced prefixes.
    """
    for item in parts.prefix_lists:
        if item.name in LISTS.values():
            raise DataError(
                f"device {device.name}: config context: the name {item.name} is kept for the announced prefixes",
                hint="choose another name for the prefix list",
            )
    prefixes = tuple(prefixes)
    made = tuple(
        PrefixList(name=name, entries=sequenced(found))
        for version, name in LISTS.items()
        if (found := [prefix for prefix in prefixes if ip_network(prefix).version == version])
    )
    return (*parts.prefix_lists, *made)


def sequenced(prefixes: Iterable[str]) -> tuple[PrefixListEntry, ...]:
    """Entries for a list in which order does not matter, sorted by their number.

    The number (1 to 65535) comes from the prefix itself, so that a prefix added later does not renumber the others:
    FRR 8.4.4 silently ignores a line whose prefix stands under another number of the list, so that renumbering could
    lose one. Of two that meet, the later in the order of prefixes takes the next free number.
    """
    taken: dict[int, str] = {}
    for prefix in sorted(set(prefixes), key=lambda text: _order(ip_network(text))):
        number = int.from_bytes(sha256(prefix.encode()).digest()[:4], "big")
        places = (1 + (number + step) % _LARGEST_SEQUENCE for step in range(_LARGEST_SEQUENCE))
        place = next((place for place in places if place not in taken), None)
        if place is None:
            raise DataError(
                f"more than {_LARGEST_SEQUENCE} announced prefixes do not fit into one prefix list"
            )
        taken[place] = prefix
    return tuple(PrefixListEntry(seq=number, prefix=taken[number]) for number in sorted(taken))


def _network(prefix: str, site: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(prefix)
    except ValueError:
        raise DataError(
            f"site {site}: the announced prefix {prefix!a:.60} is no prefix",
            hint="an address block without host bits, such as 192.0.2.0/24",
        ) from None


def _order(prefix: IPv4Network | IPv6Network) -> tuple[int, int, int]:
    return prefix.version, int(prefix.network_address), prefix.prefixlen
