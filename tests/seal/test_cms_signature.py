"""Signatures by certificate: what stock openssl signs we take, what we refuse is named, and openssl takes what we take."""

import base64
import datetime as dt
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError, FacilityError, SecretError
from linewright.seal import openssl_cms
from linewright.seal.cms_signature import armoured, authorities, certificates, key_fingerprint, verify
from linewright.seal.der import Values

MESSAGE = b'{"decision":"approve","person":"a.rossi"}\r\n\xc3\xa9'
NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
FROM, UNTIL = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
_USAGES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
           "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip
MAIL = (ExtendedKeyUsageOID.EMAIL_PROTECTION,)


class Made:
    """A certificate and its key."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key
        self.pem = certificate.public_bytes(Encoding.PEM)
        self.private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def made(
    name, by=None, *, key=None, ca=None, usage=("digital_signature",), purposes=MAIL, since=FROM, until=UNTIL,
    certifies=("key_cert_sign", "crl_sign"), identified=True, unknown=False,
):  # fmt: skip
    """A certificate; `ca` is its path length where it is an authority's, `by` its issuer, None for itself."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = by.certificate if by else None
    signer = by.key if by else key
    usage = certifies if ca is not None else usage
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca is not None, ca), critical=identified)
    )
    if identified:
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(own, critical=False).add_extension(above, critical=False)
    if usage is not None:
        builder = builder.add_extension(
            x509.KeyUsage(**{one: one in usage for one in _USAGES}), critical=True
        )
    if purposes and (ca is None or by):
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    if unknown:
        value = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
        builder = builder.add_extension(value, critical=True)
    return Made(builder.sign(signer, hashes.SHA256()), key)


ROOT = made("Root", key=rsa.generate_private_key(public_exponent=65537, key_size=2048), ca=2)
SUB = made("Sub", ROOT, ca=0)
ROSSI = made("A. Rossi", SUB)
TRUSTED = ROOT.pem + SUB.pem
KEYS = {
    "rsa-2048": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "rsa-3072": lambda: rsa.generate_private_key(public_exponent=65537, key_size=3072),
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
}


def openssl(folder, *words, data=MESSAGE):
    return subprocess.run(
        ["openssl", *map(str, words)], cwd=folder, input=data, capture_output=True, check=False
    )


def signed(folder, who, *words, data=MESSAGE, outform="PEM"):
    (folder / "cert").write_bytes(who.pem)
    (folder / "key").write_bytes(who.private)
    command = ("cms", "-sign", "-binary", "-outform", outform, "-signer", "cert", "-inkey", "key")
    done = openssl(folder, *command, *words, data=data)
    assert done.returncode == 0, done.stderr
    return done.stdout


def by_openssl(folder, signature, message=MESSAGE, trusted=TRUSTED, at=NOW):
    """Whether stock openssl takes it, as an auditor would ask."""
    (folder / "message").write_bytes(message)
    (folder / "sig").write_bytes(signature)
    (folder / "authorities").write_bytes(trusted)
    words = (
        "-verify",
        "-binary",
        "-inform",
        "PEM",
        "-in",
        "sig",
        "-content",
        "message",
        "-CAfile",
        "authorities",
    )
    done = openssl(folder, "cms", *words, "-attime", int(at.timestamp()), "-out", "/dev/null")
    return done.returncode == 0


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return signed(tmp_path_factory.mktemp("good"), ROSSI, "-md", "sha256")


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The same without the signer's certificate, in DER."""
    return signed(
        tmp_path_factory.mktemp("bare"), ROSSI, "-md", "sha256", "-nocerts", "-nosmimecap", outform="DER"
    )


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize(
    "words", [("-md", "sha256"), ("-md", "sha512", "-keyid"), ("-md", "sha384", "-nocerts", "-nosmimecap")]
)
def test_what_openssl_signs_is_taken(tmp_path, kind, words):
    rossi = made("A. Rossi", SUB, key=KEYS[kind]())
    signature = signed(tmp_path, rossi, *words)
    assert verify(MESSAGE, signature, [ROSSI.pem, rossi.pem], TRUSTED, NOW) == rossi.pem
    assert verify(MESSAGE, signature.replace(b"\n", b"\r\n"), [rossi.pem], TRUSTED, NOW) == rossi.pem
    with pytest.raises(DataError, match="something else"):
        verify(MESSAGE + b" ", signature, [rossi.pem], TRUSTED, NOW)


@pytest.mark.parametrize("kind", ["rsa-2048", "P-256"])
def test_openssl_takes_what_we_have_signed_with_it(tmp_path, kind):
    rossi = made("A. Rossi", SUB, key=KEYS[kind]())
    (tmp_path / "both.pem").write_bytes(rossi.private + rossi.pem)
    signature = openssl_cms.sign(MESSAGE, tmp_path / "both.pem")
    assert by_openssl(tmp_path, signature)
    assert not by_openssl(tmp_path, signature, MESSAGE + b" ")
    assert verify(MESSAGE, signature, [rossi.pem], TRUSTED, NOW) == rossi.pem


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_another_implementation_is_taken(tmp_path, encoding):
    rossi = made("A. Rossi", SUB, key=KEYS["rsa-2048"]())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(MESSAGE)
    builder = builder.add_signer(rossi.certificate, rossi.key, hashes.SHA256())
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    signature = builder.sign(encoding, options)
    if encoding is Encoding.DER:
        signature = armoured(signature)
    assert verify(MESSAGE, signature, [rossi.pem], TRUSTED, NOW) == rossi.pem
    assert by_openssl(tmp_path, signature)


_DAY = dt.timedelta(days=1)
REFUSED = {
    "expired": (lambda: made("x", SUB, until=NOW - _DAY), "expired 2026-11-23"),
    "not yet valid": (lambda: made("x", SUB, since=NOW + _DAY), "not valid before 2026-11-25"),
    "another authority": (lambda: made("x", made("Other", ca=0)), "under the authorities"),
    "same name, another authority": (lambda: made("x", made("Sub", ROOT, ca=0)), "under the authorities"),
    "itself": (lambda: made("x"), "under the authorities"),
    "for encryption": (lambda: made("x", SUB, usage=("key_encipherment",)), "key usage"),
    "for a server": (lambda: made("x", SUB, purposes=(ExtendedKeyUsageOID.SERVER_AUTH,)), "other purposes"),
    "with more to know": (lambda: made("x", SUB, unknown=True), "critical extension"),
    "an authority": (lambda: SUB, "authority's"),
    "below a person": (lambda: made("x", made("person", SUB)), "under the authorities"),
    "short": (lambda: made("x", SUB, key=rsa.generate_private_key(public_exponent=65537, key_size=1024)), "2048"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_certificates_that_may_not_sign_are_refused(tmp_path, why):
    who, said = REFUSED[why]
    one = who()
    signature = signed(tmp_path, one, "-md", "sha256", "-nocerts")
    with pytest.raises(DataError, match=said):
        verify(MESSAGE, signature, [one.pem], TRUSTED, NOW)


def test_an_expired_certificate_is_refused_now_whatever_time_the_signature_says(tmp_path):
    """It was good when openssl's signingTime says that it was made; that is the signer's word alone."""
    early = made("x", SUB, since=FROM, until=NOW - _DAY)
    signature = signed(tmp_path, early, "-md", "sha256")
    assert verify(MESSAGE, signature, [early.pem], TRUSTED, NOW - 2 * _DAY) == early.pem
    with pytest.raises(DataError, match="expired"):
        verify(MESSAGE, signature, [early.pem], TRUSTED, NOW)


AUTHORITIES = {
    "expired": lambda: made("Sub", ROOT, ca=0, until=NOW - _DAY, key=SUB.key).pem,
    "not yet valid": lambda: made("Sub", ROOT, ca=0, since=NOW + _DAY, key=SUB.key).pem,
    "a person": lambda: made("Sub", ROOT, key=SUB.key).pem,
    "may not certify": lambda: made("Sub", ROOT, ca=0, key=SUB.key, certifies=("crl_sign",)).pem,
    "below one that may have none below": lambda: below(0),
    "of the same name": lambda: made("Sub", ROOT, ca=0).pem,
    "with more to know": lambda: made("Sub", ROOT, ca=0, key=SUB.key, unknown=True).pem,
    "not there": lambda: b"",
}


def below(length):
    """Sub under another authority, whose path length is given."""
    above = made("Above", ROOT, ca=length)
    return above.pem + made("Sub", above, ca=0, key=SUB.key).pem


@pytest.mark.parametrize("why", AUTHORITIES)
def test_what_is_no_authority_is_none_for_openssl_and_for_us(tmp_path, why):
    signature = signed(tmp_path, ROSSI, "-md", "sha256")
    trusted = ROOT.pem + AUTHORITIES[why]()
    assert not by_openssl(tmp_path, signature, trusted=trusted)
    with pytest.raises(DataError, match="under the authorities"):
        verify(MESSAGE, signature, [ROSSI.pem], trusted, NOW)


def test_authorities_may_be_deep_and_say_little_of_themselves(tmp_path):
    """As `openssl req -x509` and `openssl x509 -req` make them by default: neither key usage nor all key identifiers."""
    signature = signed(tmp_path, ROSSI, "-md", "sha256")
    plain = made("Sub", ROOT, ca=0, key=SUB.key, certifies=None, identified=False).pem
    for trusted in (ROOT.pem + below(1), ROOT.pem + plain):
        assert by_openssl(tmp_path, signature, trusted=trusted)
        assert verify(MESSAGE, signature, [ROSSI.pem], trusted, NOW) == ROSSI.pem


def test_a_certificate_that_comes_with_the_signature_is_not_believed(tmp_path, good):
    stranger = made("A. Rossi", SUB)
    with pytest.raises(DataError, match="nobody here has"):
        verify(MESSAGE, signed(tmp_path, stranger, "-md", "sha256"), [ROSSI.pem], TRUSTED, NOW)
    (tmp_path / "chain").write_bytes(SUB.pem)
    with_chain = signed(tmp_path, ROSSI, "-md", "sha256", "-certfile", "chain")
    assert verify(MESSAGE, with_chain, [ROSSI.pem], TRUSTED, NOW) == ROSSI.pem
    with pytest.raises(DataError, match="under the authorities"):
        verify(MESSAGE, good, [ROSSI.pem], ROOT.pem, NOW)
    (tmp_path / "chain").write_bytes(stranger.pem)
    with pytest.raises(DataError, match="neither the signer's nor"):
        verify(
            MESSAGE, signed(tmp_path, ROSSI, "-md", "sha256", "-certfile", "chain"), [ROSSI.pem], TRUSTED, NOW
        )


FORMS = {
    "not detached": (("-nodetach",), "carries what it signs"),
    "no signed attributes": (("-noattr",), "no signed attributes"),
    "SHA-1": (("-md", "sha1"), "another hash"),
    "SHA-224": (("-md", "sha224"), "another hash"),
    "BER": (("-stream", "-nodetach"), "BER"),
}


@pytest.mark.parametrize("form", FORMS)
def test_other_forms_are_refused(tmp_path, form):
    words, said = FORMS[form]
    with pytest.raises(DataError, match=said):
        verify(MESSAGE, signed(tmp_path, ROSSI, *words), [ROSSI.pem], TRUSTED, NOW)


def test_rsa_pss_and_two_signers_are_refused(tmp_path):
    rossi = made("A. Rossi", SUB, key=KEYS["rsa-2048"]())
    with pytest.raises(DataError):
        verify(MESSAGE, signed(tmp_path, rossi, "-keyopt", "rsa_padding_mode:pss"), [rossi.pem], TRUSTED, NOW)
    other = made("B", SUB, key=KEYS["rsa-2048"]())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(MESSAGE)
    for one in (rossi, other):
        builder = builder.add_signer(one.certificate, one.key, hashes.SHA256())
    both = builder.sign(Encoding.PEM, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
    with pytest.raises(DataError, match="more than is taken"):
        verify(MESSAGE, both, [rossi.pem, other.pem], TRUSTED, NOW)


def test_no_flipped_bit_verifies(good, bare):
    assert verify(MESSAGE, armoured(bare), [ROSSI.pem], TRUSTED, NOW) == ROSSI.pem
    for bit in range(len(bare) * 8):
        altered = bytearray(bare)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DataError):
            verify(MESSAGE, armoured(bytes(altered)), [ROSSI.pem], TRUSTED, NOW)
    for bit in range(0, len(good) * 8, 11):
        altered = bytearray(good)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DataError):
            verify(MESSAGE, bytes(altered), [ROSSI.pem], TRUSTED, NOW)


@given(st.data())
def test_anything_changed_or_cut_out_is_refused(bare, data):
    start = data.draw(st.integers(0, len(bare) - 1))
    end = data.draw(st.integers(start, min(len(bare), start + 40)))
    new = data.draw(st.binary(max_size=40))
    altered = bare[:start] + new + bare[end:]
    if altered == bare:
        return
    with pytest.raises(DataError):
        verify(MESSAGE, armoured(altered), [ROSSI.pem], TRUSTED, NOW)


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(armoured)))
def test_rubbish_is_refused_in_words(rubbish):
    with pytest.raises(DataError):
        verify(MESSAGE, rubbish, [ROSSI.pem], TRUSTED, NOW)


@given(st.binary(max_size=300))
def test_rubbish_in_files_of_certificates_is_refused_in_words(rubbish):
    body = base64.encodebytes(rubbish)
    for pem in (rubbish, b"-----BEGIN CERTIFICATE-----\n" + body + b"-----END CERTIFICATE-----\n"):
        with pytest.raises(DataError, match=r"a\.pem: "):
            certificates(pem, "a.pem")
        with pytest.raises(DataError, match=r"a\.pem: "):
            authorities(pem, "a.pem")


def test_a_certificate_with_a_flipped_bit_is_refused_in_words_or_is_nobodys(bare):
    whole = ROSSI.certificate.public_bytes(Encoding.DER)
    for bit in range(len(whole) * 8):
        der = bytearray(whole)
        der[bit // 8] ^= 1 << bit % 8
        pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"
        with pytest.raises(DataError) as told:
            verify(MESSAGE, armoured(bare), certificates(pem, "a.pem"), TRUSTED, NOW)
        assert told.value.message.isprintable()


def test_files_of_people_and_authorities():
    renewed = made("A. Rossi", SUB)
    assert certificates(ROSSI.pem + renewed.pem, "a.pem") == (ROSSI.pem, renewed.pem)
    authorities(TRUSTED, "authorities.pem")
    with pytest.raises(DataError, match="no root"):
        authorities(SUB.pem, "authorities.pem")
    with pytest.raises(DataError, match=r"a\.pem: the certificate is an authority's"):
        certificates(SUB.pem, "a.pem")
    with pytest.raises(DataError, match="neither RSA"):
        certificates(made("x", SUB, key=ed25519.Ed25519PrivateKey.generate()).pem, "a.pem")


def test_a_key_has_the_fingerprint_that_openssh_gives_it(tmp_path):
    for kind in ("rsa-2048", "P-384"):
        one = made("x", SUB, key=KEYS[kind]())
        (tmp_path / "cert").write_bytes(one.pem)
        public = openssl(tmp_path, "x509", "-in", "cert", "-noout", "-pubkey").stdout
        (tmp_path / "public").write_bytes(public)
        line = subprocess.run(
            ["ssh-keygen", "-i", "-m", "PKCS8", "-f", tmp_path / "public"], capture_output=True, check=True
        ).stdout
        (tmp_path / "line").write_bytes(line)
        shown = subprocess.run(
            ["ssh-keygen", "-l", "-f", tmp_path / "line"], capture_output=True, text=True, check=True
        ).stdout
        assert key_fingerprint(one.pem) == shown.split()[1]


def test_signing_that_fails_is_told(tmp_path, monkeypatch):
    other = made("B", SUB)
    (tmp_path / "cert").write_bytes(ROSSI.pem)
    (tmp_path / "key").write_bytes(other.private)
    with pytest.raises(SecretError, match="nothing was signed"):
        openssl_cms.sign(MESSAGE, tmp_path / "cert", tmp_path / "key")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FacilityError, match="not installed"):
        openssl_cms.sign(MESSAGE, tmp_path / "cert", tmp_path / "key")


@given(st.binary(max_size=80))
def test_der_is_read_in_its_one_form(data):
    """What is read as a number or an identifier is written the same way by another implementation."""
    try:
        value = Values(b"\x06" + bytes([len(data)]) + data).identifier()
    except DataError:
        return
    assert x509.ObjectIdentifier(value).dotted_string == value
