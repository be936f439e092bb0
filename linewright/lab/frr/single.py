"""One router, or two with a cable, on a bridge of their own: for tests that need a real device and no more.

    with routers(tmp_path / "bench", {"r1": minimal("r1"), "r2": minimal("r2", MORE)}) as bench:
        bench["r1"].vtysh("show version")

Management networks are /28 blocks of 198.19.0.0/16 (RFC 2544 range), claimed by the name of the bridge, which the
kernel gives out once: any number of test processes can run side by side. Routers end with the process that made
them; a bridge that a killed process left is removed by the next one.
"""

import ipaddress
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from linewright.errors import FacilityError
from linewright.lab.frr import disk, wires
from linewright.lab.frr.router import Router, RouterSpec

_BLOCKS = ipaddress.IPv4Network("198.19.0.0/16")
_SIZE = 28
_COUNT = 2 ** (_SIZE - _BLOCKS.prefixlen)
_PREFIX = "lwone"


class Bench(dict[str, Router]):
    """Running routers by name; `key_file` opens them (users "ops" and "admin"), `known_hosts` is the text that trusts them."""

    def __init__(self, key_file: Path, bridge: str = "") -> None:
        super().__init__()
        self.key_file = key_file
        self._bridge = bridge

    def add(self, router: Router) -> None:
        """A prepared router: its namespaces, and its management cable."""
        self[router.name] = router
        cable = f"{self._bridge}x{list(self).index(router.name) + 1}"
        wires.remove(
            [cable]
        )  # of its life before: the kernel takes its time to end the namespace of a stopped router
        router.create(bound=True)
        wires.ip(*wires.plug(cable, self._bridge, router.pid, "eth0"))

    def power_cycle(self, name: str) -> None:
        """Cut a router's power, and boot it again from its disk. Cables to other routers are gone with it."""
        router = self[name]
        router.stop()
        self.add(router)
        wires.ip(f"neigh flush dev {self._bridge}")  # its port is a new one, with another MAC address
        router.boot()

    @property
    def known_hosts(self) -> str:
        """known_hosts lines of all routers."""
        return "".join(router.known_hosts for router in self.values())


#: Gives a router's configuration once its management address (with prefix length) is known.
Config = Callable[[str], str]


def minimal(name: str, more: str = "") -> Config:
    """A configuration with the management address, logged commands, and `more` after it."""

    def text(address: str) -> str:
        return (
            f"frr version 8.4.4\nfrr defaults traditional\nhostname {name}\nlog commands\n"
            f"service integrated-vtysh-config\n!\ninterface eth0\n ip address {address}\nexit\n!\n{more}"
        )

    return text


@contextmanager
def routers(
    folder: Path, configs: Mapping[str, Config], *, cables: int = 1, spares: tuple[str, ...] = ()
) -> Iterator[Bench]:
    """One to six running routers; the first two joined by `cables` cables, eth1 to eth1, eth2 to eth2 and so on.

    `folder` is made when it is not there and holds one subfolder per router and the key. `spares` are ports with
    nothing plugged in, on each router.

    Raises:
        FacilityError: no root, no FRR, or no free management network.
        DataError, DeviceError: as Router.boot.
    """
    private, public = disk.key_pair()
    folder.mkdir(parents=True, exist_ok=True)
    with management_network() as (bridge, network):
        bench = Bench(folder / "id_ed25519", bridge)
        bench.key_file.touch(mode=0o600)
        bench.key_file.write_bytes(private)
        hosts = network.hosts()
        wires.ip(f"addr add {next(hosts)}/{_SIZE} dev {bridge}", f"link set {bridge} up")
        try:
            for name, config in configs.items():
                address = f"{next(hosts)}/{_SIZE}"
                router = Router(RouterSpec(name=name, address=address, spares=spares), folder / name)
                router.prepare(config(address), public)
                bench.add(router)
            made = list(bench.values())
            if len(made) > 1 and cables:
                ports = [f"eth{number + 1}" for number in range(cables)]
                wires.ip(*(wires.cable(made[0].pid, port, made[1].pid, port) for port in ports))
            for router in made:
                router.boot()
            yield bench
        finally:
            for router in bench.values():
                router.stop()


@contextmanager
def management_network() -> Iterator[tuple[str, ipaddress.IPv4Network]]:
    """A bridge that nobody else has, and a /28 that goes with it, for as long as the context lasts.

    For a whole lab in a test take the network's addresses as out-of-band addresses and leave the bridge alone.

    Raises:
        FacilityError: no root, or none is free.
    """
    bridge, network = _claim()
    try:
        yield bridge, network
    finally:
        wires.remove([*wires.names(f"{bridge}x"), bridge])


def _claim() -> tuple[str, ipaddress.IPv4Network]:
    """A bridge that nobody else has, and the network that goes with its number."""
    _sweep()
    for step in range(_COUNT):
        number = (os.getpid() * 7 + step) % _COUNT
        name = f"{_PREFIX}{number}"
        if wires.exists(name):
            continue
        try:
            wires.ip(f"link add {name} type bridge")
        except FacilityError:
            if wires.exists(name):
                continue  # another process was quicker
            raise
        wires.ip(f"link set {name} alias {_me(os.getpid())}")
        start = int(_BLOCKS.network_address) + number * 2 ** (32 - _SIZE)
        return name, ipaddress.IPv4Network((start, _SIZE))
    raise FacilityError(
        "no free management network for a test router is left", hint=f"see: ip link | grep {_PREFIX}"
    )


def _sweep() -> None:
    """Remove bridges whose makers are dead."""
    for name in wires.names(_PREFIX):
        try:
            alias = Path("/sys/class/net", name, "ifalias").read_text().strip()
        except OSError:
            continue  # gone meanwhile
        pid = alias.removeprefix("linewright:").partition(":")[0]
        if alias.startswith("linewright:") and pid.isdigit() and _me(int(pid)) != alias:
            wires.remove([name])


def _me(pid: int) -> str:
    """A process by number and start time, so that a number used again is not taken for it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return f"linewright:{pid}:{fields[19]}"
