import subprocess
import sys
import threading

import pytest
from napalm.base.exceptions import MergeConfigException

from linewright.devices.outcome import CommitRefused

pytestmark = pytest.mark.lab

NESTED = """\
ip prefix-list ANNOUNCE seq 5 permit 198.51.100.0/24
ip prefix-list ANNOUNCE seq 10 permit 203.0.113.0/24
route-map OUT permit 10
 match ip address prefix-list ANNOUNCE
exit
ip route 198.51.100.0/24 blackhole
ip route 203.0.113.0/24 blackhole
interface eth2
 description what? a "quoted" one; with | and $HOME
 ip address 198.18.5.1/24
 ip ospf area 0.0.0.0
 ip ospf cost 7
exit
interface eth1
 no description
exit
router bgp 64500
 neighbor 198.18.5.2 remote-as 64502
 neighbor 198.18.5.2 description second neighbour
 address-family ipv4 unicast
  network 198.51.100.0/24
  neighbor 198.18.5.2 route-map OUT out
 exit-address-family
 neighbor 198.18.5.2 timers connect 5
exit
router ospf
 passive-interface eth2
exit
"""
SECTION = "ip route 198.51.100.0/24 blackhole\n"
CONFIRM = """
import sys
from napalm import get_network_driver
host, key, known, change = sys.argv[1:]
driver = get_network_driver("frr")(host, "ops", "", 30, {"key_file": key, "known_hosts": known})
driver.open()
assert driver.has_pending_commit()
driver.begin_change(change, 1)
driver.confirm_commit()
driver.close()
"""


def sealed(text):
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line != "exit"]


def test_the_sealed_lines_arrive_once_and_in_order_and_another_process_confirms(lab):
    startup = lab.startup()
    with lab.session("CHG-7") as driver:
        driver.expect_running(lab.digest())
        driver.load_merge_candidate(config=NESTED)
        assert driver.compare_config() == NESTED.rstrip("\n")
        lab.forget_log()
        driver.commit_config(revert_in=120)

    told = lab.told()
    wanted = sealed(NESTED)
    for daemon, commands in told.items():
        known = set(commands)
        assert commands == [line for line in wanted if line in known], daemon
    assert {line for commands in told.values() for line in commands} == set(wanted)
    assert lab.startup() == startup

    with lab.session() as other:
        pending = other.pending_change()
        assert pending.change == "CHG-7"
        assert 0 < pending.seconds_left <= 120
    running = lab.running()
    argv = [sys.executable, "-c", CONFIRM, lab.host, str(lab.key_file), str(lab.known_hosts), "CHG-7"]
    subprocess.run(argv, check=True, timeout=60)
    with lab.session() as other:
        assert other.pending_change() is None
    assert lab.running() == running
    assert lab.startup() + "end\n" == running


def test_without_a_timer_startup_is_saved_at_once_and_rollback_brings_both_back(lab):
    before, startup = lab.running(), lab.startup()
    with lab.session("CHG-1") as driver:
        driver.load_merge_candidate(config=SECTION)
        driver.commit_config()
        assert not driver.has_pending_commit()
        assert lab.startup() + "end\n" == lab.running() != before
        driver.rollback()
        assert lab.running() == before
        assert lab.startup() == startup


@pytest.mark.parametrize("revert_in", [None, 60])
@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("router bgp 64999", "BGP is already running; AS is 64500"),
        ("ip prefix-list X seq 5 permit 198.51.100.0/24 le 7", "Invalid prefix range"),
    ],
)
def test_a_refused_line_stops_the_rest_and_everything_is_taken_back(lab, bad, said, revert_in):
    before, startup = lab.running(), lab.startup()
    lines = f"ip route 198.51.100.0/24 blackhole\n{bad}\nip route 203.0.113.0/24 blackhole\n"
    with lab.session("CHG-2") as driver:
        driver.load_merge_candidate(config=lines)
        lab.forget_log()
        with pytest.raises(CommitRefused) as refused:
            driver.commit_config(revert_in=revert_in)
        assert driver.pending_change() is None
    assert (refused.value.reason, refused.value.written) == ("line", True)
    assert f"FRR refused line 2: '{bad}'" in str(refused.value)
    assert said in str(refused.value)
    assert lab.running() == before
    assert lab.startup() == startup
    told = [command for commands in lab.told().values() for command in commands]
    assert "ip route 198.51.100.0/24 blackhole" in told
    assert "ip route 203.0.113.0/24 blackhole" not in told


def test_a_line_that_vtysh_does_not_know_is_refused_at_load_and_leaves_nothing(lab):
    with lab.session("CHG-3") as driver:
        lab.forget_log()
        with pytest.raises(MergeConfigException, match="line 2"):
            driver.load_merge_candidate(config="ip route 198.51.100.0/24 blackhole\nno interfae x\n")
        assert lab.told() == {}
        assert driver.compare_config() == ""
    assert lab.sh("ls /var/lib/linewright") == ""


def test_another_running_text_than_expected_is_refused_with_nothing_written(lab):
    with lab.session("CHG-4") as driver:
        driver.expect_running(lab.digest())
        driver.load_merge_candidate(config=SECTION)
        lab.router.vtysh("configure terminal", "interface eth1", "description an operator was here")
        before = lab.running()
        lab.forget_log()
        with pytest.raises(CommitRefused) as refused:
            driver.commit_config(revert_in=60)
        assert driver.pending_change() is None
    assert (refused.value.reason, refused.value.written) == ("moved", False)
    assert lab.told() == {}
    assert lab.running() == before


def test_a_candidate_changed_on_the_router_is_refused(lab):
    with lab.session("CHG-5") as driver:
        driver.load_merge_candidate(config=SECTION)
        lab.sh("echo 'ip route 192.0.2.128/25 blackhole' >>/var/lib/linewright/job-CHG-5.1/candidate")
        lab.forget_log()
        with pytest.raises(CommitRefused) as refused:
            driver.commit_config(revert_in=60)
    assert refused.value.reason == "candidate"
    assert lab.told() == {}


def test_while_a_change_is_pending_no_other_is_applied_confirmed_or_taken_back(lab):
    with lab.session("CHG-A") as first, lab.session("CHG-B") as second, lab.session() as unnamed:
        first.load_merge_candidate(config=SECTION)
        first.commit_config(revert_in=120)
        running = lab.running()
        second.load_merge_candidate(config="ip route 203.0.113.0/24 blackhole\n")
        for action in (lambda: second.commit_config(revert_in=60), second.confirm_commit, second.rollback):
            with pytest.raises(CommitRefused, match=r"CHG-A\.1") as refused:
                action()
            assert refused.value.reason == "pending"
        with pytest.raises(CommitRefused, match="CHG-A"):
            unnamed.confirm_commit()
        with pytest.raises(CommitRefused, match="CHG-A"):
            first.clean_up()
        assert lab.running() == running
        assert first.pending_change().change == "CHG-A"
        first.rollback()
        assert first.pending_change() is None


def test_an_attempt_is_used_once(lab):
    with lab.session("CHG-6") as driver:
        driver.load_merge_candidate(config=SECTION)
        driver.commit_config()
    with lab.session("CHG-6") as again:
        with pytest.raises(MergeConfigException, match="attempt 1 of change CHG-6 was used"):
            again.load_merge_candidate(config=SECTION)
        again.begin_change("CHG-6", 2)
        again.load_merge_candidate(config=SECTION)


def test_somebody_else_holding_the_lock_is_respected(lab):
    with lab.session("CHG-8") as driver:
        driver.load_merge_candidate(config=SECTION)
        lab.forget_log()
        lab.sh("setsid flock /var/lib/linewright/lock sleep 20 >/dev/null 2>&1 &")
        lab.until(lambda: "sleep" in lab.sh("ps -e -o comm"))
        with pytest.raises(CommitRefused) as refused:
            driver.commit_config(revert_in=60)
        lab.sh("pkill -x sleep")
    assert refused.value.reason == "busy"
    assert lab.told() == {}


def test_of_two_appliers_at_the_same_moment_one_proceeds(lab):
    ended = {}
    gate = threading.Barrier(2)

    def commit(name, line):
        with lab.session(name) as driver:
            driver.load_merge_candidate(config=line)
            gate.wait()
            try:
                driver.commit_config(revert_in=120)
            except CommitRefused as refused:
                ended[name] = refused.reason
            else:
                ended[name] = "applied"

    threads = [
        threading.Thread(target=commit, args=("ONE", "ip route 198.51.100.0/24 blackhole\n")),
        threading.Thread(target=commit, args=("TWO", "ip route 203.0.113.0/24 blackhole\n")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(ended.values()).count("applied") == 1
    assert set(ended.values()) <= {"applied", "busy", "pending"}
    running = lab.running()
    winner = "ONE" if ended["ONE"] == "applied" else "TWO"
    assert ("198.51.100.0/24" in running, "203.0.113.0/24" in running) == (winner == "ONE", winner == "TWO")
    with lab.session(winner) as driver:
        driver.rollback()


def test_a_change_without_a_name_is_confirmed_by_a_session_without_one(lab):
    with lab.session() as driver:
        driver.load_merge_candidate(config=SECTION)
        driver.commit_config(revert_in=60)
    with lab.session() as other:
        assert other.has_pending_commit()
        other.confirm_commit()
        assert not other.has_pending_commit()
    assert lab.startup() + "end\n" == lab.running()


@pytest.mark.slow
def test_two_thousand_lines_in_nested_sections_arrive_once_and_in_order_and_go_again(lab):
    lines = [f"ip prefix-list MANY seq {n} permit 10.{n // 256}.{n % 256}.0/24" for n in range(1, 501)]
    lines += [f"ip route 172.16.{n // 256}.{n % 256}/32 blackhole" for n in range(500)]
    lines += ["router bgp 64500"]
    for n in range(1, 251):
        lines += [f" neighbor 10.200.0.{n} remote-as 64501", f" neighbor 10.200.0.{n} description peer {n}"]
    lines += [" address-family ipv4 unicast"]
    for n in range(1, 251):
        lines += [f"  neighbor 10.200.0.{n} next-hop-self", f"  neighbor 10.200.0.{n} prefix-list MANY in"]
    lines += [" exit-address-family", "exit"]
    before = lab.running()
    with lab.session("CHG-MANY") as driver:
        driver.load_merge_candidate(config="\n".join(lines) + "\n")
        lab.forget_log()
        driver.commit_config(revert_in=600)
        told = lab.told()
        for daemon, commands in told.items():
            known = set(commands)
            assert commands == [line.strip() for line in lines if line.strip() in known], daemon
        assert {line for commands in told.values() for line in commands} == set(sealed("\n".join(lines)))
        driver.rollback()
    assert lab.running() == before
