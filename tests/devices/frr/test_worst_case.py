"""What the timer meets when it fires: daemons that hang or are dead, FRR started again, disks that take nothing.

The judge is the router itself, looked at from outside: its running text, its startup file, its kernel.
"""

import threading

import pytest
from napalm.base.exceptions import MergeConfigException

from linewright.devices.outcome import CommitRefused, CommitUnknown, NotSaved
from linewright.lab.frr import faults

pytestmark = pytest.mark.lab

DAEMONS = ("zebra", "staticd", "bgpd", "ospfd")
#: Something for every daemon, and what a zebra that was killed leaves in the kernel.
LINES = """\
ip route 198.51.100.0/24 blackhole
ipv6 route 2001:db8:77::/48 blackhole
interface eth1
 ip address 198.18.5.1/24
 ip ospf cost 77
exit
interface eth2
 shutdown
exit
router bgp 64500
 neighbor 192.0.2.2 description changed
 neighbor 192.0.2.9 remote-as 64509
exit
router ospf
 passive-interface eth2
exit
"""


def state(lab):
    """What has to be as before: what FRR shows, what it would boot, what the kernel has."""
    kernel = lab.sh(
        "ip route show type blackhole; ip -6 route show type blackhole; ip -oneline -4 address | sed 's/valid_lft.*//'; cat /sys/class/net/*/flags"
    )
    return lab.running(), lab.startup(), kernel


def commit(lab, text=LINES, *, revert_in, timeout=6, **optional):
    with lab.session("CHG-1", timeout=timeout, **{"restart_after": 6, **optional}) as driver:
        driver.load_merge_candidate(config=text)
        driver.commit_config(revert_in=revert_in)
        assert driver.pending_change().change == "CHG-1"


@pytest.mark.parametrize("signal", ["STOP", "KILL"])
def test_each_daemon_hung_or_dead_when_the_time_is_over_ends_as_before(crowd, signal):
    labs = dict(zip(DAEMONS, crowd.values(), strict=False))
    before = {daemon: state(lab) for daemon, lab in labs.items()}
    for daemon, lab in labs.items():
        commit(lab, revert_in=6)
        assert "198.51.100.0/24" in lab.running()
        faults.signal_daemon(lab.router, daemon, signal)
    for daemon, lab in labs.items():
        lab.until(lambda lab=lab: not lab.waiting(), 120)
        assert state(lab) == before[daemon], daemon
        ended = lab.last()
        assert ended["outcome"] == "reverted", ended
        assert "FRR was started again" in ended["note"]
        told = "a daemon hangs" if signal == "STOP" else "died"
        assert told in ended["note"] or "FRR did not answer" in ended["note"]
        with lab.session("CHG-1") as driver:
            assert driver.pending_change() is None
            with pytest.raises(CommitRefused, match="reverted"):
                driver.confirm_commit()


def test_a_cut_management_comes_back_though_a_daemon_hangs(crowd):
    cuts = ("shutdown", "no ip address {address}")
    labs = dict(zip(cuts, crowd.values(), strict=False))
    before = {cut: state(lab) for cut, lab in labs.items()}
    for cut, lab in labs.items():
        line = cut.format(address=lab.router.spec.address)
        with lab.session("CHG-1", timeout=4, restart_after=6) as driver:
            driver.load_merge_candidate(config=f"interface eth0\n {line}\nexit\n")
            with pytest.raises(CommitUnknown):
                driver.commit_config(revert_in=12)
        assert not lab.reachable()
        faults.signal_daemon(lab.router, "bgpd", "STOP")
    for cut, lab in labs.items():
        lab.until(lab.reachable, 90)
        lab.until(lambda lab=lab: not lab.waiting())
        assert state(lab) == before[cut], cut


def test_where_frr_cannot_or_may_not_be_started_again_it_is_said(crowd):
    hook, frrinit, none, forbidden, _ = crowd.values()
    frrinit.sh("rm /etc/linewright/restart-frr")
    none.sh("rm /etc/linewright/restart-frr /etc/frr/daemons")
    guards = {}
    for name, lab in (("hook", hook), ("frrinit", frrinit), ("none", none)):
        with lab.session() as driver:
            guards[name] = driver.guard()
    assert {name: (guard.restart, guard.start_hook) for name, guard in guards.items()} == {
        "hook": ("hook", True),
        "frrinit": ("frrinit", False),
        "none": ("no", False),
    }
    before = frrinit.running()
    for lab in (frrinit, none, forbidden):
        commit(lab, revert_in=6, restart_frr=lab is not forbidden)
        faults.signal_daemon(lab.router, "bgpd", "STOP")
    for lab, why in (
        (none, "there is no way to start FRR again here"),
        (forbidden, "FRR may not be started again here"),
    ):
        lab.until(lambda lab=lab: not lab.waiting(), 90)
        assert lab.last()["outcome"] == "failed"
        assert why in lab.last()["note"]
        # Nothing is lost: when the daemon is itself again, the change can be taken back by hand.
        faults.signal_daemon(lab.router, "bgpd", "CONT")
        with lab.session("CHG-1") as driver:
            driver.rollback()
    frrinit.until(lambda: not frrinit.waiting(), 120)
    assert (frrinit.last()["outcome"], frrinit.running()) == ("reverted", before)
    frrinit.sh("/usr/lib/frr/frrinit.sh stop")


def test_a_daemon_that_hangs_during_the_apply_ends_as_before(own):
    before = state(own)
    lines = "".join(f"ip route 172.16.{n // 256}.{n % 256}/32 blackhole\n" for n in range(400))

    def hang():
        own.until(lambda: own.sh("grep -m 1 'ip route 172.16.0.9/32' /var/log/frr/frr.log"))
        faults.signal_daemon(own.router, "staticd", "STOP")

    hanging = threading.Thread(target=hang)
    with own.session("CHG-1", timeout=6, restart_after=6) as driver:
        driver.load_merge_candidate(config=LINES + lines)
        own.forget_log()
        hanging.start()
        with pytest.raises(CommitRefused, match="FRR was started again") as refused:
            driver.commit_config(revert_in=4)
        hanging.join()
    assert (refused.value.reason, refused.value.written) == ("expired", True)
    assert state(own) == before


def test_frr_started_again_inside_the_window_takes_the_change_back(crowd):
    plain, saved, cycled, single, _ = crowd.values()
    before = {id(lab): state(lab) for lab in crowd.values()}
    for lab in (plain, saved, cycled):
        commit(lab, revert_in=600)
    commit(single, revert_in=8)
    for lab in (saved, cycled):
        lab.router.vtysh("write memory")
        assert "198.51.100.0/24" in lab.startup()
    faults.restart_frr(plain.router)
    faults.restart_frr(saved.router)
    cycled.bench.power_cycle(cycled.router.name)
    faults.signal_daemon(single.router, "bgpd", "KILL")
    faults.start_daemon(single.router, "bgpd")

    for lab in (plain, saved, cycled):
        lab.until(lambda lab=lab: not lab.waiting())
        lab.until(lambda lab=lab: state(lab)[:2] == before[id(lab)][:2], 5)
        assert (lab.last()["outcome"], lab.last()["note"]) == ("reverted", "restarted")
        with lab.session("CHG-1") as driver, pytest.raises(CommitRefused, match="reverted"):
            driver.confirm_commit()
    single.until(lambda: not single.waiting())
    assert state(single) == before[id(single)]


def test_without_the_start_hook_a_restart_is_named_and_nothing_is_confirmed(own):
    before = own.running()
    own.sh("rm /etc/linewright/frr-started")
    commit(own, revert_in=600)
    own.sh("kill -9 $(sed -n 's/^pid //p' /var/lib/linewright/armed-CHG-1.1)")
    faults.restart_frr(own.router)
    with own.session("CHG-1") as driver:
        assert not driver.guard().start_hook
        assert driver.pending_change().change == "CHG-1"
        with pytest.raises(CommitRefused) as refused:
            driver.confirm_commit()
        assert (refused.value.reason, refused.value.written) == ("moved", False)
        driver.rollback()
        assert driver.pending_change() is None
    assert own.running() == before


def test_a_daemon_started_again_by_somebody_is_not_confirmed(own):
    before = state(own)
    commit(own, revert_in=12)
    faults.signal_daemon(own.router, "bgpd", "KILL")
    with own.session("CHG-1", timeout=6) as driver:
        with pytest.raises(CommitRefused, match="bgpd has died"):
            driver.confirm_commit()
        faults.start_daemon(own.router, "bgpd")
        with pytest.raises(CommitRefused) as refused:
            driver.confirm_commit()
        assert refused.value.reason == "moved"
    own.until(lambda: not own.waiting())
    assert state(own) == before


def test_with_sshd_killed_the_change_is_taken_back_all_the_same(own):
    before = state(own)
    commit(own, revert_in=5)
    faults.signal_daemon(own.router, "sshd", "KILL")
    own.sh("pkill -9 sshd")
    assert not own.reachable()
    own.until(lambda: not own.waiting())
    assert state(own) == before


@pytest.fixture
def small_disk(own):
    """The folder of a change on a disk of its own."""
    own.sh(
        "mkdir -m 700 /var/lib/linewright && mount -t tmpfs -o size=512k,mode=700 tmpfs /var/lib/linewright"
    )
    return own


@pytest.mark.parametrize(
    "spoil", ["cat /dev/zero >/var/lib/linewright/filler", "mount -o remount,ro /var/lib/linewright"]
)
def test_a_disk_that_takes_nothing_any_more_stops_no_timer(small_disk, spoil):
    lab = small_disk
    before = state(lab)
    commit(lab, revert_in=3)
    lab.sh(spoil)
    lab.until(lambda: state(lab) == before)
    if "remount" in spoil:
        with lab.session("CHG-1") as driver:
            assert driver.pending_change().seconds_left == 0
            with pytest.raises(CommitRefused):
                driver.confirm_commit()
            lab.sh("mount -o remount,rw /var/lib/linewright")
            driver.rollback()
    lab.until(lambda: not lab.waiting())
    assert state(lab) == before
    assert lab.last()["outcome"] == "reverted"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("cat /dev/zero >/var/lib/linewright/filler", "No space left on device"),
        ("mount -o remount,ro /var/lib/linewright", "Read-only file system"),
    ],
)
def test_a_disk_that_takes_nothing_is_said_before_anything_is_written(small_disk, spoil, said):
    lab = small_disk
    before = state(lab)
    lab.sh(spoil)
    lab.forget_log()
    with lab.session("CHG-1") as driver:
        with pytest.raises(MergeConfigException, match=said):
            driver.load_merge_candidate(config=LINES)
        assert driver.compare_config() == ""
    assert lab.told() == {}
    assert state(lab) == before
    assert lab.sh("find /var/lib/linewright -type f ! -name filler") == ""


def test_a_read_only_startup_file_is_said_at_the_confirm(own):
    startup = own.startup()
    with own.session("CHG-1") as driver:
        driver.load_merge_candidate(config=LINES)
        driver.commit_config(revert_in=60)
        own.sh("mount --bind /etc/frr /etc/frr && mount -o remount,bind,ro /etc/frr")
        with pytest.raises(NotSaved, match="full or read-only"):
            driver.confirm_commit()
        assert driver.pending_change() is None
        assert "198.51.100.0/24" in own.running()
        assert own.startup() == startup
        own.sh("umount /etc/frr")
