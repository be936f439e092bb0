"""A change that cuts our own way in, and the device stands still or restarts inside the window (on the simulator)."""

import pytest
from napalm.base.exceptions import ConnectionException

from linewright.devices.eos.driver import EosDriver
from linewright.devices.outcome import CommitUnknown
from linewright.lab.twin.box import Credentials, Management
from linewright.lab.twin.fleet import fleet

CONFIG = (
    "interface Ethernet1\n   no switchport\n   ip address 198.18.0.9/24\n"
    "management api http-commands\n   no shutdown\n"
)
CUT = "interface Ethernet1\n   shutdown\n"


@pytest.fixture
def running(clock):
    way_in = {"sw1": Management("Ethernet1", "198.18.0.9/24")}
    with fleet(
        [], {"sw1": CONFIG}, credentials=Credentials("netops", "word"), management=way_in, clock=clock
    ) as twins:
        yield twins


@pytest.fixture
def box(running):
    return running.boxes["sw1"]


@pytest.fixture
def reached(running):
    made = []

    def open_one():
        reach = running.reach["sw1"]
        driver = EosDriver(
            reach.host, "netops", "word", 10, optional_args={"port": reach.port, "tls_pin": reach.pin}
        )
        made.append(driver)
        driver.open()
        return driver

    yield open_one
    for driver in made:
        driver.close()


@pytest.fixture
def cut_off(reached):
    driver = reached()
    driver.begin_change("CHG", 1)
    driver.load_merge_candidate(config=CUT)
    with pytest.raises(CommitUnknown):
        driver.commit_config(revert_in=60)
    with pytest.raises(ConnectionException):
        reached()


def shut(driver):
    return "   shutdown" in driver.get_config(retrieve="running")["running"].split("management api")[0]


@pytest.mark.usefixtures("cut_off")
def test_a_device_that_stands_still_over_the_end_of_the_window_comes_back_when_it_goes_on(
    reached, box, clock
):
    box.way.stand_still()
    clock.now += 61
    box.way.go_on()
    back = reached()
    assert back.pending_change() is None
    assert not shut(back)


@pytest.mark.usefixtures("cut_off")
def test_a_restart_inside_the_window_boots_what_was_saved_before(reached, box):
    box.restart()
    back = reached()
    assert back.pending_change() is None
    assert back.at_work() == ""
    assert not shut(back)


@pytest.mark.usefixtures("cut_off")
def test_saved_by_somebody_inside_the_window_the_change_survives_a_restart_and_nothing_waits(box, clock):
    box.save()
    box.restart()
    clock.now += 61
    assert "is not there or shut down" in box.why_unreachable()
    assert box.sessions.timer is None
    assert box.text(box.startup, "") == box.text(box.running, "")
