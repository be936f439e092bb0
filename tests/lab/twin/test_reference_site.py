"""The EOS devices of the reference site as twins: they boot, see each other, and take the lines of a change."""

from itertools import permutations
from pathlib import Path

import pytest

from linewright import configs
from linewright.lab.twin.config import Config
from linewright.lab.twin.described import fleet_of, links_of, ways_in
from linewright.lab.twin.neighbors import Neighborhood
from linewright.platforms import platform_for, rules
from linewright.render import environment, render_device
from linewright.site import Site
from linewright.sources.description import load

EOS = rules("eos")
ACCESS = ("hq-acc1", "hq-acc4", "r1-acc1")
WAN = ("r2-wan1", "kit-wan1")


@pytest.fixture(scope="module")
def snapshot():
    return load(Path(__file__).parents[3] / "inventory" / "site.yaml")


@pytest.fixture(scope="module")
def texts(snapshot):
    env = environment(Site().template_loader())
    found = {}
    for device in snapshot.devices.values():
        platform = platform_for(device)
        if platform is not None and platform.name == "eos":
            rendered = render_device(env, snapshot, device, key=b"k" * 32, reveal=lambda _: "hunter2")
            found[device.name] = rendered.text
    return found


def test_every_device_boots_and_hears_what_the_cables_say(snapshot, texts):
    with fleet_of(snapshot, texts) as site:
        seen = Neighborhood({n: b.reading for n, b in site.boxes.items()}, site.plant, site.outside_peers)
        expected = {(a, ap, z, zp) for a, ap, z, zp in links_of(snapshot)}
        expected |= {(z, zp, a, ap) for a, ap, z, zp in expected}
        heard = {(n, h.port, h.device, h.remote_port) for n in site.boxes for h in seen.heard(n)}
        assert heard <= expected
        between = {link for link in expected if link[0] in texts and link[2] in texts}
        assert between <= heard
        for name in WAN:
            assert {s.state for s in seen.sessions(name)} == {"Established"}


def test_devices_in_band_have_a_way_in(snapshot, texts):
    found = ways_in(snapshot, links_of(snapshot))
    assert set(texts) <= set(found)
    for name in texts:
        in_band = not snapshot.device(name).oob_ip
        assert bool(found[name].via) is in_band, name


def ports_of(snapshot, *names):
    return {
        port.name
        for name in names
        for port in snapshot.device(name).interfaces
        if port.name.startswith(("Ethernet", "Management"))
    }


@pytest.mark.parametrize(("before", "after"), [*permutations(ACCESS, 2), *permutations(WAN, 2)])
def test_the_lines_of_a_change_lead_from_one_configuration_to_another(snapshot, texts, before, after):
    """A whole access switch turned into another one: what `configs.commands` says, a device of ours does."""
    ports = sorted(ports_of(snapshot, before, after))
    config = Config(ports).load(texts[before])
    start, goal = (configs.normalise(texts[name], EOS) for name in (before, after))
    config.load("\n".join(configs.commands(start, goal, EOS)))
    assert configs.normalise("\n".join(config.render()), EOS) == goal
