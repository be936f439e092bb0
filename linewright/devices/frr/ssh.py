"""One SSH connection to a router: the host key is verified first, every command is bounded in time and size."""

import base64
import hashlib
import socket
import time
from pathlib import Path

import paramiko
from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    ConnectAuthError,
    ConnectionClosedException,
    ConnectionException,
)
from paramiko.hostkeys import HostKeyEntry, InvalidHostKey
from paramiko.pkey import UnknownKeyType

from linewright.errors import Impostor
from linewright.model.objects import Record

#: A router's answer is never longer: a running configuration of 100,000 lines has 5 MB.
MAX_ANSWER = 32 * 1024 * 1024
#: Of its errors no more is heard (bytes); one that goes on is cut off with the channel.
_MAX_ERRORS = 64 * 1024


class Endpoint(Record, frozen=True):
    """Where a router is, who logs in, and under which name its host key is enrolled in `known_hosts`.

    `name` empty: the address itself, "[address]:port" for another port than 22 (as OpenSSH writes it).
    `key_file` is a private key without passphrase; empty for login by password. `timeout` in seconds.
    """

    host: str
    username: str
    known_hosts: str
    port: int = 22
    name: str = ""
    key_file: str = ""
    timeout: int = 60

    @property
    def enrolled_as(self) -> str:
        """The name to look for in known_hosts."""
        return self.name or (self.host if self.port == 22 else f"[{self.host}]:{self.port}")


class Answer(Record, frozen=True):
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


def fingerprint(key: paramiko.PKey) -> str:
    """As OpenSSH shows it: "SHA256:" and the unpadded base64 of the key's SHA-256."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")


def enrolled(path: str, name: str) -> tuple[dict[str, paramiko.PKey], set[bytes]]:
    """The keys enrolled for a name by type, and every revoked key of the file (sshd(8), SSH_KNOWN_HOSTS FORMAT)."""
    file = Path(path).expanduser()
    if not file.is_file():
        return {}, set()
    text = file.read_text(encoding="utf-8", errors="replace")
    revoked = {_blob(line) for line in text.splitlines() if line.startswith("@revoked ")}
    store = paramiko.HostKeys()
    for line in text.splitlines():
        # paramiko takes the marker of a marked line for a host name, and its type for a key.
        if not line.strip() or line.lstrip().startswith(("#", "@")):
            continue
        try:
            entry = HostKeyEntry.from_line(line)
        except InvalidHostKey:
            raise ConnectionException(f"{file} holds a host key that cannot be read") from None
        if entry is not None:
            for host in entry.hostnames:
                store.add(host, entry.key.get_name(), entry.key)
    keys = store.lookup(name)
    return (dict(keys) if keys else {}), revoked - {b""}


def _blob(line: str) -> bytes:
    try:
        return base64.b64decode(line.split()[3], validate=True)
    except (IndexError, ValueError):
        return b""


class Connection:
    """A connection that is made by `open` and answers `run`."""

    def __init__(self, endpoint: Endpoint, password: str = "") -> None:
        self.endpoint = endpoint
        self._password = password
        self._transport: paramiko.Transport | None = None

    @property
    def alive(self) -> bool:
        """Whether the connection stands, as far as this end knows."""
        return self._transport is not None and self._transport.is_active()

    def open(self) -> None:
        """Connect, verify the host key, log in: by key where there is one, else by password.

        Raises:
            Impostor: unknown or changed host key; no user name or credential was sent.
            ConnectAuthError: the login was refused.
            ConnectionException: not reached, or not an SSH server.
        """
        where = self.endpoint
        keys, revoked = enrolled(where.known_hosts, where.enrolled_as)
        own_key = _private_key(where.key_file) if where.key_file else None
        try:
            link = socket.create_connection((where.host, where.port), timeout=where.timeout)
        except OSError as error:
            raise ConnectionException(f"{where.host} port {where.port}: {error}") from error
        try:
            transport = paramiko.Transport(link)
        except (paramiko.SSHException, OSError) as error:
            link.close()
            raise ConnectionException(f"{where.host} port {where.port}: {error}") from error
        try:
            transport.banner_timeout = transport.auth_timeout = where.timeout
            _prefer(transport, keys)
            transport.start_client(timeout=where.timeout)
            _verify(where, transport.get_remote_server_key(), keys, revoked)
            if own_key is not None:
                transport.auth_publickey(where.username, own_key)
            else:
                transport.auth_password(where.username, self._password)
            transport.set_keepalive(15)
        except paramiko.AuthenticationException as error:
            transport.close()
            raise ConnectAuthError(
                f"{where.host} port {where.port}: login as {where.username} refused"
            ) from error
        except (paramiko.SSHException, OSError, EOFError) as error:
            transport.close()
            raise ConnectionException(
                f"{where.host} port {where.port}: {str(error) or type(error).__name__}"
            ) from error
        except Impostor:
            transport.close()
            raise
        self._transport = transport

    def close(self) -> None:
        """Close the connection; nothing is told to the router."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def run(self, command: str, stdin: str = "", *, total: float | None = None) -> Answer:
        """Run a command by the login shell. `timeout` bounds each silence, `total` (default the same) the whole.

        Raises:
            CommandTimeoutException: no answer in time; the command may still be running there.
            ConnectionClosedException: the connection was lost; the command may have been carried out.
            CommandErrorException: the answer is too long or not UTF-8.
        """
        if self._transport is None or not self._transport.is_active():
            raise ConnectionClosedException(f"no connection to {self.endpoint.host}")
        silence = self.endpoint.timeout
        end = time.monotonic() + (silence if total is None else total)
        try:
            channel = self._transport.open_session(timeout=silence)
            with channel:
                channel.settimeout(silence)
                channel.exec_command(command)
                if stdin:
                    channel.sendall(stdin.encode())
                channel.shutdown_write()
                out = self._read(channel, end)
                err = _errors(channel)
                if not channel.status_event.wait(silence) or channel.exit_status < 0:
                    raise ConnectionClosedException(f"the connection to {self.endpoint.host} was lost")
                return Answer(status=channel.exit_status, out=_text(out), err=_text(err))
        except TimeoutError:
            raise CommandTimeoutException(
                f"{self.endpoint.host} did not answer within {silence} seconds"
            ) from None
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise ConnectionClosedException(
                f"the connection to {self.endpoint.host} was lost: {error}"
            ) from error

    def _read(self, channel: paramiko.Channel, end: float) -> bytes:
        parts, size = [], 0
        while part := channel.recv(65536):
            channel.settimeout(min(self.endpoint.timeout, max(1.0, end - time.monotonic())))
            parts.append(part)
            size += len(part)
            if size > MAX_ANSWER:
                raise CommandErrorException(f"{self.endpoint.host} sent more than {MAX_ANSWER} bytes")
            if time.monotonic() > end:
                raise CommandTimeoutException(f"{self.endpoint.host} did not finish its answer in time")
        return b"".join(parts)


def _errors(channel: paramiko.Channel) -> bytes:
    taken = bytearray()
    while len(taken) < _MAX_ERRORS and (part := channel.recv_stderr(4096)):
        taken += part
    return bytes(taken[:_MAX_ERRORS])


def _private_key(path: str) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(Path(path).expanduser())
    except (paramiko.SSHException, UnknownKeyType, OSError, ValueError) as error:
        # Not the error's own text: it may quote what stands in the file.
        raise ConnectionException(f"the private key {path} cannot be used ({type(error).__name__})") from None


def _prefer(transport: paramiko.Transport, keys: dict[str, paramiko.PKey]) -> None:
    """Ask the server for a host key of an enrolled type first: it may have several, and one is enrolled."""
    options = transport.get_security_options()
    options.key_types = sorted(
        options.key_types, key=lambda kind: not any(_same_kind(kind, name) for name in keys)
    )


def _same_kind(algorithm: str, key_type: str) -> bool:
    # An RSA key signs by three algorithms (RFC 8332); known_hosts knows only the key's type.
    return algorithm == key_type or (key_type == "ssh-rsa" and algorithm.startswith("rsa-sha2-"))


def _verify(
    where: Endpoint, shown: paramiko.PKey, keys: dict[str, paramiko.PKey], revoked: set[bytes]
) -> None:
    name, seen = where.enrolled_as, f"{shown.get_name()} {fingerprint(shown)}"
    hint = (
        f"nothing was sent; compare the key on the router's console, then enrol it (file {where.known_hosts})"
    )
    if shown.asbytes() in revoked:
        raise Impostor(f"{name}: the host key {seen} is marked as revoked", hint=hint)
    if any(shown == key for key in keys.values()):
        return
    if not keys:
        raise Impostor(f"{name}: the host key {seen} is unknown, none is enrolled under this name", hint=hint)
    known = ", ".join(f"{kind} {fingerprint(key)}" for kind, key in sorted(keys.items()))
    raise Impostor(f"{name}: the host key {seen} is not the enrolled one ({known})", hint=hint)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise CommandErrorException(f"the router's answer is not UTF-8 (byte {error.start})") from None
