"""Whether a certificate may sign, and stands under authorities at a given time (RFC 5280)."""

import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID

from linewright.errors import DataError
from linewright.seal.der import SEQUENCE, Values

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)
_BITS = 0x03
_SHORTEST = 2048
_LARGEST = 256 * 1024
#: What the library raises of a certificate that is none.
_MALFORMED = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
#: More than stand in any card's path.
_DEEPEST = 8
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
#: What a certificate that names its purposes has to name one of: any, mail, documents (RFC 9336, Microsoft's).
_PURPOSES = {
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
    x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),
}


def loaded(pem: bytes, where: str) -> list[x509.Certificate]:
    """The certificates of a PEM file.

    Raises:
        DataError: there are none, or one is malformed; `where` is named.
    """
    if len(pem) > _LARGEST:
        raise DataError(f"{where}: larger than {_LARGEST} bytes")
    try:
        with warnings.catch_warnings():
            # It warns of what it will refuse one day; who reads it on the screen can do nothing about it.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            found = x509.load_pem_x509_certificates(pem)
            for one in found:  # much of a certificate is read when it is first asked for
                _ = one.issuer, one.subject, one.extensions, one.not_valid_before_utc, one.not_valid_after_utc
                if one.serial_number <= 0 or not _whole_bytes(one):
                    raise DataError(f"{where}: a certificate that is not in its one form")
    except _MALFORMED as error:
        raise DataError(f"{where}: no certificate in PEM form, or a damaged one ({_said(error)})") from None
    return found


def check_use(certificate: x509.Certificate, at: datetime | None) -> None:
    """That a certificate's key is one that is taken, that it is for signatures, and valid at that time if one is given.

    Raises:
        DataError: it is not; the reason is named.
    """
    try:
        key = certificate.public_key()
    except _MALFORMED:
        raise DataError("the certificate's key is malformed, or of a kind that is not taken") from None
    extensions = certificate.extensions
    strong = key.key_size >= _SHORTEST if isinstance(key, RSAPublicKey) else None
    if strong is None:
        strong = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES)
    if not strong:
        raise DataError(
            f"the certificate's key is neither RSA of {_SHORTEST} bits or more nor ECDSA on a NIST curve"
        )
    if any(each.critical and isinstance(each.value, x509.UnrecognizedExtension) for each in extensions):
        raise DataError("the certificate has a critical extension that is not known here")
    constraints = _found(extensions, x509.BasicConstraints)
    if constraints is not None and constraints.ca:
        raise DataError("the certificate is an authority's, not a person's")
    usage = _found(extensions, x509.KeyUsage)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise DataError(
            "the certificate's key usage does not allow signatures",
            hint="PKI cards often hold several certificates: name the one for signatures",
        )
    purposes = _found(extensions, x509.ExtendedKeyUsage)
    if purposes is not None and not _PURPOSES & set(purposes):
        raise DataError(
            "the certificate is for other purposes than signing mail or documents",
            hint="PKI cards often hold several certificates: name the one for signatures",
        )
    if at is not None and at > certificate.not_valid_after_utc:
        raise DataError(
            f"the certificate expired {certificate.not_valid_after_utc:%Y-%m-%d %H:%M:%SZ}",
            hint="when it signed nobody can tell: it takes a new signature by one that is good now",
        )
    if at is not None and at < certificate.not_valid_before_utc:
        raise DataError(
            f"the certificate is not valid before {certificate.not_valid_before_utc:%Y-%m-%d %H:%M:%SZ}"
        )


def check_path(certificate: x509.Certificate, trusted: Sequence[x509.Certificate], at: datetime) -> None:
    """That a certificate stands under one of the roots by way of the others, all valid at that time.

    Raises:
        DataError: it does not; the library's reason is told.
    """
    roots = [one for one in trusted if one.issuer == one.subject]
    between = [one for one in trusted if one.issuer != one.subject]
    if not roots:
        raise DataError("there is no root among the authorities")
    try:
        verifier = (
            verification.PolicyBuilder()
            .store(verification.Store(roots))
            .time(at.astimezone(UTC))
            .max_chain_depth(_DEEPEST)
            .extension_policies(
                ca_policy=_authority_policy(), ee_policy=verification.ExtensionPolicy.permit_all()
            )
            .build_client_verifier()
        )
        verifier.verify(certificate, between)
    except verification.VerificationError as error:
        raise DataError(f"the certificate does not stand under the authorities: {error}") from None
    except _MALFORMED:
        raise DataError("the certificate or an authority is malformed") from None


def _authority_policy() -> verification.ExtensionPolicy:
    """What an authority's certificate has to say of itself: as RFC 5280 section 6.1.4 asks, which is less than the web does.

    The authorities of a site often leave out key usage and key identifiers. Path lengths and names the library counts.
    """
    either = verification.Criticality.AGNOSTIC
    return (
        verification.ExtensionPolicy.webpki_defaults_ca()
        .require_present(x509.BasicConstraints, either, _is_authority)
        .may_be_present(x509.KeyUsage, either, _may_certify)
        .may_be_present(x509.AuthorityKeyIdentifier, either, None)
        .may_be_present(x509.SubjectKeyIdentifier, either, None)
        .may_be_present(x509.ExtendedKeyUsage, either, None)
    )


def _is_authority(_: verification.Policy, __: x509.Certificate, said: x509.BasicConstraints) -> None:
    if not said.ca:
        raise ValueError("a certificate in the path is no authority's")


def _may_certify(_: verification.Policy, __: x509.Certificate, said: x509.KeyUsage | None) -> None:
    if said is not None and not said.key_cert_sign:
        raise ValueError("an authority in the path may not certify")


def _whole_bytes(certificate: x509.Certificate) -> bool:
    """Whether its signature fills its last byte: the library passes over bits that are said to be unused."""
    fields = Values(certificate.public_bytes(Encoding.DER)).inside(SEQUENCE)
    fields.whole(SEQUENCE)
    fields.whole(SEQUENCE)
    return fields.take(_BITS)[:1] == b"\0"


def _said(error: Exception) -> str:
    return "".join(each if each.isprintable() else "?" for each in str(error))[:120]


def _found(extensions: x509.Extensions, kind: type[_Extension]) -> _Extension | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
