"""What is encrypted can be opened by each recipient alone, by us and by stock tools, and by nobody else."""

import datetime as dt
import subprocess

import pyrage
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from linewright.errors import DataError, FacilityError, SecretError, SettingsError
from linewright.seal import age, cms
from linewright.seal.recipients import decrypt, recipients

_USAGES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
           "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip
TEXT = b"hostname hq-r1\r\nneighbor 192.0.2.1 password hunter2x\n\xc3\xa9\x00\n"


def certified(name, key=None, usage=None):
    """(certificate, private key) in PEM form; `usage` names what its key usage allows."""
    key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=3650))
    )
    if usage is not None:
        allowed = {name: name in usage for name in _USAGES}
        builder = builder.add_extension(x509.KeyUsage(**allowed), critical=True)
    made = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM), private


@pytest.fixture(scope="module")
def people():
    return {name: certified(name) for name in ("duty", "offline", "stranger")}


@pytest.fixture(scope="module")
def keys():
    return [pyrage.x25519.Identity.generate() for _ in range(3)]


def files(people):
    return {f"{name}.pem": pem for name, (pem, _) in people.items()}.__getitem__


def test_each_age_recipient_opens_it_alone_and_nobody_else(keys):
    duty, offline, stranger = keys
    to = recipients([str(duty.to_public()), str(offline.to_public())], files({}))
    sealed = to.encrypt(TEXT)
    assert sealed.startswith(age.MAGIC)
    assert b"hunter2x" not in sealed
    for key in (duty, offline):
        assert pyrage.decrypt(sealed, [key]) == TEXT
        assert decrypt("age", sealed, f"# made by age-keygen\n{key}\n") == TEXT
    with pytest.raises(SecretError, match="cannot be opened"):
        decrypt("age", sealed, str(stranger))


def test_ssh_keys_will_do(tmp_path, keys):
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ops@x", "-f", tmp_path / "id"], check=True
    )
    public = (tmp_path / "id.pub").read_text().strip()
    to = recipients([public, str(keys[0].to_public())], files({}))
    assert "ops@x" not in to.names[0]
    assert decrypt("age", to.encrypt(TEXT), (tmp_path / "id").read_text()) == TEXT


@pytest.mark.parametrize("tool", ["cms", "smime"])
def test_stock_openssl_opens_it_with_each_certificate_alone(people, tmp_path, tool):
    sealed = recipients(["duty.pem", "offline.pem"], files(people)).encrypt(TEXT)
    (tmp_path / "x.p7m").write_bytes(sealed)
    assert b"hunter2x" not in sealed
    for name, (pem, private) in people.items():
        (tmp_path / "cert").write_bytes(pem)
        (tmp_path / "key").write_bytes(private)
        done = subprocess.run(
            ["openssl", tool, "-decrypt", "-inform", "DER", "-in", "x.p7m", "-recip", "cert", "-inkey", "key"],
            cwd=tmp_path, capture_output=True, check=False,
        )  # fmt: skip
        assert (done.stdout == TEXT) is (name != "stranger"), done.stderr
        assert done.returncode == 0 or name == "stranger"


def test_the_content_is_encrypted_with_aes_256(people, tmp_path):
    (tmp_path / "x.p7m").write_bytes(recipients(["duty.pem", "offline.pem"], files(people)).encrypt(TEXT))
    told = subprocess.run(
        ["openssl", "cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", tmp_path / "x.p7m"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "aes-256-cbc" in told


def test_certificates_are_opened_by_us_too(people):
    sealed = recipients(["duty.pem", "offline.pem"], files(people)).encrypt(TEXT)
    for name in ("duty", "offline"):
        pem, private = people[name]
        assert decrypt("cms", sealed, (private + pem).decode()) == TEXT
    pem, private = people["stranger"]
    with pytest.raises(SecretError, match="cannot be opened"):
        decrypt("cms", sealed, (private + pem).decode())


def test_fewer_than_two_keys_are_refused(keys, people):
    one = str(keys[0].to_public())
    for entries in ([], [one], ["duty.pem"]):
        with pytest.raises(SettingsError):
            recipients(entries, files(people))


def test_the_same_key_twice_is_one(keys, people):
    one = str(keys[0].to_public())
    with pytest.raises(SettingsError, match="same key twice"):
        recipients([one, f" {one} "], files({}))
    _, private = people["duty"]
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    renewed, _ = certified("duty renewed", load_pem_private_key(private, None))
    read = {"duty.pem": people["duty"][0], "renewed.pem": renewed}.__getitem__
    with pytest.raises(SettingsError, match="same key twice"):
        recipients(["duty.pem", "renewed.pem"], read)


def test_both_kinds_at_once_are_refused(keys, people):
    with pytest.raises(SettingsError, match="age keys and certificates"):
        recipients([str(keys[0].to_public()), "duty.pem"], files(people))


@pytest.mark.parametrize("text", ["age1qqq", "ssh-ed25519 AAAA", "ssh-rsa"])
def test_what_is_no_key_is_refused(text, keys):
    with pytest.raises((DataError, SettingsError)):
        recipients([text, str(keys[0].to_public())], files({}))


def test_certificates_without_an_rsa_key_and_chains_are_refused(people):
    pem, _ = certified("curve", ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(DataError, match="RSA"):
        cms.certificate(pem, "curve.pem")
    with pytest.raises(DataError, match="2 certificates"):
        cms.certificate(people["duty"][0] + people["offline"][0], "chain.pem")
    with pytest.raises(DataError, match="no certificate"):
        cms.certificate(b"nothing", "x.pem")


def test_a_missing_library_is_told_with_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyrage", None)
    with pytest.raises(FacilityError) as caught:
        recipients(["age1x", "age1y"], files({}))
    assert "linewright[age]" in caught.value.hint


def test_no_message_holds_the_key(keys):
    with pytest.raises(SecretError) as caught:
        decrypt("age", b"age-encryption.org/v1\nnothing", str(keys[0]))
    assert "AGE-SECRET" not in f"{caught.value.message}{caught.value.hint}".replace("AGE-SECRET-KEY-1...", "")
    with pytest.raises(SecretError) as caught:
        decrypt("age", b"", "AGE-SECRET-KEY-1HUNTER2")
    assert "HUNTER2" not in caught.value.message


@settings(max_examples=20)
@given(st.binary(max_size=4096))
def test_any_bytes_come_back(data):
    one, other = (pyrage.x25519.Identity.generate() for _ in range(2))
    to = recipients([str(one.to_public()), str(other.to_public())], files({}))
    assert decrypt("age", to.encrypt(data), str(one)) == decrypt("age", to.encrypt(data), str(other)) == data


@pytest.mark.parametrize(
    ("moment", "words"),
    [("2035-12-31", "expired on 2035-12-30"), ("2025-12-31", "valid from 2026-01-01")],
)
def test_a_certificate_that_is_not_valid_then_is_refused_with_its_date(people, moment, words):
    now = dt.datetime.fromisoformat(f"{moment}T12:00:00+00:00")
    with pytest.raises(DataError, match=words) as caught:
        recipients(["duty.pem", "offline.pem"], files(people), now)
    assert "duty.pem" in caught.value.message
    assert caught.value.hint


def test_until_when_they_are_valid_is_known(people):
    assert recipients(["duty.pem", "offline.pem"], files(people)).until == ("2035-12-30", "2035-12-30")


@pytest.mark.parametrize(
    ("usage", "good"),
    [
        (("key_encipherment",), True),
        (("key_encipherment", "digital_signature"), True),
        (("digital_signature",), False),
    ],
)
def test_a_key_that_is_not_for_encryption_is_refused(people, usage, good):
    made = {**people, "card": certified("card", usage=usage)}
    if good:
        assert recipients(["duty.pem", "card.pem"], files(made)).encrypt(TEXT)
        return
    with pytest.raises(DataError, match=r"card\.pem: its key usage does not allow"):
        recipients(["duty.pem", "card.pem"], files(made))
