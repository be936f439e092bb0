"""A way through jump hosts: every hop verified before anything is sent to it, every failure named."""

import base64
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import paramiko
import pytest
from napalm.base.exceptions import ConnectAuthError, ConnectionClosedException, ConnectionException

from linewright.devices.frr.ssh import Connection
from linewright.devices.ssh.dial import opened, shown_key
from linewright.errors import DeviceError, Impostor, NotGiven

PASSWORD = "hunter2-planted"


def echo(command: str, channel: paramiko.Channel) -> int:
    channel.sendall(f"ran {command}".encode())
    return 0


def public(path: Path) -> bytes:
    return base64.b64decode(Path(f"{path}.pub").read_text().split()[1])


@pytest.fixture
def behind(net: Any) -> Any:
    """A device behind a jump host, both opened by one key."""
    key = net.key()
    for name in ("bastion", "r1"):
        server = net.server(name)
        server.keys = {public(key)}
        server.run = echo
    net.way = net.at("r1", key_file=str(key), jumps=(net.at("bastion", key_file=str(key)),))
    return net


def test_a_command_runs_through_a_jump_host(behind: Any) -> None:
    connection = Connection(behind.way, "", behind.credential)
    connection.open()
    try:
        assert connection.run("show").out == "ran show"
    finally:
        connection.close()
    assert behind.servers["bastion"].forwarded == [("127.0.0.1", behind.servers["r1"].port)]
    assert [behind.servers[name].logins for name in ("bastion", "r1")] == [1, 1]


def test_every_connection_logs_in_anew_on_every_hop(behind: Any) -> None:
    first, second = (Connection(behind.way, "", behind.credential) for _ in range(2))
    first.open()
    second.open()
    assert [behind.servers[name].logins for name in ("bastion", "r1")] == [2, 2]
    second.close()
    assert first.run("show").status == 0, "the one must not stand on the other"
    first.close()


def test_two_jump_hosts_are_passed_in_their_order(net: Any) -> None:
    key = net.key()
    for name in ("edge", "core", "r1"):
        net.server(name).keys = {public(key)}
    jumps = tuple(net.at(name, key_file=str(key)) for name in ("edge", "core"))
    opened(net.at("r1", key_file=str(key), jumps=jumps), "", net.credential).close()
    assert net.servers["edge"].forwarded == [("127.0.0.1", net.servers["core"].port)]
    assert net.servers["core"].forwarded == [("127.0.0.1", net.servers["r1"].port)]


@pytest.mark.parametrize("enrolled", [True, False])
def test_a_jump_host_with_another_key_is_sent_nothing(behind: Any, enrolled: bool) -> None:
    lines = behind.known_hosts.read_text().splitlines()
    other = behind.servers["r1"].known.split(maxsplit=1)[1].strip()
    kept = [line for line in lines if not line.startswith("jump:bastion ")]
    behind.known_hosts.write_text("\n".join(kept + [f"jump:bastion {other}"] * enrolled) + "\n")
    with pytest.raises(Impostor, match="jump host bastion") as caught:
        opened(behind.way, "", behind.credential)
    assert "lw trust accept --jump bastion" in caught.value.hint
    assert behind.servers["bastion"].offers == []
    assert behind.servers["bastion"].forwarded == []
    assert behind.servers["r1"].offers == []


def test_a_device_with_another_key_behind_a_jump_host_is_sent_nothing(behind: Any) -> None:
    text = behind.known_hosts.read_text()
    behind.known_hosts.write_text(text.replace("r1 ", "r9 "))
    with pytest.raises(Impostor, match=r"^r1: the host key"):
        opened(behind.way, "", behind.credential)
    assert behind.servers["r1"].offers == []


def test_a_device_of_the_jump_hosts_name_is_another_machine(behind: Any) -> None:
    lines = behind.known_hosts.read_text()
    behind.known_hosts.write_text(lines.replace("jump:bastion ", "bastion "))
    with pytest.raises(Impostor, match=r"jump host bastion .* is unknown"):
        opened(behind.way, "", behind.credential)
    behind.known_hosts.write_text(lines.replace("r1 ", "jump:r1 "))
    with pytest.raises(Impostor, match=r"^r1: .* is unknown"):
        opened(behind.way, "", behind.credential)
    assert behind.servers["r1"].offers == []


def test_a_jump_host_that_refuses_the_login_is_named(behind: Any) -> None:
    behind.servers["bastion"].keys = {b"another"}
    with pytest.raises(
        DeviceError, match=r"jump host bastion \(127.0.0.1 port \d+\): the login as ops"
    ) as caught:
        opened(behind.way, "", behind.credential)
    assert "1 key" in caught.value.message


def test_a_jump_host_that_cannot_reach_the_device_is_named(behind: Any) -> None:
    behind.servers["r1"].end()
    with pytest.raises(ConnectionException, match=r"jump host bastion does not reach 127.0.0.1 port \d+: "):
        opened(behind.way, "", behind.credential)


def test_a_jump_host_that_is_down_is_named(behind: Any) -> None:
    behind.servers["bastion"].end()
    with pytest.raises(ConnectionException, match=r"jump host bastion: 127\.0\.0\.1 port"):
        opened(behind.way, "", behind.credential)


@pytest.mark.parametrize("victim", ["bastion", "r1"])
def test_a_server_that_dies_in_the_middle_is_a_lost_connection(behind: Any, victim: str) -> None:
    def die(_command: str, _channel: paramiko.Channel) -> int:
        behind.servers[victim].end()
        return 0

    behind.servers["r1"].run = die
    connection = Connection(behind.way, "", behind.credential)
    connection.open()
    with pytest.raises(ConnectionClosedException, match=r"through bastion"):
        connection.run("show")
    connection.close()


def test_a_host_key_is_seen_through_a_jump_host_and_nothing_is_sent_there(behind: Any) -> None:
    assert shown_key(behind.way, behind.credential) == behind.servers["r1"].key
    assert behind.servers["r1"].offers == []
    assert behind.servers["bastion"].logins == 1


def test_the_password_of_a_jump_host_is_a_reference(net: Any) -> None:
    key = net.key()
    net.server("r1").keys = {public(key)}
    net.server("bastion").passwords = {PASSWORD}
    net.typed = {"vault:net/bastion#password": [PASSWORD]}
    way = net.at("r1", key_file=str(key), jumps=(net.at("bastion", password="vault:net/bastion#password"),))
    opened(way, "", net.credential).close()
    assert net.asked == ["vault:net/bastion#password"]


def test_keys_of_the_agent_open_where_it_is_enabled(net: Any, agent: Callable[[Path], None]) -> None:
    key = net.key()
    net.server("r1").keys = {public(key)}
    agent(net.key("another"))
    agent(key)
    with pytest.raises(ConnectAuthError, match="no key"):
        opened(net.at("r1"), "", net.credential)
    opened(net.at("r1", agent=True), "", net.credential).close()
    assert net.servers["r1"].logins == 1


def test_only_named_keys_of_the_agent_are_shown(net: Any, agent: Callable[[Path], None]) -> None:
    key = net.key()
    net.server("r1").keys = {public(key)}
    agent(net.key("another"))
    agent(key)
    opened(net.at("r1", agent=True, only_named=True, more_keys=(str(key),)), "", net.credential).close()
    assert net.servers["r1"].offers == ["ops key"]


def test_a_key_with_a_passphrase_is_used_from_the_agent_and_else_named(
    net: Any, agent: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = net.key("locked", "a passphrase")
    net.server("r1").keys = {public(key)}
    with pytest.raises(ConnectionException, match=r"locked has a passphrase.*ssh-add"):
        opened(net.at("r1", more_keys=(str(key),)), "", net.credential)
    answer = net.folder / "answer.sh"
    answer.write_text("#!/bin/sh\necho a passphrase\n")
    answer.chmod(0o700)
    monkeypatch.setenv("SSH_ASKPASS", str(answer))
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
    agent(key)
    opened(net.at("r1", more_keys=(str(key),), agent=True), "", net.credential).close()


def test_an_agent_that_is_not_there_is_no_key(net: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    net.server("r1").keys = {b"x"}
    with pytest.raises(ConnectAuthError, match="no key in an agent"):
        opened(net.at("r1", agent=True), "", net.credential)


def test_a_named_key_that_is_not_there_is_passed_over_and_our_own_setting_is_not(net: Any) -> None:
    net.server("r1").passwords = {PASSWORD}
    opened(net.at("r1", more_keys=("/nonexistent/id",)), PASSWORD, net.credential).close()
    with pytest.raises(ConnectionException, match="/nonexistent/id cannot be used"):
        opened(net.at("r1", key_file="/nonexistent/id"), PASSWORD, net.credential)


def test_a_wrong_password_says_what_was_tried_and_not_the_password(net: Any) -> None:
    net.server("r1").passwords = {"another"}
    with pytest.raises(ConnectAuthError, match="tried the password") as caught:
        opened(net.at("r1"), PASSWORD, net.credential)
    assert PASSWORD not in repr(caught.value)


def test_a_proxy_command_is_a_program_in_the_place_of_a_connection(net: Any) -> None:
    key = net.key()
    net.server("r1").keys = {public(key)}
    relay = net.folder / "relay.py"
    relay.write_text(
        "import socket, sys, threading\n"
        f"s = socket.create_connection(('127.0.0.1', {net.servers['r1'].port}))\n"
        "def up():\n"
        "    while part := sys.stdin.buffer.raw.read(65536): s.sendall(part)\n"
        "threading.Thread(target=up, daemon=True).start()\n"
        "while part := s.recv(65536):\n"
        "    sys.stdout.buffer.write(part); sys.stdout.buffer.flush()\n"
    )
    way = net.at("r1", key_file=str(key), proxy_command=(sys.executable, str(relay)), host="nowhere.invalid")
    opened(way, "", net.credential).close()
    with pytest.raises(ConnectionException):
        opened(net.at("r1", proxy_command=("/nonexistent/program",)), "", net.credential)


# ---- one-time codes

CODE = "code:ops on r1"


def test_a_code_is_the_second_answer(net: Any) -> None:
    net.server("r1").codes = ["111111", "222222"]
    net.typed = {CODE: ["111111", "222222"]}
    for _ in range(2):
        opened(net.at("r1", codes=True), PASSWORD, net.credential).close()
    assert net.asked == [CODE, CODE], "a code opens one login"
    assert net.servers["r1"].logins == 2


def test_a_code_follows_a_key_where_the_server_wants_both(net: Any) -> None:
    key = net.key()
    server = net.server("r1")
    server.keys, server.codes = {public(key)}, ["111111"]
    net.typed = {CODE: ["111111"]}
    opened(net.at("r1", codes=True, key_file=str(key)), "", net.credential).close()
    assert server.logins == 1


def test_a_code_is_appended_to_the_password_where_the_setting_says_so(net: Any) -> None:
    server = net.server("r1")
    server.passwords, server.codes, server.both = {PASSWORD}, ["111111"], True
    net.typed = {CODE: ["111111"]}
    opened(net.at("r1", codes="appended"), PASSWORD, net.credential).close()
    assert server.logins == 1


def test_a_wrong_code_is_a_refused_login_that_does_not_quote_it(net: Any) -> None:
    net.server("r1").codes = ["111111"]
    net.typed = {CODE: ["999999"]}
    with pytest.raises(ConnectAuthError, match="tried a one-time code") as caught:
        opened(net.at("r1", codes=True), PASSWORD, net.credential)
    assert "999999" not in repr(caught.value)


def test_nobody_is_asked_for_a_code_before_the_server_has_proved_who_it_is(net: Any) -> None:
    net.server("r1", enrol=False).codes = ["111111"]
    with pytest.raises(Impostor):
        opened(net.at("r1", codes=True), PASSWORD, net.credential)
    assert net.asked == []


def test_a_code_that_is_not_typed_leaves_no_connection_behind(net: Any) -> None:
    server = net.server("r1")
    server.codes = ["111111"]

    def interrupted(_reference: str) -> str:
        raise NotGiven("it was not typed")

    with pytest.raises(NotGiven):
        opened(net.at("r1", codes=True), PASSWORD, interrupted)
    assert server.offers == []
    server.transports[0].join(5)
    assert not server.transports[0].is_active()


def test_a_jump_host_may_want_a_code_too(net: Any) -> None:
    key = net.key()
    net.server("bastion").codes = ["333333"]
    net.server("r1").keys = {public(key)}
    net.typed = {"code:ops on bastion": ["333333"], "jump/password": [PASSWORD]}
    jump = net.at("bastion", codes=True, password="jump/password")
    way = net.at("r1", key_file=str(key), jumps=(jump,))
    assert way.codes_for_a_login == 1
    opened(way, "", net.credential).close()


def test_a_server_is_not_kept_waiting_while_another_ones_code_is_typed(net: Any) -> None:
    open_now: list[int] = []

    def person(_reference: str) -> str:
        open_now.append(sum(len(net.servers[name].transports) for name in names))
        return "111111"

    names = [f"r{number}" for number in range(4)]
    for name in names:
        net.server(name).codes = ["111111"]
    with ThreadPoolExecutor(4) as pool:
        lines = list(pool.map(lambda name: opened(net.at(name, codes=True), PASSWORD, person), names))
    assert sorted(open_now) == [1, 2, 3, 4], "a server was connected to before it was its turn"
    for line in lines:
        line.close()
