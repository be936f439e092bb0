"""Encryption to age recipients (age-encryption.org/v1) through pyrage: X25519 keys and SSH public keys."""

from collections.abc import Sequence
from typing import Any

from linewright.errors import DataError, FacilityError, SecretError

#: What a file that age made begins with.
MAGIC = b"age-encryption.org/v1\n"

_SSH = ("ssh-ed25519 ", "ssh-rsa ")


def is_recipient(text: str) -> bool:
    """Whether a text claims to be a recipient of this kind."""
    return text.startswith(("age1", *_SSH))


def recipient(text: str) -> str:
    """The recipient in its one spelling: an SSH key without its comment.

    Raises:
        DataError: it is not a key that can be encrypted to.
        FacilityError: pyrage is not installed.
    """
    words = text.split()
    plain = " ".join(words[:2]) if text.startswith(_SSH) else text.strip()
    _key(plain)
    return plain


def new_identity() -> tuple[str, str]:
    """A new key: the identity (secret), and the recipient that encrypts to it.

    Raises:
        FacilityError: pyrage is not installed.
    """
    made = _pyrage().x25519.Identity.generate()
    return str(made), str(made.to_public())


def encrypt(data: bytes, recipients: Sequence[str]) -> bytes:
    """The data, encrypted so that each recipient alone can open it.

    Raises:
        DataError: a recipient is none.
        FacilityError: pyrage is not installed.
    """
    sealed: bytes = _pyrage().encrypt(data, [_key(text) for text in recipients])
    return sealed


def decrypt(sealed: bytes, identity: str) -> bytes:
    """What was encrypted; `identity` is an age identity file's text (comments and all) or an SSH private key.

    Raises:
        SecretError: the identity is none, or opens it not; no message holds any of it.
        FacilityError: pyrage is not installed.
    """
    pyrage = _pyrage()
    try:
        opened: bytes = pyrage.decrypt(sealed, _identities(identity))
    except pyrage.IdentityError:
        raise SecretError(
            "that is no age identity and no SSH private key without passphrase",
            hint="an age identity file has a line AGE-SECRET-KEY-1...",
        ) from None
    except pyrage.DecryptError as error:
        raise SecretError(f"it cannot be opened with that key: {error}") from None
    return opened


def _key(text: str) -> Any:
    pyrage = _pyrage()
    kind = pyrage.ssh if text.startswith(_SSH) else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise DataError(
            f"{text[:40]!r} is no age recipient: {error}",
            hint="age-keygen -y shows one (age1...); ssh-ed25519 and ssh-rsa public keys will do",
        ) from None


def _identities(text: str) -> list[Any]:
    pyrage = _pyrage()
    if "PRIVATE KEY-----" in text:
        return [pyrage.ssh.Identity.from_buffer(text.encode())]
    lines = [line.strip() for line in text.splitlines()]
    found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    if not found:
        raise pyrage.IdentityError("none")
    return found


def _pyrage() -> Any:
    try:
        import pyrage  # noqa: PLC0415 - a native library: only what encrypts needs it
    except ImportError:
        raise FacilityError(
            "encrypting needs a library that is not installed (pyrage)",
            hint="pip install 'linewright[age]'",
        ) from None
    return pyrage
