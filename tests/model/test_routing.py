import pytest

from linewright.errors import DataError
from linewright.model.objects import Device
from linewright.model.routing import routing


def device(**context: object) -> Device:
    return Device(name="wan1", site="hq", role="wan", type="box", context=context)


def test_routing_is_typed_and_other_keys_are_left_alone() -> None:
    found = routing(device(bgp={"asn": 64500, "router_id": "192.0.2.1"}, snmp={"whatever": 1}))
    assert found.bgp is not None
    assert found.bgp.asn == 64500
    assert found.ospf is None


@pytest.mark.parametrize(
    ("bgp", "words"),
    [
        ({"asn": "x", "router_id": "1"}, "bgp.asn"),
        ({"asn": 1, "router_id": "1", "neighbours": []}, "neighbours"),
        ({"asn": 1, "router_id": "1", "neighbors": [{"address": "192.0.2.2"}]}, "remote_as"),
    ],
)
def test_a_misspelt_or_missing_key_is_named_with_device_and_place(bgp: dict[str, object], words: str) -> None:
    with pytest.raises(DataError, match="device wan1: config context") as caught:
        routing(device(bgp=bgp))
    assert words in caught.value.message
