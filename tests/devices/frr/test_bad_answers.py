"""A router that is not there, cuts the line or answers with nonsense: what people are told, and that nothing is kept."""

import threading

import pytest

from linewright.devices import read, write
from linewright.devices.connect import session
from linewright.devices.target import Target
from linewright.errors import DeviceError, ExitCode, OutcomeUnknown, Refused
from linewright.platforms import rules

pytestmark = pytest.mark.lab

KEY = b"k" * 32
NAME = "hq-wan1"
LINES = "".join(f"ip route 172.16.{n // 256}.{n % 256}/32 blackhole\n" for n in range(300))


def target(lab, **facts):
    """The router under a name of the source of truth, as the runner has it."""
    known = lab.known_hosts.with_name("enrolled")
    known.write_text(f"{NAME} {lab.router.host_key}\n")
    return Target(
        device=NAME,
        platform="frr",
        host=lab.host,
        username="ops",
        known_hosts=str(known),
        tls_pins="",
        key_file=str(lab.key_file),
        **{"port": 22, "timeout": 8} | facts,
    )


def no_secret(ref):
    raise AssertionError(ref)


def asked(lab, question):
    with session(target(lab), no_secret) as driver:
        return question(driver)


def running(driver):
    return read.running(driver, NAME, rules("frr"), KEY)


def startup(driver):
    return read.startup(driver, NAME, rules("frr"), KEY)


@pytest.fixture
def answering(lab):
    """Have vtysh answer a command with what a shell script prints; everything else as ever."""

    def answer(command, script):
        fake = f'#!/bin/bash\ncase "$*" in *"{command}"*) {script} ;; *) exec /run/vtysh "$@" ;; esac\n'
        lab.sh("cp -p /usr/bin/vtysh /run/vtysh")
        lab.router.run(["sh", "-c", "cat >/run/fake && chmod 755 /run/fake"], stdin=fake)
        lab.sh("mount --bind /run/fake /usr/bin/vtysh")

    yield answer
    lab.sh("umount /usr/bin/vtysh")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo '% Can not open configuration file'", "Can not open configuration file"),
        ("printf 'hostname r1\\n%% Internal error\\nend\\n'", "error instead of its running configuration"),
        ('/run/vtysh "$@" | head -n 7', "has no end"),
        ('/run/vtysh "$@" | head -n -1', "has no end"),
        ("true", "has no end"),
        ("exit 1", "vtysh failed"),
        ("kill -KILL $$", "did not answer within"),
        ("exec sleep 60", "a daemon hangs"),
        ("printf 'hostname caf\\351\\nend\\n'", "not UTF-8"),
        ("printf 'hostname r1\\000\\nend\\n'", "NUL character"),
    ],
)
def test_a_configuration_that_is_none_is_never_believed(answering, lab, script, said):
    answering("running-config", script)
    with pytest.raises(Exception, match=said) as raised:
        asked(lab, running)
    assert raised.value.message.startswith(f"{NAME}: ")
    assert raised.value.code in (ExitCode.NOT_REACHED, ExitCode.USAGE)
    # Nor is anything changed on such a router, or left behind there.
    before = lab.sh("cat /etc/frr/frr.conf")
    with session(target(lab), no_secret) as driver, pytest.raises((Refused, DeviceError)):
        write.commit(driver, "CHG-1", 1, write.Lines(LINES, {}), expected="0" * 64, timer=60)
    assert lab.sh("cat /etc/frr/frr.conf") == before
    assert lab.sh("ls /var/lib") == ""


def test_an_answer_without_end_is_cut_off(answering, lab):
    answering("interface vrf all", "yes '{'")
    with pytest.raises(DeviceError, match=rf"^{NAME}: .*more than"):
        asked(lab, lambda driver: read._asked(NAME, "its ports", driver.get_interfaces))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("rm /etc/frr/frr.conf", "No such file"),
        ("printf 'hostname caf\\351\\n' >/etc/frr/frr.conf", "not UTF-8"),
    ],
)
def test_a_startup_file_that_cannot_be_read_is_said(own, spoil, said):
    own.sh(spoil)
    with pytest.raises(DeviceError, match=said) as raised:
        asked(own, startup)
    assert raised.value.message.startswith(f"{NAME}: ")


def test_what_somebody_typed_that_is_no_utf8_is_said(own):
    own.sh("vtysh -c 'configure terminal' -c 'interface eth1' -c \"$(printf 'description caf\\351')\"")
    with pytest.raises(DeviceError, match=rf"^{NAME}: .*not UTF-8"):
        asked(own, running)


def test_a_router_without_power_is_named_and_how_it_was_looked_for(own):
    own.router.stop()
    with pytest.raises(DeviceError, match=rf"^{NAME} .*{own.host} port 22") as raised:
        asked(own, running)
    assert raised.value.code is ExitCode.NOT_REACHED


def test_a_session_killed_in_the_middle_of_a_commit_is_unknown_and_goes_by_itself(lab):
    before = lab.running()

    def kill():
        lab.until(lambda: "172.16.0.9/32" in lab.running())
        lab.sh("pkill -KILL -f '^sshd: ops'")

    killing = threading.Thread(target=kill)
    with session(target(lab), no_secret) as driver:
        killing.start()
        with pytest.raises(OutcomeUnknown) as raised:
            write.commit(driver, "CHG-1", 1, write.Lines(LINES, {}), expected=lab.digest(), timer=6)
        killing.join()
    assert raised.value.code is ExitCode.UNKNOWN
    lab.until(lambda: not lab.waiting())
    assert lab.running() == before


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("mount -t tmpfs -o size=16k tmpfs /var/lib && cat /dev/zero >/var/lib/filler", "No space left"),
        ("mount --bind /var /var && mount -o remount,bind,ro /var", "Read-only file system"),
    ],
)
def test_a_full_or_read_only_disk_on_the_router_is_refused_before_anything_is_written(own, spoil, said):
    before = own.running(), own.startup()
    own.sh(spoil)
    with session(target(own), no_secret) as driver, pytest.raises(Refused, match=said) as raised:
        write.commit(driver, "CHG-1", 1, write.Lines(LINES, {}), expected=own.digest(), timer=60)
    assert raised.value.code is ExitCode.REFUSED
    assert (own.running(), own.startup()) == before
    assert own.sh("find /var/lib -name 'job-*' -o -name 'armed-*'") == ""
