"""FRR prints a rendered configuration back as it was rendered, for every FRR device of the reference site."""

import pytest

from linewright.configs.tree import normalise
from linewright.lab.frr.disk import key_pair
from linewright.lab.frr.router import Router, RouterSpec
from linewright.platforms import rules
from linewright.redact import restore, tokenise
from linewright.render import render_device

FRR_DEVICES = (
    "hq-spine1", "hq-spine2", "hq-leaf1", "hq-leaf2", "hq-leaf3", "hq-leaf4", "hq-wan1", "hq-wan2", "r1-wan1", "r1-wan2",
)  # fmt: skip


def lines(text):
    """A configuration as FRR's parser sees it, in its order."""
    ours = (line for line in text.splitlines() if line.strip() not in {"!", "end"})
    return [line for line in ours if not line.startswith(("frr ", "banner motd "))]


def running(device, text, folder):
    """What a real router prints after it booted with this text; nothing is plugged into its ports."""
    ports = tuple(port.name for port in device.interfaces if port.name != "lo")
    router = Router(RouterSpec(name=device.name, address=device.oob_ip, spares=ports), folder / "router")
    router.prepare(text, key_pair()[1])
    try:
        router.create(bound=True)
        router.boot()
        return router.vtysh("show running-config no-header")
    finally:
        router.stop()


def test_the_list_is_complete(reference):
    assert sorted(d.name for d in reference.devices.values() if d.platform == "frr") == sorted(FRR_DEVICES)


@pytest.mark.lab
@pytest.mark.slow
@pytest.mark.parametrize("name", FRR_DEVICES)
def test_frr_prints_what_was_rendered(name, reference, build, tmp_path):
    device = reference.device(name)
    frr = rules("frr")
    rendered = render_device(build.shipped(), reference, device, key=build.key, reveal=build.reveal)
    boot = restore(rendered.text, rendered.slots, build.key, build.reveal)
    seen = tokenise(running(device, boot, tmp_path), frr, build.key, name)
    assert normalise(seen, frr) == normalise(rendered.text, frr)
    assert lines(seen) == lines(rendered.text), "FRR's own order, line by line"
