"""An encryptor between two routers: IP passes, LLDP does not."""

import json

import pytest

from linewright.lab.frr import lab
from linewright.lab.frr.inline import Bridge, InlineSpec
from linewright.lab.frr.topology import topology
from linewright.lab.frr.waiting import wait
from linewright.model.objects import Device, Interface

NETWORK = "198.18.9.0/28"  # only planned with


def encryptor(name, *, status="active", platform="", sides=("red", "black")):
    ports = tuple(Interface(name=side, type="1000base-t", bridge="inside") for side in sides)
    return Device(
        name=name,
        site="s1",
        role="encryptor",
        type="box",
        status=status,
        platform=platform,
        interfaces=(Interface(name="inside", type="bridge"), *ports),
    )


def between(build, network, *inline):
    """Two routers with eBGP over eth1, through the devices in line, and a plain cable from eth2 to eth2."""
    plain, configs = build.fabric(network, 1, 1)
    devices = [
        build.device(
            name,
            *(port for port in plain.devices[name].interfaces if port.name == "eth1"),
            build.port("eth2"),
            management=plain.devices[name].oob_ip,
        )
        for name in ("spine1", "leaf1")
    ]
    ends = ["spine1 eth1", *(f"{d.name} {side}" for d in inline for side in ("black", "red")), "leaf1 eth1"]
    cables = [build.cable(f"C{n}", ends[2 * n], ends[2 * n + 1]) for n in range(len(ends) // 2)]
    cables.append(build.cable("D", "spine1 eth2", "leaf1 eth2"))
    return build.snapshot(*devices, *inline, cables=cables), configs


def test_ports_bridged_on_a_device_without_platform_are_a_device_in_line(build):
    plan = topology(between(build, NETWORK, encryptor("enc1"))[0])
    assert plan.inline == (InlineSpec(name="enc1", bridges=(Bridge(name="inside", ports=("black", "red")),)),)
    assert [link.text for link in plan.links] == [
        "enc1 black - spine1 eth1",
        "enc1 red - leaf1 eth1",
        "leaf1 eth2 - spine1 eth2",
    ]
    assert [link.path for link in plan.heard] == ["D"]


@pytest.mark.parametrize("facts", [{"status": "planned"}, {"platform": "something"}, {"sides": ("red",)}])
def test_what_is_not_there_or_bridges_nothing_is_not_built(build, facts):
    plan = topology(between(build, NETWORK, encryptor("enc1", **facts))[0])
    assert plan.inline == ()
    assert [link.path for link in plan.links] == ["D"]


def test_an_encryptor_without_a_cable_of_the_lab_is_not_built(build):
    snapshot, _ = between(build, NETWORK)
    alone = build.snapshot(*snapshot.devices.values(), encryptor("enc9"), cables=snapshot.tables.cables)
    assert topology(alone).inline == ()


def heard(router):
    answer = json.loads(router.run(["lldpcli", "-f", "json0", "show", "neighbors"]).stdout)
    return {port["name"] for part in answer["lldp"] for port in part.get("interface", ())}


@pytest.mark.lab
@pytest.mark.parametrize("count", [1, 2])
def test_through_encryptors_ip_passes_and_lldp_does_not(build, network, tmp_path, count):
    folder = tmp_path / "a lab"
    boxes = [encryptor(f"enc{n}") for n in range(count)]
    built = lab.up(*between(build, network, *boxes), folder)
    try:
        # The session over eth1 is up and the neighbour on eth2 heard; by then eth1's would have been as well.
        assert not wait(built, seconds=40)
        for name in ("spine1", "leaf1"):
            assert heard(built.router(name)) == {"eth2"}
            session = json.loads(built.router(name).vtysh("show bgp summary json"))["ipv4Unicast"]["peers"]
            assert [peer["state"] for peer in session.values()] == ["Established"]
    finally:
        lab.down(folder)
    assert not [path.name for path in folder.iterdir() if path.name != "lab.log"]
