"""What holds for any cable plant, however odd."""

import random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from linewright.lab.plant import Drawing, chaos, generate
from linewright.model.objects import WirelessEnd
from linewright.model.snapshot import Snapshot
from linewright.trace import paths, routes
from linewright.trace.origins import origins
from linewright.trace.plant import Plant
from linewright.trace.walk import _Walk


def plants():
    """Chaos alone is where the odd things are; a whole plant is drawn now and then."""

    def draw(number):
        if number % 50 == 0:
            return generate(number, by_chance=20)
        drawing = Drawing(number)
        chaos(drawing, 20)
        return drawing.snapshot()

    return st.integers(0, 1 << 32).map(draw)


@given(plants())
def test_a_path_is_the_same_from_both_ends(snapshot):
    walk = _Walk(Plant(snapshot))
    found = {}
    for start in origins(walk.plant, walk.places):
        for path in walk._from(start):
            found.setdefault(path, set()).add(start.stop.end)
    for path, ends in found.items():
        if path.complete:
            assert ends == {path.a, path.z}, path.text


@given(plants())
def test_every_position_of_every_cable_belongs_to_a_path(snapshot):
    walk = _Walk(Plant(snapshot))
    found = walk.all()
    assert set(walk._ends_of_cables()) <= walk.passed
    assert {key for path in found for key in path.cables} == set(snapshot.cables)
    assert len(set(found)) == len(found)


@given(plants(), st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(snapshot, chance):
    """The same plant in another order, its devices called otherwise, has the same paths under those names."""
    new = {
        name: f"n{number}"
        for number, name in enumerate(chance.sample(list(snapshot.devices), len(snapshot.devices)))
    }
    renamed = _renamed(snapshot, new, chance)
    ours = {frozenset((_end(path.a, new), _end(path.z, new))) for path in paths(snapshot)}
    theirs = {frozenset((_end(path.a, {}), _end(path.z, {}))) for path in paths(renamed)}
    assert ours == theirs
    assert len(paths(snapshot)) == len(paths(renamed))


def _end(end, new):
    return end.kind, new.get(end.device, end.device), end.port


def _renamed(snapshot, new, chance):
    def side(ends):
        moved = [msgspec.structs.replace(end, device=new.get(end.device, end.device)) for end in ends]
        chance.shuffle(moved)
        return tuple(moved)

    cables = [msgspec.structs.replace(c, a=side(c.a), b=side(c.b)) for c in snapshot.tables.cables]
    links = [
        msgspec.structs.replace(
            link,
            a=WirelessEnd(device=new[link.a.device], interface=link.a.interface),
            b=WirelessEnd(device=new[link.b.device], interface=link.b.interface),
        )
        for link in snapshot.tables.wireless_links
    ]
    devices = [msgspec.structs.replace(d, name=new[d.name]) for d in snapshot.devices.values()]
    for items in (cables, links, devices):
        chance.shuffle(items)
    tables = msgspec.structs.replace(snapshot.tables, cables=tuple(cables), wireless_links=tuple(links))
    return Snapshot.build(tables, devices, snapshot.origin)


@given(plants())
def test_paths_know_every_end_that_a_route_of_single_strands_knows(snapshot):
    """Several strands at once share one stack in NetBox, which then leads some of them where none of them goes."""
    known = {}
    for path in paths(snapshot):
        for near, far in ((path.a, path.z), (path.z, path.a)):
            known.setdefault((near.kind, *near.key), set()).add((far.kind, *far.key))
    for route in routes(snapshot):
        single = all(len(s.near) == len(s.links) == 1 for s in route.segments)
        for far in route.destinations if single else ():
            assert tuple(far) in known[tuple(*route.origins)]


def test_the_same_number_gives_the_same_plant():
    assert generate(7).digest == generate(7).digest
    assert generate(7).digest != generate(8).digest


def test_cables_in_a_circle_end():
    """Panels joined to one another at random, no device anywhere: every walk ends."""
    for number in range(6):
        drawing = Drawing(number)
        ends = []
        for _ in range(4):
            before, behind = drawing.panel([1, 2, 1], [4])
            ends += [*before, *behind]
        random.Random(number).shuffle(ends)
        while len(ends) > 3:
            drawing.cable([ends.pop(), ends.pop()], [ends.pop(), ends.pop()])
        snapshot = drawing.snapshot()
        assert {key for path in paths(snapshot) for key in path.cables} == set(snapshot.cables)
