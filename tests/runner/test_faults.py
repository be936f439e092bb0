"""A fault in the middle of a task: told without what the device keeps secret."""

from types import SimpleNamespace
from typing import Any

import pytest
from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.state import GlobalState
from nornir.plugins.runners import SerialRunner

from linewright.errors import DeviceError, ExitCode
from linewright.runner.nornir import NornirDispatch, each, error_of
from linewright.runner.pace import Pace

SAID = "% Invalid: neighbor 192.0.2.1 password DevSecret77"


@pytest.fixture
def fleet() -> Nornir:
    inventory = Inventory(
        hosts=Hosts({"r1": Host("r1", platform="frr")}), groups=Groups(), defaults=Defaults()
    )
    config = Config.from_dict(logging={"enabled": False}, inventory={"plugin": "x"})
    return Nornir(inventory=inventory, runner=SerialRunner(), config=config, data=GlobalState())


@pytest.mark.parametrize(("kind", "result"), [("change", "unknown"), ("verify", "not reached")])
def test_a_step_that_fails_by_our_fault_tells_no_secret(fleet: Nornir, kind: str, result: str) -> None:
    def fails(task: Any, **_: Any) -> None:
        raise ValueError(SAID)

    dispatch = NornirDispatch(fleet, bench=None, size=1)  # type: ignore[arg-type]  # no step gets that far
    dispatch._task = fails
    outcome = dispatch._carry(SimpleNamespace(plan=SimpleNamespace(device="r1"), kind=kind, job="J1"))  # type: ignore[arg-type]  # what is read of it
    dispatch.close()
    assert outcome.result == result
    assert outcome.message.startswith("a fault in linewright itself: ValueError: % Invalid")
    assert "DevSecret77" not in outcome.message


@pytest.mark.parametrize(
    ("error", "code"),
    [(DeviceError(f"r1: {SAID}", hint=SAID), ExitCode.NOT_REACHED), (ValueError(SAID), ExitCode.FAULT)],
)
def test_why_a_device_was_not_read_keeps_its_kind_and_loses_secrets(
    fleet: Nornir, error: Exception, code: ExitCode
) -> None:
    def fails(task: Any) -> None:
        raise error

    told: list[str] = []
    found = each(
        fleet,
        fails,
        lambda _name, why: told.append(why),
        error_of,
        pace=Pace(1),
    )["r1"]
    assert found.code == code
    for words in (found.message, found.hint, *told):
        assert "DevSecret77" not in words
