"""Twins and drivers for the tests of the EOS adapter."""

from collections.abc import Callable, Iterator

import pytest

from linewright.devices.eos.driver import EosDriver
from linewright.lab.twin.box import Box, Credentials
from linewright.lab.twin.fleet import Fleet, fleet

USER, WORD = "netops", "not-a-real-password"

CONFIG = """
hostname sw1
vlan 10
interface Ethernet1
   description to sw2
   no switchport
   ip address 198.18.4.0/31
   ip ospf area 0.0.0.0
interface Ethernet2
   switchport access vlan 10
interface Management1
   ip address 198.18.0.9/24
router bgp 64500
   router-id 198.18.1.1
   neighbor 198.18.4.1 remote-as 64501
router ospf 1
banner motd
Staff only.
EOF
management api http-commands
   no shutdown
"""

OTHER = """
hostname sw2
interface Ethernet1
   no switchport
   ip address 198.18.4.1/31
   ipv6 address 2001:db8:4::1/64
   ip ospf area 0.0.0.0
interface Management1
   ip address 198.18.0.10/24
router bgp 64501
   router-id 198.18.1.2
   neighbor 198.18.4.0 remote-as 64500
router ospf 1
management api http-commands
   no shutdown
"""


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def release() -> str:
    return "4.30.4M"


@pytest.fixture
def twins(clock: Clock, release: str) -> Iterator[Fleet]:
    links = [("sw1", "Ethernet1", "sw2", "Ethernet1")]
    configs = {"sw1": CONFIG, "sw2": OTHER}
    with fleet(links, configs, credentials=Credentials(USER, WORD), clock=clock, release=release) as running:
        yield running


@pytest.fixture
def box(twins: Fleet) -> Box:
    return twins.boxes["sw1"]


Connect = Callable[..., EosDriver]


@pytest.fixture
def connect(twins: Fleet) -> Iterator[Connect]:
    """Opens drivers to twins; what a test leaves open is closed."""
    opened: list[EosDriver] = []

    def open_one(
        name: str = "sw1", *, timeout: int = 10, password: str = WORD, **arguments: object
    ) -> EosDriver:
        reach = twins.reach[name]
        known = {"port": reach.port, "tls_pin": reach.pin, "device": name, **arguments}
        driver = EosDriver(reach.host, USER, password, timeout, optional_args=known)
        opened.append(driver)
        driver.open()
        return driver

    yield open_one
    for driver in opened:
        driver.close()
