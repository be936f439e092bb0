"""Cables with their ends, joined from two lists of NetBox. Pure."""

from collections import defaultdict

from linewright.errors import DataError
from linewright.model.objects import Cable, CableEnd
from linewright.sources.netbox import lists
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.rows import CableRow, CableTerminationRow
from linewright.sources.netbox.shapes import chosen
from linewright.sources.netbox.values import CustomFields, decimal, slugs

#: NetBox's words for what a cable may end on, and the model's. Power and console wait for the wider model.
_KINDS = {
    "dcim.interface": "interface",
    "dcim.frontport": "front-port",
    "dcim.rearport": "rear-port",
    "circuits.circuittermination": "circuit-termination",
}
_OTHER_KINDS = frozenset(
    {
        "dcim.consoleport",
        "dcim.consoleserverport",
        "dcim.powerport",
        "dcim.poweroutlet",
        "dcim.powerfeed",
    }
)
_HINT = "may the token's user see both ends of every cable? constraints on permissions hide objects"


def cables(
    collected: Collected, custom: CustomFields, names: dict[int, str], *, whole: bool
) -> tuple[Cable, ...]:
    """All cables of data ports.

    Left out are cables that end on power or console ports and, unless the network was read `whole`, those that
    leave the devices asked for.

    Raises:
        DataError: a cable ends on something that was not shown, or on one side nowhere.
    """
    ends = _ends_by_cable(collected)
    places = _places(collected, names)
    found = []
    for row in collected.of(lists.CABLES):
        here = ends.get(row.id, [])
        if any(end.termination_type in _OTHER_KINDS for end in here):
            continue
        sides = {"A": list[CableEnd](), "B": list[CableEnd]()}
        leaves = False
        for end in here:
            made = _end(end, places, _key(row))
            if made is None:
                leaves = True
                continue
            sides.setdefault(chosen(end.cable_end), []).append(made)
        if leaves and not whole:
            continue
        if leaves:
            raise DataError(f"cable {_key(row)} ends on something that NetBox does not show", hint=_HINT)
        found.append(_cable(row, sides, custom))
    return tuple(found)


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


def _places(collected: Collected, names: dict[int, str]) -> dict[tuple[str, int], tuple[str, str]]:
    """What a cable may end on: (NetBox's type, id) to (device or circuit, port)."""
    circuits = {row.id: f"{row.provider.slug}/{row.cid}" for row in collected.of(lists.CIRCUITS)}
    places: dict[tuple[str, int], tuple[str, str]] = {}
    for interface in collected.of(lists.INTERFACES):
        places["dcim.interface", interface.id] = (names[interface.device.id], interface.name)
    for front in collected.of(lists.FRONT_PORTS):
        places["dcim.frontport", front.id] = (names[front.device.id], front.name)
    for rear in collected.of(lists.REAR_PORTS):
        places["dcim.rearport", rear.id] = (names[rear.device.id], rear.name)
    for end in collected.of(lists.CIRCUIT_ENDS):
        if end.circuit.id not in circuits:
            raise DataError(
                f"a termination belongs to circuit #{end.circuit.id}, which NetBox does not show", hint=_HINT
            )
        places["circuits.circuittermination", end.id] = (circuits[end.circuit.id], chosen(end.term_side))
    return places


def _end(
    row: CableTerminationRow, places: dict[tuple[str, int], tuple[str, str]], key: str
) -> CableEnd | None:
    kind = _KINDS.get(row.termination_type)
    if kind is None:
        raise DataError(
            f"cable {key} ends on a {row.termination_type}, which is not known here",
            hint="linewright is tested with NetBox 4.7",
        )
    place = places.get((row.termination_type, row.termination_id))
    if place is None:
        return None
    return CableEnd(
        kind=kind,
        device=place[0],
        name=place[1],
        connector=row.connector or 0,
        positions=tuple(row.positions or ()),
    )


def _cable(row: CableRow, sides: dict[str, list[CableEnd]], custom: CustomFields) -> Cable:
    where = f"cable {_key(row)}"
    if sides.keys() != {"A", "B"}:
        raise DataError(
            f"{where} has a side {' and '.join(sorted(sides.keys() - {'A', 'B'}))}; cables have A and B"
        )
    return Cable(
        key=_key(row),
        a=tuple(sides["A"]),
        b=tuple(sides["B"]),
        type=chosen(row.type),
        status=chosen(row.status),
        profile=chosen(row.profile),
        label=row.label,
        color=row.color,
        length=decimal(row.length),
        length_unit=chosen(row.length_unit),
        description=row.description,
        tags=slugs(row.tags),
        custom=custom.read(row.custom_fields, where),
    )
