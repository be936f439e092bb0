"""What becomes of the startup file where a change, or its confirmation, was cut short; and of an attempt begun twice."""

import pytest

from linewright.devices.outcome import CommitRefused, NotSaved
from linewright.lab.frr import faults

pytestmark = pytest.mark.lab

STATE = "/var/lib/linewright"
ROUTE = "ip route 198.51.100.0/24 blackhole\n"
#: A confirmation that was killed behind "write memory": the startup file has the change, nobody has said so.
CUT_SHORT = f"kill -9 $(sed -n 's/^pid //p' {STATE}/armed-*); sleep 0.3; mv {STATE}/armed-CHG-1.1 {STATE}/confirming-CHG-1.1"
#: bgpd dies in the moment of the save and comes back without its lines; they are read after it was saved.
DIES = """\
cp /usr/bin/vtysh /run/vtysh-real
cat >/run/vtysh <<'END'
#!/bin/sh
case "$*" in *'write memory'*)
    kill -9 $(cat /run/frr/bgpd.pid); rm -f /run/frr/bgpd.pid
    /usr/lib/frr/bgpd -d -A 127.0.0.1 --log file:/var/log/frr/frr.log --log-level informational
    /run/vtysh-real "$@"
    /run/vtysh-real -b >/dev/null 2>&1
    exit 0 ;;
esac
exec /run/vtysh-real "$@"
END
chmod 755 /run/vtysh /run/vtysh-real
mount --bind /run/vtysh /usr/bin/vtysh
"""


def commit(lab, text=ROUTE, *, revert_in=600):
    with lab.session("CHG-1") as driver:
        driver.load_merge_candidate(config=text)
        driver.commit_config(revert_in=revert_in)


def test_taken_out_by_hand_after_a_confirm_that_was_cut_short_startup_holds_it_no_more(crowd):
    plain, none, linked, later, _ = crowd.values()
    none.sh("rm -f /etc/frr/frr.conf /etc/frr/frr.conf.sav")
    linked.sh(
        "mkdir /home/conf; mv /etc/frr/frr.conf /home/conf/; ln -s ../../home/conf/frr.conf /etc/frr/frr.conf"
    )
    before = {lab: (lab.running(), lab.startup()) for lab in (plain, none, linked)}
    for lab in (plain, none, linked, later):
        commit(lab)
        lab.sh(CUT_SHORT)
        lab.router.vtysh("write memory")
        assert "198.51.100.0/24" in lab.startup()
        lab.router.vtysh("configure terminal", f"no {ROUTE.strip()}")
    later.sh("sed -i 's/^hostname .*/&\\nip route 203.0.113.0\\/24 blackhole/' /etc/frr/frr.conf")
    kept = later.startup()
    for lab in (plain, none, linked, later):
        with lab.session("CHG-1") as driver, pytest.raises(CommitRefused) as refused:
            driver.confirm_commit()
        assert refused.value.reason == "expired"
    for lab, was in before.items():
        assert (lab.running(), lab.startup()) == was
        with lab.session() as driver:
            assert driver.pending_change() is None
    assert none.sh("ls /etc/frr/frr.conf") == ""
    assert linked.sh("readlink /etc/frr/frr.conf").strip() == "../../home/conf/frr.conf"
    assert linked.sh("cat /home/conf/frr.conf") == before[linked][1]
    # Whose text that is nobody knows: it stays, and somebody has to look.
    assert later.startup() == kept
    with later.session() as driver:
        assert driver.pending_change().timer == "stale"


def test_a_link_that_a_save_replaced_is_a_link_again_after_frr_was_started_again(own):
    own.sh(
        "mkdir /home/conf; mv /etc/frr/frr.conf /home/conf/; ln -s ../../home/conf/frr.conf /etc/frr/frr.conf"
    )
    before, startup = own.running(), own.startup()
    with own.session("CHG-1", restart_after=3) as driver:
        driver.load_merge_candidate(config=ROUTE)
        driver.commit_config(revert_in=4)
    own.router.vtysh("write memory")
    faults.signal_daemon(own.router, "bgpd", "KILL")
    own.until(lambda: not own.waiting(), 120)
    assert own.last()["outcome"] == "reverted"
    assert (own.running(), own.startup()) == (before, startup)
    assert own.sh("readlink /etc/frr/frr.conf").strip() == "../../home/conf/frr.conf"
    assert own.sh("cat /home/conf/frr.conf") == startup


def test_a_text_without_the_lines_of_a_daemon_that_was_just_started_is_not_what_is_saved(own):
    startup = own.startup()
    commit(own)
    running = own.running()
    own.sh(DIES)
    with own.session("CHG-1") as driver, pytest.raises(NotSaved):
        driver.confirm_commit()
    assert "router bgp" in running
    assert own.startup() == startup


def test_a_confirm_that_was_cut_short_and_has_lost_its_notes_confirms_nothing(lab):
    before, startup = lab.running(), lab.startup()
    commit(lab)
    lab.sh(f"{CUT_SHORT}; rm -f {STATE}/job-CHG-1.1/after {STATE}/job-CHG-1.1/after-lines")
    with lab.session("CHG-1") as driver:
        with pytest.raises(CommitRefused):
            driver.confirm_commit()
        assert driver.pending_change() is None
    assert (lab.running(), lab.startup()) == (before, startup)


def test_of_two_who_begin_the_same_attempt_at_once_one_begins(lab):
    with lab.session("CHG-1") as driver:
        driver.load_merge_candidate(config=ROUTE)  # puts the script there, and its client dies
        script = f"{STATE}/job-CHG-1.1/change.sh"
        lab.sh(f"cp {script} /run/change.sh")
        for _ in range(15):
            lab.sh(f"mkdir -p {STATE}/job-CHG-1.1; touch -d '1 hour ago' {STATE}/job-CHG-1.1")
            begin = f"sh /run/change.sh {STATE} 20 begin CHG-1.1"
            said = lab.sh(f"for n in 1 2 3 4; do {begin} & done; wait").split("\n")
            assert sorted(said)[1:] == ["outcome begun", "outcome young", "outcome young", "outcome young"]
