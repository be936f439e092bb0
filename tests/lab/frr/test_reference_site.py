"""The reference site's routers, rendered from its description and booted: the lab's reason to be."""

import ipaddress
from pathlib import Path

import msgspec
import pytest
from jinja2 import FileSystemLoader

from linewright.configs import diff
from linewright.lab.frr import down, topology, up, wait
from linewright.model.snapshot import Snapshot
from linewright.platforms import rules
from linewright.redact import restore
from linewright.render import environment, render_all
from linewright.sources import description


def moved(snapshot, network):
    """The same site with its routers' management addresses in a network that no other test has."""
    given = (f"{host}/{network.prefixlen}" for host in list(network.hosts())[1:])
    new = {router.address: next(given) for router in topology(snapshot).routers}

    def port(old):
        addresses = (msgspec.structs.replace(a, address=new.get(a.address, a.address)) for a in old.addresses)
        return msgspec.structs.replace(old, addresses=tuple(addresses))

    def device(old):
        ports = tuple(map(port, old.interfaces))
        there = {host(a): host(b) for a, b in new.items()}
        return msgspec.structs.replace(
            old, interfaces=ports, oob_ip=there.get(old.oob_ip.partition("/")[0], old.oob_ip)
        )

    return Snapshot.build(snapshot.tables, map(device, snapshot.devices.values()), snapshot.origin)


def host(address):
    return str(ipaddress.ip_interface(address).ip)


@pytest.fixture(scope="module")
def site(checkout):
    return description.load(checkout / "inventory/site.yaml")


def test_the_reference_site_gives_ten_routers_two_encryptors_and_nineteen_cables(site):
    plan = topology(site)
    assert len(plan.routers) == 10
    assert len(plan.links) == 19
    assert plan.host == ("198.18.0.1/24",)
    # Through panels and a circuit, from headquarters to a remote site.
    assert plan.link("hq-wan1", "eth4").text == "hq-wan1 eth4 - r1-wan1 eth1"
    assert all(": planned" in line for line in plan.left_out)


@pytest.mark.lab
def test_rendered_configurations_boot_come_to_rest_and_read_back_as_intended(
    site, network, tmp_path, checkout: Path
):
    snapshot, key = moved(site, network), b"k" * 32
    names = [router.name for router in topology(snapshot).routers]

    def reveal(reference):
        return "value-" + reference.encode().hex()[-20:]

    loader = FileSystemLoader(checkout / "templates")
    done = render_all(environment(loader), snapshot, map(snapshot.device, names), key=key, reveal=reveal)
    assert not done.errors
    configs = {name: restore(one.text, one.slots, key, reveal) for name, one in done.rendered.items()}
    lab = up(snapshot, configs, tmp_path / "lab")
    try:
        assert not wait(lab, seconds=120)
        for name, router in lab.routers.items():
            running = router.vtysh("show running-config no-header")
            assert (name, diff(configs[name], running, rules("frr"))) == (name, ())
    finally:
        down(tmp_path / "lab")
