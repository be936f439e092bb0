"""A device in line between two cables, such as an encryptor: what comes in on one side goes out on the other.

In the lab it is a namespace with a Linux bridge between its ports. A bridge passes everything but what IEEE 802.1D
keeps on its own cable (addresses 01-80-C2-00-00-00 to -0F), LLDP among it: routers on both sides talk, and neither hears the
other as a neighbour. Nothing is encrypted, and nothing on it can be logged in to.
"""

from pathlib import Path

from linewright.lab.frr import wires
from linewright.lab.frr.namespaces import Namespaces
from linewright.model.objects import Record

_KINDS = ("net", "uts", "pid")


class Bridge(Record, frozen=True):
    """Ports that are one cable, as the snapshot bridges them; `name` is that of the bridge interface."""

    name: str
    ports: tuple[str, ...]


class InlineSpec(Record, frozen=True):
    """What makes a device in line."""

    name: str
    bridges: tuple[Bridge, ...]


class Inline(Namespaces):
    """A device in line; its cables come after `create` and before `boot`, as a router's do."""

    def __init__(self, spec: InlineSpec, folder: Path) -> None:
        super().__init__(spec.name, folder, Path(__file__).parent / "namespace.sh", _KINDS)
        self.spec = spec

    def boot(self) -> None:
        """Join the ports that have a cable.

        Raises:
            FacilityError: the kernel does not.
        """
        there = set(
            self.run(["sh", "-c", "ip -brief link show | cut -d ' ' -f 1 | cut -d @ -f 1"]).stdout.split()
        )
        for bridge in self.spec.bridges:
            wires.ip(
                f"link add {bridge.name} type bridge",
                *(f"link set {port} master {bridge.name} up" for port in bridge.ports if port in there),
                f"link set {bridge.name} up",
                inside=self.pid,
            )
