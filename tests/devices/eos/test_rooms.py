"""The adapter as `devices.read` and `devices.write` use it: a whole change with secrets, and what an observation holds."""

import json

import pytest

from linewright import configs
from linewright.devices import connect as reaching
from linewright.devices import read, write
from linewright.devices.target import Target
from linewright.errors import Impostor, Moved, OutcomeUnknown, Refused
from linewright.lab.twin.faults import Fault
from linewright.platforms import rules

EOS, KEY = rules("eos"), b"a key for tests, 32 bytes long.."
PASSWORD = {"login/eos": "not-a-real-password"}


@pytest.fixture
def target(twins, tmp_path):
    reach = twins.reach["sw1"]
    pins = tmp_path / "tls.json"
    pins.write_text(json.dumps({"sw1": reach.pin}))
    return Target(
        device="sw1",
        platform="eos",
        host=reach.host,
        port=reach.port,
        username="netops",
        known_hosts=str(tmp_path / "known_hosts"),
        tls_pins=str(pins),
        password="login/eos",
        timeout=10,
    )


def session(target):
    return reaching.session(target, PASSWORD.__getitem__)


def lines(text):
    return write.Lines(text, {"hunter2": "lw-secret-0"})


CHANGE = "router bgp 64500\n   neighbor 198.18.4.1 password 7 hunter2\n"


def test_a_change_from_the_first_look_to_clearing_away(target, box):
    with session(target) as driver:
        running = read.running(driver, "sw1", EOS, KEY)
        write.commit(driver, "job7", 1, lines(CHANGE), expected=running.fingerprint, timer=60)
    with session(target) as driver:
        back = read.running(driver, "sw1", EOS, KEY)
        assert driver.pending_change().change == "job7"
        assert "hunter2" not in back.text
        changed = configs.diff(configs.normalise(running.text, EOS), configs.normalise(back.text, EOS), EOS)
        assert [line[:40] for line in changed if line[0] in "+-"] != []
        write.confirm(driver, "job7", 1)
    with session(target) as driver:
        saved = read.startup(driver, "sw1", EOS, KEY)
        assert configs.normalise(saved, EOS) == configs.normalise(back.text, EOS)
        write.clean_up(driver, "job7", 1)
    assert (box.flash, box.sessions.known) == ({}, {})


def test_an_observation(target):
    with session(target) as driver:
        seen = read.observe(driver, "sw1", EOS, KEY)
    assert seen.missing == {}
    assert [(n.port, n.device, n.remote_port) for n in seen.neighbors] == [("Ethernet1", "sw2", "Ethernet1")]
    assert [(b.peer, b.remote_as, b.state) for b in seen.bgp] == [("198.18.4.1", 64501, "up")]
    assert [(o.interface, o.state, o.raw) for o in seen.ospf] == [("Ethernet1", "up", "full")]
    assert [(p.name, p.enabled, p.up) for p in seen.ports] == [
        ("Ethernet1", True, True),
        ("Ethernet2", True, False),
        ("Management1", True, True),
    ]


def test_a_refused_line_is_a_refusal_without_its_secret(target, box):
    with session(target) as driver:
        running = read.running(driver, "sw1", EOS, KEY)
        with pytest.raises(Refused) as caught:
            write.commit(
                driver,
                "job7",
                1,
                lines(CHANGE + "frobnicate hunter2\n"),
                expected=running.fingerprint,
                timer=60,
            )
    assert "line 3" in caught.value.message
    assert "hunter2" not in caught.value.message
    assert box.sessions.known == {}


def test_a_device_that_moved_is_refused_and_left_alone(target, box):
    with session(target) as driver:
        running = read.running(driver, "sw1", EOS, KEY)
        box.operator("vlan 99")
        with pytest.raises(Moved, match=r"nothing was written.*changed since"):
            write.commit(driver, "job7", 1, lines(CHANGE), expected=running.fingerprint, timer=60)
    assert box.running.root.child("vlan 99") is not None
    assert box.sessions.known == {}


def test_a_lost_answer_is_an_unknown_outcome(target, box):
    with session(target) as driver:
        running = read.running(driver, "sw1", EOS, KEY)
        box.faults.add(Fault("commit timer", "drop after"))
        with pytest.raises(OutcomeUnknown):
            write.commit(driver, "job7", 1, lines(CHANGE), expected=running.fingerprint, timer=60)
    with session(target) as driver:
        assert driver.pending_change().change == "job7"
        write.roll_back(driver, "job7", 1)
        assert read.running(driver, "sw1", EOS, KEY) == running


def test_confirming_what_is_not_ours_is_refused(target):
    with session(target) as driver, pytest.raises(Refused):
        write.confirm(driver, "job7", 1)


def test_an_impostor_is_told_as_one(target, twins, tmp_path):
    (tmp_path / "tls.json").write_text(json.dumps({"sw1": twins.reach["sw2"].pin}))
    with pytest.raises(Impostor), session(target):
        pass
