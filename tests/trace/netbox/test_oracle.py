"""NetBox's own traces, all of them, and ours: port by port the same."""

import pytest

from linewright.trace import paths, route, routes
from linewright.trace.plant import Plant

pytestmark = pytest.mark.netbox


def _told(nodes):
    """As NetBox tells them: a set, and a provider's network without its circuit."""
    return tuple(
        sorted(node._replace(device="") if node.kind == "provider-network" else node for node in nodes)
    )


def _same_trace(ours, theirs):
    segments = ours.segments if ours is not None else ()
    if len(segments) != len(theirs):
        return False
    for segment, (near, link, far) in zip(segments, theirs, strict=True):
        # Of several cables side by side NetBox tells one.
        links = _told(segment.links)
        if (_told(segment.near), _told(segment.far)) != (near, far) or not set(link) <= set(links):
            return False
        if bool(link) != bool(links):
            return False
    return True


def _steps(found):
    steps = [
        _told(nodes) for segment in found.segments for nodes in (segment.near, segment.links, segment.far)
    ]
    return (found.complete, found.split, found.active, *(nodes for nodes in steps if nodes))


def _is_hollow(found):
    """NetBox tells no nodes at all of a path that ends at a cable with nothing opposite."""
    last = found.segments[-1]
    return bool(last.links) and not last.far and last.links[0].kind == "cable"


def _different(snapshot, oracle):
    plant = Plant(snapshot)
    wrong = [port for port, theirs in oracle.traces().items() if not _same_trace(route(plant, *port), theirs)]
    known = routes(plant)
    for port, theirs in oracle.passing().items():
        mine = [found for found in known if found.passes(port)]
        flags = sorted((found.complete, found.split, found.active) for found in mine)
        whole = {_steps(found) for found in mine}
        hollow = sum(map(_is_hollow, mine))
        empty = [found for found in theirs if len(found) == 3]
        if (
            flags != sorted(found[:3] for found in theirs)
            or not whole.issuperset(found for found in theirs if len(found) > 3)
            or len(empty) > hollow
        ):
            wrong.append(port)
    return wrong


def test_every_port_of_the_reference_site(reference):
    snapshot, oracle = reference
    assert _different(snapshot, oracle) == []


def test_every_port_of_a_generated_plant(generated):
    snapshot, oracle = generated
    assert len({cable.profile for cable in snapshot.tables.cables}) == 27
    assert _different(snapshot, oracle) == []


@pytest.mark.parametrize("site", ["reference", "generated"])
def test_paths_know_every_end_that_netbox_knows(site, request):
    snapshot, _ = request.getfixturevalue(site)
    known = {}
    for path in paths(snapshot):
        for near, far in ((path.a, path.z), (path.z, path.a)):
            known.setdefault((near.kind, *near.key), set()).add((far.kind, *far.key))
    for found in routes(snapshot):
        # Several strands at once share one stack in NetBox: see docs/trace.md.
        if all(len(segment.near) == len(segment.links) == 1 for segment in found.segments):
            assert {tuple(end) for end in found.destinations} <= known[tuple(*found.origins)], found
