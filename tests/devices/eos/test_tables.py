"""Routes, resolved neighbours, neighbours in detail, and what people may ask."""

import pytest

from linewright.devices.eos import answers
from linewright.errors import DeviceError, Refused
from linewright.lab.twin.box import Credentials
from linewright.lab.twin.fleet import fleet
from linewright.lab.twin.tables import mac_of


def test_uptime_is_the_devices_own_count(connect, clock):
    clock.now += 86400
    assert connect().get_facts()["uptime"] == pytest.approx(86400)


def test_lldp_in_detail_names_chassis_and_descriptions(connect, box, twins):
    twins.boxes["sw2"].operator("interface Ethernet1", "description to sw1")
    (heard,) = connect().get_lldp_neighbors_detail()["Ethernet1"]
    assert heard["remote_chassis_id"] == mac_of("sw2", "system").upper()
    assert heard["remote_port_description"] == "to sw1"
    assert "Arista" in heard["remote_system_description"]
    assert connect().get_lldp_neighbors_detail("Ethernet2") == {}


def test_a_port_that_is_none_is_not_asked_about(connect):
    with pytest.raises(ValueError, match="not the name of a port"):
        connect().get_lldp_neighbors_detail("Ethernet1 | tee flash:x")


def test_arp_knows_who_is_at_the_other_end(connect, twins):
    driver = connect()
    entry = {
        "interface": "Ethernet1",
        "mac": mac_of("sw2", "Ethernet1").upper(),
        "ip": "198.18.4.1",
        "age": 0.0,
        "vrf": "",
    }
    assert driver.get_arp_table() == [entry]
    assert driver.get_arp_table("default") == [entry]
    assert driver.get_arp_table("MGMT") == []
    twins.plant.cut("sw1", "Ethernet1")
    assert driver.get_arp_table() == []


API = "management api http-commands\n   no shutdown\n"
SWITCH = (
    "vlan 10\ninterface {0}\n   switchport access vlan 10\ninterface {1}\n   switchport mode trunk\n" + API
)
ROUTED = "interface Ethernet1\n   no switchport\n   ip address 192.0.2.{}/24\n" + API
SVI = (
    "vlan 10\ninterface Ethernet1\n   switchport mode trunk\n   channel-group 1 mode active\n"
    "interface Port-Channel1\n   switchport mode trunk\ninterface Vlan10\n   ip address 192.0.2.3/24\n" + API
)


def test_arp_looks_through_switches_vlans_and_aggregates():
    links = [
        ("r1", "Ethernet1", "s1", "Ethernet1"),
        ("s1", "Ethernet2", "s2", "Ethernet2"),
        ("s2", "Ethernet1", "r2", "Ethernet1"),
        ("s2", "Ethernet3", "v3", "Ethernet1"),
    ]
    second = SWITCH.format("Ethernet1", "Ethernet2").replace(
        "management api",
        "interface Ethernet3\n   channel-group 7 mode active\n"
        "interface Port-Channel7\n   switchport mode trunk\nmanagement api",
    )
    configs = {
        "r1": ROUTED.format(1),
        "r2": ROUTED.format(2),
        "s1": SWITCH.format("Ethernet1", "Ethernet2"),
        "s2": second,
        "v3": SVI,
    }
    with fleet(links, configs, credentials=Credentials("u", "p")) as twins:
        found = {
            name: {e["address"] for e in twins.servers[name].show("show arp vrf all")["vrfs"]["default"]["ipV4Neighbors"]}
            for name in configs
        }  # fmt: skip
        assert found == {
            "r1": {"192.0.2.2", "192.0.2.3"},
            "r2": {"192.0.2.1", "192.0.2.3"},
            "v3": {"192.0.2.1", "192.0.2.2"},
            "s1": set(),
            "s2": set(),
        }
        twins.boxes["s1"].operator("interface Ethernet1", "switchport access vlan 11")
        assert not twins.servers["r1"].show("show arp vrf all")["vrfs"]["default"]["ipV4Neighbors"]


def test_routes_are_those_in_use(connect, box, twins):
    box.operator(
        "ip routing",
        "ip route 0.0.0.0/0 198.18.4.1",
        "ip route 0.0.0.0/0 198.18.0.1 200",
        "ip route 10.0.0.0/8 Null0",
        "ip route 203.0.113.0/24 198.51.100.1",
        "ipv6 route 2001:db8:f::/48 Null0",
        "vrf instance RED",
        "interface Ethernet2",
        "no switchport",
        "vrf RED",
        "ip address 198.18.7.1/24",
    )
    found = {(r["vrf"], r["prefix"]): (r["protocol"], r["hops"]) for r in connect().get_routes()}
    assert found == {
        ("", "198.18.4.0/31"): ("connected", [("", "Ethernet1")]),
        ("", "198.18.0.0/24"): ("connected", [("", "Management1")]),
        ("", "0.0.0.0/0"): ("static", [("198.18.4.1", "Ethernet1")]),
        ("", "10.0.0.0/8"): ("static", [("", "Null0")]),
        ("", "2001:db8:f::/48"): ("static", [("", "Null0")]),
    }
    assert all(route["metric"] == 0 for route in connect().get_routes())


def test_too_many_routes_are_not_fetched(connect, box, monkeypatch):
    monkeypatch.setattr(answers, "MOST_ROUTES", 1)
    driver = connect()
    before = len(box.log)
    with pytest.raises(DeviceError, match="sw1: it has more than 1 routes"):
        driver.get_routes()
    assert "show ip route vrf all" not in [entry.command for entry in box.log[before:]]


def test_route_kinds_have_one_word():
    table = {
        f"10.0.{n}.0/24": {"routeType": kind, "vias": []}
        for n, kind in enumerate(("eBGP", "iBGP", "ospfInterArea", "connected", "static", "bgpAggregate"))
    }
    found = [route["protocol"] for route in answers.routes({"routes": table})]
    assert found == ["bgp", "bgp", "ospf", "connected", "static", "bgp"]


def test_a_question_is_answered_as_text_or_json(connect):
    driver = connect()
    found = driver.cli(["show version", "show hostname"])
    assert "vEOS-lab" in found["show version"]
    assert "hostname: sw1" in found["show hostname"]
    assert driver.cli(["show hostname"], encoding="json") == {
        "show hostname": {"hostname": "sw1", "fqdn": "sw1"}
    }
    with pytest.raises(ValueError, match="encoding"):
        driver.cli(["show version"], encoding="xml")


@pytest.mark.parametrize(
    "command",
    [
        "reload",
        "show",
        "show ",
        "show version\nreload",
        "show version ; reload",
        "show running-config > flash:x",
        "show running-config | tee flash:x",
        "show running-config|redirect flash:x",
        "show running-config | include a | append flash:x",
        "show version\x00",
        "shows version",
        "configure",
    ],
)
def test_what_does_not_only_show_is_never_sent(connect, box, command):
    driver = connect()
    before = len(box.log)
    with pytest.raises(Refused, match="does not only show"):
        driver.cli(["show version", command])
    assert len(box.log) == before


@pytest.mark.parametrize(
    "command",
    ["show running-config | section bgp", "show lldp neighbors | no-more", "show ip route 10.0.0.0/8"],
)
def test_what_only_shows_may_be_asked(command):
    assert answers.shows(command)


def test_a_question_the_device_does_not_take_is_told(connect):
    with pytest.raises(DeviceError, match="sw1: show frobnication was refused: Invalid input"):
        connect().cli(["show frobnication"])


@pytest.mark.parametrize("getter", ["get_interfaces", "get_interfaces_ip", "get_lldp_neighbors_detail", "get_bgp_neighbors", "get_arp_table"])  # fmt: skip
def test_an_address_that_is_none_is_told(getter, connect, monkeypatch):
    driver = connect()
    real = driver._run_commands

    def nonsense(commands, **more):
        def spoil(value):
            if isinstance(value, dict):
                names = ("physicalAddress", "address", "chassisId", "peerAddress", "hwAddress")
                return {k: "no such thing" if k in names else spoil(v) for k, v in value.items()}
            return [spoil(v) for v in value] if isinstance(value, list) else value

        return spoil(real(commands, **more))

    monkeypatch.setattr(driver, "_run_commands", nonsense)
    with pytest.raises(DeviceError, match="sw1: the answer to"):
        getattr(driver, getter)()
