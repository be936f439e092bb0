"""A plan for a router that is reached by SSH: another host key, another jump host, another number of logins.

The router is a server of ours that notes each credential it is offered; the plan is made from what was collected there.
"""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import paramiko
import pytest
import yaml

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.devices.secrets import add_values
from linewright.devices.trust import Identity, Trust
from linewright.journal.state import Applied
from linewright.model.observation import Observation
from linewright.model.snapshot import Origin, Snapshot
from linewright.operate.labs import inventive
from linewright.operate.planning import Request, make_plan
from linewright.operate.rendering import render_all
from linewright.operate.scope import Scope
from linewright.operate.workplace import workplace
from linewright.plan.changeplan import dump

pytestmark = pytest.mark.slow
ROUTER = "hq-wan1"
RIGHT, WRONG, OF_THE_JUMP_HOST = (paramiko.ECDSAKey.generate() for _ in range(3))


class Door(paramiko.ServerInterface):
    """Lets nobody in and notes every credential it sees."""

    def __init__(self, seen: list[str]) -> None:
        self._seen = seen

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 - paramiko's own signature
        return "password,publickey"

    def check_auth_password(self, username: str, password: str) -> int:  # noqa: ARG002 - as above
        self._seen.append(f"{username} password")
        return paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self._seen.append(f"{username} {key.get_name()}")
        return paramiko.AUTH_FAILED


class Router:
    def __init__(self) -> None:
        self.key, self.seen, self.met = RIGHT, [], 0
        self._transports: list[paramiko.Transport] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.met += 1
            transport = paramiko.Transport(connection)
            transport.add_server_key(self.key)
            self._transports.append(transport)
            try:
                transport.start_server(server=Door(self.seen))
            except (paramiko.SSHException, EOFError, OSError):
                transport.close()  # the client hung up, which is what is tested

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(30)
        for transport in self._transports:
            transport.close()


class Site:
    """The demo's site; one of its routers is ours, reached through nobody, and one change to it is planned."""

    def __init__(self, twins: Any, folder: Path, router: Router) -> None:
        self.folder = folder
        self.trust = Trust(folder / ".linewright" / "trust")
        for device, kind, key in ((ROUTER, "ssh", RIGHT), ("edge", "jump", OF_THE_JUMP_HOST)):
            text = f"{key.get_name()} {key.get_base64()}"
            self.trust.accept(Identity(device=device, kind=kind, key=text))  # type: ignore[arg-type]  # both are kinds
        self.settings = {
            "site_id": "demo",
            "secrets": {"key_file": ".linewright/secrets/site.key", "values_file": ".linewright/secrets/values.yaml"},
            "trust": ".linewright/trust",
            "login": {"frr": {"username": "ops", "password": "login/eos"}},
            "jumps": {"edge": {"host": "127.0.0.1", "port": 1, "username": "ops", "password": "login/eos"}},
            "endpoints": {ROUTER: {"host": "127.0.0.1", "port": router.port}},
            "apply": {"neighbours": False},
        }  # fmt: skip
        self.write()
        place = workplace(folder)
        devices = {ROUTER: twins.snapshot.devices[ROUTER]}
        invented, _ = render_all(inventive(place), twins.snapshot, devices)
        values = {slot.ref: f"made-up-{number}" for number, slot in enumerate(invented[ROUTER].slots)}
        add_values(folder / ".linewright" / "secrets" / "values.yaml", values)
        place = workplace(folder)
        rendered, problems = render_all(place, twins.snapshot, devices)
        assert not problems
        text = rendered[ROUTER].text
        place.state.note_seen(
            Observation(device=ROUTER, platform="frr", seen="2026-11-24T02:40:00Z", running=text)
        )
        place.state.note_applied(
            Applied(device=ROUTER, intended=text, snapshot=twins.snapshot.digest, change="lab", when="")
        )
        place.keep(described(twins.snapshot, "wanted"))
        request = Request(scope=Scope(devices=(ROUTER,)), offline=True)
        made = make_plan(place, place.snapshot(), request, lambda _device, _error: None)
        assert made.plan is not None, made.problems
        (folder / "change.lwplan").write_bytes(dump(made.plan))

    def write(self) -> None:
        ours = {"user_defined": {"linewright": self.settings}}
        (self.folder / "nornir.yaml").write_text(yaml.safe_dump(ours))

    def apply(self) -> tuple[int, str]:
        said = StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = ended(
                root,
                ["--site-folder", str(self.folder), "apply", "--yes", str(self.folder / "change.lwplan")],
            )
        return code, said.getvalue()


def described(snapshot: Snapshot, text: str) -> Snapshot:
    router = snapshot.devices[ROUTER]
    first, *others = router.interfaces
    ports = (msgspec.structs.replace(first, description=text), *others)
    devices = {**snapshot.devices, ROUTER: msgspec.structs.replace(router, interfaces=ports)}
    return Snapshot.build(snapshot.tables, devices.values(), Origin(source="edited"))


@pytest.fixture
def router() -> Iterator[Router]:
    found = Router()
    yield found
    found.close()


@pytest.fixture
def site(twins: Any, tmp_path: Path, router: Router) -> Site:
    return Site(twins, tmp_path, router)


def test_another_host_key_is_refused_and_no_credential_is_sent(site: Site, router: Router) -> None:
    code, said = site.apply()
    assert code == 4, said
    assert router.seen, "the enrolled one is offered the credential"
    router.seen.clear()
    router.key = WRONG
    code, said = site.apply()
    assert code == 3, said
    assert re.search(f"{ROUTER}.*(host )?key", said)
    assert "nothing written" in said
    assert router.seen == []


def test_another_way_there_is_refused_before_anybody_is_met(site: Site, router: Router) -> None:
    for change, named in (
        ({"jump": "edge"}, f"{ROUTER}: its jump hosts"),
        ({"port": 1}, f"{ROUTER}: planned at .* port 1\\b"),
    ):
        endpoints = site.settings["endpoints"]
        site.settings["endpoints"] = {ROUTER: {**endpoints[ROUTER], **change}}  # type: ignore[index]  # test data
        site.write()
        code, said = site.apply()
        site.settings["endpoints"] = endpoints
        assert code == 3, said
        assert re.search(named, said), said
    site.settings["login"] = {"frr": {"username": "ops", "password": "login/eos", "session": "single-login"}}
    site.write()
    code, said = site.apply()
    assert code == 3, said
    assert re.search(f"{ROUTER}: planned with 4 logins|settings .*login.frr", said), said
    assert router.met == 0
