"""What was observed of an expected neighbour: up, down with the reason in words, or not assessed."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Literal, NamedTuple

from linewright.checks.expected import Adjacency, Peer, Session
from linewright.model.observation import Observation
from linewright.trace import End


class Seen(NamedTuple):
    """A state and, when it is not up, what each end said."""

    state: Literal["up", "down", "not assessed"]
    detail: str = ""


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


def _together(ends: list[Seen]) -> Seen:
    if down := [seen.detail for seen in ends if seen.state == "down"]:
        return Seen("down", "; ".join(down))
    if any(seen.state == "up" for seen in ends):
        return Seen("up")
    return Seen("not assessed", "; ".join(seen.detail for seen in ends))


def _at_peer(near: Peer, far: Peer, observations: Mapping[str, Observation]) -> Seen:
    observation = observations.get(near.device)
    if observation is None or not observation.reached or observation.bgp is None:
        return _unknown(near.device, observation, "bgp")
    for session in observation.bgp:
        if _same(session.peer, far.address):
            if session.state == "up":
                return Seen("up")
            word = "shut down" if session.state == "disabled" else session.raw or session.state
            return Seen("down", f"{near.device} says {word}")
    return Seen("down", f"{near.device} has no such session")


def _at_end(end: End, router_id: str, observations: Mapping[str, Observation]) -> Seen:
    observation = observations.get(end.device)
    if observation is None or not observation.reached or observation.ospf is None:
        return _unknown(end.device, observation, "ospf")
    there = [neighbor for neighbor in observation.ospf if neighbor.interface == end.port]
    for neighbor in there:
        if neighbor.router_id == router_id:
            if neighbor.state == "up":
                return Seen("up")
            return Seen("down", f"{end.device} says {neighbor.raw or neighbor.state}")
    others = " and ".join(neighbor.router_id for neighbor in there)
    return Seen("down", f"{end.device} sees {others or 'no neighbour'} there")


def _unknown(device: str, observation: Observation | None, part: str) -> Seen:
    if observation is None:
        return Seen("not assessed", f"{device} was not collected")
    if not observation.reached:
        return Seen("not assessed", f"{device} was not reached")
    reason = observation.missing.get(part, "not asked for")
    return Seen("not assessed", f"{device}: {reason}")


def _same(one: str, two: str) -> bool:
    try:
        return ip_address(one) == ip_address(two)
    except ValueError:
        return one == two
