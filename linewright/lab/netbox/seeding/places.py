"""Custom fields, tags, sites, locations, racks: what everything else refers to."""

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
    """Custom fields with their choices, and tags."""
    fields = described.entries.custom_fields
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
    names.create(
        "tag",
        "extras/tags",
        {tag.slug: {"slug": tag.slug, "name": tag.name} for tag in described.snapshot.tables.tags},
    )


def seed_places(names: Names, described: Described) -> None:
    """AS numbers, sites, locations from the outside in, racks."""
    tables = described.snapshot.tables
    names.create("rir", "ipam/rirs", {"documentation": {"name": "Documentation", "slug": "documentation"}})
    names.create(
        "asn",
        "ipam/asns",
        {
            asn.asn: {
                "asn": asn.asn,
                "rir": names.id("rir", "documentation"),
                "description": asn.description,
            }
            for asn in tables.asns
        },
    )
    names.create(
        "site",
        "dcim/sites",
        {
            site.slug: {
                "slug": site.slug,
                "name": site.name,
                "status": site.status,
                "facility": site.facility,
                "description": site.description,
                "physical_address": site.physical_address,
                "asns": [names.id("asn", asn) for asn in site.asns],
                "tags": names.tags(site.tags),
                "custom_fields": site.custom,
            }
            for site in tables.sites
        },
    )
    _seed_locations(names, {(place.site, place.slug): place for place in tables.locations})
    names.create(
        "rack",
        "dcim/racks",
        {
            (rack.site, rack.name): {
                "name": rack.name,
                "site": names.id("site", rack.site),
                "location": names.maybe("location", rack.location and (rack.site, rack.location)),
                "u_height": rack.u_height,
                "status": rack.status,
            }
            for rack in tables.racks
        },
    )


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
                    "slug": place.slug,
                    "name": place.name,
                    "site": names.id("site", place.site),
                    "parent": names.maybe("location", place.parent and (place.site, place.parent)),
                    "status": place.status,
                    "description": place.description,
                }
                for key, place in ready.items()
            },
        )
        made |= ready.keys()
        waiting = {key: place for key, place in waiting.items() if key not in ready}
