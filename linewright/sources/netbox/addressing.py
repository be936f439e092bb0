"""Numbers and what shares or serves an address, from NetBox's rows to the model. Pure."""

from collections import Counter, defaultdict

from linewright.errors import DataError
from linewright.model.objects import Address, Asn, FhrpGroup, FhrpMember, Prefix, Service, Vlan, Vrf
from linewright.sources.netbox import lists
from linewright.sources.netbox.known import Known, unseen
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.places import Places
from linewright.sources.netbox.ports import ip_address
from linewright.sources.netbox.rows import FhrpGroupRow, PrefixRow, ServiceRow
from linewright.sources.netbox.shapes import chosen
from linewright.sources.netbox.values import CustomFields, address, named, names, prefix, slug, slugs, vid


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
            tenant=slug(row.tenant),
            description=row.description,
        )
        for row in collected.of(lists.VLANS)
    )


def vrfs(collected: Collected) -> tuple[Vrf, ...]:
    """All VRFs with their route targets."""
    return tuple(
        Vrf(
            name=row.name,
            rd=row.rd or "",
            import_targets=names(row.import_targets),
            export_targets=names(row.export_targets),
            tenant=slug(row.tenant),
            description=row.description,
        )
        for row in collected.of(lists.VRFS)
    )


def prefixes(collected: Collected, custom: CustomFields, places: Places) -> tuple[Prefix, ...]:
    """All prefixes; one scoped to a location counts to the location's site."""

    def one(row: PrefixRow) -> Prefix:
        where = f"prefix {row.prefix}"
        return Prefix(
            prefix=prefix(row.prefix, where),
            site=places.site(row.scope_type, row.scope_id, where),
            vrf=named(row.vrf),
            vlan=vid(row.vlan),
            status=chosen(row.status),
            role=slug(row.role),
            is_pool=row.is_pool,
            tenant=slug(row.tenant),
            description=row.description,
            tags=slugs(row.tags),
            custom=custom.read(row.custom_fields, where),
        )

    return tuple(one(row) for row in collected.of(lists.PREFIXES))


def fhrp_groups(collected: Collected, known: Known) -> dict[int, FhrpGroup]:
    """FHRP groups by id, with the members read; left out are groups all of whose members are elsewhere.

    Raises:
        DataError: a member or address belongs to a group or interface that was not shown.
    """
    rows = {row.id: row for row in collected.of(lists.FHRP_GROUPS)}
    members: dict[int, list[FhrpMember]] = defaultdict(list)
    elsewhere: set[int] = set()
    for row in collected.of(lists.FHRP_MEMBERS):
        if row.group.id not in rows:
            raise unseen(f"FHRP group assignment #{row.id}", "FHRP group", row.group.id)
        if row.interface_type != "dcim.interface":
            continue  # of a virtual machine
        port = known.interface(row.interface_id, f"FHRP group assignment #{row.id}")
        if port is None:
            elsewhere.add(row.group.id)
            continue
        members[row.group.id].append(
            FhrpMember(device=port.owner, interface=port.name, priority=row.priority)
        )
    addresses: dict[int, list[Address]] = defaultdict(list)
    for found in collected.of(lists.FHRP_ADDRESSES):
        if found.assigned_object_id not in rows:
            raise unseen(f"IP address {found.address}", "FHRP group", found.assigned_object_id)
        addresses[found.assigned_object_id].append(ip_address(found))
    kept = [row for row in rows.values() if members[row.id] or row.id not in elsewhere]
    keys = _keys(kept, addresses, members)
    return {
        row.id: FhrpGroup(
            key=keys[row.id],
            protocol=chosen(row.protocol),
            group_id=row.group_id,
            name=row.name,
            auth_type=chosen(row.auth_type),
            addresses=tuple(addresses[row.id]),
            members=tuple(members[row.id]),
            description=row.description,
        )
        for row in kept
    }


def _keys(
    rows: list[FhrpGroupRow], addresses: dict[int, list[Address]], members: dict[int, list[FhrpMember]]
) -> dict[int, str]:
    """What tells groups of equal protocol and number apart: the name, where that does; then address, member, id."""
    wanted = {}
    for row in rows:
        texts = [
            row.name,
            *sorted(each.address for each in addresses[row.id])[:1],
            *sorted(f"{each.device} {each.interface}" for each in members[row.id])[:1],
            f"#{row.id}",
        ]
        wanted[row.id] = [text for text in texts if text]
    place = {row.id: (chosen(row.protocol), row.group_id) for row in rows}
    met = Counter((place[number], texts[0]) for number, texts in wanted.items())
    return {
        number: texts[0] if met[place[number], texts[0]] == 1 else " ".join(texts[:2])
        for number, texts in wanted.items()
    }


def services(collected: Collected, known: Known, groups: dict[int, FhrpGroup]) -> tuple[Service, ...]:
    """Services of devices and FHRP groups, one for each protocol; those of virtual machines are left out.

    Raises:
        DataError: a service's parent was not shown, or it listens on what is no port.
    """
    found: list[Service] = []
    for row in collected.of(lists.SERVICES):
        where = f"service {row.name}"
        parent = known.thing(row.parent_object_type, row.parent_object_id, where)
        if parent is not None and row.parent_object_type == "ipam.fhrpgroup":
            group = groups.get(row.parent_object_id)
            parent = ("fhrp-group", group.key) if group else None
        if parent is not None:
            found.extend(_service(row, parent, where))
    return tuple(found)


def _service(row: ServiceRow, parent: tuple[str, str], where: str) -> list[Service]:
    listens: dict[str, list[int]] = {}
    for mapping in row.port_mappings:
        protocol, _, port = mapping.partition("/")
        if not (protocol and port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65535):
            raise DataError(f"{where} of {parent[1]}: {mapping!a:.80} is not like tcp/443")
        listens.setdefault(protocol, []).append(int(port))
    return [
        Service(
            kind=parent[0],
            parent=parent[1],
            name=row.name,
            protocol=protocol,
            ports=tuple(listened),
            addresses=tuple(address(part.address, where) for part in row.ipaddresses),
            description=row.description,
        )
        for protocol, listened in listens.items()
    ]
