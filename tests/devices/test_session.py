"""A session is closed whatever happens, and whatever a library raises at the beginning means: not reached."""

import threading
from types import SimpleNamespace
from typing import Any, Self

import pytest
from napalm.base.exceptions import ConnectAuthError, ConnectionException, NapalmException, UnsupportedVersion

from linewright.devices import connect
from linewright.devices.frr.ssh import Connection, Endpoint
from linewright.devices.target import Target
from linewright.errors import DeviceError, Impostor

TARGET = Target(
    device="sw1", platform="eos", host="192.0.2.1", port=443, username="ops", known_hosts="", tls_pins=""
)


class Driver:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error
        self.closed = 0

    def open(self) -> None:
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        self.closed += 1


def made(monkeypatch: pytest.MonkeyPatch, error: BaseException | None) -> Driver:
    driver = Driver(error)
    monkeypatch.setattr(connect, "driver_for", lambda *_: driver)
    return driver


@pytest.mark.parametrize(
    "error",
    [
        UnsupportedVersion("4.20"),
        NapalmException("odd"),
        ConnectionException("no route"),
        ConnectAuthError("no"),
        OSError(),
        EOFError(),
        DeviceError("an answer in another shape"),
    ],
)
def test_what_cannot_be_opened_is_not_reached_and_closed(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    driver = made(monkeypatch, error)
    with pytest.raises(DeviceError) as told, connect.session(TARGET, lambda _ref: ""):
        pass
    assert told.value.message.strip()
    assert driver.closed == 1


def test_an_impostor_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = made(monkeypatch, Impostor("sw1 shows another certificate"))
    with pytest.raises(Impostor), connect.session(TARGET, lambda _ref: ""):
        pass
    assert driver.closed == 1


def test_a_session_that_ends_badly_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = made(monkeypatch, None)

    def work() -> None:
        with connect.session(TARGET, lambda _ref: ""):
            raise KeyError("somewhere inside")

    with pytest.raises(KeyError):
        work()
    assert driver.closed == 1


class Flood:
    """A channel whose error stream never ends; so much has been taken from it."""

    taken = 0
    status_event = threading.Event()
    exit_status = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def settimeout(self, _seconds: float) -> None: ...

    def exec_command(self, _command: str) -> None: ...

    def shutdown_write(self) -> None: ...

    def recv(self, _size: int) -> bytes:
        return b""

    def recv_stderr(self, size: int) -> bytes:
        self.taken += size
        assert self.taken < 1 << 22, "a router that never ends its errors is listened to for ever"
        return b"x" * size


def test_a_router_that_never_ends_its_errors_is_not_listened_to_for_ever() -> None:
    flood = Flood()
    flood.status_event.set()
    transport: Any = SimpleNamespace(is_active=lambda: True, open_session=lambda **_: flood)
    connection = Connection(Endpoint(host="192.0.2.1", username="ops", known_hosts="", timeout=1))
    connection._transport = transport
    assert len(connection.run("show").err) <= 65536
