import msgspec
from hypothesis import given
from hypothesis import strategies as st

from linewright.model.difference import FieldChange, difference
from linewright.model.objects import Address, Cable, CableEnd, Device, FrontPort, Interface, Rack, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables

_HQ = Site(slug="hq", name="HQ")


def snapshot(*devices: Device, **tables) -> Snapshot:
    return Snapshot.build(Tables(**({"sites": (_HQ,)} | tables)), devices, Origin(source="test"))


def device(name: str = "r1", **fields) -> Device:
    return Device(**({"name": name, "site": "hq", "role": "router", "type": "box"} | fields))


def told(before: Snapshot, after: Snapshot) -> list[str]:
    return [
        f"{change.kind} {change.table} {change.object}"
        + "".join(f" | {field.text}" for field in change.fields)
        for change in difference(before, after)
    ]


def test_equal_snapshots_differ_in_nothing():
    one = snapshot(device(interfaces=(Interface(name="eth1"), Interface(name="eth2"))))
    two = snapshot(device(interfaces=(Interface(name="eth2"), Interface(name="eth1"))))
    assert difference(one, two) == ()


def test_each_field_of_each_port_by_its_name():
    old = device(interfaces=(Interface(name="eth1", mtu=1500), Interface(name="eth2")))
    new = device(interfaces=(Interface(name="eth1", mtu=9000, tagged_vlans=(10, 20)), Interface(name="eth2")))
    assert told(snapshot(old), snapshot(new)) == [
        "changed devices r1 | interfaces eth1 mtu: 1500 -> 9000 | interfaces eth1 tagged_vlans: [] -> [10,20]"
    ]


def test_a_port_that_came_is_one_change_with_all_it_holds():
    new = device(interfaces=(Interface(name="eth9", addresses=(Address(address="192.0.2.1/24"),)),))
    (change,) = difference(snapshot(device()), snapshot(new))
    assert change.fields == (
        FieldChange(
            path=("interfaces", "eth9"),
            after={"name": "eth9", "addresses": [{"address": "192.0.2.1/24"}]},
        ),
    )


def test_objects_that_came_and_went():
    before = snapshot(device("r1"), racks=(Rack(name="R1", site="hq"),))
    after = snapshot(device("r2"), racks=(Rack(name="R2", site="hq"),))
    assert told(before, after) == [
        "removed racks site hq, name R1",
        "added racks site hq, name R2",
        "removed devices r1",
        "added devices r2",
    ]


def test_free_data_by_key():
    before, after = (
        device(context={"bgp": {"asn": 64496}}),
        device(context={"bgp": {"asn": 64497}, "x": None}),
    )
    assert told(snapshot(before), snapshot(after)) == [
        "changed devices r1 | context bgp asn: 64496 -> 64497 | context x: (none) -> null"
    ]


def test_the_end_of_a_cable_that_moved():
    def cabled(port: str) -> Snapshot:
        panel = device("pp", front_ports=(FrontPort(name="F1"), FrontPort(name="F2")))
        cable = Cable(
            key="C1",
            a=(CableEnd(kind="interface", device="r1", name="eth1"),),
            b=(CableEnd(kind="front-port", device="pp", name=port),),
        )
        return snapshot(device(interfaces=(Interface(name="eth1"),)), panel, cables=(cable,))

    assert told(cabled("F1"), cabled("F2")) == [
        (
            "changed cables key C1"
            ' | b F1: {"kind":"front-port","device":"pp","name":"F1"} -> (none)'
            ' | b F2: (none) -> {"kind":"front-port","device":"pp","name":"F2"}'
        )
    ]


_names = st.sampled_from(("eth1", "eth2", "eth10"))
_ports = st.dictionaries(_names, st.integers(0, 3), max_size=3).map(
    lambda ports: tuple(Interface(name=name, mtu=mtu) for name, mtu in ports.items())
)
_networks = st.dictionaries(st.sampled_from(("r1", "r2", "r3")), _ports, max_size=3).map(
    lambda found: snapshot(*(device(name, interfaces=ports) for name, ports in found.items()))
)


@given(_networks, _networks)
def test_nothing_is_told_exactly_when_the_digests_are_equal(before: Snapshot, after: Snapshot):
    assert (difference(before, after) == ()) == (before.digest == after.digest)


@given(_networks, _networks)
def test_seen_from_the_other_side_everything_is_turned_round(before: Snapshot, after: Snapshot):
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    there, back = difference(before, after), difference(after, before)
    assert [(turned[c.kind], c.table, c.object) for c in there] == [(c.kind, c.table, c.object) for c in back]
    for one, two in zip(there, back, strict=True):
        assert [(f.path, f.before, f.after) for f in one.fields] == [
            (f.path, f.after, f.before) for f in two.fields
        ]


def test_the_record_form_is_json():
    (change,) = difference(snapshot(), snapshot(device()))
    assert msgspec.json.encode(change) == b'{"kind":"added","table":"devices","object":"r1"}'


def _with_neighbors(*neighbors: dict[str, object]) -> Snapshot:
    return snapshot(device(context={"bgp": {"neighbors": list(neighbors)}}))


def test_a_neighbour_that_came_into_free_data_is_one_line():
    known = [{"address": f"192.0.2.{number}", "remote_as": 64496} for number in range(1, 30)]
    before = _with_neighbors(*known)
    after = _with_neighbors(*known, {"address": "198.51.100.1", "remote_as": 64497})
    (line,) = told(before, after)
    assert line == (
        "changed devices r1 | context bgp neighbors 198.51.100.1: (none) -> "
        '{"address":"198.51.100.1","remote_as":64497}'
    )
    known[4] = known[4] | {"remote_as": 64499}
    assert told(before, _with_neighbors(*known)) == [
        "changed devices r1 | context bgp neighbors 192.0.2.5 remote_as: 64496 -> 64499"
    ]


def test_members_of_free_data_in_another_order_differ():
    one, two = {"seq": 5, "permit": "any"}, {"seq": 10, "permit": "none"}
    assert told(_with_neighbors(one, two), _with_neighbors(two, one)) == [
        'changed devices r1 | context bgp neighbors (order): ["5","10"] -> ["10","5"]'
    ]


def test_plain_values_of_free_data_come_and_go():
    before = snapshot(device(context={"ntp": ["192.0.2.1", "192.0.2.2"]}))
    after = snapshot(device(context={"ntp": ["192.0.2.2", "192.0.2.3"]}))
    assert told(before, after) == [
        "changed devices r1 | context ntp: 192.0.2.1 -> (none) | context ntp: (none) -> 192.0.2.3"
    ]
    turned = snapshot(device(context={"ntp": ["192.0.2.2", "192.0.2.1"]}))
    assert told(before, turned) == [
        'changed devices r1 | context ntp: ["192.0.2.1","192.0.2.2"] -> ["192.0.2.2","192.0.2.1"]'
    ]


def test_a_long_value_is_shortened_on_the_screen_only():
    change = FieldChange(path=("context", "banner"), before="x" * 500, after="y")
    assert len(change.text) < 140
    assert change.text.endswith("... -> y")
    assert change.before == "x" * 500


_VALUES = st.one_of(st.integers(0, 3), st.sampled_from("abc"), st.booleans(), st.none())
_FREE = st.lists(
    st.one_of(_VALUES, st.dictionaries(st.sampled_from(["name", "id", "x"]), _VALUES)), max_size=4
)


@given(_FREE, _FREE)
def test_free_lists_that_differ_are_told_and_equal_ones_are_not(one: list[object], two: list[object]):
    before, after = snapshot(device(context={"k": one})), snapshot(device(context={"k": two}))
    same = msgspec.json.encode(one) == msgspec.json.encode(two)
    if same:
        assert difference(before, after) == ()
    elif one != two:
        assert difference(before, after)
