"""From strands to paths: two halves joined, strands of one way united."""

from collections.abc import Iterable

import msgspec

from linewright.trace.path import CONNECTED, Hop, Path, end_order
from linewright.trace.places import Stop


def joined(near: Stop, hops: tuple[Hop, ...], far: Stop, *, choice: bool) -> Path:
    """The path between two stops, the smaller end first; the same one from whichever end it was walked."""
    here, there = ((*end_order(stop.end), stop.reason) for stop in (near, far))
    if there <= here:
        backward = tuple(hop.reversed() for hop in reversed(hops))
        # The two ends of a path may be one and the same: a port that a circuit or a panel leads back to.
        if there < here or _way(backward) < _way(hops):
            near, far = far, near
            hops = backward
    reasons = dict.fromkeys(reason for reason in (near.reason, far.reason) if reason)
    return Path(
        a=near.end,
        z=far.end,
        hops=hops,
        status=_status(hops),
        complete=not reasons,
        reason="; ".join(reasons),
        choice=choice,
    )


def merged(found: Iterable[Path]) -> Iterable[Path]:
    """Strands between the same ends through the same ports as one path, their positions united."""
    together: dict[tuple[object, ...], list[Path]] = {}
    for path in found:
        way = tuple((hop.kind, hop.name, hop.enter, hop.leave) for hop in path.hops)
        together.setdefault((path.a, path.z, way, path.reason), []).append(path)
    return [_united(strands) if len(strands) > 1 else strands[0] for strands in together.values()]


def _united(strands: list[Path]) -> Path:
    hops = tuple(
        msgspec.structs.replace(
            same[0],
            enter_positions=tuple(sorted({position for hop in same for position in hop.enter_positions})),
            leave_positions=tuple(sorted({position for hop in same for position in hop.leave_positions})),
        )
        for same in zip(*(path.hops for path in strands), strict=True)
    )
    return msgspec.structs.replace(strands[0], hops=hops)


def _way(hops: Iterable[Hop]) -> list[tuple[object, ...]]:
    """What tells one way between the same two ends from another."""
    return [(hop.text, hop.enter, hop.leave) for hop in hops]


def _status(hops: Iterable[Hop]) -> str:
    usable = {"cable": CONNECTED, "wireless": CONNECTED, "circuit": "active"}
    others = {hop.status for hop in hops if hop.kind in usable and hop.status != usable[hop.kind]}
    if not others:
        return CONNECTED
    return "decommissioning" if others == {"decommissioning"} else "planned"
