import signal
import subprocess
import sys
import threading

import pytest
from napalm.base.exceptions import CommandErrorException, MergeConfigException

from linewright.devices.outcome import CommitRefused, CommitUnknown, NotRestored, NotSaved

pytestmark = pytest.mark.lab

ROUTE = "ip route 198.51.100.0/24 blackhole\n"
#: What frr-reload.py does not see (line vty, password), what it shortens, and sections that come and go.
AWKWARD = """\
access-list MGMT seq 5 permit 198.18.0.0/15
line vty
 access-class MGMT
exit
password guest
service password-encryption
interface eth1
 no description
 ip address 192.0.2.5/30
exit
router bgp 64500
 neighbor 192.0.2.2 remote-as 64502
 neighbor 192.0.2.2 password session-key
 neighbor 192.0.2.9 remote-as 64509
 address-family ipv4 unicast
  neighbor 192.0.2.9 weight 5
 exit-address-family
exit
no router ospf
route-map NEW permit 10
 set local-preference 50
exit
hostname other
"""
SECRET = "hunter2-is-not-a-good-one"
WITH_SECRET = (
    "router bgp 64500\n"
    + "".join(
        f" neighbor 192.0.2.{n} remote-as 64501\n neighbor 192.0.2.{n} password {SECRET}\n"
        for n in range(100, 130)
    )
    + "exit\n"
)
#: Not SECRET: the lab's FRR logs commands, and its log buffers must not answer for another test.
PLANTED = "planted-for-this-change"
WITH_PLANTED = WITH_SECRET.replace(SECRET, PLANTED)

COMMIT_AND_DIE = """
import os, signal, sys
from napalm import get_network_driver
host, key, known, revert = sys.argv[1:]
driver = get_network_driver("frr")(host, "ops", "", 30, {"key_file": key, "known_hosts": known})
driver.open()
driver.begin_change("CHG-DIES", 1)
driver.load_merge_candidate(config=sys.stdin.read())
driver.commit_config(revert_in=int(revert))
os.kill(os.getpid(), signal.SIGKILL)
"""


def commit_and_die(lab, text, revert):
    argv = [
        sys.executable,
        "-c",
        COMMIT_AND_DIE,
        lab.host,
        str(lab.key_file),
        str(lab.known_hosts),
        str(revert),
    ]
    assert subprocess.run(argv, check=False, input=text, text=True, timeout=60).returncode == -signal.SIGKILL


def holding(lab, *values):
    """Files under the state directory that hold one of the values."""
    return lab.sh(f"grep -rlE '{'|'.join(values)}' /var/lib/linewright").split()


def test_unconfirmed_it_goes_by_itself_by_text_and_a_late_confirm_is_refused(lab):
    before, startup = lab.running(), lab.startup()
    with lab.session("CHG-1") as driver:
        driver.load_merge_candidate(config=AWKWARD)
        driver.commit_config(revert_in=3)
        assert lab.running() != before
        assert lab.startup() == startup
        lab.until(lambda: not driver.has_pending_commit())
        assert lab.running() == before
        assert lab.startup() == startup
        with pytest.raises(CommitRefused, match="reverted") as refused:
            driver.confirm_commit()
        assert refused.value.reason == "none"
    assert lab.running() == before


def test_a_startup_saved_by_somebody_inside_the_window_goes_back_too(lab):
    before, startup = lab.running(), lab.startup()
    with lab.session("CHG-2") as driver:
        driver.load_merge_candidate(config=ROUTE)
        driver.commit_config(revert_in=3)
        lab.router.vtysh("write memory")
        assert lab.startup() != startup
        lab.until(lambda: not driver.has_pending_commit())
    assert (lab.running(), lab.startup()) == (before, startup)
    assert lab.sh("stat -c '%U %a' /etc/frr/frr.conf").split()[0] == "frr"


def test_an_apply_longer_than_the_timer_is_stopped_and_ends_as_before(lab):
    before, startup = lab.running(), lab.startup()
    lines = [f"ip route 172.16.{n // 256}.{n % 256}/32 blackhole" for n in range(600)]
    told = []

    def hold_until_the_timer_fires():
        lab.until(lambda: lab.sh("grep -m 1 'ip route 172.16.0.9/32' /var/log/frr/frr.log"))
        lab.sh("pkill -STOP staticd")
        lab.until(lambda: lab.sh("ls /var/lib/linewright/reverting-CHG-3.1"))
        lab.until(lambda: "vtysh -f in" not in lab.sh("ps -e -o args"))
        told.extend(lab.told()["STATIC"])
        lab.sh("pkill -CONT staticd")

    holding = threading.Thread(target=hold_until_the_timer_fires)
    with lab.session("CHG-3") as driver:
        driver.load_merge_candidate(config="\n".join(lines))
        lab.forget_log()
        holding.start()
        with pytest.raises(CommitRefused) as refused:
            driver.commit_config(revert_in=4)
        holding.join()
        assert driver.pending_change() is None
        with pytest.raises(CommitRefused):
            driver.confirm_commit()
    assert (refused.value.reason, refused.value.written) == ("expired", True)
    assert told == lines[: len(told)]
    assert 0 < len(told) < len(lines)
    assert lines[-1] not in lab.told()["STATIC"]
    assert (lab.running(), lab.startup()) == (before, startup)


@pytest.mark.parametrize("cut", ["shutdown", "no ip address {address}"])
def test_a_change_that_cuts_the_management_comes_back_by_itself(lab, cut):
    before = lab.running()
    address = lab.router.spec.address
    cutting = cut.format(address=address)
    with lab.session("CHG-4", timeout=4) as driver:
        driver.load_merge_candidate(config=f"interface eth0\n {cutting}\nexit\n{ROUTE}")
        with pytest.raises(CommitUnknown, match="taken back within 8 s"):
            driver.commit_config(revert_in=8)
    assert not lab.reachable()
    lab.until(lab.reachable)
    lab.until(lambda: lab.running() == before)
    with lab.session("CHG-4") as driver:
        lab.until(lambda: not driver.has_pending_commit())
        driver.clean_up()
    assert lab.sh("ls /var/lib") == ""


def test_a_lost_connection_stops_nothing_and_another_session_confirms(lab):
    lines = "".join(f"ip route 172.16.0.{n}/32 blackhole\n" for n in range(256))

    def hang_up():
        lab.until(lambda: "172.16.0.9/32" in lab.running())
        lab.sh("pkill -f '^sshd: ops'")

    with lab.session("CHG-5") as driver:
        driver.load_merge_candidate(config=lines)
        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(CommitUnknown):
            driver.commit_config(revert_in=120)
        thread.join()
    with lab.session("CHG-5") as other:
        lab.until(lambda: lab.running().count("172.16.0.") == 256)
        lab.until(lambda: lab.sh("ls /var/lib/linewright/job-CHG-5.1/applied"))
        other.confirm_commit()
        assert lab.startup() + "end\n" == lab.running()


def test_rolled_back_by_hand_while_it_is_being_applied(lab):
    before = lab.running()
    lines = "".join(f"ip route 172.16.{n // 256}.{n % 256}/32 blackhole\n" for n in range(900))

    def take_back():
        with lab.session("CHG-6") as other:
            lab.until(lambda: "172.16.0.9/32" in lab.running())
            other.rollback()

    with lab.session("CHG-6") as driver:
        driver.load_merge_candidate(config=lines)
        thread = threading.Thread(target=take_back)
        thread.start()
        with pytest.raises(CommitUnknown):
            driver.commit_config(revert_in=300)
        thread.join()
    assert lab.running() == before


def test_with_its_timer_killed_a_change_is_shown_and_can_be_taken_back(lab):
    before = lab.running()
    with lab.session("CHG-7") as driver:
        driver.load_merge_candidate(config=ROUTE)
        driver.commit_config(revert_in=2)
        lab.sh("kill -9 $(sed -n 's/^pid //p' /var/lib/linewright/armed-CHG-7.1); sleep 3")
        pending = driver.pending_change()
        assert (pending.change, pending.seconds_left) == ("CHG-7", 0)
        with pytest.raises(CommitRefused) as refused:
            driver.confirm_commit()
        assert refused.value.reason == "expired"
        driver.rollback()
        assert driver.pending_change() is None
    assert lab.running() == before


def test_after_a_restart_a_change_is_shown_refuses_the_confirm_and_can_be_taken_back(lab):
    before = lab.running()
    with lab.session("CHG-11") as driver:
        driver.load_merge_candidate(config=ROUTE)
        driver.commit_config(revert_in=60)
        # What a restart changes for the state file is the id of the boot.
        lab.sh(
            "sed -i 's/^boot .*/boot 00000000-0000-0000-0000-000000000000/' /var/lib/linewright/armed-CHG-11.1"
        )
        pending = driver.pending_change()
        assert (pending.change, pending.seconds_left) == ("CHG-11", -1)
        with pytest.raises(CommitRefused) as refused:
            driver.confirm_commit()
        assert refused.value.reason == "expired"
        driver.rollback()
        assert driver.pending_change() is None
    assert lab.running() == before


def test_files_are_for_root_alone_and_a_secret_is_nowhere_else(lab):
    lab.router.vtysh("configure terminal", "no log commands")
    lab.forget_log()
    before = lab.running()
    watch = (
        "while [ ! -e /run/stop ]; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; done >/run/seen"
    )
    watching = threading.Thread(target=lambda: lab.sh(f"rm -f /run/stop; {watch}", timeout=120))
    with lab.session("CHG-8") as driver:
        watching.start()
        lab.until(lambda: lab.sh("wc -c </run/seen").strip() not in ("", "0"))
        driver.load_merge_candidate(config=WITH_SECRET)
        driver.commit_config(revert_in=60)
        listed = lab.sh("find /var/lib/linewright -printf '%m %U %y %f\\n'").splitlines()
        for entry in listed:
            mode, owner, kind, _ = entry.split()
            assert owner == "0", entry
            assert mode == ("700" if kind == "d" else "600"), entry
        assert {"candidate", "rollback", "startup"} <= {entry.split()[-1] for entry in listed}
        assert SECRET in lab.running()
        driver.rollback()
        assert lab.running() == before
        lab.sh("touch /run/stop")
        watching.join()
        seen = lab.sh("cat /run/seen")
        assert "vtysh -f in" in seen  # the watch was quick enough to see what runs
        assert SECRET not in seen
        driver.clean_up()
    lab.sh("rm -f /run/seen /run/stop")
    assert lab.sh("ls /var/lib") == ""
    # A daemon's own buffer of log lines (for a crash) holds what it was told, until it is written over.
    assert lab.sh(f"grep -rl --exclude='logbuf.*' {SECRET} /var /etc /root /home /tmp /run") == ""


@pytest.fixture
def old_secret(lab):
    """A secret that the router has before the change: it is in the rollback text and in the kept startup file."""
    old = "planted-before"
    lab.router.vtysh("configure terminal", "router bgp 64500", f"neighbor 192.0.2.2 password {old}")
    lab.router.vtysh("write memory")
    return old


def test_taken_back_by_the_timer_no_secret_stays_and_the_outcome_is_told(lab, old_secret):
    before, startup = lab.running(), lab.startup()
    commit_and_die(lab, WITH_PLANTED, 3)
    assert holding(lab, old_secret)
    assert holding(lab, PLANTED)
    with lab.session("CHG-DIES") as driver:
        lab.until(lambda: not driver.has_pending_commit())
        lab.until(lambda: not holding(lab, PLANTED, old_secret), 5)
        assert (lab.running(), lab.startup()) == (before, startup)
        assert "outcome reverted\nnote expired\n" in lab.sh("cat /var/lib/linewright/last")
        for action in (driver.confirm_commit, driver.rollback):
            with pytest.raises(CommitRefused, match="no such change on it reverted") as refused:
                action()
            assert refused.value.reason == "none"
        with pytest.raises(MergeConfigException, match="attempt 1 of change CHG-DIES was used"):
            driver.load_merge_candidate(config=ROUTE)
    assert (lab.running(), lab.startup()) == (before, startup)


def test_taken_back_by_hand_or_for_a_refused_line_no_secret_stays(lab, old_secret):
    with lab.session("CHG-12") as driver:
        driver.load_merge_candidate(config=WITH_PLANTED)
        driver.commit_config(revert_in=60)
        driver.rollback()
        assert holding(lab, PLANTED, old_secret) == []
        driver.begin_change("CHG-12", 2)
        driver.load_merge_candidate(
            config=f"{WITH_PLANTED}router bgp 64500\n neighbor NOBODY password {PLANTED}\n"
        )
        with pytest.raises(CommitRefused, match="neighbor NOBODY"):
            driver.commit_config(revert_in=60)
        # FRR's own words quote the line; they go when they have been read.
        lab.until(lambda: not holding(lab, PLANTED, old_secret), 10)


def test_what_was_not_taken_back_is_kept_and_goes_when_it_is(lab, old_secret):
    kept = "/var/lib/linewright/job-CHG-DIES.1/rollback"
    commit_and_die(lab, WITH_PLANTED, 4)
    lab.sh(f"sed -i '1i nonsense' {kept}")
    with lab.session("CHG-DIES") as driver:
        lab.until(lambda: not driver.has_pending_commit())
        assert "outcome failed" in lab.sh("cat /var/lib/linewright/last")
        assert kept in holding(lab, old_secret)
        lab.sh(f"sed -i 1d {kept}")
        driver.rollback()
    assert holding(lab, PLANTED, old_secret) == []


def test_the_next_change_clears_what_a_finished_one_left_but_not_before_it_is_applied(lab, old_secret):
    commit_and_die(lab, ROUTE, 60)
    with lab.session("CHG-DIES") as driver:
        driver.confirm_commit()
        folder = "/var/lib/linewright/job-CHG-DIES.1/"
        assert holding(lab, old_secret)
        driver.begin_change("CHG-13", 1)
        driver.expect_running("0" * 64)
        driver.load_merge_candidate(config=ROUTE)
        with pytest.raises(CommitRefused):
            driver.commit_config(revert_in=60)
        assert [name for name in holding(lab, old_secret) if name.startswith(folder)]
        driver.begin_change("CHG-13", 2)
        driver.load_merge_candidate(config="ip route 203.0.113.0/24 blackhole\n")
        driver.commit_config(revert_in=60)
        assert [name for name in holding(lab, old_secret) if "CHG-13.2/" not in name] == []
        driver.rollback()
    assert holding(lab, old_secret) == []


def test_a_refused_secret_is_not_in_the_error(lab):
    with lab.session("CHG-9") as driver:
        driver.load_merge_candidate(config=f"router bgp 64500\n neighbor NOBODY password {SECRET}\nexit\n")
        with pytest.raises(CommitRefused) as refused:
            driver.commit_config(revert_in=30)
    assert "neighbor NOBODY password *" in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_hung_daemon_is_named_as_such_and_nothing_is_written(own):
    with own.session("CHG-1", timeout=6) as driver:
        driver.load_merge_candidate(config=ROUTE)
        own.forget_log()
        own.sh("pkill -STOP bgpd")
        with pytest.raises(CommitRefused, match="a daemon hangs") as refused:
            driver.commit_config(revert_in=30)
        with pytest.raises(CommandErrorException, match="a daemon hangs"):
            driver.get_config("running")
        own.sh("pkill -CONT bgpd")
        assert (refused.value.reason, refused.value.written) == ("silent", False)
        own.until(lambda: not any("ip route" in line for lines in own.told().values() for line in lines), 1)
        assert "198.51.100.0/24" not in own.running()


def test_a_daemon_that_hangs_when_the_time_is_over_is_waited_for(own):
    before = own.running()
    with own.session("CHG-1", timeout=6) as driver:
        driver.load_merge_candidate(config=ROUTE)
        driver.commit_config(revert_in=2)
        own.sh("pkill -STOP bgpd; sleep 6; pkill -CONT bgpd")
        own.until(lambda: not driver.has_pending_commit())
    assert own.running() == before


def test_a_daemon_that_died_makes_the_running_text_unbelievable(own):
    with own.session("CHG-1") as driver:
        driver.load_merge_candidate(config=ROUTE)
        own.sh("pkill -9 ospfd; sleep 1")
        with pytest.raises(CommandErrorException, match="ospfd has died"):
            driver.get_config("running")
        with pytest.raises(CommitRefused, match="ospfd has died") as refused:
            driver.commit_config()
        assert not refused.value.written
    assert "198.51.100.0/24" not in own.running()


def test_what_cannot_be_taken_back_is_said(lab):
    with lab.session("CHG-10") as driver:
        driver.load_merge_candidate(config=ROUTE)
        driver.commit_config(revert_in=60)
        # A line that FRR will never show stands for whatever it does not take back.
        lab.sh("sed -i '1i nonsense' /var/lib/linewright/job-CHG-10.1/rollback")
        with pytest.raises(NotRestored, match="1 lines differ from before"):
            driver.rollback()
        assert driver.pending_change() is None
        assert "last outcome failed" in lab.sh("sed 's/^/last /' /var/lib/linewright/last")


def test_a_full_disk_at_the_confirm_is_said_and_leaves_the_old_startup(own):
    before, startup = own.running(), own.startup()
    own.sh(
        "cp -a /etc/frr /run/kept && mount -t tmpfs -o size=32k,mode=775 tmpfs /etc/frr && cp -a /run/kept/. /etc/frr/ "
        "&& rm -f /etc/frr/frr.conf.sav && chown frr:frr /etc/frr && cat /dev/zero >/etc/frr/filler"
    )
    with own.session("CHG-1") as driver:
        driver.load_merge_candidate(config=ROUTE)
        driver.commit_config(revert_in=60)
        with pytest.raises(NotSaved, match="is the disk full"):
            driver.confirm_commit()
        assert driver.pending_change() is None
        assert "198.51.100.0/24" in own.running()
        assert own.startup() == startup
        driver.rollback()
        assert own.running() == before
