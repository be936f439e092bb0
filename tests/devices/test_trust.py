import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.devices.ssh.endpoint import Endpoint
from linewright.devices.ssh.enrolment import name_of, word
from linewright.devices.ssh.hostkeys import enrolled, verify
from linewright.devices.trust import Identity, Trust
from linewright.errors import DataError, Impostor


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


_HOSTILE = [
    "lab7,hq-wan1", "Core Switch 1", "hq-wan*", "hq-wan?", "#hq-wan1", "@revoked", "@cert-authority *", "|1|a|b", "!x",
    "x\nhq-wan1", "x\rhq-wan1", "x\u2028hq-wan1", "\x1b[2J", "hq%2Dwan1", "jump:hq-wan1", "-x", ".x", "~", "é", "hq-wan1 ",
    "[hq-wan1]:22", "%", "\x00", "hq-wan1\tssh-rsa",
]  # fmt: skip


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_name_is_enrolled_for_itself_alone(tmp_path: Path, name: str) -> None:
    good, other = (host_key(tmp_path, one)[0] for one in "ab")
    trust = Trust(tmp_path)
    first = Identity(device="hq-wan1", kind="ssh", key=good)
    odd = Identity(device=name, kind="ssh", key=other)
    trust.accept(first)
    assert trust.state(odd) == "new"
    trust.accept(odd)
    assert set(trust.enrolled()) == {first, odd}
    trust.accept(Identity(device="r9", kind="ssh", key=good))
    assert trust.state(odd) == trust.state(first) == "enrolled"
    path = str(tmp_path / "known_hosts")
    assert [key.get_base64() for key in enrolled(path, "hq-wan1")[0].values()] == [good.split()[1]]
    at = Endpoint(host="192.0.2.1", username="x", known_hosts=path, name=name)
    assert [key.get_base64() for key in enrolled(path, at.enrolled_as)[0].values()] == [other.split()[1]]
    for asked, expected in (("hq-wan1", good), (at.enrolled_as, other)):
        found = subprocess.run(["ssh-keygen", "-F", asked, "-f", path], capture_output=True, text=True)  # noqa: PLW1510 - what it says counts
        assert [line.split()[2] for line in found.stdout.splitlines() if line[0] != "#"] == [
            expected.split()[1]
        ]


@given(st.text(min_size=1), st.text(min_size=1), st.booleans(), st.booleans())
def test_different_servers_have_different_words(first: str, second: str, jump: bool, other: bool) -> None:
    assert name_of(word(first, jump=jump)) == (first, jump)
    assert ((first, jump) == (second, other)) == (word(first, jump=jump) == word(second, jump=other))
    assert re.fullmatch(r"(jump:)?[A-Za-z0-9%][A-Za-z0-9%._-]*", word(first, jump=jump))


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]*", fullmatch=True))
def test_plain_names_stay_as_they_are(name: str) -> None:
    assert word(name) == name


def test_names_that_openssh_takes_for_one_are_not_both_enrolled(tmp_path: Path) -> None:
    key = host_key(tmp_path, "k")[0]
    trust = Trust(tmp_path)
    trust.accept(Identity(device="hq-wan1", kind="ssh", key=key))
    with pytest.raises(DataError, match="small and capital letters"):
        trust.accept(Identity(device="HQ-WAN1", kind="ssh", key=key))
    assert [one.device for one in trust.enrolled()] == ["hq-wan1"]


def test_a_jump_host_is_no_device_of_its_name(tmp_path: Path) -> None:
    device, jump = (
        Identity(device="core", kind=kind, key=host_key(tmp_path, kind)[0]) for kind in ("ssh", "jump")
    )
    trust = Trust(tmp_path)
    trust.accept(jump)
    assert trust.state(device) == "new"
    trust.accept(device)
    assert {trust.state(one) for one in (device, jump)} == {"enrolled"}
    assert jump.fingerprint.startswith("SHA256:")


@pytest.mark.parametrize("mark", ["@revoked * ", "@revoked\t* ", " @revoked * ", "\t@revoked  hq-wan1 "])
def test_a_revoked_key_is_revoked_however_the_line_is_set(tmp_path: Path, mark: str) -> None:
    stolen = host_key(tmp_path, "k")[0]
    (tmp_path / "known_hosts").write_text(f"{mark}{stolen}\nhq-wan1 {stolen}\n")
    keys, revoked = enrolled(str(tmp_path / "known_hosts"), "hq-wan1")
    (key,) = keys.values()
    at = Endpoint(host="192.0.2.1", username="x", known_hosts="known_hosts", name="hq-wan1")
    with pytest.raises(Impostor, match="marked as revoked"):
        verify(at, key, keys, revoked)
    trust = Trust(tmp_path)
    trust.accept(Identity(device="r2", kind="ssh", key=stolen))
    assert (tmp_path / "known_hosts").read_text().startswith(f"{mark}{stolen}\n")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("known_hosts", "hq-wan1\n"),
        ("known_hosts", "hq-wan1 ssh-ed25519 AAA\n"),
        ("known_hosts", "hq-wan1 ssh-ed25519 \u00e4\n"),
        ("known_hosts", "lab7,hq-wan1 ssh-ed25519 AAAA\n"),
        ("known_hosts", "hq-* ssh-ed25519 AAAA\n"),
        ("known_hosts", "%68q-wan1 ssh-ed25519 AAAA\n"),
        ("known_hosts", "Core%2 ssh-ed25519 AAAA\n"),
        ("tls.json", "[]"),
        ("tls.json", "{"),
    ],
)
def test_damaged_files_are_named(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=name.replace(".", r"\.")):
        Trust(tmp_path).enrolled()
