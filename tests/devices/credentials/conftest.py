"""A server on loopback that behaves like Vault's HTTP API for KV 1 and 2 and AppRole, over TLS. It is not Vault."""

import datetime as dt
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

TOKEN, ROLE, SECRET_ID = "hvs.planted-token", "role-planted", "secret-id-planted"
PLANTED = "hunter2-planted"


class Fake:
    """What it keeps, what it was asked, and how it is to misbehave."""

    def __init__(self) -> None:
        self.secrets: dict[str, Any] = {"net/bgp": {"password": PLANTED, "number": 7}}
        self.version = 2
        self.mount = "secret"
        self.asked: list[str] = []
        self.tokens: list[str] = []
        self.namespaces: list[str] = []
        self.answer: tuple[int, bytes] | None = None
        self.redirect = ""

    def reply(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, bytes]:
        self.asked.append(f"{method} {path}")
        if path == "/v1/auth/approle/login":
            given = json.loads(body)
            if (given["role_id"], given["secret_id"]) != (ROLE, SECRET_ID):
                return 400, b'{"errors":["invalid role or secret ID"]}'
            return 200, json.dumps({"auth": {"client_token": TOKEN}}).encode()
        self.tokens.append(headers.get("X-Vault-Token", ""))
        self.namespaces.append(headers.get("X-Vault-Namespace", ""))
        if self.answer is not None:
            return self.answer
        if self.tokens[-1] != TOKEN:
            return 403, b'{"errors":["permission denied"]}'
        inside = "data/" if self.version == 2 else ""
        name = path.removeprefix(f"/v1/{self.mount}/{inside}")
        if name not in self.secrets:
            return 404, b'{"errors":[]}'
        found = self.secrets[name]
        data = {"data": found, "metadata": {"version": 1}} if self.version == 2 else found
        return 200, json.dumps({"data": data}).encode()


class Vaulting:
    """The server, its authority's certificate, and the address."""

    def __init__(self, folder: Path) -> None:
        self.fake = Fake()
        self.ca_file, key_and_chain = certificates(folder)
        fake = self.fake

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, answer = fake.reply(self.command, self.path, self.headers, body)
                self.send_response(status)
                if fake.redirect:
                    self.send_header("Location", fake.redirect)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = _any  # noqa: N815 - the library looks for these names

            def log_message(self, *_: object) -> None: ...

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None: ...

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(key_and_chain)
        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.address = f"https://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def end(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def certificates(folder: Path) -> tuple[Path, Path]:
    """An authority's certificate, and a server's key and certificate for 127.0.0.1."""
    now = dt.datetime.now(dt.UTC)

    def certificate(name: str, key: Any, issuer: str, signer: Any, *, ca: bool) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
            )
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True, key_cert_sign=ca, crl_sign=ca, content_commitment=False,
                    key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
            .sign(signer, hashes.SHA256())
        )  # fmt: skip

    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_file, chain = folder / "ca.pem", folder / "server.pem"
    ca_file.write_bytes(
        certificate("test CA", authority, "test CA", authority, ca=True).public_bytes(Encoding.PEM)
    )
    chain.write_bytes(
        own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate("vault", own, "test CA", authority, ca=False).public_bytes(Encoding.PEM)
    )
    return ca_file, chain


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vaulting]:
    found = Vaulting(tmp_path)
    yield found
    found.end()
