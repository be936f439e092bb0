"""Custom fields, tags, tenants, sites, locations, racks, power: what everything else refers to."""

from linewright.lab.netbox.seeding.bodies import said, slugged
from linewright.lab.netbox.seeding.names import Names
from linewright.model.objects import Location
from linewright.sources.description import Described

#: What a description calls a kind of object, as NetBox names it.
_OBJECT_TYPES = {
    "site": "dcim.site",
    "device": "dcim.device",
    "interface": "dcim.interface",
    "cable": "dcim.cable",
    "prefix": "ipam.prefix",
    "circuit": "circuits.circuit",
}


def seed_fields(names: Names, described: Described) -> None:
    """Custom fields with their choices, tags, tenants."""
    fields, tables = described.entries.custom_fields, described.snapshot.tables
    names.create(
        "choices",
        "extras/custom-field-choice-sets",
        {
            name: {"name": name, "extra_choices": [[choice, choice] for choice in field.choices]}
            for name, field in fields.items()
        },
    )
    names.create(
        "field",
        "extras/custom-fields",
        {
            name: {
                "name": name,
                "label": field.label,
                "description": field.description,
                "type": "select",
                "choice_set": names.id("choices", name),
                "object_types": [_OBJECT_TYPES[kind] for kind in field.objects],
            }
            for name, field in fields.items()
        },
    )
    names.create("tag", "extras/tags", {tag.slug: said(tag, "slug", "name") for tag in tables.tags})
    names.create(
        "tenant group",
        "tenancy/tenant-groups",
        {tenant.group: slugged(tenant.group) for tenant in tables.tenants if tenant.group},
    )
    names.create(
        "tenant",
        "tenancy/tenants",
        {
            tenant.slug: {
                **said(tenant, "slug", "name", "description"),
                "group": names.maybe("tenant group", tenant.group),
            }
            for tenant in tables.tenants
        },
    )


def seed_places(names: Names, described: Described) -> None:
    """AS numbers, sites, locations from the outside in, racks, power panels and their feeds."""
    tables = described.snapshot.tables
    names.create("rir", "ipam/rirs", {"documentation": {"name": "Documentation", "slug": "documentation"}})
    names.create(
        "asn",
        "ipam/asns",
        {
            asn.asn: {**said(asn, "asn", "description"), "rir": names.id("rir", "documentation")}
            for asn in tables.asns
        },
    )
    names.create(
        "site",
        "dcim/sites",
        {
            site.slug: {
                **said(
                    site,
                    *("slug", "name", "status", "facility", "description", "physical_address", "time_zone"),
                    custom="custom_fields",
                ),
                "tenant": names.maybe("tenant", site.tenant),
                "asns": [names.id("asn", asn) for asn in site.asns],
                "tags": names.tags(site.tags),
            }
            for site in tables.sites
        },
    )
    _seed_locations(names, {(place.site, place.slug): place for place in tables.locations})
    names.create(
        "rack role", "dcim/rack-roles", {rack.role: slugged(rack.role) for rack in tables.racks if rack.role}
    )
    names.create(
        "rack",
        "dcim/racks",
        {
            (rack.site, rack.name): {
                **said(
                    rack,
                    *("name", "u_height", "status", "facility_id", "starting_unit", "description"),
                    descending="desc_units",
                ),
                "site": names.id("site", rack.site),
                "location": names.maybe("location", rack.location and (rack.site, rack.location)),
                "role": names.maybe("rack role", rack.role),
                "tenant": names.maybe("tenant", rack.tenant),
            }
            for rack in tables.racks
        },
    )
    _seed_power(names, described)


def _seed_locations(names: Names, waiting: dict[tuple[str, str], Location]) -> None:
    made: set[tuple[str, str]] = set()
    while waiting:
        ready = {
            key: place
            for key, place in waiting.items()
            if not place.parent or (place.site, place.parent) in made
        }
        names.create(
            "location",
            "dcim/locations",
            {
                key: {
                    **said(place, "slug", "name", "status", "facility", "description"),
                    "site": names.id("site", place.site),
                    "parent": names.maybe("location", place.parent and (place.site, place.parent)),
                }
                for key, place in ready.items()
            },
        )
        made |= ready.keys()
        waiting = {key: place for key, place in waiting.items() if key not in ready}


def _seed_power(names: Names, described: Described) -> None:
    tables = described.snapshot.tables
    names.create(
        "power-panel",
        "dcim/power-panels",
        {
            f"{panel.site}/{panel.name}": {
                **said(panel, "name", "description"),
                "site": names.id("site", panel.site),
                "location": names.maybe("location", panel.location and (panel.site, panel.location)),
            }
            for panel in tables.power_panels
        },
    )
    names.create(
        "power-feed",
        "dcim/power-feeds",
        {
            (f"{feed.site}/{feed.panel}", feed.name): {
                **said(
                    feed,
                    *("name", "status", "type", "supply", "phase", "voltage", "amperage"),
                    *("max_utilization", "mark_connected", "description"),
                ),
                "power_panel": names.id("power-panel", f"{feed.site}/{feed.panel}"),
                "rack": names.maybe("rack", feed.rack and (feed.site, feed.rack)),
            }
            for feed in tables.power_feeds
        },
    )
