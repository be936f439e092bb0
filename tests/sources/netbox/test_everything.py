"""One object of every kind, field by field as everything.yaml wrote it; and a part of it, which is consistent."""

import json

import msgspec
import pytest

from linewright.errors import DataError
from linewright.model.canonical import records
from linewright.model.objects import (
    Address,
    CableBundle,
    CableEnd,
    Circuit,
    CircuitEnd,
    ConfigTemplate,
    ConsolePort,
    ConsoleServerPort,
    Contact,
    ContactAssignment,
    DeviceBay,
    DeviceType,
    FhrpGroup,
    FhrpMember,
    FrontPort,
    ImageAttachment,
    Interface,
    JournalEntry,
    L2vpn,
    L2vpnEnd,
    Location,
    Module,
    ModuleBay,
    ModuleType,
    Platform,
    PortMapping,
    PowerFeed,
    PowerOutlet,
    PowerPanel,
    PowerPort,
    Prefix,
    Provider,
    ProviderNetwork,
    Rack,
    RearPort,
    Role,
    Service,
    Site,
    Tenant,
    Tunnel,
    TunnelEnd,
    VirtualChassis,
    VirtualCircuit,
    VirtualCircuitEnd,
    Vlan,
    Vrf,
    WirelessEnd,
    WirelessLan,
    WirelessLink,
)
from linewright.model.tables import Tables
from linewright.sources.netbox import lists, load, parse

ONE, TWO = "r2-one", "r2-two"
ENDS = ("br0.40", "eth1.40")

#: By table, what everything.yaml put into it.
WRITTEN = {
    "sites": [
        Site(
            slug="r2",
            name="R2",
            tenant="agency-one",
            time_zone="Europe/Berlin",
            facility="Bunker",
            description="south",
        ),
    ],
    "locations": [
        Location(
            slug="hall", name="Hall", site="r2", facility="H1", status="staging", description="ground floor"
        )
    ],
    "racks": [
        Rack(
            name="B1",
            site="r2",
            location="hall",
            u_height=24,
            facility_id="F-7",
            role="network",
            starting_unit=3,
            descending=True,
            status="reserved",
            tenant="agency-one",
            description="by the door",
        )
    ],
    "tenants": [
        Tenant(slug="agency-one", name="Agency One", group="agencies", description="whose it is"),
    ],
    "roles": [Role(slug="chassis", name="Chassis", color="00ff00", config_template="base")],
    "device_types": [
        DeviceType(
            slug="c9",
            model="C9",
            manufacturer="bolt",
            half_units=8,
            part_number="C9-4",
            full_depth=False,
            subdevice_role="parent",
            airflow="front-to-rear",
        ),
        DeviceType(slug="b1", model="B1", manufacturer="bolt", half_units=0, subdevice_role="child"),
    ],
    "module_types": [ModuleType(model="LC-8", manufacturer="bolt", part_number="LC8", profile="Optic")],
    "platforms": [Platform(slug="bolt-os", name="Bolt OS", manufacturer="bolt", config_template="base")],
    "virtual_chassis": [
        VirtualChassis(name="stack-1", domain="d1", master=ONE, description="two as one"),
    ],
    "config_templates": [
        ConfigTemplate(
            name="base",
            code="hostname {{ device.name }}",
            environment={"trim_blocks": True},
            description="the first",
        )
    ],
    "vlans": [
        Vlan(vid=300, name="outer", tenant="agency-one"),
        Vlan(vid=40, name="air", site="r2", group="yard", status="reserved", description="over the air"),
    ],
    "vrfs": [
        Vrf(
            name="r2",
            rd="64496:9",
            import_targets=("64496:100",),
            export_targets=("64496:100", "64496:200"),
            tenant="agency-one",
            description="routes",
        )
    ],
    "prefixes": [
        Prefix(
            prefix="198.51.100.128/25",
            vrf="r2",
            is_pool=True,
            tenant="agency-one",
            tags=("lab",),
            description="pool",
        )
    ],
    "fhrp_groups": [
        FhrpGroup(
            key="users-gw",
            protocol="vrrp3",
            group_id=10,
            name="users-gw",
            auth_type="md5",
            addresses=(Address(address="198.51.100.129/25", role="vrrp", vrf="r2"),),
            members=(
                FhrpMember(device=ONE, interface=ENDS[0], priority=110),
                FhrpMember(device=TWO, interface=ENDS[1], priority=90),
            ),
            description="gateway",
        )
    ],
    "services": [
        Service(
            kind="device",
            parent=ONE,
            name="dns",
            protocol=protocol,
            ports=ports,
            addresses=("198.51.100.130/25",),
            description="resolver",
        )
        for protocol, ports in (("tcp", (53, 853)), ("udp", (53,)))
    ]
    + [Service(kind="fhrp-group", parent="users-gw", name="web", protocol="tcp", ports=(443,))],
    "providers": [Provider(slug="carrier-two", name="Carrier Two")],
    "provider_networks": [
        ProviderNetwork(name="Ring", provider="carrier-two", service_id="SVC-1", description="the ring"),
    ],
    "circuits": [
        Circuit(
            cid="R-1",
            provider="carrier-two",
            type="dark-fibre",
            install_date="2025-01-31",
            termination_date="2030-01-31",
            tenant="agency-one",
            status="planned",
            description="ring fibre",
            a=CircuitEnd(site="r2", mark_connected=True, description="in the bunker"),
        )
    ],
    "virtual_circuits": [
        VirtualCircuit(
            cid="V-1",
            provider="carrier-two",
            network="Ring",
            type="evpl",
            status="planned",
            ends=(
                VirtualCircuitEnd(device=ONE, interface=ENDS[0], role="hub", description="here"),
                VirtualCircuitEnd(device=TWO, interface=ENDS[1], role="spoke"),
            ),
            tenant="agency-one",
            description="over the ring",
        )
    ],
    "tunnels": [
        Tunnel(
            name="t1",
            encapsulation="ipsec-tunnel",
            status="planned",
            group="backup",
            tunnel_id=7,
            ipsec_profile="strong",
            ends=(
                TunnelEnd(device=ONE, interface=ENDS[0], role="hub", outside="198.51.100.130/25"),
                TunnelEnd(device=TWO, interface=ENDS[1], role="spoke"),
            ),
            description="to two",
        )
    ],
    "l2vpns": [
        L2vpn(
            slug="yard",
            name="Yard",
            type="vxlan-evpn",
            identifier=10040,
            status="planned",
            import_targets=("64496:100",),
            export_targets=("64496:200",),
            ends=(L2vpnEnd(site="r2", group="yard", vlan=40), L2vpnEnd(device=ONE, interface="et1:1")),
            description="yard wide",
        )
    ],
    "wireless_lans": [
        WirelessLan(
            ssid="field",
            group="air",
            site="r2",
            status="reserved",
            vlan=40,
            auth_type="wpa-personal",
            description="everybody",
        )
    ],
    "wireless_links": [
        WirelessLink(
            a=WirelessEnd(device=ONE, interface="wlan0"),
            b=WirelessEnd(device=TWO, interface="wlan0"),
            ssid="hop",
            status="planned",
            distance="1.5",
            distance_unit="km",
            description="over the yard",
        )
    ],
    "power_panels": [PowerPanel(name="LP1", site="r2", location="hall", description="board")],
    "power_feeds": [
        PowerFeed(
            name="A1",
            site="r2",
            panel="LP1",
            rack="B1",
            status="planned",
            type="redundant",
            supply="dc",
            phase="three-phase",
            voltage=-48,
            amperage=32,
            max_utilization=70,
            description="left",
        ),
        PowerFeed(
            name="A2",
            site="r2",
            panel="LP1",
            voltage=230,
            amperage=16,
            max_utilization=80,
            mark_connected=True,
        ),
    ],
    "cable_bundles": [CableBundle(name="Riser", description="to the roof")],
    "contacts": [
        Contact(
            name="Duty desk",
            email="duty@example.net",
            title="Watch",
            phone="+00 1",
            address="Hall 1",
            link="https://example.net/duty",
            groups=("noc",),
            description="day and night",
        )
    ],
    "contact_assignments": [
        ContactAssignment(
            kind="circuit",
            object="carrier-two/R-1",
            contact="Duty desk",
            email="duty@example.net",
            role="owner",
        ),
        ContactAssignment(
            kind="site",
            object="r2",
            contact="Duty desk",
            email="duty@example.net",
            role="owner",
            priority="primary",
        ),
    ],
    "images": [
        ImageAttachment(
            kind="rack",
            object="r2/B1",
            path="image-attachments/rack_3_Front.png",
            name="Front",
            width=1,
            height=1,
            description="after the move",
        )
    ],
}
#: Kinds of which all there is was written there, so that nothing else may stand in their tables.
ALONE = {
    "tenants",
    "module_types",
    "virtual_chassis",
    "config_templates",
    "fhrp_groups",
    "services",
    "virtual_circuits",
    "tunnels",
    "l2vpns",
    "wireless_lans",
    "wireless_links",
    "power_panels",
    "power_feeds",
    "cable_bundles",
    "contacts",
    "contact_assignments",
    "images",
}


@pytest.fixture
def snapshot(connection):
    return load(connection)


@pytest.mark.parametrize("table", WRITTEN)
def test_a_table_holds_what_was_written(snapshot, table):
    found = getattr(snapshot.tables, table)
    assert [item for item in WRITTEN[table] if item not in found] == []
    if table in ALONE:
        assert len(found) == len(WRITTEN[table])


def test_every_table_has_something_in_it(snapshot):
    empty = [name for name in Tables.__struct_fields__ if not getattr(snapshot.tables, name)]
    assert empty == []


def test_every_field_of_every_record_is_set_somewhere(snapshot):
    """What no recorded object sets, no comparison would miss."""
    fields: dict[str, bool] = {}

    def look(value):
        if isinstance(value, tuple):
            for item in value:
                look(item)
        elif isinstance(value, msgspec.Struct):
            for field in msgspec.structs.fields(value):
                name, inner = f"{type(value).__name__}.{field.name}", getattr(value, field.name)
                plain = () if field.default is True else (0, "", (), {}, None)
                fields[name] = fields.get(name, False) or (inner != field.default and inner not in plain)
                look(inner)

    look(snapshot.tables)
    look(tuple(snapshot.devices.values()))
    assert [name for name, was_set in fields.items() if not was_set] == []


def test_journal_entries_say_who_and_when(snapshot):
    entries = [msgspec.structs.replace(entry, created="") for entry in snapshot.tables.journal]
    assert entries == [
        JournalEntry(
            kind="device",
            object=ONE,
            created="",
            level="warning",
            by="admin",
            comments="fan replaced\nby hand",
        ),
        JournalEntry(kind="power-feed", object="r2/LP1/A1", created="", by="admin", comments="measured"),
    ]
    assert all(entry.created.endswith("Z") for entry in snapshot.tables.journal)


def test_a_time_in_netboxs_own_zone_becomes_utc(netbox, connection):
    for row in netbox.rows["extras/journal-entries"]:
        row["created"] = "2026-06-01T02:30:00.5+02:00"
    assert {entry.created for entry in load(connection).tables.journal} == {"2026-06-01T00:30:00.500000Z"}


def test_a_chassis_with_modules_a_stack_member_and_a_blade(snapshot):
    one, two, blade = (snapshot.device(name) for name in (ONE, TWO, "r2-blade"))
    assert (one.tenant, one.virtual_chassis, one.vc_position, one.vc_priority) == (
        "agency-one",
        "stack-1",
        0,
        10,
    )
    assert (one.airflow, one.config_template, one.half_unit) == ("rear-to-front", "base", 8)
    assert (two.vc_position, two.vc_priority) == (1, -1)
    assert (blade.parent, blade.parent_bay, blade.vc_position) == (ONE, "Slot 1", -1)
    assert one.device_bays == (
        DeviceBay(name="Slot 1", label="S1", installed="r2-blade", description="first slot"),
        DeviceBay(name="Slot 2"),
    )
    card = Module(
        model="LC-8",
        manufacturer="bolt",
        status="planned",
        serial="MS1",
        asset_tag="MA1",
        description="card",
    )
    assert one.module_bays == (
        ModuleBay(name="M1", label="one", position="1", module=card, description="line card"),
        ModuleBay(name="M1/1", position="2", parent="M1", enabled=False),
    )


def test_the_main_address_may_be_another_members_or_translated(snapshot):
    assert snapshot.device(ONE).primary_ip4 == "198.51.100.131/25"  # on r2-two, of the same stack
    assert snapshot.device(TWO).primary_ip4 == "203.0.113.31/32"  # outside of its own


def test_an_address_translated_to_nobody_is_refused(netbox, connection):
    row = netbox.row("dcim/devices", name=TWO)
    row["primary_ip4"]["nat_inside"]["address"] = "198.51.100.200/25"
    with pytest.raises(DataError, match=r"r2-two: primary IPv4 203\.0\.113\.31/32 is on none"):
        load(connection)


def test_every_kind_of_port(snapshot):
    one, two = snapshot.device(ONE), snapshot.device(TWO)
    assert one.interface("et1") == Interface(
        name="et1",
        type="40gbase-x-qsfpp",
        module="M1",
        channels=4,
        duplex="full",
        wwn="10:00:00:00:00:00:00:01",
        poe_mode="pse",
        poe_type="type1-ieee802.3af",
        bridge="br0",
        mode="q-in-q",
        qinq_svlan=300,
    )
    assert one.interface("et1:1") == Interface(
        name="et1:1", type="10gbase-x-sfpp", parent="et1", channel_id=1
    )
    assert one.interface("wlan0") == Interface(
        name="wlan0",
        type="ieee802.11ax",
        rf_role="ap",
        rf_channel="2.4g-1-2412-22",
        wireless_lans=("field",),
    )
    assert one.console_ports == (
        ConsolePort(name="con0", type="rj-45", label="front", speed=9600, module="M1", description="console"),
    )
    assert two.console_ports == (ConsolePort(name="con0", mark_connected=True),)
    assert two.console_server_ports == (
        ConsoleServerPort(name="ttyS1", type="usb-a", label="one", speed=115200, description="server"),
    )
    assert one.console_server_ports == (ConsoleServerPort(name="ttyS9", module="M1", mark_connected=True),)
    assert one.power_ports == (
        PowerPort(
            name="PSU1",
            type="iec-60320-c14",
            label="left",
            maximum_draw=300,
            allocated_draw=120,
            description="supply",
        ),
        PowerPort(name="PSU2", module="M1"),
    )
    assert one.power_outlets == (
        PowerOutlet(
            name="OUT1",
            type="iec-60320-c13",
            label="out",
            status="faulty",
            power_port="PSU1",
            feed_leg="B",
            color="ff0000",
            description="outlet",
        ),
        PowerOutlet(name="OUT2", module="M1", mark_connected=True),
    )
    assert one.rear_ports == (
        RearPort(
            name="R1",
            type="mpo",
            label="back",
            positions=4,
            color="00ffff",
            module="M1",
            description="rear",
        ),
    )
    assert [(port.name, port.mark_connected) for port in two.rear_ports] == [("R1", False), ("R2", True)]
    assert (two.status, two.description) == ("staged", "the second")
    assert one.interface("br0.40").addresses == (
        Address(address="198.51.100.130/25", vrf="r2", status="reserved", description="of one"),
    )
    assert one.front_ports == (
        FrontPort(
            name="F1",
            type="lc",
            label="front",
            mappings=(PortMapping(position=1, rear_port="R1", rear_position=3),),
            color="ffff00",
            module="M1",
            mark_connected=True,
            description="front",
        ),
    )


def test_cables_end_on_every_kind(snapshot):
    kinds = {end.kind for cable in snapshot.tables.cables for end in (*cable.a, *cable.b)}
    assert kinds == {
        "interface",
        "front-port",
        "rear-port",
        "console-port",
        "console-server-port",
        "power-port",
        "power-outlet",
        "power-feed",
        "circuit-termination",
    }
    feed = snapshot.cables["R2-FEED"]
    assert feed.a == (CableEnd(kind="power-feed", device="r2/LP1", name="A1"),)
    lead = snapshot.cables["R2-CON"]
    assert (lead.status, lead.description) == ("planned", "patch lead")
    trunk = snapshot.cables["R2-TRUNK"]
    assert (trunk.bundle, trunk.tenant, trunk.profile) == ("Riser", "agency-one", "single-1c4p")


# --- secrets


def test_keys_are_never_asked_for():
    asked = {field for one in lists.EVERY for field in one.fields.split(",")}
    assert not [field for field in asked if any(word in field for word in ("key", "psk", "secret", "passw"))]


def test_keys_that_come_all_the_same_are_not_kept(netbox, connection):
    for rows in netbox.rows.values():
        for row in rows:
            row.update(auth_key="PLANTED", auth_psk="PLANTED", preshared_key="PLANTED")
    netbox.send_everything = True
    found = load(connection)
    assert not [name for name, data in records(found.tables, found.devices) if b"PLANTED" in data]


# --- the journal


def test_without_the_journal_neither_it_nor_its_authors_are_asked_for(netbox, connection):
    netbox.hidden = {"extras/journal-entries", "users/users"}
    assert load(connection, journal=False).tables.journal == ()
    assert not {"extras/journal-entries", "users/users"} & set(netbox.paths())


def test_an_entry_without_an_author_has_none(netbox, connection):
    for row in netbox.rows["extras/journal-entries"]:
        row["created_by"] = None
    assert {entry.by for entry in load(connection).tables.journal} == {""}
    assert "users/users" not in netbox.paths()


# --- a part of the network


@pytest.fixture
def part(connection):
    return load(connection, parse([f"name={ONE}", "name=r2-blade"]))


def test_devices_of_a_part_are_as_in_the_whole(part, snapshot):
    assert sorted(part.devices) == ["r2-blade", ONE]
    assert all(part.devices[name] == snapshot.devices[name] for name in part.devices)


def test_the_tables_of_a_part_name_no_other_device(part):
    tables = msgspec.structs.replace(part.tables, virtual_chassis=())
    text = msgspec.json.encode(tables).decode()
    assert TWO not in text
    assert "hq-a" not in text


def test_what_joins_a_part_with_the_rest_keeps_the_ends_of_the_part_or_goes(part):
    tables = part.tables
    assert [[end.device for end in item.ends] for item in tables.tunnels] == [[ONE]]
    assert [[end.device for end in item.ends] for item in tables.virtual_circuits] == [[ONE]]
    assert [[member.device for member in item.members] for item in tables.fhrp_groups] == [[ONE]]
    assert tables.wireless_links == ()
    assert [cable.key for cable in tables.cables] == ["R2-FEED"]
    assert [item.name for item in tables.virtual_chassis] == ["stack-1"]
    assert [(item.kind, item.object) for item in tables.journal] == [
        ("device", ONE),
        ("power-feed", "r2/LP1/A1"),
    ]


def test_of_a_part_without_them_nothing_of_theirs_is_left(connection):
    tables = load(connection, parse(["name=hq-a"])).tables
    for name in (
        "tunnels",
        "virtual_circuits",
        "fhrp_groups",
        "services",
        "wireless_links",
        "virtual_chassis",
    ):
        assert getattr(tables, name) == (), name
    assert [[end.vlan for end in item.ends] for item in tables.l2vpns] == [[40]]  # a VLAN is on no device
    assert [entry.kind for entry in tables.journal] == ["power-feed"]


def test_a_blade_alone_still_says_where_it_sits(connection):
    alone = load(connection, parse(["name=r2-blade"]))
    assert (alone.device("r2-blade").parent, alone.device("r2-blade").parent_bay) == (ONE, "Slot 1")


# --- what cannot be


@pytest.mark.parametrize(
    ("path", "change", "message"),
    [
        ("dcim/power-feeds", {"power_panel": {"id": 99}}, "power feed A1 refers to power panel #99"),
        ("dcim/power-feeds", {"voltage": None}, "power feed A1: voltage is null"),
        ("dcim/modules", {"module_bay": {"id": 99}}, "module #1 refers to module bay #99"),
        ("dcim/modules", {"module_type": None}, "module r2-one #1: module_type is null"),
        ("dcim/device-bays", {"device": {"id": 99, "name": "x"}}, "Slot 1 belongs to device #99"),
        (
            "dcim/device-bays",
            {"installed_device": {"id": 8, "name": None}},
            "device bay r2-one Slot 1 holds device #8, which has no name",
        ),
        (
            "dcim/virtual-chassis",
            {"master": {"id": 6, "name": None}},
            "stack-1: its master, device #6, has no",
        ),
        ("dcim/console-ports", {"speed": {"value": -1}}, "console port hq-a con: speed.value"),
        ("ipam/fhrp-groups", {"group_id": None}, "group_id is null"),
        ("ipam/fhrp-group-assignments", {"group": {"id": 99}}, "assignment #1 refers to FHRP group #99"),
        ("ipam/fhrp-group-assignments", {"interface_id": 99}, "assignment #1 refers to interface #99"),
        ("ipam/services", {"port_mappings": ["tcp"]}, "service dns of r2-one: 'tcp' is not like tcp/443"),
        ("ipam/services", {"port_mappings": ["tcp/0"]}, "'tcp/0' is not like tcp/443"),
        ("ipam/services", {"port_mappings": ["tcp/70000"]}, "'tcp/70000' is not like"),
        ("ipam/services", {"parent_object_id": 99}, "service dns refers to device #99"),
        ("circuits/virtual-circuits", {"provider_network": {"id": 99}}, "V-1 refers to provider network #99"),
        (
            "circuits/virtual-circuit-terminations",
            {"virtual_circuit": {"id": 99}},
            "termination #1 refers to virtual circuit #99",
        ),
        ("vpn/tunnel-terminations", {"tunnel": {"id": 99}}, "tunnel termination #1 refers to tunnel #99"),
        ("vpn/tunnel-terminations", {"termination_id": 99}, "tunnel termination #1 refers to interface #99"),
        ("vpn/l2vpn-terminations", {"l2vpn": {"id": 99}}, "L2VPN termination #1 refers to L2VPN #99"),
        ("wireless/wireless-links", {"interface_a": {"id": 99}}, "wireless link #1 refers to interface #99"),
        ("wireless/wireless-lans", {"scope_id": 99}, "wireless LAN field refers to site #99"),
        ("tenancy/contact-assignments", {"contact": {"id": 99}}, "assignment #1 refers to contact #99"),
        ("tenancy/contact-assignments", {"object_id": 99}, "contact assignment #1 refers to site #99"),
        ("extras/image-attachments", {"image": "http://x/elsewhere.png"}, "is not where NetBox keeps"),
        (
            "extras/image-attachments",
            {"image": "http://x/media/image-attachments/../../etc"},
            "is not where NetBox keeps",
        ),
        ("extras/image-attachments", {"image": "http://[/image-attachments/x"}, "is not where NetBox keeps"),
        ("extras/journal-entries", {"created": "yesterday"}, "journal entry #1: 'yesterday' is not a time"),
        ("extras/journal-entries", {"created": "2026-01-01T00:00:00"}, "does not say its time zone"),
        ("extras/journal-entries", {"assigned_object_id": 99}, "journal entry #1 refers to device #99"),
        ("dcim/cables", {"profile": {"value": "trunk-9c9p"}}, "cable .* has the profile 'trunk-9c9p', which"),
        ("extras/config-templates", {"environment_params": [1]}, "environment_params: Expected `object"),
        (
            "extras/config-templates",
            {"environment_params": {"x": 1e300}},
            "config template base: environment",
        ),
    ],
)
def test_a_malformed_object_is_named(netbox, connection, path, change, message):
    netbox.rows[path][0].update(change)
    with pytest.raises(DataError, match=message) as caught:
        load(connection)
    assert caught.value.message.isprintable()


def test_groups_that_share_name_and_number_are_told_apart_by_their_address(netbox, connection):
    other = json.loads(json.dumps(netbox.rows["ipam/fhrp-groups"][0]))
    netbox.rows["ipam/fhrp-groups"].append({**other, "id": 77})
    address = json.loads(json.dumps(netbox.rows[FHRP_ADDRESSES][0]))
    address.update(id=770, address="192.0.2.254/24", assigned_object_id=77)
    netbox.rows[FHRP_ADDRESSES].append(address)
    keys = [group.key for group in load(connection).tables.fhrp_groups]
    assert keys == ["users-gw 192.0.2.254/24", "users-gw 198.51.100.129/25"]


def test_a_group_without_a_name_is_known_by_its_address_or_member(netbox, connection):
    netbox.rows["ipam/fhrp-groups"][0]["name"] = ""
    assert [group.key for group in load(connection).tables.fhrp_groups] == ["198.51.100.129/25"]
    netbox.rows[FHRP_ADDRESSES].clear()
    assert [group.key for group in load(connection).tables.fhrp_groups] == [f"{ONE} {ENDS[0]}"]


FHRP_ADDRESSES = "ipam/ip-addresses?assigned_object_type=ipam.fhrpgroup"


def test_a_signed_picture_url_keeps_its_signature_to_itself(netbox, connection):
    netbox.rows["extras/image-attachments"][0]["image"] = (
        "https://bucket.example.net/nb/image-attachments/rack%201.png?X-Amz-Signature=PLANTED"
    )
    assert load(connection).tables.images[0].path == "image-attachments/rack 1.png"
