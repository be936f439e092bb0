import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs_gen import cable_schedule
from linewright.documents import Basis
from linewright.documents.table import csv_bytes
from linewright.lab.plant import Drawing, generate
from linewright.trace import compare, paths


def table(basis):
    (document,) = cable_schedule.build(basis)
    text = document.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="session")
def schedule(healthy):
    return table(healthy)


def row(schedule, cable, pair=""):
    (found,) = [row for row in schedule if (row["cable"], row["pair"]) == (cable, pair)]
    return found


def test_every_cable_is_there_in_natural_order(schedule, site):
    keys = list(dict.fromkeys(row["cable"] for row in schedule))
    assert keys == [cable.key for cable in site.tables.cables]


def test_a_patch_cord_through_panels(schedule):
    cord = row(schedule, "C-0021")
    assert {key: cord[key] for key in cord if key.startswith("a_")} == {
        "a_site": "hq",
        "a_location": "Server room",
        "a_rack": "A2",
        "a_unit": "U38",
        "a_device": "hq-leaf1",
        "a_port": "eth3",
    }
    assert (cord["z_device"], cord["z_port"], cord["z_unit"]) == ("hq-pp1", "F1", "U41")
    assert (cord["end_to_end_a"], cord["end_to_end_z"]) == ("hq-leaf1 eth3", "hq-acc1 Ethernet17")
    assert cord["trace"] == (
        "hq-leaf1 eth3 - C-0021 - hq-pp1 F1 > R1:1 - C-0025 - hq-pp2 R1:1 > F1 - C-0026 - hq-acc1 Ethernet17"
    )
    assert (cord["type"], cord["colour"], cord["length"], cord["unit"]) == ("mmf-om4", "aqua", "5", "m")
    assert (cord["state"], cord["detail"]) == ("not assessed", "hq-acc1 was not collected")


def test_end_to_end_follows_the_sides_of_the_cable(schedule):
    # This cable's A side leads to the leaf, though the path begins at the access switch.
    assert row(schedule, "C-0031")["end_to_end_a"] == "hq-leaf3 eth3"
    assert row(schedule, "C-0041")["end_to_end_a"] == "hq-acc3 Ethernet17"
    assert row(schedule, "C-0063")["end_to_end_a"] == "r1-wan1 eth1"


def test_a_trunk_lists_its_strands_in_use_and_counts_the_spare_ones(schedule):
    trunk = row(schedule, "C-0025")
    assert trunk["end_to_end_a"].split("; ") == [
        "hq-leaf1 eth3",
        "hq-leaf2 eth3",
        "hq-leaf1 eth4",
        "hq-leaf2 eth4",
    ]
    assert trunk["trace"].endswith("; 8 spare")


def test_a_pair_in_one_sheath_has_a_row_each(schedule):
    first, second = row(schedule, "C-0039", "1/2"), row(schedule, "C-0039", "2/2")
    assert (first["a_port"], second["a_port"]) == ("R5", "R6")
    assert first["trace"] == "spare, hq-pp3 F5 to hq-pp4 F5"


def test_a_leased_line_names_its_circuit_and_far_end(schedule):
    line = row(schedule, "C-0055")
    assert (line["z_device"], line["z_port"], line["z_site"]) == ("circuit northwire/NW-2041", "side A", "hq")
    assert line["circuit"] == "northwire/NW-2041"
    assert line["end_to_end_z"] == "r1-wan1 eth1"


def test_states_come_from_the_comparison(schedule, swapped, unseen):
    assert (row(schedule, "C-0001")["state"], row(schedule, "C-0001")["seen"]) == (
        "confirmed",
        "2026-11-24T03:16:00Z",
    )
    wrong = row(table(swapped), "C-0001")
    assert wrong["state"] == "mismatch"
    assert wrong["detail"] == "hq-leaf1 eth1 sees hq-spine2 eth2; hq-spine1 eth1 sees hq-leaf2 eth2"
    assert {row["state"] for row in table(unseen)} == {"not assessed", "cannot be seen"}
    assert {row["seen"] for row in table(unseen)} == {""}


def test_every_row_carries_marking_and_snapshot(schedule, site):
    assert {row["marking"] for row in schedule} == {"CONFIDENTIAL"}
    assert {row["snapshot"] for row in schedule} == {site.code}
    assert row(schedule, "C-0001")["classification"] == "UNCLASSIFIED"


def drawn_basis(draw):
    drawing = Drawing(1)
    draw(drawing)
    snapshot = drawing.snapshot()
    traced = paths(snapshot)
    return Basis(snapshot, traced, compare(traced, {}, snapshot))


def test_a_breakout_has_a_row_for_each_of_its_ends():
    def draw(drawing):
        parent = drawing.channelised(4, (1, 2, 3, 4))
        drawing.cable([parent], drawing.interfaces(3, "end"), "breakout-1c4p-4c1p")
        drawing.cable(drawing.interfaces(1, "one"), drawing.interfaces(2, "other"))

    rows = table(drawn_basis(draw))
    assert [(r["cable"], r["pair"], r["a_port"], r["z_device"]) for r in rows] == [
        ("G-0001", "1/3", "I1", "end2"),
        ("G-0001", "2/3", "I1", "end3"),
        ("G-0001", "3/3", "I1", "end4"),
        ("G-0002", "1/2", "I1", "other6"),
        ("G-0002", "2/2", "I1", "other7"),
    ]
    assert [r["end_to_end_a"] for r in rows[:3]] == ["split1 I1:1", "split1 I1:2", "split1 I1:3"]
    assert [r["end_to_end_z"] for r in rows[:3]] == ["end2 I1", "end3 I1", "end4 I1"]


def test_power_and_console_cables_are_listed_with_both_ends():
    def draw(drawing):
        drawing.cable([drawing.feed()], [drawing.port("power-port", "pdu")])
        drawing.cable([drawing.port("console-port", "sw")], [drawing.port("console-server-port", "ts")])

    power, console = table(drawn_basis(draw))
    assert (power["a_site"], power["a_device"], power["a_port"]) == ("plant", "power panel Board", "Feed 1")
    assert (power["end_to_end_a"], power["end_to_end_z"]) == ("plant/Board Feed 1", "pdu P1")
    assert power["state"] == "cannot be seen"
    assert (console["a_device"], console["z_port"], console["trace"]) == (
        "sw",
        "C1",
        "sw C1 - G-0002 - ts C1",
    )


def test_every_cable_of_any_plant_is_listed():
    snapshot = generate(3)
    traced = paths(snapshot)
    rows = table(Basis(snapshot, traced, compare(traced, {}, snapshot)))
    assert list(dict.fromkeys(r["cable"] for r in rows)) == list(snapshot.cables)


def test_a_formula_in_a_name_is_only_text(renamed):
    cells = [cell for row in table(renamed("hq-oob1", '=HYPERLINK("http://x","y")')) for cell in row.values()]
    assert '\'=HYPERLINK("http://x","y")' in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_excel_finds_utf8_and_rfc4180():
    data = csv_bytes(["a"], [["ü, 1"]])
    assert data == b'\xef\xbb\xbfa\r\n"\xc3\xbc, 1"\r\n'


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_any_text_stays_in_its_cell_and_runs_nothing(rows):
    text = csv_bytes(["a", "b"], rows).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert len(read) == len(rows) + 1
    assert all(len(row) == 2 for row in read)
    for cell in (cell for row in read for cell in row):
        assert cell.isprintable()
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))


def test_a_power_feed_is_where_its_board_is(healthy):
    rows = {row["cable"]: row for row in table(healthy)}
    feed = rows["P-0007"]
    assert (feed["a_location"], feed["a_device"], feed["a_port"]) == (
        "Server room",
        "power panel PDB-A",
        "F1-1",
    )
    assert (feed["z_location"], feed["z_rack"], feed["z_device"]) == (
        "Floor 1 wiring closet",
        "F1-1",
        "hq-pdu4a",
    )
    outlet = rows["P-0101"]
    assert (outlet["a_device"], outlet["a_port"], outlet["z_device"], outlet["z_port"]) == (
        "hq-pdu1a",
        "O1",
        "hq-wan1",
        "PSU1",
    )
    assert outlet["state"] == "cannot be seen"
