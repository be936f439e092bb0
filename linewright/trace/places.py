"""Where a walk ends: the end itself and, where it is not a known one, why nothing leads on."""

from typing import NamedTuple

from linewright.trace.path import End
from linewright.trace.plant import CIRCUIT, Plant, Port

_NOWHERE = End(kind="open")


class Stop(NamedTuple):
    """An end; `reason` is empty where it is a known one."""

    end: End
    reason: str = ""


class Places:
    """Ends of one plant, each made once."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._ends: dict[Port, End] = {}

    def end(self, port: Port) -> Stop:
        """A device's own port, or a power feed."""
        if port not in self._plant.existing:
            return self.stop(port, f"{port.text} is not in the snapshot")
        return Stop(self._end(port))

    def channel(self, parent: Port, position: int) -> Stop:
        """The channel that a position of a channelised port is."""
        child = self._plant.channels[parent].get(position)
        if child is None:
            return self.stop(parent, f"{parent.text} has no channel {position}")
        return Stop(self._end(child, parent))

    def unplugged(self, port: Port) -> Stop:
        """A port that no cable ends on."""
        if port in self._plant.marked:
            return self.stop(port, f"{port.text} is marked as connected, but not to what")
        return self.stop(port, f"nothing is plugged into {port.text}")

    def unmapped(self, port: Port) -> Stop:
        """A port of a panel that nothing inside leads on from."""
        return self.stop(port, f"{port.text} is joined to no port of the panel's other side")

    def circle(self, port: Port) -> Stop:
        """Where a path was before."""
        return self.stop(port, f"the path comes back to {port.text}")

    def not_reached(self, port: Port) -> Stop:
        """A port in the middle of a path: what is before it could not be followed to an end."""
        return self.stop(port, f"no end was found that leads to {port.text}")

    def one_sided(self, port: Port) -> str:
        """Why a circuit leads nowhere from this termination; empty when it has another side."""
        far = port._replace(name="Z" if port.name == "A" else "A")
        if self._plant.circuit_end(far) is not None:
            return ""
        return f"circuit {port.device} has no other side than {port.name}"

    def circuit_end(self, port: Port) -> Stop:
        """A side of a circuit that no cable ends on: a provider's network, or a site."""
        end = self._plant.circuit_end(port)
        if end is not None and end.provider_network:
            return Stop(End(kind="provider-network", device=port.device, port=end.provider_network))
        return self.unplugged(port)

    def stop(self, port: Port, reason: str) -> Stop:
        """A port where nothing leads on."""
        return Stop(self._end(port), reason)

    @staticmethod
    def nowhere(reason: str) -> Stop:
        """The end of a cable that is nowhere."""
        return Stop(_NOWHERE, reason)

    def _end(self, port: Port, parent: Port | None = None) -> End:
        if (known := self._ends.get(port)) is None:
            known = self._ends[port] = self._made(port, parent)
        return known

    def _made(self, port: Port, parent: Port | None) -> End:
        if port.kind == CIRCUIT:
            side = self._plant.circuit_end(port)
            return End(
                kind=port.kind, device=port.device, port=port.name, site=side.site if side is not None else ""
            )
        if port.kind == "power-feed":
            site, _, _ = port.device.partition("/")
            return End(kind=port.kind, device=port.device, port=port.name, site=site)
        device = self._plant.snapshot.devices[port.device]
        return End(
            kind=port.kind,
            device=port.device,
            port=port.name,
            site=device.site,
            platform=device.platform,
            enabled=port not in self._plant.disabled
            and (parent is None or parent not in self._plant.disabled),
            carrier=parent.name if parent is not None else "",
        )
