"""What a reader of a sheet relies on: it is marked, complete, readable, and nothing lies over anything else."""

import os
import subprocess
import sys
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

from docs_gen import topology
from linewright.documents import Basis
from linewright.documents.tiers import tiers
from linewright.documents.typeset import width
from linewright.model.objects import Cable, CableEnd, Device, Interface, Rack, Role, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.trace import compare, paths

SVG = "{http://www.w3.org/2000/svg}"
PAGE = (1190.55, 841.89)  # A3 in points


class Text(NamedTuple):
    words: str
    size: float
    box: tuple[float, float, float, float]


def texts(content: bytes) -> list[Text]:
    root = ET.fromstring(content)
    found = []
    for node in root.iter(f"{SVG}text"):
        words = "".join(part for part in (node.text, *(child.tail for child in node)) if part)
        size = float(node.get("font-size"))
        wide = width(words, size, bold=node.get("font-weight") == "bold")
        x, y = float(node.get("x")), float(node.get("y"))
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[node.get("text-anchor", "start")]
        found.append(Text(words, size, (left, y - 0.73 * size, left + wide, y + 0.2 * size)))
    return found


def assert_nothing_overlaps(content: bytes) -> None:
    all_texts = texts(content)
    for text in all_texts:
        left, top, right, bottom = text.box
        assert left >= 0
        assert top >= 0
        assert right <= PAGE[0]
        assert bottom <= PAGE[1]
    for one, two in combinations(all_texts, 2):
        apart = (
            one.box[2] <= two.box[0]
            or two.box[2] <= one.box[0]
            or one.box[3] <= two.box[1]
            or two.box[3] <= one.box[1]
        )
        assert apart, (one, two)


def fabric(leaves: int, spines: int = 4) -> Basis:
    """One site, every leaf on every spine."""

    def box(name: str, role: str, ports: int) -> Device:
        return Device(
            name=name,
            site="dc",
            role=role,
            type="box",
            platform="frr",
            interfaces=tuple(Interface(name=f"Ethernet1/{n}") for n in range(1, ports + 1)),
        )

    def end(device: str, port: int) -> tuple[CableEnd, ...]:
        return (CableEnd(kind="interface", device=device, name=f"Ethernet1/{port}"),)

    devices = [
        *(box(f"spine{s}", "spine", leaves) for s in range(1, spines + 1)),
        *(box(f"leaf{n}", "leaf", spines) for n in range(1, leaves + 1)),
    ]
    cables = tuple(
        Cable(key=f"C-{n:03}-{s}", a=end(f"leaf{n}", s), b=end(f"spine{s}", n))
        for n in range(1, leaves + 1)
        for s in range(1, spines + 1)
    )
    tables = Tables(
        sites=(Site(slug="dc", name="Data centre"),),
        roles=(Role(slug="spine", name="Spine"), Role(slug="leaf", name="Leaf")),
        racks=(Rack(name="R1", site="dc"),),
        cables=cables,
    )
    snapshot = Snapshot.build(tables, devices, Origin(source="test"))
    traced = paths(snapshot)
    return Basis(snapshot, traced, compare(traced, {}))


@pytest.fixture(params=["unseen", "healthy", "swapped"])
def basis(request):
    return request.getfixturevalue(request.param)


def test_one_sheet_per_site_with_devices(healthy):
    assert [document.name for document in topology.build(healthy)] == [
        "topology-hq.svg",
        "topology-hq-2.svg",
        "topology-kit.svg",
        "topology-r1.svg",
        "topology-r2.svg",
    ]


def test_nothing_lies_over_anything_else(basis):
    for document in topology.build(basis):
        assert_nothing_overlaps(document.content)


def test_marked_at_the_top_and_at_the_bottom(basis):
    for document in topology.build(basis):
        marks = [text.box[1] for text in texts(document.content) if text.words == document.marking]
        assert len(marks) == 2
        assert marks[0] < 0.08 * PAGE[1]
        assert marks[1] > 0.92 * PAGE[1]


def test_type_is_large_enough_to_read_on_a_wall(basis):
    for document in topology.build(basis):
        assert min(text.size for text in texts(document.content)) >= 7
        ports = [
            text for text in texts(document.content) if text.words.startswith(("eth", "Ethernet", "port"))
        ]
        assert ports
        assert min(text.size for text in ports) >= 9


def test_a_small_site_fills_its_sheet_with_larger_type(healthy):
    sheets = {document.name: texts(document.content) for document in topology.build(healthy)}

    def name_size(sheet: str, device: str) -> float:
        return next(text.size for text in sheets[sheet] if text.words == device)

    assert name_size("topology-r1.svg", "r1-wan1") > 1.4 * name_size("topology-hq.svg", "hq-wan1")


def test_every_link_is_on_the_cards_of_both_its_ends(basis):
    for site in basis.snapshot.tables.sites:
        pages = [d for d in topology.build(basis) if d.name.startswith(f"topology-{site.slug}")]
        words = [text.words for page in pages for text in texts(page.content)]
        for path in basis.paths:
            for near, far in ((path.a, path.z), (path.z, path.a)):
                if near.is_interface and near.site == site.slug:
                    told = f"network {far.port}" if far.kind == "provider-network" else far.text
                    assert words.count(told) >= 1, (site.slug, told)
                    for key in path.cables:
                        assert any(key in word for word in words), key


def test_the_sheet_says_what_was_seen_and_when(healthy, unseen):
    def words(basis):
        return [text.words for text in texts(topology.build(basis)[0].content)]

    assert "Cables seen 2026-11-24 03:16Z" in words(healthy)
    assert "Cables: 17 confirmed, 34 cannot be seen, 37 not assessed, 3 planned" in words(healthy)
    assert "No cable was seen on the live network" in words(unseen)
    assert f"Source of truth: snapshot {healthy.snapshot.code}" in words(healthy)


def test_a_swap_is_said_above_the_drawing_and_on_all_four_cards(swapped):
    pages = [document for document in topology.build(swapped) if document.name.startswith("topology-hq")]
    words = [text.words for page in pages for text in texts(page.content)]
    assert any(word.startswith("C-0001 and C-0004 are swapped") for word in words)
    # One chip in the legend of each sheet, one above the drawing, one on each card.
    assert words.count("M") == len(pages) + 1 + 4


def test_states_differ_by_letter_not_by_colour_alone(swapped):
    (first, *_) = topology.build(swapped)
    letters = {text.words for text in texts(first.content) if len(text.words) == 1}
    assert {"C", "M", "N", "X", "?", "P", "D"} <= letters


def test_rows_go_from_the_outside_inwards(healthy):
    placed = tiers(healthy.snapshot, healthy.paths, "hq")
    assert placed.tiers == (
        ("hq-enc1", "hq-vgw1", "hq-wan1", "hq-wan2"),
        ("hq-fw1", "hq-spine1", "hq-spine2", "hq-svc1"),
        ("hq-acc5", "hq-leaf1", "hq-leaf2", "hq-leaf3", "hq-leaf4", "hq-srv1"),
        ("hq-acc1", "hq-acc2", "hq-acc3", "hq-acc4"),
        ("hq-noc1", "hq-vtc1"),
    )
    assert placed.management == ("hq-con1", "hq-oob1", "hq-oob2")
    assert set(placed.panels) == {"hq-demarc", "hq-demarc2", *(f"hq-pp{number}" for number in range(1, 9))}
    assert set(placed.power) == {f"hq-pdu{rack}{side}" for rack in range(1, 7) for side in "ab"}


def test_power_units_are_listed_with_their_feeds_and_their_cables_are_not_drawn(healthy):
    pages = [document for document in topology.build(healthy) if document.name.startswith("topology-hq")]
    words = [text.words for page in pages for text in texts(page.content)]
    assert "hq-pdu1a, A1, on PDB-A A1, 7 of 8 used" in words
    assert not [word for word in words if word.startswith(("P-0", "K-0"))]


def test_a_site_without_a_way_out_begins_at_its_hubs():
    basis = fabric(6)
    placed = tiers(basis.snapshot, basis.paths, "dc")
    assert [len(row) for row in placed.tiers] == [4, 6]
    assert placed.tiers[0][0] == "spine1"


def test_a_large_site_goes_on_to_more_sheets():
    basis = fabric(40)
    documents = topology.build(basis)
    assert len(documents) > 1
    assert [document.name for document in documents[:2]] == ["topology-dc.svg", "topology-dc-2.svg"]
    words = [text.words for document in documents for text in texts(document.content)]
    for name in basis.snapshot.devices:
        assert words.count(name) == 1
    for cable in basis.snapshot.tables.cables:
        assert words.count(cable.key) == 2
    for document in documents:
        assert_nothing_overlaps(document.content)


def test_a_device_with_more_links_than_a_sheet_holds_goes_on_beside_itself():
    basis = fabric(120, spines=2)
    documents = topology.build(basis)
    words = [text.words for document in documents for text in texts(document.content)]
    assert words.count("spine1") == 1
    assert words.count("spine1 (continued)") == 2
    for cable in basis.snapshot.tables.cables:
        assert words.count(cable.key) == 2
    assert_nothing_overlaps(documents[0].content)


@pytest.mark.parametrize(
    "name",
    [
        "</text><script>alert(1)</script>",
        '" onload="x',
        "a&b<c>]]>",
        "x" * 64,
        "\u202eevil\x1b[2J",
        "\u65e5\u672c\u8a9e" * 10,
    ],
)
def test_hostile_names_stay_words(renamed, name):
    for document in topology.build(renamed("hq-spine1", name)):
        root = ET.fromstring(document.content)
        tags = {f"{SVG}{tag}" for tag in ("svg", "title", "desc", "rect", "text", "polyline")}
        assert {node.tag for node in root.iter()} <= tags
        assert not [key for node in root.iter() for key in node.attrib if key.startswith("on")]
        assert_nothing_overlaps(document.content)


@pytest.mark.parametrize(
    ("slug", "name"),
    [("hq", "topology-hq.svg"), ("CON", "topology-con--"), ("a/../b", "topology-a-b--")],
)
def test_file_names_are_safe(slug, name):
    tables = Tables(sites=(Site(slug=slug, name="A site"),))
    device = Device(name="d", site=slug, role="r", type="t", interfaces=(Interface(name="e"),))
    snapshot = Snapshot.build(tables, [device], Origin(source="test"))
    (document,) = topology.build(Basis(snapshot, (), compare((), {})))
    assert document.name.startswith(name)
    assert Path(document.name).name == document.name


_SCRIPT = """
import sys
from hashlib import sha256
from pathlib import Path
from docs_gen import cable_schedule, topology
from linewright.documents import Basis
from linewright.sources.description import load
from linewright.trace import compare, paths
snapshot = load(Path(sys.argv[1]))
traced = paths(snapshot)
basis = Basis(snapshot, traced, compare(traced, {}))
for document in (*cable_schedule.build(basis), *topology.build(basis)):
    print(document.name, sha256(document.content).hexdigest())
"""


def test_the_same_data_give_the_same_bytes_everywhere(unseen, tmp_path):
    from docs_gen import cable_schedule

    root = Path(__file__).parents[2]
    here = "".join(
        f"{document.name} {sha256(document.content).hexdigest()}\n"
        for document in (*cable_schedule.build(unseen), *topology.build(unseen))
    )
    for seed, zone, language in (("1", "Pacific/Auckland", "C"), ("4242", "America/New_York", "tr_TR.UTF-8")):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LANG": language,
            "LC_ALL": language,
            "PYTHONPATH": str(root),
        }
        told = subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(root / "inventory" / "site.yaml")],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout == here
