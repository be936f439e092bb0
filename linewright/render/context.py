"""What a template sees of one device (docs/templates.md), checked for references that lead nowhere."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from typing import Any

from linewright.errors import DataError
from linewright.model.objects import Device, Prefix
from linewright.model.routing import Routing, StaticRoute, routing
from linewright.model.snapshot import Snapshot
from linewright.render.references import check_references
from linewright.render.vlans import used_vlans

#: The prefix list of the site's announced prefixes, on devices whose BGP has `announce_site`.
ANNOUNCED = "ANNOUNCED"
_HINT = "docs/config-context.md shows how routing is described"


def context(snapshot: Snapshot, device: Device, platform: str) -> dict[str, Any]:
    """The variables of a device's templates.

    Raises:
        DataError: the config context is malformed, or something names an interface, route map, prefix list or VLAN
            that is not there.
    """
    parts = routing(device)
    announced = _announced(snapshot, device) if parts.bgp and parts.bgp.announce_site else ()
    families = _families(device, parts, announced)
    check_references(device, parts, families)
    return {
        "device": device,
        "hostname": device.name,
        "platform": platform,
        "site": snapshot.sites[device.site],
        "interfaces": device.interfaces,
        "vlans": used_vlans(snapshot, device),
        "announced": announced,
        "announced_list": ANNOUNCED,
        "families": families,
        "routing": parts,
        "bgp": parts.bgp,
        "ospf": parts.ospf,
        "static_routes": _routes(parts, announced),
        "prefix_lists": parts.prefix_lists,
        "route_maps": parts.route_maps,
        "access_class": parts.access_class,
        "banner": parts.banner,
    }


def _announced(snapshot: Snapshot, device: Device) -> tuple[Prefix, ...]:
    return tuple(
        prefix
        for prefix in snapshot.tables.prefixes
        if prefix.site == device.site
        and prefix.role == "announced"
        and prefix.status == "active"
        and not prefix.vrf
    )


def _routes(parts: Routing, announced: Iterable[Prefix]) -> tuple[StaticRoute, ...]:
    """The static routes, and a blackhole for each announced prefix without one: BGP announces only what has a route."""
    there = {route.prefix for route in parts.static_routes}
    blackholes = (
        StaticRoute(prefix=prefix.prefix, next_hop="blackhole")
        for prefix in announced
        if prefix.prefix not in there
    )
    return (*parts.static_routes, *blackholes)


def _families(device: Device, parts: Routing, announced: Iterable[Prefix]) -> Mapping[str, frozenset[int]]:
    """The IP versions each prefix list has entries of."""
    lists = {item.name: [entry.prefix for entry in item.entries] for item in parts.prefix_lists}
    if ANNOUNCED in lists:
        raise DataError(
            f"device {device.name}: config context: a prefix list is named {ANNOUNCED}; that name is the announced prefixes'",
            hint="choose another name",
        )
    if parts.bgp and parts.bgp.announce_site:
        lists[ANNOUNCED] = [prefix.prefix for prefix in announced]
    return {name: frozenset(_version(device, p) for p in prefixes) for name, prefixes in lists.items()}


def _version(device: Device, prefix: str) -> int:
    try:
        return ip_network(prefix).version
    except ValueError:
        raise DataError(f"device {device.name}: {prefix!a:.60} is no prefix", hint=_HINT) from None
