"""A real router, and drivers that reach it as a user would: by SSH, with its host key enrolled."""

import contextlib
import hashlib
import re
import time

import pytest
from napalm import get_network_driver
from napalm.base.exceptions import ConnectionException

from linewright.lab.frr.single import minimal, routers

MORE = """\
interface eth1
 description to nowhere
 ip address 192.0.2.1/30
exit
!
router bgp 64500
 no bgp ebgp-requires-policy
 neighbor 192.0.2.2 remote-as 64501
exit
!
router ospf
 ospf router-id 192.0.2.1
exit
!
"""
STATE = "/var/lib/linewright"
_TOLD = re.compile(r"^\S+ \S+ (\w+): \[\S+\] vty\[\d+\]@\(config[^#]*# (.*)$", re.MULTILINE)
_FRAME = re.compile(r"XFRR_(?:start|end)_configuration|end|exit|configure|disable")


class Lab:
    """One router, with what the tests ask of it."""

    def __init__(self, bench, folder, name="r1"):
        self.bench = bench
        self.router = bench[name]
        self.host = self.router.spec.host
        self.key_file = bench.key_file
        self.known_hosts = folder / "known_hosts"
        self.known_hosts.write_text(bench.known_hosts)

    def driver(self, *, timeout=30, username="ops", **optional):
        arguments = {"key_file": str(self.key_file), "known_hosts": str(self.known_hosts), **optional}
        return get_network_driver("frr")(self.host, username, "", timeout, arguments)

    @contextlib.contextmanager
    def session(self, change=None, attempt=1, **arguments):
        driver = self.driver(**arguments)
        driver.open()
        try:
            if change:
                driver.begin_change(change, attempt)
            yield driver
        finally:
            driver.close()

    def running(self):
        return self.router.vtysh("show running-config no-header")

    def digest(self):
        return hashlib.sha256(self.running().encode()).hexdigest()

    def sh(self, command, timeout=30):
        return self.router.run(["sh", "-c", command], timeout=timeout).stdout

    def startup(self):
        return self.sh("cat /etc/frr/frr.conf")

    def waiting(self):
        """Whether a change waits or is being settled, as its files say: the router need not be reachable."""
        return bool(self.sh(f"ls {STATE} | grep -E '^(armed|confirming|reverting)-'"))

    def last(self):
        """How the last change ended, as the router wrote it down."""
        facts = (line.partition(" ") for line in self.sh(f"cat {STATE}/last").splitlines())
        return {key: value for key, _, value in facts}

    def forget_log(self):
        self.sh(": >/var/log/frr/frr.log")

    def told(self):
        """Configuration commands each daemon was told since `forget_log`, without what frames and leaves sections."""
        found = {}
        for daemon, command in _TOLD.findall(self.sh("cat /var/log/frr/frr.log")):
            if not _FRAME.fullmatch(command.strip()):
                found.setdefault(daemon, []).append(command.strip())
        return found

    def until(self, condition, seconds=60):
        """Wait for something that has to come; how long it takes is not asserted."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it did not come"
            time.sleep(0.2)

    def reachable(self):
        try:
            with self.session(timeout=3):
                return True
        except ConnectionException:
            return False


@contextlib.contextmanager
def booted(folder):
    configs = {"r1": minimal("r1", MORE)}
    with routers(folder / "bench", configs, spares=("eth1", "eth2")) as bench:
        lab = Lab(bench, folder)
        lab.router.vtysh("write memory")
        yield lab


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    with booted(tmp_path_factory.mktemp("frr")) as lab:
        yield lab


@pytest.fixture
def lab(bench):
    """The module's router as every test finds it: nothing pending, the first configuration running and saved."""
    before = bench.running()
    yield bench
    bench.sh(f"rm -rf {STATE}")
    if bench.running() != before:
        bench.router.run(["sh", "-c", "cat >/tmp/before.conf"], stdin=before)
        reload = ["/usr/lib/frr/frr-reload.py", "--reload", "--log-level", "critical", "/tmp/before.conf"]
        bench.router.run(reload, timeout=200)
        bench.router.run(reload, timeout=200)
    bench.router.vtysh("write memory")
    assert bench.running() == before


@pytest.fixture
def own(tmp_path):
    """A router that a test may ruin."""
    with booted(tmp_path) as lab:
        yield lab


@pytest.fixture
def crowd(tmp_path):
    """Five routers that a test may ruin, by name."""
    names = [f"r{number}" for number in range(1, 6)]
    configs = {name: minimal(name, MORE) for name in names}
    with routers(tmp_path / "bench", configs, cables=0, spares=("eth1", "eth2")) as bench:
        labs = {name: Lab(bench, tmp_path, name) for name in names}
        for lab in labs.values():
            lab.router.vtysh("write memory")
        yield labs


PEER = """\
interface eth1
 ip address {me}/30
 ip ospf area 0.0.0.0
 ip ospf network point-to-point
 ip ospf hello-interval 1
 ip ospf dead-interval 4
exit
!
router bgp {asn}
 no bgp ebgp-requires-policy
 neighbor {peer} remote-as {peer_asn}
 neighbor {peer} description the other one
 neighbor {peer} timers connect 1
exit
!
router ospf
 ospf router-id {me}
exit
!
"""


#: What NAPALM's suite looks for in a routing table, and a route to nowhere.
ORIGIN = """\
ip route 1.0.4.0/24 blackhole
!
router bgp 64501
 address-family ipv4 unicast
  network 1.0.4.0/24
 exit-address-family
exit
!
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A driver on one of two routers that are each other's neighbours, and have found each other."""
    folder = tmp_path_factory.mktemp("two")
    configs = {
        "r1": minimal("r1", PEER.format(me="192.0.2.1", peer="192.0.2.2", asn=64500, peer_asn=64501)),
        "r2": minimal(
            "r2", PEER.format(me="192.0.2.2", peer="192.0.2.1", asn=64501, peer_asn=64500) + ORIGIN
        ),
    }
    with routers(folder / "bench", configs) as bench:
        lab = Lab(bench, folder)
        with lab.session() as driver:
            lab.until(lambda: driver.get_bgp_neighbors()["global"]["peers"]["192.0.2.2"]["is_up"])
            # At boot a router may speak for a moment under another router id; that neighbour is forgotten later.
            lab.until(lambda: [n["state"][:4] for n in driver.get_ospf_neighbors()] == ["Full"])
            lab.until(driver.get_lldp_neighbors)
            lab.until(lambda: [r for r in driver.get_routes() if r["protocol"] == "bgp"])
            yield driver
