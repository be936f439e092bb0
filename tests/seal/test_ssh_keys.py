"""Keys of every kind that OpenSSH has: what stock ssh-keygen signs we take, what we take it takes, and nothing else."""

import base64
import subprocess
from hashlib import sha256, sha512
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_private_key
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError
from linewright.seal.signature import signed_by
from linewright.seal.ssh_keys import fingerprint, key_blob, key_line
from linewright.seal.ssh_wire import Fields, from_base64, text

NAMESPACE = "linewright-approve@v1"
MESSAGE = b'{"decision":"approve"}'
KINDS = {
    "ed25519": ("ed25519",),
    "rsa": ("rsa", "-b", "2048"),
    "nistp256": ("ecdsa", "-b", "256"),
    "nistp384": ("ecdsa", "-b", "384"),
    "nistp521": ("ecdsa", "-b", "521"),
}


def keygen(*words, data=b""):
    return subprocess.run(["ssh-keygen", *map(str, words)], input=data, capture_output=True, check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """By kind (public line, signature of MESSAGE by ssh-keygen)."""
    folder = tmp_path_factory.mktemp("keys")
    found = {}
    for name, words in KINDS.items():
        assert keygen("-q", "-t", *words, "-N", "", "-C", "", "-f", folder / name).returncode == 0
        done = keygen("-q", "-Y", "sign", "-f", folder / name, "-n", NAMESPACE, data=MESSAGE)
        assert done.returncode == 0, done.stderr
        found[name] = ((folder / f"{name}.pub").read_text().strip(), done.stdout, folder / name)
    return found


def mpint(value):
    return text(value.to_bytes(value.bit_length() // 8 + 1, "big"))


def armoured(public, signature, namespace=NAMESPACE, hashed=b"sha512"):
    blob = b"SSHSIG" + (1).to_bytes(4, "big") + text(public) + text(namespace.encode())
    blob += text(b"") + text(hashed) + text(signature)
    body = base64.b64encode(blob).decode()
    lines = [body[at : at + 70] for at in range(0, len(body), 70)]
    return "\n".join(("-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", "")).encode()


def to_sign(message=MESSAGE, namespace=NAMESPACE, hashed=b"sha512"):
    digest = (sha512 if hashed == b"sha512" else sha256)(message).digest()
    return b"SSHSIG" + text(namespace.encode()) + text(b"") + text(hashed) + text(digest)


class Fido:
    """A FIDO key in software (OpenSSH's PROTOCOL.u2f): what it signs is wrapped with its flags and counter."""

    def __init__(self, kind, application=b"ssh:"):
        self.application = application
        if kind == "sk-ed25519":
            self.name, self.key = b"sk-ssh-ed25519@openssh.com", Ed25519PrivateKey.generate()
            point = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            self.public = text(self.name) + text(point) + text(application)
        else:
            self.name, self.key = (
                b"sk-ecdsa-sha2-nistp256@openssh.com",
                ec.generate_private_key(ec.SECP256R1()),
            )
            point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            self.public = text(self.name) + text(b"nistp256") + text(point) + text(application)

    def sign(self, flags=0x01, counter=7, **what):
        wrapped = sha256(self.application).digest() + bytes([flags]) + counter.to_bytes(4, "big")
        wrapped += sha256(to_sign(**what)).digest()
        if isinstance(self.key, Ed25519PrivateKey):
            value = self.key.sign(wrapped)
        else:
            value = b"".join(
                map(mpint, decode_dss_signature(self.key.sign(wrapped, ec.ECDSA(hashes.SHA256()))))
            )
        return armoured(
            self.public, text(self.name) + text(value) + bytes([flags]) + counter.to_bytes(4, "big")
        )


SK = {kind: Fido(kind) for kind in ("sk-ed25519", "sk-ecdsa")}
SIGNED = {kind: key.sign() for kind, key in SK.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_what_ssh_keygen_signs_is_taken(made, kind):
    public, signature, _ = made[kind]
    found = signed_by(MESSAGE, signature, NAMESPACE)
    assert (found.public, found.presence) == (public, False)
    with pytest.raises(DataError, match="does not fit"):
        signed_by(MESSAGE + b" ", signature, NAMESPACE)
    with pytest.raises(DataError, match="not made for git"):
        signed_by(MESSAGE, signature, "git")


@pytest.mark.parametrize("kind", KINDS)
def test_a_fingerprint_is_what_ssh_keygen_shows(made, kind):
    public, _, path = made[kind]
    shown = keygen("-l", "-f", path).stdout.decode().split()[1]
    assert fingerprint(key_blob(public)) == shown
    assert key_line(key_blob(public)) == public


@pytest.mark.parametrize("kind", SK)
@pytest.mark.parametrize("flags", [0x00, 0x01, 0x05])
def test_a_fido_key_says_whether_it_was_touched_and_ssh_keygen_agrees(tmp_path, kind, flags):
    signature = SK[kind].sign(flags)
    found = signed_by(MESSAGE, signature, NAMESPACE)
    assert found.presence is bool(flags & 1)
    assert key_blob(found.public) == SK[kind].public
    (tmp_path / "signers").write_text(f'a.rossi namespaces="{NAMESPACE}" {found.public}\n')
    (tmp_path / "sig").write_bytes(signature)
    words = (
        "-Y",
        "verify",
        "-f",
        tmp_path / "signers",
        "-I",
        "a.rossi",
        "-n",
        NAMESPACE,
        "-s",
        tmp_path / "sig",
    )
    assert keygen(*words, data=MESSAGE).returncode == 0
    assert keygen(*words, data=MESSAGE + b" ").returncode != 0


@pytest.mark.parametrize("kind", SK)
def test_the_flag_of_a_touch_cannot_be_put_on_afterwards(kind):
    untouched = SK[kind].sign(0x00)
    whole = base64.b64decode(b"".join(untouched.splitlines()[1:-1]))
    at = len(whole) - 5
    forged = whole[:at] + b"\x01" + whole[at + 1 :]
    body = base64.b64encode(forged)
    lines = b"\n".join(body[start : start + 70] for start in range(0, len(body), 70))
    with pytest.raises(DataError, match="does not fit"):
        signed_by(
            MESSAGE,
            b"-----BEGIN SSH SIGNATURE-----\n" + lines + b"\n-----END SSH SIGNATURE-----\n",
            NAMESPACE,
        )


@pytest.mark.parametrize("kind", SK)
def test_a_key_of_a_web_site_is_none_for_ssh(kind):
    with pytest.raises(DataError, match="not made for SSH"):
        signed_by(MESSAGE, Fido(kind, b"https://nosc.example").sign(), NAMESPACE)


def test_both_hashes_of_openssh_are_taken_and_sha_1_is_not(made):
    private = load_ssh_private_key(made["rsa"][2].read_bytes(), None)
    public = key_blob(made["rsa"][0])
    for algorithm, how, hashed, good in (
        (b"rsa-sha2-256", hashes.SHA256(), b"sha512", True),
        (b"rsa-sha2-512", hashes.SHA512(), b"sha256", True),
        (b"ssh-rsa", hashes.SHA1(), b"sha512", False),
    ):
        value = private.sign(to_sign(hashed=hashed), padding.PKCS1v15(), how)
        signature = armoured(public, text(algorithm) + text(value), hashed=hashed)
        if good:
            assert signed_by(MESSAGE, signature, NAMESPACE).public == made["rsa"][0]
        else:
            with pytest.raises(DataError, match="not taken for this key"):
                signed_by(MESSAGE, signature, NAMESPACE)


def test_ssh_keygen_with_another_hash_is_taken(made):
    done = keygen(
        "-q", "-Y", "sign", "-O", "hashalg=sha256", "-f", made["ed25519"][2], "-n", NAMESPACE, data=MESSAGE
    )
    assert done.returncode == 0, done.stderr
    assert signed_by(MESSAGE, done.stdout, NAMESPACE).public == made["ed25519"][0]


@pytest.mark.parametrize("kind", [*KINDS, *SK])
def test_no_flipped_bit_verifies(made, kind):
    signature = SIGNED[kind] if kind in SK else made[kind][1]
    every = range(len(signature) * 8) if len(signature) < 500 else range(0, len(signature) * 8, 7)
    for bit in every:
        altered = bytearray(signature)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DataError):
            signed_by(MESSAGE, bytes(altered), NAMESPACE)


@given(st.sampled_from(sorted(SIGNED)), st.integers(0, 100_000))
def test_no_flipped_bit_under_the_armour_verifies(kind, bit):
    whole = bytearray(base64.b64decode(b"".join(SIGNED[kind].splitlines()[1:-1])))
    bit %= len(whole) * 8
    whole[bit // 8] ^= 1 << bit % 8
    body = base64.b64encode(bytes(whole))
    lines = b"\n".join(body[start : start + 70] for start in range(0, len(body), 70))
    with pytest.raises(DataError):
        signed_by(
            MESSAGE,
            b"-----BEGIN SSH SIGNATURE-----\n" + lines + b"\n-----END SSH SIGNATURE-----\n",
            NAMESPACE,
        )


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_structure_under_the_armour_is_refused_in_words(public, signature):
    with pytest.raises(DataError):
        signed_by(MESSAGE, armoured(public, signature), NAMESPACE)


@given(
    st.sampled_from(
        [b"ssh-ed25519", b"ssh-rsa", b"ecdsa-sha2-nistp256", b"sk-ssh-ed25519@openssh.com", b"ssh-dss"]
    ),
    st.lists(st.binary(max_size=70), max_size=4),
)
def test_any_key_is_refused_in_words(kind, fields):
    blob = text(kind) + b"".join(map(text, fields))
    try:
        line = key_line(blob)
    except DataError:
        return
    assert key_blob(line) == blob


def test_keys_have_one_spelling(made):
    private = ec.generate_private_key(ec.SECP256R1()).public_key()
    short = private.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    with pytest.raises(DataError, match="one form"):
        key_line(text(b"ecdsa-sha2-nistp256") + text(b"nistp256") + text(short))
    fields = Fields(key_blob(made["rsa"][0]), "the key")
    fields.text()
    exponent, modulus = fields.number(), fields.number()
    longer = text(b"ssh-rsa") + mpint(exponent) + text(b"\0\0" + modulus.to_bytes(256, "big"))
    with pytest.raises(DataError, match="one form"):
        key_line(longer)
    with pytest.raises(DataError, match="stands behind"):
        key_line(key_blob(made["ed25519"][0]) + b"\0")
    with pytest.raises(DataError, match="another curve"):
        key_line(
            key_blob(made["nistp384"][0])
            .replace(b"nistp384", b"nistp256")
            .replace(b"nistp256", b"nistp384", 1)
        )
    with pytest.raises(DataError, match="another kind"):
        key_blob("ssh-rsa " + made["ed25519"][0].split()[1])


@pytest.mark.parametrize("bits", [1024, 2040])
def test_short_rsa_keys_are_refused(bits):
    numbers = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key().public_numbers()
    with pytest.raises(DataError, match=f"RSA key of {bits} bits"):
        key_line(text(b"ssh-rsa") + mpint(numbers.e) + mpint(numbers.n))


def test_certificates_are_refused(tmp_path: Path):
    for name in ("ca", "id"):
        keygen("-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name)
    assert keygen("-q", "-s", tmp_path / "ca", "-I", "x", "-n", "root", tmp_path / "id.pub").returncode == 0
    line = " ".join((tmp_path / "id-cert.pub").read_text().split()[:2])
    with pytest.raises(DataError, match="are not taken"):
        key_blob(line)


@given(st.text(max_size=60))
def test_base64_has_one_spelling(letters):
    try:
        data = from_base64(letters, "it")
    except DataError:
        return
    assert base64.b64encode(data).decode() == letters
