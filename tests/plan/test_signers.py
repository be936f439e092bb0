"""Whose signature a signature is: lines of signers, certificates, and what of either would let somebody speak for another."""

import base64
import datetime as dt
import subprocess

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError, Refused
from linewright.plan.agreement.certificates import Certificates
from linewright.plan.agreement.records import Signed, Statement
from linewright.plan.agreement.signers import Identified, Signers, who
from linewright.plan.agreement.statements import APPROVE, AUTHOR, statement_bytes
from linewright.seal import openssl_cms
from linewright.seal.signature import SigningKey
from linewright.seal.ssh_keys import fingerprint, key_blob

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
ROSSI, BAUER, OTHER = (SigningKey(Ed25519PrivateKey.generate()) for _ in range(3))
BOTH = f'namespaces="{AUTHOR},{APPROVE}"'
SAID = Statement(
    kind="linewright-statement/1", plan="a" * 64, site="hq", ticket="CHG-1142", decision="approve",
    person="a.rossi", role="shift lead", not_after="2026-11-25T04:30:00Z", shown="b" * 64, made="2026-11-24T02:50:00Z",
)  # fmt: skip


def line(person="a.rossi", options=BOTH, key=ROSSI, comment=""):
    return f"{person} {options} {key.public} {comment}".replace("  ", " ").rstrip() + "\n"


def signed(statement=SAID, key=ROSSI, namespace=APPROVE):
    return Signed(
        statement=statement, form="ssh", signature=key.sign(statement_bytes(statement), namespace).decode()
    )


def said(**changes):
    return msgspec.structs.replace(SAID, **changes)


def found(key):
    return fingerprint(key_blob(key.public))


def test_who_signed():
    signers = Signers.parse("# people\n\n" + line(comment="a comment") + line("k.bauer", key=BAUER))
    assert who(signed(), signers, Certificates(), NOW) == Identified(
        person="a.rossi", key=found(ROSSI), presence=False, form="ssh"
    )
    bauer = said(person="k.bauer", decision="author")
    assert who(signed(bauer, BAUER, AUTHOR), signers, Certificates(), NOW).person == "k.bauer"


REFUSED_LINES = {
    "everybody": (line("*"), "is not one person"),
    "a pattern": (line("a.r?ssi"), "is not one person"),
    "whoever is not": (line("!k.bauer"), "is not one person"),
    "a list": (line("a.rossi,k.bauer"), "is not one person"),
    "in quotes": (line('"a.rossi"'), "is not one person"),
    "a look-alike": (line("а.rossi"), "is not one person"),  # noqa: RUF001 - that is what is tested
    "an authority": (line(options="cert-authority"), "can make keys for anybody"),
    "an authority for a purpose": (line(options=f"{BOTH},CERT-authority"), "can make keys for anybody"),
    "for everything": (line(options=""), "without namespaces="),
    "for everything, a while": (line(options='valid-before="20270101Z"'), "without namespaces="),
    "a pattern of purposes": (line(options='namespaces="linewright-*"'), "is not one namespace"),
    "all purposes but": (line(options='namespaces="!git"'), "is not one namespace"),
    "no purpose": (line(options='namespaces=""'), "is not one namespace"),
    "git as well": (line(options=f'namespaces="git,{APPROVE}"'), "signs for git, too"),
    "git on another line": (line() + line(options='namespaces="git"'), "signs for git, too"),
    "the machine's key": (line(options=f'namespaces="linewright-head@v1,{APPROVE}"'), "head@v1, too"),
    "not in quotes": (line(options=f"namespaces={APPROVE}"), "not known, not in quotes"),
    "an unknown option": (line(options=f'{BOTH},no-touch="x"'), "not known"),
    "twice": (line(options=f"{BOTH},{BOTH}"), "stands twice"),
    "a comma too many": (line(options=f"{BOTH},,"), "not known"),
    "words after a quote": (line(options=f'{BOTH}x valid-after="20260101Z"'), "not known"),
    "local time": (line(options=f'{BOTH},valid-before="20270101"'), "not a time in UTC"),
    "no day": (line(options=f'{BOTH},valid-before="20270231Z"'), "not a time in UTC"),
    "other digits": (line(options=f'{BOTH},valid-before="２0270101Z"'), "not a time in UTC"),  # noqa: RUF001
    "never": (line(options=f'{BOTH},valid-after="20270101Z",valid-before="20260101Z"'), "is not after"),
    "two persons, one key": (line() + line("k.bauer"), "belongs to a.rossi"),
    "one person, two names": (line() + line("A.Rossi", key=BAUER), "one person|is written a.rossi"),
    "no key": ("a.rossi\n", "not a line of signers"),
    "half a key": (f"a.rossi {BOTH} ssh-ed25519\n", "not a line of signers"),
    "a damaged key": (f"a.rossi {BOTH} ssh-ed25519 {ROSSI.public.split()[1][:-4]}\n", "the key"),
    "a key of DSA": (f"a.rossi {BOTH} ssh-dss AAAAB3NzaC1kc3M=\n", "are not taken"),
    "what cannot be printed": (line(comment="\x1b[2K"), "cannot be printed"),
    "a mark at the beginning": ("\ufeff" + line(), "cannot be printed"),
}


@pytest.mark.parametrize("why", REFUSED_LINES)
def test_lines_that_say_too_much_are_refused(why):
    text, reason = REFUSED_LINES[why]
    with pytest.raises(Refused, match=reason) as told:
        Signers.parse(text)
    assert "signers line " in told.value.message
    assert told.value.message.isprintable()


def test_keys_for_other_things_do_no_harm_and_count_for_nothing():
    signers = Signers.parse(line(options='namespaces="git,file"'))
    with pytest.raises(Refused, match=f"may not sign for {APPROVE}"):
        who(signed(), signers, Certificates(), NOW)


def test_a_signature_for_git_is_none():
    signers = Signers.parse(line())
    with pytest.raises(Refused, match=f"not made for {APPROVE}"):
        who(signed(namespace="git"), signers, Certificates(), NOW)
    with pytest.raises(Refused, match=f"not made for {APPROVE}"):
        who(signed(namespace=AUTHOR), signers, Certificates(), NOW)


def test_nobodys_key_and_somebody_elses_name():
    signers = Signers.parse(line() + line("k.bauer", key=BAUER))
    with pytest.raises(Refused, match="nobody's key: SHA256:"):
        who(signed(key=OTHER), signers, Certificates(), NOW)
    with pytest.raises(Refused, match=r"is from a\.rossi, and was signed with a key of k\.bauer"):
        who(signed(key=BAUER), signers, Certificates(), NOW)


def test_one_person_with_two_keys_is_one_person():
    signers = Signers.parse(line() + line(key=OTHER))
    people = {who(signed(key=key), signers, Certificates(), NOW).person for key in (ROSSI, OTHER)}
    assert people == {"a.rossi"}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ('valid-before="20261124025959Z"', "expired 2026-11-24 02:59:59Z"),
        ('valid-before="202611240259Z"', "expired 2026-11-24 02:59:00Z"),
        ('valid-before="20261124Z"', "expired 2026-11-24 00:00:00Z"),
        ('valid-after="20261124030001Z"', "not valid before 2026-11-24 03:00:01Z"),
        ('valid-after="20261124030000Z"', ""),
        ('valid-before="20261124030000Z"', ""),
    ],
)
def test_a_key_is_good_from_until(tmp_path, options, reason):
    """As stock ssh-keygen has it, to the second."""
    text = line(options=f"{BOTH},{options}")
    signers, one = Signers.parse(text), signed()
    if reason:
        with pytest.raises(Refused, match=reason):
            who(one, signers, Certificates(), NOW)
    else:
        assert who(one, signers, Certificates(), NOW).person == "a.rossi"
    assert by_ssh_keygen(tmp_path, text, one, "20261124030000Z") is not bool(reason)


def by_ssh_keygen(folder, text, one, at):
    (folder / "signers").write_text(text)
    (folder / "sig").write_text(one.signature)
    words = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        folder / "signers",
        "-I",
        one.statement.person,
        "-n",
        APPROVE,
    ]
    done = subprocess.run(
        [*words, "-s", folder / "sig", "-O", f"verify-time={at}"],
        input=statement_bytes(one.statement), capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


def test_a_renewed_key_counts_by_its_new_line():
    signers = Signers.parse(line(options=f'{BOTH},valid-before="20260101Z"') + line())
    assert who(signed(), signers, Certificates(), NOW).person == "a.rossi"


def test_a_backdated_signature_by_a_key_that_has_expired_is_refused(tmp_path):
    """The statement says that it was made while the key was good, and stock tools agree when told that time."""
    text = line(options=f'{BOTH},valid-before="20251231Z"')
    backdated = signed(said(made="2025-06-01T00:00:00Z"))
    assert by_ssh_keygen(tmp_path, text, backdated, "20250601000000Z")
    with pytest.raises(Refused, match="expired 2025-12-31"):
        who(backdated, Signers.parse(text), Certificates(), NOW)


@given(st.integers(0, 100_000), st.sampled_from(["statement", "signature"]))
def test_a_statement_that_was_altered_is_refused(at, where):
    signers, one = Signers.parse(line()), signed()
    if where == "statement":
        name = sorted(("ticket", "plan", "role", "not_after", "shown", "site"))[at % 6]
        value = getattr(SAID, name)
        spot = at % len(value)
        other = value[:spot] + ("0" if value[spot] != "0" else "1") + value[spot + 1 :]
        altered = msgspec.structs.replace(one, statement=said(**{name: other}))
    else:
        spot = at % len(one.signature)
        flipped = chr(ord(one.signature[spot]) ^ (1 << at % 7))
        altered = msgspec.structs.replace(
            one, signature=one.signature[:spot] + flipped + one.signature[spot + 1 :]
        )
    with pytest.raises(Refused):
        who(altered, signers, Certificates(), NOW)


@given(st.text())
def test_any_signature_is_refused_in_words(text):
    for form in ("ssh", "cms"):
        with pytest.raises(Refused) as told:
            who(Signed(statement=SAID, form=form, signature=text), Signers.parse(line()), Certificates(), NOW)
        assert told.value.message.isprintable()


_WORDS = st.sampled_from(
    ["a.rossi", "*", " ", "\t", "\n", "\r", ",", '"', "=", "#", BOTH, ROSSI.public, BAUER.public, "cert-authority", "\\",
     "ssh-rsa", "AAAA", 'valid-after="20260101Z"', "namespaces=", "\x0b", "\u2028", "\0", "é"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(_WORDS).map("".join), st.lists(_WORDS).map(" ".join)))
def test_any_file_of_signers_is_read_or_refused_in_words(text):
    try:
        signers = Signers.parse(text)
    except Refused as error:
        assert error.message.isprintable()  # noqa: PT017 - being read is as good
        return
    assert all(one.public in {ROSSI.public, BAUER.public} for one in signers.keys)
    assert all(set(one.namespaces) == {AUTHOR, APPROVE} for one in signers.keys)
    assert len({one.key for one in signers.keys}) <= len({one.person for one in signers.keys}) * 2


def test_a_large_file_of_signers_is_refused():
    for text in ("#" * (1 << 20) + "\n#", "\n" * 5000, "a.rossi " + "=" * 20_000):
        with pytest.raises(Refused):
            Signers.parse(text)


class Pki:
    """An authority and certificates under it."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = self.certificate("Root", self.key, ca=True)

    def certificate(self, name, key, *, ca=False, until=2027):
        subject, issuer = (
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, "Root")
        )
        usage = {
            "digital_signature": not ca, "content_commitment": False, "key_encipherment": False, "data_encipherment": False,
            "key_agreement": False, "key_cert_sign": ca, "crl_sign": ca, "encipher_only": False, "decipher_only": False,
        }  # fmt: skip
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
            .not_valid_after(dt.datetime(until, 1, 1, tzinfo=dt.UTC))
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
        )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM)


PKI = Pki()
CARD = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = PKI.certificate("Rossi A", CARD)


def on_card(folder, statement=SAID, key=CARD, certificate=CERTIFICATE):
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "both.pem").write_bytes(private + certificate)
    signature = openssl_cms.sign(statement_bytes(statement), folder / "both.pem")
    return Signed(statement=statement, form="cms", signature=signature.decode())


def test_who_signed_with_a_certificate(tmp_path):
    people = Certificates.parse({"a.rossi.pem": CERTIFICATE, "authorities.pem": PKI.root})
    one = on_card(tmp_path)
    who_signed = who(one, Signers(), people, NOW)
    assert (who_signed.person, who_signed.presence, who_signed.form) == ("a.rossi", False, "cms")
    line_of_key = CARD.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    assert who_signed.key == fingerprint(base64.b64decode(line_of_key.split()[1]))
    with pytest.raises(Refused, match=r"is from k\.bauer, and was signed with a key of a\.rossi"):
        who(on_card(tmp_path, said(person="k.bauer")), Signers(), people, NOW)
    with pytest.raises(Refused, match="something else"):
        who(msgspec.structs.replace(one, statement=said(ticket="CHG-1143")), Signers(), people, NOW)
    with pytest.raises(Refused, match="nobody here has one"):
        who(one, Signers(), Certificates(), NOW)
    with pytest.raises(Refused, match="not an SSH signature"):
        who(msgspec.structs.replace(one, form="ssh"), Signers(), people, NOW)


def test_a_certificate_that_has_expired_is_refused_at_the_present_time(tmp_path):
    old = PKI.certificate("Rossi A", CARD, until=2026)
    people = Certificates.parse({"a.rossi.pem": old + CERTIFICATE, "authorities.pem": PKI.root})
    with pytest.raises(Refused, match="expired 2026-01-01"):
        who(on_card(tmp_path, said(made="2025-06-01T00:00:00Z"), certificate=old), Signers(), people, NOW)
    assert who(on_card(tmp_path), Signers(), people, NOW).person == "a.rossi"


def test_one_key_of_two_persons_is_refused_across_both_kinds(tmp_path):
    line_of_key = CARD.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    signers = Signers.parse(f"k.bauer {BOTH} {line_of_key}\n")
    people = Certificates.parse({"a.rossi.pem": CERTIFICATE, "authorities.pem": PKI.root})
    with pytest.raises(Refused, match=r"belongs to k\.bauer \(signers line 1\), and is given to a\.rossi"):
        who(on_card(tmp_path), signers, people, NOW)
    twice = {"a.rossi.pem": CERTIFICATE, "k.bauer.pem": PKI.certificate("Bauer", CARD)}
    with pytest.raises(Refused, match=r"belongs to a\.rossi"):
        who(on_card(tmp_path), Signers(), Certificates.parse({**twice, "authorities.pem": PKI.root}), NOW)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"a.rossi.pem": CERTIFICATE}, r"authorities\.pem: no certificate"),
        ({"a.rossi.pem": PKI.root, "authorities.pem": PKI.root}, r"a\.rossi\.pem: .*authority's"),
        ({"a.rossi.pem": b"x", "authorities.pem": PKI.root}, r"a\.rossi\.pem: no certificate"),
        ({"a*.pem": CERTIFICATE, "authorities.pem": PKI.root}, "not named PERSON.pem"),
        ({"a.rossi.crt": CERTIFICATE, "authorities.pem": PKI.root}, "not named PERSON.pem"),
        ({"a.rossi.pem": CERTIFICATE, "authorities.pem": CERTIFICATE}, "holds no root"),
    ],
)
def test_folders_of_certificates_that_are_none(files, reason):
    with pytest.raises(Refused, match=reason):
        Certificates.parse(files)


def test_no_folder_of_certificates_is_nobody():
    assert Certificates.parse({}) == Certificates()
    with pytest.raises(DataError, match="nobody here has one"):
        Certificates().identify(b"", b"", NOW)
