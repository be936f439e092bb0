"""SSH servers in this process, on loopback: they demand what a test says, and remember who asked for what."""

import contextlib
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest

from linewright.devices.ssh.endpoint import Endpoint

USER, PASSWORD = "ops", "hunter2-planted"
JUMPS = ("bastion", "edge", "core")


class Server:
    """One server. `accounts` says what opens it; `logins` counts sessions that got in, `offers` what was tried."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.key = paramiko.Ed25519Key.from_private_key_file(str(new_key(folder, f"host-{name}")))
        self.passwords: set[str] = set()
        self.keys: set[bytes] = set()
        self.codes: list[str] = []
        self.both = False
        self.logins = 0
        self.offers: list[str] = []
        self.forwarded: list[tuple[str, int]] = []
        self.run: Callable[[str, paramiko.Channel], int] = lambda _command, _channel: 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.transports: list[paramiko.Transport] = []
        self._ended = False
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def known(self) -> str:
        word = f"jump:{self.name}" if self.name in JUMPS else self.name
        return f"{word} {self.key.get_name()} {self.key.get_base64()}\n"

    def end(self) -> None:
        """Die: the listener and every connection."""
        self._ended = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for transport in self.transports:
            transport.close()

    def _accept(self) -> None:
        while not self._ended:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(self.key)
            self.transports.append(transport)
            with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
                transport.start_server(threading.Event(), Session(self, transport))


class Session(paramiko.ServerInterface):
    def __init__(self, server: Server, transport: paramiko.Transport) -> None:
        self.server = server
        self.transport = transport
        self.asked: list[str] = []
        self.key_given = False

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 - paramiko's signature
        ways = ["publickey"] * bool(self.server.keys) + ["password"] * bool(self.server.passwords)
        ways += ["keyboard-interactive"] * bool(self.server.codes)
        if self.server.codes and not self.server.both:
            ways = [way for way in ways if way != "password"]
        if self.key_given:
            ways = ["keyboard-interactive"]
        return ",".join(ways)

    def _in(self) -> int:
        self.server.logins += 1
        return paramiko.AUTH_SUCCESSFUL

    def check_auth_none(self, username: str) -> int:  # noqa: ARG002 - paramiko's signature
        return paramiko.AUTH_FAILED

    def check_auth_password(self, username: str, password: str) -> int:
        self.server.offers.append(f"{username} password")
        if self.server.both and self.server.codes and password == f"{PASSWORD}{self.server.codes[0]}":
            self.server.codes.pop(0)
            return self._in()
        if password in self.server.passwords and not self.server.codes:
            return self._in()
        return paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self.server.offers.append(f"{username} key")
        if key.asbytes() not in self.server.keys:
            return paramiko.AUTH_FAILED
        if self.server.codes:
            self.key_given = True
            return paramiko.AUTH_PARTIALLY_SUCCESSFUL
        return self._in()

    def check_auth_interactive(self, username: str, submethods: str) -> Any:  # noqa: ARG002 - paramiko's signature
        self.server.offers.append(f"{username} interactive")
        if not self.server.codes:
            return paramiko.AUTH_FAILED
        self.asked = ["Verification code: "] if self.key_given else ["Password: ", "One-time code: "]
        return paramiko.InteractiveQuery("", "", *((text, False) for text in self.asked))

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        wanted = [self.server.codes[0]] if self.key_given else [PASSWORD, self.server.codes[0]]
        if responses != wanted:
            return paramiko.AUTH_FAILED
        self.server.codes.pop(0)  # a code opens once
        if not self.server.codes:
            self.server.codes.append("no more")
        return self._in()

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002 - paramiko's signature
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        # paramiko says yes to the client after this returns; what runs may end no earlier.
        later = threading.Timer(0.05, self._run, args=(channel, command.decode()))
        later.daemon = True
        later.start()
        return True

    def _run(self, channel: paramiko.Channel, command: str) -> None:
        with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
            status = self.server.run(command, channel)
            channel.send_exit_status(status)
            channel.close()

    def check_channel_direct_tcpip_request(
        self,
        chanid: int,
        origin: tuple[str, int],  # noqa: ARG002 - paramiko's signature
        destination: tuple[str, int],
    ) -> int:
        self.server.forwarded.append(destination)
        try:
            far = socket.create_connection(destination, 5)
        except OSError:
            return paramiko.OPEN_FAILED_CONNECT_FAILED
        threading.Thread(target=self._forward, args=(chanid, far), daemon=True).start()
        return paramiko.OPEN_SUCCEEDED

    def _forward(self, chanid: int, far: socket.socket) -> None:
        channel = None
        while channel is None or channel.get_id() != chanid:
            channel = self.transport.accept(10)
            if channel is None:
                return
        threading.Thread(target=pump, args=(far.recv, channel.sendall, channel.close), daemon=True).start()
        pump(channel.recv, far.sendall, far.close)


def pump(take: Callable[[int], bytes], give: Callable[[bytes], Any], end: Callable[[], None]) -> None:
    with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
        while part := take(65536):
            give(part)
    with contextlib.suppress(OSError):
        end()


def new_key(folder: Path, name: str, passphrase: str = "") -> Path:
    path = folder / name
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", str(path)], check=True
    )
    return path


def public(path: Path) -> bytes:
    import base64

    return base64.b64decode(Path(f"{path}.pub").read_text().split()[1])


class Net:
    """The servers of a test, what is enrolled, and what a person would type."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known_hosts = folder / "known_hosts"
        self.servers: dict[str, Server] = {}
        self.typed: dict[str, list[str]] = {}
        self.asked: list[str] = []

    def server(self, name: str, *, enrol: bool = True) -> Server:
        made = self.servers[name] = Server(self.folder, name)
        if enrol:
            with self.known_hosts.open("a") as file:
                file.write(made.known)
        return made

    def at(self, name: str, **more: Any) -> Endpoint:
        server = self.servers[name]
        return Endpoint(
            **{
                "name": name, "jump": name in JUMPS, "host": "127.0.0.1", "port": server.port, "username": USER,
                "known_hosts": str(self.known_hosts), "timeout": 5, **more,
            }
        )  # fmt: skip

    def credential(self, reference: str) -> str:
        self.asked.append(reference)
        return self.typed[reference].pop(0)

    def key(self, name: str = "id", passphrase: str = "") -> Path:
        return new_key(self.folder, name, passphrase)


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    found = Net(tmp_path)
    yield found
    for server in found.servers.values():
        server.end()


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """A stock ssh-agent; call it with a private key to add."""
    path = tmp_path / "agent.sock"
    process = subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    waited = threading.Event()
    for _ in range(200):
        if path.exists():
            break
        waited.wait(0.05)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(path))

    def add(key: Path) -> None:
        subprocess.run(["ssh-add", "-q", str(key)], check=True, stderr=subprocess.DEVNULL)

    yield add
    process.terminate()
    process.wait(10)
