"""The cables between twins, and which interfaces are up because of them.

Devices that are no twins can stand at the far end of a cable: they answer LLDP and are up unless the test says they
are down.
"""

import threading
from collections.abc import Callable, Iterable

from linewright.lab.twin.reading import Port, Reading

#: One end of a cable: device name and port name.
End = tuple[str, str]


class Plant:
    """The cable plant. `reading` gives a twin's running configuration by name, None for a device that is no twin.

    Ports without a cable are down, except management ports, which reach the management network. `silent` are devices
    outside that speak no LLDP, as unmanaged switches do not.
    """

    def __init__(
        self,
        links: Iterable[tuple[str, str, str, str]],
        reading: Callable[[str], Reading | None],
        silent: Iterable[str] = (),
    ) -> None:
        self._reading = reading
        self._lock = threading.Lock()
        self._far: dict[End, End] = {}
        self._cut: set[frozenset[End]] = set()
        self._down: set[str] = set()
        self._silent = frozenset(silent)
        for a_device, a_port, b_device, b_port in links:
            self._join((a_device, a_port), (b_device, b_port))

    def _join(self, one: End, other: End) -> None:
        self._far[one], self._far[other] = other, one

    def far(self, device: str, port: str) -> End | None:
        """What is at the other end of the cable in a port; None without one, or when it is cut."""
        with self._lock:
            end = self._far.get((device, port))
            return None if end is None or frozenset({(device, port), end}) in self._cut else end

    def cut(self, device: str, port: str) -> None:
        """Cut the cable in a port."""
        with self._lock:
            self._cut.add(frozenset({(device, port), self._far[device, port]}))

    def mend(self, device: str, port: str) -> None:
        """Undo `cut`."""
        with self._lock:
            self._cut.discard(frozenset({(device, port), self._far[device, port]}))

    def swap(self, one: End, other: End) -> None:
        """Put the cable of each of two ports into the other."""
        with self._lock:
            far_one, far_other = self._far[one], self._far[other]
            self._join(one, far_other)
            self._join(other, far_one)

    def set_outside(self, device: str, *, up: bool) -> None:
        """Whether a device that is no twin is up."""
        with self._lock:
            (self._down.discard if up else self._down.add)(device)

    def outside_up(self, device: str) -> bool:
        """Whether a device that is no twin is up."""
        return device not in self._down

    def speaks_lldp(self, device: str) -> bool:
        """Whether a device that is no twin announces itself."""
        return device not in self._silent

    def is_up(self, device: str, port: Port, reading: Reading) -> bool:
        """Whether an interface of a twin passes traffic."""
        if not port.enabled:
            return False
        kind = port.name.rstrip("0123456789")
        if kind == "Loopback":
            return True
        if kind == "Vlan":
            vlan = int(port.name.removeprefix(kind))
            return vlan in reading.vlans and any(
                self.is_up(device, other, reading) for other in reading.ports.values() if other.carries(vlan)
            )
        if kind == "Port-Channel":
            number = int(port.name.removeprefix(kind))
            members = [other for other in reading.ports.values() if other.channel == number]
            return any(self.is_up(device, member, reading) for member in members)
        if "." in port.name:
            parent = reading.ports.get(port.name.partition(".")[0])
            return parent is not None and self.is_up(device, parent, reading)
        return self._cable_up(device, port.name)

    def _cable_up(self, device: str, port: str) -> bool:
        end = self.far(device, port)
        if end is None:
            return port.startswith("Management")
        reading = self._reading(end[0])
        if reading is None:
            return self.outside_up(end[0])
        other = reading.ports.get(end[1])
        return other is not None and other.enabled
