"""What goes wrong with NAPALM's own EOS driver and Nornir, shown not to happen with ours.

The numbers are those of the list these cases were measured from: a pending commit lost by closing a connection (1, 2,
3), not confirmable elsewhere (4), taken back by sending the same change again (5a), leftovers after a refusal (5b) or
a crash (6), a bad line (7), timers of a day (8), messages (9), a lost connection (10).
"""

import gc
import hashlib
import time

import pytest
from napalm.base.exceptions import MergeConfigException, ReplaceConfigException, SessionLockedException

from linewright.devices import read, write
from linewright.devices.outcome import CommitRefused, CommitUnknown
from linewright.lab.twin.faults import Fault
from linewright.platforms import rules

NEW = "interface Ethernet2\n   description changed\n"


@pytest.fixture(params=["4.30.4M", "4.32.2F"])
def release(request):
    """Both ways in which EOS shows a pending commit."""
    return request.param


def changed(box):
    return box.running.section("interface Ethernet2").child("description changed") is not None


def armed(connect, change="job7", attempt=1, lines=NEW, revert_in=60):
    driver = connect()
    driver.begin_change(change, attempt)
    driver.load_merge_candidate(config=lines)
    driver.commit_config(revert_in=revert_in)
    return driver


def test_1_closing_after_a_commit_with_a_timer_reverts_nothing(connect, box):
    armed(connect).close()
    assert changed(box)
    assert box.sessions.timer is not None
    assert not any("abort" in command for command in box.commands())


def test_2_forgetting_the_driver_reverts_nothing(twins, box):
    from linewright.devices.eos.driver import EosDriver

    reach = twins.reach["sw1"]
    arguments = {"port": reach.port, "tls_pin": reach.pin}
    driver = EosDriver(reach.host, "netops", "not-a-real-password", 10, optional_args=arguments)
    driver.open()
    driver.begin_change("job7", 1)
    driver.load_merge_candidate(config=NEW)
    driver.commit_config(revert_in=60)
    del driver
    gc.collect()
    assert changed(box)
    assert box.sessions.timer is not None


def test_3_leaving_a_block_between_commit_and_confirmation_reverts_nothing(connect, box):
    with connect() as driver:
        driver.begin_change("job7", 1)
        driver.load_merge_candidate(config=NEW)
        driver.commit_config(revert_in=60)
    assert changed(box)
    assert box.sessions.timer is not None


def test_4_another_driver_confirms_by_name_and_saves(connect, box, clock):
    armed(connect).close()
    assert box.startup is not box.running
    other = connect()
    other.begin_change("job7", 1)
    assert other.has_pending_commit()
    assert other.pending_change().change == "job7"
    assert 55 <= other.pending_change().seconds_left <= 60
    other.confirm_commit()
    assert not other.has_pending_commit()
    assert other.pending_change() is None
    clock.now += 3600
    assert changed(box)
    assert box.startup is box.running


def test_5a_the_same_change_sent_again_while_pending_is_refused_and_reverts_nothing(connect, box):
    armed(connect)
    again = connect()
    again.begin_change("job7", 1)
    with pytest.raises(SessionLockedException, match="lw_job7_1"):
        again.load_merge_candidate(config=NEW)
    # As a caller does who sees an empty diff.
    assert again.compare_config() == ""
    again.discard_config()
    assert changed(box)
    assert again.has_pending_commit()


def test_5a_discarding_with_the_driver_that_committed_reverts_nothing(connect, box):
    driver = armed(connect)
    assert driver.compare_config() == ""
    driver.discard_config()
    assert changed(box)
    assert driver.has_pending_commit()
    driver.confirm_commit()
    assert not driver.has_pending_commit()


def test_5b_another_change_while_one_is_pending_leaves_nothing_behind(connect, box):
    armed(connect)
    other = connect()
    other.begin_change("job8", 1)
    with pytest.raises(SessionLockedException):
        other.load_merge_candidate(config="hostname other")
    assert list(box.sessions.known) == ["lw_job7_1"]


def test_5b_a_change_that_became_pending_after_the_load_leaves_nothing_behind(connect, box):
    other = connect()
    other.begin_change("job8", 1)
    other.load_merge_candidate(config="hostname other")
    armed(connect)
    with pytest.raises(CommitRefused, match="lw_job7_1"):
        other.commit_config(revert_in=60)
    assert list(box.sessions.known) == ["lw_job7_1"]
    assert box.reading.hostname == "sw1"


def test_6_a_crash_after_the_load_does_not_stop_the_next_attempt(connect, box):
    crashed = connect()
    crashed.begin_change("job7", 1)
    crashed.load_merge_candidate(config="hostname half-done")
    crashed.close()
    driver = armed(connect, attempt=2)
    driver.confirm_commit()
    assert changed(box)
    assert box.reading.hostname == "sw1"
    assert not any(session.state == "pending" for session in box.sessions.known.values())


def test_6_a_crashed_job_of_another_change_is_left_alone_and_stops_nobody(connect, box):
    crashed = connect()
    crashed.begin_change("job6", 1)
    crashed.load_merge_candidate(config="hostname half-done")
    crashed.close()
    armed(connect).confirm_commit()
    assert box.sessions.known["lw_job6_1"].state == "pending"
    assert box.reading.hostname == "sw1"


def test_6_a_session_a_person_is_editing_in_is_respected(connect, box):
    box.sessions.enter("anna", box.running)
    driver = connect()
    driver.begin_change("job7", 1)
    with pytest.raises(SessionLockedException, match="anna"):
        driver.load_merge_candidate(config=NEW)
    free = connect(lock_disable=True)
    free.begin_change("job7", 1)
    free.load_merge_candidate(config=NEW)
    assert "anna" in box.sessions.known


@pytest.mark.parametrize("replace", [True, False])
def test_7_a_bad_line_is_named_and_the_candidate_dropped(connect, box, replace):
    driver = connect()
    driver.begin_change("job7", 1)
    kind = ReplaceConfigException if replace else MergeConfigException
    load = driver.load_replace_candidate if replace else driver.load_merge_candidate
    with pytest.raises(kind, match=r"line 3: descriptoin x: Invalid input \(at token 0: 'descriptoin'\)"):
        load(config="! comment\ninterface Ethernet2\n   descriptoin x\n")
    assert box.sessions.known == {}


def test_7_a_refused_line_does_not_show_its_secret(connect):
    driver = connect()
    driver.begin_change("job7", 1)
    with pytest.raises(MergeConfigException) as caught:
        driver.load_merge_candidate(
            config="router bgp 64500\n   neighbor 192.0.2.1 password 7 hunter2 twice\n"
        )
    assert "line 2" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("seconds", [86400, 90000, 0, -5])
def test_8_a_timer_eos_cannot_keep_is_refused_before_anything_is_sent(connect, box, seconds):
    driver = connect()
    driver.begin_change("job7", 1)
    driver.load_merge_candidate(config=NEW)
    with pytest.raises(CommitRefused, match="86399"):
        driver.commit_config(revert_in=seconds)
    assert not changed(box)
    assert not any(" commit" in command for command in box.commands())
    assert box.sessions.known == {}


def test_8_the_longest_timer_is_sent_as_it_is(connect, box):
    armed(connect, revert_in=86399)
    assert any(command.endswith("commit timer 23:59:59") for command in box.commands())


def test_9_a_message_is_accepted(connect, box):
    driver = connect()
    driver.begin_change("job7", 1)
    driver.load_merge_candidate(config=NEW)
    driver.commit_config(message="CHG0012345")
    assert changed(box)


@pytest.mark.parametrize("kind", ["drop after", "drop before"])
def test_10_a_lost_answer_is_unknown_and_the_device_tells(connect, box, clock, kind):
    driver = connect()
    driver.begin_change("job7", 1)
    driver.load_merge_candidate(config=NEW)
    box.faults.add(Fault("commit timer", kind))
    with pytest.raises(CommitUnknown):
        driver.commit_config(revert_in=60)
    driver.close()
    other = connect()
    other.begin_change("job7", 1)
    if kind == "drop after":
        assert other.pending_change().change == "job7"
        clock.now += 61
    assert other.pending_change() is None
    assert not changed(box)


def test_10_an_answer_that_comes_too_late_is_unknown(connect, box, monkeypatch):
    driver = connect()
    driver.begin_change("job7", 1)
    driver.load_merge_candidate(config=NEW)
    box.faults.add(Fault("commit timer", "sleep after", seconds=0.6))
    decide = driver._decide

    def impatient(command, what):
        monkeypatch.setattr(driver._connection, "_timeout", 0.3)
        decide(command, what)

    monkeypatch.setattr(driver, "_decide", impatient)
    with pytest.raises(CommitUnknown):
        driver.commit_config(revert_in=60)
    for _ in range(500):
        if box.sessions.timer is not None:
            break
        time.sleep(0.01)
    assert connect().pending_change().change == "job7"


def test_one_connection_and_few_requests_serve_a_whole_change(connect, twins, box):
    driver = connect()
    driver.begin_change("job7", 1)
    text = driver.get_config(retrieve="running")["running"]
    driver.expect_running(hashlib.sha256(text.encode()).hexdigest())
    driver.load_merge_candidate(config=NEW)
    assert "+   description changed" in driver.compare_config()
    driver.commit_config(revert_in=60)
    driver.confirm_commit()
    server = twins.servers["sw1"]
    assert server.connections == 1
    assert server.requests <= 12
    assert box.startup is box.running


def test_a_candidate_that_was_not_committed_is_at_work_and_a_commit_that_waits_is_not(connect, box):
    driver, other = connect(), connect()
    assert read.at_work(other, "sw1") == ""
    driver.begin_change("CHG-W", 2)
    driver.load_merge_candidate(config="vlan 20\n")
    assert read.at_work(other, "sw1") == "a candidate of CHG-W, attempt 2, is open"
    driver.commit_config(revert_in=300)
    assert read.at_work(other, "sw1") == ""
    driver.confirm_commit()
    box.faults.add(Fault("show configuration sessions detail", "other session", answer="a_person"))
    assert read.at_work(other, "sw1") == ""


def test_eos_keeps_no_record_that_we_read_and_holds_no_number_of_a_job(connect):
    driver = connect()
    assert read.record_mark(driver, "sw1") == ""
    assert read.recorded(driver, "sw1", "anything", rules("eos")) is None
    assert write.fence(driver, "JOURNAL", 3) is False
    assert write.announce(driver) is False
