"""NetBox's change log: read whole since a moment, and which entry is about which change."""

import json
from typing import Any

import pytest

from linewright.errors import SourceError
from linewright.model.difference import FieldChange, ObjectChange
from linewright.sources.netbox import changelog
from linewright.sources.netbox.changelog import Log, Logged, log_since

PATH = "core/object-changes"


def row(number: int, kind: str = "ipam.vlan", **fields: Any) -> dict[str, Any]:
    return {
        "id": number, "time": f"2026-11-24T02:{number % 60:02}:00.5Z", "user_name": f"user{number}",
        "request_id": f"r{number}", "changed_object_type": kind, "changed_object_id": number,
        "prechange_data": None, "postchange_data": None, **fields,
    }  # fmt: skip


def serve_log(
    netbox: Any, rows: list[dict[str, Any]], *, page: int = 1000, knows_filters: bool = True
) -> None:
    """Answers as NetBox does; without `knows_filters` every row comes whatever is asked for."""

    def answer(handler: Any) -> bool:
        query = netbox.asked[-1][1]
        above = int(query["id__gt"][0]) if knows_filters else 0
        below = int(query.get("id__lt", ["0"])[0]) if knows_filters else 0
        fitting = [one for one in rows if one["id"] > above and (not below or one["id"] < below)]
        fitting.sort(key=lambda one: -one["id"])
        found = fitting[: min(page, int(query["limit"][0]))]
        return handler.answer({"count": len(fitting), "next": None, "previous": None, "results": found})

    netbox.fault(PATH, *[answer] * 100)


def test_everything_after_the_position_comes_once_newest_first(netbox, connection):
    serve_log(netbox, [row(number) for number in range(1, 31)], page=7)
    found = log_since(connection, "12", ("edge1",))
    assert [entry.number for entry in found.entries] == list(range(30, 12, -1))
    assert (found.entries[0].user, found.entries[0].request) == ("user30", "r30")
    assert found.devices == {}


@pytest.mark.parametrize(("position", "first"), [("", 1), ("28", 29), ("28 in branch video", 29)])
def test_the_position_of_a_snapshot_is_where_it_begins(netbox, connection, position, first):
    serve_log(netbox, [row(number) for number in range(1, 31)])
    assert log_since(connection, position, ()).entries[-1].number == first


def test_a_netbox_that_ignores_the_filter_gives_nothing_older(netbox, connection):
    serve_log(netbox, [row(number) for number in range(1, 31)], knows_filters=False)
    assert [entry.number for entry in log_since(connection, "27", ()).entries] == [30, 29, 28]


def test_a_log_without_end_is_not_read_without_end(netbox, connection, monkeypatch):
    monkeypatch.setattr(changelog, "MOST", 20)
    serve_log(netbox, [row(number) for number in range(1, 400)], page=10)
    assert [entry.number for entry in log_since(connection, "0", ()).entries] == list(range(399, 379, -1))


def test_devices_are_found_by_their_whole_names(netbox, connection):
    serve_log(netbox, [])
    names = [device["name"] for device in netbox.rows["dcim/devices"] if device["name"]][:2]
    found = log_since(connection, "1", (*names, "nobody"))
    assert set(found.devices) == set(names)


@pytest.mark.parametrize("body", [b"{", b"[]", json.dumps({"count": 1, "results": [{"id": "x"}]}).encode()])
def test_a_log_that_is_none_is_told(netbox, connection, body):
    netbox.fault(PATH, lambda handler: handler.answer(body))
    with pytest.raises(SourceError, match="object changes is cut off"):
        log_since(connection, "1", ())


def logged(number: int, kind: str, before: dict[str, Any], after: dict[str, Any], about: int = 0) -> Logged:
    return Logged(
        number=number, when="2026-11-24T02:14:03Z", user=f"user{number}", request="r", kind=kind,
        object=about or number, before=before, after=after,
    )  # fmt: skip


def changed(table: str, identity: str, *path: str, **values: Any) -> tuple[ObjectChange, FieldChange]:
    return ObjectChange(kind="changed", table=table, object=identity), FieldChange(path=path, **values)


#: What changed, and which of the entries below it was (0: none).
CASES: list[tuple[tuple[ObjectChange, FieldChange], int]] = [
    (changed("vlans", "site hq, vid 210", "name"), 1),
    (changed("vlans", "site hq, vid 211", "name"), 0),
    (changed("devices", "edge1", "interfaces", "eth1", "mtu"), 2),
    (changed("devices", "edge1", "interfaces", "eth1", "description"), 3),
    (changed("devices", "edge1", "interfaces", "eth2", "mtu"), 0),
    (changed("devices", "edge2", "interfaces", "eth1", "mtu"), 4),
    (changed("devices", "edge1", "serial"), 5),
    (changed("devices", "edge1", "context", "ntp", "servers"), 6),
    (changed("devices", "edge1", "context", "dns"), 0),
    (changed("devices", "edge1", "primary_ip4", before="192.0.2.1/24", after="192.0.2.9/24"), 7),
    (changed("devices", "edge1", "interfaces", "eth1", "addresses", "192.0.2.9/24"), 7),
    (changed("cables", "key W-7", "b"), 8),
    (changed("cables", "key #9", "a"), 9),
    (changed("prefixes", "vrf , prefix 192.0.2.0/24, site hq", "description"), 10),
]
ENTRIES = (
    logged(10, "ipam.prefix", {"prefix": "192.0.2.0/24"}, {"prefix": "192.0.2.0/24", "description": "x"}),
    logged(9, "dcim.cable", {"label": ""}, {"label": "", "color": "f"}),
    logged(8, "dcim.cable", {"label": "W-7"}, {"label": "W-8"}),
    logged(7, "ipam.ipaddress", {}, {"address": "192.0.2.9/24"}),
    logged(6, "extras.configcontext", {"data": {"ntp": 1}}, {"data": {"ntp": 2}}),
    logged(5, "dcim.device", {"name": "edge1", "serial": "a"}, {"name": "edge1", "serial": "b"}, about=11),
    logged(4, "dcim.interface", {"device": 12, "name": "eth1"}, {"device": 12, "name": "eth1", "mtu": 9}),
    logged(3, "dcim.interface", {"device": 11, "name": "eth1"}, {"device": 11, "name": "eth1", "description": "x"}),
    logged(2, "dcim.interface", {"device": 11, "name": "eth1"}, {"device": 11, "name": "eth1", "mtu": 9}),
    logged(1, "ipam.vlan", {"vid": 210, "name": "a"}, {"vid": 210, "name": "b"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "number"), CASES, ids=[f"{c.object} {' '.join(f.path)}" for (c, f), _ in CASES]
)
def test_the_entry_that_made_a_change(change, number):
    entry = Log(entries=ENTRIES, devices={"edge1": 11, "edge2": 12}).blame(*change)
    assert (entry.number if entry else 0) == number


def test_a_device_that_netbox_numbers_no_more_is_known_by_its_name():
    gone = logged(1, "dcim.device", {"name": "edge1"}, {}, about=11)
    change = ObjectChange(kind="removed", table="devices", object="edge1")
    assert Log(entries=(gone,), devices={}).blame(change) == gone
    other = logged(2, "dcim.device", {"name": "edge10"}, {}, about=12)
    assert Log(entries=(other,), devices={}).blame(change) is None
