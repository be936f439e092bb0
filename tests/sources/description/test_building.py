"""What the entries of a description become."""

import random

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from linewright.model.objects import CableEnd
from linewright.model.routing import routing
from linewright.sources.description import load


def test_a_session_gives_both_sides_a_neighbour_and_an_arrow_only_the_left(loaded, small):
    snapshot = loaded(small)
    west, east = (routing(snapshot.devices[name]).bgp for name in ("west1", "east1"))
    assert west is not None
    assert east is not None
    assert [(n.address, n.remote_as, n.description) for n in east.neighbors] == [
        ("198.18.3.0", 64496, "west1 eth1")
    ]
    over_link, over_loopback = west.neighbors
    assert (over_link.address, over_link.timers, over_link.update_source) == ("198.18.3.1", (1, 3), "")
    assert (over_loopback.address, over_loopback.update_source) == ("198.18.1.2", "lo")
    assert over_loopback.password == "bgp/one"
    assert (west.router_id, west.asn, west.maximum_paths) == ("198.18.1.1", 64496, 2)


def test_heavier_contexts_win_where_they_apply(loaded, small):
    snapshot = loaded(small)
    assert snapshot.devices["west1"].context["banner"] == "light"
    assert snapshot.devices["east1"].context["banner"] == "heavy"
    assert snapshot.devices["pp2"].context["banner"] == "panels"
    assert snapshot.devices["east1"].context["access_class"]["name"] == "A"


def test_cables_know_kinds_positions_and_lengths(loaded, small):
    cables = loaded(small).cables
    assert cables["C-1"].a == (CableEnd(kind="interface", device="west1", name="eth1"),)
    assert cables["C-1"].b == (CableEnd(kind="circuit-termination", device="wire/1", name="A"),)
    assert (cables["C-1"].length, cables["C-1"].length_unit, cables["C-1"].color) == ("1.5", "m", "ffeb3b")
    trunk = cables["C-3"]
    assert (trunk.status, trunk.profile) == ("planned", "single-1c4p")
    assert trunk.a == (
        CableEnd(kind="rear-port", device="pp1", name="R1", connector=1, positions=(1, 2, 3, 4)),
    )


def test_panels_map_front_ports_to_positions(loaded, small):
    panel = loaded(small).devices["pp1"]
    found = [(f.name, m.rear_port, m.rear_position) for f in panel.front_ports for m in f.mappings]
    assert found == [("F1", "R1", 1), ("F2", "R1", 2), ("F3", "R1", 3), ("F4", "R1", 4)]


def test_a_device_in_a_rack_is_where_the_rack_is(loaded, small):
    west = loaded(small).devices["west1"]
    assert (west.rack, west.half_unit, west.face, west.location) == ("A1", 21, "front", "room")


def test_addresses_are_canonical_and_links_name_the_other_end(loaded, small):
    snapshot = loaded(small)
    lo = snapshot.devices["east1"].interface("lo")
    assert lo is not None
    assert [a.address for a in lo.addresses] == ["198.18.1.2/32", "2001:db8::2/128"]
    eth1 = snapshot.devices["east1"].interface("eth1")
    assert eth1 is not None
    assert eth1.description == "west1 eth1"
    link = next(p for p in snapshot.tables.prefixes if p.prefix == "198.18.3.0/31")
    assert (link.role, link.site) == ("link", "")


@settings(max_examples=15)
@given(st.integers(0, 2**32))
def test_the_order_of_entries_means_nothing(tmp_path_factory, small, seed):
    source = random.Random(seed)

    def shuffled(value):
        if isinstance(value, dict):
            keys = list(value)
            source.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return value

    path = tmp_path_factory.mktemp("order") / "site.yaml"
    path.write_text(small, encoding="utf-8")
    first = load(path)
    path.write_text(yaml.safe_dump(shuffled(yaml.safe_load(small)), sort_keys=False), encoding="utf-8")
    assert load(path).digest == first.digest
