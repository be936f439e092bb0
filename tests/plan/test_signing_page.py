"""What docs/signing.md tells an auditor to type does what it says."""

import datetime as dt
import re
import subprocess
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from linewright.plan.agreement.records import Signed, Statement
from linewright.plan.agreement.statements import APPROVE, dump, statement_bytes
from linewright.plan.changeplan import ChangePlan
from linewright.plan.changeplan import dump as dump_plan
from linewright.seal import openssl_cms
from linewright.seal.signature import SigningKey

SAID = Statement(
    kind="linewright-statement/1", plan="a" * 64, site="hq", ticket='CHG-1142 "statement":{} Zürich \\n', decision="approve",
    person="a.rossi", role="shift lead", not_after="2026-11-25T04:30:00Z", shown="b" * 64,
)  # fmt: skip


def block(checkout: Path, holding: str) -> str:
    """The one block of shell commands in the page that holds a word."""
    found = re.findall(
        r"^```sh\n(.*?)^```", (checkout / "docs/signing.md").read_text(), re.MULTILINE | re.DOTALL
    )
    (one,) = [each for each in found if holding in each]
    return one


def played(commands: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-ec", commands], cwd=folder, capture_output=True, text=True, check=False)


def test_a_signature_by_an_openssh_key(checkout, tmp_path):
    key = SigningKey(Ed25519PrivateKey.generate())
    signature = key.sign(statement_bytes(SAID), APPROVE).decode()
    (tmp_path / "signers").write_text(
        f'a.rossi namespaces="{APPROVE}",valid-before="20991231Z" {key.public}\n'
    )
    path = tmp_path / "a.rossi-approve-3f2a91c2.json"
    path.write_bytes(dump(Signed(statement=SAID, form="ssh", signature=signature)))
    commands = block(checkout, "ssh-keygen -Y verify")
    told = played(commands, tmp_path)
    assert told.returncode == 0, told.stderr
    assert 'Good "linewright-approve@v1" signature for a.rossi' in told.stdout
    denied = msgspec.structs.replace(SAID, decision="deny")
    path.write_bytes(dump(Signed(statement=denied, form="ssh", signature=signature)))
    assert played(commands, tmp_path).returncode != 0


def certificate(name, key, issuer, by):
    """A certificate for the days around now: stock openssl judges as of now."""
    subject, issued = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer))
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issued)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(name == issuer, None), critical=True)
    )
    if name != issuer:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
    return builder.sign(by, hashes.SHA256()).public_bytes(Encoding.PEM)


@pytest.fixture
def by_certificate(tmp_path):
    """The folder of an auditor with a statement of k.bauer, signed by k.bauer or by somebody else."""
    root, bauer = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    (tmp_path / "authorities.pem").write_bytes(certificate("Root", root, "Root", root))
    (tmp_path / "k.bauer.pem").write_bytes(certificate("Bauer", bauer, "Root", root))

    def make(own=True):
        key = bauer if own else ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = (tmp_path / "k.bauer.pem").read_bytes() if own else certificate("Other", key, "Root", root)
        (tmp_path / "card").write_bytes(private + public)
        said = msgspec.structs.replace(SAID, person="k.bauer")
        signature = openssl_cms.sign(statement_bytes(said), tmp_path / "card").decode()
        (tmp_path / "k.bauer-approve-77c0d1e5.json").write_bytes(
            dump(Signed(statement=said, form="cms", signature=signature))
        )
        return tmp_path

    return make


def test_a_signature_by_certificate(checkout, by_certificate):
    told = played(block(checkout, "openssl cms -verify"), by_certificate())
    assert told.returncode == 0, told.stderr
    assert "successful" in told.stderr


def test_a_signature_by_somebody_elses_certificate_is_told(checkout, by_certificate):
    """Under the same authority, and carried by the signature: that is not enough."""
    assert played(block(checkout, "openssl cms -verify"), by_certificate(own=False)).returncode != 0


def test_the_digest_of_a_plan(checkout, tmp_path, plan: ChangePlan):
    (tmp_path / "chg1142.lwplan").write_bytes(dump_plan(plan))
    told = played(block(checkout, "sha256sum"), tmp_path)
    assert told.stdout.split()[0] == plan.digest, told.stderr
