"""eAPI over one kept-alive HTTPS connection to a server whose certificate was verified first.

In the place of pyeapi's own transport, which verifies nothing unless told to, opens a new TLS connection for every
request, and writes whole requests, secrets included, to its debug log.

Source for the protocol: Arista eAPI, JSON-RPC 2.0 "runCmds" over POST /command-api with basic authentication.
"""

import base64
import hashlib
import http.client
import re
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any

import msgspec
from napalm.base.exceptions import ConnectAuthError, ConnectionClosedException, ConnectionException
from pyeapi.eapilib import CommandError, EapiConnection

from linewright.errors import Impostor

_PATH = "/command-api"
#: No answer of a switch is longer; one that is, is not believed (bytes).
_LONGEST = 64 * 2**20
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Enrolled:
    """How a device proves who it is: the SHA-256 (hex) of its certificate's DER form, or a file of CA certificates.

    `device` is the name it is enrolled under, for messages.
    """

    device: str
    pin: str = ""
    ca_file: str = ""


class NotSent(ConnectionException):  # type: ignore[misc] # NAPALM is untyped
    """No connection came about: not a byte of the request left us."""


class NoAnswer(ConnectionClosedException):  # type: ignore[misc] # as above
    """The request was sent, wholly or in part, and no answer came that can be believed."""


class VerifiedHttps(EapiConnection):  # type: ignore[misc] # pyeapi is untyped
    """One connection to one device, opened when first needed.

    Args:
        host: name or address.
        port: TCP port.
        username: for basic authentication.
        password: as above; it is sent after the certificate was verified, never before.
        timeout: seconds for a whole request, from connecting to the last byte of the answer.
        enrolled: how the device proves who it is.
    """

    def __init__(
        self, host: str, port: int, *, username: str, password: str, timeout: float, enrolled: Enrolled
    ) -> None:
        super().__init__()
        self._host, self._port, self._timeout = host, port, timeout
        self._enrolled = enrolled
        self._authorization = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
        self._connection: http.client.HTTPConnection | None = None

    def __str__(self) -> str:
        return f"https://{self._host}:{self._port}{_PATH}"

    __repr__ = __str__

    def send(self, data: str) -> dict[str, Any]:
        """One request and its answer.

        Raises:
            Impostor: another certificate than the enrolled one; no credential was sent.
            NotSent: no connection came about.
            ConnectAuthError: the login was refused; no command was run.
            NoAnswer: sent, and no answer came that can be believed.
            CommandError: the device refuses a command.
        """
        deadline = time.monotonic() + self._timeout
        connection = self._connected(deadline)
        try:
            status, body = self._exchange(connection, data, deadline)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer(
                f"{self._enrolled.device}: the connection was lost or silent after a request was sent: "
                f"{_told(error)}"
            ) from None
        if status == http.HTTPStatus.UNAUTHORIZED:
            self.close()
            raise ConnectAuthError(f"{self._enrolled.device}: the login was refused")
        return self._decoded(status, body, len(msgspec.json.decode(data)["params"]["cmds"]))

    def close(self) -> None:
        """Close the connection; nothing is said to the device."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def is_alive(self) -> dict[str, bool]:
        """Whether the connection is open, as far as is known without asking the device."""
        return {"is_alive": self._connection is not None and not _hung_up(self._connection.sock)}

    def verify(self) -> None:
        """Connect and verify the certificate; no credential is sent.

        Raises:
            Impostor: another certificate than the enrolled one.
            NotSent: no connection came about.
        """
        self._connected(time.monotonic() + self._timeout)

    def _connected(self, deadline: float) -> http.client.HTTPConnection:
        """The connection, a new one if there is none or the device has closed it meanwhile."""
        if self._connection is not None and _hung_up(self._connection.sock):
            self.close()
        if self._connection is None:
            wrapped = self._handshake(deadline)
            connection = http.client.HTTPConnection(self._host, self._port)
            connection.auto_open = (
                0  # it must never open a connection of its own: that one would not be verified
            )
            connection.sock = wrapped
            self._connection = connection
        return self._connection

    def _handshake(self, deadline: float) -> ssl.SSLSocket:
        enrolled = self._enrolled
        if not enrolled.pin and not enrolled.ca_file:
            raise Impostor(
                f"{enrolled.device}: no certificate and no CA is enrolled for it",
                hint=f"compare and enrol it: lw trust scan --device {enrolled.device}, then lw trust accept",
            )
        try:
            wrapped = _tls(self._host, self._port, deadline, _context(enrolled))
        except ssl.SSLCertVerificationError as error:
            seen = self._seen(deadline)
            raise _impostor(
                enrolled, seen, f"a certificate of {enrolled.ca_file} ({error.verify_message})"
            ) from None
        except OSError as error:
            raise NotSent(
                f"{enrolled.device} ({self._host} port {self._port}) was not reached: {_told(error)}"
            ) from None
        if enrolled.pin:
            seen = _fingerprint(wrapped)
            if seen != enrolled.pin.replace(":", "").lower():
                wrapped.close()
                raise _impostor(enrolled, seen, enrolled.pin)
        return wrapped

    def _seen(self, deadline: float) -> str:
        """The fingerprint a server shows whose certificate did not verify; nothing is sent to it."""
        try:
            with _tls(self._host, self._port, deadline, _context(Enrolled(self._enrolled.device))) as wrapped:
                return _fingerprint(wrapped)
        except OSError:
            return "not shown"

    def _exchange(
        self, connection: http.client.HTTPConnection, data: str, deadline: float
    ) -> tuple[int, bytes]:
        body = data.encode()
        connection.sock.settimeout(_left(deadline))
        connection.putrequest("POST", _PATH)
        connection.putheader("Content-Type", "application/json-rpc")
        connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Authorization", self._authorization)
        connection.endheaders(message_body=body)
        with connection.getresponse() as response:
            taken = bytearray()
            while True:
                if connection.sock is not None:
                    connection.sock.settimeout(_left(deadline))
                chunk = response.read1(_CHUNK)
                if not chunk:
                    break
                taken += chunk
                if len(taken) > _LONGEST:
                    raise http.client.HTTPException("the answer is too long to be believed")
            if response.length:
                raise http.client.IncompleteRead(b"", response.length)
            if response.will_close:
                self.close()
            return response.status, bytes(taken)

    def _decoded(self, status: int, body: bytes, asked: int) -> dict[str, Any]:
        """What an answer says, if it is one of eAPI to so many commands; text that is not UTF-8 is none."""
        try:
            decoded = msgspec.json.decode(body)
        except UnicodeDecodeError:
            raise self._unbelievable("is not UTF-8", status) from None
        except (ValueError, RecursionError):
            decoded = None
        if isinstance(decoded, dict) and isinstance(error := decoded.get("error"), dict):
            raise _command_error(error)
        results = decoded.get("result") if isinstance(decoded, dict) else None
        if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
            raise self._unbelievable("is not one of eAPI", status)
        if len(results) != asked:
            raise self._unbelievable(f"is about {len(results)} of {asked} commands", status)
        return {"result": results}

    def _unbelievable(self, why: str, status: int) -> NoAnswer:
        """Nobody knows what else such a connection would say, so it is closed."""
        self.close()
        return NoAnswer(f"{self._enrolled.device}: the answer {why} (HTTP status {status})")


def _command_error(error: dict[str, Any]) -> CommandError:
    data = error.get("data")
    output = [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []
    said = [str(text) for entry in output for text in _texts(entry.get("errors"))]
    code = error.get("code")
    return CommandError(
        code if isinstance(code, int) and not isinstance(code, bool) else 0,
        str(error.get("message", "")),
        command_error=", ".join(said),
        output=output,
    )


def _texts(errors: Any) -> list[Any]:
    return errors if isinstance(errors, list) else []


def _tls(host: str, port: int, deadline: float, context: ssl.SSLContext) -> ssl.SSLSocket:
    """A connection after its TLS handshake."""
    raw = socket.create_connection((host, port), timeout=_left(deadline))
    try:
        raw.settimeout(_left(deadline))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return context.wrap_socket(raw, server_hostname=host)
    except BaseException:  # whatever happened, the socket must not stay open; it is raised on
        raw.close()
        raise


def _context(enrolled: Enrolled) -> ssl.SSLContext:
    if enrolled.ca_file and not enrolled.pin:
        context = ssl.create_default_context(cafile=enrolled.ca_file)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # the pin is compared before anything is sent
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _fingerprint(wrapped: ssl.SSLSocket) -> str:
    return hashlib.sha256(wrapped.getpeercert(binary_form=True) or b"").hexdigest()


def _impostor(enrolled: Enrolled, seen: str, expected: str) -> Impostor:
    return Impostor(
        f"{enrolled.device} shows certificate {seen}, enrolled is {expected}; no credential was sent",
        hint="if its certificate was renewed on purpose, compare the fingerprint there and run lw trust accept",
    )


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left


def _told(error: Exception) -> str:
    """In words for people: without the number of a system error, and where in a library it arose."""
    words = getattr(error, "strerror", None) or str(error)
    return re.sub(r"^\[[^\]]*\] |\(?_ssl\.c:\d+\)?:? ?", "", str(words)).strip() or (
        "no answer in time" if isinstance(error, TimeoutError) else "the connection broke"
    )


def _hung_up(connection: Any) -> bool:
    """Whether an idle connection is of no more use: closed by the other side, or it speaks without being asked."""
    if connection is None:
        return True
    try:
        connection.settimeout(0)
        connection.recv(1)
    except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
        return False
    except (OSError, ValueError):
        return True
    return True
