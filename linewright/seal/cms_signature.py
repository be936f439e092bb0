"""Detached signatures by X.509 certificates: CMS SignedData (RFC 5652), as `openssl cms -sign -binary` writes them.

Taken is one form: one signer, signed attributes, SHA-2, RSA (PKCS #1 v1.5, 2,048 bits or more) or ECDSA, DER in PEM.
Its outer form is read here, strictly, so that no byte of it can be altered; arithmetic and the path of certificates
(RFC 5280) are the cryptography library's, which is memory-safe and starts no program and writes no file. The signer's
certificate is one that was handed in, never one that comes with the signature, and its path is made of the authorities
alone. `signingTime` is not looked at: certificates are judged as of the time that the caller names. Revocation is the
caller's too: no list of revoked certificates is fetched.
"""

import base64
import re
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from linewright.errors import DataError
from linewright.seal.certificate_path import check_path, check_use, loaded
from linewright.seal.der import NULL, OBJECT, OCTETS, SEQUENCE, SET, Values, ordered
from linewright.seal.ssh_keys import fingerprint
from linewright.seal.ssh_wire import from_base64

_LARGEST = 48 * 1024
_PEM = re.compile(r"-----BEGIN (CMS|PKCS7)-----\n((?:[A-Za-z0-9+/=]{1,76}\n)+)-----END \1-----\n?\Z")
_DATA, _SIGNED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_CERTIFICATES, _ATTRIBUTES, _KEY_IDENTIFIER = 0xA0, 0xA0, 0x80
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_RSA = "1.2.840.113549.1.1.1"
#: By signature algorithm: the hash that it names, where it names one.
_ALGORITHMS = {
    _RSA: None,
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}


class _Signer:
    """The one SignerInfo (RFC 5652 section 5.3) of a signature."""

    def __init__(self, values: Values) -> None:
        self.version = values.number()
        self.by_key = values.next() == _KEY_IDENTIFIER
        self.identifier = values.take(_KEY_IDENTIFIER) if self.by_key else values.whole(SEQUENCE)
        if self.version != (3 if self.by_key else 1):
            raise DataError("the signature is of another version than its form")
        self.digest = values.whole(SEQUENCE)
        self.hash = _hash(Values(self.digest).inside(SEQUENCE))
        if values.next() != _ATTRIBUTES:
            raise DataError(
                "the signature has no signed attributes", hint="openssl cms -sign without -noattr"
            )
        attributes = values.whole(_ATTRIBUTES)
        #: What is signed: the attributes under the tag of a set (section 5.4).
        self.signed = bytes([SET]) + attributes[1:]
        self.attributes = _attributes(Values(self.signed).inside(SET))
        algorithm = values.inside(SEQUENCE)
        self.algorithm = algorithm.identifier()
        _no_parameters(algorithm)
        self.signature = values.take(OCTETS)
        if values.next() != -1:
            raise DataError(
                "the signature has attributes that are not signed",
                hint="a time stamp is not taken: certificates are judged as of now",
            )


def verify(message: bytes, signature: bytes, known: Sequence[bytes], trusted: bytes, at: datetime) -> bytes:
    """Which of the known certificates made a detached signature of a message.

    Args:
        message: what was signed.
        signature: CMS in PEM form (BEGIN CMS or BEGIN PKCS7).
        known: the certificates that may have made it, each PEM of one, as `certificates` gives them.
        trusted: PEM of the authorities: roots (self-signed), and what stands between.
        at: the time as of which certificates have to be valid.

    Returns:
        One of `known`.

    Raises:
        DataError: the signature is malformed, of a form that is not taken, by an unknown certificate, does not fit, or its
            certificate is not valid then, not under the authorities or not for signatures.
    """
    certificates_with, signer = _parsed(signature)
    candidates = [(pem, loaded(pem, "a known certificate")[0]) for pem in known]
    between = loaded(trusted, "the authorities")
    own = [(pem, one) for pem, one in candidates if _is_by(signer, one)]
    if len(own) != 1:
        raise DataError("the signature is by a certificate that nobody here has")
    pem, certificate = own[0]
    ours = {one.public_bytes(Encoding.DER) for one in (certificate, *between)}
    if not certificates_with <= ours:
        raise DataError(
            "the signature carries a certificate that is neither the signer's nor one of the authorities",
            hint="sign with the signer's certificate alone: openssl cms -sign without -certfile",
        )
    digest = hashes.Hash(signer.hash)
    digest.update(message)
    if signer.attributes.get(_MESSAGE_DIGEST) != _octets(digest.finalize()):
        raise DataError("the signature is of something else")
    _check_signature(signer, certificate)
    check_use(certificate, at)
    check_path(certificate, between, at)
    return pem


def certificates(pem: bytes, where: str) -> tuple[bytes, ...]:
    """The certificates of a person's file, each as PEM alone.

    Raises:
        DataError: there are none, or one is not for signatures, or its key is none that is taken; `where` is named.
    """
    found = loaded(pem, where)
    for one in found:
        try:
            check_use(one, None)
        except DataError as error:
            raise DataError(f"{where}: {error.message}", hint=error.hint) from None
    return tuple(one.public_bytes(Encoding.PEM) for one in found)


def authorities(pem: bytes, where: str) -> None:
    """That a file holds certificates of authorities, one of them a root.

    Raises:
        DataError: it does not; `where` is named.
    """
    if not any(one.issuer == one.subject for one in loaded(pem, where)):
        raise DataError(f"{where}: holds no root (a certificate that is its own issuer)")


def key_fingerprint(pem: bytes) -> str:
    """The fingerprint of a certificate's key as OpenSSH writes one, so that one key has one name in both worlds."""
    key = loaded(pem, "the certificate")[0].public_key()
    if not isinstance(key, RSAPublicKey | ec.EllipticCurvePublicKey):
        raise DataError("the certificate's key is neither RSA nor ECDSA")
    line = key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return fingerprint(base64.b64decode(line.split()[1]))


def armoured(der: bytes) -> bytes:
    """A signature in DER form, as Windows writes one, in PEM."""
    body = base64.b64encode(der).decode("ascii")
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join(("-----BEGIN CMS-----", *lines, "-----END CMS-----", "")).encode("ascii")


def _parsed(signature: bytes) -> tuple[set[bytes], _Signer]:
    """The certificates that come with a signature (DER), and its one signer."""
    text = signature.decode("ascii", "replace").replace("\r\n", "\n")
    found = _PEM.match(text) if len(signature) <= _LARGEST else None
    if found is None:
        raise DataError("not a CMS signature in PEM form", hint="openssl cms -sign ... -outform PEM")
    outer = Values(from_base64(found[2].replace("\n", ""), "the signature"))
    content = outer.inside(SEQUENCE)
    outer.end()
    if content.identifier() != _SIGNED_DATA:
        raise DataError("not a CMS signature: it holds something else")
    wrapped = content.inside(0xA0)
    content.end()
    data = wrapped.inside(SEQUENCE)
    wrapped.end()
    version = data.number()
    digests = list(data.inside(SET).rest(SEQUENCE))
    inner = data.inside(SEQUENCE)
    if inner.identifier() != _DATA or inner.next() != -1:
        raise DataError("the signature carries what it signs", hint="openssl cms -sign without -nodetach")
    carried = list(data.inside(_CERTIFICATES).rest(SEQUENCE)) if data.next() == _CERTIFICATES else []
    signers = data.inside(SET)
    data.end()
    one = signers.inside(SEQUENCE)
    signers.end()
    signer = _Signer(one)
    if digests != [signer.digest] or version != signer.version or not ordered(carried):
        raise DataError("the signature's parts do not fit each other")
    return set(carried), signer


def _attributes(values: Values) -> dict[str, bytes]:
    """The signed attributes: by identifier the one value of each, with its tag."""
    listed = list(values.rest(SEQUENCE))
    found: dict[str, bytes] = {}
    for each in listed:
        fields = Values(each).inside(SEQUENCE)
        name = fields.identifier()
        content = fields.take(SET)
        fields.end()
        if name in found:
            raise DataError("the signature has an attribute twice")
        found[name] = content
    if not ordered(listed):
        raise DataError("the signed attributes are not in their one order")
    kind = Values(found.get(_CONTENT_TYPE, b""))
    if kind.next() != OBJECT or kind.identifier() != _DATA or kind.next() != -1:
        raise DataError("the signed attributes name no content, or another")
    return found


def _hash(algorithm: Values) -> hashes.HashAlgorithm:
    name = algorithm.identifier()
    _no_parameters(algorithm)
    if name not in _HASHES:
        raise DataError(
            "the signature uses another hash than SHA-256, SHA-384 or SHA-512", hint="openssl cms -md sha256"
        )
    return _HASHES[name]


def _no_parameters(algorithm: Values) -> None:
    """None, or the null that older forms write (RFC 5754 section 2)."""
    if algorithm.next() == NULL and algorithm.take(NULL):
        raise DataError("the signature is not built as CMS says")
    algorithm.end()


def _octets(data: bytes) -> bytes:
    return bytes([OCTETS, len(data)]) + data


def _is_by(signer: _Signer, certificate: x509.Certificate) -> bool:
    if signer.by_key:
        try:
            found = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except (x509.ExtensionNotFound, ValueError):
            return False
        return found.value.digest == signer.identifier
    fields = Values(signer.identifier).inside(SEQUENCE)
    issuer, serial = fields.whole(SEQUENCE), fields.number()
    fields.end()
    return issuer == certificate.issuer.public_bytes() and serial == certificate.serial_number


def _check_signature(signer: _Signer, certificate: x509.Certificate) -> None:
    key = certificate.public_key()
    rsa = isinstance(key, RSAPublicKey)
    if signer.algorithm not in _ALGORITHMS or rsa is not signer.algorithm.startswith(_RSA[:-1]):
        raise DataError(
            "the signature is by an algorithm that is not taken",
            hint="RSA with PKCS #1 v1.5, or ECDSA, with SHA-2",
        )
    if _ALGORITHMS[signer.algorithm] not in {None, signer.hash.name}:
        raise DataError("the signature names two hashes")
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signer.signature, signer.signed, padding.PKCS1v15(), signer.hash)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signer.signature, signer.signed, ec.ECDSA(signer.hash))
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        raise DataError("the signature does not fit") from None
