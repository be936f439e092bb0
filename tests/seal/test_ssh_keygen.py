"""People sign through stock ssh-keygen: keys in files, in an agent, with a passphrase that is typed on a terminal."""

import os
import pty
import select
import subprocess
import sys
import tempfile
import termios
from contextlib import contextmanager
from pathlib import Path

import pytest

from linewright.errors import FacilityError, SecretError
from linewright.seal import ssh_keygen
from linewright.seal.signature import signer

NAMESPACE = "linewright-approve@v1"
MESSAGE = b'{"decision":"approve"}'


def new_key(path, passphrase="", kind="ed25519"):
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "", "-f", path], check=True)
    return path.with_name(f"{path.name}.pub").read_text().strip()


@contextmanager
def agent():
    """An agent of our own in the foreground; its socket, whose path has to be short."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="lw-agent-") as folder:
        socket = f"{folder}/agent"
        child = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE)
        try:
            assert child.stdout is not None
            assert child.stdout.readline(), "the agent has ended"  # what it prints once its socket is there
            yield socket
        finally:
            child.kill()
            child.communicate()


def test_a_key_in_a_file_signs(tmp_path):
    public = new_key(tmp_path / "id")
    assert signer(MESSAGE, ssh_keygen.sign(MESSAGE, tmp_path / "id", NAMESPACE), NAMESPACE) == public


def test_a_key_that_only_an_agent_has_signs_by_its_public_half(tmp_path, monkeypatch):
    public = new_key(tmp_path / "id", kind="rsa")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    with agent() as socket:
        environment = {**os.environ, "SSH_AUTH_SOCK": socket}
        subprocess.run(["ssh-add", "-q", tmp_path / "id"], env=environment, check=True)
        (tmp_path / "id").unlink()
        with pytest.raises(SecretError, match="nothing was signed"):
            ssh_keygen.sign(MESSAGE, tmp_path / "id.pub", NAMESPACE)
        monkeypatch.setenv("SSH_AUTH_SOCK", socket)
        assert signer(MESSAGE, ssh_keygen.sign(MESSAGE, tmp_path / "id.pub", NAMESPACE), NAMESPACE) == public


_SIGNS = """
import fcntl, sys, termios
from pathlib import Path
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from linewright.seal import ssh_keygen
from linewright.errors import FacilityError
try:
    signature = ssh_keygen.sign(sys.argv[3].encode(), Path(sys.argv[1]), sys.argv[4], patience=float(sys.argv[5]))
    Path(sys.argv[2]).write_bytes(signature)
except FacilityError as error:
    print("GIVEN UP:", error, flush=True)
    input()
"""


def typed(passphrase, key, out, patience=120):
    """Exit status of signing on a terminal where a person types; what it showed; whether it shows what is typed at the end.

    Where `passphrase` is None nobody types until it is given up.
    """
    ours, theirs = pty.openpty()
    without = {"SSH_AUTH_SOCK", "SSH_ASKPASS"}
    child = subprocess.Popen(
        [sys.executable, "-c", _SIGNS, key, out, MESSAGE, NAMESPACE, str(patience)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,  # so that the terminal can become its own
        env={name: value for name, value in os.environ.items() if name not in without},
    )
    os.close(theirs)
    shown, answered, echoes = b"", False, None
    try:
        while select.select([ours], [], [], 120)[0]:
            try:
                more = os.read(ours, 4096)
            except OSError:  # how Linux says that nobody holds the other end any more
                break
            shown += more
            if b"passphrase" in shown and passphrase is not None and not answered:
                os.write(ours, passphrase.encode() + b"\n")
                answered = True
            if b"GIVEN UP" in shown and echoes is None:
                echoes = bool(termios.tcgetattr(ours)[3] & termios.ECHO)
                os.write(ours, b"\n")
        return child.wait(timeout=120), shown, echoes
    finally:
        os.close(ours)
        child.kill()
        child.wait()


def test_a_passphrase_is_typed_on_the_terminal(tmp_path):
    public = new_key(tmp_path / "id", "hunter2 hunter2")
    status, shown, _ = typed("hunter2 hunter2", tmp_path / "id", tmp_path / "sig")
    assert status == 0, shown
    assert signer(MESSAGE, (tmp_path / "sig").read_bytes(), NAMESPACE) == public
    assert b"hunter2" not in shown


def test_a_wrong_passphrase_signs_nothing(tmp_path):
    new_key(tmp_path / "id", "hunter2 hunter2")
    status, shown, _ = typed("wrong", tmp_path / "id", tmp_path / "sig")
    assert status != 0
    assert b"SecretError" in shown
    assert not (tmp_path / "sig").exists()


def test_a_terminal_shows_what_is_typed_again_when_nobody_typed_a_passphrase(tmp_path):
    new_key(tmp_path / "id", "hunter2 hunter2")
    status, shown, echoes = typed(None, tmp_path / "id", tmp_path / "sig", patience=5)
    assert (status, echoes) == (0, True), shown
    assert not (tmp_path / "sig").exists()


def test_arguments_hold_neither_message_nor_secret_and_nothing_of_ours_is_inherited(tmp_path, monkeypatch):
    new_key(tmp_path / "id")
    real = subprocess.run(["which", "ssh-keygen"], capture_output=True, text=True, check=True).stdout.strip()
    fake = tmp_path / "bin" / "ssh-keygen"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/words\nenv > {tmp_path}/environment\nexec {real} "$@"\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("LINEWRIGHT_SECRET_X", "hunter2")
    ssh_keygen.sign(MESSAGE, tmp_path / "id", NAMESPACE)
    assert (tmp_path / "words").read_text() == f"-q -Y sign -f {tmp_path}/id -n {NAMESPACE}\n"
    assert "hunter2" not in (tmp_path / "environment").read_text()


def test_a_key_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SecretError, match="could not use") as told:
        ssh_keygen.sign(MESSAGE, tmp_path / "none", NAMESPACE)
    assert "No such file" in told.value.message


def test_a_machine_without_ssh_keygen_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FacilityError, match="not installed"):
        ssh_keygen.sign(MESSAGE, tmp_path / "id", NAMESPACE)


def test_who_never_types_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    fake = tmp_path / "ssh-keygen"
    fake.write_text("#!/bin/sh\nexec sleep 600\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(FacilityError, match="did not end"):
        ssh_keygen.sign(MESSAGE, Path("id"), NAMESPACE, patience=0.2)
