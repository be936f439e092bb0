import pytest
from napalm.base.exceptions import ReplaceConfigException

from linewright.devices.outcome import CommitRefused

pytestmark = pytest.mark.lab


def changed(text):
    """What frr-reload sees, does not see (line vty, password), shortens and orders as it likes."""
    text = text.replace("description to nowhere", "description somewhere")
    text = text.replace(" neighbor 192.0.2.2 remote-as 64501\n", " neighbor 192.0.2.2 remote-as 64502\n")
    extra = (
        "password guest\n!\nip route 198.51.100.0/24 blackhole\n!\n"
        "access-list MGMT seq 5 permit 198.18.0.0/15\n!\nline vty\n access-class MGMT\nexit\n!\n"
    )
    return text.replace("interface eth0", extra + "interface eth0", 1)


def rows(text):
    return sorted(line for line in text.splitlines() if line.strip() not in ("!", "exit", "end"))


def test_a_whole_configuration_is_reached_line_by_line_and_back_again(lab):
    before, startup = lab.running(), lab.startup()
    wanted = changed(before)
    with lab.session("CHG-1") as driver:
        driver.load_replace_candidate(config=wanted)
        diff = driver.compare_config()
        assert diff.splitlines() == [
            "-interface eth1 / description to nowhere",
            "-router bgp 64500 / neighbor 192.0.2.2 remote-as 64501",
            "+password guest",
            "+ip route 198.51.100.0/24 blackhole",
            "+access-list MGMT seq 5 permit 198.18.0.0/15",
            "+line vty",
            "+line vty / access-class MGMT",
            "+interface eth1 / description somewhere",
            "+router bgp 64500 / neighbor 192.0.2.2 remote-as 64502",
        ]
        driver.commit_config(revert_in=120)
        assert rows(lab.running()) == rows(wanted)
        assert lab.startup() == startup
        driver.confirm_commit()
        assert lab.startup() + "end\n" == lab.running()
        driver.rollback()
        assert (lab.running(), lab.startup()) == (before, startup)
        driver.begin_change("CHG-1", 2)
        driver.load_replace_candidate(config=before)
        assert driver.compare_config() == ""


def test_what_frr_reload_takes_away_is_in_no_history(lab):
    """It gives the lines it deletes to vtysh one by one, and vtysh remembers such lines."""
    lab.router.vtysh("configure terminal", "router bgp 64500", "neighbor 192.0.2.2 password old-and-secret")
    lab.sh("rm -f /root/.history_frr")
    with lab.session("CHG-2") as driver:
        without = lab.running().replace(" neighbor 192.0.2.2 password old-and-secret\n", "")
        driver.load_replace_candidate(config=without)
        driver.commit_config(revert_in=60)
        assert "old-and-secret" not in lab.running()
        driver.confirm_commit()
        driver.clean_up()
    assert lab.sh("grep -rl old-and-secret /root /home /tmp /run /etc --exclude='logbuf.*'").split() in (
        [],
        ["/etc/frr/frr.conf.sav"],
    )


def test_an_error_that_only_a_daemon_sees_brings_everything_back(lab):
    before, startup = lab.running(), lab.startup()
    wanted = before.replace("router bgp 64500", "router bgp 64999").replace("to nowhere", "to somewhere")
    wanted = wanted.replace(
        "interface eth0", "ip prefix-list X seq 5 permit 198.51.100.0/24 le 7\n!\ninterface eth0"
    )
    with lab.session("CHG-3") as driver:
        driver.load_replace_candidate(config=wanted)
        with pytest.raises(CommitRefused, match="prefix-list X") as refused:
            driver.commit_config(revert_in=120)
        assert driver.pending_change() is None
    assert (refused.value.reason, refused.value.written) == ("line", True)
    assert (lab.running(), lab.startup()) == (before, startup)


def test_a_whole_configuration_unconfirmed_goes_by_itself(lab):
    before, startup = lab.running(), lab.startup()
    with lab.session("CHG-4") as driver:
        driver.load_replace_candidate(config=changed(before))
        driver.commit_config(revert_in=6)
        assert lab.running() != before
        lab.until(lambda: not driver.has_pending_commit())
    assert (lab.running(), lab.startup()) == (before, startup)


@pytest.mark.parametrize("bad", ["interface eth1\n bogus\nexit\n", "", "!\n\n", "hostname x\x1b[2K\n"])
def test_what_does_not_parse_is_refused_at_load_and_never_compared(lab, bad):
    with lab.session("CHG-5") as driver:
        with pytest.raises(ReplaceConfigException):
            driver.load_replace_candidate(config=bad)
        assert driver.compare_config() == ""
    assert lab.sh("ls /var/lib") == ""
