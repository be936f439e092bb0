"""A description can say everything the model holds that people write themselves."""

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linewright.errors import DataError
from linewright.model import objects
from linewright.model.objects import Record
from linewright.model.tables import IDENTITY
from linewright.sources.description import load

WHOLE = Path(__file__).with_name("whole.yaml")

#: What only NetBox keeps: templates, pictures and notes; groups that tell VLANs of one number apart.
ONLY_IN_NETBOX = {
    "ConfigTemplate.*",
    "Device.config_template",
    "ImageAttachment.*",
    "JournalEntry.*",
    "L2vpnEnd.group",
    "Platform.config_template",
    "Role.config_template",
    "Vlan.group",
}


@pytest.fixture(scope="module")
def whole():
    return load(WHOLE)


def records(value):
    if isinstance(value, Record):
        yield value
        for name in value.__struct_fields__:
            yield from records(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from records(item)


def told(record):
    for field in msgspec.structs.fields(type(record)):
        value = getattr(record, field.name)
        if value if field.default_factory is not msgspec.NODEFAULT else value != field.default:
            yield field.name


def test_every_field_of_the_model_can_be_said(whole):
    seen: dict[str, set[str]] = {}
    for record in (*records(whole.tables), *(r for d in whole.devices.values() for r in records(d))):
        seen.setdefault(type(record).__name__, set()).update(told(record))
    silent = set()
    for name in objects.__all__:
        kind = getattr(objects, name)
        if not isinstance(kind, type) or not issubclass(kind, Record) or kind is Record:
            continue
        fields = set(kind.__struct_fields__)
        missing = fields - seen.get(name, set())
        silent |= {f"{name}.*"} if missing == fields else {f"{name}.{field}" for field in missing}
    assert sorted(silent) == sorted(ONLY_IN_NETBOX)


def test_every_table_has_something_in_it(whole):
    empty = {name for name in IDENTITY if not getattr(whole.tables, name)}
    assert empty == {"config_templates", "images", "journal"}


# (what is replaced in the whole description, by what, what the message must name)
MISTAKES = [
    ("power_port: Inlet,", "power_port: Outlet,", ["pdu1", "no power port 'Outlet'"]),
    ("rack: A1}, A2", "rack: B1}, A2", ["PDB-A", "rack 'B1'"]),
    ("west/PDB-A A1 -- pdu1 Inlet", "west/PDB-A A9 -- pdu1 Inlet", ["west/PDB-A"]),
    ("west/PDB-A A1 -- pdu1 Inlet", "west/PDB-A A1 -- pdu1 O4", ["power feed", "fits no"]),
    ("pdu1 O1-3 --", "pdu1 O1-2 --", ["3 labels for 2 ends on the left and 3 on the right"]),
    ("con1 port1 & con1 port3", "con1 port1 & con1 aux", ["con1 aux", "marked as connected"]),
    ("-- west1 con & east1 con", "-- west1 con & east1 PSU1", ["console server port", "power port"]),
    ("sw1 Q1 --", "sw1 Q1/1 --", ["channel of Q1"]),
    ("Q1/1-4:", "Q1/1-5:", ["channel 5", "4 channels"]),
    ("sw1 Port3 -- enc1 red", "sw1 Bond1 -- enc1 red", ["sw1 Bond1 is a lag interface"]),
    ("Port1: {lag: Bond1}", "Port1: {lag: Port4}", ["Port4 is no interface of type lag"]),
    ("Port1: {lag: Bond1}", "Port1: {lag: Bond9}", ["no interface 'Bond9'"]),
    ("bridge: br, tags: [red]", "bridge: bridge, tags: [red]", ["enc1", "no interface 'bridge'"]),
    ("untagged: 10}", "untagged: 11}", ["sw1", "VLAN 11"]),
    ("wireless_lans: [Guests]", "wireless_lans: [Guest]", ["west1", "Guest"]),
    ("Slot1: line-card", "Slot9: line-card", ["west1", "no module bay 'Slot9'"]),
    ("Slot1: line-card", "Slot1: line-cart", ["west1", "module type 'line-cart'"]),
    ("parent: box1 Bay2", "parent: box1 Bay3", ["blade1", "device bay 'Bay3'"]),
    ("sw1: 1, sw2: {position: 2", "sw1: 1, sw2: {position: 1", ["stack", "one device for a position"]),
    ("master: sw1", "master: west1", ["stack", "west1 is no member"]),
    ("west1 vc0: {role", "west1 vc9: {role", ["wire/cloud/77", "west1 vc9"]),
    ("network: cloud", "network: clout", ["wire/2", "wire/clout"]),
    ("z: {network: cloud}", "z: {}", ["wire/2", "say its site"]),
    ("wire/1 Z -- east1 eth1", "wire/2 Z -- east1 eth1", ["wire/2 Z", "provider network"]),
    ("west vlan 20", "west vlan 21", ["office", "no VLAN 21"]),
    ("outside: 198.18.1.1}", "outside: 198.18.1.9}", ["west-east", "no address 198.18.1.9"]),
    ("addresses: [192.0.2.1/24]", "addresses: [192.0.2.2/24]", ["192.0.2.2 is given to sw1 Vlan10"]),
    ("sw2 Vlan10: 100", "sw2 Vlan11: 100", ["users", "sw2 Vlan11"]),
    ("ssh: tcp/22", "ssh: tcp:22", ["west1", "ssh", "tcp/80,443"]),
    ("bundle: Duct", "bundle: Duck", ["cables", "Duck"]),
    ("{site: west, role: duty", "{site: west, rack: west/A1, role: duty", ["Duty desk", "name one of"]),
    ("{rack: west/A1, role: duty}", "{rack: A1, role: duty}", ["Duty desk", "rack 'A1'"]),
    ("tenant: ops, ends", "tenant: oops, ends", ["tenant 'oops'"]),
    ("02-00-5e-00-53-01", "02-00-5e-00-53", ["west1", "MAC"]),
    ("profile: trunk-2c12p", "profile: trunk-2c9p", ["C-3", "trunk-2c9p"]),
    ("pd1 R1 -- pd2 R1", "pd1 R1 -- pd2 R9", ["pd2 has no port R9"]),
    ("con: {speed: 115200}", "con: {sped: 115200}", ["west1", "sped"]),
    ("O1-4: {power_port", "con: {power_port", ["O1"]),
]


@pytest.mark.parametrize(("old", "new", "named"), MISTAKES, ids=[new[:40] for _, new, _ in MISTAKES])
def test_a_mistake_is_named_with_its_line(loaded, old, new, named):
    text = WHOLE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(DataError) as caught:
        loaded(text.replace(old, new, 1))
    assert "line " in caught.value.message
    for word in named:
        assert word in caught.value.message


def test_modules_bring_ports_and_bays_named_after_their_place(whole):
    west = whole.devices["west1"]
    assert {i.name: i.module for i in west.interfaces if i.module} == {
        "Card1/1": "Slot1",
        "Card1/2": "Slot1",
        "Optic11": "Cage1",
    }
    assert {bay.name: bay.parent for bay in west.module_bays} == {"Slot1": "", "Slot2": "", "Cage1": "Slot1"}


def test_channels_are_numbered_in_order_and_a_chosen_number_stays(loaded):
    text = WHOLE.read_text(encoding="utf-8")
    text = text.replace(
        "sw1: {role: other, rack: A2 U20, interfaces: {",
        "sw1: {role: other, rack: A2 U20, interfaces: {Q1/4: {channel_id: 1}, ",
    )
    sw1 = loaded(text).devices["sw1"]
    assert {i.name: i.channel_id for i in sw1.interfaces if i.channel_id} == {
        "Q1/1": 2,
        "Q1/2": 3,
        "Q1/3": 4,
        "Q1/4": 1,
    }


def test_rows_are_cables_with_a_label_each(whole):
    found = {
        key: (c.a[0].name, c.b[0].device, c.b[0].name)
        for key, c in whole.cables.items()
        if key[:2] in ("P-", "K-")
    }
    assert found == {
        "K-1": ("port1", "west1", "con"),
        "K-2": ("port3", "east1", "con"),
        "P-01": ("O1", "west1", "PSU1"),
        "P-02": ("O2", "west1", "PSU2"),
        "P-03": ("O3", "sw1", "PSU1"),
        "P-10": ("A1", "pdu1", "Inlet"),
    }


def test_a_device_in_a_bay_is_where_its_chassis_is(whole):
    blade, box = whole.devices["blade1"], whole.devices["box1"]
    assert (blade.parent, blade.parent_bay, blade.rack, blade.location) == (
        "box1",
        "Bay2",
        box.rack,
        box.location,
    )
    assert {bay.name: bay.installed for bay in box.device_bays} == {"Bay1": "", "Bay2": "blade1"}


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_whatever_stands_in_place_of_a_word_is_read_or_refused(tmp_path_factory, data):
    words = re.split(r"([\w./:-]+)", WHOLE.read_text(encoding="utf-8"))
    for _ in range(data.draw(st.integers(1, 2))):
        index = data.draw(st.integers(0, len(words) - 1))
        words[index] = data.draw(
            st.sampled_from([*words[1::40], "", "null", "-1", "1e9", "[]", "{}", "{a: 1}", "}", " -- ", ": "])
        )
    path = tmp_path_factory.mktemp("fuzz") / "site.yaml"
    path.write_text("".join(words), encoding="utf-8")
    try:
        load(path)
    except DataError as error:
        assert str(error)  # noqa: PT017 - either outcome is right; only another exception is wrong
