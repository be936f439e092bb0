"""What waits on a device, and what it has for the worst case, as everybody above is told."""

from types import SimpleNamespace

import pytest
from napalm.base.exceptions import CommandErrorException

from linewright.devices import read
from linewright.devices.target import Guard, Pending
from linewright.errors import DeviceError, Refused
from linewright.platforms import rules

GUARD = Guard(restart="systemd", start_hook=False)
RUNNING = "hostname r1\n"


def observed(waiting):
    driver = SimpleNamespace(
        pending_change=lambda: waiting, get_config=lambda retrieve: {retrieve: RUNNING + "end\n"}
    )
    return read.observe(driver, "r1", rules("frr"), b"k" * 32, ()).missing


def test_what_a_router_has_for_the_worst_case_is_asked_where_there_is_such_a_thing():
    assert read.guard(SimpleNamespace(guard=lambda: GUARD), "r1") == GUARD
    assert read.guard(SimpleNamespace(), "sw1") is None


def test_a_router_that_does_not_say_is_a_device_error():
    def guard():
        raise CommandErrorException("no sense")

    with pytest.raises(DeviceError, match="r1: what it has for the worst case"):
        read.guard(SimpleNamespace(guard=guard), "r1")


def test_a_change_that_nothing_takes_back_is_told_as_that():
    assert observed(None) == {}
    assert observed(Pending(change="J1", seconds_left=9, timer="running")) == {
        "pending": "another change (J1) waits there for its confirmation"
    }
    dead = observed(Pending(change="J1", seconds_left=0, timer="dead"))["pending"]
    assert dead.endswith("NO timer runs there; it stays until somebody takes it back")
    assert "left behind" in observed(Pending(change="J1", timer="stale"))["pending"]


@pytest.mark.parametrize(("timer", "kept"), [("running", False), ("dead", False), ("stale", True)])
def test_what_may_be_gone_in_a_moment_is_not_backed_up(timer, kept):
    driver = SimpleNamespace(
        pending_change=lambda: Pending(change="J1", timer=timer, way_out="undo it"),
        get_config=lambda retrieve: {retrieve: RUNNING + "end\n"},
    )
    arguments = {"encrypt": lambda raw: raw, "unchanged": lambda _view: False}
    if kept:
        assert read.kept(driver, "r1", rules("frr"), b"k" * 32, **arguments).sealed
        return
    with pytest.raises(Refused, match=r"\(J1\) waits there") as refused:
        read.kept(driver, "r1", rules("frr"), b"k" * 32, **arguments)
    assert ("undo it" in refused.value.hint) == (timer == "dead")
