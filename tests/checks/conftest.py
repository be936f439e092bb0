"""The reference site, healthy, and the ways to break it."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from linewright.checks.expected import Expectation, expected
from linewright.model.observation import BgpSession, Neighbor, Observation, OspfNeighbor, Port
from linewright.model.snapshot import Snapshot
from linewright.sources.description import load
from linewright.trace import paths

SEEN = "2026-11-24T03:16:00Z"


class Bench:
    """Observations of the site's FRR routers, all as intended; each method breaks one thing as reality would."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.paths = paths(snapshot)
        self.expectation: Expectation = expected(snapshot, self.paths)
        self.routers = tuple(name for name, device in snapshot.devices.items() if device.platform == "frr")
        self.observations = {name: self._healthy(name) for name in self.routers}

    def _healthy(self, name: str) -> Observation:
        neighbors = tuple(
            Neighbor(port=near.port, device=far.device, remote_port=far.port)
            for path in self.paths
            for near, far in ((path.a, path.z), (path.z, path.a))
            if path.joins_interfaces and path.status == "connected"
            if near.device == name and far.device in self.routers
        )
        bgp = tuple(
            BgpSession(peer=far.address, remote_as=0, state="up", raw="Established")
            for session in self.expectation.sessions
            for near, far in ((session.a, session.z), (session.z, session.a))
            if near.device == name
        )
        ospf = tuple(
            OspfNeighbor(interface=end.port, router_id=router_id, address="", state="up", raw="Full")
            for a in self.expectation.adjacencies
            for end, router_id in ((a.path.a, a.router_id_z), (a.path.z, a.router_id_a))
            if end.device == name
        )
        ports = tuple(Port(name=i.name, up=True) for i in self.snapshot.device(name).interfaces)
        return Observation(
            device=name, platform="frr", seen=SEEN, neighbors=neighbors, bgp=bgp, ospf=ospf, ports=ports
        )

    def change(self, name: str, **fields: object) -> None:
        self.observations[name] = msgspec.structs.replace(self.observations[name], **fields)

    def bgp_down(self, one: str, two: str, *raw: str) -> None:
        """The session between two devices; `raw` is what each end says (twice the same if one is given)."""
        session = next(s for s in self.expectation.sessions if {s.a.device, s.z.device} == {one, two})
        for near, far in ((session.a, session.z), (session.z, session.a)):
            if near.device not in self.observations or not self.observations[near.device].reached:
                continue
            word = raw[0] if near.device == one or len(raw) == 1 else raw[1]
            entries = [e for e in self.observations[near.device].bgp if e.peer != far.address]
            if word != "gone":
                state = "disabled" if word == "shut" else "down"
                entries.append(BgpSession(peer=far.address, remote_as=0, state=state, raw=word))
            self.change(near.device, bgp=tuple(entries))

    def ospf_down(self, device: str, port: str) -> None:
        entries = self.observations[device].ospf
        self.change(device, ospf=tuple(entry for entry in entries if entry.interface != port))

    def hear(self, *links: str) -> None:
        """ "a eth1 - b eth1": these ports now hear each other and nothing else; "a eth1 -" hears nothing."""
        for link in links:
            one, _, two = (part.strip() for part in link.partition(" -"))
            ports = [tuple(text.split()) for text in (one, two) if text]
            for index, (device, port) in enumerate(ports):
                if device not in self.observations:
                    continue
                others = [n for n in self.observations[device].neighbors if n.port != port]
                if len(ports) == 2:
                    far = ports[1 - index]
                    others.append(Neighbor(port=port, device=far[0], remote_port=far[1]))
                self.change(device, neighbors=tuple(others))

    def hear_also(self, *links: str) -> None:
        """ "a eth1 - b eth1": these ports hear each other too, beside what they hear already."""
        for link in links:
            one, two = (tuple(text.split()) for text in link.split(" - "))
            for near, far in ((one, two), (two, one)):
                extra = Neighbor(port=near[1], device=far[0], remote_port=far[1])
                self.change(near[0], neighbors=(*self.observations[near[0]].neighbors, extra))

    def shut(self, device: str, port: str) -> None:
        ports = self.observations[device].ports
        self.change(
            device, ports=tuple(Port(name=p.name, enabled=p.name != port, up=p.name != port) for p in ports)
        )

    def unreachable(self, name: str, why: str = "timed out") -> None:
        self.observations[name] = Observation(device=name, platform="frr", seen=SEEN, error=why)

    def clean(self) -> dict[str, Iterable[object]]:
        return {name: () for name, seen in self.observations.items() if seen.reached}


@pytest.fixture(scope="session")
def site() -> Snapshot:
    return load(Path(__file__).parents[2] / "inventory" / "site.yaml")


@pytest.fixture
def bench(site: Snapshot) -> Bench:
    return Bench(site)
