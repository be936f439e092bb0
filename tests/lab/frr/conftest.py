"""A small network of FRR routers as a snapshot, with configurations that make its sessions come up."""

import ipaddress

import pytest

from linewright.lab.frr.single import management_network
from linewright.model.objects import Address, Cable, CableEnd, Device, Interface, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables

CONFIG = """\
frr version 8.4.4
frr defaults traditional
hostname {name}
log commands
service integrated-vtysh-config
!
interface eth0
 ip address {management}
exit
!
{ports}
router bgp {asn}
 no bgp ebgp-requires-policy
 timers bgp 1 3
{neighbors}exit
!
"""


def port(name, address="", kind="1000base-t", **more):
    addresses = (Address(address=address),) if address else ()
    return Interface(name=name, type=kind, addresses=addresses, **more)


def device(name, *ports, management="", **more):
    """A router; `management` is its out-of-band address with prefix length, on eth0."""
    own = (port("eth0", management, mgmt_only=True), port("lo", kind="virtual"), *ports)
    facts = {"platform": "frr", "oob_ip": management} | more
    return Device(name=name, site="s1", role="router", type="box", interfaces=own, **facts)


def cable(key, a, b, **more):
    """A cable between two terminations, each "device port" or a CableEnd."""

    def end(place):
        if isinstance(place, CableEnd):
            return place
        name, _, port_name = place.partition(" ")
        return CableEnd(kind="interface", device=name, name=port_name)

    return Cable(key=key, a=(end(a),), b=(end(b),), **more)


def snapshot(*devices, cables=(), **tables):
    whole = Tables(sites=(Site(slug="s1", name="S1"),), cables=tuple(cables), **tables)
    return Snapshot.build(whole, devices, Origin(source="test"))


def fabric(network, spines, leaves):
    """Every leaf to every spine, eBGP on each cable: (snapshot, configurations by router)."""
    hosts = iter(list(ipaddress.ip_network(network).hosts())[1:])
    names = [f"spine{n}" for n in range(1, spines + 1)] + [f"leaf{n}" for n in range(1, leaves + 1)]
    links = [(leaf, spine) for leaf in range(leaves) for spine in range(spines)]
    ends = {name: [] for name in names}
    cables = []
    for number, (leaf, spine) in enumerate(links):
        one, other = names[spines + leaf], names[spine]
        one_port, other_port = f"eth{spine + 1}", f"eth{leaf + 1}"
        low, high = f"192.0.2.{2 * number}", f"192.0.2.{2 * number + 1}"
        ends[one].append((one_port, low, high, 64500 + spine))
        ends[other].append((other_port, high, low, 64520 + leaf))
        cables.append(cable(f"C{number}", f"{one} {one_port}", f"{other} {other_port}"))
    devices, configs = [], {}
    for index, name in enumerate(names):
        management = f"{next(hosts)}/{ipaddress.ip_network(network).prefixlen}"
        asn = 64500 + index if index < spines else 64520 + index - spines
        ports = "".join(f"interface {p}\n ip address {own}/31\nexit\n!\n" for p, own, _, _ in ends[name])
        neighbors = "".join(
            f" neighbor {far} remote-as {far_asn}\n neighbor {far} timers connect 1\n"
            for _, _, far, far_asn in ends[name]
        )
        configs[name] = CONFIG.format(
            name=name, management=management, ports=ports, asn=asn, neighbors=neighbors
        )
        own = [port(p, f"{address}/31") for p, address, _, _ in ends[name]]
        devices.append(device(name, *own, management=management))
    return snapshot(*devices, cables=cables), configs


class Build:
    """The builders of this module, which test modules cannot import."""

    device, port, cable, snapshot, fabric = map(staticmethod, (device, port, cable, snapshot, fabric))


@pytest.fixture(scope="session")
def build():
    return Build


@pytest.fixture
def network():
    """A management network that no other test has."""
    with management_network() as (_, block):
        yield block
