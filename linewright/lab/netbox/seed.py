"""Filling an empty NetBox from a site description, through its REST API."""

from collections.abc import Callable

from linewright.lab.netbox.seeding.circuits import seed_circuits, seed_virtual_circuits
from linewright.lab.netbox.seeding.hardware import seed_addresses, seed_devices, seed_ports
from linewright.lab.netbox.seeding.kinds import seed_blocks, seed_kinds
from linewright.lab.netbox.seeding.links import seed_cables, seed_gateways, seed_overlays
from linewright.lab.netbox.seeding.names import Names
from linewright.lab.netbox.seeding.people import seed_people
from linewright.lab.netbox.seeding.places import seed_fields, seed_places
from linewright.lab.netbox.seeding.rest import Rest
from linewright.sources.description import Described

_STEPS: tuple[tuple[str, Callable[[Names, Described], None]], ...] = (
    ("custom fields, tags and tenants", seed_fields),
    ("sites, locations, racks and power", seed_places),
    ("manufacturers, platforms, roles and types", seed_kinds),
    ("VLANs and prefixes", seed_blocks),
    ("circuits", seed_circuits),
    ("devices", seed_devices),
    ("ports", seed_ports),
    ("addresses", seed_addresses),
    ("cables", seed_cables),
    ("gateways and services", seed_gateways),
    ("virtual circuits", seed_virtual_circuits),
    ("tunnels and L2VPNs", seed_overlays),
    ("contacts", seed_people),
)


def seed(
    url: str, token: str, described: Described, progress: Callable[[str], None] = lambda _: None
) -> None:
    """Create everything a description says in an empty NetBox. Not repeatable: what is there already is refused.

    Raises:
        SourceError: NetBox refused an object or did not answer; the message names endpoint, object and field.
    """
    with Rest(url, token) as rest:
        names = Names(rest)
        for what, step in _STEPS:
            progress(f"seeding {what}")
            step(names, described)
        progress("seeding config contexts")
        _seed_contexts(names, described)


def _seed_contexts(names: Names, described: Described) -> None:
    names.create(
        "context",
        "extras/config-contexts",
        {
            name: {
                "name": name,
                "weight": context.weight,
                "data": context.data,
                "roles": [names.id("role", slug) for slug in context.roles],
                "sites": [names.id("site", slug) for slug in context.sites],
                "platforms": [names.id("platform", slug) for slug in context.platforms],
            }
            for name, context in described.entries.contexts.items()
        },
    )
