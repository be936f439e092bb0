"""Cables with their ends, joined from two lists of NetBox. Pure."""

from collections import defaultdict

from linewright.errors import DataError
from linewright.model.objects import Cable, CableBundle, CableEnd
from linewright.sources.netbox import lists
from linewright.sources.netbox.known import Known
from linewright.sources.netbox.link_rows import CableRow, CableTerminationRow
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.profiles import PROFILES
from linewright.sources.netbox.shapes import chosen
from linewright.sources.netbox.values import CustomFields, decimal, named, slug, slugs

#: NetBox's words for what a cable may end on.
_KINDS = frozenset(
    {
        "dcim.interface",
        "dcim.frontport",
        "dcim.rearport",
        "dcim.consoleport",
        "dcim.consoleserverport",
        "dcim.powerport",
        "dcim.poweroutlet",
        "dcim.powerfeed",
        "circuits.circuittermination",
    }
)
_HINT = "may the token's user see both ends of every cable? constraints on permissions hide objects"
_TESTED = "linewright is tested with NetBox 4.7: look for a newer release of it"


def cables(collected: Collected, custom: CustomFields, known: Known) -> tuple[Cable, ...]:
    """All cables; of a part of the network, those that stay within the devices read.

    Raises:
        DataError: a cable ends on something that was not shown or is not known here, has a profile that is not known
            here, or on one side no end.
    """
    ends = _ends_by_cable(collected)
    found = []
    for row in collected.of(lists.CABLES):
        sides = {"A": list[CableEnd](), "B": list[CableEnd]()}
        leaves = False
        for end in ends.get(row.id, []):
            made = _end(end, known, _key(row))
            if made is None:
                leaves = True
                continue
            sides.setdefault(chosen(end.cable_end), []).append(made)
        if leaves and not known.whole:
            continue
        if leaves:
            raise DataError(f"cable {_key(row)} ends on something that NetBox does not show", hint=_HINT)
        found.append(_cable(row, sides, custom))
    return tuple(found)


def cable_bundles(collected: Collected) -> tuple[CableBundle, ...]:
    """All cable bundles."""
    return tuple(
        CableBundle(name=row.name, description=row.description) for row in collected.of(lists.CABLE_BUNDLES)
    )


def _key(row: CableRow) -> str:
    return row.label or f"#{row.id}"


def _ends_by_cable(collected: Collected) -> dict[int, list[CableTerminationRow]]:
    found: dict[int, list[CableTerminationRow]] = defaultdict(list)
    known = {row.id for row in collected.of(lists.CABLES)}
    for row in collected.of(lists.CABLE_ENDS):
        if row.cable not in known:
            raise DataError(f"an end belongs to cable #{row.cable}, which NetBox does not show", hint=_HINT)
        found[row.cable].append(row)
    return found


def _end(row: CableTerminationRow, known: Known, key: str) -> CableEnd | None:
    if row.termination_type not in _KINDS:
        raise DataError(
            f"cable {key} ends on a {row.termination_type!a:.60}, which is not known here", hint=_TESTED
        )
    place = known.place(row.termination_type, row.termination_id)
    if place is None:
        return None
    return CableEnd(
        kind=place.kind,
        device=place.owner,
        name=place.name,
        connector=row.connector or 0,
        positions=tuple(row.positions or ()),
    )


def _cable(row: CableRow, sides: dict[str, list[CableEnd]], custom: CustomFields) -> Cable:
    where = f"cable {_key(row)}"
    if sides.keys() != {"A", "B"}:
        raise DataError(
            f"{where} has a side {' and '.join(sorted(sides.keys() - {'A', 'B'}))}; cables have A and B"
        )
    profile = chosen(row.profile)
    if profile and profile not in PROFILES:
        # Which strand leads where is what a profile says: a path through an unknown one would be a guess.
        raise DataError(f"{where} has the profile {profile!a:.60}, which is not known here", hint=_TESTED)
    return Cable(
        key=_key(row),
        a=tuple(sides["A"]),
        b=tuple(sides["B"]),
        type=chosen(row.type),
        status=chosen(row.status),
        profile=profile,
        label=row.label,
        color=row.color,
        length=decimal(row.length),
        length_unit=chosen(row.length_unit),
        bundle=named(row.bundle),
        tenant=slug(row.tenant),
        description=row.description,
        tags=slugs(row.tags),
        custom=custom.read(row.custom_fields, where),
    )
