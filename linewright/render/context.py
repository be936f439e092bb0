"""What a template sees of one device (docs/templates.md)."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from typing import Any

from linewright.errors import DataError
from linewright.model.objects import Device
from linewright.model.routing import PrefixList, routing
from linewright.model.services import engine_id, services
from linewright.model.snapshot import Snapshot
from linewright.render.announced import announced, with_announced, with_blackholes
from linewright.render.references import check_references
from linewright.render.service_references import check_services
from linewright.render.vlans import used_vlans


def context(snapshot: Snapshot, device: Device, platform: str) -> dict[str, Any]:
    """The variables of a device's templates.

    Raises:
        DataError: the config context is malformed, or something names an interface, route map, prefix list or VLAN
            that is not there.
    """
    parts = routing(device)
    prefixes = announced(snapshot, device, parts)
    lists = with_announced(device, parts, prefixes)
    families = _families(device, lists)
    check_references(device, parts, families)
    served = services(device)
    check_services(device, served)
    return {
        "device": device,
        "hostname": device.name,
        "platform": platform,
        "site": snapshot.sites[device.site],
        "interfaces": device.interfaces,
        "vlans": used_vlans(snapshot, device),
        "announced": prefixes,
        "families": families,
        "bgp": parts.bgp,
        "ospf": parts.ospf,
        "static_routes": with_blackholes(parts.static_routes, prefixes),
        "prefix_lists": lists,
        "route_maps": parts.route_maps,
        "access_class": parts.access_class,
        "banner": parts.banner,
        "services": served,
        "engine_id": engine_id(device, served.snmp) if served.snmp else "",
    }


def _families(device: Device, lists: Iterable[PrefixList]) -> Mapping[str, frozenset[int]]:
    """The IP versions each prefix list has entries of."""

    def version(prefix: str) -> int:
        try:
            return ip_network(prefix).version
        except ValueError:
            raise DataError(
                f"device {device.name}: config context: {prefix!a:.60} is no prefix",
                hint="an address block without host bits, such as 192.0.2.0/24",
            ) from None

    return {item.name: frozenset(version(entry.prefix) for entry in item.entries) for item in lists}
