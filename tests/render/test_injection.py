"""No value of the source of truth writes configuration: refused, or one line that stays where it is."""

import functools

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from linewright.errors import LinewrightError
from linewright.model.objects import Vlan
from linewright.platforms import rules, walk

PLACES = ("interface", "neighbor", "banner", "hostname", "vlan", "route map", "next hop", "community")
#: What only one of the platforms writes.
OWN_PLACES = (
    ("arista-eos", "contact"),
    ("arista-eos", "login banner"),
    ("arista-eos", "log host"),
    ("frr", "area"),
)
EVERYWHERE = [*((platform, place) for platform in ("frr", "arista-eos") for place in PLACES), *OWN_PLACES]
HARMLESS = "harmless"
NASTY = (
    "to pe2\nexit\nno access-list MGMT\nusername x privilege 15",
    "a\rno router bgp 64500",
    "a\x0bend",
    "a\x85end",
    "a\u2028end",
    "a\x00b",
    "\x1b[2J",
    "\x02secret\x03",
    "\u202eesrever",
    "zero\u200bwidth",
    "a | include b",
    "EOF",
    " EOF ",
    "EOF\n",
    "x\n\tEOF\nusername eve privilege 15 nopassword",
    "x\r\nEOF\r\nno aaa root",
    "x\n\u00a0EOF",
    "| no router bgp 64500",
    "a|",
    "a ; reload",
    "ends in \\",
    "what?",
    "$(reboot)",
    "x\nEOF\nusername eve privilege 15 nopassword",
    "exit",
    "!",
    "# comment",
    "{{ secret('x') }}",
    "{% raw %}",
    "   ",
    "x" * 5000,
)


def device(build, platform, place, value):
    """A device with something in every place, and `value` in one."""

    def at(where, usual=HARMLESS):
        return value if place == where else usual

    eos = platform == "arista-eos"
    neighbor = {
        "address": "192.0.2.1",
        "remote_as": 64501,
        "description": at("neighbor"),
        "import_map": at("route map", "IN"),
    }
    context = {
        "bgp": {"asn": 64500, "router_id": "192.0.2.0", "neighbors": [neighbor]},
        "route_maps": [
            {
                "name": at("route map", "IN"),
                "entries": [{"seq": 10}],
            }
        ],
        "static_routes": [{"prefix": "198.51.100.0/24", "next_hop": at("next hop", "192.0.2.1")}],
        "banner": at("banner"),
        "services": {
            "login_banner": at("login banner"),
            "syslog": {"hosts": [{"address": at("log host", "192.0.2.5")}]},
            "snmp": {"contact": at("contact")},
        },
    }
    if place == "community":
        context["route_maps"][0]["entries"] = [{"seq": 10, "set_community": value}]
    if not eos:
        context["ospf"] = {
            "router_id": "192.0.2.0",
            "interfaces": [{"name": "eth1", "area": at("area", "0")}],
        }
    port = build.port("Ethernet1" if eos else "eth1", "192.0.2.0/31", description=at("interface"))
    ports = (port, build.port("Ethernet2", mode="access", untagged_vlan=10)) if eos else (port,)
    vlans = (Vlan(vid=10, name=at("vlan", "users"), site="s1"),)
    return build.device(at("hostname", "r1"), *ports, platform=platform, context=context), vlans


@functools.cache
def shipped(build):
    return build.shipped()


def shape(build, platform, place, value):
    """Every line of the rendered text with the sections it stands in; a block is one line."""
    made, vlans = device(build, platform, place, value)
    text = build.text(made, shipped(build), vlans=vlans)
    found = platform if platform == "frr" else "eos"
    return [(line.path, line.text, line.kind) for line in walk(text, rules(found))]


@functools.cache
def usual_shape(build, platform, place):
    return shape(
        build,
        platform,
        place,
        {"route map": "IN", "next hop": "192.0.2.9", "community": "64500:2", "area": "0"}.get(
            place, HARMLESS
        ),
    )


def check(build, platform, place, value):
    usual = usual_shape(build, platform, place)
    try:
        made = shape(build, platform, place, value)
    except LinewrightError:
        return
    assert len(made) == len(usual)
    different = [(was, now) for was, now in zip(usual, made, strict=True) if was != now]
    # A route map is named where it is made and where it is used.
    assert len(different) <= (2 if place == "route map" else 1)
    for was, now in different:
        assert (was[0], was[2]) == (now[0], now[2])
        if now[2] != "block":
            assert now[1].split()[0] == was[1].split()[0]
            assert "\n" not in now[1]


@pytest.mark.parametrize("value", NASTY)
@pytest.mark.parametrize(("platform", "place"), EVERYWHERE)
def test_nasty_values_write_no_line(platform, place, value, build):
    check(build, platform, place, value)


@settings(max_examples=25, deadline=None)
@given(st.data())
@pytest.mark.parametrize(("platform", "place"), EVERYWHERE)
def test_no_value_writes_a_line(platform, place, build, data):
    letters = st.one_of(
        st.text(),
        st.text(alphabet="ab \n\r|!#EOF\x00\x02\x03\x1b\x85\u2028\u202e"),
        st.lists(st.sampled_from(NASTY[:-1]), max_size=3).map(" ".join),
    )
    check(build, platform, place, data.draw(letters.filter(bool)))


@pytest.mark.parametrize("value", [*NASTY[:10], "two words", "", " "])
def test_a_name_is_one_visible_word(value, build):
    with pytest.raises(LinewrightError):
        build.text(build.device("r1", build.port(value, "192.0.2.1/24")))


@given(st.text(min_size=1))
@settings(max_examples=100, deadline=None)
@example("plain text, as people write it")
def test_visible_text_passes(build, value):
    words = "".join(c for c in value if c.isascii() and c.isprintable() and c != "|").split()
    assume(words)
    line = f" description {' '.join(words)}"
    made, _ = device(build, "frr", "interface", " ".join(words))
    assert line in build.text(made, shipped(build)).splitlines()
