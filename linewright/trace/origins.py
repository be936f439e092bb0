"""Everything a path can begin at: ports of devices, and passive ports where nothing leads on to one side."""

from collections.abc import Iterator
from typing import NamedTuple

from linewright.trace.crossing import across
from linewright.trace.inside import Spot, Stack, through_circuit, through_panel
from linewright.trace.path import ENDPOINTS, Hop
from linewright.trace.places import Places, Stop
from linewright.trace.plant import CIRCUIT, PASSIVE, Plant, Plug, Port
from linewright.trace.trail import Trail


class Start(NamedTuple):
    """Where a walk begins: the end itself, what is passed before the first cable, and where that cable is."""

    stop: Stop
    hops: tuple[Hop, ...]
    spot: Spot
    trail: Trail = Trail()


def origins(plant: Plant, places: Places) -> Iterator[Start]:
    """Every end of every path but those that run in a circle."""
    for port, plug in plant.plugs.items():
        if port.kind in ENDPOINTS:
            yield from _endpoint(plant, places, port, plug)
        elif port.kind in PASSIVE:
            yield from _unmapped(plant, places, port, plug)
        elif reason := places.one_sided(port):
            yield Start(places.stop(port, reason), (), Spot(port))
    for port in plant.radios:
        yield Start(places.end(port), (), Spot(port))
    yield from _unplugged_panels(plant, places)
    yield from _unplugged_circuits(plant, places)
    yield from _lost_cables(plant, places)


def _endpoint(plant: Plant, places: Places, port: Port, plug: Plug) -> Iterator[Start]:
    channelised = port in plant.channels
    for position in plug.positions:
        stop = places.channel(port, position) if channelised else places.end(port)
        yield Start(stop, (), Spot(port, (position,)))
    if not plug.positions:
        yield Start(places.end(port), (), Spot(port))


def _unmapped(plant: Plant, places: Places, port: Port, plug: Plug) -> Iterator[Start]:
    """The positions of a cabled panel port behind which there is nothing."""
    mapped = {strand.position for strand in plant.strands.get(port, ())}
    stop = places.unmapped(port)
    if not mapped and not plug.positions:
        yield Start(stop, (), Spot(port))
    if not mapped or plant.widths.get(port, 1) > 1:
        for position in plug.positions or (_arriving(plant, plug) if mapped else ()):
            if position not in mapped:
                yield Start(stop, (), Spot(port, (position,)))


def _arriving(plant: Plant, plug: Plug) -> list[int]:
    """The positions that a trunk without a profile brings: those in use at its other end, be it as wide as it may."""
    wide = (port for port in plant.far_ends(plug) if plant.widths.get(port, 1) > 1)
    return sorted({strand.position for port in wide for strand in plant.strands.get(port, ())})


def _unplugged_panels(plant: Plant, places: Places) -> Iterator[Start]:
    """Panel ports without a cable whose other side has one."""
    for port in plant.strands:
        if port not in plant.plugs:
            for hop, spot in through_panel(plant, port, ()):
                if spot.port in plant.plugs:
                    yield Start(places.unplugged(port), (hop,), spot)


def _unplugged_circuits(plant: Plant, places: Places) -> Iterator[Start]:
    for name, circuit in plant.snapshot.circuits.items():
        for side, end in (("A", circuit.a), ("Z", circuit.z)):
            port = Port(CIRCUIT, name, side)
            hop, far = through_circuit(plant, port)
            if end is not None and port not in plant.plugs and far in plant.plugs:
                yield Start(places.circuit_end(port), (hop,), Spot(far))


def _lost_cables(plant: Plant, places: Places) -> Iterator[Start]:
    """Cables that lead from a panel or a circuit to nothing, at an end or at a position of it."""
    for port, plug in plant.plugs.items():
        cable = plant.snapshot.cables[plug.cable]
        if port.kind in ENDPOINTS or (not cable.profile and cable.a and cable.b):
            continue
        hop = Hop(kind="cable", name=cable.key, status=cable.status)
        for stack in _stacks(plant, port, plug):
            for far in across(plant, Spot(port, stack), plug):
                if far.port is None:
                    for further, spot, trail in _behind(plant, port, stack):
                        yield Start(places.nowhere(far.reason), (hop, further), spot, trail)


def _stacks(plant: Plant, port: Port, plug: Plug) -> list[Stack]:
    """The positions to ask a cable for; none where it has none."""
    if not plug.positions or not plant.snapshot.cables[plug.cable].profile:
        return [()]
    positions = set(plug.positions)
    if plant.widths.get(port, 1) > 1:
        positions.update(strand.position for strand in plant.strands.get(port, ()))
    return [(position,) for position in sorted(positions)]


def _behind(plant: Plant, port: Port, stack: Stack) -> Iterator[tuple[Hop, Spot, Trail]]:
    """From a port of a panel or a circuit to the cables on the other side of it."""
    wide = plant.widths.get(port, 1) > 1
    trail = Trail().over(port, stack, used=wide)
    if port.kind == CIRCUIT:
        hop, far = through_circuit(plant, port)
        if far in plant.plugs:
            yield hop, Spot(far, stack), trail
        return
    for hop, spot in through_panel(plant, port, stack):
        if spot.port in plant.plugs:
            yield hop, spot, trail.learned(hop.enter_positions[0]) if wide and not stack else trail
