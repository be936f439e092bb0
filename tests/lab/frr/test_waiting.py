import json

import pytest

from linewright.lab.frr.topology import Link
from linewright.lab.frr.waiting import Missing, Seen, _neighbors, _peers, still_missing

LINK = Link(a="r1", a_port="eth1", z="r2", z_port="eth2")
HEARD = {"r1": {"eth1": ("r2", "eth2")}, "r2": {"eth2": ("r1", "eth1")}}
R1, R2 = ("192.0.2.1", "198.18.0.1"), ("192.0.2.2", "198.18.0.2")


def seen(r1_peers, r2_peers, heard=HEARD):
    return {
        "r1": Seen(neighbors=heard["r1"], peers=r1_peers, addresses=R1),
        "r2": Seen(neighbors=heard["r2"], peers=r2_peers, addresses=R2),
    }


@pytest.mark.parametrize(
    ("r1_peers", "r2_peers", "sessions"),
    [
        ({}, {}, ()),
        ({"192.0.2.2": "Established"}, {"192.0.2.1": "Established"}, ()),
        ({"192.0.2.2": "Active"}, {}, ()),  # the far end does not know of it: it would never come up
        ({"192.0.2.9": "Active"}, {"192.0.2.1": "Active"}, ()),  # towards somebody outside the lab
        ({"192.0.2.2": "Idle (Admin)"}, {"192.0.2.1": "Active"}, ("r2 to r1 (192.0.2.1) is Active",)),
        (
            {"192.0.2.2": "Connect"},
            {"192.0.2.1": "Active"},
            ("r1 to r2 (192.0.2.2) is Connect", "r2 to r1 (192.0.2.1) is Active"),
        ),
    ],
)
def test_sessions_count_when_both_ends_configure_them(r1_peers, r2_peers, sessions):
    assert still_missing((LINK,), seen(r1_peers, r2_peers)) == Missing(sessions=sessions)


def test_each_end_must_hear_exactly_the_other():
    heard = {"r1": {"eth1": ("r2", "eth3")}, "r2": {}}
    missing = still_missing((LINK,), seen({}, {}, heard))
    assert missing.neighbors == ("r1 eth1 does not hear r2 eth2", "r2 eth2 does not hear r1 eth1")
    assert missing


def test_nothing_missing_is_false():
    assert not still_missing((LINK,), seen({}, {}))


def test_what_lldpcli_and_vtysh_print_is_read():
    heard = json.loads(
        '{"lldp": [{"interface": [{"name": "eth1", "via": "LLDP", "chassis": [{"id": [{"type": "mac",'
        ' "value": "02:00:00:00:00:01"}], "name": [{"value": "r2"}]}], "port": [{"id": [{"type": "ifname",'
        ' "value": "eth2"}]}]}, {"name": "eth3", "chassis": [{}], "port": []}]}]}'
    )
    assert _neighbors(heard) == {"eth1": ("r2", "eth2")}
    assert _neighbors({"lldp": [{}]}) == {}
    assert _peers({}) == {}
    assert _peers({"ipv4Unicast": {"as": 64500, "peers": {"192.0.2.2": {"state": "Active"}}}}) == {
        "192.0.2.2": "Active"
    }
