"""Public keys of OpenSSH and what they have signed (RFC 4253, 5656, 8332, 8709; OpenSSH's PROTOCOL.u2f for FIDO keys).

Known are ssh-ed25519, ssh-rsa (with SHA-2 only), ecdsa-sha2-nistp256/384/521, sk-ssh-ed25519@openssh.com and
sk-ecdsa-sha2-nistp256@openssh.com. Certificates, DSA and WebAuthn signatures are refused.
"""

import base64
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from linewright.errors import DataError
from linewright.seal.ssh_wire import Fields, from_base64, text

#: Bits of an RSA key: from what is held to be safe, to what OpenSSH takes.
_RSA_BITS = (2048, 16_384)
_LARGEST_EXPONENT = 1 << 32
#: The flag of a FIDO signature that says that its key was touched (FIDO U2F raw message formats, section 5.4).
_TOUCHED = 0x01
#: What a FIDO key for SSH is bound to begins with this; a web site's key is bound to something else.
_APPLICATION = b"ssh:"
_SHORT = 80

#: Raises InvalidSignature or ValueError, or DataError that says more.
_Check = Callable[[bytes, bytes, bytes], None]


class _Known(NamedTuple):
    """A public key: the algorithms it signs by, its check of (algorithm, signature, data), and its FIDO application."""

    algorithms: tuple[bytes, ...]
    check: _Check
    application: bytes | None = None


def key_line(blob: bytes) -> str:
    """A public key as authorized_keys and allowed_signers hold it, without a comment.

    Raises:
        DataError: it is no key that we know, in its one form.
    """
    _known(blob)
    kind = Fields(blob, "the key").text().decode("ascii")
    return f"{kind} {base64.b64encode(blob).decode('ascii')}"


def key_blob(line: str) -> bytes:
    """The bytes of a public key of its line "KIND BASE64", without options or comment.

    Raises:
        DataError: it is none that we know, in its one form.
    """
    kind, _, letters = line.partition(" ")
    blob = from_base64(letters, "the key")
    _known(blob)
    if text(kind.encode("utf-8", "replace")) != blob[: 4 + len(kind)]:
        raise DataError("the key is of another kind than it says")
    return blob


def fingerprint(blob: bytes) -> str:
    """What `ssh-keygen -l` shows of a key: SHA256: and 43 letters."""
    return "SHA256:" + base64.b64encode(sha256(blob).digest()).decode("ascii").rstrip("=")


def verify(public: bytes, made: bytes, data: bytes) -> bool:
    """That a key has made a signature over data; whether it says that it was touched for it (FIDO keys only).

    `public` and `made` are the key's and the signature's own structures (RFC 4253 section 6.6).

    Raises:
        DataError: the key is not known, the signature is not in its one form, or it does not fit.
    """
    key = _known(public)
    fields = Fields(made, "the signature")
    algorithm, value = fields.text(), fields.text()
    if algorithm not in key.algorithms:
        raise DataError(f"a signature by {_named(algorithm)} is not taken for this key")
    flags = b"\0"
    if key.application is not None:
        flags, counter = fields.raw(1), fields.raw(4)
        data = sha256(key.application).digest() + flags + counter + sha256(data).digest()
    fields.end()
    try:
        key.check(algorithm, value, data)
    except (InvalidSignature, ValueError):
        raise DataError("the signature does not fit") from None
    return bool(flags[0] & _TOUCHED)


def _known(blob: bytes) -> _Known:
    fields = Fields(blob, "the key")
    kind = fields.text()
    if kind not in _READERS:
        raise DataError(
            f"keys of kind {_named(kind)} are not taken",
            hint="ed25519, rsa, ecdsa, and their FIDO forms ed25519-sk and ecdsa-sk; no certificates",
        )
    try:
        found = _READERS[kind](fields)
    except (ValueError, UnsupportedAlgorithm):
        raise DataError("the key is none of its kind") from None
    fields.end()
    return found


def _ed25519(fields: Fields) -> _Known:
    key = Ed25519PublicKey.from_public_bytes(fields.text())

    def check(_: bytes, value: bytes, data: bytes) -> None:
        key.verify(value, data)

    return _Known((b"ssh-ed25519",), check)


def _rsa(fields: Fields) -> _Known:
    exponent, modulus = fields.number(), fields.number()
    if not _RSA_BITS[0] <= modulus.bit_length() <= _RSA_BITS[1] or exponent > _LARGEST_EXPONENT:
        raise DataError(
            f"an RSA key of {modulus.bit_length()} bits is not taken", hint=f"{_RSA_BITS[0]} bits or more"
        )
    key = RSAPublicNumbers(exponent, modulus).public_key()

    def check(algorithm: bytes, value: bytes, data: bytes) -> None:
        if len(value) != (modulus.bit_length() + 7) // 8:
            raise InvalidSignature
        key.verify(value, data, padding.PKCS1v15(), _RSA_HASHES[algorithm]())

    return _Known(tuple(_RSA_HASHES), check)


def _ecdsa(curve: ec.EllipticCurve, name: bytes, digest: hashes.HashAlgorithm) -> Callable[[Fields], _Known]:
    def read(fields: Fields) -> _Known:
        if fields.text() != name:
            raise DataError("the key names another curve than its kind")
        point = fields.text()
        if point[:1] != b"\x04":  # a compressed point would be a second spelling of one key
            raise DataError("the key is not in its one form")
        key = ec.EllipticCurvePublicKey.from_encoded_point(curve, point)

        def check(_: bytes, value: bytes, data: bytes) -> None:
            pair = Fields(value, "the signature")
            first, second = pair.number(), pair.number()
            pair.end()
            key.verify(encode_dss_signature(first, second), data, ec.ECDSA(digest))

        return _Known((b"ecdsa-sha2-" + name,), check)

    return read


def _fido(kind: bytes, plain: Callable[[Fields], _Known]) -> Callable[[Fields], _Known]:
    def read(fields: Fields) -> _Known:
        key = plain(fields)
        application = fields.text()
        if not application.startswith(_APPLICATION):
            raise DataError("the key was not made for SSH", hint="ssh-keygen -t ed25519-sk makes one")
        return _Known((kind,), key.check, application)

    return read


def _named(kind: bytes) -> str:
    """A name of theirs in a message of ours."""
    return ascii(kind[:_SHORT].decode("ascii", "replace"))


_RSA_HASHES: dict[bytes, type[hashes.HashAlgorithm]] = {
    b"rsa-sha2-512": hashes.SHA512,
    b"rsa-sha2-256": hashes.SHA256,
}
_P256 = _ecdsa(ec.SECP256R1(), b"nistp256", hashes.SHA256())
_SK_ED25519, _SK_P256 = b"sk-ssh-ed25519@openssh.com", b"sk-ecdsa-sha2-nistp256@openssh.com"
_READERS: dict[bytes, Callable[[Fields], _Known]] = {
    b"ssh-ed25519": _ed25519,
    b"ssh-rsa": _rsa,
    b"ecdsa-sha2-nistp256": _P256,
    b"ecdsa-sha2-nistp384": _ecdsa(ec.SECP384R1(), b"nistp384", hashes.SHA384()),
    b"ecdsa-sha2-nistp521": _ecdsa(ec.SECP521R1(), b"nistp521", hashes.SHA512()),
    _SK_ED25519: _fido(_SK_ED25519, _ed25519),
    _SK_P256: _fido(_SK_P256, _P256),
}
