"""The routing table as FRR prints it, and what pings print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from napalm.base.exceptions import CommandErrorException

from linewright.devices.frr import pinging
from linewright.devices.frr.reading import Reading
from linewright.devices.frr.routes import age, route_to, table

LEGEND = """\
Codes: K - kernel route, C - connected, S - static, R - RIP,
       O - OSPF, I - IS-IS, B - BGP, E - EIGRP, N - NHRP,
       T - Table, v - VNC, V - VNC-Direct, A - Babel, F - PBR,
       f - OpenFabric,
       > - selected route, * - FIB route, q - queued, r - rejected, b - backup
       t - trapped, o - offload failure

"""
TABLE = (
    LEGEND
    + """\
VRF default:
S>* 10.5.0.0/16 [1/0] via 192.0.2.2, eth1, weight 1, 00:00:01
S>* 10.6.0.0/16 [1/0] unreachable (ICMP unreachable), weight 1, 00:00:01
B>  10.7.0.0/16 [200/7] via 10.255.0.1 (recursive), weight 1, 01:00:00
  *                       via 192.0.2.2, eth1, weight 1, 01:00:00
  *                       via 192.0.2.6, eth2, weight 1, 01:00:00
O   192.0.2.0/30 [110/10] is directly connected, eth1, weight 1, 00:01:20
C>* 192.0.2.0/30 is directly connected, eth1, 00:01:20
S>r 203.0.113.0/24 [1/0] via 192.0.2.2, eth1, weight 1, 00:00:55
  r                      via 192.0.2.3, eth1, weight 1, 00:00:55
O[2]>* 198.51.100.0/24 [110/20] via 192.0.2.2, eth1, weight 1, 00:00:55
"""
    + LEGEND
    + """\
VRF red:
K>* 0.0.0.0/0 [0/0] via 198.18.0.1, eth9, 2d03h04m
S>* 10.8.0.0/16 [1/0] via 192.0.2.9, eth1 (vrf default), weight 1, 00:00:01
"""
)


def hop(address, port):
    return {"address": address, "port": port}


def test_the_table_is_read_as_it_is_printed():
    rows = {(route["vrf"], route["prefix"]): route for route in table(TABLE)}
    assert {key: route["hops"] for key, route in rows.items()} == {
        ("", "10.5.0.0/16"): [hop("192.0.2.2", "eth1")],
        ("", "10.6.0.0/16"): [],
        ("", "10.7.0.0/16"): [hop("192.0.2.2", "eth1"), hop("192.0.2.6", "eth2")],
        ("", "192.0.2.0/30"): [hop("", "eth1")],
        ("", "198.51.100.0/24"): [hop("192.0.2.2", "eth1")],
        ("red", "0.0.0.0/0"): [hop("198.18.0.1", "eth9")],
        ("red", "10.8.0.0/16"): [hop("192.0.2.9", "eth1")],
    }
    assert (rows["", "10.7.0.0/16"]["protocol"], rows["", "10.7.0.0/16"]["metric"]) == ("bgp", 7)
    assert rows["", "198.51.100.0/24"]["protocol"] == "ospf"
    assert set(rows["", "10.5.0.0/16"]) == {"prefix", "protocol", "metric", "vrf", "hops"}


def test_ipv6_is_read_and_link_local_networks_are_not_routes():
    text = "VRF default:\nS>* 2001:db8:1::/48 [1/0] via fe80::1, eth1, weight 1, 00:00:01\nC * fe80::/64 is directly connected, eth1, 00:01:20\nC>* fe80::/64 is directly connected, eth0, 00:01:20\n"
    (route,) = table(text)
    assert (route["prefix"], route["hops"]) == ("2001:db8:1::/48", [hop("fe80::1", "eth1")])


@pytest.mark.parametrize("line", ["% Unknown command", "S>* nonsense", "  *     via 192.0.2.1", "Killed"])
def test_a_line_that_is_none_is_said_not_passed_over(line):
    with pytest.raises(CommandErrorException, match="makes no sense"):
        table(line + "\n")


@given(st.text(max_size=200))
def test_whatever_comes_is_read_or_refused(text):
    try:
        found = table(text)
    except CommandErrorException:
        return
    assert all(route["prefix"] for route in found)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("00:01:02", 62), ("1d02h03m", 93780), ("01w2d03h", 788400), ("", -1), ("never", -1)],
)
def test_ages_in_seconds(said, seconds):
    assert age(said) == seconds


def test_only_the_protocol_asked_for_is_told():
    entry = {"protocol": "static", "uptime": "00:00:01", "nexthops": [{"ip": "192.0.2.2", "fib": True}]}
    answer = {"10.5.0.0/16": [entry]}
    assert route_to(answer, "bgp", {}) == {}
    (way,) = route_to(answer, "static", {})["10.5.0.0/16"]
    assert (way["next_hop"], way["selected_next_hop"], way["age"]) == ("192.0.2.2", True, 1)


class Big(Reading):
    """A router with more routes than are read."""

    class _Remote:
        @staticmethod
        def vtysh(command):
            assert "summary" in command, "the table itself must not be asked for"
            return '{"routesTotal": 150000}\n{"routesTotal": 1}\n'

    _remote = _Remote()


def test_a_table_that_is_too_big_is_refused_before_it_is_asked_for():
    with pytest.raises(CommandErrorException, match="300002 routes; more than 200000 are not read"):
        Big().get_routes()


PING = """\
PING 192.0.2.2 (192.0.2.2) 100(128) bytes of data.
108 bytes from 192.0.2.2: icmp_seq=1 ttl=64 time=0.045 ms
108 bytes from 192.0.2.2: icmp_seq=3 ttl=64 time=0.061 ms

--- 192.0.2.2 ping statistics ---
3 packets transmitted, 2 received, 33.3333% packet loss, time 402ms
rtt min/avg/max/mdev = 0.045/0.053/0.061/0.008 ms
"""
LOST = "PING 192.0.2.9 (192.0.2.9) 100(128) bytes of data.\n\n--- 192.0.2.9 ping statistics ---\n2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 212ms\n"


def test_a_ping_is_read():
    found = pinging.result(0, PING, "")["success"]
    assert (found["probes_sent"], found["packet_loss"], found["rtt_avg"]) == (3, 1, 0.053)
    assert found["results"] == [
        {"ip_address": "192.0.2.2", "rtt": 0.045},
        {"ip_address": "192.0.2.2", "rtt": 0.061},
    ]
    lost = pinging.result(1, LOST, "")["success"]
    assert (lost["probes_sent"], lost["packet_loss"], lost["results"]) == (2, 2, [])
    assert pinging.result(2, "", "ping: nowhere: Name or service not known")["error"].startswith(
        "ping: nowhere"
    )
    assert "no program named ping" in pinging.result(127, "", "")["error"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"destination": "; reboot"},
        {"destination": "-f"},
        {"source": "eth1; x"},
        {"port": "-x"},
        {"vrf": "a b"},
        {"count": 100000},
        {"size": -1},
        {"ttl": 0},
    ],
)
def test_what_a_shell_would_misread_is_not_sent(wrong):
    asked = {"destination": "192.0.2.2", "source": "", "ttl": 255, "timeout": 2, "size": 100, "count": 5}
    asked |= {"vrf": "", "port": ""} | wrong
    with pytest.raises(ValueError, match=r"neither|does not appear|ttl"):
        pinging.command(**asked)
