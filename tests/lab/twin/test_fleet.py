"""Twins together: cables, neighbours, and what follows when something is shut, cut or swapped."""

import socket
import threading

import pytest

from linewright.errors import DataError
from linewright.lab.twin.box import Box, Credentials, Management
from linewright.lab.twin.faults import Fault, FaultList
from linewright.lab.twin.fleet import fleet, management_of
from linewright.lab.twin.neighbors import Neighborhood
from linewright.model.objects import Address, Device, Interface

API = "management api http-commands\n   no shutdown\n"


def leaf(name, number, asn, *more):
    text = f"hostname {name}\nvlan 10\n"
    for port in range(1, 5):
        text += f"interface Ethernet{port}\n"
        if port <= 2:
            text += f"   no switchport\n   ip address 198.18.{port}.{number}/30\n"
        elif port == 3:
            text += "   switchport access vlan 10\n"
    text += f"interface Loopback0\n   ip address 192.0.2.{number}/32\n"
    text += f"interface Vlan10\n   ip address 203.0.113.{number}/28\n"
    text += f"router bgp {asn}\n"
    for port in (1, 2):
        text += f"   neighbor 198.18.{port}.{3 - number} remote-as {64503 - (asn - 64500)}\n"
    return text + "\n".join(more) + "\n" + API


CONFIGS = {"a": leaf("a", 1, 64501), "b": leaf("b", 2, 64502)}
LINKS = [
    ("a", "Ethernet1", "b", "Ethernet1"),
    ("a", "Ethernet2", "b", "Ethernet2"),
    ("a", "Ethernet3", "outside", "eth3"),
    ("b", "Ethernet3", "deaf", "port3"),
]


@pytest.fixture
def site():
    with fleet(LINKS, CONFIGS, silent=["deaf"], outside_peers="Active") as running:
        yield running


def view(site):
    return Neighborhood(
        {name: box.reading for name, box in site.boxes.items()}, site.plant, site.outside_peers
    )


def heard(site, name):
    return {h.port: (h.device, h.remote_port) for h in view(site).heard(name)}


def states(site, name):
    return {str(s.peer.address): s.state for s in view(site).sessions(name)}


def up(site, name):
    seen, box = view(site), site.boxes[name]
    return {port.name for port in box.reading.ports.values() if seen.is_up(name, port)}


def test_everybody_hears_whom_the_cables_lead_to(site):
    assert heard(site, "a") == {
        "Ethernet1": ("b", "Ethernet1"),
        "Ethernet2": ("b", "Ethernet2"),
        "Ethernet3": ("outside", "eth3"),
    }
    assert "Ethernet3" not in heard(site, "b"), "an unmanaged switch says nothing"
    assert "Ethernet3" in up(site, "b")


def test_swapped_cables_are_heard_as_they_are(site):
    site.plant.swap(("a", "Ethernet1"), ("a", "Ethernet2"))
    assert heard(site, "a")["Ethernet1"] == ("b", "Ethernet2")
    assert heard(site, "b")["Ethernet1"] == ("a", "Ethernet2")
    assert states(site, "a") == {"198.18.1.2": "Active", "198.18.2.2": "Active"} or set(
        states(site, "a").values()
    ) == {"Established"}


def test_a_cut_cable_takes_down_both_ends_and_what_ran_over_it(site):
    assert states(site, "a") == {"198.18.1.2": "Established", "198.18.2.2": "Established"}
    site.plant.cut("b", "Ethernet1")
    assert "Ethernet1" not in up(site, "a") | up(site, "b")
    assert "Ethernet1" not in heard(site, "a")
    assert states(site, "a") == {"198.18.1.2": "Active", "198.18.2.2": "Established"}
    site.plant.mend("a", "Ethernet1")
    assert set(states(site, "b").values()) == {"Established"}


def test_a_shut_interface_is_gone_for_its_neighbour(site):
    site.boxes["b"].operator("interface Ethernet1", "shutdown")
    assert "Ethernet1" not in up(site, "a")
    assert heard(site, "a").keys() == {"Ethernet2", "Ethernet3"}


def test_a_device_outside_that_is_down(site):
    site.plant.set_outside("outside", up=False)
    assert "Ethernet3" not in heard(site, "a")
    assert "Vlan10" not in up(site, "a"), "the only port of the VLAN"
    site.plant.set_outside("outside", up=True)
    assert "Vlan10" in up(site, "a")


def test_ports_without_a_cable_are_down(site):
    assert up(site, "a") == {"Ethernet1", "Ethernet2", "Ethernet3", "Loopback0", "Vlan10"}


@pytest.mark.parametrize(
    ("who", "lines"),
    [
        ("b", ["router bgp 64502", "no neighbor 198.18.1.1"]),
        ("b", ["router bgp 64502", "neighbor 198.18.1.1 remote-as 64599"]),
        ("b", ["router bgp 64502", "neighbor 198.18.1.1 shutdown"]),
        ("b", ["router bgp 64502", "neighbor 198.18.1.1 password 7 x"]),
        ("b", ["router bgp 64502", "neighbor 198.18.1.1 update-source Loopback0"]),
        ("b", ["no router bgp 64502"]),
        ("b", ["interface Ethernet1", "no ip address"]),
        ("b", ["interface Ethernet1", "ip address 198.18.1.3/24"]),
        ("a", ["interface Ethernet1", "shutdown"]),
        ("a", ["router bgp 64501", "neighbor 198.18.1.2 remote-as 64599"]),
    ],
)
def test_a_session_needs_both_ends(site, who, lines):
    site.boxes[who].operator(*lines)
    assert states(site, "a")["198.18.1.2"] == "Active"
    assert states(site, "a")["198.18.2.2"] == "Established" or lines == ["no router bgp 64502"]


def test_a_password_on_both_ends_brings_the_session_back(site):
    for name, asn, peer in (("a", 64501, "198.18.1.2"), ("b", 64502, "198.18.1.1")):
        site.boxes[name].operator(f"router bgp {asn}", f"neighbor {peer} password 7 same")
    assert set(states(site, "a").values()) == {"Established"}


def test_sessions_between_loopbacks_need_a_source(site):
    site.boxes["a"].operator("router bgp 64501", "neighbor 192.0.2.2 remote-as 64502")
    site.boxes["b"].operator(
        "router bgp 64502", "neighbor 192.0.2.1 remote-as 64501", "neighbor 192.0.2.1 update-source Loopback0"
    )
    assert states(site, "a")["192.0.2.2"] == "Active"
    site.boxes["a"].operator("router bgp 64501", "neighbor 192.0.2.2 update-source Loopback0")
    assert states(site, "a")["192.0.2.2"] == "Established"


def test_peers_that_are_no_twins_have_the_state_that_was_asked_for(site):
    site.boxes["a"].operator(
        "router bgp 64501", "neighbor 203.0.113.9 remote-as 64510", "neighbor 203.0.113.10 remote-as 64511"
    )
    assert states(site, "a")["203.0.113.9"] == "Active"
    site.outside_peers = "Established"
    assert states(site, "a")["203.0.113.9"] == "Established"
    site.boxes["a"].operator("interface Vlan10", "shutdown")
    assert states(site, "a")["203.0.113.9"] == "Active", "no interface leads there any more"


@pytest.mark.parametrize(
    ("lines", "hears"),
    [
        (["interface Ethernet1", "no lldp transmit"], False),
        (["no lldp run"], False),
        (["dns domain example.net"], True),
    ],
)
def test_lldp_can_be_turned_off_and_carries_the_full_name(site, lines, hears):
    site.boxes["b"].operator(*lines)
    assert ("Ethernet1" in heard(site, "a")) is hears
    if hears:
        assert heard(site, "a")["Ethernet1"] == ("b.example.net", "Ethernet1")


def test_a_port_channel_is_up_with_one_member():
    config = (
        "vlan 10\ninterface Port-Channel1\n   switchport mode trunk\ninterface Ethernet1\n   channel-group 1 mode active\n"
        "interface Ethernet2\n   channel-group 1 mode active\ninterface Vlan10\n   ip address 192.0.2.1/24\n"
        + API
    )
    cables = [("x", "Ethernet1", "y", "Ethernet1"), ("x", "Ethernet2", "y", "Ethernet2")]
    with fleet(cables, {"x": config, "y": config}) as site:
        site.plant.cut("x", "Ethernet1")
        assert {"Port-Channel1", "Vlan10"} <= up(site, "x")
        site.plant.cut("x", "Ethernet2")
        assert up(site, "x") == set()


def test_ospf_needs_the_same_area_network_and_mtu():
    config = (
        "interface Ethernet1\n   no switchport\n   ip address 192.0.2.{0}/24\nrouter ospf 1\n"
        "   router-id 10.0.0.{0}\n   network 192.0.2.0/24 area 0\n" + API
    )
    configs = {"x": config.format(1), "y": config.format(2)}
    with fleet([("x", "Ethernet1", "y", "Ethernet1")], configs) as site:

        def adjacent():
            return [(a.port, a.router_id, a.address) for a in view(site).adjacencies("x")]

        assert adjacent() == [("Ethernet1", "10.0.0.2", "192.0.2.2")]
        y = site.boxes["y"]
        for lines, undo in (
            (["interface Ethernet1", "mtu 9000"], ["interface Ethernet1", "no mtu"]),
            (["interface Ethernet1", "ip ospf area 1"], ["interface Ethernet1", "no ip ospf area"]),
            (["interface Ethernet1", "shutdown"], ["interface Ethernet1", "no shutdown"]),
            (
                ["router ospf 1", "passive-interface default"],
                ["router ospf 1", "no passive-interface default"],
            ),
            (["router ospf 1", "router-id 10.0.0.1"], ["router ospf 1", "router-id 10.0.0.2"]),
        ):
            y.operator(*lines)
            assert adjacent() == [], lines
            y.operator(*undo)
            assert len(adjacent()) == 1, undo
        y.operator("router ospf 1", "passive-interface default", "no passive-interface Ethernet1")
        assert len(adjacent()) == 1


# -- one box


def box(config=API, **more):
    return Box("x", config, Credentials("u", "p"), **more)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["interface Loopback0", "shutdown"], "shut down"),
        (["no interface Loopback0"], "not there"),
        (["interface Loopback0", "ip address 192.0.2.2/32"], "has lost 192.0.2.1/32"),
        (["interface Ethernet1", "shutdown"], "no way in is left"),
        (["interface Ethernet1", "no ip address"], "no way in is left"),
        (["management api http-commands", "shutdown"], "management api"),
        (["no management api http-commands"], "management api"),
    ],
)
def test_what_cuts_the_way_in(lines, why):
    config = (
        "interface Ethernet1\n   no switchport\n   ip address 198.18.0.1/31\ninterface Ethernet2\n"
        "interface Loopback0\n   ip address 192.0.2.1/32\n" + API
    )
    one = box(config, management=Management("Loopback0", "192.0.2.1/32", ("Ethernet1",)))
    one.operator("interface Ethernet2", "shutdown")
    assert one.why_unreachable() == ""
    one.operator(*lines)
    assert why in one.why_unreachable()


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ("hostname x\n", "unreachable from the start"),
        ("hostname\n" + API, r"line 1 .*Incomplete token"),
        ("frobnicate all\n" + API, "frobnicate"),
    ],
)
def test_a_twin_that_cannot_boot_is_refused(config, why):
    with pytest.raises(DataError, match=why):
        box(config)


def test_the_log_has_what_was_taken_and_what_was_refused():
    one = box()
    one.operator("hostname y")
    assert one.commands() == ["hostname y"]
    assert one.log[0].user == "operator"
    assert "p" not in repr(one.credentials).split("username")[0]


def test_time_runs_in_the_unit_asked_for():
    now = [10.0]
    one = box(unit=0.1, clock=lambda: now[0])
    now[0] += 3
    assert one.now() == pytest.approx(30)


def test_management_of_a_device():
    ports = (
        Interface(name="Management1", addresses=(Address(address="198.18.0.5/24"),)),
        Interface(name="Loopback0", addresses=(Address(address="192.0.2.5/32"),)),
    )
    device = Device(name="x", site="s", role="r", type="t", interfaces=ports)
    assert management_of(device) is None

    def having(**more):
        return Device(name="x", site="s", role="r", type="t", interfaces=ports, **more)

    assert management_of(having(oob_ip="198.18.0.5/24"), ["Ethernet1"]) == Management(
        "Management1", "198.18.0.5/24"
    )
    assert management_of(having(primary_ip4="192.0.2.5/32"), ["Ethernet1"]) == Management(
        "Loopback0", "192.0.2.5/32", ("Ethernet1",)
    )
    assert management_of(having(primary_ip4="192.0.2.6/32")) is None


def test_faults_are_used_up():
    faults = FaultList()
    faults.add(Fault("write", "error", times=2))
    faults.add(Fault("mem", "drop after"))
    assert [f.kind for f in faults.take("write memory")] == ["error", "drop after"]
    assert [f.kind for f in faults.take("show version")] == []
    assert [f.kind for f in faults.take("write memory")] == ["error"]
    assert faults.take("write memory") == []


def test_each_twin_can_have_a_login_of_its_own():
    logins = {"x": Credentials("u1", "p1")}
    with fleet([], {"x": API, "y": API}, credentials=logins) as site:
        assert site.boxes["x"].credentials.username == "u1"
        assert len(site.boxes["y"].credentials.password) == 32, "one nobody knows"


def test_nothing_is_left_after_stopping(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = threading.active_count()
    with fleet([], {"x": API, "y": API}) as site:
        ports = [reach.port for reach in site.reach.values()]
        assert len({reach.pin for reach in site.reach.values()}) == 2
        assert list(tmp_path.iterdir()) == []
    assert threading.active_count() <= before
    for port in ports:
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", port), timeout=1)
    site.stop()
