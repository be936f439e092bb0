"""A playbook on real Linux hosts in namespaces: what a client logs arrives at the collector, once and for all."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from linewright.devices.trust import Identity, Trust
from linewright.errors import DataError, ExitCode, UsageError
from linewright.lab.frr.router import Router
from linewright.lab.frr.single import minimal, routers
from linewright.model.objects import Device, Platform, Role, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.operate.playing import Played, hosts_in_scope, play_on
from linewright.operate.scope import Scope
from linewright.operate.workplace import Workplace, workplace
from linewright.settings import Endpoint, Jump, Login

#: What starts rsyslog where no service manager is.
_RESTART = "/etc/linewright/restart-rsyslog"
_PORT = "1601"
_SCRIPT = """#!/bin/sh
[ -s /run/rsyslogd.pid ] && kill "$(cat /run/rsyslogd.pid)" && while [ -e /run/rsyslogd.pid ]; do sleep 0.05; done
mkdir -p /var/spool/rsyslog
exec rsyslogd -i /run/rsyslogd.pid
"""
_CONFIG = """module(load="imuxsock")
global(workDirectory="/var/spool/rsyslog")
$IncludeConfig /etc/rsyslog.d/*.conf
"""

pytestmark = [pytest.mark.lab, pytest.mark.slow]


class Hosts(NamedTuple):
    place: Workplace
    snapshot: Snapshot
    machines: dict[str, Router]


def quiet(*_: Any) -> None:
    pass


def shell(machine: Router, command: str) -> str:
    """What a command says on a host."""
    return machine.run(["sh", "-c", command]).stdout


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    """A collector and two clients; machines of the lab as Linux hosts, each with a disk of its own."""
    folder = tmp_path_factory.mktemp("hosts")
    names = {"log1": "log-collector", "web1": "server", "web2": "server"}
    with routers(folder / "bench", {name: minimal(name) for name in names}, cables=0) as bench:
        for machine in bench.values():
            for path, text, mode in ((_RESTART, _SCRIPT, "755"), ("/etc/rsyslog.conf", _CONFIG, "644")):
                shell(
                    machine,
                    f"mkdir -p $(dirname {path}) && cat > {path} <<'EOT'\n{text}EOT\nchmod {mode} {path}",
                )
            shell(machine, "rm -rf /etc/rsyslog.d && mkdir /etc/rsyslog.d")
        devices = [
            Device(
                name=name,
                site="hq",
                role=role,
                type="server",
                platform="linux",
                primary_ip4=f"{bench[name].spec.host}/28",
            )
            for name, role in names.items()
        ]
        tables = Tables(
            sites=(Site(slug="hq", name="HQ"),),
            roles=(Role(slug="log-collector", name="Collector"), Role(slug="server", name="Server")),
            platforms=(Platform(slug="linux", name="Linux"),),
        )
        place = workplace(folder)
        settings = msgspec.structs.replace(
            place.settings, login={"linux": Login(username="ops", key_file=str(bench.key_file))}
        )
        trust = Trust(settings.path(settings.trust))
        for name, machine in bench.items():
            trust.accept(Identity(device=name, kind="ssh", key=" ".join(machine.known_hosts.split()[1:3])))
        yield Hosts(
            msgspec.structs.replace(place, settings=settings),
            Snapshot.build(tables, devices, Origin(source="test")),
            dict(bench),
        )


def play(hosts: Hosts, *, check: bool = False, place: Workplace | None = None, **scope: Any) -> Played:
    matched = hosts_in_scope(hosts.snapshot, Scope(**scope), hosts.place.settings)
    variables = (f"syslog_restart={_RESTART}", f"syslog_port={_PORT}")
    return play_on(place or hosts.place, matched, "syslog", quiet, check=check, variables=variables)


def results(played: Played) -> dict[str, str]:
    return {host.host: host.result for host in played.hosts}


def test_what_a_client_logs_arrives_at_the_collector(hosts: Hosts):
    would = play(hosts, check=True)
    assert results(would) == {"log1": "changed", "web1": "changed", "web2": "changed"}
    assert "20-linewright" not in shell(hosts.machines["log1"], "ls /etc/rsyslog.d")
    done = play(hosts)
    assert done.code == ExitCode.DONE, done.hosts
    assert results(done) == {"log1": "changed", "web1": "changed", "web2": "changed"}
    assert results(play(hosts)) == {"log1": "ok", "web1": "ok", "web2": "ok"}
    for name in ("web1", "web2"):
        shell(hosts.machines[name], f"logger -t shift 'the word from {name}'")
    arrived = ""
    for _ in range(100):
        arrived = shell(hosts.machines["log1"], "cat /var/log/hosts/* 2>/dev/null || true")
        if all(f"the word from {name}" in arrived for name in ("web1", "web2")):
            break
        time.sleep(0.1)
    assert arrived.count("the word from web1") == 1
    assert arrived.count("the word from web2") == 1


def test_without_a_collector_in_scope_nothing_is_written_and_it_is_said_why(hosts: Hosts):
    played = play(hosts, devices=("web1",))
    assert results(played) == {"web1": "failed"}
    assert "no host of role log-collector" in played.hosts[0].message
    assert played.code == ExitCode.STOPPED


def test_another_host_key_is_given_no_login(hosts: Hosts, tmp_path: Path):
    settings = msgspec.structs.replace(hosts.place.settings, trust=str(tmp_path))
    keys = {name: " ".join(machine.known_hosts.split()[1:3]) for name, machine in hosts.machines.items()}
    swapped = {"log1": keys["log1"], "web1": keys["web2"], "web2": keys["web1"]}
    Trust(tmp_path).accept(*(Identity(device=name, kind="ssh", key=key) for name, key in swapped.items()))
    played = play(hosts, check=True, place=msgspec.structs.replace(hosts.place, settings=settings))
    assert results(played) | {"log1": ""} == {"log1": "", "web1": "unreachable", "web2": "unreachable"}
    assert results(played)["log1"] in ("ok", "changed")
    assert (
        "HOST IDENTIFICATION HAS CHANGED" in played.hosts[1].message
        or "Host key verification failed" in played.hosts[1].message
    )
    assert played.code == ExitCode.NOT_REACHED


def test_a_host_behind_a_jump_host_is_reached_through_it_both_verified(hosts: Hosts) -> None:
    web1, web2 = hosts.machines["web1"], hosts.machines["web2"]
    keys = {one: " ".join(one.known_hosts.split()[1:3]) for one in (web1, web2)}
    jump = Jump(host=web1.spec.host, username="ops", key_file=hosts.place.settings.login["linux"].key_file)
    for jump_key, result in ((keys[web1], "changed"), (keys[web2], "unreachable")):
        folder = hosts.place.settings.path(f"through-{result}")
        Trust(folder).accept(
            Identity(device="web2", kind="ssh", key=keys[web2]),
            Identity(device="edge", kind="jump", key=jump_key),
        )
        settings = msgspec.structs.replace(
            hosts.place.settings,
            trust=str(folder),
            jumps={"edge": jump},
            endpoints={"web2": Endpoint(host=web2.spec.host, port=22, jump="edge")},
        )
        (folder / "playbooks").mkdir()
        (folder / "playbooks" / "syslog.yml").write_text(
            "- hosts: all\n  gather_facts: false\n  tasks:\n"
            "    - ansible.builtin.raw: echo $SSH_CONNECTION >/tmp/came-from\n"
        )
        site = msgspec.structs.replace(hosts.place.site, root=folder)
        played = play(
            hosts, place=msgspec.structs.replace(hosts.place, settings=settings, site=site), devices=("web2",)
        )
        assert results(played) == {"web2": result}, played.hosts
    assert shell(web2, "cat /tmp/came-from").split()[0] == web1.spec.host


def test_a_host_that_is_down_takes_no_other_down(hosts: Hosts):
    gone = {"web2": Endpoint(host="127.0.0.1", port=1)}
    settings = msgspec.structs.replace(hosts.place.settings, endpoints=gone)
    played = play(hosts, check=True, place=msgspec.structs.replace(hosts.place, settings=settings))
    assert results(played)["web2"] == "unreachable"
    assert results(played)["web1"] in ("ok", "changed")


def test_nothing_of_ours_reaches_ansible(hosts: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LINEWRIGHT_SECRET_X", "hunter2")
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "syslog.yml").write_text(
        "- hosts: all\n  gather_facts: false\n  tasks:\n"
        "    - ansible.builtin.copy:\n"
        "        content: \"{{ lookup('pipe', 'env') }}\"\n"
        f"        dest: {tmp_path}/leak\n"
        "      delegate_to: localhost\n      vars: {ansible_connection: local}\n"
    )
    site = msgspec.structs.replace(hosts.place.site, root=tmp_path)
    played = play(hosts, place=msgspec.structs.replace(hosts.place, site=site), devices=("web1",))
    assert played.code == ExitCode.DONE, played.hosts
    leak = (tmp_path / "leak").read_text()
    assert "PATH=" in leak
    assert "hunter2" not in leak


def test_a_playbook_that_is_broken_says_so(hosts: Hosts, tmp_path: Path):
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "syslog.yml").write_text("- hosts: all\n  tasks: [nonsense\n")
    site = msgspec.structs.replace(hosts.place.site, root=tmp_path)
    with pytest.raises(Exception, match="Ansible could not begin"):
        play(hosts, place=msgspec.structs.replace(hosts.place, site=site))


def test_bad_words(hosts: Hosts):
    with pytest.raises(UsageError, match="not found"):
        play_on(
            hosts.place,
            hosts_in_scope(hosts.snapshot, Scope(), hosts.place.settings),
            "gone",
            quiet,
            check=True,
        )
    with pytest.raises(UsageError, match="not understood"):
        play_on(
            hosts.place,
            hosts_in_scope(hosts.snapshot, Scope(), hosts.place.settings),
            "syslog",
            quiet,
            check=True,
            variables=("ansible_user=root",),
        )
    with pytest.raises(DataError, match="no device is named"):
        play(hosts, devices=("gone",))
