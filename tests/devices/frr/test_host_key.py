"""Who the driver talks to: real SSH on loopback, by a server that remembers what it was offered."""

import socket
import threading

import paramiko
import pytest
from napalm.base.exceptions import ConnectAuthError, ConnectionException, ConnectTimeoutError

from linewright.devices.frr.driver import FRRDriver
from linewright.devices.ssh.hostkeys import fingerprint
from linewright.errors import Impostor

RIGHT, WRONG = paramiko.ECDSAKey.generate(), paramiko.ECDSAKey.generate()
OTHER_KIND = paramiko.RSAKey.generate(2048)


class Door(paramiko.ServerInterface):
    """Lets "ops" in with "right" and notes every credential it sees."""

    def __init__(self, seen):
        self.seen = seen

    def get_allowed_auths(self, username):  # noqa: ARG002 - paramiko's own signature
        return "password,publickey"

    def check_auth_none(self, username):
        self.seen.append((username, "none"))
        return paramiko.AUTH_FAILED

    def check_auth_password(self, username, password):
        self.seen.append((username, password))
        return paramiko.AUTH_SUCCESSFUL if (username, password) == ("ops", "right") else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username, key):
        self.seen.append((username, key.get_name()))
        return paramiko.AUTH_FAILED


class Server:
    def __init__(self, *keys):
        self.keys, self.seen, self.transports = keys, [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            for key in self.keys:
                transport.add_server_key(key)
            try:
                transport.start_server(server=Door(self.seen))
            except (paramiko.SSHException, EOFError, OSError):
                transport.close()  # the client hung up, which is what is tested
            self.transports.append(transport)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)
        for transport in self.transports:
            transport.close()


@pytest.fixture
def server():
    server = Server(RIGHT)
    yield server
    server.close()


@pytest.fixture
def connect(server, tmp_path):
    """Open a driver to the server with these known_hosts lines."""
    opened = []

    def with_known_hosts(text, password="right", **optional):
        (tmp_path / "known_hosts").write_text(text)
        arguments = {"port": server.port, "known_hosts": str(tmp_path / "known_hosts"), **optional}
        driver = FRRDriver("127.0.0.1", "ops", password, 10, arguments)
        opened.append(driver)
        driver.open()
        return driver

    yield with_known_hosts
    for driver in opened:
        driver.close()


def entry(name, key, marker=""):
    return f"{marker}{name} {key.get_name()} {key.get_base64()}\n"


def test_an_enrolled_router_is_let_in_under_its_name_or_address(connect, server):
    assert connect(entry("router-1", RIGHT), host_key_name="router-1").is_alive() == {"is_alive": True}
    driver = connect(entry(f"[127.0.0.1]:{server.port}", RIGHT))
    driver.close()
    assert driver.is_alive() == {"is_alive": False}
    assert server.seen == [("ops", "right")] * 2


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("", "is unknown"),
        (entry("router-2", RIGHT), "is unknown"),
        (entry("127.0.0.1", RIGHT), "is unknown"),
        (entry("router-1", WRONG), fingerprint(WRONG)),
        (entry("router-1", OTHER_KIND), fingerprint(OTHER_KIND)),
        (entry("router-1", RIGHT) + entry("*", RIGHT, "@revoked "), "revoked"),
    ],
    ids=["no keys", "another name", "another port", "changed", "changed kind", "revoked"],
)
def test_an_impostor_is_named_with_its_key_and_sees_no_credential(connect, server, known, said):
    with pytest.raises(Impostor) as refused:
        connect(known, host_key_name="router-1")
    assert refused.value.message.startswith("router-1: the host key ecdsa-sha2-nistp256 ")
    assert fingerprint(RIGHT) in refused.value.message
    assert said in refused.value.message
    assert server.seen == []


def test_of_several_host_keys_the_enrolled_kind_is_asked_for(tmp_path):
    server = Server(RIGHT, OTHER_KIND)
    try:
        for key in (RIGHT, OTHER_KIND):
            (tmp_path / "known").write_text(entry("router-1", key))
            arguments = {
                "port": server.port,
                "known_hosts": str(tmp_path / "known"),
                "host_key_name": "router-1",
            }
            driver = FRRDriver("127.0.0.1", "ops", "right", 10, arguments)
            driver.open()
            driver.close()
    finally:
        server.close()
    assert server.seen == [("ops", "right")] * 2


def test_a_refused_login_is_told_apart_and_the_password_is_not_in_it(connect):
    with pytest.raises(ConnectAuthError) as refused:
        connect(entry("router-1", RIGHT), host_key_name="router-1", password="geheim")
    assert "geheim" not in str(refused.value)


def test_a_private_key_that_cannot_be_used_is_said_before_anything_is_sent(connect, server, tmp_path):
    (tmp_path / "key").write_text("no key")
    for name in ("key", "absent"):
        with pytest.raises(ConnectionException, match="private key"):
            connect(entry("router-1", RIGHT), host_key_name="router-1", key_file=str(tmp_path / name))
    assert server.seen == []


def test_nobody_there_and_a_server_that_says_nothing_are_not_reached(tmp_path):
    known = {"known_hosts": str(tmp_path / "none")}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(ConnectionException):
            FRRDriver("127.0.0.1", "ops", "right", 1, {"port": port, **known}).open()
    with pytest.raises(ConnectionException):
        FRRDriver("127.0.0.1", "ops", "right", 1, {"port": port, **known}).open()
    assert issubclass(ConnectTimeoutError, ConnectionException)
