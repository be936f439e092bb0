import pytest
from napalm.base.exceptions import CommandErrorException

from linewright.devices.frr.getters import (
    bgp_neighbors,
    facts,
    interfaces,
    interfaces_ip,
    lldp_neighbors,
    ospf_neighbors,
)


def lldp(port, chassis=None):
    names = chassis or {"name": [{"value": "r2"}], "id": [{"type": "mac", "value": "02:00:00:00:00:01"}]}
    return {"lldp": [{"interface": [{"name": "eth1", "chassis": [names], "port": [port]}]}]}


@pytest.mark.parametrize(
    ("port", "name"),
    [
        ({"id": [{"type": "ifname", "value": "eth7"}], "descr": [{"value": "uplink"}]}, "eth7"),
        ({"id": [{"type": "mac", "value": "02:00:00:00:00:02"}], "descr": [{"value": "eth7"}]}, "eth7"),
        ({"id": [{"type": "mac", "value": "02:00:00:00:00:02"}]}, "02:00:00:00:00:02"),
        ({"id": [{"type": "local", "value": "Gi1/0/1"}]}, "Gi1/0/1"),
    ],
)
def test_a_port_is_called_what_people_call_it(port, name):
    assert lldp_neighbors(lldp(port)) == {"eth1": [{"hostname": "r2", "port": name}]}


def test_a_neighbour_without_a_name_is_called_by_its_chassis():
    nameless = {"id": [{"type": "mac", "value": "02:00:00:00:00:01"}]}
    found = lldp_neighbors(lldp({"id": [{"type": "ifname", "value": "eth7"}]}, nameless))
    assert found["eth1"][0]["hostname"] == "02:00:00:00:00:01"


def test_what_is_not_configured_is_empty():
    assert bgp_neighbors({}) == {"global": {"router_id": "", "peers": {}}}
    assert ospf_neighbors({}) == []
    assert lldp_neighbors({}) == {}
    assert interfaces({}) == {}
    assert interfaces_ip({}) == {}
    assert facts("", "", {})["os_version"] == ""


def test_a_peer_shut_down_on_purpose_is_not_enabled_and_counts_nothing():
    peer = {"remoteAs": 64501, "localAs": 64500, "bgpState": "Idle", "adminShutDown": True, "nbrDesc": "x"}
    table = {
        "default": {
            "vrfId": 0,
            "vrfName": "default",
            "192.0.2.2": {**peer, "addressFamilyInfo": {"ipv4Unicast": {}}},
        }
    }
    found = bgp_neighbors(table)["global"]["peers"]["192.0.2.2"]
    assert (found["is_up"], found["is_enabled"], found["description"], found["uptime"]) == (
        False,
        False,
        "x",
        -1,
    )
    assert found["address_family"]["ipv4"]["accepted_prefixes"] == -1


def test_adjacencies_are_sorted_and_keep_the_words_of_frr():
    entry = {"nbrState": "Full/DR", "ifaceAddress": "192.0.2.2", "ifaceName": "eth1:192.0.2.1"}
    answer = {"neighbors": {"198.18.0.2": [entry], "198.18.0.1": [{**entry, "nbrState": "Init/DROther"}]}}
    assert [(row["router_id"], row["state"], row["interface"]) for row in ospf_neighbors(answer)] == [
        ("198.18.0.1", "Init/DROther", "eth1"),
        ("198.18.0.2", "Full/DR", "eth1"),
    ]


@pytest.mark.lab
def test_two_routers_are_seen_as_they_are(two):
    found = two.get_facts()
    assert (found["hostname"], found["os_version"], found["vendor"]) == ("r1", "8.4.4", "FRRouting")
    assert found["interface_list"] == ["eth0", "eth1", "lo"]
    assert two.get_lldp_neighbors() == {"eth1": [{"hostname": "r2", "port": "eth1"}]}
    assert two.get_interfaces_ip()["eth1"]["ipv4"] == {"192.0.2.1": {"prefix_length": 30}}
    port = two.get_interfaces()["eth1"]
    assert (port["is_up"], port["is_enabled"], port["mtu"]) == (True, True, 1500)
    peers = two.get_bgp_neighbors()["global"]
    assert peers["router_id"]
    assert peers["peers"]["192.0.2.2"]["remote_as"] == 64501
    assert peers["peers"]["192.0.2.2"]["description"] == "the other one"
    (adjacency,) = two.get_ospf_neighbors()
    assert adjacency["state"].startswith("Full")
    assert {key: adjacency[key] for key in ("interface", "router_id", "address")} == {
        "interface": "eth1",
        "router_id": "192.0.2.2",
        "address": "192.0.2.2",
    }


@pytest.mark.lab
def test_configurations_are_whole_and_hide_secrets_on_demand(lab):
    lab.router.vtysh("configure terminal", "router bgp 64500", "neighbor 192.0.2.2 password geheim")
    with lab.session() as driver:
        found = driver.get_config()
        assert found["running"] == lab.running()
        assert found["startup"] == lab.startup()
        assert found["candidate"] == ""
        assert " neighbor 192.0.2.2 password geheim\n" in found["running"]
        clean = driver.get_config("running", sanitized=True)["running"]
        assert clean == found["running"].replace("geheim", "*")
        assert driver.cli(["show daemons"])["show daemons"].split() == ["zebra", "ospfd", "bgpd", "staticd"]
        for refused in ("show bogus", "show version\nconfigure terminal"):
            with pytest.raises(CommandErrorException):
                driver.cli([refused])
        assert lab.sh("ls /var/lib") == ""
