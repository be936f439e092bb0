"""A self-signed certificate of its own for each twin (elliptic curve: made in a millisecond)."""

import hashlib
import os
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Identity(NamedTuple):
    """What a twin shows: a server context, the certificate (PEM) and the SHA-256 of its DER form in hex."""

    context: ssl.SSLContext
    pem: bytes
    pin: str


def self_signed(name: str, address: str = "127.0.0.1") -> Identity:
    """A new key and certificate, valid for 30 days, for that common name and address.

    The key lies in a file of mode 0600 for as long as the TLS library needs to read it.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address(address))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    handle, path = tempfile.mkstemp(prefix="linewright-twin-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secret + pem)
        context.load_cert_chain(path)
    finally:
        Path(path).unlink()
    der = certificate.public_bytes(serialization.Encoding.DER)
    return Identity(context, pem, hashlib.sha256(der).hexdigest())
