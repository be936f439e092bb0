"""Signatures in OpenSSH's format, which stock `ssh-keygen -Y verify` checks (PROTOCOL.sshsig of OpenSSH 8.1 and later).

What is signed is bound to a namespace, so that a signature made for one purpose is none for another. Signatures of all
kinds of keys are checked; the keys that we hold ourselves are Ed25519. People sign through stock ssh-keygen
(seal.ssh_keygen), so that their keys stay with their agent or in their hardware.
"""

import base64
import os
import stat
from hashlib import sha256, sha512
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)

from linewright.errors import DataError, FacilityError, SecretError
from linewright.files import private_folder, read_bounded, write_whole
from linewright.model.record import Record
from linewright.seal.ssh_keys import key_line, verify
from linewright.seal.ssh_wire import Fields, from_base64, text

_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_HASH = b"sha512"
_HASHES = {_HASH: sha512, b"sha256": sha256}
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
            + text(base64.b64decode(self.public.split()[1]))
            + text(namespace.encode())
            + text(b"")
            + text(_HASH)
            + text(text(_KIND) + text(self._private.sign(_signed(message, namespace))))
        )
        body = base64.b64encode(blob).decode("ascii")
        lines = [body[start : start + 70] for start in range(0, len(body), 70)]
        return "\n".join((_BEGIN, *lines, _END, "")).encode("ascii")


class SignedBy(Record, frozen=True):
    """Who made a signature: `public` is the key's line in authorized_keys, without a comment.

    `presence` says that the key is a FIDO key which was touched for this signature; of other keys nobody can tell.
    """

    public: str
    presence: bool = False


def signed_by(message: bytes, signature: bytes, namespace: str) -> SignedBy:
    """The key that signed a message, of any kind that seal.ssh_keys knows.

    Whether that key is to be believed is for the caller to say.

    Raises:
        DataError: it is no SSH signature in its one form, of this namespace, of this message.
    """
    fields = Fields(_unarmored(signature), "the signature")
    if fields.raw(len(_MAGIC)) != _MAGIC or fields.raw(4) != _VERSION:
        raise DataError("not a signature that this version knows")
    public = fields.text()
    if fields.text() != namespace.encode():
        raise DataError(f"the signature was not made for {namespace}")
    if fields.text():  # reserved: empty in all that is written today, and not covered by what is signed
        raise DataError("the signature holds more than this version knows")
    named = fields.text()
    if named not in _HASHES:
        raise DataError("the signature uses another hash than sha512 or sha256")
    made = fields.text()
    fields.end()
    line = key_line(public)
    return SignedBy(public=line, presence=verify(public, made, _signed(message, namespace, named)))


def signer(message: bytes, signature: bytes, namespace: str) -> str:
    """The public key that signed a message, as a line of authorized_keys without a comment.

    Raises:
        DataError: as signed_by.
    """
    return signed_by(message, signature, namespace).public


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


def _signed(message: bytes, namespace: str, named: bytes = _HASH) -> bytes:
    """What a key signs for a message."""
    return (
        _MAGIC + text(namespace.encode()) + text(b"") + text(named) + text(_HASHES[named](message).digest())
    )


def _unarmored(signature: bytes) -> bytes:
    """What stands between the two lines; lines end as on Unix or as on Windows, and all alike."""
    if len(signature) > _LARGEST:
        raise DataError("not an SSH signature: too large")
    lines = signature.decode("ascii", "replace").replace("\r\n", "\n").removesuffix("\n").split("\n")
    if len(lines) < 3 or (lines[0], lines[-1]) != (_BEGIN, _END) or not all(lines):
        raise DataError("not an SSH signature")
    return from_base64("".join(lines[1:-1]), "the signature")
