import json
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linewright.errors import DataError, FacilityError, UsageError
from linewright.lab.frr import faults, lab, processes, state, wires
from linewright.lab.frr.single import management_network
from linewright.lab.frr.state import load
from linewright.lab.frr.topology import topology
from linewright.lab.frr.waiting import wait

pytestmark = pytest.mark.lab


def traces(folder):
    """Everything a lab could leave on this machine, its log aside."""
    return {
        "processes": processes.running(processes.needle(state.routers_folder(folder))),
        "links": wires.names(state.bridge_name(folder)),
        "mounts": [
            line for line in Path("/proc/self/mounts").read_text().splitlines() if str(folder) in line
        ],
        "files": sorted(p.name for p in folder.iterdir() if p.name != "lab.log") if folder.exists() else [],
    }


NOTHING = {"processes": [], "links": [], "mounts": [], "files": []}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "a lab"
    yield folder
    lab.down(folder)


def test_a_fabric_comes_up_is_reached_and_leaves_nothing(build, network, folder, tmp_path):
    snapshot, configs = build.fabric(network, 2, 3)
    told = []
    built = lab.up(snapshot, configs, folder, lambda *step: told.append(step))
    assert ("booting", 5, 5) in told
    assert not wait(built, seconds=30)

    # What others need to reach it.
    shown = {s.name: s for s in lab.status(built)}
    assert all(s.pid and not s.stopped and s.user == "ops" and s.port == 22 for s in shown.values())
    known = tmp_path / "known"
    known.write_text(lab.known_hosts(built))
    target = f"ops@{shown['leaf1'].address}"
    for host in ("HostKeyAlias=leaf1", "HostKeyAlias=none"):
        options = ["-o", f"UserKnownHostsFile={known}", "-o", "StrictHostKeyChecking=yes", "-o", host]
        done = subprocess.run(
            ["ssh", "-F", "none", "-i", str(built.key_file), *options, target, "hostname"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.stdout, done.returncode) == (("leaf1\n", 0) if host.endswith("leaf1") else ("", 255))
    assert stat.S_IMODE(built.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    with pytest.raises(FacilityError, match="there is a lab in"):
        lab.up(snapshot, configs, folder)
    assert load(folder).topology == built.topology
    lab.down(folder)
    assert traces(folder) == NOTHING
    assert "5 routers ended" in (folder / "lab.log").read_text()
    lab.down(folder)


def test_faults_are_seen_and_mended(build, network, folder):
    built = lab.up(*build.fabric(network, 2, 2), folder)
    assert not wait(built, seconds=30)

    # Two cables swapped between four ports are heard on all four, and put back they are as before.
    one, other = built.topology.link("leaf1", "eth1"), built.topology.link("leaf2", "eth2")
    swapped = faults.swap_cables(built, one, other)
    assert [link.text for link in swapped] == ["leaf1 eth1 - spine2 eth2", "leaf2 eth2 - spine1 eth1"]
    assert not wait(built, seconds=30, links=swapped)
    assert len(wait(built, seconds=0, links=(one, other)).neighbors) == 4
    faults.swap_cables(built, one, other)
    assert not wait(built, seconds=30)
    addresses = json.loads(built.router(one.z).run(["ip", "-json", "address", "show", one.z_port]).stdout)
    assert [a["local"] for a in addresses[0]["addr_info"] if a["family"] == "inet"]

    # A crash, a daemon that hangs, a link pulled.
    spine = built.router("spine1")
    faults.signal_daemon(spine, "bgpd", "KILL")
    assert {s.name: s.stopped for s in lab.status(built)}["spine1"] == ("bgpd",)
    faults.start_daemon(spine, "bgpd")
    faults.signal_daemon(spine, "lldpd", "STOP")
    faults.signal_daemon(spine, "lldpd", "CONT")
    faults.pull(spine, "eth1")
    _until(lambda: "spine1 eth1 does not hear leaf1 eth1" in wait(built, seconds=0).neighbors)
    faults.plug_in(spine, "eth1")
    assert not wait(built, seconds=30)


def _until(condition):
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert condition()


def test_two_labs_stand_side_by_side_when_their_networks_differ(build, network, folder, tmp_path):
    lab.up(*build.fabric(network, 1, 1), folder)
    with pytest.raises(FacilityError, match=r"management network .* is in use"):
        lab.up(*build.fabric(network, 1, 1), tmp_path / "same")
    assert not (tmp_path / "same").exists()
    with management_network() as (_, other):
        second = lab.up(*build.fabric(other, 1, 1), tmp_path / "second")
        try:
            lab.down(folder)
            assert not wait(second, seconds=30)
        finally:
            lab.down(tmp_path / "second")
    assert traces(folder) == traces(tmp_path / "second") == NOTHING


def test_an_up_that_fails_removes_what_it_built_and_quotes_no_configuration(build, network, folder):
    snapshot, configs = build.fabric(network, 1, 2)
    configs["leaf2"] += "router bgp 64521\n neighbor 192.0.2.9 passwort hunter2\nexit\n"
    with pytest.raises(
        DataError, match="leaf2: FRR refused its configuration at boot; line 24: Unknown command"
    ) as raised:
        lab.up(snapshot, configs, folder)
    assert traces(folder) == NOTHING
    log = (folder / "lab.log").read_text()
    assert "up failed: router leaf2" in log
    assert "hunter2" not in log + raised.value.message + raised.value.hint


def test_an_up_that_is_interrupted_removes_what_it_built(build, network, folder):
    def impatient(what, done, _all):
        if (what, done) == ("booting", 1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lab.up(*build.fabric(network, 1, 1), folder, impatient)
    assert traces(folder) == NOTHING


def test_a_configuration_for_every_router_is_needed(build, network, folder):
    snapshot, configs = build.fabric(network, 1, 2)
    del configs["leaf2"]
    with pytest.raises(DataError, match="no configuration was given for leaf2"):
        lab.up(snapshot, configs, folder)
    assert not folder.exists()


def test_a_folder_with_other_things_in_it_is_left_alone(build, network, folder):
    folder.mkdir(mode=0o700)
    for name in ("id_ed25519", "diary"):
        (folder / name).write_text("mine")
    with pytest.raises(UsageError, match="holds something else: diary"):
        lab.up(*build.fabric(network, 1, 1), folder)
    lab.down(folder)
    assert sorted(p.name for p in folder.iterdir()) == ["diary", "id_ed25519"]


def test_a_folder_others_can_write_is_refused(build, network, folder):
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(UsageError, match="can be written by others"):
        lab.up(*build.fabric(network, 1, 1), folder)


def test_asking_where_there_is_no_lab(tmp_path):
    with pytest.raises(UsageError, match="there is no lab in"):
        load(tmp_path)
    (tmp_path / "lab.json").write_text("{}")
    with pytest.raises(DataError, match="is not a lab's"):
        load(tmp_path)
    lab.down(tmp_path / "nowhere")


UP = """
import sys, msgspec
from pathlib import Path
from linewright.lab.frr import lab
from linewright.model.tables import Tables
from linewright.model.objects import Device
from linewright.model.snapshot import Origin, Snapshot
tables, devices, configs = msgspec.json.decode(sys.stdin.buffer.read(), type=tuple[Tables, list[Device], dict[str, str]])
snapshot = Snapshot.build(tables, devices, Origin(source="test"))
lab.up(snapshot, configs, Path(sys.argv[1]), lambda *step: print(*step, flush=True))
"""


@pytest.mark.parametrize(
    ("moment", "pause"),
    [
        ("start", 0),
        ("start", 0.02),
        ("preparing 1 2", 0),
        ("creating 0 2", 0.01),
        ("creating 1 2", 0),
        ("cabling 0 1", 0.01),
        ("cabling 1 1", 0.1),
        ("booting 1 2", 0),
    ],
)
def test_down_removes_a_lab_whose_up_was_killed(build, network, folder, moment, pause):
    import msgspec

    snapshot, configs = build.fabric(network, 1, 1)
    sent = msgspec.json.encode((snapshot.tables, list(snapshot.devices.values()), configs))
    with subprocess.Popen(
        [sys.executable, "-c", UP, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False
    ) as process:
        process.stdin.write(sent)
        process.stdin.close()
        if moment == "start":
            while not folder.exists():
                time.sleep(0.001)
        else:
            for line in process.stdout:
                if line.decode().strip() == moment:
                    break
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
    lab.down(folder)
    assert traces(folder) == NOTHING
    if moment == "booting 1 2":
        lab.up(snapshot, configs, folder)  # nothing is in its way


def test_the_bridge_of_a_dead_lab_is_in_nobodys_way_and_that_of_a_living_one_is(
    build, network, folder, tmp_path
):
    snapshot, configs = build.fabric(network, 1, 1)
    dead = state.bridge_name(tmp_path / "another lab")
    plan = topology(snapshot)
    wires.ip(*wires.bridge(dead, plan.host))
    try:
        lab.up(snapshot, configs, folder)
        assert not wires.exists(dead)
    finally:
        wires.remove([name for name in [dead] if wires.exists(name)])
    with pytest.raises(FacilityError, match="in use"):
        lab.up(snapshot, configs, tmp_path / "a second lab")
    assert wires.exists(state.bridge_name(folder))
