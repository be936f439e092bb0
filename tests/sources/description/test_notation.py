from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.sources.described import notation

words = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4})?", fullmatch=True)


@given(st.from_regex(r"[A-Za-z]{1,9}(\d/)?", fullmatch=True), st.integers(0, 900), st.integers(0, 60))
def test_a_range_is_its_names_in_order(stem, first, more):
    names = notation.expand(f"{stem}{first}-{first + more}")
    assert names == tuple(f"{stem}{first + i}" for i in range(more + 1))


@pytest.mark.parametrize("name", ["eth0", "lo", "Management1", "Ethernet1/1", "mgmt"])
def test_a_name_without_a_range_is_itself(name):
    assert notation.expand(name) == (name,)


@pytest.mark.parametrize("text", ["eth8-1", "eth0-99999"])
def test_a_range_that_falls_or_never_ends_is_refused(text):
    with pytest.raises(ValueError, match="rising range"):
        notation.expand(text)


@given(
    st.lists(st.tuples(words, words), min_size=1, max_size=3),
    st.lists(st.tuples(words, words), min_size=1, max_size=3),
    st.booleans(),
    st.sampled_from(["", "5 m", "0.5 m"]),
)
def test_a_link_is_read_as_it_is_written(a, z, both, length):
    left, right = (" + ".join(f"{d} {p}" for d, p in side) for side in (a, z))
    text = f"{left} {'--' if both else '->'} {right}" + (f", {length}" if length else "")
    assert notation.link(text) == notation.Link(
        tuple(notation.End(*end) for end in a), tuple(notation.End(*end) for end in z), both, length
    )


@given(st.decimals(0, 99999, places=2), st.sampled_from(["km", "m", "cm", "ft"]))
def test_a_length_has_one_text(value, unit):
    size, found = notation.length(f"{value} {unit}")
    assert Decimal(size) == value
    assert found == unit
    assert "E" not in size
    assert size == notation.length(f"{size} {unit}")[0]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A1 U40", ("A1", 80, "front")),
        ("Row 2 U1.5 rear", ("Row 2", 3, "rear")),
        ("A1 U8 front", ("A1", 16, "front")),
    ],
)
def test_a_place_in_a_rack(text, place):
    assert notation.rack_place(text) == place


@pytest.mark.parametrize(
    ("name", "sides"),
    [
        ("single-1c12p", ((1, 12), (1, 12))),
        ("trunk-4c6p", ((4, 6), (4, 6))),
        ("trunk-2c4p-shuffle", ((2, 4), (2, 4))),
        ("breakout-1c4p-4c1p", ((1, 4), (4, 1))),
        ("breakout-2c4p-8c1p-shuffle", ((2, 4), (8, 1))),
    ],
)
def test_a_profile_gives_connectors_and_positions(name, sides):
    assert notation.profile(name) == sides


def test_strands_of_one_rear_port_and_of_many():
    assert notation.strands("R1:1-3") == (("R1", 1), ("R1", 2), ("R1", 3))
    assert notation.strands("R1:2") == (("R1", 2),)
    assert notation.strands("R1-2") == (("R1", 1), ("R2", 1))


@given(st.integers(1, 90), st.integers(0, 20), st.booleans())
def test_a_row_is_as_many_links_as_labels(first, more, padded):
    last = first + more
    label = f"P-{first:0{3 if padded else 1}}..{last}"
    found = notation.row(label, f"pdu O{first}-{last} -- sw{first}-{last} PSU1, 2 m")
    assert [name for name, _ in found] == [
        f"P-{n:0{3 if padded and first < 100 else 1}}" for n in range(first, last + 1)
    ]
    assert [(one.a[0].port, one.z[0].device, one.length) for _, one in found] == [
        (f"O{n}", f"sw{n}", "2 m") for n in range(first, last + 1)
    ]


@pytest.mark.parametrize("label", ["C-1", "2-14", "A1", "riser 3-4"])
def test_a_label_without_dots_is_one_cable(label):
    assert [name for name, _ in notation.row(label, "a p1-2 -- b p1")] == [label]


@pytest.mark.parametrize(
    "text", ["a p1-2 -- b p1", "a p1 -- b p1-2", "a1-2 p1-2 -- b p1-2", "a p1-2 - b p1-2", "a p1-2 -- b"]
)
def test_a_row_that_does_not_come_out_is_refused(text):
    with pytest.raises(ValueError, match=r"\S"):
        notation.row("C-1..2", text)


@pytest.mark.parametrize(("text", "found"), [("tcp/22", ("tcp", (22,))), ("udp/53,123", ("udp", (53, 123)))])
def test_a_service_is_a_protocol_with_ports(text, found):
    assert notation.service(text) == found


@pytest.mark.parametrize("text", ["tcp", "tcp/0", "tcp/65536", "icmp/1", "tcp/22,", "22", "tcp/1-2"])
def test_what_is_no_service_is_refused(text):
    with pytest.raises(ValueError, match="protocol with ports"):
        notation.service(text)


def test_every_profile_is_read():
    assert len(notation.PROFILES) == len(set(notation.PROFILES)) == 26
    for name in notation.PROFILES:
        (a, per_a), (b, per_b) = notation.profile(name)
        assert a * per_a == b * per_b
