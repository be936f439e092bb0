"""Signing with a person's X.509 certificate through stock openssl (3.0 or later).

As with seal.ssh_keygen the private key never comes into this process. A key on a card needs a provider that is set up
for the card: there people sign the statement's bytes themselves, and hand the signature in.
"""

from pathlib import Path

from linewright.errors import DataError
from linewright.seal.stock_tools import PATIENCE, signature_of

_LARGEST = 48 * 1024


def sign(message: bytes, certificate: Path, key: Path | None = None, *, patience: float = PATIENCE) -> bytes:
    """The detached signature of a message (CMS in PEM), with the signer's certificate in it and SHA-256.

    Args:
        message: what is signed.
        certificate: PEM file of the certificate.
        key: PEM file of its private key; None where it stands beside the certificate in the same file.
        patience: seconds after which openssl is given up.

    Raises:
        SecretError: openssl could not sign with that key (wrong passphrase, another certificate's).
        FacilityError: there is no openssl, or it did not end in time.
        DataError: what it gave is no signature.
    """
    own = str((key or certificate).absolute())
    words = ["openssl", "cms", "-sign", "-binary", "-md", "sha256", "-outform", "PEM", "-nosmimecap"]
    signature = signature_of(
        message,
        [*words, "-signer", str(certificate.absolute()), "-inkey", own],
        key or certificate,
        package="openssl",
        hint="a key on a card: sign the statement with openssl cms and the card's provider (docs/approvals.md)",
        patience=patience,
    )
    if not signature.startswith(b"-----BEGIN CMS-----") or len(signature) > _LARGEST:
        raise DataError(f"{certificate}: openssl gave something else than a signature")
    return signature
