"""Who is meant: names, port ids and MAC addresses as devices tell them by LLDP, found among the devices we know.

IEEE 802.1AB lets a device name itself and its port in several ways (system name, chassis id; interface name, alias,
MAC address, a number of its own). Whatever fits exactly one device, and exactly one port of it, is that one. What fits
several, or nothing, stays as it was told.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import TypeVar

from netutils.interface import canonical_interface_name

from linewright.model.observation import Neighbor, Observation
from linewright.model.snapshot import Snapshot
from linewright.trace.cabling import PortName
from linewright.trace.path import Path

_T = TypeVar("_T")

_HEX = re.compile(r"[0-9a-fA-F]{12}")
_SEPARATORS = str.maketrans("", "", ":-. ")


class Directory:
    """Devices and ports by everything they may be called.

    Devices and ports are those of the paths, the observations and, where it is given, the snapshot.
    """

    def __init__(
        self, paths: Iterable[Path], observations: Mapping[str, Observation], snapshot: Snapshot | None
    ) -> None:
        self._observations = observations
        self._snapshot = snapshot
        #: The ports of each device that a path ends on: where cables are.
        self.cabled: dict[str, set[str]] = {}
        self._stand: dict[PortName, set[str]] = {}
        for path in paths:
            for end in (path.a, path.z):
                if end.is_interface:
                    self.cabled.setdefault(end.device, set()).add(end.port)
                    if end.carrier:
                        self._stand.setdefault((end.device, end.carrier), set()).add(end.port)
        self.devices = {*self.cabled, *observations, *(snapshot.devices if snapshot is not None else ())}
        self._ports: dict[str, frozenset[str]] = {}
        self._aliases: dict[str, dict[str, str]] = {}
        self._grouped: set[str] = set()

    def device(self, neighbor: Neighbor) -> str:
        """The device that a neighbour is; the name as heard (or its chassis id) where it is none of ours."""
        name = neighbor.device
        if name in self.devices:
            return name
        for found in (self._by_folded_name.get(name.casefold(), set()), self._by_short_name(name)):
            if len(found) == 1:
                return next(iter(found))
        for address in (neighbor.chassis, name, neighbor.remote_port):
            found = {device for device, _ in self._by_mac.get(mac(address), ())}
            if len(found) == 1:
                return next(iter(found))
        return name or neighbor.chassis

    def port(self, device: str, text: str, description: str = "") -> str:
        """The port of this device that a port id (or else the port description) means; as told where it is none."""
        ports = self._ports_of(device)
        if text in ports:
            return text
        if (known := self._aliases_of(device).get(_canonical(text), "")) != "":
            return known
        if address := mac(text):
            found = {port for owner, port in self._by_mac.get(address, ()) if owner == device}
            # A bundle and its members, or a port and its channels, may have one address: those with a cable count.
            cabled = found & self.cabled.get(device, set())
            for candidates in (found, cabled):
                if len(candidates) == 1:
                    return next(iter(candidates))
        if self.opaque(device, text) and description in ports:
            return description
        return text

    def opaque(self, device: str, text: str) -> bool:
        """Whether a port id names no port in words: a MAC address or a number that is no port of the device."""
        return text not in self._ports_of(device) and (not text or text.isdigit() or bool(mac(text)))

    def meant(self, device: str, text: str) -> frozenset[str]:
        """The cabled ports that a port of a device stands for: itself, members of a bundle, channels, its parent.

        All cabled ports where the port id is opaque: the device is known, the port is not.
        """
        cabled = self.cabled.get(device, set())
        if text in cabled:
            return frozenset({text})
        if self.opaque(device, text):
            same = {port for owner, port in self._by_mac.get(mac(text), ()) if owner == device}
            return frozenset(cabled & same or cabled)
        self._group(device)
        return frozenset(cabled & self._stand.get((device, text), set()))

    def has_addresses(self, device: str) -> bool:
        """Whether any MAC address of the device is known, so that one heard can be told to be another's."""
        return device in self._addressed

    def is_inline(self, device: str) -> bool:
        """Whether a panel on a path is more than a panel: it has power or ports of its own and may keep LLDP."""
        known = self._snapshot.devices.get(device) if self._snapshot is not None else None
        return known is not None and bool(known.power_ports or known.interfaces)

    def is_marked(self, port: PortName) -> bool:
        """Whether the source of truth says that something is connected here, but not what."""
        known = self._snapshot.devices.get(port[0]) if self._snapshot is not None else None
        interface = known.interface(port[1]) if known is not None else None
        return interface is not None and interface.mark_connected

    def _ports_of(self, device: str) -> frozenset[str]:
        if (known := self._ports.get(device)) is None:
            names = set(self.cabled.get(device, ()))
            observation = self._observations.get(device)
            if observation is not None:
                names |= {port.name for port in observation.ports or ()}
            if self._snapshot is not None and device in self._snapshot.devices:
                names |= {interface.name for interface in self._snapshot.devices[device].interfaces}
            known = self._ports[device] = frozenset(names)
        return known

    def _aliases_of(self, device: str) -> dict[str, str]:
        """Ports by their long name; "" where two ports have the same."""
        if (known := self._aliases.get(device)) is None:
            known = self._aliases[device] = {}
            for port in self._ports_of(device):
                long = _canonical(port)
                known[long] = "" if long in known else port
        return known

    def _group(self, device: str) -> None:
        """Learn which ports of a device stand for which."""
        if device in self._grouped:
            return
        self._grouped.add(device)
        known = self._snapshot.devices.get(device) if self._snapshot is not None else None
        for interface in known.interfaces if known is not None else ():
            if interface.lag:
                self._stand.setdefault((device, interface.lag), set()).add(interface.name)
            if interface.parent:
                # A neighbour is told on the parent or on any part of it.
                self._stand.setdefault((device, interface.parent), set()).add(interface.name)
                self._stand.setdefault((device, interface.name), set()).add(interface.parent)

    @cached_property
    def _by_folded_name(self) -> dict[str, set[str]]:
        return _index((device.casefold(), device) for device in self.devices)

    @cached_property
    def _by_label(self) -> dict[str, set[str]]:
        """Devices whose own name has a domain, by the name without it."""
        return _index(
            (device.casefold().partition(".")[0], device) for device in self.devices if "." in device
        )

    def _by_short_name(self, name: str) -> set[str]:
        """A name with a domain is that of a device without, and the other way round; two domains never meet."""
        folded = name.casefold()
        if "." in folded:
            return self._by_folded_name.get(folded.partition(".")[0], set())
        return self._by_label.get(folded, set())

    @cached_property
    def _by_mac(self) -> dict[str, set[PortName]]:
        pairs: list[tuple[str, PortName]] = []
        for device, observation in self._observations.items():
            pairs += [(mac(port.mac), (device, port.name)) for port in observation.ports or ()]
        if self._snapshot is not None:
            for known in self._snapshot.devices.values():
                pairs += [(mac(port.mac), (known.name, port.name)) for port in known.interfaces if port.mac]
        return _index((address, port) for address, port in pairs if address)

    @cached_property
    def _addressed(self) -> set[str]:
        return {device for ports in self._by_mac.values() for device, _ in ports}


def mac(text: str) -> str:
    """Twelve hexadecimal digits of a MAC address in any of its spellings; "" for anything else, and for no address."""
    digits = text.translate(_SEPARATORS)
    return digits.lower() if _HEX.fullmatch(digits) and digits.strip("0") else ""


@lru_cache(maxsize=1 << 16)
def _canonical(name: str) -> str:
    """The long form of an interface's name, in one case: Et1, Eth1 and Ethernet1 are one."""
    return str(canonical_interface_name(name)).casefold()


def _index(pairs: Iterable[tuple[str, _T]]) -> dict[str, set[_T]]:
    found: dict[str, set[_T]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return found
