"""What devices hear by LLDP, with every name resolved: who is heard where, and how exactly both ports are told."""

from collections.abc import Iterable, Mapping

from linewright.model.natural import natural_key
from linewright.model.objects import Record
from linewright.model.observation import Neighbor, Observation
from linewright.trace.cabling import PortName
from linewright.trace.directory import Directory, mac


class Heard(Record, frozen=True):
    """A neighbour heard.

    `local` and `remote` are the ports as told, resolved where they are ours. `near` and `far` are the cabled ports
    they may be: one where the port itself is told, several where a bundle, a breakout's parent or an opaque port id
    is, none where no cable is known. `nameless` says that a neighbour gave nothing that we could know it by.
    """

    local: PortName
    remote: PortName
    near: frozenset[PortName]
    far: frozenset[PortName]
    nameless: bool = False

    @property
    def exact(self) -> bool:
        """Whether both ports are told beyond doubt."""
        return len(self.near) == 1 and len(self.far) == 1


class Ears:
    """All that is heard, by cabled port and by the port it was told on."""

    def __init__(self, observations: Mapping[str, Observation], directory: Directory) -> None:
        self._directory = directory
        self.at: dict[PortName, list[Heard]] = {}
        self.told: dict[PortName, list[Heard]] = {}
        for device, observation in observations.items():
            found = {self._heard(device, neighbor) for neighbor in observation.neighbors or ()}
            for heard in sorted(found, key=lambda heard: (_order(heard.local), _order(heard.remote))):
                self.told.setdefault(heard.local, []).append(heard)
                for port in heard.near:
                    self.at.setdefault(port, []).append(heard)

    def _heard(self, device: str, neighbor: Neighbor) -> Heard:
        directory = self._directory
        local = directory.port(device, neighbor.port)
        far = directory.device(neighbor)
        remote = directory.port(far, neighbor.remote_port, neighbor.port_description)
        return Heard(
            local=(device, local),
            remote=(far, remote),
            near=_ports(device, directory.meant(device, local)),
            far=_ports(far, directory.meant(far, remote)),
            nameless=far not in directory.devices and (not neighbor.device or bool(mac(neighbor.device))),
        )


def _ports(device: str, names: Iterable[str]) -> frozenset[PortName]:
    return frozenset((device, name) for name in names)


def _order(port: PortName) -> tuple[object, ...]:
    return (natural_key(port[0]), natural_key(port[1]))
