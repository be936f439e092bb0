"""Who answers is verified before the login."""

import socket
import ssl
import threading
import time

import pytest
from napalm.base.exceptions import ConnectAuthError, ConnectionException, UnsupportedVersion

from linewright.devices.eos.driver import EosDriver
from linewright.devices.eos.transport import NoAnswer, NotSent
from linewright.errors import Impostor
from linewright.lab.twin.box import Credentials
from linewright.lab.twin.certificate import self_signed
from linewright.lab.twin.fleet import fleet


class Listener:
    """A TLS server that writes down every byte it is sent after the handshake, and answers as it is told."""

    def __init__(self, answer=b"", *, drip=False):
        self._drip = drip
        self.identity = self_signed("sw1")
        self.heard = bytearray()
        self.handshakes = 0
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                try:
                    with self.identity.context.wrap_socket(connection, server_side=True) as wrapped:
                        self.handshakes += 1
                        while data := wrapped.recv(65536):
                            self.heard += data
                            if self._answer and b"\r\n\r\n" in self.heard:
                                wrapped.sendall(self._answer)
                                while self._drip:
                                    wrapped.sendall(b" ")
                                    time.sleep(0.05)
                                break
                except OSError:
                    pass

    def stop(self):
        if self._socket.fileno() == -1:
            return
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture
def listen():
    started = []

    def start(answer=b"", **how):
        started.append(Listener(answer, **how))
        return started[-1]

    yield start
    for listener in started:
        listener.stop()


def driver(port, timeout=5, **arguments):
    return EosDriver(
        "127.0.0.1", "netops", "hunter2", timeout, optional_args={"port": port, "device": "sw1", **arguments}
    )


def test_an_impostor_is_named_and_hears_nothing(listen):
    impostor = listen()
    enrolled = "ab" * 32
    with pytest.raises(Impostor) as caught:
        driver(impostor.port, tls_pin=enrolled).open()
    impostor.stop()
    assert "sw1" in caught.value.message
    assert impostor.identity.pin in caught.value.message
    assert enrolled in caught.value.message
    assert "trust" in caught.value.hint
    assert impostor.handshakes == 1
    assert impostor.heard == b"", "neither the Authorization header nor anything else was sent"


def test_an_impostor_in_the_place_of_an_enrolled_device_hears_nothing(twins, connect, listen, monkeypatch):
    opened = connect()
    impostor = listen()
    twins.servers["sw1"].hang_up()
    monkeypatch.setattr(opened._connection, "_port", impostor.port)
    with pytest.raises(Impostor):
        opened.get_facts()
    assert impostor.heard == b""


def test_without_an_enrolled_identity_nothing_is_connected(listen):
    server = listen()
    with pytest.raises(Impostor, match="no certificate and no CA is enrolled"):
        driver(server.port).open()
    assert server.handshakes == 0


def test_a_pin_is_taken_with_colons_and_capitals(twins, connect):
    pin = twins.reach["sw1"].pin.upper()
    connect(tls_pin=":".join(pin[i : i + 2] for i in range(0, 64, 2)))


def test_a_ca_file_verifies_name_and_signature(tmp_path, listen):
    config = "hostname sw1\nmanagement api http-commands\n   no shutdown\n"
    with fleet([], {"sw1": config}, credentials=Credentials("netops", "hunter2")) as twins:
        good = tmp_path / "ca.pem"
        good.write_bytes(twins.identities["sw1"].pem)
        opened = driver(twins.reach["sw1"].port, ca_file=str(good))
        opened.open()
        assert opened.get_facts()["hostname"] == "sw1"
        opened.close()
        impostor = listen()
        with pytest.raises(Impostor, match=impostor.identity.pin):
            driver(impostor.port, ca_file=str(good)).open()
        assert impostor.heard == b""


def test_a_wrong_password_is_an_authentication_error(connect, box):
    with pytest.raises(ConnectAuthError, match="login was refused") as caught:
        connect(password="wrong-one")
    assert "wrong-one" not in str(caught.value)
    assert box.log == []


def test_nobody_there(unused_port):
    with pytest.raises(ConnectionException, match="not reached"):
        driver(unused_port, tls_pin="ab" * 32).open()


@pytest.fixture
def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def hang_up_on_one(server):
    server.accept()[0].close()


def test_a_server_that_speaks_no_tls(unused_port):
    with socket.create_server(("127.0.0.1", unused_port)) as server:
        thread = threading.Thread(target=hang_up_on_one, args=(server,), daemon=True)
        thread.start()
        with pytest.raises(NotSent):
            driver(unused_port, tls_pin="ab" * 32).open()
        thread.join(5)


def _http(body, status="200 OK", length=None):
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    "answer",
    [
        b"garbage",
        _http(b""),
        _http(b"<html>"),
        _http(b"{}"),
        _http(b"[" * 100_000),
        _http(b'{"result": {}}'),
        _http(b'{"result": ["text"]}'),
        _http(b'{"result": [{}]}', length=5000),
        _http(b"busy", status="503 Service Unavailable"),
        _http(b"elsewhere", status="302 Found"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
    ],
)
def test_an_answer_that_is_not_one_of_eapi_is_not_believed(listen, answer):
    server = listen(answer)
    with pytest.raises(NoAnswer):
        driver(server.port, tls_pin=server.identity.pin).open()


def test_a_server_that_says_nothing_is_given_up_in_time(listen):
    server = listen()
    with pytest.raises((NoAnswer, NotSent)):  # not sent: on a machine too busy for a handshake in a second
        driver(server.port, timeout=1, tls_pin=server.identity.pin).open()


def test_a_server_that_drips_is_given_up_in_time(listen):
    server = listen(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", drip=True)
    with pytest.raises((NoAnswer, NotSent)):  # not sent: on a machine too busy for a handshake in a second
        driver(server.port, timeout=1, tls_pin=server.identity.pin).open()


def test_the_password_is_in_no_text_of_the_driver(connect, caplog):
    caplog.set_level("DEBUG")
    opened = connect()
    opened.get_facts()
    shown = repr(opened._connection) + str(opened._connection) + caplog.text
    assert "not-a-real-password" not in shown
    assert opened._connection._authorization not in shown


def test_an_old_release_is_refused():
    config = "management api http-commands\n   no shutdown\n"
    login = Credentials("netops", "hunter2")
    with fleet([], {"sw1": config}, credentials=login, release="4.20.1F") as twins:
        reach = twins.reach["sw1"]
        old = driver(reach.port, tls_pin=reach.pin)
        with pytest.raises(UnsupportedVersion):
            old.open()
        old.close()


@pytest.mark.parametrize("transport", ["http", "ssh", "socket"])
def test_other_transports_are_refused(transport):
    with pytest.raises(ValueError, match="HTTPS only"):
        driver(443, transport=transport, tls_pin="ab" * 32)


def test_closing_twice_and_asking_a_closed_driver(connect):
    opened = connect()
    assert opened.is_alive() == {"is_alive": True}
    opened.close()
    opened.close()
    assert opened.is_alive() == {"is_alive": False}


def test_tls_is_at_least_1_2(twins, connect):
    opened = connect()
    assert opened._connection._connection.sock.version() in ("TLSv1.2", "TLSv1.3")
    assert isinstance(opened._connection._connection.sock, ssl.SSLSocket)
