"""One answer at a time: what is retried, what is refused, and that the token shows nowhere."""

import datetime as dt
import ipaddress
import logging
import socket
import ssl
import threading
import time
import traceback
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from linewright.errors import NotReached, SourceError, UsageError
from linewright.sources.netbox import Connection, transport
from linewright.sources.netbox.replies import Question
from linewright.sources.netbox.transport import Client

STATUS = Question("its version", "extras.view_status")


def ask(connection: Connection, path: str = "status", question: Question = STATUS) -> bytes:
    with Client(connection) as client:
        return client.get(path, (), question)


def says(status: int, body, kind: str = "application/json", **headers: str):
    return lambda handler: handler.answer(body, status, kind, **headers)


def hangs_up(handler) -> bool:
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    handler.connection.shutdown(socket.SHUT_RDWR)
    return True


def half(handler) -> bool:
    handler.close_connection = True
    return handler.answer(b'{"netbox-version": "4.', Content_Length="500")


def test_sessions_are_kept_and_both_tokens_work(netbox, connection, v1_token):
    with Client(connection) as client:
        assert b"4.7.3" in client.get("status", (), STATUS)
        session = client._session()
        assert b"4.7.3" in client.get("status", (), STATUS)
        assert client._session() is session
    assert b"4.7.3" in ask(replace(connection, token=v1_token))
    assert [header.partition(" ")[0] for _, _, header in netbox.asked] == ["Bearer", "Bearer", "Token"]


@pytest.mark.parametrize("fault", [says(502, b"bad"), says(503, b""), says(504, b"<html>"), hangs_up, half])
def test_a_passing_fault_is_tried_again(netbox, connection, fault):
    netbox.fault("status", fault, fault)
    assert b"4.7.3" in ask(connection)
    assert len(netbox.asked) == 3


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (says(503, {"detail": "down for maintenance"}), "busy or restarting .503.: down for maintenance"),
        (says(502, b"<html>bad gateway"), "busy or restarting .502.: no reason given .a web page"),
        (hangs_up, "was not reached"),
        (half, "the connection broke off"),
    ],
)
def test_tries_are_bounded(netbox, connection, fault, message):
    netbox.fault("status", *[fault] * 10)
    with pytest.raises(SourceError, match=message):
        ask(replace(connection, attempts=3))
    assert len(netbox.asked) == 3


def test_waiting_doubles_between_tries(netbox, connection, monkeypatch):
    waited = []
    monkeypatch.setattr(transport.time, "sleep", waited.append)
    netbox.fault("status", *[says(503, b"")] * 10)
    with pytest.raises(SourceError):
        ask(replace(connection, attempts=4, backoff=0.5))
    assert waited == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("fault", "message", "hint"),
    [
        (
            says(403, {"detail": "You do not have permission to perform this action."}),
            "does not show its version: the token's user lacks the permission extras.view_status",
            "permissions",
        ),
        (
            says(403, {"detail": "Invalid v2 token"}),
            "does not accept the token .403.: Invalid v2 token",
            "expired",
        ),
        (says(401, {"detail": "Token expired"}), "does not accept the token .401.: Token expired", "whole"),
        (
            says(403, b"<html>blocked", "text/html"),
            "does not accept the token .403.: no reason given",
            "address",
        ),
        (says(400, {"limit": ["bad"]}), "refused .400.: limit: bad", "nothing was kept"),
        (says(404, b"<html>", "text/html"), "no such thing", "path"),
        (says(405, {}), "refused .405.", "nothing was kept"),
        (says(429, {"detail": "slow down"}), "refused .429.: slow down", "nothing was kept"),
        (says(500, {"error": "boom", "exception": "ValueError"}), "failed .500.: boom", "log"),
        (
            says(500, b"<h1>Server Error</h1>", "text/html"),
            "failed .500.: no reason given .a web page",
            "log",
        ),
        (
            says(200, b"<!DOCTYPE html><title>Log in", "text/html"),
            "a web page .HTML. instead of JSON",
            "login",
        ),
        (says(200, b"ok", "text/plain"), "text/plain instead of JSON", "login"),
        (says(204, b""), "refused .204.", "nothing was kept"),
    ],
)
def test_what_a_second_try_does_not_heal_is_said_at_once(netbox, connection, fault, message, hint):
    netbox.fault("status", fault)
    with pytest.raises(SourceError, match=message) as caught:
        ask(connection)
    assert hint in caught.value.hint
    assert len(netbox.asked) == 1


def test_a_value_netbox_does_not_know_is_the_callers_mistake(netbox, connection):
    netbox.fault(
        "status", says(400, {"site": ["Select a valid choice. typo is not one of the available choices."]})
    )
    with pytest.raises(UsageError, match=r"the filter site=typo: site: Select a valid choice\. typo is not"):
        ask(connection, question=Question("devices", "dcim.view_device", ("site=typo",)))


def test_a_redirect_is_not_followed(netbox, connection, tls_netbox):
    other = tls_netbox(None)
    netbox.fault("status", says(302, b"", Location=f"{other.url}/api/status/"))
    with pytest.raises(SourceError, match=f"redirects to {other.url[7:]}; redirects are not followed"):
        ask(connection)
    assert other.asked == []


def test_nobody_answers(connection):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(
        SourceError, match=rf"{url} was not reached \(its version, 2 tries\): connection refused"
    ):
        ask(replace(connection, url=url, attempts=2))


def test_a_name_that_is_not_known(connection):
    with pytest.raises(SourceError, match="name"):
        ask(replace(connection, url="https://netbox.invalid", attempts=1))


def test_silence_is_not_waited_for_twice(netbox, connection):
    def silent(handler) -> bool:
        time.sleep(0.5)
        handler.close_connection = True
        return True

    netbox.fault("status", silent, silent)
    with pytest.raises(SourceError, match=r"did not answer within 0\.1 s"):
        ask(replace(connection, read_timeout=0.1))
    assert len(netbox.asked) == 1


def test_an_answer_that_drips_is_cut_off(netbox, connection):
    def drips(handler) -> bool:
        handler.close_connection = True
        handler.answer(b"{", Content_Length="100000000")
        for _ in range(100):
            handler.wfile.write(b" " * 70_000)
            time.sleep(0.02)
        return True

    netbox.fault("status", drips)
    with pytest.raises(SourceError, match=r"took longer than 0\.2 s"):
        ask(replace(connection, answer_timeout=0.2))


def test_an_endless_answer_is_cut_off(netbox, connection, monkeypatch):
    monkeypatch.setattr(transport, "MAX_BYTES", 2**20)
    netbox.fault("status", says(200, b" " * (3 * 2**20)))
    with pytest.raises(SourceError, match="larger than 1 MB"):
        ask(connection)


def test_what_is_not_http_is_said(connection):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def answer():
            for _ in range(2):
                with server.accept()[0] as peer:
                    peer.recv(65536)
                    peer.sendall(b"220 mail.example.net ESMTP\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(NotReached):
            ask(replace(connection, url=f"http://127.0.0.1:{server.getsockname()[1]}", attempts=2))
        thread.join()


def test_neither_proxies_nor_netrc_of_the_environment_are_used(netbox, connection, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert b"4.7.3" in ask(connection)
    assert netbox.asked[0][2] == connection.authorization


@pytest.mark.parametrize(
    "fault",
    [
        None,
        says(403, {"detail": "Invalid token nbt_AbCdEf123456.S3cretS3cretS3cretS3cretS3cretS3cretS3cret"}),
        says(500, {"error": "header was S3cretS3cretS3cretS3cretS3cretS3cretS3cret"}),
        says(400, {"S3cretS3cretS3cretS3cretS3cretS3cretS3cret": ["x"]}),
        says(302, b"", Location="https://evil.example.net/?t=S3cretS3cretS3cretS3cretS3cretS3cretS3cret"),
        says(200, b"<html>S3cretS3cretS3cretS3cretS3cretS3cretS3cret", "text/html"),
        hangs_up,
        half,
    ],
)
def test_the_token_shows_in_no_log_exception_or_url(netbox, connection, fault, caplog):
    caplog.set_level(logging.DEBUG)
    if fault is not None:
        netbox.fault("status", *[fault] * 4)
    try:
        ask(connection)
        shown = ""
    except SourceError as error:
        shown = "".join(traceback.format_exception(error)) + error.hint + repr(vars(error))
    urls = repr([(path, query) for path, query, _ in netbox.asked])
    assert "urllib3" in caplog.text  # urllib3 says what it does: this test would see the token
    for text in (shown, caplog.text, urls):
        assert "S3cret" not in text


def test_what_netbox_says_cannot_move_the_cursor_or_fill_the_screen(netbox, connection):
    netbox.fault("status", says(500, {"error": "a\x1b[2K\u202eb\nc" + "x" * 10_000}))
    with pytest.raises(SourceError) as caught:
        ask(connection)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 500


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate for 127.0.0.1 that is its own authority: (PEM of certificate, PEM of certificate and key)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "netbox test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "ca.pem").write_bytes(pem)
    (folder / "server.pem").write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder


def behind(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "server.pem")
    return lambda sock: context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)


def test_a_certificate_nobody_vouches_for_gets_no_token(tls_netbox, connection, authority):
    netbox = tls_netbox(behind(authority))
    with pytest.raises(
        SourceError, match=r"did not prove who it is: self.signed certificate.*no token was sent"
    ):
        ask(replace(connection, url=netbox.url))
    assert netbox.asked == []


def test_an_authority_of_ones_own_is_trusted_when_given(tls_netbox, connection, authority):
    netbox = tls_netbox(behind(authority))
    assert b"4.7.3" in ask(replace(connection, url=netbox.url, ca_file=str(authority / "ca.pem")))


def test_a_ca_file_without_a_certificate_is_named(tls_netbox, connection, authority, tmp_path):
    netbox = tls_netbox(behind(authority))
    (tmp_path / "ca.pem").write_text("nothing in here\n")
    with pytest.raises(SourceError, match=r"did not prove who it is|ca\.pem"):
        ask(replace(connection, url=netbox.url, ca_file=str(tmp_path / "ca.pem")))
    assert netbox.asked == []


def test_a_certificate_for_another_name_gets_no_token(tls_netbox, connection, authority):
    netbox = tls_netbox(behind(authority))
    elsewhere = netbox.url.replace("127.0.0.1", "localhost")
    with pytest.raises(SourceError, match="did not prove who it is"):
        ask(replace(connection, url=elsewhere, ca_file=str(authority / "ca.pem")))
    assert netbox.asked == []
