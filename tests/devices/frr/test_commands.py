"""Every command that a router is sent is on the list by which its owner grants them (platforms --commands frr)."""

import re
import shlex

import paramiko
import pytest

from linewright.devices.outcome import CommitRefused
from linewright.lab.frr import faults
from linewright.platforms import rules

#: In the place of a program: writes down what it was started with, in one piece (several are started at once), then does it.
TELLTALE = """\
#!/bin/sh
printf '%s\\0' "{name}" "$@" '
' >>/run/told/started
exec /run/told/{file} "$@"
"""
#: The programs that do something to FRR or the kernel, and how our script calls them.
PROGRAMS = {
    "/usr/bin/vtysh": "vtysh",
    "/usr/lib/frr/frr-reload.py": "/usr/lib/frr/frr-reload.py",
    "/usr/sbin/ip": "ip",
    "/etc/linewright/restart-frr": "/etc/linewright/restart-frr",
}
#: What the router's own start of FRR does, and what frr-reload.py's way of calling vtysh is.
OWN = re.compile(r"vtysh -b|/usr/lib/frr/.*")
WRITTEN = "find /etc /var /root /home /run /tmp /dev/shm -newer /run/told/marker -type f ! -path '/run/told/*' ! -path '/var/log/frr/*' ! -path '/run/frr/*' ! -path '/var/tmp/frr/*' ! -path '/run/netns/*' ! -name .history_frr"


def listed(command, *when):
    found = [rule.when for rule in rules("frr").commands if re.fullmatch(rule.pattern, command)]
    return bool(set(found) & set(when)) if when else bool(found)


def test_the_list_says_why_and_holds_nothing_twice():
    patterns = [rule.pattern for rule in rules("frr").commands]
    assert len(set(patterns)) == len(patterns) > 20
    assert all(rule.why for rule in rules("frr").commands)


@pytest.mark.parametrize(
    "command",
    [
        "sh -c reboot",
        "vtysh -c 'write memory; reboot'",
        "vtysh -c 'configure terminal'",
        "vtysh -c 'clear bgp *'",
        "vtysh -c 'show version' -c 'write erase'",
        "vtysh -c 'show version'; reboot",
        "sh -s -- /var/lib/linewright 20 running; reboot",
        "sh -c 'cat /etc/shadow'",
        ">/etc/passwd",
        ">/etc/frr/daemons",
    ],
)
def test_what_is_never_sent_is_not_listed(command):
    assert not listed(command)


@pytest.fixture
def watched(own, monkeypatch):
    """A router whose programs write down what they were started with; and what was sent to it by SSH."""
    own.sh("mkdir -p /run/told")
    for path, name in PROGRAMS.items():
        file = path.rpartition("/")[2]
        own.router.run(["sh", "-c", "cat >/run/told/telltale"], stdin=TELLTALE.format(name=name, file=file))
        own.sh(
            f"cp -p {path} /run/told/{file} && cp -p /run/told/telltale /run/told/x-{file} && chmod 755 /run/told/x-{file}"
        )
        if path.startswith("/etc"):
            own.sh(f"cp /run/told/x-{file} {path}")
        else:
            own.sh(f"mount --bind /run/told/x-{file} $(readlink -f {path})")
    sent = []
    really = paramiko.Channel.exec_command

    def exec_command(channel, command):
        sent.append(command)
        return really(channel, command)

    monkeypatch.setattr(paramiko.Channel, "exec_command", exec_command)
    own.sh("rm -f /root/.history_frr")
    own.sent = sent
    own.sh("touch /run/told/marker")
    return own


def never(commands, *when):
    """What is listed for these occasions and was not among the commands."""
    patterns = [rule.pattern for rule in rules("frr").commands if rule.when in when]
    return [pattern for pattern in patterns if not any(re.fullmatch(pattern, each) for each in commands)]


def started(lab):
    """What its programs were started with since the last time."""
    rows = lab.sh("cat /run/told/started; : >/run/told/started").split("\0\n\0")
    return [shlex.join(row.split("\0")) for row in rows if row]


def written(lab):
    # vtysh keeps a history for who logs in; what is not for reading must not come into it: it can hold secrets.
    assert all(line.startswith("show ") for line in lab.sh("cat /root/.history_frr").splitlines())
    return [f">{path}" for path in lab.sh(WRITTEN).splitlines() if path != "/etc/linewright/restart-frr"]


@pytest.mark.lab
def test_reading_starts_only_what_is_listed_for_reading_and_writes_nothing(watched):
    with watched.session() as driver:
        driver.get_config()
        driver.get_facts()
        for getter in (
            driver.get_interfaces,
            driver.get_interfaces_ip,
            driver.get_arp_table,
            driver.get_ipv6_neighbors_table,
            driver.get_network_instances,
            driver.get_bgp_neighbors,
            driver.get_bgp_neighbors_detail,
            driver.get_ospf_neighbors,
            driver.get_lldp_neighbors,
            driver.get_lldp_neighbors_detail,
            driver.get_routes,
            driver.has_pending_commit,
            driver.guard,
            driver.at_work,
        ):
            getter()
        driver.get_route_to("192.0.2.2")
        driver.get_route_to("2001:db8::/32", longer=True)
        driver.ping("192.0.2.2", count=1)
        driver.cli(["show ip bgp | include 192", "show running-config"])
    begun = started(watched)
    assert never(watched.sent + begun, "read") == ["systemctl cat frr.service"]  # a lab router has no systemd
    assert [command for command in watched.sent if not listed(command, "read")] == []
    inner = " ".join(watched.sent)  # a program that a listed shell command names
    assert [command for command in begun if not listed(command, "read") and command not in inner] == []
    assert written(watched) == []


LINES = """\
ip route 198.51.100.0/24 blackhole
interface eth1
 ip address 198.18.5.1/24
 shutdown
exit
router bgp 64500
 neighbor 192.0.2.2 description it's "changed"
exit
"""


@pytest.mark.lab
def test_changes_start_and_write_only_what_is_listed(watched):
    lab, files = watched, []
    with lab.session("CHG-1", timeout=6) as driver:
        driver.fence("JOURNAL", 3)
        driver.announce()
        mark = driver.record_mark()
        # Taken back by the timer, with a daemon that hangs; then kept, and taken back by hand.
        driver.load_merge_candidate(config=LINES)
        driver.commit_config(revert_in=3)
        files += written(lab)
        faults.signal_daemon(lab.router, "zebra", "STOP")
        lab.until(lambda: not lab.waiting(), 90)
        files += written(lab)
        assert "FRR was started again" in lab.last()["note"]
        driver.begin_change("CHG-1", 2)
        driver.load_merge_candidate(config=LINES)
        driver.commit_config(revert_in=60)
        driver.confirm_commit()
        files += written(lab)
        driver.rollback()
        # A whole configuration, and a line that is refused.
        driver.begin_change("CHG-1", 3)
        driver.load_replace_candidate(config=lab.running().replace("to nowhere", "to somewhere"))
        driver.commit_config(revert_in=60)
        files += written(lab)
        driver.rollback()
        driver.begin_change("CHG-1", 4)
        driver.load_merge_candidate(config="ip route 203.0.113.0/24 blackhole\nrouter bgp 64999\n")
        with pytest.raises(CommitRefused):
            driver.commit_config(revert_in=60)
        driver.begin_change("CHG-1", 5)
        driver.load_merge_candidate(config=LINES)
        driver.discard_config()
        driver.clean_up()
        assert driver.recorded_since(mark) == ()
    begun = started(lab)
    assert [command for command in lab.sent if not listed(command)] == []
    assert [command for command in begun if not listed(command) and not OWN.fullmatch(command)] == []
    assert [path for path in sorted(set(files)) if not listed(path)] == []
    # What is listed is also done, but for the way out when the state directory's disk is full.
    assert [
        pattern for pattern in never(lab.sent + begun + files, "change") if "/shm|tmp)" not in pattern
    ] == []
    assert "/etc/linewright/restart-frr" in begun
    assert ">/var/lib/linewright/armed-CHG-1.1" in files
