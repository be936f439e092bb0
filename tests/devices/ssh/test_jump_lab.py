"""A real router that only a jump host reaches: sshd in a namespace between us and it, its subnet nobody else's."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import paramiko
import pytest

from linewright import configs
from linewright.change.dispatch import Outcome, Step
from linewright.change.step import Bench
from linewright.devices import connect, read
from linewright.devices.reach import jump_host, target_for
from linewright.devices.ssh.endpoint import Endpoint
from linewright.devices.target import Target
from linewright.devices.trust import Identity, Trust, scan, scan_ssh
from linewright.errors import DeviceError, Impostor
from linewright.journal.journal import Journal
from linewright.lab.frr import disk, wires
from linewright.lab.frr.router import Router, RouterSpec
from linewright.lab.frr.single import management_network, minimal
from linewright.model.objects import Device
from linewright.plan.build import Wanted, device_plan, lay
from linewright.plan.logins import logins
from linewright.platforms import rules
from linewright.runner.nornir import NornirDispatch, nornir
from linewright.settings import SSH, Jump, Login, Settings

pytestmark = pytest.mark.lab

KEY, PORT, INSIDE = b"k" * 32, 2222, "198.51.100"
RULES = rules("frr")
ROUTER = """\
frr version 8.4.4
frr defaults traditional
hostname r1
service integrated-vtysh-config
!
interface eth1
 description from the jump host
 ip address 198.51.100.2/30
exit
!
"""


class Site:
    """The jump host, the router behind it, and what a site would have of them."""

    def __init__(self, folder: Path, jump: Router, router: Router) -> None:
        self.folder, self.jump, self.router = folder, jump, router
        self.key_file = folder / "id"
        for one in (jump, router):
            self.counting(one)
        self.trust = folder / "trust"
        Trust(self.trust).accept(
            Identity(device="bastion", kind="jump", key=jump.host_key),
            Identity(device="r1", kind="ssh", key=router.host_key),
        )

    @staticmethod
    def counting(router: Router) -> None:
        """A second sshd that writes down who comes: the lab's own has no log to write to."""
        script = (
            f"sed 's/^Port 22$/Port {PORT}/; s,/run/sshd.pid,/run/counting.pid,' /etc/ssh/sshd_config >/etc/ssh/counting\n"
            "echo 'LogLevel VERBOSE' >>/etc/ssh/counting\n"
            "/usr/sbin/sshd -f /etc/ssh/counting -E /var/log/counting.log\n"
        )
        done = router.run(["sh", "-c", script])
        assert done.returncode == 0, done.stderr

    def log(self, router: Router) -> str:
        return router.run(["cat", "/var/log/counting.log"]).stdout

    def settings(self, **more: Any) -> Settings:
        jumps = {
            "bastion": Jump(host=self.jump.spec.host, port=PORT, username="ops", key_file=str(self.key_file))
        }
        login = Login(username="ops", key_file=str(self.key_file), port=PORT, jump="bastion")
        known = {
            "root": str(self.folder),
            "trust": "trust",
            "jumps": jumps,
            "login": {"frr": login},
            "timeout": 10,
        }
        return Settings(**{**known, **more})

    def target(self, **more: Any) -> Target:
        return target_for(device(), self.settings(**more))


def device() -> Device:
    return Device(
        name="r1", site="s1", role="router", type="box", platform="frr", primary_ip4=f"{INSIDE}.2/30"
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("jump")
    private, public = disk.key_pair()
    (folder / "id").touch(mode=0o600)
    (folder / "id").write_bytes(private)
    (folder / "id.pub").write_text(public + "\n")
    with management_network() as (bridge, network):
        hosts = network.hosts()
        wires.ip(f"addr add {next(hosts)}/{network.prefixlen} dev {bridge}", f"link set {bridge} up")
        address = f"{next(hosts)}/{network.prefixlen}"
        jump = Router(RouterSpec(name="bastion", address=address), folder / "bastion")
        router = Router(RouterSpec(name="r1", address=f"{INSIDE}.2/30", management="eth1"), folder / "r1")
        inside = f"interface eth1\n ip address {INSIDE}.1/30\nexit\n!\n"
        jump.prepare(minimal("bastion", inside)(address), public)
        router.prepare(ROUTER, public)
        try:
            for one in (jump, router):
                one.create(bound=True)
            wires.ip(*wires.plug(f"{bridge}x1", bridge, jump.pid, "eth0"))
            wires.ip(wires.cable(jump.pid, "eth1", router.pid, "eth1"))
            for one in (jump, router):
                one.boot()
            router.vtysh("write memory")
            yield Site(folder, jump, router)
        finally:
            for one in (jump, router):
                one.stop()


def nobody(reference: str) -> str:
    pytest.fail(f"somebody was asked for {reference}")


def running(target: Target) -> str:
    with connect.session(target, nobody) as driver:
        return read.running(driver, "r1", RULES, KEY).text


def test_the_router_is_out_of_reach_but_through_the_jump_host(site: Site) -> None:
    # Not "no connection": behind a gateway that answers for everybody there is one.
    login = msgspec.structs.replace(site.settings().login["frr"], jump="")
    with pytest.raises((DeviceError, Impostor)):
        running(site.target(login={"frr": login}, timeout=2))
    assert "hostname r1" in running(site.target())


def test_identities_are_seen_through_the_jump_host(site: Site) -> None:
    target = site.target()
    assert scan(target, nobody).key == " ".join(site.router.host_key.split()[:2])
    server = jump_host("bastion", site.settings())
    assert scan_ssh("bastion", server, nobody).key == " ".join(site.jump.host_key.split()[:2])


def test_a_changed_key_of_the_jump_host_is_refused_before_anything_is_sent(
    site: Site, tmp_path: Path
) -> None:
    trust = Trust(tmp_path)
    trust.accept(
        Identity(device="bastion", kind="jump", key=site.router.host_key),
        Identity(device="r1", kind="ssh", key=site.router.host_key),
    )
    before = site.log(site.jump)
    with pytest.raises(Impostor, match="jump host bastion"):
        running(site.target(trust=str(tmp_path)))
    said = site.log(site.jump).removeprefix(before)
    assert "Connection from" in said
    assert "ops" not in said, "a user name was sent"


def test_openssh_configuration_and_agent(site: Site, agent: Callable[[Path], None], tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        f"Host bastion\n  HostName {site.jump.spec.host}\n  Port {PORT}\n  User ops\n"
        f"Host r1\n  ProxyJump bastion\n  Port {PORT}\n  ConnectTimeout 5\n"
    )
    config.chmod(0o600)
    own = {"jumps": {}, "login": {"frr": Login(username="ops")}}
    with pytest.raises(DeviceError, match="no key in an agent"):
        running(site.target(ssh=SSH(config=str(config)), **own))
    agent(site.key_file)
    assert "hostname r1" in running(site.target(ssh=SSH(config=str(config), agent=True), **own))


@pytest.mark.parametrize("victim", ["bastion", "r1"])
def test_a_session_whose_server_is_killed_is_a_named_loss(site: Site, victim: str) -> None:
    router = site.jump if victim == "bastion" else site.router
    with connect.session(site.target(), nobody) as driver:
        router.run(["sh", "-c", "kill -9 $(pgrep -f '[s]shd: ops')"])
        with pytest.raises(DeviceError, match=r"r1.*through bastion \("):
            read.running(driver, "r1", RULES, KEY)


def test_a_jump_host_that_falls_silent_is_noticed_within_the_timeout(site: Site) -> None:
    silent = ["ip", "link", "set", "dev", "eth1", "down"]
    try:
        with connect.session(site.target(timeout=2), nobody) as driver:
            site.jump.run(silent)
            with pytest.raises(DeviceError, match="r1"):
                read.running(driver, "r1", RULES, KEY)
    finally:
        site.jump.run([*silent[:-1], "up"])


# ---- a whole change, its logins counted


def change(
    site: Site, target: Target, words: str, folder: Path, credential: Callable[[str], str], *, timer: int = 30
) -> Outcome:
    """Check and change, as a job does it: another description on the router's port."""
    text = site.router.vtysh("show running-config no-header")
    before = configs.normalise(text, RULES)
    old = next(line for line in before.splitlines() if line.startswith(" description"))
    after = before.replace(old, f" description {words}")
    found = logins(single=target.single_login, codes_each=target.codes)
    wanted = Wanted(
        device="r1", host=target.host, port=target.port, identity="", timer=timer, intended=after, slots=(),
        base=before, base_name="", logins=found,
    )  # fmt: skip
    part = device_plan(wanted, lay(wanted, before, RULES), RULES)
    assert part is not None
    journal = Journal(folder / "journal.db")
    bench = Bench(journal=journal, key=KEY, reveal=nobody, watch=lambda _device, _stage: None)
    work = Step(kind="check", job=f"J1-{words}", attempt=1, plan=part)
    fleet = nornir({"r1": device()}, {"r1": target}, credential, {})
    dispatch = NornirDispatch(fleet, bench, size=1)
    try:
        checked, done = (
            dispatch.outcome(dispatch.submit(msgspec.structs.replace(work, kind=kind)))
            for kind in ("check", "change")
        )
    finally:
        dispatch.close()
        fleet.close_connections(on_failed=True)
        journal.close()
    assert checked.result == "unchanged", checked
    return done


@pytest.mark.parametrize(("how", "count"), [("fresh", 4), ("single-login", 1)])
def test_the_router_counts_as_many_logins_as_the_plan(
    site: Site, tmp_path: Path, how: Any, count: int
) -> None:
    login = msgspec.structs.replace(site.settings().login["frr"], session=how)
    target = site.target(login={"frr": login})
    before = [site.log(one).count("Accepted publickey for ops") for one in (site.jump, site.router)]
    outcome = change(site, target, f"counted-{count}", tmp_path, nobody)
    assert outcome.result == "confirmed", outcome
    assert bool(outcome.message) == (how == "single-login")
    now = [site.log(one).count("Accepted publickey for ops") for one in (site.jump, site.router)]
    assert [after - first for after, first in zip(now, before, strict=True)] == [count, count]
    assert f"description counted-{count}" in site.router.run(["cat", "/etc/frr/frr.conf"]).stdout


@pytest.mark.slow
@pytest.mark.parametrize("how", ["fresh", "single-login"])
def test_a_jump_host_killed_in_the_middle_of_a_commit_ends_as_before(
    site: Site, tmp_path: Path, how: Any
) -> None:
    login = msgspec.structs.replace(site.settings().login["frr"], session=how)
    before = site.router.vtysh("show running-config no-header")
    # As soon as the router has armed its timer, every session on the jump host dies.
    script = "while ! ls /var/lib/linewright/armed-* >/dev/null 2>&1; do sleep 0.02; done"
    killed: list[int] = []

    def kill() -> None:
        site.router.run(["sh", "-c", script], timeout=60)
        done = site.jump.run(["sh", "-c", "kill -9 $(pgrep -f '[s]shd: ops')"])
        killed.append(done.returncode)

    thread = threading.Thread(target=kill)
    thread.start()
    outcome = change(site, site.target(login={"frr": login}), f"killed-{how}", tmp_path, nobody, timer=12)
    thread.join(60)
    assert killed == [0]
    assert outcome.result in {"rolled back", "confirmed"}, outcome
    now = site.router.vtysh("show running-config no-header")
    if outcome.result == "rolled back":
        assert "while committing" in outcome.message
        assert "through bastion" in outcome.message
        assert now == before
    else:
        assert f"killed-{how}" in now, "the answer came before the kill, and the proof over a new session"


@pytest.mark.parametrize(("single", "count"), [(False, 4), (True, 1)])
def test_codes_are_asked_for_as_often_as_the_plan_says(
    site: Site, net: Any, tmp_path: Path, single: bool, count: int
) -> None:
    """The real router behind a server that demands a one-time code for each login."""
    server = net.server("r1")
    server.codes = [f"{number:06}" for number in range(100)]
    server.run = lambda command, channel: inside(site.router, command, channel)
    asked: list[str] = []

    def person(reference: str) -> str:
        asked.append(reference)
        return f"{len(asked) - 1:06}"

    where: Endpoint = net.at("r1", codes=True, password="login/frr", timeout=20)
    target = Target(
        device="r1", platform="frr", host=where.host, port=where.port, username="ops", tls_pins="",
        known_hosts=where.known_hosts, password="login/frr", ssh=where, single_login=single,
    )  # fmt: skip

    def credential(reference: str) -> str:
        return "hunter2-planted" if reference == "login/frr" else person(reference)

    outcome = change(site, target, f"codes-{count}", tmp_path, credential)
    assert outcome.result == "confirmed", outcome
    assert asked == ["code:ops on r1"] * count
    assert server.logins == count


def inside(router: Router, command: str, channel: paramiko.Channel) -> int:
    """Run a command in the router, its input and output those of the channel."""
    process = subprocess.Popen(
        router.command(["sh", "-c", command]),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        env=wires.ENVIRONMENT | {"PATH": os.defpath + ":/usr/sbin:/sbin"},
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None

    def feed() -> None:
        assert process.stdin is not None
        with process.stdin:
            while part := channel.recv(65536):
                process.stdin.write(part)

    threading.Thread(target=feed, daemon=True).start()
    with process.stdout:
        while part := process.stdout.read1(65536):  # type: ignore[attr-defined]  # a buffered reader
            channel.sendall(part)
    return process.wait(60)
