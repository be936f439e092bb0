"""Mistakes that belong together: mismatched paths that share a port, or are joined to each other's ports, are one."""

from linewright.model.natural import natural_key
from linewright.trace.cabling import CableState, Miswiring, PortName


def miswirings(states: tuple[CableState, ...]) -> tuple[Miswiring, ...]:
    """The mismatches among these states, grouped; each group in natural order of its ports."""
    wrong = [state for state in states if state.state == "mismatch" and state.path.status != "planned"]
    owner: dict[PortName, int] = {}
    leader = list(range(len(wrong)))

    def lead(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    def unite(number: int, other: int) -> None:
        one, two = sorted((lead(number), lead(other)))
        leader[two] = one

    for number, state in enumerate(wrong):
        for port in _ends(state):
            unite(number, owner.setdefault(port, number))
    for number, state in enumerate(wrong):
        for _, heard in _heard(state):
            if heard in owner:
                unite(number, owner[heard])
    groups: dict[int, list[CableState]] = {}
    for number, state in enumerate(wrong):
        groups.setdefault(lead(number), []).append(state)
    return tuple(_group(members) for members in groups.values())


def _group(members: list[CableState]) -> Miswiring:
    joined = {_pair(port, heard) for state in members for port, heard in _heard(state)}
    several = {
        port: heard
        for state in members
        for port, heard in zip(_ends(state), (state.heard_a, state.heard_z), strict=True)
        if len(heard) > 1
    }
    if not several:
        joined -= {_pair(*_ends(state)) for state in members}
    ports = [port for pair in sorted(joined) for port in pair]
    expected = {port for state in members for port in _ends(state)}
    return Miswiring(
        paths=tuple(state.path for state in members),
        joined=tuple(sorted(joined, key=lambda pair: tuple(map(_order, pair)))),
        swapped=len(members) > 1 and len(ports) == len(set(ports)) and set(ports) == expected,
        several=tuple(sorted(several.items(), key=lambda item: _order(item[0]))),
    )


def _ends(state: CableState) -> tuple[PortName, PortName]:
    return (state.path.a.device, state.path.a.port), (state.path.z.device, state.path.z.port)


def _heard(state: CableState) -> list[tuple[PortName, PortName]]:
    a, z = _ends(state)
    return [*((a, heard) for heard in state.heard_a), *((z, heard) for heard in state.heard_z)]


def _pair(one: PortName, two: PortName) -> tuple[PortName, PortName]:
    return (one, two) if _order(one) <= _order(two) else (two, one)


def _order(port: PortName) -> tuple[object, ...]:
    return (natural_key(port[0]), natural_key(port[1]))
