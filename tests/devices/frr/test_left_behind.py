"""A supervisor that was killed, and what its state does later: never undo what somebody has gone on to do."""

import threading

import pytest
from napalm.base.exceptions import MergeConfigException

from linewright.devices.outcome import CommitRefused, NotSaved
from linewright.lab.frr import faults

pytestmark = pytest.mark.lab

STATE = "/var/lib/linewright"
ROUTE = "ip route 198.51.100.0/24 blackhole\n"
LATER = "ip route 203.0.113.0/24 blackhole"
KILL = f"kill -9 $(sed -n 's/^pid //p' {STATE}/armed-*); sleep 0.3"
SECRET = "planted-and-never-applied"


def commit(lab, name="CHG-1", *, revert_in=60, text=ROUTE):
    with lab.session(name) as driver:
        driver.load_merge_candidate(config=text)
        driver.commit_config(revert_in=revert_in)


def restarted(lab):
    faults.restart_frr(lab.router)
    # The hook goes on by itself after FRR runs.
    lab.until(lambda: "frr-started" not in lab.sh("ps -e -o args"))


def pending(lab):
    with lab.session() as driver:
        return driver.pending_change()


def test_what_was_left_behind_never_undoes_what_an_operator_saved_later(crowd):
    armed, reverting, image, confirming, _ = crowd.values()
    for lab in (armed, reverting, image, confirming):
        commit(lab, revert_in=2 if lab in (armed, reverting) else 600)
        lab.sh(KILL)
    armed.sh("sleep 2")
    reverting.sh(f"mv {STATE}/armed-CHG-1.1 {STATE}/reverting-CHG-1.1; sleep 2")
    # An old image was put back: another boot, and a window that was open once.
    image.sh(f"sed -i 's/^boot .*/boot 00000000-0000/' {STATE}/armed-CHG-1.1")
    confirming.sh(f"mv {STATE}/armed-CHG-1.1 {STATE}/confirming-CHG-1.1")
    for lab in (armed, reverting, image, confirming):
        lab.router.vtysh("configure terminal", LATER)
        lab.router.vtysh("write memory")
        kept = lab.running(), lab.startup()
        restarted(lab)
        assert (lab.running(), lab.startup()) == kept
        waiting = pending(lab)
        assert (waiting.change, waiting.timer, waiting.seconds_left) == ("CHG-1", "stale", -1)
        with lab.session("CHG-2") as driver:
            driver.load_merge_candidate(config=ROUTE)
            with pytest.raises(CommitRefused, match=r"CHG-1\.1"):
                driver.commit_config(revert_in=20)
        restarted(lab)
        assert (lab.running(), lab.startup()) == kept
    # Two ways out, both a person's: forget it, or take it back with what came later.
    with armed.session("CHG-1") as driver:
        driver.clean_up()
        assert driver.pending_change() is None
    assert LATER in armed.running()
    with image.session() as driver:
        way_out = driver.pending_change().way_out
    assert "outcome restored" in image.sh(way_out)
    assert pending(image) is None
    assert LATER not in image.running()
    assert "198.51.100.0" not in image.running() + image.startup()


def test_what_was_left_behind_is_over_when_frr_came_up_without_it(crowd):
    by_hand, without, again, cut, _ = crowd.values()
    before = without.running(), without.startup()
    for lab in (by_hand, without, again):
        commit(lab, revert_in=2)
        lab.sh(f"{KILL}; sleep 2")
    # Somebody removed our line himself, and saved: FRR comes up with the text from before.
    by_hand.router.vtysh("configure terminal", f"no {ROUTE.strip()}")
    by_hand.router.vtysh("write memory")
    # Somebody saved our line: that is ours, and goes.
    again.router.vtysh("write memory")
    # A confirm that was killed after the save.
    commit(cut, revert_in=600)
    cut.sh(f"{KILL}; mv {STATE}/armed-CHG-1.1 {STATE}/confirming-CHG-1.1")
    cut.router.vtysh("write memory")
    confirmed = cut.running(), cut.startup()
    for lab in (by_hand, without, again, cut):
        restarted(lab)
        assert pending(lab) is None
    assert (without.running(), without.startup()) == before
    assert "198.51.100.0" not in by_hand.running() + by_hand.startup()
    assert "198.51.100.0" not in again.running() + again.startup()
    assert {lab.last()["outcome"] for lab in (by_hand, without, again)} == {"reverted"}
    assert (cut.running(), cut.startup(), cut.last()["outcome"]) == (*confirmed, "confirmed")


def test_a_supervisor_killed_while_lines_are_sent_stops_them_and_takes_them_back(lab):
    before = lab.running(), lab.startup()
    lines = [f"ip route 172.16.{n // 256}.{n % 256}/32 blackhole" for n in range(900)]

    def kill():
        lab.until(lambda: lab.sh("grep -m 1 'ip route 172.16.0.9/32' /var/log/frr/frr.log"))
        lab.sh(KILL)

    killing = threading.Thread(target=kill)
    with lab.session("CHG-1") as driver:
        driver.load_merge_candidate(config="\n".join(lines))
        lab.forget_log()
        killing.start()
        with pytest.raises(Exception, match="the supervisor on the router ended"):
            driver.commit_config(revert_in=600)
        killing.join()
    lab.until(lambda: not lab.waiting())
    assert lines[-1] not in lab.told()["STATIC"]
    assert (lab.running(), lab.startup()) == before
    assert lab.last()["note"].startswith("its supervisor was killed")


def test_a_timer_that_runs_and_one_that_does_not_are_told_apart(lab):
    commit(lab)
    assert pending(lab).timer == "running"
    lab.sh(KILL)
    waiting = pending(lab)
    assert waiting.timer == "dead"
    assert "outcome restored" in lab.sh(waiting.way_out)
    assert pending(lab) is None
    assert ROUTE.strip() not in lab.running()


def test_a_number_of_a_process_used_again_is_no_timer(lab):
    commit(lab)
    lab.sh(f"{KILL}; sed -i 's/^pid .*/pid 1/' {STATE}/armed-*")
    assert pending(lab).timer == "dead"


def test_a_candidate_whose_client_died_goes_with_a_later_change(lab):
    for name in ("CHG-OLD", "CHG-NEW"):
        with lab.session(name) as driver:
            driver.load_merge_candidate(config=f"router bgp 64500\n neighbor 192.0.2.2 password {SECRET}\n")
    lab.sh(f"touch -d '2 hours ago' {STATE}/job-CHG-OLD.1")
    commit(lab)
    assert lab.sh(f"ls -d {STATE}/job-*").split() == [f"{STATE}/job-CHG-1.1", f"{STATE}/job-CHG-NEW.1"]
    with lab.session("CHG-1") as driver:
        driver.rollback()


def test_an_attempt_that_another_session_has_just_begun_is_not_begun_again(lab):
    with lab.session("CHG-1") as first, lab.session("CHG-1") as second:
        first.load_merge_candidate(config=ROUTE)
        with pytest.raises(MergeConfigException, match="begun on this router by another session"):
            second.load_merge_candidate(config=ROUTE)
        first.commit_config(revert_in=60)
        first.rollback()


def test_texts_left_in_memory_go_with_a_later_change_and_others_stay(lab):
    left = "mktemp -d {}/linewright.XXXXXX"
    dead = lab.sh(
        f"d=$({left.format('/run')}); echo 'pid 1' >$d/user; echo {SECRET} >$d/rollback; echo $d"
    ).strip()
    bare = lab.sh(left.format("/dev/shm")).strip()
    other = lab.sh("mkdir -p /tmp/linewright-notes && echo /tmp/linewright-notes").strip()
    stranger = lab.sh(f"d=$({left.format('/tmp')}); chown nobody $d; echo $d").strip()
    commit(lab)
    assert lab.sh(f"ls -d {dead} {bare} {other} {stranger} 2>/dev/null").split() == sorted([other, stranger])
    with lab.session("CHG-1") as driver:
        driver.rollback()
    lab.sh(f"rm -rf {other} {stranger}")


HAND = f"""\
cp /usr/bin/vtysh /run/vtysh-real
cat >/run/vtysh <<'END'
#!/bin/sh
case "$*" in *'write memory'*) /run/vtysh-real -c 'configure terminal' -c '{LATER}' ;; esac
exec /run/vtysh-real "$@"
END
chmod 755 /run/vtysh /run/vtysh-real
mount --bind /run/vtysh /usr/bin/vtysh
"""


def test_a_confirm_never_keeps_what_somebody_typed_in_the_same_moment(own):
    startup = own.startup()
    commit(own)
    own.sh(HAND)
    with own.session("CHG-1") as driver:
        with pytest.raises(NotSaved, match="somebody changed the running configuration"):
            driver.confirm_commit()
        assert LATER in own.running()
        assert own.startup() == startup
        assert driver.pending_change() is None


def test_a_router_without_a_startup_file_has_none_after_a_change_was_taken_back(own):
    own.sh("rm -f /etc/frr/frr.conf /etc/frr/frr.conf.sav")
    before = own.running()
    commit(own)
    own.router.vtysh("write memory")
    with own.session("CHG-1") as driver:
        driver.rollback()
    assert own.running() == before
    assert own.sh("ls /etc/frr/frr.conf") == ""
    # FRR is started again with the text from before, which takes a file; then there is none again.
    with own.session("CHG-1", 2, restart_after=3) as driver:
        driver.load_merge_candidate(config=ROUTE)
        driver.commit_config(revert_in=3)
    faults.signal_daemon(own.router, "bgpd", "KILL")
    own.until(lambda: not own.waiting())
    assert (own.running(), own.last()["outcome"]) == (before, "reverted")
    assert own.sh("ls /etc/frr/frr.conf") == ""


def test_a_startup_file_that_is_a_link_stays_one(own):
    own.sh(
        "mkdir /home/conf; mv /etc/frr/frr.conf /home/conf/frr.conf; ln -s /home/conf/frr.conf /etc/frr/frr.conf"
    )
    before, startup = own.running(), own.startup()
    link = "readlink /etc/frr/frr.conf"
    commit(own)
    own.router.vtysh("write memory")
    with own.session("CHG-1") as driver:
        driver.rollback()
    assert own.sh(link).strip() == "/home/conf/frr.conf"
    assert (own.running(), own.startup(), own.sh("cat /home/conf/frr.conf")) == (before, startup, startup)
    commit(own, "CHG-2")
    with own.session("CHG-2") as driver:
        driver.confirm_commit()
    assert own.sh(link).strip() == "/home/conf/frr.conf"
    assert own.startup() + "end\n" == own.running()


def test_the_time_limit_of_a_question_does_not_decide_that_frr_is_started_again(own):
    before = own.running()
    numbers = "cat /run/frr/*.pid"
    pids = own.sh(numbers)
    with own.session("CHG-1", timeout=5) as driver:
        driver.load_merge_candidate(config=ROUTE)
        driver.commit_config(revert_in=2)
    faults.signal_daemon(own.router, "bgpd", "STOP")
    own.sh("sleep 18")
    faults.signal_daemon(own.router, "bgpd", "CONT")
    own.until(lambda: not own.waiting())
    assert (own.running(), own.sh(numbers)) == (before, pids)
    assert own.last()["note"] == "expired"
