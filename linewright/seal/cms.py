"""Encryption to X.509 certificates: CMS EnvelopedData (RFC 5652), opened by `openssl cms -decrypt` and by smart cards.

The content is AES-256 in CBC mode, its key encrypted with RSA (PKCS #1 v1.5): what every implementation opens. CMS
EnvelopedData is not authenticated; whether a file is the one that was written, its digest in the manifest says.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    pkcs7,
)

from linewright.errors import DataError, SecretError

_SHORTEST = 2048


def certificate(pem: bytes, where: str) -> x509.Certificate:
    """The certificate of a PEM file, fit to be encrypted to.

    Raises:
        DataError: it is none, there are several, its key is no RSA key of at least 2,048 bits, or it says that its key
            is not for this (RFC 5280 section 4.2.1.3); `where` is named.
    """
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise DataError(f"{where}: no certificate in PEM form: {error}") from None
    if len(found) != 1:
        raise DataError(
            f"{where}: {len(found)} certificates", hint="one file per recipient, without its chain"
        )
    key = found[0].public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < _SHORTEST:
        raise DataError(
            f"{where}: its key is not an RSA key of {_SHORTEST} bits or more",
            hint="for other keys name an age recipient",
        )
    if not _may_encipher(found[0], where):
        raise DataError(
            f"{where}: its key usage does not allow key encipherment",
            hint="PKI cards often hold several certificates: name the one for encryption",
        )
    return found[0]


def check_period(of: x509.Certificate, where: str, now: datetime) -> None:
    """Refuse a certificate that is not valid now (RFC 5280 section 4.1.2.5).

    Raises:
        DataError: it has expired, or its time has not come; the message says when.
    """
    if now > of.not_valid_after_utc:
        raise DataError(
            f"{where}: the certificate expired on {of.not_valid_after_utc:%Y-%m-%d}",
            hint="name the one that replaces it; older backups stay for the old key, which must be kept",
        )
    if now < of.not_valid_before_utc:
        raise DataError(
            f"{where}: the certificate is valid from {of.not_valid_before_utc:%Y-%m-%d} on",
            hint="is this machine's clock right? lw doctor",
        )


def _may_encipher(of: x509.Certificate, where: str) -> bool:
    """A certificate without the extension allows everything."""
    try:
        return of.extensions.get_extension_for_class(x509.KeyUsage).value.key_encipherment
    except x509.ExtensionNotFound:
        return True
    except ValueError as error:
        raise DataError(f"{where}: its extensions are malformed: {error}") from None


def key_digest(of: x509.Certificate) -> str:
    """SHA-256 (hex) of the public key (SubjectPublicKeyInfo): equal for two certificates of one key."""
    return sha256(of.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def encrypt(data: bytes, certificates: Sequence[x509.Certificate]) -> bytes:
    """The data in DER form, encrypted so that the key of each certificate alone can open it."""
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(data).set_content_encryption_algorithm(AES256)
    for one in certificates:
        builder = builder.add_recipient(one)
    return builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def decrypt(sealed: bytes, identity: str) -> bytes:
    """What was encrypted; `identity` holds private key and certificate, both in PEM form.

    Raises:
        SecretError: the identity is not that, or opens it not; no message holds any of it.
    """
    pem = identity.encode()
    try:
        key = load_pem_private_key(pem, password=None)
        own = x509.load_pem_x509_certificates(pem)[0]
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SecretError(
            "that is no private key with its certificate, both in PEM form and without passphrase",
            hint="a key on a card: openssl cms -decrypt -inform DER -in FILE -recip CERT -inkey ...",
        ) from None
    if not isinstance(key, RSAPrivateKey):
        raise SecretError("that is no RSA key")
    try:
        return pkcs7.pkcs7_decrypt_der(sealed, own, key, [])
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SecretError(f"it cannot be opened with that key: {error}") from None
