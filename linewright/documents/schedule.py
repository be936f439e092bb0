"""The cable schedule: every cable with both ends, where it leads end to end, and its state against the live network."""

from collections.abc import Iterator

import msgspec

from linewright.documents.document import Basis
from linewright.documents.ends import Place, Places
from linewright.documents.marking import FIELD
from linewright.model.natural import natural_key
from linewright.model.objects import Cable, CableEnd
from linewright.sources.described.notation import COLORS
from linewright.trace import CableState, Path
from linewright.trace.cabling import speaking
from linewright.trace.profiles import pairs_of

#: Longer lists of strands are counted, not listed: a cell holds 32,767 characters at most (Excel).
_LISTED = 48

_COLOR_NAMES = {digits: name for name, digits in COLORS.items()}

HEADER = (
    "marking", "cable", "pair", "status", "type", "colour", "length", "unit",
    "a_site", "a_location", "a_rack", "a_unit", "a_device", "a_port",
    "z_site", "z_location", "z_rack", "z_unit", "z_device", "z_port",
    "end_to_end_a", "end_to_end_z", "trace", "circuit",
    "state", "detail", "seen", "classification", "description", "snapshot",
)  # fmt: skip


def marking_of(basis: Basis) -> str:
    """The marking of a schedule of everything.

    Raises:
        DataError: an object carries a marking that the site does not know.
    """
    snapshot = basis.snapshot
    return basis.markings.of(
        (
            *((f"cable {cable.key}", cable.custom) for cable in snapshot.tables.cables),
            *((f"circuit {name}", circuit.custom) for name, circuit in snapshot.circuits.items()),
            *((f"device {name}", device.custom) for name, device in snapshot.devices.items()),
        )
    )


def rows(basis: Basis, marking: str) -> Iterator[tuple[str, ...]]:
    """The rows of the schedule beneath HEADER, in natural order of cables.

    A cable with several ends on a side has one row per pair of ends that belong together, numbered in `pair`. Every
    row carries the marking of the whole document, so that no printed page is without it.
    """
    through: dict[str, list[CableState]] = {}
    for found in basis.cabling.states:
        for key in found.path.cables:
            through.setdefault(key, []).append(found)
    places = Places(basis.snapshot)
    for cable in sorted(basis.snapshot.tables.cables, key=lambda cable: natural_key(cable.key)):
        pairs = pairs_of(cable)
        for number, (a, b) in enumerate(pairs, 1):
            near = places.of(a) if a else Place()
            far = places.of(b) if b else Place()
            states = _of_pair(through.get(cable.key, []), _port(a), _port(b), cable.key)
            state = speaking(states) if states else None
            yield (
                marking,
                *_cable(cable, f"{number}/{len(pairs)}" if len(pairs) > 1 else ""),
                *_ends(near),
                *_ends(far),
                *_way([_outward(state.path, _port(a), cable.key) for state in states]),
                state.state if state else "not assessed",
                state.detail if state else "",
                state.seen if state else "",
                str(cable.custom.get(FIELD) or ""),
                cable.description,
                basis.snapshot.code,
            )


def _cable(cable: Cable, pair: str) -> tuple[str, ...]:
    color = _COLOR_NAMES.get(cable.color, cable.color)
    return cable.key, pair, cable.status, cable.type, color, cable.length, cable.length_unit


def _port(end: CableEnd | None) -> Place:
    return Place(device=end.device, port=end.name) if end else Place()


def _ends(end: Place) -> tuple[str, ...]:
    return end.site, end.location, end.rack, end.unit, end.device, end.port


def _of_pair(states: list[CableState], near: Place, far: Place, key: str) -> list[CableState]:
    """Those whose paths run over this pair of ends; all of the cable's where its ends cannot be told apart."""
    beside = [(state, set(_beside(state.path, key))) for state in states]
    both = [state for state, ports in beside if {near, far} <= ports]
    return both or [state for state, ports in beside if {near, far} & ports] or states


def _outward(path: Path, near: Place, key: str) -> Path:
    """The path turned so that it leaves the cable's A end first."""
    return _turned(path) if _beside(path, key)[1] == near else path


def _beside(path: Path, key: str) -> tuple[Place, Place]:
    """The ports on both sides of a cable on a path."""
    index = next(i for i, hop in enumerate(path.hops) if (hop.kind, hop.name) == ("cable", key))
    before = path.hops[index - 1] if index else None
    after = path.hops[index + 1] if index + 1 < len(path.hops) else None
    return (
        Place(device=before.name, port=before.leave)
        if before
        else Place(device=path.a.device, port=path.a.socket),
        Place(device=after.name, port=after.enter)
        if after
        else Place(device=path.z.device, port=path.z.socket),
    )


def _turned(path: Path) -> Path:
    return msgspec.structs.replace(
        path, a=path.z, z=path.a, hops=tuple(hop.reversed() for hop in reversed(path.hops))
    )


def _way(paths: list[Path]) -> tuple[str, str, str, str]:
    """End to end A and Z, the whole trace, and the circuits on the way; of several strands those that are in use."""
    used = [path for path in paths if path.a.is_device_port or path.z.is_device_port]
    circuits = sorted({name for path in used for name in path.circuits}, key=natural_key)
    if not used:
        spare = "; ".join(f"spare, {path.a.text} to {path.z.text}" for path in paths[:1])
        return "", "", f"spare, {len(paths)} strands" if len(paths) > 1 else spare, ""
    unused = f"{len(paths) - len(used)} spare" if len(paths) > len(used) else ""
    if len(used) > _LISTED:
        return f"{len(used)} strands", f"{len(used)} strands", unused, ", ".join(circuits)
    return (
        "; ".join(path.a.text for path in used),
        "; ".join(path.z.text for path in used),
        "; ".join([*(_trace(path) for path in used), *([unused] if unused else [])]),
        ", ".join(circuits),
    )


def _trace(path: Path) -> str:
    return f"{path.text} ({path.reason})" if path.reason else path.text
