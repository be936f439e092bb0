import random

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError
from linewright.model.canonical import record_bytes
from linewright.model.natural import natural_key
from linewright.model.objects import Address, Cable, CableEnd, Device, Interface, Site
from linewright.model.plain import plain
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables

ORIGIN = Origin(source="test")
SITES = (Site(slug="hq", name="Headquarters"), Site(slug="r1", name="Remote 1"))

names = st.text(min_size=1, max_size=12).filter(lambda s: s.isprintable())
numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False, width=32)
json_data = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | numbers,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
interfaces = st.builds(
    Interface,
    name=names,
    enabled=st.booleans(),
    description=st.text(max_size=20),
    tagged_vlans=st.lists(st.integers(1, 4094), unique=True, max_size=4).map(tuple),
)
devices = st.builds(
    Device,
    name=names,
    site=st.sampled_from(["hq", "r1"]),
    role=st.just("leaf"),
    type=st.just("box"),
    tags=st.lists(names, unique=True, max_size=3).map(tuple),
    interfaces=st.lists(interfaces, unique_by=lambda i: i.name, max_size=4).map(tuple),
)


def device(name: str, **fields: object) -> Device:
    return msgspec.convert({"name": name, "site": "hq", "role": "leaf", "type": "box", **fields}, Device)


def snapshot(*found: Device, **tables: object) -> Snapshot:
    return Snapshot.build(Tables(sites=SITES, **tables), found, ORIGIN)  # type: ignore[arg-type]  # test data


@given(st.lists(devices, unique_by=lambda d: d.name, max_size=5), st.randoms())
def test_the_digest_does_not_depend_on_the_order_in_which_data_came(
    found: list[Device], chance: random.Random
) -> None:
    def shuffled(items: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(items, len(items)))

    mixed = [
        msgspec.structs.replace(
            d,
            tags=shuffled(d.tags),
            interfaces=shuffled(
                tuple(msgspec.structs.replace(i, tagged_vlans=shuffled(i.tagged_vlans)) for i in d.interfaces)
            ),
        )
        for d in chance.sample(found, len(found))
    ]
    assert (
        snapshot(*found).digest
        == Snapshot.build(Tables(sites=SITES[::-1]), mixed, Origin(source="other")).digest
    )


@given(devices, st.dictionaries(st.text(max_size=6), json_data, max_size=3))
def test_record_bytes_are_what_rfc_8785_gives(found: Device, context: dict[str, object]) -> None:
    try:
        context = plain(context, "test")
    except DataError:
        return  # refused on purpose: a number with several spellings
    record = msgspec.structs.replace(found, context=context)
    assert record_bytes(record) == rfc8785.dumps(msgspec.json.decode(record_bytes(record)))


def test_one_changed_field_changes_the_digest_and_only_that_record() -> None:
    one, two = device("a", serial="1"), device("a", serial="2")
    assert snapshot(one, device("b")).digest != snapshot(two, device("b")).digest


def test_a_field_at_its_default_leaves_no_trace_in_the_record() -> None:
    assert b"asset_tag" not in record_bytes(device("a"))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (2**53, "too large"),
        (1e300, "no single text form"),
        (float("nan"), "no single text form"),
        ({1, 2}, "not JSON"),
    ],
)
def test_free_data_without_one_text_form_is_refused_by_place(value: object, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        plain({"bgp": [{"x": value}]}, "leaf1: config context")
    assert "leaf1: config context.bgp[0].x" in caught.value.message


def test_integral_floats_are_the_integers_they_are() -> None:
    assert plain({"metric": 10.0}, "x") == {"metric": 10}


def test_two_devices_of_one_name_are_named_with_their_sites() -> None:
    with pytest.raises(DataError, match=r"'sw1'.*site hq.*site r1") as caught:
        snapshot(device("sw1"), device("sw1", site="r1"))
    assert caught.value.hint


def test_a_cable_to_nowhere_is_named() -> None:
    cable = Cable(
        key="C-1",
        a=(CableEnd(kind="interface", device="a", name="e1"),),
        b=(CableEnd(kind="interface", device="zz", name="e1"),),
    )
    with pytest.raises(DataError, match=r"cable C-1: its end zz e1"):
        snapshot(device("a"), cables=(cable,))


def test_two_cables_on_one_port_are_named() -> None:
    def cable(key: str, far: str) -> Cable:
        return Cable(
            key=key,
            a=(CableEnd(kind="interface", device="a", name="e1"),),
            b=(CableEnd(kind="interface", device=far, name="e1"),),
        )

    with pytest.raises(DataError, match=r"cables C-1 and C-2 both end on a e1"):
        snapshot(device("a"), device("b"), device("c"), cables=(cable("C-1", "b"), cable("C-2", "c")))


def test_a_device_of_an_unknown_site_is_named() -> None:
    with pytest.raises(DataError, match="device a: site 'mars'"):
        snapshot(device("a", site="mars"))


@given(st.lists(st.text(max_size=8)))
def test_natural_order_is_total_and_stable(texts: list[str]) -> None:
    backwards = texts[::-1]
    assert sorted(backwards, key=natural_key) == sorted(texts, key=natural_key)


def test_people_expect_2_before_10() -> None:
    assert sorted(["Ethernet10", "Ethernet2", "Ethernet1/10", "Ethernet1/2"], key=natural_key) == [
        "Ethernet1/2",
        "Ethernet1/10",
        "Ethernet2",
        "Ethernet10",
    ]


def test_interfaces_come_in_natural_order_with_ipv4_before_ipv6() -> None:
    ports = (
        Interface(name="eth10"),
        Interface(
            name="eth2", addresses=(Address(address="2001:db8::1/64"), Address(address="192.0.2.1/31"))
        ),
    )
    found = snapshot(msgspec.structs.replace(device("a"), interfaces=ports)).device("a")
    assert [i.name for i in found.interfaces] == ["eth2", "eth10"]
    assert [a.address for a in found.interfaces[0].addresses] == ["192.0.2.1/31", "2001:db8::1/64"]


def test_equal_texts_are_equal_wherever_they_came_from() -> None:
    def active() -> str:
        return str(b"active", "ascii")  # equal to the default, and another object

    def made(status: str) -> Snapshot:
        ports = (Interface(name="e1", addresses=(Address(address="192.0.2.1/31", status=status),)),)
        found = msgspec.structs.replace(device("a"), status=status, interfaces=ports)
        return Snapshot.build(Tables(sites=(Site(slug="hq", name="HQ", status=status),)), [found], ORIGIN)

    assert made(active()).digest == made("active").digest
