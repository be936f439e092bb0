"""What holds for any cable plant, however odd."""

import random

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from linewright.lab.plant import Drawing, chaos, generate
from linewright.model.objects import WirelessEnd
from linewright.model.snapshot import Snapshot
from linewright.trace import paths, routes
from linewright.trace.origins import origins
from linewright.trace.path import ENDPOINTS
from linewright.trace.plant import Plant, Port
from linewright.trace.walk import _Walk


def plant(number):
    """Chaos alone is where the odd things are; a whole plant is drawn now and then."""
    if number % 50 == 0:
        return generate(number, by_chance=20)
    drawing = Drawing(number)
    chaos(drawing, 20)
    return drawing.snapshot()


def plants():
    return st.integers(0, 1 << 32).map(plant)


def looping(test):
    """With plants in which ways come back to where they were, which once had other paths from one end than the other."""
    for number in (143, 242, 353, 490, 498, 1202, 4779, 6795, 13041, 16932):
        test = example(plant(number))(test)
    return test


@looping
@given(plants())
def test_a_path_is_the_same_from_both_ends(snapshot):
    walk = _Walk(Plant(snapshot))
    found = {}
    for start in origins(walk.plant, walk.places):
        for path, _ in walk.strands_from(start):
            found.setdefault(path, set()).add(start.stop.end)
    for path, ends in found.items():
        if path.complete:
            assert ends == {path.a, path.z}, path.text


@looping
@given(plants())
def test_every_position_of_every_cable_belongs_to_a_path(snapshot):
    walk = _Walk(Plant(snapshot))
    passed = {position for _, trail in walk.strands() for position in walk.positions(trail)}
    assert set(walk.ends_of_cables()) <= passed
    found = walk.all()
    assert {key for path in found for key in path.cables} == set(snapshot.cables)
    assert len(set(found)) == len(found)


@looping
@example(plant(50))
@given(plants())
def test_where_cables_lead_position_to_position_each_belongs_to_one_path_alone(snapshot):
    walk = _Walk(Plant(snapshot))
    owners = {}
    for path, trail in walk.strands():
        for position in walk.positions(trail):
            owners.setdefault(position, set()).add(path)
    plain = {cable.key for cable in snapshot.tables.cables if _leads_position_to_position(cable, walk.plant)}
    for (port, position), found in owners.items():
        if not position and walk.plant.widths.get(port, 1) > 1:
            continue  # the whole of a trunk that is joined to nothing inside its panel: its strands are not told apart
        for path in found:
            assert len(found) == 1 or not plain.issuperset(path.cables), [path.text for path in found]


def test_that_is_so_of_most_cables():
    found = Plant(generate(7))
    cables = found.snapshot.tables.cables
    assert sum(_leads_position_to_position(cable, found) for cable in cables) > 0.7 * len(cables)


def _leads_position_to_position(cable, plant):
    """No trunk is entered without a position, none runs inside another, and no end leads to several."""
    sides = [[Port(end.kind, end.device, end.name) for end in side] for side in (cable.a, cable.b)]
    if not cable.profile:
        return all(len(side) == 1 for side in sides) and len({plant.widths.get(s[0], 1) for s in sides}) == 1
    return all(
        len(plant.plugs[port].positions) == plant.widths.get(port, 1)
        for side in sides
        for port in side
        if port.kind not in ENDPOINTS
    )


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


@looping
@given(plants())
def test_paths_know_every_end_that_a_route_of_single_strands_knows(snapshot):
    """Several strands at once share one stack in NetBox, which then leads some of them where none of them goes."""
    known = {}
    circles = set()
    for path in paths(snapshot):
        for near, far in ((path.a, path.z), (path.z, path.a)):
            known.setdefault((near.kind, *near.key), set()).add((far.kind, *far.key))
            if "comes back" in path.reason:
                circles.add((near.kind, *near.key))
    for route in routes(snapshot):
        for far in route.destinations if _is_single(route) else ():
            (origin,) = map(tuple, route.origins)
            assert tuple(far) in known[origin] or (_comes_back(route) and origin in circles)


def _is_single(route):
    """Strands that part at one end of a route are told at its end alone; on the way they share a stack."""
    on_the_way = all(len(s.far) == 1 for s in route.segments[:-1])
    return on_the_way and all(len(s.near) == len(s.links) == 1 for s in route.segments)


def _comes_back(route):
    passed = [port for segment in route.segments for port in (*segment.near, *segment.far)]
    return len(set(passed)) < len(passed)


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
