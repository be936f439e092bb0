"""A small NetBox on a loopback socket, with answers recorded from NetBox 4.7.3 and as many faults as a test wants.

It has NetBox's traps: an unknown filter, an empty value and a yes/no filter with neither are ignored, and every
device comes.
"""

import copy
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from linewright.sources.netbox import Connection

V2_TOKEN = "nbt_AbCdEf123456.S3cretS3cretS3cretS3cretS3cretS3cretS3cret"
V1_TOKEN = "0123456789abcdef0123456789abcdef01234567"
_RECORDED = json.loads((Path(__file__).parent / "recorded.json").read_text(encoding="utf-8"))

_ADDRESSES = "ipam/ip-addresses?assigned_object_type=dcim.interface"
_ENDS = {
    "dcim.interface": "dcim/interfaces",
    "dcim.frontport": "dcim/front-ports",
    "dcim.rearport": "dcim/rear-ports",
    "dcim.consoleport": "dcim/console-ports",
    "dcim.consoleserverport": "dcim/console-server-ports",
    "dcim.powerport": "dcim/power-ports",
    "dcim.poweroutlet": "dcim/power-outlets",
}

#: What a fault gets to answer with; True when it has answered.
Fault = Callable[["Handler"], bool]


class FakeNetBox:
    """What the server gives out, and what it was asked."""

    def __init__(self) -> None:
        self.rows = copy.deepcopy(_RECORDED)
        self.version = "4.7.3"
        self.tokens = {f"Bearer {V2_TOKEN}", f"Token {V1_TOKEN}"}
        self.max_page_size = 1000
        self.newest_change = 149
        self.changes = 149
        self.hidden: set[str] = set()
        self.send_everything = False
        self.faults: dict[str, deque[Fault]] = {}
        self.asked: list[tuple[str, dict[str, list[str]], str]] = []
        self.branches_asked: list[tuple[str, str]] = []
        self.url = ""
        self.may_write = False

    def fault(self, path: str, *faults: Fault) -> None:
        """The next answers to `path` go wrong like this, one fault each; then it answers well again."""
        self.faults.setdefault(path, deque()).extend(faults)

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]

    def row(self, path: str, **wanted):
        """The one recorded row with these values, to be changed by a test."""
        [found] = [row for row in self.rows[path] if all(row[key] == value for key, value in wanted.items())]
        return found

    def chosen(self, path: str, query: dict[str, list[str]]) -> list[dict] | dict[str, list[str]]:
        """The rows a query gives, or NetBox's complaint about a value."""
        if path == "dcim/devices":
            return self._filtered(query)
        rows = self.rows[path]
        if "device_id" in query:
            ids = {int(value) for value in query["device_id"]}
            rows = [row for row in rows if self._devices(path, row) & ids]
        for name, column in (("cable_id", "cable"), ("id", "id")):
            if name in query:
                rows = [row for row in rows if str(row[column]) in query[name]]
        return rows

    def _filtered(self, query: dict[str, list[str]]) -> list[dict] | dict[str, list[str]]:
        rows = self.rows["dcim/devices"]
        for name, pick in (
            ("site", lambda row: row["site"]["slug"]),
            ("role", lambda row: row["role"]["slug"]),
            ("status", lambda row: row["status"]["value"]),
        ):
            if name in query:
                known = {pick(row) for row in self.rows["dcim/devices"]}
                for value in query[name]:
                    if value not in known:
                        message = f"Select a valid choice. {value} is not one of the available choices."
                        return {name: [message]}
                rows = [row for row in rows if pick(row) in query[name]]
        if query.get("name", [""]) != [""]:
            rows = [row for row in rows if row["name"] in query["name"]]
        if query.get("cf_crit", [""])[0] in {"true", "false"}:
            wanted = query["cf_crit"][0] == "true"
            rows = [row for row in rows if row["custom_fields"]["crit"] is wanted]
        return rows

    def _devices(self, path: str, row: dict) -> set[int]:
        ports = {
            (kind, port["id"]): port["device"]["id"]
            for kind, where in _ENDS.items()
            for port in self.rows[where]
        }
        if path == _ADDRESSES:
            return {ports["dcim.interface", row["assigned_object_id"]]}
        if path == "dcim/cables":
            ends = [end for end in self.rows["dcim/cable-terminations"] if end["cable"] == row["id"]]
            return {ports.get((end["termination_type"], end["termination_id"]), 0) for end in ends}
        return {row["device"]["id"]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # whole answers in one packet, or Nagle's algorithm makes every one of them wait
    disable_nagle_algorithm = True
    netbox: FakeNetBox

    def log_message(self, *arguments) -> None:
        pass

    def answer(self, body, status: int = 200, kind: str = "application/json", **headers: str) -> bool:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", headers.pop("Content_Length", str(len(data))))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)
        return True

    def do_OPTIONS(self) -> None:
        """What may be done; NetBox lists the methods that are open to the token's user."""
        path = urlsplit(self.path).path.removeprefix("/api/").strip("/")
        self.netbox.asked.append((f"OPTIONS {path}", {}, self.headers.get("Authorization", "")))
        if (faults := self.netbox.faults.get(f"OPTIONS {path}")) and faults.popleft()(self):
            return
        if self.headers.get("Authorization", "") not in self.netbox.tokens:
            self.answer({"detail": "Invalid v2 token"}, 403)
            return
        actions = {"actions": {"POST": {"name": {}}}} if self.netbox.may_write else {}
        self.answer({"name": "Device List", "parses": ["application/json"], **actions})

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path = parts.path.removeprefix("/api/").strip("/")
        query: dict[str, list[str]] = {}
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            query.setdefault(name, []).append(value)
        authorization = self.headers.get("Authorization", "")
        self.netbox.asked.append((path, query, authorization))
        self.netbox.branches_asked.append((path, self.headers.get("X-NetBox-Branch", "")))
        faults = self.netbox.faults.get(path)
        if faults and faults.popleft()(self):
            return
        if authorization not in self.netbox.tokens:
            self.answer({"detail": "Invalid v2 token"}, 403)
        elif path == "status":
            self.answer({"netbox-version": self.netbox.version, "plugins": {}})
        elif path == "core/object-changes":
            rows = [{"id": self.netbox.newest_change}] if self.netbox.changes else []
            self.answer({"count": self.netbox.changes, "next": None, "previous": None, "results": rows})
        elif path in self.netbox.hidden:
            self.answer({"detail": "You do not have permission to perform this action."}, 403)
        elif (key := self._key(path, query)) in self.netbox.rows:
            self._list(key, query)
        else:
            self.answer(b"<!DOCTYPE html><title>Page Not Found</title>", 404, "text/html; charset=utf-8")

    def _key(self, path: str, query: dict[str, list[str]]) -> str:
        """The recorded list: two have one path and differ in what they ask for."""
        kind = query.get("assigned_object_type")
        return f"{path}?assigned_object_type={kind[0]}" if kind else path

    def _list(self, path: str, query: dict[str, list[str]]) -> None:
        rows = self.netbox.chosen(path, query)
        if isinstance(rows, dict):
            self.answer(rows, 400)
            return
        assert query["ordering"] == ["id"]
        offset = int(query.get("offset", ["0"])[0])
        limit = min(int(query["limit"][0]), self.netbox.max_page_size)
        fields = query["fields"][0].split(",")
        some = rows[offset : offset + limit]
        page = [{field: row[field] for field in fields if field in row} for row in some]
        if self.netbox.send_everything:
            page = some
        self.answer({"count": len(rows), "next": None, "previous": None, "results": page})


def serve(netbox: FakeNetBox, wrap=None) -> Iterator[FakeNetBox]:
    """The server until the test is over; `wrap` may put TLS around its socket."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"netbox": netbox}))
    server.handle_error = lambda *_: None  # a client that hangs up is what some tests want
    server.daemon_threads = True
    server.block_on_close = False
    if wrap is not None:
        server.socket = wrap(server.socket)
    netbox.url = f"{'https' if wrap else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield netbox
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def netbox() -> Iterator[FakeNetBox]:
    """A NetBox that answers well until told otherwise."""
    yield from serve(FakeNetBox())


@pytest.fixture
def connection(netbox) -> Connection:
    """How to speak to it, without waiting between tries."""
    return Connection(url=netbox.url, token=V2_TOKEN, backoff=0, read_timeout=10)


@pytest.fixture
def v1_token() -> str:
    return V1_TOKEN


@pytest.fixture
def tls_netbox():
    """Makes a NetBox behind the given wrapping of its socket."""
    running = []

    def start(wrap) -> FakeNetBox:
        running.append(generator := serve(FakeNetBox(), wrap))
        return next(generator)

    yield start
    for generator in running:
        generator.close()
