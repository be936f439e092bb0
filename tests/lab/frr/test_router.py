import ipaddress
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linewright.errors import DataError, DeviceError
from linewright.lab.frr import wires
from linewright.lab.frr.router import Router, RouterSpec
from linewright.lab.frr.single import management_network, minimal, routers

BGP = """\
interface eth1
 ip address {me}/30
exit
!
router bgp {asn}
 no bgp ebgp-requires-policy
 neighbor {peer} remote-as {peer_asn}
exit
!
"""


def ssh(lab, user, router, *command):
    known = lab.key_file.with_name("known_hosts")
    known.write_text(lab.known_hosts)
    options = ["-o", f"UserKnownHostsFile={known}", "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes"]
    target = f"{user}@{lab[router].spec.host}"
    return subprocess.run(
        ["ssh", "-F", "none", "-i", str(lab.key_file), *options, target, *command],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("name", ["", "../x", "a/b", "-x", "a b", "a\n", "x" * 64])
def test_a_name_that_is_not_a_host_name_is_refused(tmp_path, name):
    with pytest.raises(DataError, match="cannot be the name of a router"):
        Router(RouterSpec(name=name, address="198.19.0.2/28"), tmp_path)


@pytest.mark.parametrize("port", ["eth0/1", "", "eth 1", "eth1\nlink del eth0", "sixteen-letters-"])
def test_a_port_that_linux_would_not_take_is_refused(tmp_path, port):
    with pytest.raises(DataError, match="cannot be the name of a link"):
        Router(RouterSpec(name="r1", address="198.19.0.2/28", spares=(port,)), tmp_path)


def test_a_management_address_must_be_one(tmp_path):
    with pytest.raises(DataError, match=r"r1: '198.19.0.300/28' is not a management address"):
        Router(RouterSpec(name="r1", address="198.19.0.300/28"), tmp_path)


@pytest.mark.lab
def test_two_routers_boot_see_each_other_and_leave_nothing(tmp_path):
    configs = {
        "r1": minimal("r1", BGP.format(me="192.0.2.1", peer="192.0.2.2", asn=64500, peer_asn=64501)),
        "r2": minimal("r2", BGP.format(me="192.0.2.2", peer="192.0.2.1", asn=64501, peer_asn=64500)),
    }
    with routers(tmp_path / "bench", configs, spares=("eth7",)) as lab:
        first = lab["r1"]
        assert "neighbor 192.0.2.2 remote-as 64501" in first.vtysh("show running-config no-header")
        assert "interface eth7 is up, line protocol is down" in first.vtysh("show interface eth7").lower()

        by_key = ssh(lab, "ops", "r1", "id -u; hostname; ls /sys/class/net; touch /usr/x 2>&1")
        assert by_key.stdout.split()[:6] == ["0", "r1", "eth0", "eth1", "eth7", "lo"]
        assert "Read-only file system" in by_key.stdout
        assert "FRRouting" in ssh(lab, "admin", "r2", "show version").stdout
        assert ssh(lab, "root", "r1", "true").returncode == 255

        first.vtysh("configure terminal", "interface eth1", "description told once")
        assert first.received("zebra").count("description told once") == 1
        pids = [router.pid for router in lab.values()]
        assert all(pids)
        assert _bridge_of(first)
    assert [router.pid for router in lab.values()] == [0, 0]
    assert str(tmp_path) not in Path("/proc/self/mounts").read_text()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.lab
def test_a_router_keeps_its_disk_over_a_power_cut_and_runs_rc_local(tmp_path):
    with routers(tmp_path / "bench", {"r1": minimal("r1")}) as lab:
        router = lab["r1"]
        again = Router(router.spec, router.folder)
        assert again.pid == router.pid
        router.run(["sh", "-c", "echo kept >/var/lib/kept; echo lost >/run/lost; echo lost >/tmp/lost"])
        hook = "#!/bin/sh\ncat /var/lib/kept /run/lost /tmp/lost >/var/lib/after 2>/dev/null; true\n"
        router.run(["sh", "-c", "cat >/etc/rc.local; chmod +x /etc/rc.local"], stdin=hook)
        router.vtysh("configure terminal", "interface eth0", "description not saved")
        router.stop()
        with pytest.raises(DeviceError, match="r1 is not running"):
            again.run(["true"])
        router.create(bound=True)
        bridge = _bridge_of(router)
        wires.ip(*wires.plug(f"{bridge}x9", bridge, router.pid, "eth0"))
        router.boot()
        assert router.run(["cat", "/var/lib/after"]).stdout == "kept\n"
        assert "not saved" not in router.vtysh("show running-config no-header")
        assert ssh(lab, "ops", "r1", "true").returncode == 0


@pytest.mark.lab
def test_refused_boot_lines_are_named_by_number_and_never_quoted(tmp_path):
    bad = minimal("r1", "router bgp 64500\n neighbor 192.0.2.1 passwort hunter2\nexit\n")
    with (
        pytest.raises(
            DataError, match="refused its configuration at boot; line 12: Unknown command"
        ) as raised,
        routers(tmp_path / "bench", {"r1": bad}),
    ):
        pass
    assert "hunter2" not in raised.value.message + raised.value.hint
    assert not list((tmp_path / "bench/r1/root").iterdir())


@pytest.mark.lab
def test_a_configuration_without_the_management_address_does_not_boot(tmp_path):
    with pytest.raises(DeviceError, match="did not boot") as raised:  # noqa: SIM117 - as above
        with routers(tmp_path / "bench", {"r1": lambda _: "hostname r1\n"}):
            pass
    assert "must give eth0 the address" in raised.value.hint


@pytest.mark.lab
def test_a_command_that_hangs_is_ended_inside_the_router(tmp_path):
    with routers(tmp_path / "bench", {"r1": minimal("r1")}) as lab:
        with pytest.raises(DeviceError, match=r"sleep did not end within 0.3 s"):
            lab["r1"].run(["sleep", "1234"], timeout=0.3)
        assert "1234" not in lab["r1"].run(["ps", "-eo", "args"]).stdout


HELD = """
import sys
from pathlib import Path
from linewright.lab.frr.single import minimal, routers
with routers(Path(sys.argv[1]), {"r1": minimal("r1")}) as lab:
    print(lab["r1"].spec.address, flush=True)
    sys.stdin.read()
"""


@pytest.mark.lab
def test_a_router_ends_with_the_process_that_made_it_and_its_bridge_with_the_next(tmp_path):
    folder = tmp_path / "bench"
    with subprocess.Popen(
        [sys.executable, "-c", HELD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        left = Router(RouterSpec(name="r1", address=process.stdout.readline().strip()), folder / "r1")
        bridge = _bridge_of(left)
        assert left.pid
        process.kill()
    deadline = time.monotonic() + 20
    while left.pid and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left.pid
    with management_network():
        assert not wires.exists(bridge)


def _bridge_of(router):
    """The bridge whose subnet the router's management address is in."""
    shown = subprocess.run(["ip", "-4", "-o", "addr"], capture_output=True, text=True, check=True).stdout
    network = ipaddress.ip_interface(router.spec.address).network
    return next(
        words[1]
        for words in map(str.split, shown.splitlines())
        if ipaddress.ip_interface(words[3]).network == network
    )
