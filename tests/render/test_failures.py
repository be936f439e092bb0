"""What a person reads when a template or its data is wrong: template, line, device, field."""

import pytest
from jinja2 import DictLoader

from linewright.errors import DataError, LinewrightError, RenderError, SecretError
from linewright.render import environment, render_all

BGP = {
    "bgp": {
        "asn": 64500,
        "router_id": "192.0.2.1",
        "neighbors": [{"address": "192.0.2.2", "remote_as": 64501}],
    }
}

CASES = {
    "a part that the device does not have": (
        "hostname x\nrouter-id {{ bgp.router_id }}\n",
        {},
        "templates/config/frr/main.j2:2: device r1 has no bgp.router_id",
    ),
    "a misspelt field of an object": (
        "{% for n in bgp.neighbors %}\nneighbor {{ n.address }} as {{ n.remote_asn }}\n{% endfor %}\n",
        BGP,
        "templates/config/frr/main.j2:2: device r1 has no n.remote_asn (BgpNeighbor 192.0.2.2)",
    ),
    "a misspelt variable": (
        "hostname {{ hostnam }}\n",
        {},
        "templates/config/frr/main.j2:1: device r1: there is nothing named hostnam here",
    ),
    "a key missing in free data": (
        "ntp {{ device.context.ntp.server }}\n",
        {"ntp": {}},
        "templates/config/frr/main.j2:1: device r1 has no device.context.ntp.server",
    ),
    "a condition on what is missing": (
        "{% if device.context['snmp'] %}\nsnmp\n{% endif %}\n",
        {},
        "templates/config/frr/main.j2:1: device r1 has no device.context.snmp",
    ),
    "more than a word": (
        "hostname {{ device.context.name }}\n",
        {"name": "two words"},
        "templates/config/frr/main.j2:1: device r1: 'two words' is more than one word; free text goes through | text",
    ),
    "a line end, shown as escape": (
        "motd {{ device.context.name|text }}\n",
        {"name": "a\nb"},
        "templates/config/frr/main.j2:1: device r1: 'a\\nb' holds a line end (U+000A)",
    ),
    "a list": (
        "motd {{ device.context.name }}\n",
        {"name": ["a"]},
        "templates/config/frr/main.j2:1: device r1: a value is list; only words, numbers and addresses can be written",
    ),
    "a truth value": (
        "motd {{ interfaces == 1 }}\n",
        {},
        "templates/config/frr/main.j2:1: device r1: a value is bool; only words, numbers and addresses can be written",
    ),
    "no text at all": (
        "{{ device.context.name|banner('EOF') }}\n",
        {"name": None},
        "templates/config/frr/main.j2:1: device r1: a text is nothing",
    ),
    "no address": (
        "ip {{ device.context.name|address }}\n",
        {"name": "elsewhere"},
        "templates/config/frr/main.j2:1: device r1: 'elsewhere' is no address",
    ),
    "host bits": (
        "ip {{ device.context.name|network }}\n",
        {"name": "192.0.2.1/24"},
        "templates/config/frr/main.j2:1: device r1: '192.0.2.1/24' is no prefix",
    ),
    "a refusal of the template's own": (
        "\n{{ refuse('not written for this') }}\n",
        {},
        "templates/config/frr/main.j2:2: device r1: not written for this",
    ),
    "an include of nothing": (
        '{% include "config/frr/gone.j2" %}\n',
        {},
        "templates/config/frr/main.j2:1: device r1: there is no template config/frr/gone.j2",
    ),
    "an unclosed tag": (
        "a\n{% if bgp %}\n",
        {},
        "templates/config/frr/main.j2:2: Unexpected end of template.",
    ),
    "anything Python can raise": (
        "a {{ 1 / 0 }}\n",
        {},
        "templates/config/frr/main.j2:1: device r1: ZeroDivisionError: division by zero",
    ),
    "a way out of the sandbox": (
        "a {{ device.__class__.__mro__ }}\n",
        {},
        "templates/config/frr/main.j2:1: device r1: SecurityError: access to attribute '__class__'",
    ),
    "a change of the data": (
        "{{ refuse(1) if device.context.update({'a': 1}) }}\n",
        {"b": 1},
        "templates/config/frr/main.j2:1: device r1: SecurityError: access to attribute 'update'",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_message(case, build):
    source, context, message = CASES[case]
    with pytest.raises(RenderError) as caught:
        build.text(build.device("r1", context=context), build.templates(source))
    assert caught.value.message.startswith(message)


def test_the_place_is_in_the_part_at_fault_and_the_line_is_shown(build):
    env = build.templates(
        '{% import "config/frr/part.j2" as part %}\n{% include "config/frr/other.j2" %}\n{{ part.line() }}',
        config__frr__part="{% macro line() %}\n! x\nhost {{ bgp.asn }}\n{% endmacro %}\n",
        config__frr__other="! fine\n",
    )
    with pytest.raises(
        RenderError, match=r"^templates/config/frr/part.j2:3: device r1 has no bgp.asn$"
    ) as caught:
        build.text(build.device(), env)
    assert caught.value.hint == "the line reads: host {{ bgp.asn }}"


def test_no_templates_for_the_platform(build):
    with pytest.raises(RenderError, match=r"device r1: there is no template config/frr/main\.j2"):
        build.text(build.device(), environment(DictLoader({})))


def test_a_device_without_a_platform_we_know(build):
    with pytest.raises(RenderError, match="device r1: no configuration is known for its platform 'toaster'"):
        build.text(build.device(platform="toaster"))


def test_a_secret_where_the_platform_has_none(build):
    with pytest.raises(SecretError, match="r1"):
        build.text(build.device(), build.templates("description {{ secret('x') }}\n"))


def test_a_password_in_clear(build):
    with pytest.raises(SecretError, match="stands in clear") as caught:
        build.text(build.device(), build.templates("password hunter2\n"))
    assert "hunter2" not in caught.value.message


def test_a_line_that_would_hang_the_router(build):
    with pytest.raises(RenderError, match=r"device r1: line 1 \(banner motd line aaaa.* 1024 at most"):
        build.text(
            build.device(context={"banner": "a" * 2000}),
            build.templates("banner motd line {{ banner|text }}\n"),
        )


def test_a_long_line_shows_no_secret(build):
    with pytest.raises(RenderError, match="1024 at most") as caught:
        build.text(build.device(), build.templates(f"neighbor 192.0.2.1 password {'hunter2' * 200}\n"))
    assert "hunter2" not in caught.value.message


def test_one_that_fails_takes_no_other_down(build):
    good, bad, worse = (
        build.device("r1"),
        build.device("r2", context={"bgp": {"asn": "x"}}),
        build.device("r3", description="a\nb"),
    )
    snapshot = build.snapshot(good, bad, worse)
    env = build.templates(
        "hostname {{ hostname }}\n{% if device.description %}\n! {{ device.description|text }}\n{% endif %}\n"
    )
    done = render_all(env, snapshot, snapshot.devices.values(), key=build.key, reveal=build.reveal)
    assert {name: rendered.text for name, rendered in done.rendered.items()} == {"r1": "hostname r1\n"}
    assert {name: type(error) for name, error in done.errors.items()} == {"r2": DataError, "r3": RenderError}


DATA = {
    "OSPF on a port that is not there": (
        {"ospf": {"router_id": "192.0.2.1", "interfaces": [{"name": "eth9"}]}},
        "device r1: OSPF names interface 'eth9', which it does not have",
    ),
    "a route map that is not there": (
        {"bgp": BGP["bgp"] | {"neighbors": [{"address": "192.0.2.2", "remote_as": 1, "import_map": "X"}]}},
        "device r1: BGP neighbour '192.0.2.2': there is no route map 'X'",
    ),
    "a prefix list that is not there": (
        {"route_maps": [{"name": "M", "entries": [{"seq": 10, "match_prefix_list": "L"}]}]},
        "device r1: route map 'M' 10: there is no prefix list 'L'",
    ),
    "a list of both IP versions": (
        {
            "prefix_lists": [
                {"name": "L", "entries": [{"seq": 1, "prefix": "0.0.0.0/0"}, {"seq": 2, "prefix": "::/0"}]}
            ],
            "route_maps": [{"name": "M", "entries": [{"seq": 10, "match_prefix_list": "L"}]}],
        },
        "device r1: route map 'M' 10: prefix list 'L' mixes IPv4 and IPv6",
    ),
    "one timer": (
        {"bgp": BGP["bgp"] | {"neighbors": [{"address": "192.0.2.2", "remote_as": 1, "timers": [3]}]}},
        "device r1: BGP neighbour '192.0.2.2': timers are two numbers",
    ),
    "a list of a name that is ours": (
        {"prefix_lists": [{"name": "ANNOUNCED"}]},
        "device r1: config context: the name ANNOUNCED is kept for the announced prefixes",
    ),
    "a prefix that is none": (
        {"prefix_lists": [{"name": "L", "entries": [{"seq": 1, "prefix": "10.0.0.1/8"}]}]},
        "device r1: config context: '10.0.0.1/8' is no prefix",
    ),
}


@pytest.mark.parametrize("case", DATA)
def test_data_that_lead_nowhere(case, build):
    context, message = DATA[case]
    with pytest.raises(LinewrightError) as caught:
        build.text(build.device("r1", context=context))
    assert caught.value.message.startswith(message)
