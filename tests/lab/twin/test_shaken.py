"""What can happen to a twin as a whole: silence, standing still, late landings, other people, clocks, restarts."""

import stat
import threading
import time

import pytest
from napalm.base.exceptions import ConnectionException

from linewright.devices.clocks import https_ahead
from linewright.devices.eos.driver import EosDriver
from linewright.devices.outcome import CommitRefused, CommitUnknown
from linewright.devices.target import Target
from linewright.errors import DataError
from linewright.lab.twin import judge
from linewright.lab.twin.box import Credentials
from linewright.lab.twin.faults import Fault
from linewright.lab.twin.fleet import fleet

CONFIG = "hostname sw1\ninterface Ethernet1\nvlan 10\nmanagement api http-commands\n   no shutdown\n"
NEW = "vlan 20\n"


@pytest.fixture
def running(tmp_path):
    with fleet([], {"sw1": CONFIG}, credentials=Credentials("netops", "word"), record=tmp_path) as twins:
        yield twins


@pytest.fixture
def box(running):
    return running.boxes["sw1"]


@pytest.fixture
def connect(running):
    made = []

    def open_one(timeout=10):
        reach = running.reach["sw1"]
        known = {"port": reach.port, "tls_pin": reach.pin, "device": "sw1"}
        driver = EosDriver(reach.host, "netops", "word", timeout, optional_args=known)
        made.append(driver)
        driver.open()
        return driver

    yield open_one
    for driver in made:
        driver.close()


@pytest.fixture
def told(tmp_path):
    return lambda: judge.told(tmp_path / "sw1.jsonl")


def loaded(connect, **arguments):
    driver = connect(**arguments)
    driver.begin_change("CHG", 1)
    driver.load_merge_candidate(config=NEW)
    return driver


def changed(box):
    return "vlan 20" in box.text(box.running, "")


def until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


def test_a_commit_lands_after_the_first_look_that_found_nothing(connect, box, told):
    driver = loaded(connect)
    box.faults.add(Fault("commit timer", "late", answer="^show running-config$"))
    with pytest.raises(CommitUnknown):
        driver.commit_config(revert_in=300)
    other = connect()
    assert other.pending_change() is None
    assert "vlan 20" not in other.get_config(retrieve="running")["running"]
    assert changed(box)
    assert other.pending_change().change == "CHG"
    late = [event for event in told() if event.what == "late"]
    assert [event.command for event in late] == ["configure session lw_CHG_1 commit timer 00:05:00"]


def test_a_commit_lands_by_itself_though_nobody_asks(connect, box):
    driver = loaded(connect)
    box.faults.add(Fault("commit timer", "late", seconds=0.01))
    with pytest.raises(CommitUnknown):
        driver.commit_config(revert_in=300)
    until(lambda: changed(box))


def test_what_lands_late_may_be_refused_by_then(connect, box, told):
    driver = loaded(connect)
    box.faults.add(Fault("commit timer", "late", answer="^show running-config$"))
    with pytest.raises(CommitUnknown):
        driver.commit_config(revert_in=300)
    other = connect()
    other._run_commands(["configure session lw_CHG_1 abort"])
    other.get_config(retrieve="running")
    assert not changed(box)
    assert "non-existent session" in [event for event in told() if event.what == "refused"][-1].said


@pytest.mark.parametrize(("what", "applied"), [("both", False), ("in", False), ("out", True)])
def test_a_way_that_is_cut_is_silent_and_loses_what_it_carries(connect, box, what, applied):
    driver = loaded(connect, timeout=3)
    box.faults.add(Fault("commit timer", "cut off", answer=what))
    with pytest.raises(CommitUnknown):
        driver.commit_config(revert_in=300)
    assert changed(box) == applied
    with pytest.raises(ConnectionException):
        connect(timeout=3).get_config()
    box.way.heal()
    assert bool(connect().pending_change()) == applied
    assert changed(box) == applied


def test_a_way_that_is_cut_for_a_while_is_whole_again(connect, box):
    box.way.cut("both", seconds=0.05)
    until(lambda: not box.way.lost("in"))
    assert connect().pending_change() is None


def test_a_twin_that_stood_still_goes_on_with_what_had_arrived_for_a_client_long_gone(connect, box):
    driver = loaded(connect, timeout=3)
    box.faults.add(Fault("commit timer", "pause"))
    with pytest.raises(CommitUnknown):
        driver.commit_config(revert_in=300)
    assert not changed(box)
    box.way.go_on()
    until(lambda: changed(box))


def test_somebody_configures_between_the_look_and_the_commit_and_saves_inside_the_window(connect, box, told):
    driver = loaded(connect)
    driver.expect_running("0" * 64)
    box.faults.add(Fault("^copy running-config", "other edit", answer="vlan 30"))
    with pytest.raises(CommitRefused) as refused:
        driver.commit_config(revert_in=300)
    assert refused.value.reason == "moved"
    again = connect()
    again.begin_change("CHG", 2)
    again.load_merge_candidate(config=NEW)
    again.commit_config(revert_in=300)
    box.faults.add(Fault("^show configuration sessions detail", "other save"))
    again.rollback()
    assert not changed(box)
    assert "vlan 20" in box.text(box.startup, "")
    assert [event.command for event in told() if event.session == "operator"] == ["vlan 30", "write memory"]


def test_a_clock_that_is_set_moves_the_date_it_tells_and_the_timer_only_where_it_goes_by_it(
    connect, running, box
):
    reach = running.reach["sw1"]
    driver = loaded(connect)
    driver.commit_config(revert_in=300)
    before = driver.pending_change().seconds_left
    box.step(3600)
    target = Target(
        device="sw1",
        platform="eos",
        host=reach.host,
        port=reach.port,
        username="x",
        known_hosts="",
        tls_pins="",
    )
    assert 3500 < https_ahead(target) < 3700
    assert driver.pending_change().seconds_left <= before
    assert changed(box)
    box.step(-3600, timers=True)
    assert driver.pending_change().seconds_left > 3000
    box.step(7200, timers=True)
    assert driver.pending_change() is None
    assert not changed(box)


def test_a_restart_boots_what_is_saved_and_forgets_sessions_and_timer(connect, box, told):
    driver = loaded(connect)
    driver.commit_config(revert_in=300)
    box.faults.add(Fault("^show", "restart"))
    with pytest.raises(ConnectionException):
        driver.get_config(retrieve="running")
    assert connect().pending_change() is None
    assert not changed(box)
    assert [event.command for event in told() if event.what == "device"] == ["restart"]


def test_the_record_names_every_command_its_session_and_what_became_of_it(connect, box, told, tmp_path):
    one, other = connect(), connect()
    one._run_commands(["show version"])
    other._run_commands(["show version"])
    with pytest.raises(Exception, match="nonsense"):
        other._run_commands(["nonsense"])
    events = [event for event in told() if event.command in ("show version", "nonsense")]
    assert len({event.session for event in events if event.command == "show version"}) >= 2
    assert [event.what for event in events if event.command == "nonsense"] == ["received", "refused"]
    assert [event.at for event in told()] == sorted(event.at for event in told())
    path = tmp_path / "sw1.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open("ab") as file:
        file.write(b'{"device": "sw1", "wal')
    assert len(told()) == len(path.read_bytes().split(b"\n")) - 1
    path.write_bytes(b"no record\n")
    with pytest.raises(DataError, match="no record of a twin"):
        told()


def test_the_record_holds_no_secret(connect, told):
    driver = connect()
    driver.begin_change("SEC", 1)
    driver.load_merge_candidate(config="username ops secret 0 Summer2026\n")
    assert "Summer2026" not in " ".join(event.command for event in told())
    assert any("username ops" in event.command for event in told())


def test_many_at_once_write_whole_lines(box, told):
    def work(number):
        for step in range(50):
            box.note(f"c{number}", "ops", f"command {number} {step} {'x' * 500}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told()) == 200
