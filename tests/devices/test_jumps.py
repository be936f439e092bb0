"""The way to a device, out of settings, config context and OpenSSH configuration."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from linewright.devices.jumps import way
from linewright.devices.reach import jump_host, target_for
from linewright.errors import DataError, SettingsError
from linewright.model.objects import Device
from linewright.settings import SSH, Endpoint, Jump, Login, Settings

KNOWN = "known_hosts"


def device(platform: str = "frr", **more: Any) -> Device:
    return Device(
        name="hq-r1", site="hq", role="router", type="x", platform=platform, status="active",
        primary_ip4="192.0.2.1/24", **more,
    )  # fmt: skip


def settings(folder: Path, text: str = "", **more: Any) -> Settings:
    ssh = SSH()
    if text:
        path = folder / "ssh_config"
        path.write_text(text)
        path.chmod(0o600)
        ssh = SSH(config=str(path), agent=True)
    login = {"frr": Login(username="ops", key_file="id"), "eos": Login(username="admin")}
    return Settings(**{"root": str(folder), "login": login, "ssh": ssh, **more})


def names(hops: tuple[Any, ...]) -> list[str]:
    return [f"{hop.username}@{hop.name}={hop.host}:{hop.port}" for hop in hops]


def test_a_way_of_two_hosts_by_settings(tmp_path: Path) -> None:
    jumps = {"edge": Jump(host="198.51.100.1", port=2222, username="jo"), "core": Jump(username="ops")}
    hops = way("edge,core", settings(tmp_path, jumps=jumps), KNOWN)
    assert names(hops) == ["jo@edge=198.51.100.1:2222", "ops@core=core:22"]
    assert way("", settings(tmp_path), KNOWN) == way("none", settings(tmp_path), KNOWN) == ()


def test_a_way_by_the_openssh_configuration_is_followed_to_its_beginning(tmp_path: Path) -> None:
    text = "Host core\n HostName 198.51.100.2\n User c\n ProxyJump e@edge:2222\nHost hq-*\n ProxyJump core\n"
    target = target_for(device(), settings(tmp_path, text))
    assert target.ssh is not None
    assert names(target.ssh.jumps) == ["e@edge=edge:2222", "c@core=198.51.100.2:22"]
    assert target.ssh.agent


def test_a_way_in_a_circle_is_refused(tmp_path: Path) -> None:
    text = "User x\nHost a\n ProxyJump b\nHost b\n ProxyJump a\n"
    with pytest.raises(SettingsError, match="through itself: a b a"):
        way("a", settings(tmp_path, text), KNOWN)


@pytest.mark.parametrize(
    "jump", ["edge core", "-oProxyCommand=x", "a,,b", "a:b", "x@", "a\nb", "a,b,c,d,e,f,g,h,i"]
)
def test_what_is_no_way_is_refused(tmp_path: Path, jump: str) -> None:
    with pytest.raises(SettingsError):
        way(jump, settings(tmp_path, "User x\n"), KNOWN)


def test_a_jump_host_nobody_logs_into_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="jump host edge: nobody says who logs in there") as caught:
        way("edge", settings(tmp_path), KNOWN)
    assert "jumps.edge.username" in caught.value.hint


def test_who_wins(tmp_path: Path) -> None:
    text = "User x\nHost hq-r1\n ProxyJump file\n"
    place = settings(tmp_path, text)
    target = target_for(device(), place)
    assert target.ssh is not None
    assert [hop.name for hop in target.ssh.jumps] == ["file"]
    login = msgspec.structs.replace(place, login={"frr": Login(username="ops", jump="platform")})
    context = {"reach": {"jump": "context"}}
    by_login = target_for(device(), login).ssh
    by_context = target_for(device(context=context), login).ssh
    at = msgspec.structs.replace(login, endpoints={"hq-r1": Endpoint(host="127.0.0.1", port=2, jump="none")})
    by_endpoint = target_for(device(context=context), at).ssh
    assert by_login is not None
    assert by_context is not None
    assert by_endpoint is not None
    assert [hop.name for hop in by_login.jumps] == ["platform"]
    assert [hop.name for hop in by_context.jumps] == ["context"]
    assert by_endpoint.jumps == ()


def test_host_port_user_and_keys_of_the_configuration(tmp_path: Path) -> None:
    text = "Host hq-r1\n HostName 203.0.113.9\n Port 2022\n User file\n IdentityFile /keys/one\nHost 192.0.2.*\n ConnectTimeout 3\n"
    target = target_for(device(), settings(tmp_path, text))
    assert (target.host, target.port, target.username) == ("203.0.113.9", 2022, "ops")
    assert target.ssh is not None
    assert (target.ssh.key_file, target.ssh.more_keys) == (str(tmp_path / "id"), ("/keys/one",))
    assert target.ssh.connect_timeout == 3
    nobody = settings(tmp_path, text, login={})
    assert target_for(device(), nobody).username == "file"


def test_a_proxy_command_is_refused_unless_it_is_allowed(tmp_path: Path) -> None:
    place = settings(tmp_path, "ProxyCommand nc %h %p\n")
    with pytest.raises(SettingsError, match="ProxyCommand is refused"):
        target_for(device(), place)
    allowed = msgspec.structs.replace(place, ssh=msgspec.structs.replace(place.ssh, proxy_command=True))
    target = target_for(device(), allowed)
    assert target.ssh is not None
    assert target.ssh.proxy_command == ("nc", "192.0.2.1", "22")


def proxied(folder: Path, command: str, name: str, extra: str = "") -> tuple[str, ...]:
    place = settings(folder, f"Host *\n  User ops\n  {extra}\n  ProxyCommand {command}\n")
    place = msgspec.structs.replace(place, ssh=msgspec.structs.replace(place.ssh, proxy_command=True))
    target = target_for(msgspec.structs.replace(device(), name=name), place)
    assert target.ssh is not None
    return target.ssh.proxy_command


def test_a_proxy_command_is_taken_apart_before_names_are_put_in(tmp_path: Path) -> None:
    assert proxied(tmp_path, "'/opt/a b/ssh' -W [%h]:%p %r@%n -o x=100%%", "hq-r1") == (
        "/opt/a b/ssh", "-W", "[192.0.2.1]:22", "ops@hq-r1", "-o", "x=100%",
    )  # fmt: skip
    assert proxied(tmp_path, "nc %h %p", "hq-r2", "HostName %h.example.net") == (
        "nc", "hq-r2.example.net", "22",
    )  # fmt: skip
    assert proxied(tmp_path, "nc %h %p", "Core Switch 1") == ("nc", "192.0.2.1", "22")


@pytest.mark.parametrize(
    "name", ["r1 -oProxyCommand=touch${IFS}ran", "-oProxyCommand=sh", "r1; touch ran", "a'b", "r1\nx", "r 1", "$(id)", "../x"]
)  # fmt: skip
@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("ssh -W %n:%p bastion", ""),
        ("ssh -W %h:%p bastion", "HostName %h.example.net"),
        ("ssh -W x:22 bastion", "IdentityFile ~/.ssh/%h"),
        ("ssh -W x:22 bastion", "ProxyJump %h-gate"),
    ],
)
def test_a_name_that_could_be_a_command_stands_nowhere_in_the_configuration(
    tmp_path: Path, name: str, command: str, extra: str
) -> None:
    with pytest.raises(DataError, match="cannot stand in") as caught:
        proxied(tmp_path, command, name, extra)
    assert ascii(name)[1:-1] in caught.value.message


@pytest.mark.parametrize("command", ["nc '%h", "nc %h %C", "nc %", "nc %h%"])
def test_a_proxy_command_that_cannot_be_understood_is_refused(tmp_path: Path, command: str) -> None:
    with pytest.raises(SettingsError, match="ProxyCommand"):
        proxied(tmp_path, command, "hq-r1")


@pytest.mark.parametrize(
    "reach",
    [[], "edge", {"jump": 3}, {"jump": "ops@edge"}, {"jump": "a b"}, {"user": "x"}, {"jump": "a,"}, None],
)
def test_a_way_that_data_names_is_names_and_nothing_else(tmp_path: Path, reach: Any) -> None:
    place = settings(tmp_path, jumps={"edge": Jump(username="x")})
    if reach is None:
        assert target_for(device(context={"reach": None}), place).ssh is not None
        return
    with pytest.raises(DataError, match="device hq-r1: config context"):
        target_for(device(context={"reach": reach}), place)


@pytest.mark.parametrize(
    "login",
    [
        Login(username="a", jump="edge"),
        Login(username="a", codes=True),
        Login(username="a", session="single-login"),
    ],
)
def test_a_platform_by_https_refuses_what_it_cannot_do(tmp_path: Path, login: Login) -> None:
    place = settings(tmp_path, login={"eos": login}, jumps={"edge": Jump(username="x")})
    with pytest.raises(SettingsError, match="device hq-r1: Arista EOS is reached by HTTPS"):
        target_for(device("arista-eos"), place)


def test_codes_are_counted_on_every_hop(tmp_path: Path) -> None:
    login = {"frr": Login(username="ops", jump="edge", codes=True, session="single-login")}
    target = target_for(
        device(), settings(tmp_path, login=login, jumps={"edge": Jump(username="x", codes=True)})
    )
    assert target.codes == 2
    assert target.single_login


def test_a_jump_host_by_its_name_has_the_way_to_it(tmp_path: Path) -> None:
    text = "User x\nHost core\n ProxyJump edge\n"
    server = jump_host("core", settings(tmp_path, text))
    assert (server.name, names(server.jumps)) == ("core", ["x@edge=edge:22"])
    assert server.known_hosts == str(tmp_path / "inventory" / "trust" / "known_hosts")
