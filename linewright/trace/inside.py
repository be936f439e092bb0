"""Through a panel or a circuit: where a strand comes out, and with which positions on its stack."""

from collections.abc import Iterator
from typing import NamedTuple

from linewright.trace.path import Hop
from linewright.trace.plant import Plant, Port

#: Positions of the trunks a strand runs in, the innermost last.
Stack = tuple[int, ...]


class Spot(NamedTuple):
    """Where a strand is about to go: out of `port` over what is plugged in, with these positions on its stack."""

    port: Port
    stack: Stack = ()


def through_panel(plant: Plant, port: Port, stack: Stack) -> Iterator[tuple[Hop, Spot]]:
    """All the ways on from a port of a panel; several where it has positions and nothing says which is meant."""
    wide = plant.widths.get(port, 1) > 1
    rest = stack[:-1] if wide else stack
    for strand in plant.strands.get(port, ()):
        if wide and stack and strand.position != stack[-1]:
            continue
        wide_there = plant.widths.get(strand.port, 1) > 1
        hop = Hop(
            kind="panel",
            name=port.device,
            enter=port.name,
            leave=strand.port.name,
            enter_positions=(strand.position,) if wide else (),
            leave_positions=(strand.far_position,) if wide_there else (),
        )
        yield hop, Spot(strand.port, (*rest, strand.far_position) if wide_there else rest)


def through_circuit(plant: Plant, port: Port) -> tuple[Hop, Port]:
    """The way from one side of a circuit to the other, whether or not the other is there."""
    far = port._replace(name="Z" if port.name == "A" else "A")
    status = plant.snapshot.circuits[port.device].status
    return Hop(kind="circuit", name=port.device, status=status, enter=port.name, leave=far.name), far
