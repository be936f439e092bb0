"""How a playbook comes to a host: by the way and with the keys of any other device, or it says that it cannot."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from linewright.devices.trust import Identity, Trust
from linewright.errors import DataError, SettingsError
from linewright.model.objects import Device, Platform, Role, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.operate.playing import host_for, hosts_in_scope, play_on
from linewright.operate.scope import Scope
from linewright.operate.workplace import workplace
from linewright.settings import SSH, Endpoint, Jump, Login, Settings

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILI16rGid7a660Qwn/ZbfqEkazoZy6BugKddalDKnTMX"


def device(name: str = "log1", **more: Any) -> Device:
    return Device(
        **{"name": name, "site": "hq", "role": "log", "type": "x", "platform": "linux", "primary_ip4": "192.0.2.1/24", **more}
    )  # fmt: skip


def settings(folder: Path, text: str = "", **more: Any) -> Settings:
    ssh = SSH(**more.pop("ssh", {}))
    if text:
        (folder / "cfg").write_text(text)
        (folder / "cfg").chmod(0o600)
        ssh = SSH(config="cfg", proxy_command=ssh.proxy_command, agent=ssh.agent)
    jumps = {"edge": Jump(host="198.51.100.1", username="jo", key_file="jump")}
    login = {"linux": Login(**{"username": "ops", "key_file": "id", **more.pop("login", {})})}
    return Settings(**{"root": str(folder), "login": login, "jumps": jumps, "ssh": ssh, **more})


def test_what_the_openssh_configuration_says_of_a_host_counts(tmp_path: Path) -> None:
    text = (
        "Host log1\n  HostName 192.0.2.77\n  Port 2222\n  ProxyJump edge\n  IdentityFile /keys/one\n"
        "  IdentitiesOnly yes\n  CertificateFile /keys/one-cert.pub\n  ConnectTimeout 7\n"
    )
    host = host_for(device(), settings(tmp_path, text, ssh={"agent": True}))
    assert (host.address, host.port, host.username, host.alias) == ("192.0.2.77", 2222, "ops", "log1")
    assert host.keys == (str(tmp_path / "id"), "/keys/one")
    assert (host.certificate, host.only_named, host.agent, host.connect_timeout) == (
        "/keys/one-cert.pub", True, True, 7,
    )  # fmt: skip
    (edge,) = host.jumps
    assert (edge.address, edge.username, edge.alias) == ("198.51.100.1", "jo", "jump:edge")
    assert edge.known_hosts == host.known_hosts == str(tmp_path / "inventory" / "trust" / "known_hosts")
    assert edge.keys == (str(tmp_path / "jump"),)


@pytest.mark.parametrize("place", ["login", "context", "endpoint"])
def test_a_jump_host_counts_wherever_it_is_named(tmp_path: Path, place: str) -> None:
    more: dict[str, Any] = {
        "login": {"login": {"jump": "edge"}},
        "endpoint": {"endpoints": {"log1": Endpoint(host="127.0.0.1", port=2, jump="edge")}},
        "context": {},
    }[place]
    context = {"reach": {"jump": "edge"}} if place == "context" else {}
    host = host_for(device(context=context), settings(tmp_path, **more))
    assert [jump.alias for jump in host.jumps] == ["jump:edge"]


def test_the_way_that_stands_first_counts(tmp_path: Path) -> None:
    straight = {"log1": Endpoint(host="127.0.0.1", port=2, jump="none")}
    place = settings(tmp_path, login={"jump": "edge"}, endpoints=straight)
    assert host_for(device(context={"reach": {"jump": "edge"}}), place).jumps == ()


@pytest.mark.parametrize(
    ("login", "words"),
    [
        ({"codes": True}, "login.linux: a playbook cannot log in with one-time codes"),
        ({"password": "login/linux"}, "login.linux: a playbook cannot log in with a password"),
        ({"session": "single-login"}, "a playbook cannot keep a single login"),
        ({"key_file": ""}, "login.linux: there is no key"),
        ({"username": ""}, "nobody says who logs in there"),
    ],
)
def test_what_a_playbook_cannot_do_is_refused_by_name(
    tmp_path: Path, login: dict[str, Any], words: str
) -> None:
    with pytest.raises(SettingsError, match=f"host log1: {words}") as caught:
        host_for(device(), settings(tmp_path, login=login))
    assert caught.value.hint


@pytest.mark.parametrize(
    "jump", [Jump(username="x", codes=True), Jump(username="x", password="a/b"), Jump(username="x")]
)
def test_a_jump_host_that_needs_somebody_to_type_is_refused_by_name(tmp_path: Path, jump: Jump) -> None:
    with pytest.raises(SettingsError, match="host log1: jump host edge: "):
        host_for(device(), settings(tmp_path, login={"jump": "edge"}, jumps={"edge": jump}))


def test_a_proxy_command_counts_where_it_is_allowed(tmp_path: Path) -> None:
    text = "Host *\n  ProxyCommand nc -X connect %h %p\n"
    with pytest.raises(SettingsError, match="ProxyCommand is refused"):
        host_for(device(), settings(tmp_path, text))
    host = host_for(device(), settings(tmp_path, text, ssh={"proxy_command": True}))
    assert host.proxy_command == ("nc", "-X", "connect", "192.0.2.1", "22")


@pytest.mark.parametrize(
    "line", ["KnownHostsCommand /bin/touch {}", "LocalCommand touch {}\n  PermitLocalCommand yes"]
)
def test_what_would_run_in_the_configuration_is_passed_over(tmp_path: Path, line: str) -> None:
    host = host_for(device(), settings(tmp_path, f"Host *\n  {line.format(tmp_path / 'ran')}\n"))
    assert host.address == "192.0.2.1"


def run(folder: Path, name: str, place: Settings) -> None:
    site = workplace(folder)
    tables = Tables(
        sites=(Site(slug="hq", name="HQ"),),
        roles=(Role(slug="log", name="Log"),),
        platforms=(Platform(slug="linux", name="Linux"),),
    )
    snapshot = Snapshot.build(tables, [device(name)], Origin(source="test"))
    matched = hosts_in_scope(snapshot, Scope(), place)
    play_on(msgspec.structs.replace(site, settings=place), matched, "syslog", lambda *_: None, check=True)


def test_a_host_of_another_ones_name_in_capitals_is_not_taken_for_it(tmp_path: Path) -> None:
    place = settings(tmp_path)
    Trust(place.path(place.trust)).accept(Identity(device="log1", kind="ssh", key=KEY))
    with pytest.raises(DataError, match="host LOG1: no host key is enrolled for it"):
        run(tmp_path, "LOG1", place)


def test_a_name_that_is_a_template_never_comes_to_ansible(tmp_path: Path) -> None:
    name = f"{{{{ lookup('pipe', 'touch {tmp_path}/ran') }}}}"
    with pytest.raises(DataError, match="Ansible is not handed a name like this"):
        run(tmp_path, name, settings(tmp_path))
    assert not (tmp_path / "ran").exists()
