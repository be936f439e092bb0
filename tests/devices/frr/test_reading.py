import ipaddress
from pathlib import Path

import pytest
from napalm.base.exceptions import CommandErrorException

from linewright.devices.frr.adjacencies import bgp_neighbors, ospf_neighbors
from linewright.devices.frr.getters import facts, interfaces, interfaces_ip
from linewright.devices.frr.hearing import lldp_neighbors
from linewright.lab.frr import faults


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
    both = {"198.18.0.2": [entry], "198.18.0.1": [{**entry, "nbrState": "Init/DROther"}]}
    answer = {"red": {"neighbors": {"198.18.0.9": [entry]}}, "default": {"vrfId": 0, "neighbors": both}}
    rows = [(row["vrf"], row["router_id"], row["state"], row["interface"]) for row in ospf_neighbors(answer)]
    assert rows == [
        ("", "198.18.0.1", "Init/DROther", "eth1"),
        ("", "198.18.0.2", "Full/DR", "eth1"),
        ("red", "198.18.0.9", "Full/DR", "eth1"),
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
    assert adjacency.pop("state").startswith("Full")
    assert adjacency == {"vrf": "", "interface": "eth1", "router_id": "192.0.2.2", "address": "192.0.2.2"}


@pytest.mark.lab
def test_two_routers_are_seen_in_detail(two):
    facts = two.get_facts()
    machine = float(Path("/proc/uptime").read_text().split()[0])
    assert 0 < facts["uptime"] < min(machine, 3600)  # the router's own, not that of the machine it shares

    (heard,) = two.get_lldp_neighbors_detail()["eth1"]
    assert (heard["remote_system_name"], heard["remote_port"]) == ("r2", "eth1")
    assert (heard["remote_system_description"], heard["remote_system_enable_capab"]) == (
        "FRRouting on Linux",
        ["router"],
    )
    assert two.get_lldp_neighbors_detail("eth9") == {}
    (peer,) = two.get_bgp_neighbors_detail("192.0.2.2")["global"][64501]
    assert (peer["up"], peer["local_address"], peer["holdtime"], peer["accepted_prefix_count"]) == (
        True,
        "192.0.2.1",
        180,
        1,
    )
    neighbor = next(row for row in two.get_arp_table() if row["interface"] == "eth1")
    assert (neighbor["ip"], neighbor["mac"]) == ("192.0.2.2", heard["remote_chassis_id"].upper())
    with pytest.raises(CommandErrorException, match="there is no VRF 'blue'; there are: default"):
        two.get_arp_table("blue")
    assert list(two.get_network_instances()) == ["default"]
    assert set(two.get_network_instances("default")["default"]["interfaces"]["interface"]) == {
        "eth0",
        "eth1",
        "lo",
    }

    routes = {route["prefix"]: route for route in two.get_routes()}
    assert routes["1.0.4.0/24"] == {
        "prefix": "1.0.4.0/24",
        "protocol": "bgp",
        "metric": 0,
        "vrf": "",
        "hops": [{"address": "192.0.2.2", "port": "eth1"}],
    }
    assert routes["192.0.2.0/30"]["hops"] == [{"address": "", "port": "eth1"}]
    (way,) = two.get_route_to("1.0.4.7")["1.0.4.0/24"]
    assert (way["protocol"], way["next_hop"], way["protocol_attributes"]["as_path"]) == (
        "bgp",
        "192.0.2.2",
        "64501",
    )
    assert two.get_route_to("1.0.4.0/24", protocol="static") == {}
    with pytest.raises(CommandErrorException, match="no address or prefix"):
        two.get_route_to("1.0.4.0/24 json; show running-config")
    # A router need not have the program; then that is the answer, and not an exception.
    pinged = two.ping("192.0.2.2", count=1)
    assert "success" in pinged or "no program named ping" in pinged["error"]


@pytest.mark.lab
def test_vrfs_are_told_apart(own):
    """Linux without VRF devices: zebra -n makes one of each network namespace."""
    own.sh(
        "ip netns add red; ip netns exec red ip link set lo up; sed -i 's/^frr zebra/frr zebra -n/' /etc/linewright/restart-frr"
    )
    faults.restart_frr(own.router)
    own.router.vtysh(
        "configure terminal",
        "vrf red",
        "ip route 10.77.0.0/16 blackhole",
        "exit-vrf",
        "router ospf vrf red",
        "ospf router-id 192.0.2.77",
    )
    with own.session() as driver:
        own.until(lambda: any(route["vrf"] == "red" for route in driver.get_routes()))
        found = {route["prefix"]: route["vrf"] for route in driver.get_routes()}
        management = str(ipaddress.ip_interface(own.router.spec.address).network)
        assert (found["10.77.0.0/16"], found[management]) == ("red", "")
        instances = driver.get_network_instances()
        assert (instances["red"]["type"], instances["default"]["type"]) == ("L3VRF", "DEFAULT_INSTANCE")
        assert set(instances["red"]["interfaces"]["interface"]) == {"lo"}
        assert driver.get_arp_table("red") == []
        assert driver.get_ospf_neighbors() == []


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
        for refused in (
            "show bogus",
            "show version\nconfigure terminal",
            "write memory",
            "clear bgp *",
            "sh ver",
        ):
            with pytest.raises(CommandErrorException):
                driver.cli([refused])
        assert lab.sh("ls /var/lib") == ""
