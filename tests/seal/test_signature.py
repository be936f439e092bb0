"""Signatures that stock ssh-keygen makes and checks."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError, FacilityError, SecretError
from linewright.seal.signature import SigningKey, load_key, made_key, signer

NAMESPACE = "linewright-head@v1"
KEY = SigningKey(Ed25519PrivateKey.generate())


def keygen(*words: Any, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["ssh-keygen", *map(str, words)], input=data, capture_output=True, check=False)


def test_ssh_keygen_verifies_what_we_sign(tmp_path: Path) -> None:
    key = made_key(tmp_path / "runner.key")
    (tmp_path / "message.sig").write_bytes(key.sign(b"a message\n", NAMESPACE))
    (tmp_path / "signers").write_text(f'runner namespaces="{NAMESPACE}" {key.public}\n')
    verify = ("-Y", "verify", "-f", tmp_path / "signers", "-I", "runner", "-s", tmp_path / "message.sig")
    good = keygen(*verify, "-n", NAMESPACE, data=b"a message\n")
    assert good.returncode == 0, good.stderr
    assert b'Good "linewright-head@v1" signature for runner' in good.stdout
    assert keygen(*verify, "-n", NAMESPACE, data=b"another message\n").returncode != 0
    assert keygen(*verify, "-n", "git", data=b"a message\n").returncode != 0


def test_we_verify_what_ssh_keygen_signs_with_our_key(tmp_path: Path) -> None:
    key = made_key(tmp_path / "runner.key")
    (tmp_path / "message").write_bytes(b"a message\n")
    done = keygen("-Y", "sign", "-f", tmp_path / "runner.key", "-n", NAMESPACE, tmp_path / "message")
    assert done.returncode == 0, done.stderr
    assert signer(b"a message\n", (tmp_path / "message.sig").read_bytes(), NAMESPACE) == key.public
    assert (tmp_path / "message.sig").read_bytes() == key.sign(b"a message\n", NAMESPACE)
    assert (tmp_path / "runner.key.pub").read_text() == f"{key.public} linewright\n"


@given(st.binary(max_size=300), st.data())
def test_another_message_namespace_or_byte_is_told(message: bytes, data: st.DataObject) -> None:
    signature = KEY.sign(message, NAMESPACE)
    assert signer(message, signature, NAMESPACE) == KEY.public
    for other, namespace in ((message + b"x", NAMESPACE), (message, "git")):
        with pytest.raises(DataError):
            signer(other, signature, namespace)
    at = data.draw(st.integers(0, len(signature) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != signature[at]))
    altered = signature[:at] + bytes([byte]) + signature[at + 1 :]
    try:
        found = signer(message, altered, NAMESPACE)
    except DataError:
        return
    assert found == KEY.public  # white space, and the unused bits of base64's last letter


@given(st.binary(max_size=400))
def test_rubbish_is_no_signature(rubbish: bytes) -> None:
    with pytest.raises(DataError):
        signer(b"", rubbish, NAMESPACE)


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "runner.key"
    key = made_key(path)
    assert made_key(path).public == key.public == load_key(path).public
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in path.parent.iterdir()) == ["runner.key", "runner.key.pub"]
    assert "PRIVATE" not in repr(key)
    path.chmod(0o640)
    with pytest.raises(SecretError, match="can be read by others"):
        load_key(path)


@pytest.mark.parametrize("kind", ["passphrase", "ecdsa", "rubbish"])
def test_a_key_that_cannot_be_used_is_told_without_its_content(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "key"
    if kind == "rubbish":
        path.write_bytes(b"hunter2 is not a key")
        path.chmod(0o600)
    else:
        words = ("-t", "ecdsa", "-N", "") if kind == "ecdsa" else ("-t", "ed25519", "-N", "hunter2")
        assert keygen("-q", *words, "-f", path).returncode == 0
    with pytest.raises(SecretError, match="not an Ed25519 key") as told:
        made_key(path)
    assert "hunter2" not in str(told.value)


def test_a_key_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("linewright.seal.signature.os.fsync", full)
    with pytest.raises(FacilityError, match="No space left"):
        made_key(tmp_path / "runner.key")
    assert list(tmp_path.iterdir()) == []
