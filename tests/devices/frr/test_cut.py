"""A change that cuts our own way in, and something else goes wrong as well: it comes back, or what it is has a name."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from linewright.devices.outcome import CommitUnknown
from linewright.lab.frr import faults

pytestmark = pytest.mark.lab

CUT = "interface eth0\n shutdown\nexit\nip route 198.51.100.0/24 blackhole\n"
STATE = "/var/lib/linewright"


def cut_off(lab, revert_in=600):
    with lab.session("CHG-1", timeout=4, restart_after=6) as driver:
        driver.load_merge_candidate(config=CUT)
        with pytest.raises(CommitUnknown):
            driver.commit_config(revert_in=revert_in)
    lab.until(lambda: lab.sh(f"cat {STATE}/job-CHG-1.1/applied"))
    assert not lab.reachable()


def test_cut_off_and_started_again_inside_the_window_it_comes_back(crowd):
    restarted, cycled, hung, saved, _ = crowd.values()
    before = {lab: (lab.running(), lab.startup()) for lab in crowd.values()}
    with ThreadPoolExecutor(5) as several:  # each waits for an answer that does not come
        list(several.map(cut_off, (restarted, cycled, saved)))
    saved.router.vtysh("write memory")  # by somebody at the console
    cycled.bench.power_cycle(cycled.router.name)
    for lab in (restarted, saved):
        faults.restart_frr(lab.router)
    cut_off(hung, revert_in=15)
    faults.signal_daemon(hung.router, "zebra", "STOP")
    for lab in (restarted, cycled, hung, saved):
        lab.until(lab.reachable, 120)
        lab.until(lambda lab=lab: not lab.waiting(), 120)
        assert (lab.running(), lab.startup()) == before[lab]
        assert lab.last()["outcome"] == "reverted"
