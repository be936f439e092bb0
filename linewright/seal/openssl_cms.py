"""Signing with a person's X.509 certificate through stock openssl: a key in a file, or on a card by a provider.

As with seal.ssh_keygen the private key never comes into this process, and a passphrase or PIN is typed to openssl, on the
terminal.
"""

import subprocess
import sys
from pathlib import Path

from linewright.children import inherited
from linewright.errors import DataError, FacilityError, SecretError

#: Seconds in which a person types a passphrase or a PIN.
_PATIENCE = 300.0
_LONGEST_SAYING = 300
_LARGEST = 48 * 1024


def sign(message: bytes, certificate: Path, key: Path | None = None, *, patience: float = _PATIENCE) -> bytes:
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
    words = ["openssl", "cms", "-sign", "-binary", "-md", "sha256", "-outform", "PEM", "-nosmimecap"]
    words += ["-signer", str(certificate.absolute()), "-inkey", str((key or certificate).absolute())]
    shown = sys.stderr is not None and sys.stderr.isatty()
    try:
        done = subprocess.run(
            words,
            input=message,
            stdout=subprocess.PIPE,
            stderr=None if shown else subprocess.PIPE,
            env=inherited(LC_ALL="C"),
            timeout=patience,
            check=False,
        )
    except FileNotFoundError:
        raise FacilityError(
            "signing with a certificate needs openssl, which is not installed", hint="apt install openssl"
        ) from None
    except subprocess.TimeoutExpired:
        raise FacilityError(f"nothing was signed: openssl did not end in {patience:.0f} seconds") from None
    except OSError as error:
        raise FacilityError(f"openssl cannot be started: {error.strerror or error}") from None
    if done.returncode != 0:
        said = " ".join((done.stderr or b"").decode("utf-8", "replace").split())
        said = "".join(each if each.isprintable() else "?" for each in said)[:_LONGEST_SAYING]
        raise SecretError(
            f"nothing was signed: openssl could not use {key or certificate}"
            + (f" ({said})" if said else ""),
            hint="a key on a card: sign the statement with openssl cms and its provider, and hand the signature in",
        )
    if not done.stdout.startswith(b"-----BEGIN CMS-----") or len(done.stdout) > _LARGEST:
        raise DataError(f"{certificate}: openssl gave something else than a signature")
    return done.stdout
