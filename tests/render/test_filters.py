import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.model.objects import Address
from linewright.render import filters
from linewright.render.announced import sequenced
from linewright.render.values import ValueRefused

PREFIXES = st.ip_addresses(v=4).map(lambda a: f"{a}/32") | st.ip_addresses(v=6).map(lambda a: f"{a}/128")


@pytest.mark.parametrize(
    ("name", "value", "result"),
    [
        ("address", "192.0.2.1/24", "192.0.2.1"),
        ("address", "2001:DB8:0::1", "2001:db8::1"),
        ("network", "192.0.2.0/24", "192.0.2.0/24"),
        ("network_of", "192.0.2.1/24", "192.0.2.0/24"),
        ("interface_address", Address(address="2001:DB8::1/64"), "2001:db8::1/64"),
        ("prefix_length", "192.0.2.1/24", 24),
        ("netmask", "192.0.2.1/24", "255.255.255.0"),
        ("wildcard", "192.0.2.1/24", "0.0.0.255"),
        ("vlan_list", [22, 10, 20, 21, 10], "10,20-22"),
        ("vlan_list", [1, 2], "1-2"),
        ("vlan_list", [], ""),
        ("communities", "no-export 64500:100 64500:20 64500:100", "64500:20 64500:100 no-export"),
        ("natural", ["eth10", "eth9", "lo"], ["eth9", "eth10", "lo"]),
        (
            "by_address",
            ["2001:db8::1", "198.18.0.20", "198.18.0.3"],
            ["198.18.0.3", "198.18.0.20", "2001:db8::1"],
        ),
        (
            "by_length",
            ["10.0.0.0/16", "100.64.0.0/10", "9.0.0.0/8"],
            ["9.0.0.0/8", "100.64.0.0/10", "10.0.0.0/16"],
        ),
    ],
)
def test_filters(name, value, result):
    assert filters.FILTERS[name](value) == result


@pytest.mark.parametrize("name", ["address", "network", "netmask", "wildcard", "prefix_length"])
def test_what_is_no_address_is_refused(name):
    with pytest.raises(ValueRefused, match=r"'not\\nan address' is no (address|prefix)"):
        filters.FILTERS[name]("not\nan address")


def test_what_is_no_community_is_refused():
    with pytest.raises(ValueRefused, match="'exit' is no BGP community"):
        filters.communities("64500:1 exit")


def test_addresses_to_configure():
    listed = [
        Address(address="192.0.2.1/24", role="secondary"),
        Address(address="192.0.2.2/24"),
        Address(address="192.0.2.3/24", status="reserved"),
        Address(address="192.0.2.4/24", role="vrrp"),
        Address(address="2001:db8::1/64"),
    ]
    assert [a.address for a in filters.addresses(listed, 4)] == ["192.0.2.2/24", "192.0.2.1/24"]
    assert [a.address for a in filters.addresses(listed, 6)] == ["2001:db8::1/64"]


@given(st.lists(st.integers(1, 4094)))
def test_vlan_list_names_each_vlan_once(vids):
    spans = [part.split("-") for part in filters.vlan_list(vids).split(",") if part]
    found = [vid for span in spans for vid in range(int(span[0]), int(span[-1]) + 1)]
    assert found == sorted(set(vids))


@given(st.lists(PREFIXES, unique=True))
def test_sequence_numbers_are_distinct_and_independent_of_order(prefixes):
    made = sequenced(prefixes)
    assert sorted(entry.prefix for entry in made) == sorted(prefixes)
    numbers = [entry.seq for entry in made]
    assert numbers == sorted(set(numbers))
    assert all(1 <= number <= 65535 for number in numbers)
    assert made == sequenced(reversed(prefixes))


def test_a_prefix_added_later_moves_no_other():
    before = {f"203.0.113.{n}/32" for n in range(0, 60, 2)}
    numbers = {entry.prefix: entry.seq for entry in sequenced(before)}
    after = {entry.prefix: entry.seq for entry in sequenced(before | {"203.0.113.7/32"})}
    assert after.items() > numbers.items()


def test_two_that_meet_take_different_numbers(monkeypatch):
    class Same:
        def __init__(self, data):
            self.data = data

        def digest(self):
            return bytes(32)

    monkeypatch.setattr("linewright.render.announced.sha256", Same)
    made = sequenced(["192.0.2.1/32", "192.0.2.0/32"])
    assert [(entry.seq, entry.prefix) for entry in made] == [(1, "192.0.2.0/32"), (2, "192.0.2.1/32")]
