"""Where a device gets its power: inlet, outlet, the inlet behind it, and so on to a feed and its panel."""

from collections.abc import Iterable

import msgspec

from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.trace.path import End, Path


class PowerChain(Record, frozen=True):
    """One way from an inlet of a device to where its power comes from.

    `ways` are the cables in between, each turned so that `a` is the side of the device and `z` that of the source.
    `feed` is the name of the power feed at the end and `panel` "site/panel"; both are empty where the chain is not
    complete, and `reason` says why.
    """

    device: str
    inlet: str
    ways: tuple[Path, ...] = ()
    panel: str = ""
    feed: str = ""
    reason: str = ""

    @property
    def complete(self) -> bool:
        """Whether it ends at a feed."""
        return bool(self.feed)

    @property
    def text(self) -> str:
        """The whole chain in one line: "hq-leaf1 PSU1 - P-1 - hq-pdu1 Out 3, hq-pdu1 In - P-9 - hq/Board Feed 1"."""
        return ", ".join(way.text for way in self.ways) or f"{self.device} {self.inlet}"


def power(snapshot: Snapshot, paths: Iterable[Path], device: str) -> tuple[PowerChain, ...]:
    """One chain per power inlet of the device, in the order of its ports; `paths` are all of the snapshot.

    NetBox's own trace ends at the first outlet; what leads on inside a power strip is the outlet's inlet.

    Raises:
        DataError: there is no such device.
    """
    ways: dict[tuple[str, str, str], Path] = {}
    for path in paths:
        for near, way in ((path.a, path), (path.z, _turned(path))):
            if near.kind == "power-port":
                ways[near.kind, near.device, near.port] = way
    behind = {
        (owner.name, outlet.name): outlet.power_port
        for owner in snapshot.devices.values()
        for outlet in owner.power_outlets
    }
    return tuple(_chain(device, inlet.name, ways, behind) for inlet in snapshot.device(device).power_ports)


def _chain(
    device: str,
    inlet: str,
    ways: dict[tuple[str, str, str], Path],
    behind: dict[tuple[str, str], str],
) -> PowerChain:
    passed: list[Path] = []
    seen: set[tuple[str, str]] = set()
    here = (device, inlet)
    reason = ""
    while not reason:
        way = ways.get(("power-port", *here))
        if way is None:
            reason = f"nothing is plugged into {' '.join(here)}"
        elif here in seen:
            reason = f"the chain comes back to {' '.join(here)}"
        else:
            seen.add(here)
            passed.append(way)
            if way.z.kind == "power-feed":
                return PowerChain(
                    device=device, inlet=inlet, ways=tuple(passed), panel=way.z.device, feed=way.z.port
                )
            here, reason = _onward(way.z, way.reason, behind)
    return PowerChain(device=device, inlet=inlet, ways=tuple(passed), reason=reason)


def _onward(end: End, reason: str, behind: dict[tuple[str, str], str]) -> tuple[tuple[str, str], str]:
    """The inlet behind an outlet, or why there is none."""
    inlet = behind.get(end.key, "") if end.kind == "power-outlet" else ""
    if reason or inlet:
        return (end.device, inlet), reason
    return end.key, f"{end.text} names no inlet of {end.device}"


def _turned(path: Path) -> Path:
    return msgspec.structs.replace(
        path, a=path.z, z=path.a, hops=tuple(hop.reversed() for hop in reversed(path.hops))
    )
