"""Everything that does not belong to one device, from NetBox's rows to the model. Pure."""

from linewright.errors import DataError
from linewright.model.objects import (
    Asn,
    Circuit,
    CircuitEnd,
    DeviceType,
    Location,
    Platform,
    Prefix,
    Provider,
    Rack,
    Role,
    Site,
    Tag,
    Vlan,
    Vrf,
)
from linewright.sources.netbox import lists
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.rows import CircuitRow, CircuitTerminationRow, PrefixRow
from linewright.sources.netbox.shapes import chosen
from linewright.sources.netbox.values import CustomFields, halves, prefix, slug, slugs


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
            raise DataError(
                f"{where} belongs to {str(kind).rpartition('.')[2]} #{number}, which NetBox does not show",
                hint="may the token's user see every site and location?",
            )
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
            asns=tuple(sorted(part.asn for part in row.asns)),
            tags=tuple(sorted(slugs(row.tags))),
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
        )
        for row in collected.of(lists.RACKS)
    )


def roles(collected: Collected) -> tuple[Role, ...]:
    """All device roles."""
    return tuple(Role(slug=row.slug, name=row.name, color=row.color) for row in collected.of(lists.ROLES))


def device_types(collected: Collected) -> tuple[DeviceType, ...]:
    """All device types."""
    return tuple(
        DeviceType(
            slug=row.slug,
            model=row.model,
            manufacturer=row.manufacturer.slug,
            half_units=halves(row.u_height, f"device type {row.slug}"),
            part_number=row.part_number,
        )
        for row in collected.of(lists.TYPES)
    )


def platforms(collected: Collected) -> tuple[Platform, ...]:
    """All platforms."""
    return tuple(
        Platform(slug=row.slug, name=row.name, manufacturer=slug(row.manufacturer))
        for row in collected.of(lists.PLATFORMS)
    )


def asns(collected: Collected) -> tuple[Asn, ...]:
    """All AS numbers."""
    return tuple(Asn(asn=row.asn, description=row.description) for row in collected.of(lists.ASNS))


def vlans(collected: Collected) -> tuple[Vlan, ...]:
    """All VLANs."""
    return tuple(
        Vlan(
            vid=row.vid,
            name=row.name,
            site=slug(row.site),
            group=slug(row.group),
            status=chosen(row.status),
            role=slug(row.role),
            description=row.description,
        )
        for row in collected.of(lists.VLANS)
    )


def vrfs(collected: Collected) -> tuple[Vrf, ...]:
    """All VRFs."""
    return tuple(Vrf(name=row.name, rd=row.rd or "") for row in collected.of(lists.VRFS))


def prefixes(collected: Collected, custom: CustomFields, places: Places) -> tuple[Prefix, ...]:
    """All prefixes; one scoped to a location counts to the location's site."""

    def one(row: PrefixRow) -> Prefix:
        where = f"prefix {row.prefix}"
        return Prefix(
            prefix=prefix(row.prefix, where),
            site=places.site(row.scope_type, row.scope_id, where),
            vrf=row.vrf.name if row.vrf else "",
            vlan=row.vlan.vid if row.vlan else 0,
            status=chosen(row.status),
            role=slug(row.role),
            description=row.description,
            tags=tuple(sorted(slugs(row.tags))),
            custom=custom.read(row.custom_fields, where),
        )

    return tuple(one(row) for row in collected.of(lists.PREFIXES))


def providers(collected: Collected) -> tuple[Provider, ...]:
    """All providers."""
    return tuple(Provider(slug=row.slug, name=row.name) for row in collected.of(lists.PROVIDERS))


def tags(collected: Collected) -> tuple[Tag, ...]:
    """All tags."""
    return tuple(Tag(slug=row.slug, name=row.name) for row in collected.of(lists.TAGS))


def circuits(collected: Collected, custom: CustomFields, places: Places) -> tuple[Circuit, ...]:
    """All circuits with both their terminations."""
    ends = {(row.circuit.id, chosen(row.term_side)): row for row in collected.of(lists.CIRCUIT_ENDS)}

    def one(row: CircuitRow) -> Circuit:
        where = f"circuit {row.provider.slug}/{row.cid}"
        return Circuit(
            cid=row.cid,
            provider=row.provider.slug,
            type=row.type.slug,
            status=chosen(row.status),
            description=row.description,
            commit_rate=row.commit_rate or 0,
            a=_circuit_end(ends.get((row.id, "A")), places, where),
            z=_circuit_end(ends.get((row.id, "Z")), places, where),
            tags=tuple(sorted(slugs(row.tags))),
            custom=custom.read(row.custom_fields, where),
        )

    return tuple(one(row) for row in collected.of(lists.CIRCUITS))


def _circuit_end(row: CircuitTerminationRow | None, places: Places, where: str) -> CircuitEnd | None:
    if row is None:
        return None
    in_network = row.termination_type == "circuits.providernetwork" and row.termination is not None
    return CircuitEnd(
        site=places.site(row.termination_type, row.termination_id, where),
        provider_network=row.termination.name if in_network and row.termination else "",
        port_speed=row.port_speed or 0,
        cross_connect=row.xconnect_id,
        patch_panel=row.pp_info,
        description=row.description,
    )
