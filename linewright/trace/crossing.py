"""Over a cable: what is at its other end, by its profile or without one."""

from collections.abc import Iterator
from typing import NamedTuple

from linewright.trace.inside import Spot, Stack
from linewright.trace.plant import Plant, Plug, Port


class Far(NamedTuple):
    """What is at the other end of a cable: a port, or nothing and why. `choice` as in Path."""

    port: Port | None = None
    stack: Stack = ()
    reason: str = ""
    choice: bool = False


def across(plant: Plant, spot: Spot, plug: Plug) -> Iterator[Far]:
    """All that the cable leads to from this spot. Where it has a profile and its ends have positions, so has the spot."""
    cable = plant.snapshot.cables[plug.cable]
    if not cable.profile:
        yield from _without_profile(plant, spot, plug)
    elif not plug.positions:
        yield Far(reason=f"cable {cable.key} has profile {cable.profile}, but its ends have no positions")
    else:
        try:
            found = plant.across(plug, spot.stack[-1])
        except LookupError as error:
            yield Far(reason=str(error.args[0]))
            return
        if found is None:
            yield Far(reason=f"cable {cable.key} has nothing opposite {spot.port.text}")
        else:
            yield Far(found[0], (*spot.stack[:-1], found[1]))


def _without_profile(plant: Plant, spot: Spot, plug: Plug) -> Iterator[Far]:
    """Every end of one side leads to every end of the other, with whatever runs inside."""
    far = plant.far_ends(plug)
    if not far:
        yield Far(reason=f"cable {plug.cable} has only one end")
    choice = len(far) > 1 and len(plant.ends(plug.cable, plug.side)) > 1
    for port in far:
        yield Far(port, spot.stack, choice=choice)
