"""The way NetBox itself traces: sets of ends, one stack of positions, as its /trace/ and /paths/ answer.

Written from NetBox's documented behaviour and held against a real NetBox by tests, port by port. Where NetBox gives up
(a split) so does this; `walk.paths` may know more. docs/trace.md names every difference.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.trace.path import CONNECTED, ENDPOINTS
from linewright.trace.plant import CIRCUIT, PASSIVE, Plant, Plug, Port, unique
from linewright.trace.profiles import FANNED, STRAIGHT

#: No real path is as long; NetBox would go on for ever where cables lead in a circle.
_LONGEST = 1000


class Segment(Record, frozen=True):
    """One step of a trace: near ends, the links between (cables, or one radio link), far ends.

    `links` is empty where a circuit ends at a site or in a provider network; `far` where nothing is there. A link is a
    Port of kind "cable" or "wireless-link" without a device.
    """

    near: tuple[Port, ...]
    links: tuple[Port, ...] = ()
    far: tuple[Port, ...] = ()


class Route(Record, frozen=True):
    """What NetBox knows of the way from one set of ends.

    `complete` says that it ends at something known, `split` that it divides and is not followed, `active` that every
    cable on it is connected. `reason` is given where NetBox would refuse the cabling altogether.
    """

    segments: tuple[Segment, ...]
    complete: bool = False
    split: bool = False
    active: bool = True
    reason: str = ""

    @property
    def origins(self) -> tuple[Port, ...]:
        """Where it begins."""
        return self.segments[0].near if self.segments else ()

    @property
    def destinations(self) -> tuple[Port, ...]:
        """Where it ends; nothing unless it is complete."""
        return self.segments[-1].far if self.complete else ()

    def passes(self, port: Port) -> bool:
        """Whether it runs through, or ends on, this port."""
        return any(port in segment.near or port in segment.far for segment in self.segments)


def route(source: Snapshot | Plant, kind: str, device: str, name: str) -> Route | None:
    """What NetBox's `/trace/` answers for one interface, console or power port, outlet or feed.

    Goes on over a bridge, as NetBox does. None where NetBox has no trace: nothing is plugged in, or the port is a
    channelised parent.
    """
    tracer = _Tracer(source if isinstance(source, Plant) else Plant(source))
    return tracer.over_bridges(Port(kind, device, name))


def routes(source: Snapshot | Plant) -> tuple[Route, ...]:
    """Every path that NetBox keeps: one per set of ends that begins one. `Route.passes` answers `/paths/` of a port."""
    tracer = _Tracer(source if isinstance(source, Plant) else Plant(source))
    found = (tracer.path(group) for group in tracer.origin_groups())
    return tuple(route for route in found if route is not None)


class _Unsupported(Exception):  # noqa: N818 - NetBox's own word for cabling that it refuses
    """NetBox would refuse this cabling."""


class _Peer(NamedTuple):
    port: Port | None
    position: int | None


class _Tracer:
    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.cables = plant.snapshot.cables

    def over_bridges(self, port: Port) -> Route | None:
        origin: Port | None = port
        legs: list[Route] = []
        seen: set[Port] = set()
        while origin is not None and origin not in seen:
            seen.add(origin)
            leg = self.path(self._group_of(origin))
            if leg is None:
                break
            legs.append(leg)
            ends = leg.destinations
            origin = self.plant.bridged.get(ends[0]) if len(ends) == 1 else None
        if not legs:
            return None
        return Route(
            segments=tuple(segment for leg in legs for segment in leg.segments),
            complete=legs[-1].complete,
            split=legs[-1].split,
            active=all(leg.active for leg in legs),
            reason=legs[-1].reason,
        )

    def origin_groups(self) -> Iterator[list[Port]]:
        done: set[Port] = set()
        for port in (*self.plant.plugs, *self.plant.radios):
            if port.kind in ENDPOINTS and port not in done:
                yield from self._groups(self._beside(port))
                done.update(self._beside(port))

    def _beside(self, port: Port) -> list[Port]:
        """All that ends where this port's end of its cable is."""
        plug = self.plant.plugs.get(port)
        return list(self.plant.ends(plug.cable, plug.side)) if plug is not None else [port]

    def _group_of(self, port: Port) -> list[Port]:
        if self._link(port) is None:
            return []
        cabled = self.plant.parents.get(port, port)
        return next((group for group in self._groups(self._beside(cabled)) if port in group), [])

    def _groups(self, ports: Iterable[Port]) -> Iterator[list[Port]]:
        """Ends that begin one path together: those of one connector; each channel on its own."""
        together: dict[int, list[Port]] = {}
        for port in ports:
            if port in self.plant.channels:
                children = self.plant.channels[port].values()
                yield from ([child] for child in children if self._link(child) is not None)
            else:
                plug = self.plant.plugs.get(port)
                together.setdefault(plug.connector if plug else 0, []).append(port)
        yield from together.values()

    def _plug(self, port: Port) -> Plug | None:
        """What is plugged in; a channel has the one position of its parent's plug, and only of a cable with a profile."""
        parent = self.plant.parents.get(port)
        if parent is None:
            return self.plant.plugs.get(port)
        plug = self.plant.plugs.get(parent)
        if plug is None or not self.cables[plug.cable].profile:
            return None
        number = next(number for number, child in self.plant.channels[parent].items() if child == port)
        return plug._replace(positions=(number,))

    def _link(self, port: Port) -> Port | None:
        if (plug := self._plug(port)) is not None:
            return Port("cable", "", plug.cable)
        radio = self.plant.radios.get(port)
        return Port("wireless-link", "", radio.name) if radio is not None else None

    def path(self, origins: list[Port]) -> Route | None:
        if not origins:
            return None
        trace = _Trace(self, origins)
        try:
            trace.follow()
        except _Unsupported as error:
            trace.reason = str(error)
            trace.complete = False
        return trace.route()


class _Trace:
    """One path under way. `steps` are ends, links, ends, ends, links, ends, ... as NetBox stores them."""

    def __init__(self, tracer: _Tracer, origins: list[Port]) -> None:
        self.plant = tracer.plant
        self.link_of = tracer._link  # noqa: SLF001 - the two classes are one walk, split for reading
        self.plug_of = tracer._plug  # noqa: SLF001 - as above
        self.here = origins
        self.stack: list[list[int | None]] = []
        self.steps: list[list[Port]] = []
        self.complete = False
        self.split = False
        self.active = True
        self.reason = ""

    def follow(self) -> None:
        for _ in range(_LONGEST):
            far = self._one_link()
            if not far:
                return
            if far[0].kind in PASSIVE:
                self._through_panel(far)
            elif far[0].kind == CIRCUIT:
                self._through_circuit(far)
            else:
                self.complete = True
                return
            if not self.here:
                return
        raise _Unsupported("the path comes back to itself")

    def _one_link(self) -> list[Port]:
        """From where we are over the link to its far ends; nothing where the trace stops."""
        links = [self.link_of(port) for port in self.here]
        self._refuse_mixed()
        if len(set(links)) > 1 and self.stack and len(self.here) != len(self.stack[-1]):
            self.split = True
            return []
        self.steps.append(self.here)
        first = self.here[0]
        plug = self.plug_of(first)
        if first.kind in ENDPOINTS and plug is not None and plug.positions:
            self.stack.append(list(plug.positions))
        there = unique(link for link in links if link is not None)
        if not there:
            return []
        self.split = self.split or None in links
        self.steps.append(there)
        self.active = self.active and all(self._status(port) == CONNECTED for port in self.here)
        return self._beyond(there[0])

    def _refuse_mixed(self) -> None:
        if len({port.kind for port in self.here}) > 1:
            raise _Unsupported("NetBox wants ends of one kind in the middle of a path")
        passing = self.here[0].kind in PASSIVE
        if passing and len({port.device for port in self.here}) > 1:
            raise _Unsupported("NetBox wants the ends in the middle of a path on one device")

    def _status(self, port: Port) -> str:
        if (plug := self.plug_of(port)) is not None:
            return self.plant.snapshot.cables[plug.cable].status
        radio = self.plant.radios.get(port)
        return radio.status if radio is not None else CONNECTED

    def _beyond(self, link: Port) -> list[Port]:
        peers: list[Port | None]
        if link.kind == "wireless-link":
            peers = [self.plant.radios[self.here[0]].port]
        elif self.plant.snapshot.cables[link.name].profile:
            peers = self._by_profile()
        else:
            plugs = [plug for port in self.here if (plug := self.plug_of(port)) is not None]
            peers = list(unique(far for plug in plugs for far in self.plant.far_ends(plug)))
        if len({peer.kind if peer else "" for peer in peers}) > 1:
            self.split, self.complete = True, False
            return []
        far = [peer for peer in peers if peer is not None]
        self.steps.append(far)
        return far

    def _by_profile(self) -> list[Port | None]:
        plugs = {port: plug for port in self.here if (plug := self.plug_of(port)) is not None}
        own = [position for plug in plugs.values() for position in plug.positions]
        positions = self.stack.pop() if self.stack else list[int | None](own)
        left = Counter(positions)
        pairs: list[tuple[Plug, int | None]] = []
        for plug in plugs.values():
            for position in plug.positions:
                if left[position]:
                    left[position] -= 1
                    pairs.append((plug, position))
        if not pairs:
            pairs = [(plugs[self.here[0]], position) for position in positions or [None]]
        found = [self._peer(plug, position) for plug, position in pairs]
        self.stack.append([peer.position for peer in found])
        peers = list(dict.fromkeys(peer.port for peer in found))
        return [] if all(peer is None for peer in peers) else peers

    def _peer(self, plug: Plug, position: int | None) -> _Peer:
        try:
            found = self.plant.across(plug, position) if position is not None else None
        except LookupError as error:
            profile = self.plant.snapshot.cables[plug.cable].profile
            # NetBox has one table for both sides of a breakout: position n of side B's first connector leads to
            # connector n of side A, where there is none.
            if profile in STRAIGHT or (profile in FANNED and (plug.side, plug.connector) == ("B", 1)):
                return _Peer(None, None)
            raise _Unsupported(str(error)) from None
        if found is None:
            return _Peer(None, None)
        port, far_position = found
        if port in self.plant.channels:
            return _Peer(self.plant.channels[port].get(far_position), far_position)
        return _Peer(port, far_position)

    def _through_panel(self, far: list[Port]) -> None:
        strands = [(port, strand) for port in far for strand in self.plant.strands.get(port, ())]
        if self.plant.widths.get(far[0], 1) > 1:
            if not self.stack:
                self.split = True
                self.here = []
                return
            wanted = set(self.stack.pop())
            strands = [(port, strand) for port, strand in strands if strand.position in wanted]
        self.here = unique(strand.port for _, strand in strands)
        if any(self.plant.widths.get(port, 1) > 1 for port in self.here):
            self.stack.append([strand.far_position for _, strand in strands])

    def _through_circuit(self, far: list[Port]) -> None:
        others = unique(port._replace(name="Z" if port.name == "A" else "A") for port in far)
        ends = {port: end for port in others if (end := self.plant.circuit_end(port)) is not None}
        self.here = list(ends)
        if not ends:
            return
        links = {self.link_of(port) for port in ends}
        if all(end.provider_network for end in ends.values()):
            networks = [
                Port("provider-network", port.device, end.provider_network) for port, end in ends.items()
            ]
            self._attach(networks)
            self.complete = True
        elif links == {None}:
            self._attach([Port("site", "", end.site) for end in ends.values()])
        elif links & set(self.steps[-2]):
            self.split = True
            self.here = []

    def _attach(self, places: list[Port]) -> None:
        self.steps += [self.here, places]
        self.here = []

    def route(self) -> Route | None:
        if len(self.steps) == 1:
            return None
        steps = [*self.steps]
        if len(steps) % 3 == 1:
            steps += [[], []]
        elif len(steps) % 3 == 2:
            steps.insert(-1, [])
        parts = [tuple(step) for step in steps]
        segments = tuple(
            Segment(near=near, links=links, far=far)
            for near, links, far in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
        )
        return Route(
            segments=segments,
            complete=self.complete,
            split=self.split,
            active=self.active,
            reason=self.reason,
        )
