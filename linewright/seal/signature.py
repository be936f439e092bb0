"""Signatures in OpenSSH's format, which stock `ssh-keygen -Y verify` checks (PROTOCOL.sshsig of OpenSSH 8.1 and later).

Keys are Ed25519. What is signed is bound to a namespace, so that a signature made for one purpose is none for another.
"""

import base64
import os
import stat
from hashlib import sha512
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)

from linewright.errors import DataError, FacilityError, SecretError
from linewright.files import private_folder, read_bounded, write_whole

_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_HASH = b"sha512"
_KIND = b"ssh-ed25519"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_LARGEST = 16 * 1024


class SigningKey:
    """A private key; its text form says nothing. `public` is its line in an authorized_keys file, without a comment."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()

    def __repr__(self) -> str:
        return f"SigningKey({self.public})"

    def sign(self, message: bytes, namespace: str) -> bytes:
        """The signature of a message, as `ssh-keygen -Y sign` would write it."""
        blob = (
            _MAGIC
            + _VERSION
            + _text(base64.b64decode(self.public.split()[1]))
            + _text(namespace.encode())
            + _text(b"")
            + _text(_HASH)
            + _text(_text(_KIND) + _text(self._private.sign(_signed(message, namespace))))
        )
        body = base64.b64encode(blob).decode("ascii")
        lines = [body[start : start + 70] for start in range(0, len(body), 70)]
        return "\n".join((_BEGIN, *lines, _END, "")).encode("ascii")


def signer(message: bytes, signature: bytes, namespace: str) -> str:
    """The public key that signed a message, as a line of authorized_keys without a comment.

    Whether that key is to be believed is for the caller to say.

    Raises:
        DataError: it is no signature of ours, of this namespace, of this message.
    """
    fields = _Fields(_unarmored(signature))
    if fields.raw(len(_MAGIC)) != _MAGIC or fields.raw(4) != _VERSION:
        raise DataError("not a signature that this version knows")
    public = fields.text()
    if fields.text() != namespace.encode():
        raise DataError(f"the signature was not made for {namespace}")
    fields.text()  # reserved: to be ignored
    if fields.text() != _HASH:
        raise DataError("the signature uses another hash than sha512")
    made = _Fields(fields.text())
    fields.end()
    kind, value = made.text(), made.text()
    made.end()
    key = _Fields(public)
    if (key.text(), kind) != (_KIND, _KIND):
        raise DataError("the signature is not of an Ed25519 key")
    raw = key.text()
    key.end()
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(value, _signed(message, namespace))
    except (InvalidSignature, ValueError):
        raise DataError("the signature does not fit") from None
    return f"{_KIND.decode()} {base64.b64encode(public).decode('ascii')}"


def load_key(path: Path) -> SigningKey:
    """The key in a file.

    Raises:
        FileNotFoundError: there is none.
        SecretError: others can read it, or it is not an Ed25519 key of OpenSSH without a passphrase.
    """
    data = read_bounded(path, _LARGEST)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SecretError(f"{path} (a signing key) can be read by others", hint=f"chmod 600 {path}")
    try:
        key = load_ssh_private_key(data, password=None)
    except (ValueError, TypeError):
        key = None  # damaged, or with a passphrase; the library's words could quote it
    if not isinstance(key, Ed25519PrivateKey):
        raise SecretError(
            f"{path} is not an Ed25519 key of OpenSSH without a passphrase",
            hint=f"ssh-keygen -t ed25519 -N '' -f {path}",
        )
    return SigningKey(key)


def made_key(path: Path) -> SigningKey:
    """The key in a file; made with its public half beside it (.pub) where there is none.

    Raises:
        FacilityError: it cannot be written.
        SecretError: as load_key.
    """
    try:
        return load_key(path)
    except FileNotFoundError:
        pass
    private = Ed25519PrivateKey.generate()
    private_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)  # unlike a rename it never takes the place of a key made meanwhile
        except FileExistsError:
            return load_key(path)
    except OSError as error:
        raise FacilityError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)
    key = SigningKey(private)
    write_whole(path.with_name(f"{path.name}.pub"), f"{key.public} linewright\n".encode())
    return key


class _Fields:
    """The fields of a binary structure of SSH (RFC 4251 section 5), taken one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def raw(self, size: int) -> bytes:
        found = self._data[self._at : self._at + size]
        if len(found) != size:
            raise DataError("the signature is cut off")
        self._at += size
        return found

    def text(self) -> bytes:
        return self.raw(int.from_bytes(self.raw(4), "big"))

    def end(self) -> None:
        if self._at != len(self._data):
            raise DataError("something stands behind the signature")


def _text(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _signed(message: bytes, namespace: str) -> bytes:
    """What a key signs for a message."""
    return _MAGIC + _text(namespace.encode()) + _text(b"") + _text(_HASH) + _text(sha512(message).digest())


def _unarmored(signature: bytes) -> bytes:
    lines = signature.decode("ascii", "replace").strip().splitlines()
    if len(signature) > _LARGEST or len(lines) < 3 or (lines[0], lines[-1]) != (_BEGIN, _END):
        raise DataError("not an SSH signature")
    try:
        return base64.b64decode("".join(lines[1:-1]), validate=True)
    except ValueError:
        raise DataError("not an SSH signature") from None
