"""The page on descriptions says every key, and its examples are read."""

import re

import msgspec
import pytest

from linewright.sources.described import parsing, schema


@pytest.fixture(scope="module")
def page(checkout):
    return (checkout / "docs" / "site-description.md").read_text(encoding="utf-8")


def blocks(page):
    return re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)


def test_the_least_description_is_one(page, loaded):
    least = loaded(blocks(page)[0])
    assert set(least.devices) == {"r1", "r2"}
    assert set(least.cables) == {"C-0001"}


def test_every_key_is_named(page):
    words = set(re.findall(r"[a-z0-9_]+", page))
    kinds = [
        kind for kind in vars(schema).values() if isinstance(kind, type) and issubclass(kind, schema.Entry)
    ]
    keys = {field.encode_name for kind in kinds for field in msgspec.structs.fields(kind)}
    assert (keys | set(parsing.Description._fields)) - words == set()


#: What the examples refer to, beneath them.
GROUND = """\
format: 1
tags: {fabric: Fabric}
tenants: {ops: {name: Operations}}
asns: {64496: A, 64497: B}
vrfs: {OFFICE: {}}
manufacturers: {acme: Acme}
providers: {wire: Wire}
circuit_types: {line: Line}
virtual_circuit_types: {vpn: VPN}
prefix_roles: {users: Users}
roles: {access: {name: Access, defaults: {type: switch-16}}, server: {name: Server}, panel: {name: Panel, defaults: {type: panel-24}}}
"""


def test_examples_of_types_sites_and_devices_are_read_together(page, loaded):
    types = next(block for block in blocks(page) if block.startswith("device_types:"))
    site = next(block for block in blocks(page) if "power_panels:" in block)
    devices = next(block for block in blocks(page) if block.startswith("devices:"))
    types = types.replace('module_bays: {Slot1: {position: "1"}}', "module_bays: {Slot1-2: {}}")
    inside = devices.replace("\n", "\n    ").replace(
        "rack: A1 U20", "rack: A1 U20\n        interfaces: {Vlan10: {addresses: [192.0.2.1/24]}}"
    )
    snapshot = loaded(GROUND + types + site.replace("    devices: {}", "    " + inside))
    assert set(snapshot.devices) == {"sw1", "box1", "blade1"}
    assert snapshot.devices["sw1"].interface("EthernetSlot1/4") is not None
    assert len(snapshot.tables.services) == 2
    assert len(snapshot.tables.power_feeds) == 2
