"""Signing with any key of a person through stock ssh-keygen (8.2 or later): in a file, in an agent, in hardware.

The private key never comes into this process, and no argument holds anything secret; the message goes by standard input.
"""

from pathlib import Path

from linewright.errors import DataError
from linewright.seal.signature import signed_by
from linewright.seal.stock_tools import PATIENCE, signature_of


def sign(message: bytes, key: Path, namespace: str, *, patience: float = PATIENCE) -> bytes:
    """The signature of a message by the key in a file, or by that in the agent whose public half the file holds.

    A passphrase, a PIN or a touch is asked for on the terminal. What is returned was verified.

    Raises:
        SecretError: ssh-keygen could not sign with that key (wrong passphrase, not in the agent, not touched).
        FacilityError: there is no ssh-keygen, or it did not end in `patience` seconds.
        DataError: the key is of a kind that is not taken.
    """
    signature = signature_of(
        message,
        ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key.absolute()), "-n", namespace],
        key,
        package="openssh-client",
        hint="a key in an agent: name its public half (.pub), and see ssh-add -l",
        patience=patience,
    )
    try:
        signed_by(message, signature, namespace)
    except DataError as error:
        raise DataError(f"{key}: its signature cannot be used: {error.message}", hint=error.hint) from None
    return signature
