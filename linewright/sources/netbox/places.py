"""Places and whose they are, from NetBox's rows to the model. Pure."""

from linewright.model.objects import Location, PowerFeed, PowerPanel, Rack, Site, Tag, Tenant
from linewright.sources.netbox import lists
from linewright.sources.netbox.known import unseen
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.shapes import chosen
from linewright.sources.netbox.values import CustomFields, named, slug, slugs


class Places:
    """Sites by the ids NetBox uses where a scope or termination may be one of several kinds."""

    def __init__(self, collected: Collected) -> None:
        self._sites = {
            **{("dcim.site", row.id): row.slug for row in collected.of(lists.SITES)},
            **{("dcim.location", row.id): row.site.slug for row in collected.of(lists.LOCATIONS)},
        }

    def site(self, kind: str | None, number: int | None, where: str) -> str:
        """The site a scope lies in; "" for none and for what is wider than a site.

        Raises:
            DataError: it is a site or location that was not shown.
        """
        if kind not in {"dcim.site", "dcim.location"}:
            return ""
        found = self._sites.get((str(kind), number or 0))
        if found is None:
            raise unseen(where, str(kind).rpartition(".")[2], number or 0)
        return found


def sites(collected: Collected, custom: CustomFields) -> tuple[Site, ...]:
    """All sites, with their AS numbers."""
    return tuple(
        Site(
            slug=row.slug,
            name=row.name,
            status=chosen(row.status),
            facility=row.facility,
            description=row.description,
            physical_address=row.physical_address,
            tenant=slug(row.tenant),
            time_zone=row.time_zone or "",
            asns=tuple(part.asn for part in row.asns),
            tags=slugs(row.tags),
            custom=custom.read(row.custom_fields, f"site {row.slug}"),
        )
        for row in collected.of(lists.SITES)
    )


def locations(collected: Collected) -> tuple[Location, ...]:
    """All locations."""
    return tuple(
        Location(
            slug=row.slug,
            name=row.name,
            site=row.site.slug,
            parent=slug(row.parent),
            status=chosen(row.status),
            facility=row.facility,
            description=row.description,
        )
        for row in collected.of(lists.LOCATIONS)
    )


def racks(collected: Collected) -> tuple[Rack, ...]:
    """All racks."""
    return tuple(
        Rack(
            name=row.name,
            site=row.site.slug,
            location=slug(row.location),
            u_height=row.u_height,
            status=chosen(row.status),
            facility_id=row.facility_id or "",
            role=slug(row.role),
            starting_unit=row.starting_unit,
            descending=row.desc_units,
            tenant=slug(row.tenant),
            description=row.description,
        )
        for row in collected.of(lists.RACKS)
    )


def tenants(collected: Collected) -> tuple[Tenant, ...]:
    """All tenants."""
    return tuple(
        Tenant(slug=row.slug, name=row.name, group=slug(row.group), description=row.description)
        for row in collected.of(lists.TENANTS)
    )


def power_panels(collected: Collected) -> tuple[PowerPanel, ...]:
    """All power panels."""
    return tuple(
        PowerPanel(
            name=row.name, site=row.site.slug, location=slug(row.location), description=row.description
        )
        for row in collected.of(lists.POWER_PANELS)
    )


def power_feeds(collected: Collected) -> tuple[PowerFeed, ...]:
    """All power feeds.

    Raises:
        DataError: a feed's panel was not shown.
    """
    panels = {row.id: row for row in collected.of(lists.POWER_PANELS)}
    found = []
    for row in collected.of(lists.POWER_FEEDS):
        panel = panels.get(row.power_panel.id)
        if panel is None:
            raise unseen(f"power feed {row.name}", "power panel", row.power_panel.id)
        found.append(
            PowerFeed(
                name=row.name,
                site=panel.site.slug,
                panel=panel.name,
                rack=named(row.rack),
                status=chosen(row.status),
                type=chosen(row.type),
                supply=chosen(row.supply),
                phase=chosen(row.phase),
                voltage=row.voltage,
                amperage=row.amperage,
                max_utilization=row.max_utilization,
                mark_connected=row.mark_connected,
                description=row.description,
            )
        )
    return tuple(found)


def tags(collected: Collected) -> tuple[Tag, ...]:
    """All tags."""
    return tuple(Tag(slug=row.slug, name=row.name) for row in collected.of(lists.TAGS))
