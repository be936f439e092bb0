"""Committing, confirming, taking back and clearing away, beyond NAPALM's own suite."""

import hashlib

import pytest

from linewright.devices.outcome import CommitRefused, CommitUnknown, NotSaved
from linewright.errors import DeviceError
from linewright.lab.twin.box import Credentials, Management
from linewright.lab.twin.config import NotAccepted
from linewright.lab.twin.faults import Fault
from linewright.lab.twin.fleet import fleet

NEW = "interface Ethernet2\n   description changed\n"


def changed(box):
    return box.running.section("interface Ethernet2").child("description changed") is not None


def loaded(connect, change="job7", attempt=1, lines=NEW):
    driver = connect()
    driver.begin_change(change, attempt)
    driver.load_merge_candidate(config=lines)
    return driver


def digest(driver):
    return hashlib.sha256(driver.get_config(retrieve="running")["running"].encode()).hexdigest()


def test_an_unconfirmed_change_goes_away_by_itself_and_startup_never_had_it(connect, box, clock):
    loaded(connect).commit_config(revert_in=60)
    assert changed(box)
    clock.now += 59
    assert changed(box)
    clock.now += 2
    assert not changed(box)
    assert "changed" not in box.text(box.startup, "show startup-config")
    assert connect().pending_change() is None


def test_confirming_after_the_timer_ended_is_refused(connect, box, clock):
    driver = loaded(connect)
    driver.commit_config(revert_in=60)
    clock.now += 61
    with pytest.raises(CommitRefused, match="nothing waits"):
        driver.confirm_commit()
    assert not changed(box)


def test_a_timer_that_ends_between_look_and_confirmation_makes_the_device_refuse(connect, box, clock):
    driver = loaded(connect)
    driver.commit_config(revert_in=60)
    sessions = driver._sessions

    def late():
        found = sessions()
        clock.now += 61
        return found

    driver._sessions = late
    with pytest.raises(CommitRefused, match="refuses the confirmation"):
        driver.confirm_commit()
    assert not changed(box)


@pytest.mark.parametrize(("change", "attempt"), [("job8", 1), ("job7", 2)])
def test_anothers_pending_change_is_neither_confirmed_nor_taken_back(connect, box, change, attempt):
    loaded(connect).commit_config(revert_in=60)
    other = connect()
    other.begin_change(change, attempt)
    with pytest.raises(CommitRefused, match="lw_job7_1"):
        other.confirm_commit()
    with pytest.raises(CommitRefused, match="lw_job7_1"):
        other.rollback()
    other.clean_up()
    assert changed(box)
    assert other.pending_change().change == "job7"


def test_a_session_of_another_maker_that_waits_is_shown_by_its_own_name(connect, box):
    box.sessions.enter("napalm_1234", box.running)
    box.sessions.commit("napalm_1234", box.running, 60)
    assert connect().pending_change().change == "napalm_1234"


def test_taking_back_a_pending_change(connect, box):
    loaded(connect).commit_config(revert_in=60)
    other = connect()
    other.begin_change("job7", 1)
    other.rollback()
    assert not changed(box)
    assert other.pending_change() is None


def test_taking_back_what_was_committed_without_a_timer_brings_back_what_ran_not_what_was_saved(connect, box):
    box.operator("hostname unsaved")
    driver = loaded(connect)
    driver.commit_config()
    driver.rollback()
    assert not changed(box)
    assert box.reading.hostname == "unsaved"
    assert box.startup is box.running


@pytest.mark.parametrize("how", ["timer", "confirmed", "never"])
@pytest.mark.parametrize("again", [True, False])
def test_the_whole_device_is_not_replaced_by_what_was_kept_for_a_commit_with_a_timer(
    connect, box, clock, how, again
):
    """Meanwhile somebody may have mended something: it is not thrown away."""
    driver = loaded(connect)
    if how != "never":
        driver.commit_config(revert_in=60)
    if how == "confirmed":
        driver.confirm_commit()
    clock.now += 61
    box.operator("hostname mended")
    if again:
        driver = connect()
        driver.begin_change("job7", 1)
    with pytest.raises(CommitRefused, match="nothing waits") as caught:
        driver.rollback()
    assert caught.value.reason == "none"
    assert box.reading.hostname == "mended"


def test_running_is_saved_when_asked_unless_a_change_waits(connect, box):
    driver = loaded(connect)
    driver.commit_config(revert_in=60)
    with pytest.raises(CommitRefused, match="waits for its confirmation"):
        driver.save_running()
    assert box.startup is not box.running
    driver.rollback()
    driver.save_running()
    assert box.startup is box.running


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1005, -32603])
@pytest.mark.parametrize("revert_in", [60, None])
def test_a_refusal_of_a_commit_that_was_made_is_not_believed(connect, box, code, revert_in):
    driver = loaded(connect)
    box.faults.add(Fault("commit( timer.*)?$", "error after", answer="the agent was restarted", code=code))
    with pytest.raises(CommitUnknown, match="the agent was restarted"):
        driver.commit_config(revert_in=revert_in)
    assert changed(box)
    assert list(box.flash) == ["lw_job7_1.before"], "the way back stays"


@pytest.mark.parametrize("code", [1001, -32603])
def test_an_error_that_is_no_refusal_of_the_command_is_not_believed_either(connect, box, code):
    driver = loaded(connect)
    box.faults.add(Fault("commit timer", "error", answer="out of memory", code=code))
    with pytest.raises(CommitUnknown, match="out of memory"):
        driver.commit_config(revert_in=60)


def test_a_refusal_after_which_the_device_is_silent_is_not_believed(connect, box):
    driver = loaded(connect)
    real = driver._decide

    def decided(*arguments):
        box.faults.add(Fault("show configuration sessions", "drop before"))
        real(*arguments)

    driver._decide = decided
    box.faults.add(Fault("commit timer", "error", answer="no"))
    with pytest.raises(CommitUnknown):
        driver.commit_config(revert_in=60)


def test_what_dead_jobs_kept_goes_after_a_confirmed_change_and_nothing_else(connect, box, clock):
    loaded(connect, change="dead").commit_config(revert_in=60)
    clock.now += 61
    for name in ("startup.bak", "lw_x.before", "lw_notes_1.before.txt"):
        box.flash[name] = box.running
    refused = loaded(connect, change="refused")
    refused.clean_up()
    assert "lw_dead_1.before" in box.flash, "only a change that was confirmed says that the device is well"
    driver = loaded(connect)
    driver.commit_config(revert_in=60)
    driver.confirm_commit()
    box.sessions.enter("lw_other_1", box.running)
    box.flash["lw_other_1.before"] = box.running
    driver.clean_up()
    assert set(box.flash) == {"startup.bak", "lw_x.before", "lw_notes_1.before.txt", "lw_other_1.before"}


def test_nothing_is_left_after_clearing_away(connect, box):
    driver = loaded(connect)
    driver.commit_config(revert_in=60)
    driver.clean_up()
    assert box.sessions.timer is not None, "what waits stays, with its way back"
    assert list(box.flash) == ["lw_job7_1.before"]
    driver.confirm_commit()
    driver.clean_up()
    assert box.flash == {}
    assert box.sessions.known == {}
    driver.clean_up()


def test_a_running_configuration_that_moved_is_not_overwritten(connect, box):
    driver = connect()
    driver.begin_change("job7", 1)
    driver.expect_running(digest(driver))
    driver.load_merge_candidate(config=NEW)
    box.operator("interface Ethernet2", "description by hand")
    with pytest.raises(CommitRefused, match="changed since") as caught:
        driver.commit_config(revert_in=60)
    assert caught.value.reason == "moved"
    assert box.running.section("interface Ethernet2").child("description by hand") is not None
    assert box.sessions.known == {}


def test_a_running_configuration_that_stayed_is_committed_over(connect, box):
    driver = connect()
    driver.begin_change("job7", 1)
    driver.expect_running(digest(driver))
    driver.load_merge_candidate(config=NEW)
    driver.commit_config(revert_in=60)
    assert changed(box)


def test_committing_without_a_candidate_is_refused(connect):
    driver = connect()
    with pytest.raises(CommitRefused, match="no candidate"):
        driver.commit_config()
    with pytest.raises(CommitRefused, match="no change was begun"):
        driver.confirm_commit()


def test_a_candidate_that_vanished_is_not_committed(connect, box):
    driver = loaded(connect)
    box.sessions.abort("lw_job7_1")
    with pytest.raises(CommitRefused, match="no longer on the device"):
        driver.commit_config()
    assert not changed(box)


@pytest.mark.parametrize("name", ["", "a b", "x;reload", "job\n7", "-x", "j" * 101])
def test_a_change_that_cannot_name_a_session_is_refused(connect, name):
    with pytest.raises(CommitRefused, match="cannot name"):
        connect().begin_change(name, 1)


def test_committed_but_not_saved_is_said_so(connect, box):
    driver = loaded(connect)
    box.faults.add(Fault("write memory", "error", answer="Error: No space left on device"))
    with pytest.raises(NotSaved, match="No space left"):
        driver.commit_config()
    assert changed(box)


def test_confirmed_but_not_saved_is_said_so(connect, box):
    driver = loaded(connect)
    driver.commit_config(revert_in=60)
    box.faults.add(Fault("write memory", "drop before"))
    with pytest.raises(NotSaved):
        driver.confirm_commit()
    assert box.sessions.timer is None
    assert changed(box)


def test_a_running_configuration_that_cannot_be_kept_stops_the_commit(connect, box):
    driver = loaded(connect)
    box.faults.add(Fault("copy running-config", "error", answer="Error: No space left on device"))
    with pytest.raises(CommitRefused, match="cannot be kept"):
        driver.commit_config(revert_in=60)
    assert not changed(box)
    assert box.sessions.known == {}


def test_a_commit_the_device_refuses_is_refused(connect, box):
    driver = loaded(connect)
    box.faults.add(Fault("commit timer", "error", answer="Commit failed: password 7 hunter2 is weak"))
    with pytest.raises(CommitRefused, match="refuses the commit") as caught:
        driver.commit_config(revert_in=60)
    assert "hunter2" not in str(caught.value)
    assert not changed(box)


@pytest.mark.parametrize(
    "command", ["show configuration sessions", "copy running-config", "show running-config"]
)
def test_a_connection_lost_before_the_commit_was_sent_is_no_unknown_outcome(connect, box, command):
    driver = connect()
    driver.begin_change("job7", 1)
    driver.expect_running(digest(driver))
    driver.load_merge_candidate(config=NEW)
    box.faults.add(Fault(command, "drop before"))
    with pytest.raises(CommitRefused, match="not committed") as caught:
        driver.commit_config(revert_in=60)
    assert caught.value.reason == "silent"
    assert not changed(box)


@pytest.mark.parametrize(("kind", "gone"), [("drop before", True), ("drop after", False)])
def test_a_confirmation_without_an_answer_is_unknown(connect, box, clock, kind, gone):
    driver = loaded(connect)
    driver.commit_config(revert_in=60)
    box.faults.add(Fault("commit$", kind))
    with pytest.raises(CommitUnknown):
        driver.confirm_commit()
    clock.now += 61
    assert changed(box) is not gone


def test_a_connection_the_device_closed_meanwhile_is_opened_again(connect, twins, box):
    driver = loaded(connect)
    twins.servers["sw1"].hang_up()
    driver.commit_config(revert_in=60)
    assert changed(box)
    assert twins.servers["sw1"].connections == 2


def test_a_change_that_cuts_its_own_way_in_comes_back_by_the_timer(clock):
    from linewright.devices.eos.driver import EosDriver

    config = (
        "interface Ethernet1\n   no switchport\n   ip address 198.18.0.9/24\n"
        "management api http-commands\n   no shutdown\n"
    )
    way_in = {"sw1": Management("Ethernet1", "198.18.0.9/24")}
    login = Credentials("netops", "word")
    with fleet([], {"sw1": config}, credentials=login, management=way_in, clock=clock) as twins:
        reach = twins.reach["sw1"]

        def connect():
            arguments = {"port": reach.port, "tls_pin": reach.pin}
            driver = EosDriver(reach.host, "netops", "word", 5, optional_args=arguments)
            driver.open()
            return driver

        driver = loaded(connect, lines="interface Ethernet1\n   shutdown\n")
        with pytest.raises(CommitUnknown):
            driver.commit_config(revert_in=60)
        driver.close()
        from napalm.base.exceptions import ConnectionException

        with pytest.raises(ConnectionException):
            connect()
        clock.now += 61
        back = connect()
        assert back.pending_change() is None
        assert "shutdown" not in back.get_config(retrieve="running")["running"].split("management api")[0]
        back.close()


def test_replacing_puts_the_whole_configuration_in_place(connect, box):
    driver = connect()
    driver.begin_change("job7", 1)
    text = driver.get_config(retrieve="running")["running"].replace(
        "Staff only.", "  Nobody.\n! not a comment"
    )
    driver.load_replace_candidate(config=text)
    driver.commit_config()
    assert box.running.section("banner motd").text == ("  Nobody.", "! not a comment")
    assert driver.get_config(retrieve="running")["running"] == text


def test_lines_are_sent_once_and_in_their_order(connect, box):
    lines = ["interface Ethernet2", "description changed", "exit", "vlan 30", "name x"]
    loaded(connect, lines="\n".join(lines)).commit_config(revert_in=60)
    sent = box.commands()
    start = sent.index("configure session lw_job7_1")
    assert sent[start + 1 : start + 7] == [*lines, "end"]
    assert sum(command == "description changed" for command in sent) == 1


@pytest.mark.parametrize(
    "line", ["commit", "abort", "end\nhostname x", "rollback clean-config", "configure terminal"]
)
def test_a_line_that_would_leave_or_decide_the_candidate_is_never_sent(connect, box, line):
    from napalm.base.exceptions import MergeConfigException

    driver = connect()
    driver.begin_change("job7", 1)
    with pytest.raises(MergeConfigException, match="is not configuration"):
        driver.load_merge_candidate(config=f"hostname a\n{line}\n")
    assert box.sessions.known == {}


def test_a_control_character_is_never_sent(connect, box):
    from napalm.base.exceptions import MergeConfigException

    with pytest.raises(MergeConfigException, match="control character"):
        loaded(connect, lines="interface Ethernet2\n   description a\x0bhostname b\n")
    assert box.sessions.known == {}


def test_too_many_sessions_are_told(connect, box):
    for number in range(5):
        box.sessions.enter(f"lw_old{number}_1", box.running)
    from napalm.base.exceptions import MergeConfigException

    with pytest.raises(MergeConfigException, match="Maximum number of pending sessions"):
        loaded(connect)


def test_a_load_that_lost_its_connection_is_repeated_from_scratch(connect, box):
    box.faults.add(Fault("description changed", "drop before"))
    box.faults.add(Fault("abort", "drop before"))
    with pytest.raises(DeviceError, match=r"connection was lost.*lw_job7_1 may still be on the device"):
        loaded(connect)
    assert box.sessions.known["lw_job7_1"].state == "pending"
    loaded(connect, lines="vlan 30").commit_config()
    assert not changed(box)
    assert box.running.root.child("vlan 30") is not None


def test_the_operator_of_a_twin_is_told_what_it_does_not_take(box):
    with pytest.raises(NotAccepted, match="Invalid input"):
        box.operator("frobnicate")


def test_sessions_that_make_no_sense_are_not_believed(connect, monkeypatch):
    driver = connect()
    monkeypatch.setattr(driver, "_run_commands", lambda *_, **__: [{"sessions": ["x"]}, {"uptime": "soon"}])
    with pytest.raises(DeviceError, match="not what EOS gives"):
        driver.has_pending_commit()


def test_a_line_is_sent_as_it_stands_whatever_the_library_reads_into_it(connect, box):
    """pyeapi cuts a text at "MULTILINE:" and sends the rest as the input of a banner."""
    loaded(connect, lines="interface Ethernet2\n   description see MULTILINE: below\n").commit_config(
        revert_in=60
    )
    node = box.running.section("interface Ethernet2")
    assert node.child("description see MULTILINE: below") is not None
