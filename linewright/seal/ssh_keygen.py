"""Signing with any key of a person through stock ssh-keygen: in a file, in an agent, in hardware.

The private key never comes into this process. A passphrase, a PIN or a touch is asked for by ssh-keygen itself, on the
terminal; the message goes to it by its standard input.
"""

import subprocess
import sys
from pathlib import Path

from linewright.children import inherited
from linewright.errors import DataError, FacilityError, SecretError
from linewright.seal.signature import signed_by

#: Seconds in which a person types a passphrase, or finds the key to be touched.
_PATIENCE = 300.0
_LONGEST_SAYING = 300


def sign(message: bytes, key: Path, namespace: str, *, patience: float = _PATIENCE) -> bytes:
    """The signature of a message by the key in a file, or by that in the agent whose public half the file holds.

    What ssh-keygen asks it asks on the terminal; where its errors go to a terminal they are shown there too.

    Raises:
        SecretError: ssh-keygen could not sign with that key (wrong passphrase, not in the agent, not touched).
        FacilityError: there is no ssh-keygen, or it did not end in `patience` seconds.
        DataError: the key is of a kind that we do not know.
    """
    words = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key.absolute()), "-n", namespace]
    shown = sys.stderr is not None and sys.stderr.isatty()  # "Confirm user presence" has to be read now
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
            "signing needs ssh-keygen, which is not installed", hint="apt install openssh-client"
        ) from None
    except subprocess.TimeoutExpired:
        raise FacilityError(f"nothing was signed: ssh-keygen did not end in {patience:.0f} seconds") from None
    except OSError as error:
        raise FacilityError(f"ssh-keygen cannot be started: {error.strerror or error}") from None
    if done.returncode != 0:
        said = " ".join((done.stderr or b"").decode("utf-8", "replace").split())
        said = "".join(each if each.isprintable() else "?" for each in said)[:_LONGEST_SAYING]
        raise SecretError(
            f"nothing was signed: ssh-keygen could not use {key}" + (f" ({said})" if said else ""),
            hint="a key in an agent: name its public half (.pub), and see ssh-add -l",
        )
    try:
        signed_by(message, done.stdout, namespace)
    except DataError as error:
        raise DataError(f"{key}: its signature cannot be used: {error.message}", hint=error.hint) from None
    return done.stdout
