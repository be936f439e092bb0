"""One SSH connection to a router: the host key is verified first, every command is bounded in time and size."""

import time

import paramiko
from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    ConnectionClosedException,
    ConnectionException,
)

from linewright.devices.ssh.dial import Line, opened
from linewright.devices.ssh.endpoint import Credential, Endpoint
from linewright.model.objects import Record

__all__ = ["MAX_ANSWER", "Answer", "Connection", "Endpoint"]

#: A router's answer is never longer: a running configuration of 100,000 lines has 5 MB.
MAX_ANSWER = 32 * 1024 * 1024
#: Of its errors no more is heard (bytes); one that goes on is cut off with the channel.
_MAX_ERRORS = 64 * 1024


class Answer(Record, frozen=True):
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


def _no_credential(reference: str) -> str:
    raise ConnectionException(f"there is no one to ask for {reference}")


class Connection:
    """A connection that is made by `open` and answers `run`.

    Args:
        endpoint: the router and the way to it.
        password: its password, empty for none.
        credential: gives passwords of jump hosts, and one-time codes.
    """

    def __init__(
        self, endpoint: Endpoint, password: str = "", credential: Credential = _no_credential
    ) -> None:
        self.endpoint = endpoint
        self._password = password
        self._credential = credential
        self._line: Line | None = None
        self._transport: paramiko.Transport | None = None

    @property
    def alive(self) -> bool:
        """Whether the connection stands, as far as this end knows."""
        return self._transport is not None and self._transport.is_active()

    def open(self) -> None:
        """Connect, verify the host key, log in: by key where there is one, else by password.

        Raises:
            Impostor: unknown or changed host key, of the router or a jump host; it was sent no user name or credential.
            ConnectAuthError: the login was refused.
            ConnectionException: not reached.
            DeviceError: a jump host refused the login, or nobody typed a one-time code.
        """
        self._line = opened(self.endpoint, self._password, self._credential)
        self._transport = self._line.last

    def close(self) -> None:
        """Close the connection; nothing is told to the router."""
        if self._line is not None:
            self._line.close()
        self._line = self._transport = None

    def run(self, command: str, stdin: str = "", *, total: float | None = None) -> Answer:
        """Run a command by the login shell. `timeout` bounds each silence, `total` (default the same) the whole.

        Raises:
            CommandTimeoutException: no answer in time; the command may still be running there.
            ConnectionClosedException: the connection was lost; the command may have been carried out.
            CommandErrorException: the answer is too long or not UTF-8.
        """
        if self._transport is None or not self._transport.is_active():
            raise ConnectionClosedException(f"no connection to {self.endpoint.where}")
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
                    raise ConnectionClosedException(f"the connection to {self.endpoint.where} was lost")
                return Answer(status=channel.exit_status, out=_text(out), err=_text(err))
        except TimeoutError:
            raise CommandTimeoutException(
                f"{self.endpoint.where} did not answer within {silence} seconds"
            ) from None
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise ConnectionClosedException(
                f"the connection to {self.endpoint.where} was lost: {error}"
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


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise CommandErrorException(f"the router's answer is not UTF-8 (byte {error.start})") from None
