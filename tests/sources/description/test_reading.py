"""What a description may not be, and that every refusal says where and what."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError
from linewright.sources.description import load

# (what is replaced in the small description, by what, what the message must name)
MISTAKES = [
    ("eth1 -- wire/1 A", "eth9 -- wire/1 A", ["C-1", "west1", "no port eth9"]),
    ("eth1 -- wire/1 A", "lo -- wire/1 A", ["C-1", "virtual"]),
    ("west1 eth1 -- wire/1 A", "west9 eth1 -- wire/1 A", ["C-1", "west9"]),
    ("wire/1 A, 1.50 m", "wire/1 B, 1.50 m", ["C-1", "at A or at Z"]),
    ("1.50 m", "long", ["C-1", "'long' is not a length"]),
    ("color: yellow", "color: ffff00", ["cables", "ffff00", "yellow"]),
    ("C-2: wire/1 Z", "C-1: wire/1 Z", ["C-1", "another cable has that label"]),
    ("C-2: wire/1 Z", "C-2: wire/1 A", ["C-2", "wire/1 A is taken by C-1"]),
    ("pp1 R1 -- pp2", "pp1 R1 + pp1 F1 -- pp2", ["C-3", "2 ends on one side"]),
    ("single-1c4p", "single", ["C-3", "not a cable profile"]),
    ("rack: A1 U10.5", "rack: A1-10", ["west1", "place in a rack"]),
    ("rack: A1 U10.5", "rack: B1 U10", ["west1", "rack 'B1'"]),
    ("vlan: 10}", "vlan: 11}", ["192.0.2.0/24", "VLAN 11"]),
    ("vlans: {10:", "vlans: {ten:", ["vlans", "ten", "must be a number"]),
    ("198.18.1.1/32", "198.18.1.1", ["west1", "lo", "needs a prefix length"]),
    ("198.18.1.1/32", "198.18.1.2/32", ["198.18.1.2 is given to west1 lo and to east1 lo"]),
    ("198.18.3.0/31:", "198.18.3.0/24:", ["198.18.3.0/24", "two or four addresses"]),
    ("198.18.3.0/31:", "198.18.3.1/31:", ["host bits"]),
    ("asn: 64497, interfaces", "interfaces", ["east1"]),
    ("type: line, a", "type: rope, a", ["wire/1", "rope"]),
    ("site: east}}", "site: north}}", ["wire/1", "north"]),
    ("role: panel}\n  east", "role: pannel}\n  east", ["pp1", "pannel"]),
    ("platform: frr, l", "platform: ios, l", ["west1", "ios"]),
    ("timers: [1, 3]", "timers: [1, x]", ["sessions", "timers"]),
    ("links: [west1 eth1", "links: [west1 eth2", ["sessions", "share no network"]),
    ("links: [west1 eth1 --", "links: [west1 eth1", ["sessions", "is not a link"]),
    ("name: Right, type", "name: Right, typ", ["cables", "typ"]),
    ('to: "R1:1-4"', 'to: "R1:1-3"', ["4 front ports lead to 3 positions"]),
    ('to: "R1:1-4"', 'to: "R1:2-5"', ["R1 has no position 5"]),
    ("format: 1", "format: 2", ["format", "must be 1"]),
    ("format: 1", "format: 1\nsite: {}", ["site", "not a key"]),
    ("manufacturer: foundry", "manufacturer: nobody", ["router", "nobody"]),
    ("loopback: lo", "loopback: lo9", ["east1", "lo9"]),
    ("tags: [wan]", "tags: [wann]", ["cables", "wann"]),
    ("providers: {wire: Wire}", "providers: {wire: [Wire]}", ["providers", "must be a text"]),
    ("name: Left, type", 'name: Left, description: "a\\eb", type', ["control character"]),
    ("name: Left, type", "name: Left, description: 2026-11-24, type", ["2026-11-24", "quotes"]),
    ("asns: {64496: Left", "asns: {64496: First, 64496: Left", ["64496", "given twice"]),
    ("asns: {64496: Left", "asns: {64496: &a Left", ["anchors"]),
    ("asns: {64496: Left", "asns: {64496: !!python/name:os.system x", ["asns"]),
    ("sites:\n", "sites: [\n", ["not YAML"]),
]


@pytest.mark.parametrize(
    ("old", "new", "named"), MISTAKES, ids=[f"{o[:20]} to {n[:24]}" for o, n, _ in MISTAKES]
)
def test_a_mistake_is_named_with_file_and_line(loaded, small, old, new, named):
    assert old in small
    with pytest.raises(DataError) as caught:
        loaded(small.replace(old, new, 1))
    message = caught.value.message
    assert "site.yaml" in message
    assert "line " in message
    assert caught.value.hint
    for word in named:
        assert word in message


def test_the_line_is_that_of_the_entry(loaded, small):
    text = small.replace("198.18.3.0/31:", "198.18.3.0/24:")
    line = next(i for i, row in enumerate(text.splitlines(), start=1) if "198.18.3.0/24" in row)
    with pytest.raises(DataError, match=f"line {line}: .*two or four addresses"):
        loaded(text)


def test_all_mistakes_are_told_at_once_in_the_order_of_lines(loaded, small):
    text = small.replace("wire/1 A, 1.50 m", "wire/1 A, long").replace("rack: A1 U10.5", "rack: nowhere")
    with pytest.raises(DataError) as caught:
        loaded(text)
    assert caught.value.message.index("nowhere") < caught.value.message.index("long")


def test_thousands_of_mistakes_are_counted_and_not_all_shown(loaded, small):
    many = "".join(
        f"  - {{name: N{i}, type: smf, links: {{X-{i}: nowhere x -- nowhere y}}}}\n" for i in range(500)
    )
    with pytest.raises(DataError) as caught:
        loaded(small + many)
    assert "500 problems" in caught.value.message
    assert len(caught.value.message.splitlines()) < 40


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "format: 1\n---\nformat: 1",
        "[" * 100_000,
        "{a: " * 5000,
        "\0",
        "a: \x1b[2J",
        "format: 1\nsites: 3",
    ],
    ids=["empty", "list", "two documents", "deep list", "deep map", "nul", "escape", "wrong type"],
)
def test_what_is_no_description_is_refused(loaded, text):
    with pytest.raises(DataError):
        loaded(text)


def test_a_file_that_is_absent_binary_or_huge_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match="cannot be read"):
        load(tmp_path / "absent.yaml")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="UTF-8"):
        load(binary)
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"#" * (9 * 1024 * 1024))
    with pytest.raises(DataError, match="larger"):
        load(huge)


@given(st.data())
def test_whatever_stands_in_one_line_is_read_or_refused(tmp_path_factory, small, data):
    lines = small.splitlines()
    index = data.draw(st.integers(0, len(lines) - 1))
    lines[index] = data.draw(
        st.one_of(
            st.text(max_size=40),
            st.sampled_from(lines),
            st.just(lines[index].replace(":", "", 1)),
            st.just(lines[index].replace("1", "99999999999999999999")),
            st.just(lines[index].replace("-", "")),
        )
    )
    path = tmp_path_factory.mktemp("fuzz") / "site.yaml"
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    try:
        load(path)
    except DataError as error:
        assert str(error)  # noqa: PT017 - either outcome is right; only another exception is wrong
