"""Everything a path can begin at: ports of devices, and passive ports where nothing leads on to one side."""

from collections.abc import Iterator
from typing import NamedTuple

from linewright.trace.inside import Spot, through_circuit, through_panel
from linewright.trace.path import ENDPOINTS, Hop
from linewright.trace.places import Places, Stop
from linewright.trace.plant import CIRCUIT, PASSIVE, Plant, Plug, Port


class Start(NamedTuple):
    """Where a walk begins: the end itself, what is passed before the first cable, and where that cable is."""

    stop: Stop
    hops: tuple[Hop, ...]
    spot: Spot


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
        for position in plug.positions:
            if position not in mapped:
                yield Start(stop, (), Spot(port, (position,)))


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
