"""What the EOS templates write for what the reference site does not have; held to the twin."""

import pytest

from linewright.configs.tree import normalise
from linewright.errors import DataError, RenderError
from linewright.lab.twin.config import Config
from linewright.model.objects import Prefix, Vlan
from linewright.platforms import rules
from linewright.redact import restore, tokenise

CONTEXT = {
    "bgp": {
        "asn": 64499,
        "router_id": "198.18.1.71",
        "announce_site": True,
        "maximum_paths": 4,
        "neighbors": [
            {"address": "2001:db8::6", "remote_as": 65540, "description": "v6 neighbour"},
            {"address": "198.18.3.6", "remote_as": 64496, "shutdown": True, "timers": [3, 9], "export_map": "OUT"},
            {
                "address": "198.18.1.7",
                "remote_as": 64499,
                "update_source": "Loopback0",
                "next_hop_self": True,
                "password": "bgp/x",
                "import_map": "IN",
            },
        ],
    },
    "static_routes": [
        {"prefix": "0.0.0.0/0", "next_hop": "198.18.3.6", "distance": 200},
        {"prefix": "2001:db8:a::/48", "next_hop": "blackhole"},
    ],
    "prefix_lists": [
        {"name": "SIX", "entries": [{"seq": 5, "prefix": "2001:db8::/32", "le": 48}]},
        {"name": "FOUR", "entries": [{"seq": 20, "prefix": "0.0.0.0/0"}, {"seq": 10, "prefix": "10.0.0.0/8", "ge": 16, "le": 24}]},
    ],
    "route_maps": [
        {"name": "OUT", "entries": [{"seq": 10, "match_prefix_list": "ANNOUNCED", "set_community": "64500:100"}]},
        {"name": "IN", "entries": [{"seq": 10, "match_prefix_list": "SIX", "set_metric": 20, "set_local_preference": 50}]},
    ],
    "access_class": {"name": "MGMT", "permit": ["198.18.0.0/24", "198.18.4.9/32", "2001:db8:5::/64"]},
    "banner": "Line one\n\n  line two EOF",
    "services": {
        "lacp": "passive",
        "ntp": {
            "source": "Management1",
            "keys": [
                {"id": 12, "algorithm": "md5", "secret": "ntp/12"},
                {"id": 2, "secret": "ntp/{device}/2"},
                {"id": 3, "secret": "ntp/3"},
            ],
            "servers": [
                {"address": "198.18.0.22", "vrf": "RED", "key": 12},
                {"address": "ntp.example.net", "prefer": True, "iburst": True},
                {"address": "198.18.0.21", "prefer": True, "key": 2},
            ],
        },
        "syslog": {
            "level": "informational",
            "buffered": 5000,
            "source": "Ethernet6",
            "hosts": [
                {"address": "198.18.0.24", "port": 6514, "protocol": "tcp"},
                {"address": "198.18.0.23", "vrf": "RED"},
                {"address": "198.18.0.3", "port": 5514},
            ],
        },
        "snmp": {
            "contact": "NOC  phone 1234",
            "location": "Room 2",
            "engine_id": "name",
            "source": "Management1",
            "views": [{"name": "ALL", "include": ["iso"], "exclude": ["1.3.6.1.6.3"]}],
            "groups": [
                {"name": "priv", "read": "ALL", "notify": "ALL"},
                {"name": "G2", "level": "noauth", "write": "ALL"},
            ],
            "users": [
                {
                    "name": "auth",
                    "group": "priv",
                    "auth": "sha256",
                    "auth_key": "snmp/{device}/auth",
                    "priv": "aes",
                    "priv_key": "snmp/{device}/priv",
                },
                {"name": "half", "group": "priv", "auth": "sha", "auth_key": "snmp/half"},
                {"name": "open", "group": "G2"},
            ],
            "hosts": [
                {"address": "198.18.0.25", "user": "auth", "vrf": "RED", "kind": "informs", "port": 1162},
                {"address": "198.18.0.26", "user": "open", "level": "noauth"},
            ],
            "traps": True,
            "access": {"name": "SNMP", "permit": ["198.18.0.25/32"]},
        },
        "aaa": {
            "tacacs": [
                {"address": "198.18.0.32", "key": "tacacs/key", "timeout": 5, "vrf": "RED", "port": 4949},
                {"address": "198.18.0.31", "key": "tacacs/key"},
            ],
            "radius": [{"address": "198.18.0.33", "key": "radius/key", "port": 1645, "accounting_port": 1646}],
            "groups": [
                {"name": "ADMINS", "kind": "tacacs+", "servers": ["198.18.0.31", "198.18.0.32"]},
                {"name": "DOORS", "kind": "radius", "servers": ["198.18.0.33"]},
            ],
            "login": ["ADMINS", "DOORS", "local"],
            "console": ["local"],
            "enable": ["local"],
            "exec": ["ADMINS", "local"],
            "commands": ["ADMINS", "none"],
            "accounting_exec": ["ADMINS"],
            "accounting_commands": ["ADMINS"],
        },
        "users": [
            {"name": "rescue", "privilege": 15, "role": "network-admin", "secret": "local/rescue"},
            {"name": "look", "secret": "local/look"},
        ],
        "login_banner": "Staff only.",
    },
}  # fmt: skip
TABLES = {
    "vlans": tuple(Vlan(vid=vid, name=f"v{vid}", site="s1") for vid in (10, 20, 21, 22, 30, 99)),
    "prefixes": (
        Prefix(prefix="198.51.100.128/26", site="s1", role="announced"),
        Prefix(prefix="2001:db8:7::/48", site="s1", role="announced"),
    ),
}


def everything(build):
    ports = (
        build.port(
            "Ethernet1", description="! odd  'text' | \"here\" # EOF", mode="access", untagged_vlan=10
        ),
        build.port(
            "Ethernet2", mode="tagged", untagged_vlan=30, tagged_vlans=(22, 10, 20, 21), enabled=False
        ),
        build.port("Ethernet3", "198.18.3.7/31", "192.0.2.1/24", "2001:db8::7/64", mtu=9000),
        build.port("Ethernet4", mode="access", untagged_vlan=1),
        build.port("Ethernet5", lag="Port-Channel7"),
        build.port("Ethernet6", "192.0.2.129/25", vrf="RED"),
        build.port("Ethernet7"),
        build.port("Loopback0", "198.18.1.71/32", type="virtual"),
        build.port("Management1", "198.18.0.30/24", mgmt_only=True),
        build.port("Port-Channel7", type="lag", mode="tagged-all"),
        build.port("Port-Channel12", "198.18.7.1/31", type="lag"),
        build.port("Ethernet8", lag="Port-Channel12"),
        build.port("Vlan99", "198.18.99.1/24", type="virtual"),
    )
    return build.device("everything", *ports, platform="arista-eos", oob_ip="198.18.0.30/24", context=CONTEXT)


def test_the_twin_prints_everything_as_it_was_rendered(build):
    device, eos = everything(build), rules("eos")
    rendered = build.render(device, **TABLES)
    ports = [port.name for port in device.interfaces if port.name.startswith(("Ethernet", "Management"))]
    config = Config(ports).load(restore(rendered.text, rendered.slots, build.key, build.reveal))
    printed = tokenise("\n".join(config.render()), eos, build.key, device.name)
    assert normalise(printed, eos) == normalise(rendered.text, eos)
    ours, theirs = (
        [line for line in text.splitlines() if line.strip() != "!"] for text in (rendered.text, printed)
    )
    assert ours == theirs, "EOS's own order, line by line"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"ospf": {"router_id": "192.0.2.1"}}, "OSPF is not written for EOS"),
        (
            {
                "access_class": {"name": "M"},
                "services": {"snmp": {"access": {"name": "M", "permit": ["192.0.2.0/24"]}}},
            },
            "have one name: M",
        ),
        (
            {
                "services": {
                    "snmp": {
                        "groups": [{"name": "G"}],
                        "users": [{"name": "u", "group": "G", "auth": "sha", "auth_key": "x"}],
                    }
                }
            },
            "need an engine_id",
        ),
        ({"banner": "a\nEOF\nno management api http-commands"}, "would end it"),
    ],
)
def test_what_eos_templates_do_not_write_is_refused(more, why, build):
    port = build.port("Ethernet1", "192.0.2.1/24")
    with pytest.raises(RenderError, match=why):
        build.text(build.device("r1", port, platform="arista-eos", context=more))


def rendered_vlans(build, port, vlans):
    device = build.device("r1", port, platform="arista-eos")
    text = build.text(device, vlans=tuple(Vlan(vid=v, name=n, site=s, group=g) for v, n, s, g in vlans))
    rows = text.splitlines()
    return {int(row[5:]): rows[i + 1].split()[1] for i, row in enumerate(rows) if row.startswith("vlan ")}


def test_vlans_of_ports_and_interfaces_only(build):
    known = [(10, "a", "s1", ""), (20, "b", "s1", ""), (30, "c", "s1", "")]
    assert rendered_vlans(build, build.port("Ethernet1", mode="tagged", tagged_vlans=(10, 20)), known) == {
        10: "a",
        20: "b",
    }
    assert rendered_vlans(build, build.port("Vlan30", type="virtual"), known) == {30: "c"}
    assert rendered_vlans(build, build.port("Ethernet1", mode="access", untagged_vlan=1), known) == {}


def test_the_sites_own_vlan_counts_before_one_of_no_site(build):
    port = build.port("Ethernet1", mode="access", untagged_vlan=10)
    assert rendered_vlans(build, port, [(10, "any", "", ""), (10, "own", "s1", "")]) == {10: "own"}
    assert rendered_vlans(build, port, [(10, "any", "", "")]) == {10: "any"}


def test_a_trunk_of_all_vlans_brings_those_of_the_site(build):
    port = build.port("Ethernet1", mode="tagged-all")
    assert rendered_vlans(build, port, [(10, "a", "s1", ""), (20, "b", "", "")]) == {10: "a"}


@pytest.mark.parametrize(
    ("vlans", "why"),
    [
        ((), "has no VLAN of that number"),
        (((10, "a", "s1", "x"), (10, "b", "s1", "y")), "has two VLANs of that number"),
    ],
)
def test_a_vlan_that_is_not_there_or_there_twice_is_refused(vlans, why, build):
    with pytest.raises(DataError, match=f"device r1: interface Ethernet1 uses VLAN 10; site s1 {why}"):
        rendered_vlans(build, build.port("Ethernet1", mode="access", untagged_vlan=10), vlans)
