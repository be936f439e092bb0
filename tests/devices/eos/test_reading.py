"""What the adapter reads, and what it does not believe."""

import pytest

from linewright.devices.eos.believing import configuration
from linewright.errors import DeviceError
from linewright.lab.twin.faults import Fault

WHOLE = "! Command: show running-config\n!\nhostname a\n!\nend\n"


def test_facts(connect):
    facts = connect().get_facts()
    assert (facts["hostname"], facts["vendor"], facts["model"]) == ("sw1", "Arista", "vEOS-lab")
    assert facts["interface_list"] == ["Ethernet1", "Ethernet2", "Management1"]


def test_interfaces_follow_configuration_and_cables(connect, twins):
    driver = connect()
    interfaces = driver.get_interfaces()
    assert interfaces["Ethernet1"]["is_up"]
    assert interfaces["Ethernet1"]["description"] == "to sw2"
    assert interfaces["Ethernet2"] | {"mac_address": ""} == {
        "is_up": False,
        "is_enabled": True,
        "description": "",
        "last_flapped": pytest.approx(1.7e9),
        "mtu": 1500,
        "speed": 1000.0,
        "mac_address": "",
    }
    twins.boxes["sw2"].operator("interface Ethernet1", "shutdown")
    assert not driver.get_interfaces()["Ethernet1"]["is_up"]
    twins.boxes["sw1"].operator("interface Ethernet1", "shutdown")
    assert not driver.get_interfaces()["Ethernet1"]["is_enabled"]


def test_addresses(connect, box):
    box.operator("interface Ethernet1", "ip address 198.51.100.1/24 secondary")
    addresses = connect().get_interfaces_ip()
    assert addresses["Ethernet1"]["ipv4"] == {
        "198.18.4.0": {"prefix_length": 31},
        "198.51.100.1": {"prefix_length": 24},
    }
    assert connect("sw2").get_interfaces_ip()["Ethernet1"]["ipv6"]["2001:db8:4::1"] == {"prefix_length": 64}


def test_lldp(connect, twins):
    driver = connect()
    assert driver.get_lldp_neighbors() == {"Ethernet1": [{"hostname": "sw2", "port": "Ethernet1"}]}
    detail = driver.get_lldp_neighbors_detail()["Ethernet1"][0]
    assert (detail["remote_system_name"], detail["remote_port"]) == ("sw2", "Ethernet1")
    twins.plant.cut("sw1", "Ethernet1")
    assert driver.get_lldp_neighbors() == {}


def test_bgp(connect, twins):
    driver = connect()
    peer = driver.get_bgp_neighbors()["global"]["peers"]["198.18.4.1"]
    assert (peer["is_up"], peer["is_enabled"], peer["remote_as"], peer["local_as"]) == (
        True,
        True,
        64501,
        64500,
    )
    assert peer["remote_id"] == "198.18.1.2"
    twins.boxes["sw2"].operator("router bgp 64501", "neighbor 198.18.4.0 shutdown")
    assert not driver.get_bgp_neighbors()["global"]["peers"]["198.18.4.1"]["is_up"]
    twins.boxes["sw1"].operator("router bgp 64500", "neighbor 198.18.4.1 shutdown")
    assert not driver.get_bgp_neighbors()["global"]["peers"]["198.18.4.1"]["is_enabled"]


def test_no_bgp_is_no_error(connect, box):
    box.operator("no router bgp 64500", "no router ospf 1")
    assert connect().get_bgp_neighbors() == {}
    assert connect().get_ospf_neighbors() == []


def test_ospf(connect, twins):
    driver = connect()
    assert driver.get_ospf_neighbors() == [
        {"interface": "Ethernet1", "router_id": "198.18.4.1", "address": "198.18.4.1", "state": "full"}
    ]
    twins.boxes["sw2"].operator("router ospf 1", "passive-interface Ethernet1")
    assert driver.get_ospf_neighbors() == []


def test_configurations(connect, box):
    driver = connect()
    found = driver.get_config()
    assert found["running"].splitlines()[2:] == found["startup"].splitlines()[2:]
    assert found["candidate"] == ""
    driver.load_merge_candidate(config="hostname other")
    assert "hostname other" in driver.get_config(retrieve="candidate")["candidate"]
    assert driver.get_config(retrieve="running") | {"running": ""} == {
        "running": "",
        "startup": "",
        "candidate": "",
    }
    # NAPALM's driver fails here: the session is gone, and it asks for it.
    driver.commit_config(revert_in=60)
    box.sessions.known.clear()
    assert driver.get_config()["candidate"] == ""


def test_sanitized(connect, box):
    box.operator("router bgp 64500", "neighbor 198.18.4.1 password 7 hunter2")
    driver = connect()
    assert "hunter2" in driver.get_config()["running"]
    box.startup = box.running
    assert "hunter2" not in "".join(driver.get_config(sanitized=True).values())


def test_a_wrong_question(connect):
    with pytest.raises(ValueError, match="not offered"):
        connect().get_config(retrieve="everything")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("% Invalid input\n", "does not begin"),
        ("hostname a\nend\n", "does not begin"),
        ("! Command: show running-config\nhostname a\n", "not whole"),
        (WHOLE.removesuffix("end\n"), "not whole"),
        (WHOLE.replace("hostname a", "% Incomplete command"), "message"),
    ],
)
def test_half_a_configuration_is_not_believed(text, why):
    with pytest.raises(ValueError, match=why):
        configuration(text)


def test_a_whole_configuration_is_believed():
    assert configuration(WHOLE) == WHOLE
    banner = WHOLE.replace("hostname a", "banner motd\n% no message of the device\nEOF")
    assert configuration(banner) == banner
    assert configuration("", may_be_empty=True) == ""


def test_a_device_that_prints_something_else_gives_no_configuration(connect, monkeypatch):
    driver = connect()
    monkeypatch.setattr(driver, "_run_commands", lambda *_, **__: [{"output": "% Internal error\n"}])
    with pytest.raises(DeviceError, match="not what EOS gives"):
        driver.get_config(retrieve="running")


@pytest.mark.parametrize(
    "getter",
    [
        "get_facts",
        "get_interfaces",
        "get_interfaces_ip",
        "get_lldp_neighbors",
        "get_bgp_neighbors",
        "get_ospf_neighbors",
    ],
)
@pytest.mark.parametrize("answer", [{}, {"interfaces": 7, "lldpNeighbors": None, "vrfs": [1]}])
def test_a_malformed_answer_is_told_as_one(connect, monkeypatch, getter, answer):
    driver = connect()
    monkeypatch.setattr(driver, "_run_commands", lambda commands, **_: [dict(answer) for _ in commands])
    with pytest.raises(DeviceError, match="sw1"):
        getattr(driver, getter)()


def test_a_refused_command_is_told(connect, box):
    driver = connect()
    box.faults.add(Fault("show running-config", "error", answer="Authorization denied"))
    with pytest.raises(DeviceError, match="Authorization denied"):
        driver.get_config(retrieve="running")
