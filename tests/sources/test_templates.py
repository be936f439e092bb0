"""Templates of the source of truth: apart, bounded, without secrets."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO

import pytest

from linewright.errors import LinewrightError, RenderError, SecretError
from linewright.model.objects import ConfigTemplate, Device, Interface, Platform, Role, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.redact import marker
from linewright.render import foreign, from_source
from linewright.sources.templates import Renderer, _child, job, renderer, template_of

_KEY = b"k" * 32


@pytest.fixture(scope="module")
def child() -> Iterator[Renderer]:
    with renderer() as started:
        yield started


def snapshot(*codes: str, environment=None, **fields) -> Snapshot:
    """One FRR router; its templates are called t0, t1, ..."""
    templates = tuple(
        ConfigTemplate(name=f"t{number}", code=code, environment=environment or {})
        for number, code in enumerate(codes)
    )
    device = Device(
        **(
            {
                "name": "r1",
                "site": "hq",
                "role": "router",
                "type": "box",
                "platform": "frr",
                "config_template": "t0",
                "context": {"ntp": ["192.0.2.1"]},
                "interfaces": (Interface(name="eth1", description="to r2"),),
            }
            | fields
        )
    )
    return Snapshot.build(
        Tables(sites=(Site(slug="hq", name="HQ"),), config_templates=templates),
        [device],
        Origin(source="test"),
    )


def rendered(child: Renderer, found: Snapshot, seconds: int = 2, megabytes: int = 256) -> str:
    device = found.devices["r1"]
    template = template_of(found, device)
    assert template is not None
    return child.render(job(found, device, template, seconds=seconds, megabytes=megabytes), "r1").text


def test_the_device_as_plain_data_and_its_config_context_at_the_top(child: Renderer):
    code = "hostname {{ device.name }}\n{% for i in interfaces %}{{ i.name }} {{ i.description }} {{ i.mtu }}\n{% endfor %}{{ ntp[0] }} {{ site.name }}\n"
    assert rendered(child, snapshot(code)) == "hostname r1\neth1 to r2 0\n192.0.2.1 HQ"


def test_other_templates_of_the_source_by_name(child: Renderer):
    found = snapshot("{% include 't1' %}", "from {{ hostname }}")
    answer = child.render(
        job(found, found.devices["r1"], found.tables.config_templates[0], seconds=2, megabytes=256), "r1"
    )
    assert answer.text == "from r1"
    assert sorted(answer.used) == ["t0", "t1"]


def test_environment_parameters_that_are_safe(child: Renderer):
    code = "{% if true %}\nx\n{% endif %}\n"
    assert rendered(child, snapshot(code, environment={"trim_blocks": True})) == "x\n"


@pytest.mark.parametrize(
    "environment", [{"extensions": ["jinja2.ext.do"]}, {"trim_blocks": "yes"}, {"finalize": "os.system"}]
)
def test_environment_parameters_that_are_not(environment):
    found = snapshot("x", environment=environment)
    with pytest.raises(RenderError, match="not for use here"):
        job(found, found.devices["r1"], found.tables.config_templates[0], seconds=2, megabytes=256)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{% if %}", "line 1: Expected an expression"),
        ("{% include 'gone' %}", "no config template 'gone'"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ device.update({'x': 1}) }}", "not allowed|not safely callable"),
        ("{{ secret('bgp/r1') }}", "'secret' is undefined"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "without end|ended its process"),
        ("{{ 'x' * 500000000 }}", "needs more than|ended its process"),
        ("{{ 'x' * 5000000 }}", "longer than 4 MiB"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "longer than 1 s"),
        ("{{ range(99999999) }}", "OverflowError"),
    ],
)
def test_what_is_wrong_is_said_with_device_and_template(child: Renderer, code: str, said: str):
    with pytest.raises(RenderError, match=said) as caught:
        rendered(child, snapshot(code), seconds=1)
    assert caught.value.message.startswith("device r1: ")


def test_the_next_device_is_not_troubled(child: Renderer):
    with pytest.raises(RenderError):
        rendered(child, snapshot("{{ 'x' * 500000000 }}"))
    assert rendered(child, snapshot("fine")) == "fine"


def test_the_child_has_nothing_of_ours(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LINEWRIGHT_SECRET_X", "hunter2")
    with renderer() as started:
        assert rendered(started, snapshot("x")) == "x"  # now it certainly runs
        process = started._process.pid
        environment = Path(f"/proc/{process}/environ").read_bytes()
        files = {str(link.readlink()) for link in Path(f"/proc/{process}/fd").iterdir()}
    assert b"hunter2" not in environment
    assert {name.split(b"=")[0] for name in environment.split(b"\0") if name} == {
        b"PATH",
        b"LANG",
        b"PYTHONHASHSEED",
    }
    assert all(name.startswith(("pipe:", "/dev/null")) for name in files)


def test_a_child_that_ended_before_a_job_is_not_blamed_on_it():
    with renderer() as started:
        started._process.kill()
        started._process.wait()
        assert rendered(started, snapshot("x")) == "x"


LIES = {
    "too long": "o.write((2**31).to_bytes(4, 'big'))",
    "no answer": "pass",
    "half an answer": "o.write((9).to_bytes(4, 'big') + b'{')",
    "not what was asked for": "o.write((2).to_bytes(4, 'big') + b'[]')",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_who_ended_the_child_is_said_and_the_next_device_is_not_troubled(lie: str):
    def liar() -> subprocess.Popen[bytes]:
        code = f"import sys; i, o = sys.stdin.buffer, sys.stdout.buffer; i.read(int.from_bytes(i.read(4), 'big')); {lie}"
        return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    starts = [_child, liar]
    with closing(Renderer(lambda: starts.pop()())) as started:  # noqa: PLW0108 - each start takes the next one
        with pytest.raises(RenderError, match=r"device r1: .* ended without an answer"):
            rendered(started, snapshot("x"))
        assert rendered(started, snapshot("fine")) == "fine"


def test_a_child_that_never_ends_its_answer_is_not_waited_for():
    """What breaks out of the sandbox can write to the pipe of its fork without end."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as stream:
        writer = threading.Thread(target=_flood, args=(stream,))
        writer.start()
        data, late = foreign._drained(reading, time.monotonic() + 60)
        writer.join()
    assert not late
    assert foreign.LONGEST < len(data) < 2 * foreign.LONGEST


def _flood(stream: BinaryIO) -> None:
    with suppress(BrokenPipeError):
        while True:
            stream.write(bytes(1 << 16))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("{{ '\\ud800' }}", "its text holds U\\+D800, half of a character"),
        ("{% include '\\udfff' %}", "there is no config template"),
        ("{{ ''['__\\ud800__'] }}", "config template 't0'"),
    ],
)
def test_half_a_character_is_told_as_that(child: Renderer, code: str, said: str):
    with pytest.raises(RenderError, match=said) as caught:
        rendered(child, snapshot(code))
    assert "ended its process" not in caught.value.message
    assert caught.value.message.encode()


def test_what_a_template_raises_has_an_end(child: Renderer):
    with pytest.raises(RenderError) as caught:
        rendered(child, snapshot("{{ ''['__' ~ 'y' * 1000000 ~ '__'] }}"))
    assert len(caught.value.message) < 2000


def test_the_devices_own_template_then_its_roles_then_its_platforms():
    def found(**named: str) -> ConfigTemplate | None:
        templates = tuple(ConfigTemplate(name=name, code="") for name in ("own", "role", "platform"))
        tables = Tables(
            sites=(Site(slug="hq", name="HQ"),),
            roles=(Role(slug="router", name="Router", config_template=named.get("role", "")),),
            platforms=(Platform(slug="frr", name="FRR", config_template=named.get("platform", "")),),
            config_templates=templates,
        )
        device = Device(
            name="r1",
            site="hq",
            role="router",
            type="box",
            platform="frr",
            config_template=named.get("own", ""),
        )
        return template_of(Snapshot.build(tables, [device], Origin(source="test")), device)

    names = {"own": "own", "role": "role", "platform": "platform"}
    assert found() is None
    assert [getattr(found(**dict(list(names.items())[start:])), "name", "") for start in range(3)] == [*names]


def test_a_template_that_is_not_there_is_named():
    found = snapshot("x", config_template="gone")
    with pytest.raises(RenderError, match="config template 'gone' is not in snapshot"):
        template_of(found, found.devices["r1"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"neighbor 192.0.2.1 password {marker('bgp/r1')}\n", "holds the character"),
        (f"neighbor 192.0.2.1 password lw-secret-{'0' * 32}\n", "a secret's token"),
        ("hostname r1\x1b[2J\n", "holds the character"),
        ("hostname r1\rno router bgp\n", "holds the character"),
        ("x" * 2000, "has 2000 bytes"),
    ],
)
def test_what_only_our_own_templates_may_write_is_refused(text: str, said: str):
    device = snapshot("x").devices["r1"]
    with pytest.raises(LinewrightError, match=said):
        from_source(device, text, {}, _KEY)


def test_a_secret_in_clear_is_refused():
    device = snapshot("x").devices["r1"]
    text = "router bgp 64496\n neighbor 192.0.2.1 password hunter2\n"
    with pytest.raises(SecretError, match="a secret stands in clear") as caught:
        from_source(device, text, {}, _KEY)
    assert "hunter2" not in str(caught.value)
