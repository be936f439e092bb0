import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError
from linewright.lab.frr.topology import Link, topology
from linewright.model.objects import (
    CableEnd,
    Circuit,
    CircuitEnd,
    FrontPort,
    PortMapping,
    Provider,
    RearPort,
)


def panel(build, name):
    front = tuple(
        FrontPort(name=f"F{n}", mappings=(PortMapping(position=1, rear_port="R1", rear_position=n),))
        for n in (1, 2)
    )
    rear = (RearPort(name="R1", positions=2),)
    return build.device(name, platform="", front_ports=front, rear_ports=rear)


@pytest.fixture
def pair(build):
    """Two routers with ports eth1 and eth2 each."""
    return [
        build.device(f"r{n}", build.port("eth1"), build.port("eth2"), management=f"198.18.7.{10 + n}/24")
        for n in (1, 2)
    ]


def test_a_cable_a_spare_port_and_the_management_network(build, pair):
    plan = topology(build.snapshot(*pair, cables=[build.cable("C1", "r1 eth2", "r2 eth1")]))
    assert plan.links == (Link(a="r1", a_port="eth2", z="r2", z_port="eth1", path="C1"),)
    assert [(r.name, r.address, r.management, r.spares) for r in plan.routers] == [
        ("r1", "198.18.7.11/24", "eth0", ("eth1",)),
        ("r2", "198.18.7.12/24", "eth0", ("eth2",)),
    ]
    assert plan.host == ("198.18.7.1/24",)
    assert plan.left_out == ()


def test_panels_and_circuits_between_two_routers_are_one_cable(build, pair):
    def rear(name):
        return CableEnd(kind="rear-port", device=name, name="R1")

    def front(name, number):
        return CableEnd(kind="front-port", device=name, name=f"F{number}")

    def side(name):
        return CableEnd(kind="circuit-termination", device="north/NL-7", name=name)

    circuit = Circuit(cid="NL-7", provider="north", a=CircuitEnd(site="s1"), z=CircuitEnd(site="s1"))
    plan = topology(
        build.snapshot(
            *pair,
            panel(build, "p1"),
            panel(build, "p2"),
            providers=(Provider(slug="north", name="North"),),
            circuits=(circuit,),
            cables=[
                build.cable("C1", "r1 eth1", front("p1", 2)),
                build.cable("C2", rear("p1"), rear("p2")),
                build.cable("C3", front("p2", 2), "r2 eth1"),
                build.cable("C4", "r1 eth2", side("A")),
                build.cable("C5", side("Z"), "r2 eth2"),
            ],
        )
    )
    assert [link.text for link in plan.links] == ["r1 eth1 - r2 eth1", "r1 eth2 - r2 eth2"]
    assert [link.path for link in plan.links] == ["C1 + C2 + C3", "C4 + C5"]


def test_only_active_frr_routers_and_connected_paths_are_built(build, pair):
    others = [
        build.device("r3", build.port("eth1"), management="198.18.7.13/24", status="planned"),
        build.device("s1", build.port("Ethernet1"), management="198.18.7.14/24", platform="arista-eos"),
    ]
    cables = [
        build.cable("C1", "r1 eth1", "r2 eth1", status="planned"),
        build.cable("C2", "r1 eth2", "s1 Ethernet1"),
        build.cable("C3", "r2 eth2", "r3 eth1"),
    ]
    plan = topology(build.snapshot(*pair, *others, cables=cables))
    assert [router.name for router in plan.routers] == ["r1", "r2"]
    assert plan.links == ()
    assert plan.routers[0].spares == ("eth1", "eth2")
    assert plan.left_out == ("r1 eth1 - C1 - r2 eth1: planned",)


def test_what_cannot_be_built_is_told(build, pair):
    odd = build.device(
        "r3",
        build.port("eth1.7", parent="eth1"),
        build.port("bond0", kind="lag"),
        build.port("loop1", kind="virtual"),
        build.port("GigabitEthernet0/0"),
        build.port("eth9\nlink del eth0"),
        management="198.18.7.13/24",
    )
    plan = topology(
        build.snapshot(*pair, odd, cables=[build.cable("C1", "r1 eth1", "r3 GigabitEthernet0/0")])
    )
    assert plan.links == ()
    assert plan.router("r3").spares == ()
    assert plan.left_out == (
        "r1 eth1 - C1 - r3 GigabitEthernet0/0: an end is no port of the lab",
        "r3 GigabitEthernet0/0: Linux takes no such name for a port",
        "r3 bond0: virtual interfaces are not built",
        "r3 eth1.7: virtual interfaces are not built",
        r"r3 eth9\nlink del eth0: Linux takes no such name for a port",
        "r3 loop1: virtual interfaces are not built",
    )


def test_two_management_networks_give_the_host_an_address_in_each(build):
    plan = topology(
        build.snapshot(
            build.device("r1", management="198.18.7.1/29"), build.device("r2", management="2001:db8::1/64")
        )
    )
    assert plan.host == ("198.18.7.2/29", "2001:db8::2/64")


@pytest.mark.parametrize(
    ("management", "problem"),
    [
        ("", "r1 has no out-of-band address"),
        ("8.8.8.8/24", "8.8.8.0/24 cannot be a management network"),
        ("10.1.2.3/8", "10.0.0.0/8 cannot be a management network"),
        ("127.0.0.9/24", "127.0.0.0/24 cannot be a management network"),
        ("169.254.3.9/24", "169.254.3.0/24 cannot be a management network"),
        ("198.18.0.1/32", "198.18.0.1/32 has no address left for the host"),
        ("198.18.0.1/77", "'198.18.0.1/77' is not an address with prefix length"),
    ],
)
def test_a_management_address_the_host_must_not_take_is_refused(build, management, problem):
    with pytest.raises(DataError, match=problem):
        topology(build.snapshot(build.device("r1", management=management)))


def test_an_out_of_band_address_on_no_port_is_refused(build):
    with pytest.raises(DataError, match=r"r1: its out-of-band address 198.18.0.9 is on no port"):
        topology(build.snapshot(build.device("r1", management="198.18.0.1/24", oob_ip="198.18.0.9/24")))


def test_two_routers_with_one_address_are_refused(build):
    twins = [build.device(name, management="198.18.0.7/24") for name in ("r1", "r2")]
    with pytest.raises(DataError, match="devices r1 and r2 have the same out-of-band address"):
        topology(build.snapshot(*twins))


def test_a_snapshot_without_routers_is_refused(build):
    with pytest.raises(DataError, match="no active device of platform FRR"):
        topology(build.snapshot())


def test_asking_for_a_router_or_cable_that_is_not_there(build, pair):
    plan = topology(build.snapshot(*pair, cables=[build.cable("C1", "r1 eth1", "r2 eth1")]))
    assert plan.link("r2", "eth1") == plan.link("r1", "eth1")
    with pytest.raises(DataError, match="no router 'r9'"):
        plan.router("r9")
    with pytest.raises(DataError, match="no cable at r1 eth2"):
        plan.link("r1", "eth2")


@given(
    routers=st.integers(2, 5),
    ends=st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=10),
    order=st.randoms(use_true_random=False),
)
def test_every_port_is_on_one_cable_or_spare_in_whatever_order_the_data_came(build, routers, ends, order):
    names = [f"r{n}" for n in range(routers)]
    places = [f"{name} eth{p}" for name in names for p in range(1, 5)]
    cables, used = [], set()
    for a, b in ends:
        if max(a, b) < len(places) and a != b and not {a, b} & used:
            used |= {a, b}
            cables.append(build.cable(f"C{a}-{b}", places[a], places[b]))
    devices = [
        build.device(name, *(build.port(f"eth{p}") for p in range(1, 5)), management=f"198.18.0.{n + 1}/24")
        for n, name in enumerate(names)
    ]
    plan = topology(build.snapshot(*devices, cables=cables))
    order.shuffle(devices)
    order.shuffle(cables)
    assert topology(build.snapshot(*devices, cables=cables)) == plan
    wired = [p for link in plan.links for p in (f"{link.a} {link.a_port}", f"{link.z} {link.z_port}")]
    spare = [f"{router.name} {p}" for router in plan.routers for p in router.spares]
    assert sorted(wired + spare) == sorted(places)
    assert sorted(wired) == sorted(places[n] for n in used)
    assert {ipaddress.ip_interface(a).ip for a in plan.host}.isdisjoint(
        ipaddress.ip_interface(router.address).ip for router in plan.routers
    )
