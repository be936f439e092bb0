"""Breaking a lab on purpose, for tests and exercises. Nothing here changes a configuration."""

import os
from typing import Literal

import msgspec

from linewright.devices.frr.hooks import RESTART
from linewright.errors import DataError, DeviceError
from linewright.lab.frr import wires
from linewright.lab.frr.router import Router
from linewright.lab.frr.state import Lab, bridge_name
from linewright.lab.frr.topology import Link

_NUMBERS = {"sshd": "/run/sshd.pid", "lldpd": "/run/lldpd.pid"}


def pull(router: Router, port: str) -> None:
    """Take a port's link down, as the kernel sees it; FRR's configuration still says up."""
    wires.ip(f"link set dev {port} down", inside=router.pid)


def plug_in(router: Router, port: str) -> None:
    """Bring a port's link up again."""
    wires.ip(f"link set dev {port} up", inside=router.pid)


def swap_cables(lab: Lab, one: Link, other: Link) -> tuple[Link, Link]:
    """Exchange the far (z) ends of two cables: a of the first then leads to z of the other, and the reverse.

    Only the two moved ends are touched: they are taken out and put in at each other's port under the port's name,
    and FRR gives them what it has configured for the name. LLDP has it right within two seconds. The same call again puts
    the cables back. Returned are the cables as they lie now, for `wait(lab, links=...)`.

    Raises:
        DataError: both are the same cable.
        DeviceError: a router does not run, or there is no cable at a port.
    """
    if one == other:
        raise DataError(f"{one.text} cannot be swapped with itself")
    bridge = bridge_name(lab.folder)
    ends = ((one.z, one.z_port), (other.z, other.z_port))
    pids = [lab.router(name).pid for name, _ in ends]
    for (name, port), pid in zip(ends, pids, strict=True):
        if not pid:
            raise DeviceError(f"lab router {name} is not running")
        if lab.router(name).run(["test", "-e", f"/sys/class/net/{port}"]).returncode:
            raise DeviceError(f"lab router {name} has no port {port}")
    # Through the host under a name nobody has, because both ports can be on one router.
    parked = [f"{bridge}xs{number}" for number in range(2)]
    for (_, port), pid, name in zip(ends, pids, parked, strict=True):
        wires.ip(
            f"link set dev {port} down",
            f"link set dev {port} name {name}",
            f"link set dev {name} netns {os.getpid()}",
            inside=pid,
        )
    for name, (_, port), pid in zip(reversed(parked), ends, pids, strict=True):
        wires.ip(f"link set dev {name} netns {pid} name {port}")
        wires.ip(f"link set dev {port} up", inside=pid)
    return (
        msgspec.structs.replace(one, z=other.z, z_port=other.z_port),
        msgspec.structs.replace(other, z=one.z, z_port=one.z_port),
    )


def signal_daemon(router: Router, daemon: str, signal: Literal["KILL", "TERM", "STOP", "CONT"]) -> None:
    """Send a signal to a program of a router: KILL a crash, STOP one that hangs, CONT the end of that.

    Raises:
        DeviceError: it does not run.
    """
    number = _NUMBERS.get(daemon, f"/run/frr/{daemon}.pid")
    done = router.run(["sh", "-c", f'kill -{signal} "$(cat "$1")"', "sh", number])
    if done.returncode:
        raise DeviceError(f"lab router {router.name}: {daemon} does not run")


def start_daemon(router: Router, daemon: str) -> None:
    """Start an FRR daemon again after a crash, with the startup configuration, as watchfrr would.

    Raises:
        DeviceError: it does not start.
    """
    start = 'rm -f "/run/frr/$1.pid" && "/usr/lib/frr/$1" -d -A 127.0.0.1 --log file:/var/log/frr/frr.log --log-level informational && vtysh -b -d "$1"'
    if router.run(["bash", "-c", start, "bash", daemon]).returncode:
        raise DeviceError(f"lab router {router.name}: {daemon} does not start")


def restart_frr(router: Router) -> None:
    """End all of FRR and start it again with its startup file, as `systemctl restart frr` would; the start hook is called.

    Raises:
        DeviceError: it does not start, or refuses lines of its startup file.
    """
    if router.run([RESTART], timeout=60).returncode:
        raise DeviceError(f"lab router {router.name}: FRR does not start again")
