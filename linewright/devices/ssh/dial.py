"""A verified, logged-in connection to a server, through the jump hosts on the way.

Every hop has a connection of its own that is used for nothing else: proof that a new session is possible would be none
over a way that already stands.
"""

import socket
import subprocess
import threading
from contextlib import nullcontext, suppress
from typing import cast

import paramiko
from napalm.base.exceptions import ConnectAuthError, ConnectionException

from linewright import children
from linewright.devices.ssh.endpoint import Credential, Endpoint
from linewright.devices.ssh.hostkeys import enrolled, prefer, verify
from linewright.devices.ssh.login import log_in
from linewright.errors import DeviceError


class Through:
    """A channel of a jump host in the place of a socket.

    paramiko closes what carries a connection from the thread that reads it; a channel whose own connection is gone
    raises then, and the thread's traceback would reach the terminal.
    """

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel = channel

    @property
    def _closed(self) -> bool:
        """As a socket's; paramiko waits for it."""
        return self._channel.closed

    def send(self, data: bytes) -> int:
        """As a socket's."""
        return self._channel.send(data)

    def recv(self, size: int) -> bytes:
        """As a socket's."""
        return self._channel.recv(size)

    def settimeout(self, seconds: float | None) -> None:
        """As a socket's."""
        self._channel.settimeout(seconds)

    def close(self) -> None:
        """Close it if there is still somebody to tell."""
        with suppress(paramiko.SSHException, OSError, EOFError):
            self._channel.close()


Way = socket.socket | Through
#: Codes are typed one after the other; a server that was connected to meanwhile would grow tired of waiting for its own
#: (sshd_config(5), LoginGraceTime: two minutes).
_ONE_AT_A_TIME = threading.Lock()


class Line:
    """A connection to a server and what carries it. Its last transport speaks with the server itself."""

    def __init__(self) -> None:
        self._transports: list[paramiko.Transport] = []
        self._proxy: subprocess.Popen[bytes] | None = None
        self._sockets: list[socket.socket] = []

    @property
    def last(self) -> paramiko.Transport:
        """The transport to the server."""
        return self._transports[-1]

    def close(self) -> None:
        """Close everything, the farthest first; nothing is told to the server."""
        for transport in reversed(self._transports):
            transport.close()
        for one in self._sockets:
            one.close()
        if self._proxy is not None:
            self._proxy.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._proxy.wait(5)
            if self._proxy.poll() is None:
                self._proxy.kill()
                self._proxy.wait()
            self._proxy = None

    def way(self, where: Endpoint, credential: Credential) -> Way:
        """An open way to a server: a TCP connection, or a channel through its jump hosts (RFC 4254 section 7.2).

        Raises:
            ConnectionException, Impostor, DeviceError: as `opened`, of a jump host.
        """
        before: Endpoint | None = None
        for hop in where.jumps:
            try:
                way = self._first(hop) if before is None else self._next(before, hop)
                self.join(way, hop, credential(hop.password) if hop.password else "", credential)
            except ConnectAuthError as error:
                raise DeviceError(
                    f"jump host {hop.title} ({hop.host} port {hop.port}): {error}",
                    hint="check its login: jumps in nornir.yaml, the OpenSSH configuration, the agent's keys",
                ) from None
            except ConnectionException as error:
                raise ConnectionException(f"jump host {hop.title}: {error}") from None
            before = hop
        return self._first(where) if before is None else self._next(before, where)

    def join(self, way: Way, where: Endpoint, password: str, credential: Credential) -> None:
        """Speak SSH over a way: verify the server's key, then log in.

        Raises:
            Impostor: unknown, revoked or changed host key; no user name or credential was sent.
            ConnectAuthError: the login was refused.
            ConnectionException: no SSH server, or the connection was lost.
        """
        keys, revoked = enrolled(where.known_hosts, where.enrolled_as, alone=bool(where.name))
        try:
            transport = self.shaken(way, where, keys)
            verify(where, transport.get_remote_server_key(), keys, revoked)
            log_in(transport, where, password, credential)
            transport.set_keepalive(where.keepalive)
        except paramiko.AuthenticationException as error:
            raise ConnectAuthError(f"the login as {where.username} was refused: {error}") from None
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise ConnectionException(f"{where.where}: {_why(error)}") from error

    def shaken(self, way: Way, where: Endpoint, keys: dict[str, paramiko.PKey]) -> paramiko.Transport:
        """The transport after the key exchange (RFC 4253), nothing sent yet.

        Raises:
            paramiko.SSHException: it did not come to an end.
        """
        transport = paramiko.Transport(cast("socket.socket", way))
        self._transports.append(transport)
        transport.banner_timeout = where.connect_timeout or where.timeout
        prefer(transport, keys)
        transport.start_client(timeout=where.timeout)
        # When the time is over paramiko returns without a word.
        if not transport.initial_kex_done:
            raise paramiko.SSHException(f"no key exchange within {where.timeout} s")
        return transport

    def _first(self, where: Endpoint) -> socket.socket:
        try:
            if where.proxy_command:
                return self._through_command(where.proxy_command)
            way = socket.create_connection((where.host, where.port), where.connect_timeout or where.timeout)
        except (OSError, ValueError) as error:
            raise ConnectionException(f"{where.where}: {_why(error)}") from error
        self._sockets.append(way)
        way.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # A peer that is gone is noticed when signs of life stay unanswered so long (milliseconds, tcp(7)).
            way.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, where.timeout * 1000)
        return way

    def _next(self, before: Endpoint, where: Endpoint) -> Through:
        try:
            channel = self.last.open_channel(
                "direct-tcpip",
                (where.host, where.port),
                ("127.0.0.1", 0),
                timeout=where.connect_timeout or where.timeout,
            )
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise ConnectionException(
                f"jump host {before.title} does not reach {where.host} port {where.port}: {_why(error)}"
            ) from error
        return Through(channel)

    def _through_command(self, command: tuple[str, ...]) -> socket.socket:
        """A program in the place of a connection; arguments as they stand, no shell."""
        ours, theirs = socket.socketpair()
        self._sockets.append(ours)
        with theirs:
            self._proxy = subprocess.Popen(
                command,
                env=children.inherited(),
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,
            )
        return ours


def opened(where: Endpoint, password: str, credential: Credential) -> Line:
    """A logged-in connection to a server.

    Args:
        where: the server and the way to it.
        password: its password, empty for none.
        credential: gives passwords of jump hosts, and one-time codes.

    Raises:
        Impostor: a server shows another host key than the enrolled one; it was sent neither user name nor credential.
        ConnectAuthError: the server refuses the login.
        DeviceError: a jump host refuses it; NotGiven when a one-time code was not typed.
        ConnectionException: not reached, or lost on the way.
    """
    line = Line()
    try:
        with _ONE_AT_A_TIME if where.codes_for_a_login else nullcontext():
            line.join(line.way(where, credential), where, password, credential)
    except BaseException:
        line.close()
        raise
    return line


def shown_key(where: Endpoint, credential: Credential) -> paramiko.PKey:
    """The host key a server shows now; nothing is sent to it. Jump hosts on the way are verified and logged into.

    Raises:
        Impostor, DeviceError, ConnectionException: of a jump host, as `opened`.
        paramiko.SSHException, OSError, EOFError: the server does not answer as SSH does.
    """
    line = Line()
    try:
        return line.shaken(line.way(where, credential), where, {}).get_remote_server_key()
    finally:
        line.close()


def _why(error: Exception) -> str:
    if isinstance(error, paramiko.ChannelException):
        return str(error.text)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
