"""Encryption to X.509 certificates: CMS EnvelopedData (RFC 5652), opened by `openssl cms -decrypt` and by smart cards.

The content is AES-256 in CBC mode, its key encrypted with RSA (PKCS #1 v1.5): what every implementation opens. CMS
EnvelopedData is not authenticated; whether a file is the one that was written, its digest in the manifest says.
"""

from collections.abc import Sequence
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
        DataError: it is none, there are several, or its key is no RSA key of at least 2,048 bits; `where` is named.
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
    return found[0]


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
