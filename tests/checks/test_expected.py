import pytest

from linewright.checks.expected import expected
from linewright.errors import DataError
from linewright.model.objects import Address, Device, Interface, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables


def router(name, asn, addresses, neighbors):
    """`addresses` by interface; `neighbors` are keyword dictionaries of BgpNeighbor."""
    interfaces = tuple(
        Interface(name=port, addresses=tuple(Address(address=text) for text in texts))
        for port, texts in addresses.items()
    )
    context = {"bgp": {"asn": asn, "router_id": "192.0.2.1", "neighbors": neighbors}}
    return Device(name=name, site="s", role="r", type="t", interfaces=interfaces, context=context)


def look(*devices):
    snapshot = Snapshot.build(Tables(sites=(Site(slug="s", name="S"),)), devices, Origin(source="test"))
    found = expected(snapshot, ())
    return [session.text for session in found.sessions], list(found.notes)


def to(address, asn, **more):
    return {"address": address, "remote_as": asn, **more}


LINK_A, LINK_B = {"e1": ["198.18.0.0/31"]}, {"e1": ["198.18.0.1/31"]}


def test_a_session_both_ends_have_is_expected_once():
    a = router("a", 1, LINK_A, [to("198.18.0.1", 2)])
    b = router("b", 2, LINK_B, [to("198.18.0.0", 1)])
    assert look(a, b) == (["a 198.18.0.0 - b 198.18.0.1"], [])


def test_two_sessions_of_the_same_pair_are_two():
    a = router(
        "a", 1, {"e1": ["198.18.0.0/31", "2001:db8::/127"]}, [to("198.18.0.1", 2), to("2001:db8::1", 2)]
    )
    b = router(
        "b", 2, {"e1": ["198.18.0.1/31", "2001:db8::1/127"]}, [to("198.18.0.0", 1), to("2001:DB8:0::0", 1)]
    )
    assert look(a, b)[0] == ["a 198.18.0.0 - b 198.18.0.1", "a 2001:db8:: - b 2001:db8::1"]


@pytest.mark.parametrize("source", ["lo", "192.0.2.1"])
def test_loopback_sessions_use_their_update_source(source):
    a = router("a", 1, {"lo": ["192.0.2.1/32"], **LINK_A}, [to("192.0.2.2", 1, update_source=source)])
    b = router("b", 1, {"lo": ["192.0.2.2/32"], **LINK_B}, [to("192.0.2.1", 1, update_source="lo")])
    assert look(a, b) == (["a 192.0.2.1 - b 192.0.2.2"], [])


@pytest.mark.parametrize("side", ["a", "b"])
def test_a_session_shut_down_on_either_side_is_not_expected(side):
    a = router("a", 1, LINK_A, [to("198.18.0.1", 2, shutdown=side == "a")])
    b = router("b", 2, LINK_B, [to("198.18.0.0", 1, shutdown=side == "b")])
    assert look(a, b) == ([], [])


def test_a_one_sided_session_is_a_remark():
    a = router("a", 1, LINK_A, [to("198.18.0.1", 2)])
    b = router("b", 2, LINK_B, [])
    assert look(a, b) == (
        [],
        ["a has a BGP session to b (198.18.0.1), which has no such session in the source of truth"],
    )


def test_as_numbers_that_do_not_agree_are_a_remark():
    a = router("a", 1, LINK_A, [to("198.18.0.1", 3)])
    b = router("b", 2, LINK_B, [to("198.18.0.0", 1)])
    sessions, notes = look(a, b)
    assert sessions == []
    assert notes[0] == "a expects AS 3 at b (198.18.0.1), which is AS 2 and expects AS 1"


def test_a_session_to_a_stranger_is_watched_and_remarked():
    sessions, notes = look(router("a", 1, LINK_A, [to("198.18.0.1", 2)]))
    assert sessions == ["a 198.18.0.0 - 198.18.0.1"]
    assert notes == ["a has a BGP session to 198.18.0.1, an address of no device in the source of truth"]


def test_the_same_address_at_two_devices_finds_the_one_that_answers():
    a = router("a", 1, LINK_A, [to("198.18.0.1", 2)])
    b = router("b", 2, LINK_B, [to("198.18.0.0", 1)])
    other = router("c", 9, LINK_B, [])
    assert look(a, b, other)[0] == ["a 198.18.0.0 - b 198.18.0.1"]


def test_a_neighbour_that_is_no_address_is_refused_by_name():
    with pytest.raises(DataError, match=r"device a: BGP neighbour: 'b\.example' is not an address"):
        look(router("a", 1, LINK_A, [to("b.example", 2)]))
