"""The capability table says what the drivers can do, and no more."""

import pytest

from linewright.devices.eos.driver import EosDriver
from linewright.devices.frr.driver import FRRDriver
from linewright.devices.target import AtWork, Fenced, Guarded, Records
from linewright.platforms import names, rules

DRIVERS = {"frr": FRRDriver, "eos": EosDriver}


def can(name, protocol):
    words = {word for word in vars(protocol) if not word.startswith("_")}
    return all(hasattr(DRIVERS[name], word) for word in words)


@pytest.mark.parametrize("name", names())
def test_a_device_that_is_said_to_hold_the_fence_has_a_driver_that_sends_it(name):
    fence = rules(name).capabilities.fence
    assert isinstance(fence, str)
    assert fence.startswith(("device:", "detected:"))
    assert can(name, Fenced) == fence.startswith("device:")


@pytest.mark.parametrize("name", names())
def test_a_record_of_the_device_is_claimed_where_it_is_read(name):
    told = str(rules(name).capabilities.foreign_visible)
    assert can(name, Records) == ("by its log" in told)
    assert can(name, Records) != ("is not read" in told)


@pytest.mark.parametrize("name", names())
def test_every_platform_tells_what_is_at_work(name):
    assert can(name, AtWork)


@pytest.mark.parametrize("name", names())
def test_who_orders_is_what_the_platform_is_planned_by(name):
    assert str(rules(name).capabilities.order).startswith(f"{rules(name).order}:")


@pytest.mark.parametrize("name", names())
def test_a_timer_that_is_a_program_of_ours_is_asked_about_its_worst_case(name):
    timer = rules(name).capabilities.timer
    assert can(name, Guarded) == (timer is not True)
