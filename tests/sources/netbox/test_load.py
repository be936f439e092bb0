"""From recorded answers to a snapshot; and every way in which there is none."""

import json
import re
import threading
from dataclasses import replace

import pytest

from linewright.errors import DataError, Refused, SourceError, UsageError
from linewright.model.canonical import records
from linewright.model.objects import Address, Cable, CableEnd, CircuitEnd, FrontPort, PortMapping, Vlan
from linewright.sources.netbox import lists, load, missing_permissions, needed_permissions, parse

ADDRESSES = "ipam/ip-addresses?assigned_object_type=dcim.interface"
CABLES = ["#2", "BRK", "CON", "MULTI", "PWR", "R2-CON", "R2-FEED", "R2-TRUNK", "TRUNK-1", "XC-1"]
ALL = ["hq-a", "hq-b", "hq-pp1", "hq-pp2", "r1-a", "r2-blade", "r2-one", "r2-two"]


def says(status: int, body, kind: str = "application/json"):
    return lambda handler: handler.answer(body, status, kind)


@pytest.fixture
def snapshot(connection):
    return load(connection)


def test_devices_come_with_everything_on_them(snapshot, netbox):
    assert list(snapshot.devices) == ALL
    device = snapshot.device("hq-a")
    assert (device.site, device.role, device.type, device.platform) == ("hq", "router", "x1", "frr")
    assert (device.location, device.rack, device.half_unit, device.face) == ("room-1", "A1", 3, "front")
    assert (device.serial, device.asset_tag, device.tags) == ("S1", "AT1", ("core-net",))
    assert (device.primary_ip4, device.primary_ip6) == ("192.0.2.9/32", "2001:db8::9/64")
    assert device.oob_ip == "198.51.100.1/25"
    assert device.context == {"bgp": {"asn": 64500, "router_id": "192.0.2.9"}, "ntp": ["192.0.2.1"]}
    assert [interface.name for interface in device.interfaces][:4] == ["ae1", "eth1", "eth1.100", "eth2"]
    assert snapshot.origin.source == netbox.url
    assert (snapshot.origin.position, snapshot.origin.version) == ("149", "NetBox 4.7.3")


def test_custom_fields_keep_values_and_names_and_leave_out_what_is_not_set(snapshot):
    assert snapshot.device("hq-a").custom == {
        "blob": {"a": [1, 1.5]},
        "classification": "r",
        "crit": True,
        "installed": "2026-01-01",
        "loss": 1.5,
        "num": 5,
        "owner_site": "hq",
        "releasable": ["u"],
    }
    assert snapshot.device("hq-b").custom == {"peers": ["hq-a"]}
    assert snapshot.sites["hq"].custom == {"classification": "u", "releasable": ["u", "r"]}


def test_interfaces_carry_what_is_configured(snapshot):
    ports = {port.name: port for port in snapshot.device("hq-a").interfaces}
    assert (ports["eth1"].lag, ports["eth1"].mac) == ("ae1", "02:00:00:00:00:01")
    assert ports["eth1"].addresses == (
        Address(address="192.0.2.9/32", role="loopback", dns_name="a.example.net"),
        Address(address="2001:db8::9/64"),
    )
    assert (ports["eth1.100"].parent, ports["eth1.100"].vrf) == ("eth1", "mgmt")
    ports = {port.name: port for port in snapshot.device("hq-b").interfaces}
    assert (ports["eth1"].mode, ports["eth1"].untagged_vlan, ports["eth1"].tagged_vlans) == (
        "tagged",
        10,
        (20, 30),
    )
    assert (ports["eth1"].speed, ports["eth1"].mtu, ports["eth1"].tags) == (1000000, 9000, ("core-net",))
    assert (ports["eth2"].enabled, ports["eth2"].mgmt_only, ports["eth2"].mark_connected) == (
        False,
        True,
        True,
    )


def test_panels_map_positions(snapshot):
    panel = snapshot.device("hq-pp1")
    assert panel.front_ports == (
        FrontPort(
            name="F1",
            type="lc",
            label="x",
            positions=2,
            mappings=(
                PortMapping(position=1, rear_port="R1", rear_position=1),
                PortMapping(position=2, rear_port="R1", rear_position=2),
            ),
        ),
    )
    assert [(port.name, port.positions) for port in panel.rear_ports] == [("R1", 12)]


def test_cables_have_lists_of_ends(snapshot):
    assert sorted(snapshot.cables) == CABLES
    assert snapshot.cables["XC-1"].a == (
        CableEnd(kind="circuit-termination", device="carrier-one/C-1", name="A"),
    )
    assert snapshot.cables["BRK"] == Cable(
        key="BRK",
        label="BRK",
        profile="breakout-1c4p-4c1p",
        a=(CableEnd(kind="interface", device="hq-b", name="et1", connector=1, positions=(1, 2, 3, 4)),),
        b=tuple(
            CableEnd(kind="interface", device="hq-a", name=f"eth{n + 4}", connector=n, positions=(1,))
            for n in range(1, 5)
        ),
    )
    trunk = snapshot.cables["TRUNK-1"]
    assert (trunk.type, trunk.length, trunk.length_unit, trunk.color) == ("smf-os2", "12.5", "m", "00ff00")
    assert [len(side) for side in (snapshot.cables["MULTI"].a, snapshot.cables["MULTI"].b)] == [2, 1]


def test_tables(snapshot):
    tables = snapshot.tables
    assert [(site.slug, site.status, site.asns) for site in tables.sites] == [
        ("hq", "active", (64496, 65540)),
        ("r1", "planned", ()),
        ("r2", "active", ()),
    ]
    assert [(place.slug, place.parent) for place in tables.locations] == [
        ("bldg", ""),
        ("room-1", "bldg"),
        ("hall", ""),
    ]
    assert {kind.slug: kind.half_units for kind in tables.device_types} == {
        "b1": 0,
        "c9": 8,
        "x0": 0,
        "x1": 3,
    }
    assert Vlan(vid=20, name="voice", group="g") in tables.vlans
    assert [(one.prefix, one.site, one.vrf, one.vlan) for one in tables.prefixes] == [
        ("192.0.2.0/24", "hq", "", 10),
        ("203.0.113.0/25", "", "", 0),
        ("2001:db8::/48", "", "", 0),
        ("198.51.100.0/25", "hq", "mgmt", 0),
        ("198.51.100.128/25", "", "r2", 0),
    ]
    circuit = snapshot.circuits["carrier-one/C-1"]
    assert circuit.a == CircuitEnd(site="hq", port_speed=100000, cross_connect="X1", patch_panel="PP1/3")
    assert circuit.z == CircuitEnd(provider_network="MPLS")
    assert snapshot.circuits["carrier-one/C-2"].a == CircuitEnd(site="hq")
    assert snapshot.circuits["carrier-one/C-2"].z == CircuitEnd()


def test_what_netbox_says_and_a_default_says_alike_is_left_out_of_the_digest(snapshot):
    texts = [data for _, data in records(snapshot.tables, snapshot.devices)]
    statuses = {match for data in texts for match in re.findall(rb'"status":"([a-z]+)"', data)}
    assert statuses == {b"planned", b"container", b"faulty", b"reserved", b"staged", b"staging"}


def test_netboxs_bookkeeping_does_not_reach_the_digest(snapshot, netbox, connection):
    netbox.rows = json.loads(json.dumps(netbox.rows).replace("netbox.example.net", "other.example.net"))
    for rows in netbox.rows.values():
        for row in rows:
            row.update(last_updated="2030-01-01T00:00:00Z", display="changed", device_count=99)
    netbox.newest_change += 1
    assert load(connection).digest == snapshot.digest


def test_only_what_is_needed_is_asked_for(snapshot, netbox):
    paths = {key.partition("?")[0] for key in netbox.rows}
    asked = [(path, query) for path, query, _ in netbox.asked if path in paths]
    assert all(query["fields"] != [""] and query["ordering"] == ["id"] for _, query in asked)
    assert [query["fields"] for path, query in asked if path == "dcim/cables"] == [
        ["type,status,profile,label,color,length,length_unit,bundle,tenant,description,tags,custom_fields,id"]
    ]
    assert (
        len(netbox.asked) == len(netbox.rows) + 1 + 2 + 1
    )  # each list once, version, two positions, the number


def test_small_pages_give_the_same(snapshot, netbox, connection):
    netbox.max_page_size = 3
    assert load(connection).digest == snapshot.digest
    assert load(replace(connection, page_size=2, workers=4)).digest == snapshot.digest


def test_progress_is_told_in_the_callers_thread(connection):
    told = []
    load(
        connection,
        progress=lambda what, done, total: told.append((threading.current_thread(), what, done, total)),
    )
    assert {thread for thread, *_ in told} == {threading.current_thread()}
    last = {what: (done, total) for _, what, done, total in told}
    assert last["devices"] == (8, 8)
    assert last["interfaces"] == (29, 29)
    assert all(done == total for done, total in last.values())


# --- a part of the network


def test_a_filter_reads_those_devices_and_the_cables_between_them(netbox, connection):
    snapshot = load(connection, {"site": ["hq"]})
    assert list(snapshot.devices) == ALL[:4]
    assert sorted(snapshot.cables) == [cable for cable in CABLES if not cable.startswith("R2")]
    assert [site.slug for site in snapshot.tables.sites] == ["hq", "r1", "r2"]
    assert snapshot.origin.source == f"{netbox.url}?site=hq"
    whole = load(connection)
    assert all(snapshot.devices[name] == whole.devices[name] for name in snapshot.devices)


def test_a_cable_that_leaves_the_devices_asked_for_is_left_out(connection):
    snapshot = load(connection, parse(["name=hq-a"]))
    assert list(snapshot.devices) == ["hq-a"]
    assert sorted(snapshot.cables) == ["XC-1"]  # its other end is a circuit


def test_devices_without_cables_or_ports(netbox, connection):
    snapshot = load(connection, {"name": ["r1-a"]})
    assert snapshot.cables == {}
    assert len(snapshot.device("r1-a").interfaces) == 2


def test_many_devices_are_asked_for_in_bearable_requests(netbox, connection):
    for number in range(100, 350):
        device = {**netbox.row("dcim/devices", id=3), "id": number, "name": f"r1-x{number}"}
        netbox.rows["dcim/devices"].append(device)
    snapshot = load(connection, {"site": ["r1"]})
    assert len(snapshot.devices) == 251
    asked = [query["device_id"] for path, query, _ in netbox.asked if path == "dcim/interfaces"]
    assert sorted(len(ids) for ids in asked) == [51, 100, 100]


@pytest.mark.parametrize(
    "text", ["device_role=router", "sitee=hq", "site__typo=hq", "limit=1", "fields=id", "cf_no=x"]
)
def test_a_filter_netbox_would_ignore_is_refused_before_any_device_is_read(netbox, connection, text):
    with pytest.raises(UsageError, match=f"no device filter '{text.partition('=')[0]}'"):
        load(connection, parse([text]))
    assert "dcim/devices" not in netbox.paths()


def test_near_matches_are_named(connection):
    with pytest.raises(UsageError) as caught:
        load(connection, parse(["device_rol=router"]))
    assert "did you mean" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        load(connection, parse(["sitee=hq"]))
    assert "site" in caught.value.hint.split()


@pytest.mark.parametrize("text", ["has_primary_ip=maybe", "cf_crit=yes", "name__empty=1"])
def test_a_yes_no_filter_with_neither_is_refused(netbox, connection, text):
    with pytest.raises(UsageError, match="takes true or false"):
        load(connection, parse([text]))
    assert "dcim/devices" not in netbox.paths()


@pytest.mark.parametrize("filters", [{"name": [""]}, {"name": [" "]}, {"site": []}, {"site": ["hq", ""]}])
def test_an_empty_value_is_refused(netbox, connection, filters):
    with pytest.raises(UsageError, match="value: NetBox would give every device"):
        load(connection, filters)
    assert netbox.asked == []


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["site=typo"], "does not accept the filter site=typo"),
        (["site=hq", "site=typo"], "does not accept the filter site=hq site=typo"),
        (["name=typo"], "the filter name=typo matches no device"),
        (["name=hq-a", "name=typo"], "the filter name=typo matches no device"),
        (["site=r1", "name=hq-a"], "no device matches all of name=hq-a site=r1"),
    ],
)
def test_a_value_that_names_nothing_is_said(connection, texts, message):
    with pytest.raises(UsageError, match=message):
        load(connection, parse(texts))


def test_custom_fields_are_filters_too(connection):
    assert list(load(connection, parse(["cf_crit=true"])).devices) == ["hq-a"]


def test_a_custom_field_whose_filter_is_off_is_no_filter(netbox, connection):
    netbox.row("extras/custom-fields", name="crit")["filter_logic"] = {
        "value": "disabled",
        "label": "Disabled",
    }
    for text in (
        "cf_crit=true",
        "cf_blob=x",
    ):  # JSON fields: NetBox 4.7 takes the filter and does not apply it
        with pytest.raises(UsageError, match="no device filter"):
            load(connection, parse([text]))


def test_expect_holds_the_number(netbox, connection):
    assert len(load(connection, {"site": ["hq"]}, expect=4).devices) == 4
    with pytest.raises(Refused, match="4 devices match site=hq, not 3"):
        load(connection, {"site": ["hq"]}, expect=3)
    with pytest.raises(Refused, match=r"8 devices match \(no filter\), not 4"):
        load(connection, expect=4)


def test_another_version_is_asked_for_its_filters(netbox, connection):
    netbox.version = "4.8.0"
    parameters = [
        {"name": "site", "schema": {"type": "array", "items": {"type": "string"}}},
        {"name": "brand_new", "schema": {"type": "boolean"}},
        {"name": "limit", "schema": {"type": "integer"}},
    ]
    schema = {"openapi": "3.0.3", "paths": {"/api/dcim/devices/": {"get": {"parameters": parameters}}}}
    netbox.fault("schema", *[says(200, schema)] * 3)
    assert list(load(connection, {"site": ["r1"]}).devices) == ["r1-a"]
    with pytest.raises(UsageError, match="no device filter 'status'"):
        load(connection, {"status": ["active"]})
    with pytest.raises(UsageError, match="takes true or false"):
        load(connection, {"brand_new": ["x"]})


@pytest.mark.parametrize(
    "schema", [{}, {"paths": {}}, {"paths": {"/api/dcim/devices/": {"get": {"parameters": "x"}}}}, []]
)
def test_a_schema_without_filters_is_refused(netbox, connection, schema):
    netbox.version = "5.0.0"
    netbox.fault("schema", says(200, schema))
    with pytest.raises(SourceError, match="does not list the filters"):
        load(connection, {"site": ["r1"]})


# --- one moment


def moves(netbox, times: int):
    """A fault that is none: somebody changes NetBox while its devices are listed."""

    def change(handler) -> bool:
        netbox.newest_change += 1
        netbox.changes += 1
        return False

    netbox.fault("dcim/interfaces", *[change] * times)


def test_a_change_while_reading_makes_us_read_again(netbox, connection):
    moves(netbox, 2)
    snapshot = load(connection)
    assert snapshot.origin.position == "151"
    assert netbox.paths().count("dcim/interfaces") == 3


def test_endless_change_is_an_error(netbox, connection):
    moves(netbox, 99)
    with pytest.raises(SourceError, match="changed during each of 3 readings"):
        load(connection)
    assert netbox.paths().count("dcim/interfaces") == 3


def test_an_older_change_that_turns_up_late_counts_as_one(netbox, connection):
    def late(handler) -> bool:
        netbox.changes += 1
        return False

    netbox.fault("dcim/interfaces", late)
    load(connection)
    assert netbox.paths().count("dcim/interfaces") == 2


def test_a_list_that_shrinks_while_it_is_paged_is_read_again(netbox, connection):
    netbox.max_page_size = 10

    def unplug(handler) -> bool:
        if handler.path.find("offset=10") < 0:
            return False
        netbox.rows["dcim/interfaces"] = [
            row for row in netbox.rows["dcim/interfaces"] if row["name"] != "eth12"
        ]
        netbox.newest_change += 1
        netbox.changes += 1
        return False

    netbox.fault("dcim/interfaces", *[unplug] * 3)
    names = [port.name for port in load(connection).device("hq-a").interfaces]
    assert "eth12" not in names
    assert "eth11" in names


def test_a_netbox_without_any_change_is_read(netbox, connection):
    netbox.changes = 0
    assert load(connection).origin.position == "0"


# --- never a part


@pytest.mark.parametrize("one", lists.EVERY, ids=lambda one: one.key)
def test_a_list_that_is_not_shown_names_permission_and_what_is_lost(netbox, connection, one):
    netbox.hidden = {one.path}
    with pytest.raises(
        SourceError, match=f"does not show .*{one.title}.* lacks the permission {one.permission}$"
    ) as caught:
        load(connection)
    assert "would miss a part of the network" in caught.value.hint
    assert ("netbox.journal: false" in caught.value.hint) is (one in lists.NOTES)


def test_all_permissions_that_are_missing_are_named_at_once(netbox, connection):
    netbox.hidden = {one.path for one in lists.EVERY}
    with pytest.raises(
        SourceError, match="custom fields, devices, sites, locations, racks, tenants and 48 more"
    ) as caught:
        load(connection)
    named = set(re.findall(r"[a-z]+\.view_[a-z0-9]+", caught.value.message))
    assert named == set(needed_permissions()) - {"core.view_objectchange"}
    assert set(missing_permissions(connection)) == named


def test_a_refusal_that_does_not_come_again_is_told_as_it_came(netbox, connection):
    netbox.fault("dcim/sites", says(403, {"detail": "You do not have permission to perform this action."}))
    with pytest.raises(SourceError, match=r"does not show sites: .* dcim\.view_site"):
        load(connection)


def test_the_change_log_must_be_visible(netbox, connection):
    netbox.fault(
        "core/object-changes", says(403, {"detail": "You do not have permission to perform this action."})
    )
    with pytest.raises(SourceError, match=r"object changes: .* core\.view_objectchange"):
        load(connection)


def hangs_up(handler) -> bool:
    handler.close_connection = True
    handler.connection.close()
    return True


@pytest.mark.parametrize("after", [0, 3, 20, 45])
def test_a_netbox_that_goes_down_midway_gives_no_snapshot(netbox, connection, after):
    gone = {one.path for one in (lists.EVERY[after:])}
    for path in gone:
        netbox.fault(path, *[hangs_up] * 20)
    with pytest.raises(SourceError, match=r"was not reached \(.*, 4 tries\): ") as caught:
        load(connection)
    assert "nothing was kept" in caught.value.hint


def test_a_large_answer_is_read(netbox, connection):
    netbox.rows["extras/journal-entries"][0]["comments"] = "x" * 10_000_000
    assert max(len(entry.comments) for entry in load(connection).tables.journal) == 10_000_000


@pytest.mark.parametrize("path", ["dcim/sites", "dcim/interfaces", "dcim/cable-terminations", "vpn/tunnels"])
@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (says(500, {"error": "boom"}), "failed .500."),
        (says(200, b"<html>Log in", "text/html"), "a web page"),
        (says(200, b'{"count": 3, "results": [{"id": 1,'), "is cut off"),
        (says(200, b"\xff\xfe"), "is cut off or is not JSON"),
        (says(200, b"[" * 100_000), "no list|is cut off"),
        (says(200, []), "is no list"),
        (says(200, {"results": []}), "is no list"),
        (says(200, {"count": 7, "results": []}), "is not whole: 7 are counted, a page has 0"),
        (says(200, {"count": 0, "results": [{}]}), "missing"),
        (says(200, {"count": -1, "results": []}), "counts -1"),
    ],
)
def test_a_list_that_goes_wrong_gives_no_snapshot(netbox, connection, path, fault, message):
    netbox.fault(path, fault)
    with pytest.raises((SourceError, DataError), match=message):
        load(connection)


def test_half_a_page_gives_no_snapshot(netbox, connection):
    def shorter(handler) -> bool:
        rows = netbox.rows["dcim/sites"]
        return handler.answer({"count": len(rows), "results": rows[:1]})

    def wild(handler) -> bool:
        return handler.answer({"count": 10**9, "results": netbox.rows["dcim/sites"]})

    netbox.fault("dcim/sites", shorter, *[says(200, {"count": 3, "results": []})] * 2)
    with pytest.raises(SourceError, match="sites is not whole: 3 are counted, a page has 0"):
        load(connection)
    netbox.fault("dcim/sites", *[shorter] * 3)
    with pytest.raises(SourceError, match="pages of sites overlap"):
        load(connection)
    netbox.fault("dcim/sites", wild)
    with pytest.raises(SourceError, match="too many to read"):
        load(connection)


def test_devices_without_a_name_are_listed_by_id(netbox, connection):
    netbox.row("dcim/devices", id=3)["name"] = None
    with pytest.raises(DataError, match=r"1 device has no name: #3 \(ids in NetBox\)"):
        load(connection)
    assert list(load(connection, {"site": ["hq"]}).devices) == ALL[:4]


@pytest.mark.parametrize(
    ("path", "wanted", "change", "message"),
    [
        ("dcim/devices", {"id": 1}, {"role": None}, "device hq-a: role is null"),
        ("dcim/devices", {"id": 1}, {"site": {"id": 1}}, "device hq-a: site.slug is missing"),
        ("dcim/devices", {"id": 1}, {"position": 1.25}, "device hq-a: 1.25 is no number of rack units"),
        ("dcim/devices", {"id": 1}, {"config_context": None}, "device hq-a: config_context is null"),
        (
            "dcim/devices",
            {"id": 1},
            {"config_context": [1]},
            "device hq-a: config_context: Expected `object`",
        ),
        ("dcim/devices", {"id": 1}, {"name": "a\nb"}, r"device a\?b: name holds a control"),
        ("dcim/devices", {"id": 1}, {"name": "a\u202eb"}, r"device a\?b: name holds a control"),
        ("dcim/devices", {"id": 1}, {"name": ""}, "device #1: name is empty"),
        ("dcim/devices", {"id": 1}, {"name": "x" * 300}, "device x+: name: Expected `str` of length <= 200"),
        (
            "dcim/devices",
            {"id": 1},
            {"name": "r1-a"},
            "two devices are named 'r1-a': one in site (hq|r1), one in site (r1|hq)",
        ),
        ("dcim/interfaces", {"name": "ae1"}, {"device": None}, "interface ae1: device is null"),
        (
            "dcim/interfaces",
            {"name": "ae1"},
            {"name": "a\x1b[2K"},
            r"interface hq-a a\?\[2K: name holds a control",
        ),
        (
            "dcim/interfaces",
            {"name": "ae1"},
            {"mac_address": "x"},
            "interface hq-a ae1: 'x' is not a MAC address",
        ),
        (
            "dcim/interfaces",
            {"name": "ae1"},
            {"untagged_vlan": {"vid": 5000}},
            "interface hq-a ae1: untagged_vlan.vid",
        ),
        (
            "dcim/interfaces",
            {"name": "ae1"},
            {"device": {"id": 99}},
            "ae1 belongs to device #99, which NetBox does not",
        ),
        (
            ADDRESSES,
            {"id": 1},
            {"address": "192.0.2.300/24"},
            "IP address #1: '192.0.2.300/24' is not an",
        ),
        (
            ADDRESSES,
            {"id": 1},
            {"assigned_object_id": 99},
            "is on interface #99, which NetBox does not show",
        ),
        (
            ADDRESSES,
            {"id": 1},
            {"address": "192.0.2.8/32"},
            "hq-a: primary IPv4 192.0.2.9/32 is on none",
        ),
        ("ipam/prefixes", {"id": 1}, {"prefix": "192.0.2.1/24"}, "prefix 192.0.2.1/24: .* has host bits set"),
        ("ipam/prefixes", {"id": 1}, {"scope_id": 99}, "prefix 192.0.2.0/24 refers to site #99"),
        ("ipam/asns", {"id": 1}, {"asn": 0}, "AS number #1: asn: Expected `int` >= 1"),
        ("dcim/front-ports", {"id": 1}, {"rear_ports": None}, "front port hq-pp1 F1: rear_ports is null"),
        (
            "dcim/front-ports",
            {"id": 1},
            {"rear_ports": [{"position": 1, "rear_port": 2, "rear_port_position": 1}]},
            "front port hq-pp1 F1 leads to rear port #2",
        ),
        ("dcim/cables", {"label": "BRK"}, {"label": "B\u200bRK"}, "label holds a control"),
        ("dcim/cables", {"label": "BRK"}, {"label": "MULTI"}, "two objects with key MULTI"),
        ("dcim/cable-terminations", {"id": 3}, {"cable": 99}, "belongs to cable #99"),
        (
            "dcim/cable-terminations",
            {"id": 3},
            {"termination_id": 99},
            "cable #2 ends on something that NetBox does",
        ),
        (
            "dcim/cable-terminations",
            {"id": 3},
            {"termination_type": "dcim.new"},
            "ends on a 'dcim.new', which is not known",
        ),
        ("dcim/cable-terminations", {"id": 3}, {"cable_end": "C"}, "cable #2 has a side C"),
        ("dcim/cable-terminations", {"id": 3}, {"termination_id": 4}, None),
        ("circuits/circuit-terminations", {"id": 1}, {"circuit": {"id": 99}}, "refers to circuit #99"),
        (
            "extras/custom-fields",
            {"name": "classification"},
            {"name": "other"},
            "custom field classification is not",
        ),
        (
            "extras/custom-fields",
            {"name": "num"},
            {"type": {"value": "select"}},
            "hq-a: custom field num: 5 is not a",
        ),
        (
            "extras/custom-fields",
            {"name": "num"},
            {"type": {"value": "object"}},
            "hq-a: custom field num: 5 names no",
        ),
        (
            "extras/custom-fields",
            {"name": "num"},
            {"type": {"value": "multiselect"}},
            "num: a list is wanted, not int",
        ),
    ],
)
def test_a_malformed_object_is_named(netbox, connection, *, path, wanted, change, message):
    netbox.row(path, **wanted).update(change)
    if message is None:
        assert load(connection).cables
        return
    with pytest.raises(DataError, match=message) as caught:
        load(connection)
    assert all(char.isprintable() for char in caught.value.message)


def test_a_netbox_that_shows_no_device_is_refused(netbox, connection):
    netbox.rows["dcim/devices"] = []
    with pytest.raises(DataError, match="shows no device at all"):
        load(connection)


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("4.4.10", "is 4.4.10; linewright reads 4.7 and later"),
        ("4.6.4", "reads 4.7 and later"),
        ("", "which NetBox"),
        ("x", "which"),
    ],
)
def test_other_versions(netbox, connection, version, message):
    netbox.version = version
    with pytest.raises(SourceError, match=message):
        load(connection)


def test_something_else_that_speaks_json_is_no_netbox(netbox, connection):
    netbox.fault("status", says(200, {"status": "ok"}))
    with pytest.raises(SourceError, match="does not say which NetBox it is"):
        load(connection)
