"""What the FRR templates write for what the reference site does not have; held to a real FRR."""

import pytest

from linewright.configs.tree import normalise
from linewright.errors import RenderError
from linewright.lab.frr.disk import key_pair
from linewright.lab.frr.router import Router, RouterSpec
from linewright.model.objects import Address, Prefix
from linewright.platforms import rules
from linewright.redact import restore, tokenise

CONTEXT = {
    "bgp": {
        "asn": 64496,
        "router_id": "198.18.1.21",
        "announce_site": True,
        "maximum_paths": 4,
        "networks": ["100.64.0.0/10", "9.0.0.0/8", "10.0.0.0/16", "10.0.0.0/8", "2001:db8:100::/48"],
        "neighbors": [
            {"address": "2001:db8::20", "remote_as": 65540, "description": "v6, last", "next_hop_self": True},
            {"address": "2001:db8::3", "remote_as": 65540, "import_map": "FROM6", "export_map": "COMMUNITIES"},
            {"address": "198.18.20.3", "remote_as": 4200000000, "shutdown": True, "timers": [3, 9]},
            {
                "address": "198.18.3.3",
                "remote_as": 64496,
                "description": "to  the far|side",
                "password": "bgp/x",
                "update_source": "lo",
                "next_hop_self": True,
                "import_map": "FROM",
            },
        ],
    },
    "ospf": {
        "router_id": "198.18.1.21",
        "interfaces": [
            {"name": "lo", "passive": True},
            {"name": "eth1", "area": "0.0.0.1", "cost": 7, "hello": 2, "dead": 8},
            {"name": "eth2", "point_to_point": False},
        ],
    },
    "static_routes": [
        {"prefix": "198.51.100.0/24", "next_hop": "198.18.0.20"},
        {"prefix": "198.51.100.0/24", "next_hop": "198.18.0.3"},
        {"prefix": "198.51.100.0/24", "next_hop": "eth1", "distance": 7},
        {"prefix": "198.51.100.0/24", "next_hop": "blackhole", "distance": 254},
        {"prefix": "0.0.0.0/0", "next_hop": "198.18.0.1", "distance": 200},
        {"prefix": "2001:db8:10::/48", "next_hop": "2001:db8::3"},
        {"prefix": "2001:db8:a::/48", "next_hop": "blackhole"},
    ],
    "prefix_lists": [
        {"name": "Z", "entries": [{"seq": 20, "prefix": "0.0.0.0/0", "action": "deny"}, {"seq": 10, "prefix": "10.0.0.0/8", "ge": 16, "le": 24}]},
        {"name": "A", "entries": [{"seq": 5, "prefix": "10.0.0.0/8", "le": 32}]},
        {"name": "SIX", "entries": [{"seq": 5, "prefix": "2001:db8::/32", "le": 48}]},
    ],
    "route_maps": [
        {"name": "FROM6", "entries": [{"seq": 10, "match_prefix_list": "SIX", "set_metric": 20}]},
        {"name": "FROM", "entries": [{"seq": 20, "action": "deny"}, {"seq": 10, "match_prefix_list": "ANNOUNCED"}]},
        {
            "name": "COMMUNITIES",
            "entries": [
                {"seq": 10, "match_prefix_list": "ANNOUNCED6", "set_community": "no-export 64500:100 64500:2", "set_local_preference": 50}
            ],
        },
    ],
    "access_class": {"name": "MGMT", "permit": ["198.18.0.0/24", "2001:db8::/64", "198.18.4.0/24"]},
    "banner": "Line one\nline two",
}  # fmt: skip
PREFIXES = tuple(
    Prefix(prefix=prefix, site="s1", role="announced")
    for prefix in ("192.0.2.0/25", "203.0.113.0/24", "198.51.100.0/24", "2001:db8:7::/48")
)
ODD = r"""a ! b # c ? "q" 'r' \x $HOME `id` ; {a} [b] <c> (d) A.B.C.D %s @ ^ ~ & * + = , / x|y é中"""


def everything(build):
    ports = (
        build.port("eth0", "198.18.0.17/24", mgmt_only=True),
        build.port("eth1", "10.9.0.1/24", description=ODD),
        build.port(
            "eth2", "198.18.2.0/31", "192.0.2.129/25", "2001:db8::10/64", "2001:db8::9/64", description="exit"
        ),
        build.port("eth3", description="! bang", enabled=False),
        build.port("eth4"),
        build.port("eth10", "198.18.2.4/31", description="# hash"),
        build.port("lo", "198.18.1.21/32", "2001:db8:0:1::21/128"),
    )
    return build.device("everything", *ports, context=CONTEXT)


def lines(text):
    ours = (line for line in text.splitlines() if line.strip() not in {"!", "end"})
    return [line for line in ours if not line.startswith(("frr ", "banner motd "))]


@pytest.mark.lab
def test_frr_prints_everything_as_it_was_rendered(build, tmp_path):
    device, frr = everything(build), rules("frr")
    rendered = build.render(device, prefixes=PREFIXES)
    ports = tuple(port.name for port in device.interfaces if port.name != "lo")
    router = Router(RouterSpec(name=device.name, address="198.18.0.17/24", spares=ports), tmp_path / "router")
    router.prepare(restore(rendered.text, rendered.slots, build.key, build.reveal), key_pair()[1])
    try:
        router.create(bound=True)
        router.boot()
        running = router.vtysh("show running-config no-header")
    finally:
        router.stop()
    seen = tokenise(running, frr, build.key, device.name)
    assert normalise(seen, frr) == normalise(rendered.text, frr)
    assert lines(seen) == lines(rendered.text), "FRR's own order, line by line"


def test_a_banner_is_one_line(build):
    assert "banner motd line Line one line two\n" in build.text(everything(build), prefixes=PREFIXES)


def test_a_pipe_before_a_space_is_refused(build):
    with pytest.raises(RenderError, match="where vtysh begins an output filter"):
        build.text(build.device("r1", build.port("eth1", description="a | b")))


@pytest.mark.parametrize("more", [{"vrf": "RED"}, {"mode": "access", "untagged_vlan": 1}, {"lag": "bond0"}])
def test_what_frr_templates_do_not_write_is_refused(more, build):
    with pytest.raises(RenderError, match="interface eth1 has a VRF, VLANs or a LAG"):
        build.text(build.device("r1", build.port("eth1", **more)))


def test_only_configured_addresses_are_written(build):
    port = build.port("eth1", "192.0.2.1/24")
    addresses = (
        *port.addresses,
        Address(address="192.0.2.2/24", status="reserved"),
        Address(address="192.0.2.3/24", role="vip"),
    )
    text = build.text(build.device("r1", type(port)(name="eth1", addresses=addresses)))
    assert [line for line in text.splitlines() if "ip address" in line] == [" ip address 192.0.2.1/24"]


def test_a_device_with_nothing(build):
    assert (
        build.text(build.device("r1")) == "hostname r1\nlog commands\nservice integrated-vtysh-config\n!\n!\n"
    )


def test_an_announced_prefix_is_three_lines(build):
    bgp = {"asn": 64496, "router_id": "192.0.2.1", "announce_site": True}
    device = build.device("r1", context={"bgp": bgp})
    before = build.text(device, prefixes=PREFIXES[:1]).splitlines()
    after = build.text(device, prefixes=PREFIXES[:2]).splitlines()
    added = [line for line in after if line not in before]
    assert [line.split()[:2] for line in added] == [
        ["ip", "route"],
        ["network", "203.0.113.0/24"],
        ["ip", "prefix-list"],
    ]
    assert [line for line in before if line not in after] == []
