"""The read-only first day on two real FRR routers that somebody configured by hand: nothing on them is touched."""

import hashlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest

from linewright.devices.secrets import SecretStore, make_key
from linewright.devices.trust import Identity, Trust
from linewright.errors import ExitCode
from linewright.journal.state import State
from linewright.lab.frr.single import Bench, minimal, routers
from linewright.model.objects import Address, Cable, CableEnd, Device, Interface, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.operate.backup import back_up, listed, view
from linewright.operate.collecting import collect
from linewright.operate.drifting import drift_network
from linewright.operate.scope import Scope, in_scope
from linewright.operate.workplace import Workplace
from linewright.reports.collected import text
from linewright.settings import Backup, Login, Secrets, Settings
from linewright.site import Site as SiteFolder

pytestmark = pytest.mark.lab

PASSWORD = "hunter2xOfRouters"
HEARD = "hunter3xByLldp"
WRITTEN = "hunter4xInWords"
BY_HAND = """\
interface eth1
 description see neighbor 192.0.2.9 password {written} ok
 ip address {me}/30
 ip ospf area 0.0.0.0
 ip ospf hello-interval 1
 ip ospf dead-interval 4
 ip ospf network point-to-point
exit
!
router bgp {asn}
 no bgp ebgp-requires-policy
 neighbor {peer} remote-as {peer_asn}
 neighbor {peer} password {password}
 neighbor {peer} timers connect 1
exit
!
router ospf
 ospf router-id {me}
exit
!
"""


class Network:
    """A site over two real routers."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench, self.folder = bench, folder
        self.keys = [pyrage.x25519.Identity.generate() for _ in range(2)]
        for name, router in bench.items():
            Trust(folder / "trust").accept(Identity(device=name, kind="ssh", key=router.host_key))
        settings = Settings(
            root=str(folder),
            secrets=Secrets(key_file="site.key", values_file="values.yaml"),
            trust="trust",
            login={"frr": Login(username="ops", key_file=str(bench.key_file))},
            backup=Backup(recipients=tuple(str(key.to_public()) for key in self.keys)),
        )
        make_key(folder / "site.key")
        self.place = Workplace(
            settings=settings,
            site=SiteFolder(folder),
            state=State(folder / ".linewright"),
            secrets=SecretStore(folder / "site.key", folder / "values.yaml", environment={}),
        )
        devices = [
            Device(
                name=name,
                site="s1",
                role="router",
                type="box",
                platform="frr",
                oob_ip=router.spec.address,
                interfaces=(
                    Interface(
                        name="eth0",
                        type="1000base-t",
                        mgmt_only=True,
                        addresses=(Address(address=router.spec.address),),
                    ),
                    Interface(
                        name="eth1",
                        type="1000base-t",
                        description="to the other",
                        addresses=(Address(address=f"192.0.2.{number + 1}/30"),),
                    ),
                ),
            )
            for number, (name, router) in enumerate(bench.items())
        ]
        ends = [(CableEnd(kind="interface", device=name, name="eth1"),) for name in bench]
        tables = Tables(sites=(Site(slug="s1", name="S1"),), cables=(Cable(key="C1", a=ends[0], b=ends[1]),))
        self.snapshot = Snapshot.build(tables, devices, Origin(source="test"))
        self.place.keep(self.snapshot)
        subprocess.run(["git", "-C", folder, "init", "-q"], check=True)

    @property
    def matched(self) -> Any:
        return in_scope(self.snapshot, Scope(), self.place.settings)

    def on_routers(self) -> dict[str, tuple[str, ...]]:
        """Everything a job could have changed there: what runs, what is saved, whose files lie about."""
        found = {}
        for name, router in self.bench.items():
            listing = router.run(
                ["sh", "-c", "ls -laR /var/lib/linewright /etc/frr 2>&1 | grep -v total"]
            ).stdout
            saved = router.run(["cat", "/etc/frr/frr.conf"]).stdout
            found[name] = (
                router.vtysh("show running-config"),
                saved,
                hashlib.sha256(listing.encode()).hexdigest(),
            )
        return found


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    def by_hand(name: str, me: str, peer: str, asn: int, peer_asn: int) -> Any:
        return minimal(
            name,
            BY_HAND.format(me=me, peer=peer, asn=asn, peer_asn=peer_asn, password=PASSWORD, written=WRITTEN),
        )

    configs = {
        "r1": by_hand("r1", "192.0.2.1", "192.0.2.2", 64500, 64501),
        "r2": by_hand("r2", "192.0.2.2", "192.0.2.1", 64501, 64500),
    }
    with routers(tmp_path / "bench", configs) as bench:
        bench["r2"].run(["lldpcli", "configure", "system", "description", f"snmp-server community {HEARD}"])
        (tmp_path / "site").mkdir()
        yield Network(bench, tmp_path / "site")


def quiet(*_: Any) -> None:
    pass


def everything(network: Network) -> Any:
    commands = ("show version", "show running-config", "show bgp neighbors", "show nonsense")
    return collect(
        network.place, network.matched, quiet, commands=commands, into=network.folder / "collected"
    )


def settled(network: Network) -> Any:
    """What is collected once the routers have found each other."""
    for _ in range(60):
        found = everything(network)
        if all((d.bgp_up, d.ospf, d.neighbors) == (1, 1, 1) for d in found.devices.values()):
            return found
        time.sleep(1)
    pytest.fail("\n".join(text(found)))


def test_a_network_is_read_backed_up_and_compared_and_not_touched(network: Network) -> None:
    before = network.on_routers()
    found = settled(network)
    assert found.code == ExitCode.DONE
    assert set(found.devices["r1"].missing) == {"show nonsense"}
    seen = network.place.state.seen("r1")
    assert [(n.port, n.device, n.remote_port) for n in seen.neighbors] == [("eth1", "r2", "eth1")]
    assert seen.facts.vendor == "FRRouting"
    assert ("eth1", "192.0.2.1/30") in {(a.port, a.address) for a in seen.addresses}
    assert ("192.0.2.0/30", "connected", ("eth1",)) in {(r.prefix, r.protocol, r.hops) for r in seen.routes}
    assert any(a.address == "192.0.2.2" and a.port == "eth1" for a in seen.arp)
    assert "FRRouting" in seen.commands["show version"]

    kept = back_up(network.place, network.snapshot, network.matched, quiet)
    assert (kept.code, len(kept.written), bool(kept.commit)) == (ExitCode.DONE, 2, True)
    assert back_up(network.place, network.snapshot, network.matched, quiet).written == ()
    sealed = (network.folder / "backups" / "r1.cfg.age").read_bytes()
    for number, key in enumerate(network.keys):
        assert f"neighbor 192.0.2.2 password {PASSWORD}" in pyrage.decrypt(sealed, [key]).decode()
        file = network.folder.parent / f"key{number}"
        file.touch(mode=0o600)
        file.write_text(str(key))
        assert listed(network.place, network.snapshot, network.matched.devices, file).code == ExitCode.DONE
    assert "neighbor 192.0.2.2 password lw-secret-" in view(network.place, "r1")

    drift = drift_network(network.place, network.snapshot, network.matched, quiet)
    assert drift.code == ExitCode.FINDING
    assert {line.origin for device in drift.devices for line in device.lines} == {"unknown"}
    assert all(device.not_ours for device in drift.devices), "BGP and OSPF are not ours yet"

    assert network.on_routers() == before
    for path in (p for p in network.folder.rglob("*") if p.is_file()):
        for planted in (PASSWORD, HEARD, WRITTEN):
            assert planted.encode() not in path.read_bytes(), (planted, path)
