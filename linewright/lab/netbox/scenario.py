"""What somebody does in NetBox in the story of the README: a prefix and a BGP neighbour are added."""

from typing import Any

from linewright.errors import DataError
from linewright.lab.netbox.seeding.rest import Rest

#: Headquarters' missing side of the line over Southstar; remote 1 has had its side all along.
NEIGHBOR = {
    "address": "198.18.3.3",
    "remote_as": 64497,
    "description": "r1-wan2 eth1",
    "import_map": "FROM-SOUTHSTAR",
    "export_map": "TO-WAN",
    "timers": [1, 3],
}
PREFIX = "203.0.113.0/24"


def add_prefix(
    url: str, token: str, *, prefix: str = PREFIX, site: str = "hq", role: str = "announced"
) -> int:
    """Add a prefix to a site; its id.

    Raises:
        DataError: NetBox has no such site or prefix role.
        SourceError: NetBox refused or did not answer.
    """
    with Rest(url, token) as rest:
        body = {
            "prefix": prefix,
            "scope_type": "dcim.site",
            "scope_id": _only(rest, "dcim/sites", slug=site)["id"],
            "role": _only(rest, "ipam/roles", slug=role)["id"],
            "status": "active",
        }
        return rest.create("ipam/prefixes", [body])[0]


def add_neighbor(
    url: str, token: str, *, device: str = "hq-wan2", neighbor: dict[str, Any] | None = None
) -> None:
    """Add a BGP neighbour to a device's own config context (docs/config-context.md); errors as `add_prefix`."""
    with Rest(url, token) as rest:
        found = _only(rest, "dcim/devices", name=device)
        context = found["local_context_data"] or {}
        bgp = context.get("bgp") or {}
        neighbors = [*bgp.get("neighbors", []), neighbor or NEIGHBOR]
        changed = {**context, "bgp": {**bgp, "neighbors": neighbors}}
        rest.update("dcim/devices", [{"id": found["id"], "local_context_data": changed}])


def _only(rest: Rest, endpoint: str, **filters: str) -> dict[str, Any]:
    found = rest.list(endpoint, **filters)
    if len(found) != 1:
        raise DataError(f"NetBox has {len(found)} of {endpoint} with {filters}, not one")
    return found[0]
