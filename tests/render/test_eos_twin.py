"""The EOS twin takes a rendered configuration without complaint and prints it back as it was rendered."""

import pytest

from linewright.configs.tree import normalise
from linewright.lab.twin.config import Config
from linewright.platforms import rules
from linewright.render import render_device

EOS_DEVICES = (
    "hq-acc1", "hq-acc2", "hq-acc3", "hq-acc4", "hq-acc5", "hq-svc1", "r1-acc1", "r2-wan1", "r2-acc1", "kit-wan1", "kit-acc1",
)  # fmt: skip


def lines(rows):
    return [row for row in rows if row.strip() != "!"]


def test_the_list_is_complete(reference):
    assert sorted(d.name for d in reference.devices.values() if d.platform == "arista-eos") == sorted(
        EOS_DEVICES
    )


@pytest.mark.parametrize("name", EOS_DEVICES)
def test_the_twin_prints_what_was_rendered(name, reference, build):
    device = reference.device(name)
    rendered = render_device(build.shipped(), reference, device, key=build.key, reveal=build.reveal)
    ports = [port.name for port in device.interfaces if port.name.startswith(("Ethernet", "Management"))]
    printed = Config(ports).load(rendered.text).render()
    eos = rules("eos")
    assert normalise("\n".join(printed), eos) == normalise(rendered.text, eos)
    assert lines(printed) == lines(rendered.text.splitlines()), "EOS's own order, line by line"
