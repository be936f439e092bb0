"""eAPI over HTTPS: one listening socket on loopback per twin, one thread that accepts for all of them.

Requests are JSON-RPC 2.0 calls of runCmds at /command-api with basic authentication, one or many per connection.
While its twin is unreachable the server closes every connection, as far as TCP on one machine can play a cut cable.
"""

import base64
import binascii
import contextlib
import hmac
import json
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from linewright.lab.twin.box import Box
from linewright.lab.twin.certificate import Identity
from linewright.lab.twin.config import NotAccepted
from linewright.lab.twin.faults import Dropped, Turned
from linewright.lab.twin.shell import Answer, Refusal, Shell, Unconverted

_LONGEST = 32 * 2**20
_BAD_LOGIN = b"Unable to authenticate user: Bad username/password combination"
_FAILED, _NOT_CONVERTED, _BAD_REQUEST = 1002, 1003, -32600


class Doors:
    """Accepts connections for many twins, with one thread.

    Hundreds of threads that each look around some times a second are a small machine's whole work.
    """

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._bell, self._ring = socket.socketpair()
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._watch, name="twins", daemon=True)
        self._thread.start()

    def open(self, server: "EapiServer") -> None:
        """Accept for a server from now on."""
        server.socket.setblocking(False)
        self._selector.register(server.socket, selectors.EVENT_READ, server)

    def shut(self, server: "EapiServer") -> None:
        """Accept for it no more."""
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(server.socket)

    def stop(self) -> None:
        """End the thread."""
        self._ring.send(b"x")
        self._thread.join()
        for end in (self._bell, self._ring):
            end.close()
        self._selector.close()

    def _watch(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                key.data.admit()


class EapiServer(ThreadingHTTPServer):
    """Serves one twin until `stop`. Counts `connections` and `requests` for tests that care."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(
        self, box: Box, identity: Identity, show: Callable[[str], Answer | None], address: str, doors: Doors
    ) -> None:
        self.box = box
        self.show = show
        self.connections = 0
        self.requests = 0
        self._context = identity.context
        self._open: dict[socket.socket, str] = {}
        super().__init__((address, 0), _Handler)
        self._doors = doors
        box.at_restart.append(self.hang_up)
        doors.open(self)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def stop(self) -> None:
        """Stop listening and close every connection."""
        self._doors.shut(self)
        self.box.way.end()
        self.server_close()
        self.hang_up()

    def hang_up(self) -> None:
        """Close every connection, as a device does with idle clients."""
        for connection in tuple(self._open):
            _hang_up(connection)

    def called(self, connection: socket.socket) -> str:
        """What a connection is called in the twin's record."""
        return self._open.get(connection, "")

    def admit(self) -> None:
        """Take one connection that waits; one that went away meanwhile, or came too many, is nobody's trouble here."""
        with contextlib.suppress(OSError, RuntimeError):  # RuntimeError: no more threads
            request, address = self.get_request()
            self.process_request(request, address)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept; the handshake is made by the connection's own thread."""
        connection, address = super().get_request()
        wrapped = self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        wrapped.settimeout(30)
        return wrapped, address

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection, or close it at once while the twin is unreachable."""
        if self.box.why_unreachable() or self.box.faults.refuses():
            _hang_up(request)
            return
        self.connections += 1
        self._open[request] = f"c{self.connections}"
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection that is done."""
        self._open.pop(request, None)
        _hang_up(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is not worth a line on standard error."""


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer goes out in two writes; without this each costs 40 ms
    server: EapiServer

    def setup(self) -> None:
        box = self.server.box
        self._session = self.server.called(self.request)
        if box.way.lost("in") or box.way.lost("out"):
            _hang_up(self.request)
        with contextlib.suppress(OSError, ssl.SSLError):
            self.request.do_handshake()
        super().setup()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Standard error stays clean; the twin has its own log."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The twin's own idea of what time it is."""
        return super().date_time_string(
            time.time() + self.server.box.wall if timestamp is None else timestamp
        )

    def do_POST(self) -> None:
        """One call."""
        self.server.requests += 1
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _LONGEST:
            self._send(b"", 413)
            return
        body = self.rfile.read(int(length))
        if self.server.box.way.lost("in"):
            self._cut()
            return
        self.server.box.way.wait_until_it_works()
        user = self._user()
        if self.path != "/command-api":
            self._send(b"", 404)
        elif user is None:
            self._send(_BAD_LOGIN, 401)
        else:
            try:
                answer, endings = _called(self.server, body, user, self._session)
            except Turned as turned:
                self._send(turned.body, turned.status)
                return
            except Dropped:
                self._cut()
                return
            # The change that was made has cut our own path, or the answer is lost on its way.
            if self.server.box.way.lost("out") or self.server.box.why_unreachable():
                self._cut()
                return
            data = json.dumps(answer).encode()
            if "not utf-8" in endings:
                data = data.replace(b': "', b': "\xff\xfe', 1)
            self._send(data, 200, half="drop middle" in endings)

    def _cut(self) -> None:
        self.close_connection = True
        _hang_up(self.connection)

    def _user(self) -> str | None:
        """The user name if the credentials are right."""
        kind, _, encoded = self.headers.get("Authorization", "").partition(" ")
        try:
            name, _, word = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        ours = self.server.box.credentials
        good = hmac.compare_digest(f"{name}:{word}".encode(), f"{ours.username}:{ours.password}".encode())
        return name if good and kind == "Basic" else None

    def _send(self, data: bytes, status: int, *, half: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if half else data)
        if half:
            self._cut()


def _called(server: EapiServer, body: bytes, user: str, session: str) -> tuple[dict[str, Any], set[str]]:
    """The JSON-RPC answer to a request, and the kinds of the faults that were met.

    Raises:
        Dropped: a fault wants the connection cut.
        Turned: a fault answers with HTTP alone.
    """
    identity: Any = None
    try:
        request = json.loads(body)
        identity, params = request.get("id"), request["params"]
        commands = [c if isinstance(c, dict) else {"cmd": c} for c in params["cmds"]]
        as_text = params.get("format", "json") == "text"
        lines = [(str(c["cmd"]), str(c.get("input", ""))) for c in commands]
    except (ValueError, KeyError, TypeError, AttributeError):
        return _error(identity, _BAD_REQUEST, "Invalid Request", []), set()
    shell = Shell(server.box, user, server.show, session)
    answer = _run(shell, identity, lines, as_text=as_text)
    if "drop after" in shell.endings:
        raise Dropped
    if "short" in shell.endings and "result" in answer:
        answer["result"].pop()
    return answer, shell.endings


def _run(shell: Shell, identity: Any, lines: list[tuple[str, str]], *, as_text: bool) -> dict[str, Any]:
    results = list[dict[str, Any]]()
    for number, (command, text) in enumerate(lines, start=1):
        failed = f"CLI command {number} of {len(lines)} '{command}' failed: "
        try:
            results.append(shell.run(command, text, as_text=as_text))
        except NotAccepted as answer:
            results.append({"errors": [str(answer)]})
            code = answer.code if isinstance(answer, Refusal) else _FAILED
            return _error(identity, code, failed + "invalid command", results)
        except Unconverted:
            results.append({"errors": ["unconverted command"]})
            return _error(identity, _NOT_CONVERTED, failed + "unconverted command", results)
    return {"jsonrpc": "2.0", "id": identity, "result": results}


def _error(identity: Any, code: int, message: str, data: list[dict[str, Any]]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": identity, "error": {"code": code, "message": message, "data": data}}
