"""What others configured meanwhile, by FRR's own log of commands (attacks 1 and 10), and what is at work (attack 12)."""

import pytest

from linewright.devices import read
from linewright.devices.outcome import CommitRefused
from linewright.errors import DeviceError
from linewright.platforms import rules

pytestmark = pytest.mark.lab

LINES = """\
ip route 198.51.100.0/24 blackhole
interface eth2
 description ours
exit
"""


def recorded(driver, mark):
    return read.recorded(driver, "r1", mark, rules("frr"))


def test_our_own_lines_are_left_out_and_a_strangers_equal_line_is_not(lab):
    with lab.session("CHG-1") as driver:
        mark = read.record_mark(driver, "r1")
        driver.load_merge_candidate(config=LINES)
        driver.commit_config(revert_in=120)
        assert recorded(driver, mark) == ()
        lab.router.vtysh("configure terminal", "interface eth2", "description ours")
        assert recorded(driver, mark) == ("interface eth2", "description ours")
        driver.confirm_commit()
        driver.clean_up()
        assert recorded(driver, mark) == ("interface eth2", "description ours")
        assert recorded(driver, read.record_mark(driver, "r1")) == ()


def test_what_takes_a_change_back_is_ours_too_and_what_it_took_away_of_another_is_named(lab):
    with lab.session("CHG-2") as driver:
        mark = read.record_mark(driver, "r1")
        driver.load_merge_candidate(config=LINES)
        driver.commit_config(revert_in=120)
        lab.router.vtysh("configure terminal", "ip route 203.0.113.0/24 blackhole")
        driver.rollback()
        assert recorded(driver, mark) == ("ip route 203.0.113.0/24 blackhole",)
    assert "203.0.113.0" not in lab.running()


def test_lines_that_frr_reload_worked_out_are_ours(lab):
    before = lab.running()
    with lab.session("CHG-3") as driver:
        mark = read.record_mark(driver, "r1")
        wanted = before.replace(" description to nowhere\n", " description to somewhere\n").replace(
            " no bgp ebgp-requires-policy\n",
            " no bgp ebgp-requires-policy\n neighbor 192.0.2.2 remote-as 64501\n",
            0,
        )
        driver.load_replace_candidate(config=wanted)
        driver.commit_config(revert_in=120)
        assert lab.running() != before
        assert recorded(driver, mark) == ()
        driver.rollback()
        assert recorded(driver, mark) == ()
    assert lab.running() == before
    assert "description" not in lab.sh("cat /var/lib/linewright/ours")


def test_a_refused_line_leaves_no_line_of_ours_as_anothers(lab):
    with lab.session("CHG-4") as driver:
        mark = read.record_mark(driver, "r1")
        driver.load_merge_candidate(config=LINES + "router bgp 64999\n")
        with pytest.raises(CommitRefused):
            driver.commit_config(revert_in=60)
        assert recorded(driver, mark) == ()


def test_a_change_of_another_between_load_and_commit_is_refused_and_named(lab):
    with lab.session("CHG-5") as driver:
        mark = read.record_mark(driver, "r1")
        driver.expect_running(lab.digest())
        driver.load_merge_candidate(config=LINES)
        lab.router.vtysh("configure terminal", "router bgp 64500", "neighbor 192.0.2.2 password Summer2026")
        with pytest.raises(CommitRefused) as refused:
            driver.commit_config(revert_in=60)
        assert refused.value.reason == "moved"
        assert recorded(driver, mark) == ("router bgp 64500", "neighbor 192.0.2.2 password ***")


def test_frr_that_starts_again_reads_its_startup_file_and_that_is_nobodys_change(own):
    with own.session() as driver:
        mark = read.record_mark(driver, "r1")
        own.sh("/etc/linewright/restart-frr")
        assert recorded(driver, mark) == ()
        own.router.vtysh("configure terminal", "ip route 203.0.113.0/24 blackhole")
        assert recorded(driver, mark) == ("ip route 203.0.113.0/24 blackhole",)


def test_a_log_that_was_turned_over_once_is_followed_and_twice_is_said(own):
    turn = "mv /var/log/frr/frr.log /var/log/frr/frr.log.1; for p in /run/frr/*.pid; do kill -USR1 $(cat $p); done"
    with own.session() as driver:
        mark = read.record_mark(driver, "r1")
        own.router.vtysh("configure terminal", "ip route 198.51.100.0/24 blackhole")
        own.sh(turn)
        own.until(lambda: own.sh("ls /var/log/frr/frr.log 2>/dev/null"))
        own.router.vtysh("configure terminal", "ip route 203.0.113.0/24 blackhole")
        both = ("ip route 198.51.100.0/24 blackhole", "ip route 203.0.113.0/24 blackhole")
        own.until(lambda: recorded(driver, mark) == both)
        own.sh(turn)
        own.until(lambda: own.sh("ls /var/log/frr/frr.log 2>/dev/null"))
        with pytest.raises(DeviceError, match="turned over"):
            recorded(driver, mark)


def test_a_router_that_logs_no_commands_keeps_no_record(own):
    own.router.vtysh("configure terminal", "no log commands")
    own.sh(": >/var/log/frr/frr.log")
    with own.session() as driver:
        mark = read.record_mark(driver, "r1")
        assert mark == ""
        assert recorded(driver, mark) is None


def test_what_is_at_work_is_told_and_a_timer_that_waits_is_no_work(own):
    many = "".join(f"ip route 10.{n // 250}.{n % 250}.0/24 blackhole\n" for n in range(400))
    with own.session("CHG-9") as driver, own.session() as other:
        assert read.at_work(other, "r1") == ""
        driver.load_merge_candidate(config=many)
        # As a client does that dies at once: the router goes on by itself.
        driver._remote.order(driver._job(), many, mode="merge", revert=600, expected="-")
        place = "/var/lib/linewright/job-CHG-9.1"
        own.sh(
            f"setsid sh {place}/change.sh /var/lib/linewright 20 apply CHG-9.1 >/dev/null 2>&1 </dev/null &"
        )
        own.until(lambda: "CHG-9.1 is being applied" in read.at_work(other, "r1"))
        own.until(lambda: other.pending_change() and not read.at_work(other, "r1"), 120)
        driver.begin_change("CHG-9", 1)
        driver.rollback()
        own.until(lambda: not read.at_work(other, "r1"))  # it tells first, then it ends


def test_a_script_that_was_stopped_is_still_at_work(own):
    with own.session("CHG-S") as driver, own.session() as other:
        driver.load_merge_candidate(config=LINES)
        driver._remote.order(driver._job(), LINES, mode="merge", revert=600, expected="-")
        place = "/var/lib/linewright/job-CHG-S.1"
        own.sh(f"sed -i 's/^overtaken() {{/&\\n kill -s STOP $$/' {place}/change.sh")
        own.sh(
            f"setsid sh {place}/change.sh /var/lib/linewright 20 apply CHG-S.1 >/dev/null 2>&1 </dev/null &"
        )
        own.until(lambda: "CHG-S.1" in read.at_work(other, "r1"))
        assert other.pending_change() is None
        own.sh("pkill -KILL -f 'supervise CHG-S.1'")
        own.until(lambda: not read.at_work(other, "r1"))
