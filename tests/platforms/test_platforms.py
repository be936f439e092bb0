import re

import pytest

from linewright.configs.grammar import grammar_of
from linewright.errors import DataError
from linewright.model.objects import Device
from linewright.platforms import PlatformRules, names, platform_for, rules, walk
from linewright.platforms.load import read

EOS_DAY = 24 * 60 * 60


def device(platform: str) -> Device:
    return Device(name="x", site="hq", role="r", type="t", platform=platform)


@pytest.mark.parametrize(
    ("slug", "name"), [("frr", "frr"), ("arista-eos", "eos"), ("eos", "eos"), ("", None), ("junos", None)]
)
def test_a_device_finds_its_platform_by_slug(slug, name):
    found = platform_for(device(slug))
    assert (found.name if found else None) == name


def test_an_unknown_platform_is_refused_and_the_known_ones_are_named():
    with pytest.raises(DataError, match="nxos") as caught:
        rules("nxos")
    assert "eos, frr" in caught.value.hint


@pytest.mark.parametrize("name", ["../frr", "frr.toml", "", "."])
def test_a_platform_name_is_no_path(name):
    with pytest.raises(DataError):
        rules(name)


def test_platform_data_is_read_once():
    assert rules("frr") is rules("frr")


def test_the_capabilities_are_those_that_were_measured():
    frr, eos = rules("frr"), rules("eos")
    assert (frr.driver, frr.transport, frr.port, frr.order, frr.timer) == ("frr", "ssh", 22, "sent", True)
    assert (eos.driver, eos.transport, eos.port, eos.order, eos.timer) == ("eos", "eapi", 443, "atomic", True)
    # NAPALM writes a day as 00:00:00.
    assert eos.max_timer < EOS_DAY


@pytest.mark.parametrize("name", names())
def test_every_platform_says_what_its_adapter_can_do_and_in_whose_order(name):
    told = rules(name).capabilities
    assert told.merge
    assert bool(told.timer) is rules(name).timer
    assert str(told.order).startswith(rules(name).order)


def test_what_a_data_file_does_not_name_is_not_promised():
    told = read("x", GOOD.encode()).capabilities
    assert not any(getattr(told, field) for field in told.__struct_fields__)


@pytest.mark.parametrize("name", names())
def test_the_places_are_of_use(name):
    """A place behind one that matches everything would never count."""
    places = rules(name).places
    assert [place.inside for place in places].index(".*") == len(places) - 1
    assert len({place.inside for place in places}) == len(places)


@pytest.mark.parametrize("name", names())
def test_nothing_that_says_something_is_dropped(name):
    """What is dropped can be changed behind our back, so the list is closed (frr.toml says why each is there)."""
    kept = (
        "hostname x",
        "frr defaults datacenter",
        "no ip forwarding",
        "description x",
        "exit-something",
        "banner",
    )
    lines = [line for line in walk("\n".join(kept), rules(name)) if line.kind == "line"]
    assert [line.text for line in lines] == list(kept)


GOOD = """
name = "x"
title = "X"
slugs = []
driver = "x"
transport = "ssh"
port = 22
order = "sent"
timer = false
max_timer = 0
indent = 1
comment = "!"
volatile = []
exits = ["exit"]
leave = "exit"
secrets = ['key (?P<secret>.*)']
places = []
"""


def test_a_good_file_is_read():
    assert isinstance(read("x", GOOD.encode()), PlatformRules)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "x"', 'name = "y"', "calls itself 'y'"),
        ("port = 22", "port = 'a'", r"\$\.port"),
        ("port = 22", "ports = 22", "ports"),
        ("port = 22", "", "port"),
        ('order = "sent"', 'order = "some"', "order"),
        ("secrets = ['key (?P<secret>.*)']", "secrets = ['key .*']", "no group named secret"),
        ("secrets = ['key (?P<secret>.*)']", "secrets = ['key (']", "is no pattern"),
        ("places = []", "places = [{ inside = '(' }]", "is no pattern"),
        ("places = []", "places = [{ inside = '', singel = [] }]", "singel"),
        ("timer = false", "timer = maybe", "platform x"),
    ],
)
def test_a_malformed_file_is_refused_by_name(old, new, message):
    with pytest.raises(DataError, match=message) as caught:
        read("x", GOOD.replace(old, new).encode())
    assert "platform x" in str(caught.value)


def test_a_file_that_is_no_text_is_refused():
    with pytest.raises(DataError, match="platform x"):
        read("x", b"\xff\xfe")


def test_every_line_knows_its_section():
    text = (
        "frr version 8.4.4\nrouter bgp 64500\n neighbor 192.0.2.1 remote-as 64501\n !\n"
        " address-family ipv4\n  network 192.0.2.0/24\n exit-address-family\nexit\n!\nline vty\n"
    )
    found = [(line.kind, line.path, line.text) for line in walk(text, rules("frr")) if line.kind == "line"]
    assert found == [
        ("line", (), "router bgp 64500"),
        ("line", ("router bgp 64500",), "neighbor 192.0.2.1 remote-as 64501"),
        ("line", ("router bgp 64500",), "address-family ipv4 unicast"),
        ("line", ("router bgp 64500", "address-family ipv4 unicast"), "network 192.0.2.0/24"),
        ("line", (), "line vty"),
    ]


def test_a_banner_is_one_block_whatever_is_in_it():
    text = "banner motd\nexit\n   hostname y\n!\nEOF\nhostname x\n"
    found = [(line.kind, line.raw) for line in walk(text, rules("eos")) if line.kind != "noise"]
    assert found == [("block", "banner motd\nexit\n   hostname y\n!\nEOF"), ("line", "hostname x")]


def test_a_banner_without_an_end_is_refused():
    with pytest.raises(DataError, match="banner motd"):
        list(walk("banner motd\nhostname x\n", rules("eos")))


def test_patterns_do_not_explode():
    """A device decides what we match against: no pattern may need more than linear time on a long line."""
    for name in names():
        for pattern in rules(name).secrets:
            re.match(pattern, "neighbor " + "key 7 " * 20_000)


def test_what_is_ours_of_a_kind_is_told_by_its_own_name():
    """One standard list of ours does not make all standard lists ours."""
    owned = grammar_of(rules("eos")).top.owned
    assert owned("ip access-list standard A") != owned("ip access-list standard B")
    assert owned("ip access-list standard A") != owned("ip access-list A")
    assert owned("ipv6 access-list A") != owned("ip access-list A")
    assert owned("ip access-list standard") == owned("ip access-list standard")
    assert owned("lldp management-address Loopback0") == owned("lldp management-address Management1")
    assert owned("logging vrf A host 192.0.2.1") == owned("logging host 192.0.2.2 6514 protocol tcp")
    assert owned("aaa authentication login default local") != owned("aaa authentication login console local")
    assert owned("username a secret 5 x") != owned("username b secret 5 x")
