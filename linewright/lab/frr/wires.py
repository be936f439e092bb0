"""Links between routers and to the host, made by `ip -batch`. Names are checked by whoever makes them."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from linewright.errors import FacilityError

#: What programs of the lab are run with: nothing of the caller's own environment.
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root", "TERM": "dumb"}
_ALIAS = "linewright-lab"


def ip(*commands: str, inside: int = 0, holding: int = -1) -> None:
    """Have the program ip carry out commands in order, stopping at the first that fails; `inside` that process's network.

    `holding` is a lock's file descriptor that ip keeps open: should we be killed, ip goes on to its last command, and
    the lock is free only then.

    Raises:
        FacilityError: with what ip said.
    """
    enter = ["nsenter", "--target", str(inside), "--net"] if inside else []
    done = subprocess.run(
        [*enter, "ip", "-batch", "-"],
        input="".join(f"{command}\n" for command in commands),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=ENVIRONMENT,
        pass_fds=() if holding < 0 else (holding,),
    )
    if done.returncode:
        raise FacilityError(f"network links could not be set up: {' '.join(done.stderr.split())}")


def exists(name: str) -> bool:
    """Whether the host has a link of that name."""
    return Path("/sys/class/net", name).exists()


def is_lab_bridge(name: str) -> bool:
    """Whether this link of the host was made as the bridge of a lab."""
    try:
        return bool(name) and Path("/sys/class/net", name, "ifalias").read_text().strip() == _ALIAS
    except OSError:
        return False


def names(prefix: str) -> list[str]:
    """The host's links whose names begin so."""
    return sorted(path.name for path in Path("/sys/class/net").iterdir() if path.name.startswith(prefix))


def bridge(name: str, addresses: Sequence[str]) -> list[str]:
    """Commands for a management bridge with the host's addresses on it."""
    return [
        f"link add {name} type bridge",
        f"link set {name} alias {_ALIAS}",
        *(f"addr add {address} dev {name}" for address in addresses),
        f"link set {name} up",
    ]


def plug(host_end: str, bridge_name: str, pid: int, port: str) -> list[str]:
    """Commands for a cable from the host's bridge to a router's port."""
    return [
        f"link add {host_end} type veth peer name {port} netns {pid}",
        f"link set {host_end} master {bridge_name} up",
    ]


def cable(a_pid: int, a_port: str, b_pid: int, b_port: str) -> str:
    """The command for a cable between ports of two routers (or of one)."""
    return f"link add {a_port} netns {a_pid} type veth peer name {b_port} netns {b_pid}"


def remove(links: Sequence[str]) -> None:
    """Remove the host's links of these names; ones that are gone already are fine."""
    for name in links:
        done = subprocess.run(
            ["ip", "link", "del", "dev", name], capture_output=True, timeout=30, check=False, env=ENVIRONMENT
        )
        if done.returncode and exists(name):
            raise FacilityError(
                f"link {name} could not be removed: {done.stderr.decode(errors='replace').strip()}"
            )
