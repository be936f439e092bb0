"""A device that is named and left alone is told with its reason, whatever else matches."""

import pytest

from linewright.errors import DataError
from linewright.model.objects import Device, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.operate.scope import Scope, in_scope
from linewright.settings import Settings


def device(name: str, **fields) -> Device:
    return Device(
        **(
            {
                "name": name,
                "site": "hq",
                "role": "r",
                "type": "t",
                "platform": "frr",
                "oob_ip": "192.0.2.1/24",
            }
            | fields
        )
    )


@pytest.fixture
def snapshot() -> Snapshot:
    devices = [
        device("r1"),
        device("r2", platform="weird-os"),
        device("r3", oob_ip=""),
        device("r4", platform=""),
    ]
    return Snapshot.build(Tables(sites=(Site(slug="hq", name="HQ"),)), devices, Origin(source="test"))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("r2",), "r2 is in the snapshot and left alone: no adapter for platform weird-os"),
        (("r3",), "r3 is in the snapshot and left alone: it has no management address"),
        (("r1", "r4"), "r4 is in the snapshot and left alone: it has no platform"),
        (("r2", "r3"), "all 2 devices of this scope are left alone: 1 because"),
    ],
)
def test_a_named_device_that_is_left_alone_is_told_why(snapshot: Snapshot, names: tuple[str, ...], said: str):
    with pytest.raises(DataError) as caught:
        in_scope(snapshot, Scope(devices=names), Settings())
    assert said in caught.value.message


def test_a_wider_scope_goes_on_without_them(snapshot: Snapshot):
    found = in_scope(snapshot, Scope(sites=("hq",)), Settings())
    assert [*found.devices] == ["r1"]
    assert [*found.left_alone] == ["r2", "r3", "r4"]
