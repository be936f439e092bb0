"""Routing as people keep it in NetBox's config context: the documented schema, typed.

NetBox has no tables for routing protocols, so a device's merged config context carries them under the keys below
(docs/config-context.md shows an example of each). Unknown keys at the top are somebody else's and are left alone;
unknown keys inside these are refused, because a misspelt `remote_as` must not silently render nothing.
"""

from typing import Any

import msgspec

from linewright.errors import DataError
from linewright.model.objects import Device


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of all parts of the schema."""


class BgpNeighbor(Part, frozen=True):
    """One BGP neighbour (RFC 4271). `password` is a secret reference; `import_map` and `export_map` name route maps.

    `timers` is (keepalive, hold) in seconds, () for the platform's default.
    """

    address: str
    remote_as: int
    description: str = ""
    password: str = ""
    update_source: str = ""
    import_map: str = ""
    export_map: str = ""
    next_hop_self: bool = False
    shutdown: bool = False
    timers: tuple[int, ...] = ()


class Bgp(Part, frozen=True):
    """A BGP instance. `networks` are announced beside the site's prefixes of role "announced"."""

    asn: int
    router_id: str
    neighbors: tuple[BgpNeighbor, ...] = ()
    networks: tuple[str, ...] = ()
    announce_site: bool = False
    maximum_paths: int = 1


class OspfInterface(Part, frozen=True):
    """An interface in OSPF (RFC 2328). Intervals in seconds, 0 for the platform's default."""

    name: str
    area: str = "0"
    passive: bool = False
    point_to_point: bool = True
    hello: int = 0
    dead: int = 0
    cost: int = 0


class Ospf(Part, frozen=True):
    """An OSPF instance."""

    router_id: str
    interfaces: tuple[OspfInterface, ...] = ()


class StaticRoute(Part, frozen=True):
    """A static route; `next_hop` is an address, an interface or "blackhole"."""

    prefix: str
    next_hop: str
    distance: int = 0


class PrefixListEntry(Part, frozen=True):
    """One line of a prefix list; `ge` and `le` 0 mean not given."""

    seq: int
    prefix: str
    action: str = "permit"
    ge: int = 0
    le: int = 0


class PrefixList(Part, frozen=True):
    """A named list of prefixes."""

    name: str
    entries: tuple[PrefixListEntry, ...] = ()


class RouteMapEntry(Part, frozen=True):
    """One clause of a route map. Zero or empty means the clause has no such match or set."""

    seq: int
    action: str = "permit"
    match_prefix_list: str = ""
    set_local_preference: int = 0
    set_metric: int = 0
    set_community: str = ""


class RouteMap(Part, frozen=True):
    """A named route map."""

    name: str
    entries: tuple[RouteMapEntry, ...] = ()


class AccessClass(Part, frozen=True):
    """Who may log in: source prefixes, first match wins, all else denied."""

    name: str
    permit: tuple[str, ...] = ()


class Routing(Part, frozen=True):
    """All of it for one device."""

    bgp: Bgp | None = None
    ospf: Ospf | None = None
    static_routes: tuple[StaticRoute, ...] = ()
    prefix_lists: tuple[PrefixList, ...] = ()
    route_maps: tuple[RouteMap, ...] = ()
    access_class: AccessClass | None = None
    banner: str = ""


_KEYS = tuple(field.name for field in msgspec.structs.fields(Routing))


def routing(device: Device) -> Routing:
    """The routing part of a device's config context.

    Raises:
        DataError: a key is unknown, missing or of the wrong type; the message names device and place.
    """
    ours: dict[str, Any] = {key: device.context[key] for key in _KEYS if key in device.context}
    try:
        return msgspec.convert(ours, Routing)
    except msgspec.ValidationError as error:
        raise DataError(
            f"device {device.name}: config context: {error}",
            hint="docs/config-context.md shows every key; the place is given as $.bgp.neighbors[2].remote_as",
        ) from None
