"""What was observed of an expected neighbour: up, down with what each end said, or not assessed."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Literal, NamedTuple

from linewright.checks.expected import Adjacency, Peer, Session
from linewright.model.observation import Observation
from linewright.trace import End
from linewright.trace.cabling import listed


class Seen(NamedTuple):
    """A state and, when it is down, what was said where: "Active at hq-leaf1 and hq-spine1"."""

    state: Literal["up", "down", "not assessed"]
    detail: str = ""


class _Sight(NamedTuple):
    """What one end says; `word` is empty when it is up, None when the end could not be asked."""

    device: str
    word: str | None


def session_state(session: Session, observations: Mapping[str, Observation]) -> Seen:
    """Up when every end that was visited says so and at least one was."""
    ends = [(session.a, session.z), (session.z, session.a)]
    return _together([_at_peer(near, far, observations) for near, far in ends if near.device])


def adjacency_state(adjacency: Adjacency, observations: Mapping[str, Observation]) -> Seen:
    """Up when every end that was visited says so and at least one was."""
    path = adjacency.path
    return _together(
        [
            _at_end(path.a, adjacency.router_id_z, observations),
            _at_end(path.z, adjacency.router_id_a, observations),
        ]
    )


def _together(ends: list[_Sight]) -> Seen:
    said: dict[str, list[str]] = {}
    for end in ends:
        if end.word is not None:
            said.setdefault(end.word, []).append(end.device)
    if not said:
        return Seen("not assessed")
    if list(said) == [""]:
        return Seen("up")
    return Seen("down", "; ".join(f"{word or 'up'} at {listed(devices)}" for word, devices in said.items()))


def _at_peer(near: Peer, far: Peer, observations: Mapping[str, Observation]) -> _Sight:
    observation = observations.get(near.device)
    if observation is None or observation.bgp is None:
        return _Sight(near.device, None)
    there = [session for session in observation.bgp if _same(session.peer, far.address)]
    # One address may be a neighbour in several VRFs; where ours is not known, the global table is meant first.
    meant = [session for session in there if session.vrf == (near.vrf or "")]
    if near.vrf is None:
        meant = meant or there
    if meant:
        words = {"up": "", "disabled": "shut down", "down": meant[0].raw or "down"}
        return _Sight(near.device, words[meant[0].state])
    if there:
        return _Sight(near.device, f"only {listed(_table(session.vrf) for session in there)}")
    return _Sight(near.device, "no such session")


def _at_end(end: End, router_id: str, observations: Mapping[str, Observation]) -> _Sight:
    observation = observations.get(end.device)
    if observation is None or observation.ospf is None:
        return _Sight(end.device, None)
    there = [neighbor for neighbor in observation.ospf if neighbor.interface == end.port]
    for neighbor in there:
        if neighbor.router_id == router_id:
            return _Sight(end.device, "" if neighbor.state == "up" else neighbor.raw or neighbor.state)
    others = [neighbor.router_id for neighbor in there]
    return _Sight(end.device, f"{listed(others)} instead" if others else "no neighbour")


def _table(vrf: str) -> str:
    return f"in VRF {vrf}" if vrf else "in the global table"


def _same(one: str, two: str) -> bool:
    try:
        return ip_address(one) == ip_address(two)
    except ValueError:
        return one == two
