"""Several twins with cables between them, in this process, each on a loopback port of its own.

    with fleet(links, configs, credentials=Credentials("netops", "...")) as running:
        host, port, pin = running.reach["hq-acc1"]

Closed or stopped, nothing is left: no process, no file, no open port.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from linewright.lab.twin.box import RELEASE, Box, Credentials, Management
from linewright.lab.twin.certificate import Identity, self_signed
from linewright.lab.twin.neighbors import Neighborhood
from linewright.lab.twin.plant import Plant
from linewright.lab.twin.reading import Reading
from linewright.lab.twin.server import Doors, EapiServer
from linewright.lab.twin.shell import Answer
from linewright.lab.twin.shows import answer
from linewright.model.objects import Device

_ADDRESS = "127.0.0.1"


class Reach(NamedTuple):
    """Where a twin answers, and the SHA-256 (hex) of its certificate's DER form, to be pinned."""

    host: str
    port: int
    pin: str


class Fleet:
    """Running twins. Made by `fleet`."""

    def __init__(self, boxes: Iterable[Box], outside_peers: str) -> None:
        self.boxes = {box.name: box for box in boxes}
        self.plant = Plant((), self._reading)
        self.outside_peers = outside_peers
        self.identities: dict[str, Identity] = {}
        self.servers: dict[str, EapiServer] = {}
        self._doors: Doors | None = None

    def start(self, links: Iterable[tuple[str, str, str, str]], silent: Iterable[str]) -> Self:
        """Put the cables in and listen."""
        self.plant = Plant(links, self._reading, silent)
        doors = self._doors = Doors()
        try:
            for name, box in self.boxes.items():
                self.identities[name] = self_signed(name, _ADDRESS)
                self.servers[name] = EapiServer(box, self.identities[name], self._show(box), _ADDRESS, doors)
        except (
            BaseException
        ):  # no port or file left, or Ctrl-C: what listens already must not stay; raised on
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop listening and close every connection; once stopped, nothing is left."""
        for server in self.servers.values():
            server.stop()
        self.servers.clear()
        if self._doors is not None:
            self._doors.stop()
            self._doors = None

    @property
    def reach(self) -> dict[str, Reach]:
        """Where each twin answers."""
        return {
            name: Reach(_ADDRESS, server.port, self.identities[name].pin)
            for name, server in self.servers.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _reading(self, name: str) -> Reading | None:
        box = self.boxes.get(name)
        return box.reading if box else None

    def _show(self, box: Box) -> Callable[[str], Answer | None]:
        def show(command: str) -> Answer | None:
            readings = {name: other.reading for name, other in self.boxes.items()}
            return answer(box, Neighborhood(readings, self.plant, self.outside_peers), command)

        return show


def fleet(
    links: Iterable[tuple[str, str, str, str]],
    configs: Mapping[str, str],
    *,
    credentials: Credentials | Mapping[str, Credentials] | None = None,
    management: Mapping[str, Management] | None = None,
    outside_peers: str = "Established",
    silent: Iterable[str] = (),
    unit: float = 1.0,
    release: str = RELEASE,
    clock: Callable[[], float] = time.monotonic,
    record: Path | None = None,
) -> Fleet:
    """Start one twin per configuration, in this process.

    Args:
        links: cables as (device, port, device, port), panels and circuits already passed through; a device that is
            not in `configs` stands outside: it answers LLDP and is up.
        configs: what each twin boots with, by device name.
        credentials: who may log in, for all or per device; without any, a password nobody knows is made up.
        management: what keeps a twin reachable, see `management_of`; others are always reachable.
        outside_peers: the state of BGP sessions with addresses that no twin owns.
        silent: devices outside that speak no LLDP.
        unit: real seconds per second of the devices' commit timers.
        release: the EOS release the twins claim.
        clock: seconds that only go forward.
        record: a folder in which each twin notes what it was told, as NAME.jsonl (see judge); None for none.

    Raises:
        DataError: a configuration is not one a twin takes.
    """
    made_up = Credentials("admin", secrets.token_hex(16))

    def login(name: str) -> Credentials:
        if isinstance(credentials, Mapping):
            return credentials.get(name, made_up)
        return credentials or made_up

    boxes = [
        Box(
            name,
            config,
            login(name),
            management=(management or {}).get(name),
            unit=unit,
            release=release,
            clock=clock,
            record=record / f"{name}.jsonl" if record else None,
        )
        for name, config in configs.items()
    ]
    return Fleet(boxes, outside_peers).start(links, silent)


def management_of(device: Device, uplinks: Iterable[str] = ()) -> Management | None:
    """What keeps a device reachable, from the source of truth: the interface with its out-of-band or primary address.

    `uplinks` are the ports towards whoever manages it in band; they do not matter when it has an out-of-band
    address. None when no interface has the address.
    """
    wanted = device.oob_ip or device.primary_ip4
    for interface in device.interfaces:
        if wanted and wanted in {address.address for address in interface.addresses}:
            return Management(interface.name, wanted, () if device.oob_ip else tuple(uplinks))
    return None
