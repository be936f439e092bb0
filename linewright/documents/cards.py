"""What stands on the card of a device: its links, each with the port at the other end, the cables and the state."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from linewright.documents.ends import unit
from linewright.documents.legend import MISMATCH, NOT_SEEN, Look, look
from linewright.model.natural import natural_key
from linewright.model.snapshot import Snapshot
from linewright.trace import CableState, End
from linewright.trace.path import CONNECTED


class Link(NamedTuple):
    """One line of a card. `way` lists what lies between when it is more than one cable; `alarm` what is wrong."""

    local: str
    peer: str
    cable: str
    way: tuple[str, ...]
    alarm: str
    look: Look


class Card(NamedTuple):
    """One card; `tally` is said at its right upper corner."""

    key: str
    title: str
    subtitle: str
    tally: str
    links: tuple[Link, ...]


def device_cards(
    snapshot: Snapshot, states: Sequence[CableState], rows: Sequence[Sequence[str]], others: Iterable[str]
) -> Mapping[str, Card]:
    """Cards by device name: of the rows (from the outside inwards) and of the other devices of a site."""
    level = {name: number for number, row in enumerate(rows) for name in row}
    ends: dict[str, list[tuple[End, End, CableState]]] = {name: [] for name in (*level, *others)}
    for state in states:
        for near, far in ((state.path.a, state.path.z), (state.path.z, state.path.a)):
            if near.is_interface and near.device in ends:
                ends[near.device].append((near, far, state))
    return {
        name: _device(snapshot, name, sorted(found, key=lambda item: natural_key(item[0].port)), level)
        for name, found in ends.items()
    }


def stub_cards(snapshot: Snapshot, states: Iterable[CableState], site: str) -> tuple[Card, ...]:
    """One card per site, or provider network, that this site is joined to."""
    links: dict[str, list[Link]] = {}
    for state in states:
        for near, far in ((state.path.a, state.path.z), (state.path.z, state.path.a)):
            if near.is_interface and near.site == site and (key := _abroad(far, site)):
                shown = " + ".join(state.path.circuits) or state.path.name
                links.setdefault(key, []).append(
                    Link(_end(far), near.text, shown, (), _alarm(state), look(state))
                )
    return tuple(
        Card(key, _abroad_title(snapshot, key), "", "", tuple(links[key]))
        for key in sorted(links, key=natural_key)
    )


def stub_of(far: End, site: str) -> str:
    """The key of the stub card that an end belongs to; "" for an end at this site."""
    return _abroad(far, site)


def _abroad(far: End, site: str) -> str:
    if far.kind == "provider-network":
        return f"network/{far.port}"
    return f"site/{far.site}" if far.site and far.site != site else ""


def _abroad_title(snapshot: Snapshot, key: str) -> str:
    kind, _, name = key.partition("/")
    if kind == "network":
        return f"to provider network {name}"
    return f"to {snapshot.sites[name].name} ({name})" if name in snapshot.sites else f"to {name}"


def _device(
    snapshot: Snapshot, name: str, ends: list[tuple[End, End, CableState]], level: Mapping[str, int]
) -> Card:
    device = snapshot.devices[name]
    roles = {role.slug: role.name for role in snapshot.tables.roles}
    kind = snapshot.types.get(device.type)
    place = " ".join(part for part in (device.rack, unit(device.half_unit)) if part)
    about = [roles.get(device.role, device.role), place, kind.model if kind else device.type]
    return Card(
        key=name,
        title=name,
        subtitle=" | ".join(part for part in about if part),
        tally=_count(name, ends, level),
        links=tuple(_link(near, far, state) for near, far, state in ends),
    )


def _count(name: str, ends: list[tuple[End, End, CableState]], level: Mapping[str, int]) -> str:
    """How many links lead outwards and inwards, planned ones not counted."""
    here = level.get(name)
    if here is None:
        return f"{len(ends)} links" if len(ends) != 1 else "1 link"
    used = [
        (near, far)
        for near, far, state in ends
        if state.path.status == CONNECTED and (far.device in level or far.site != near.site)
    ]
    up = sum(level.get(far.device, -1) < here for _, far in used)
    down = sum(level.get(far.device, -1) > here for _, far in used)
    return ", ".join(text for text in (f"{up} up" if up else "", f"{down} down" if down else "") if text)


def _link(near: End, far: End, state: CableState) -> Link:
    path = state.path
    hops = path.hops if path.a == near else tuple(hop.reversed() for hop in reversed(path.hops))
    way = tuple(hop.text.replace(" > ", ">") for hop in hops) if len(hops) > 1 else ()
    return Link(near.port, _end(far), path.name if not way else "", way, _alarm(state), look(state))


def _end(far: End) -> str:
    if far.kind == "provider-network":
        return f"network {far.port}"
    return far.text if far.device else "unknown"


def _alarm(state: CableState) -> str:
    shown = look(state)
    if shown == MISMATCH:
        return f"SEEN: {state.detail}"
    if shown == NOT_SEEN:
        return f"NOT SEEN: {state.detail}"
    return "" if state.path.complete else state.path.reason
