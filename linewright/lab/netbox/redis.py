"""Redis for one lab: no TCP, a socket in a folder that only we can enter, nothing written to disk."""

import socket
from pathlib import Path

from linewright.lab.netbox.facilities import Facilities
from linewright.lab.netbox.processes import start, wait_until
from linewright.lab.netbox.state import LOGS, State

_SECONDS = 30


def socket_path(state: State) -> Path:
    """Where Redis listens."""
    return Path(state.runtime) / "redis" / "socket"


def start_redis(folder: Path, state: State, facilities: Facilities) -> None:
    """Start Redis.

    Raises:
        FacilityError: it could not; the message ends with the last lines of its log.
    """
    path = socket_path(state)
    path.parent.mkdir(mode=0o700)
    settings = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(path.parent),
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "maxmemory": "64mb",
        # Redis would write its title over its environment, by which `down` knows it.
        "set-proc-title": "no",
    }
    log = folder / LOGS / "redis.log"
    words = [word for key, value in settings.items() for word in (f"--{key}", value)]
    process = start(state, [facilities.redis, *words], log=log)
    wait_until(lambda: _answers(path), process, what="Redis", log=log, seconds=_SECONDS)


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False
