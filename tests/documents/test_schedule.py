import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs_gen import cable_schedule
from linewright.documents.table import csv_bytes


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
