import subprocess
from pathlib import Path

import pytest

from linewright.devices.trust import Identity, Trust
from linewright.errors import DataError


def host_key(folder: Path, name: str) -> tuple[str, str]:
    """A key as ssh-keygen makes it: ("type base64", fingerprint as ssh-keygen prints it)."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    listed = subprocess.run(
        ["ssh-keygen", "-lf", str(folder / name)], check=True, capture_output=True, text=True
    ).stdout
    return " ".join((folder / f"{name}.pub").read_text().split()[:2]), listed.split()[1]


def test_fingerprints_are_those_of_ssh_keygen(tmp_path: Path) -> None:
    key, fingerprint = host_key(tmp_path, "k")
    assert Identity(device="a", kind="ssh", key=key).fingerprint == fingerprint


def test_enrolled_then_changed(tmp_path: Path) -> None:
    trust = Trust(tmp_path / "trust")
    first, second = (Identity(device="r1", kind="ssh", key=host_key(tmp_path, n)[0]) for n in "ab")
    certificate = Identity(device="r1", kind="tls", key="ab" * 32)
    assert trust.state(first) == "new"
    trust.accept(first, certificate)
    assert trust.state(first) == "enrolled"
    assert trust.state(second) == "changed"
    assert trust.enrolled() == (first, certificate)


def test_known_hosts_is_read_by_openssh(tmp_path: Path) -> None:
    key, fingerprint = host_key(tmp_path, "k")
    Trust(tmp_path / "trust").accept(Identity(device="hq-wan1", kind="ssh", key=key))
    found = subprocess.run(
        ["ssh-keygen", "-lF", "hq-wan1", "-f", str(tmp_path / "trust" / "known_hosts")],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert fingerprint in found.stdout


def test_what_a_person_wrote_beside_the_keys_stays(tmp_path: Path) -> None:
    stolen, one, other = (host_key(tmp_path, name)[0] for name in "abc")
    by_hand = f"# compared on the console by jo\n@revoked * {stolen}\n@revoked r9 {one} since 2026\n"
    (tmp_path / "known_hosts").write_text(f"{by_hand}r1 {one}\n")
    trust = Trust(tmp_path)
    assert [identity.device for identity in trust.enrolled()] == ["r1"]
    trust.accept(Identity(device="r2", kind="ssh", key=other))
    written = (tmp_path / "known_hosts").read_text()
    assert written.startswith(by_hand)
    assert [identity.device for identity in trust.enrolled()] == ["r1", "r2"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("known_hosts", "hq-wan1\n"),
        ("known_hosts", "hq-wan1 ssh-ed25519 AAA\n"),
        ("known_hosts", "hq-wan1 ssh-ed25519 \u00e4\n"),
        ("tls.json", "[]"),
        ("tls.json", "{"),
    ],
)
def test_damaged_files_are_named(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=name.replace(".", r"\.")):
        Trust(tmp_path).enrolled()
