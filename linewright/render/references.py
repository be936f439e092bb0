"""Names in a device's routing that lead nowhere: refused, because a device would take them and do something else."""

from collections.abc import Mapping

from linewright.errors import DataError
from linewright.model.objects import Device
from linewright.model.routing import BgpNeighbor, Routing

_HINT = "docs/config-context.md shows how routing is described"


def check_references(device: Device, parts: Routing, families: Mapping[str, frozenset[int]]) -> None:
    """Refuse an interface, route map or prefix list that is named but not there; `families` as in `context`.

    Raises:
        DataError: naming the device, what names it, and the name.
    """
    ports = {interface.name for interface in device.interfaces}
    for item in parts.ospf.interfaces if parts.ospf else ():
        if item.name not in ports:
            raise DataError(
                f"device {device.name}: OSPF names interface {item.name!a}, which it does not have"
            )
    maps = {item.name for item in parts.route_maps}
    for neighbor in parts.bgp.neighbors if parts.bgp else ():
        _check_neighbor(device, neighbor, maps)
    _check_route_maps(device, parts, families)


def _check_neighbor(device: Device, neighbor: BgpNeighbor, maps: set[str]) -> None:
    where = f"device {device.name}: BGP neighbour {neighbor.address!a}"
    for name in (neighbor.import_map, neighbor.export_map):
        if name and name not in maps:
            raise DataError(f"{where}: there is no route map {name!a}", hint=_HINT)
    if len(neighbor.timers) not in {0, 2}:
        raise DataError(f"{where}: timers are two numbers, keepalive and hold, or none", hint=_HINT)


def _check_route_maps(device: Device, parts: Routing, families: Mapping[str, frozenset[int]]) -> None:
    for route_map in parts.route_maps:
        for entry in route_map.entries:
            where = f"device {device.name}: route map {route_map.name!a} {entry.seq}"
            name = entry.match_prefix_list
            if name and name not in families:
                raise DataError(f"{where}: there is no prefix list {name!a}", hint=_HINT)
            if name and len(families[name]) > 1:
                raise DataError(
                    f"{where}: prefix list {name!a} mixes IPv4 and IPv6",
                    hint="make it two lists and two entries",
                )
