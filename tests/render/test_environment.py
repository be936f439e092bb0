"""The environment: same input, same bytes; parts see the device they are rendered for; digests of all that was used."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from linewright.errors import RenderError

RENDER = """
import hashlib, sys
from pathlib import Path
from linewright.platforms import platform_for
from linewright.render import environment, render_all
from linewright.site import Site
from linewright.sources.description import load
snapshot = load(Path("inventory/site.yaml"))
devices = [d for d in snapshot.devices.values() if platform_for(d)]
devices = devices[::int(sys.argv[1])]
done = render_all(environment(Site().template_loader()), snapshot, devices, key=b"k" * 32, reveal=lambda ref: "x" + ref)
assert not done.errors, done.errors
for name in sorted(done.rendered):
    r = done.rendered[name]
    print(name, hashlib.sha256(repr((r.text, r.slots, r.templates, r.reads)).encode()).hexdigest())
"""


def test_same_bytes_in_another_process_with_another_hash_seed_and_order():
    root = Path(__file__).parents[2]
    printed = {
        subprocess.run(
            [sys.executable, "-c", RENDER, step],
            cwd=root,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, step in (("1", "1"), ("2", "-1"))
    }
    assert len(printed) == 1
    assert printed.pop().count("\n") == 21


def test_what_is_not_in_the_environment(build):
    env = build.templates("")
    assert set(env.globals) == {"range", "dict", "joiner", "namespace", "secret", "refuse"}
    assert "random" not in env.filters


@pytest.mark.parametrize(
    "expression",
    [
        "now()",
        "lipsum()",
        "cycler(1, 2).next()",
        "[1, 2]|random",
        "[1, 2]|shuffle|first",
        "environ.HOME",
        "env('HOME')",
        "lookup('env', 'HOME')",
        "uuid4()",
        "open('/etc/hostname').read()",
        "self.__init__.__globals__",
        "hostname.__class__",
        "''|attr('__class__')",
        "hostname.upper.__self__",
        "hostname.upper|string",
        "(interfaces|map(attribute='name')) ~ ''",
        "[interfaces|map(attribute='name')]|join",
        "'{}'.format(interfaces|map(attribute='name'))",
        "'%s' % (interfaces|map(attribute='name'))",
        "joiner('x')|string",
    ],
)
def test_nothing_that_differs_from_day_to_day_can_be_written(expression, build):
    env = build.templates(f"! {{{{ {expression} }}}}\n")
    with pytest.raises(RenderError):
        build.text(build.device("r1", build.port("eth0")), env)


def test_a_list_as_text_and_the_texts_of_a_list(build):
    env = build.templates("! {{ ', '.join(interfaces|map(attribute='name'))|text }}\n! {{ 1 ~ hostname }}\n")
    assert (
        build.text(build.device("r1", build.port("eth0"), build.port("eth1")), env) == "! eth0, eth1\n! 1r1\n"
    )


def test_digests_of_everything_used(build):
    env = build.templates(
        '{% include "config/frr/a.j2" %}\n{% include ["config/none.j2", "config/frr/c.j2"] %}\n',
        config__frr__a='{% from "config/frr/b.j2" import line %}\n{{ line() }}',
        config__frr__b="{% macro line() %}\n! b\n{% endmacro %}\n",
        config__frr__c="! c\n",
        config__frr__unused="! no\n",
    )
    rendered = build.render(build.device(), env)
    assert rendered.text == "! b\n! c\n"
    assert set(rendered.templates) == {f"config/frr/{name}.j2" for name in ("main", "a", "b", "c")}
    assert rendered.templates["config/frr/c.j2"] == sha256(b"! c\n").hexdigest()


def test_the_second_device_has_its_digests_too(build):
    env = build.templates('{% include "config/frr/a.j2" %}\n', config__frr__a="! a\n")
    first, second = (build.render(build.device(name), env).templates for name in ("r1", "r2"))
    assert first == second
    assert len(first) == 2


def test_an_import_sees_the_device_it_is_used_for(build):
    env = build.templates(
        '{% import "config/frr/p.j2" as p %}\n{% from "config/frr/p.j2" import line %}\n{{ p.line() }}{{ line() }}',
        config__frr__p="{% macro line() %}\nhost {{ hostname }}\n{% endmacro %}\n",
    )
    assert build.text(build.device("r1"), env) == "host r1\nhost r1\n"
    assert build.text(build.device("r2"), env) == "host r2\nhost r2\n"


def test_a_key_is_a_key_where_a_dictionary_has_a_method(build):
    env = build.templates("x {{ device.context.items }}\n")
    assert build.text(build.device(context={"items": "y"}), env) == "x y\n"


def test_blocks_and_inheritance_keep_their_lines(build):
    env = build.templates(
        '{% extends "config/frr/base.j2" %}\n{% block a %}\n! mine {{ hostname }}\n{{ super() }}{% endblock %}\n',
        config__frr__base="! top\n{% block a %}\n! base\n{% endblock %}\n! end\n",
    )
    assert build.text(build.device(), env) == "! top\n! mine r1\n! base\n! end\n"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("{{ hostname }} x\n", 1),
        ("! a\n  {{ hostname }}\n", 2),
        ("{% if bgp %}\n{{ hostname }}\n{% endif %}\n", 2),
        ("! a{% if bgp %}\n{{ hostname }}\n{% endif %}", 2),
        ("{% macro m() %}\n{{ hostname }}\n{% endmacro %}\n", 2),
        ("{{ secret('x') }}\n", 1),
        ("{{ hostname.upper() }}\n", 1),
        ("{{ loop.previtem }}\n", 1),
        ("! x\n! {{ hostname|text }} more\n", 2),
        ("! {{ hostname|upper|text }}{{ hostname }}\n", 1),
        ("banner {{ hostname|banner('EOF') }}\n", 1),
        ("{{ hostname|banner('EOF') }} x\n", 1),
    ],
)
def test_a_line_begins_and_ends_as_the_template_says(source, line, build):
    if source.startswith("! a{%"):
        source = "! a\n{% if bgp %}\n{{ hostname }}\n{% endif %}"
        line = 3
    with pytest.raises(RenderError, match=rf"^templates/config/frr/main.j2:{line}: "):
        build.text(build.device(), build.templates(source))
