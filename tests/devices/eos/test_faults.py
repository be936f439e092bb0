"""The driver meets every fault a twin knows, at every command of a change: what it says happened is what happened.

Applied, not applied or unknown: a step that returns has done it, one that is refused or not reached has not, and
"unknown" is said only once the deciding command was sent. No other exception comes out, and whatever stays on the
device is named and cleared away by the next attempt.
"""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import pytest

from linewright.devices import write
from linewright.devices.connect import session
from linewright.devices.read import observe
from linewright.devices.target import Target
from linewright.errors import DeviceError, OutcomeUnknown, Refused
from linewright.lab.twin.faults import Fault, spoilt
from linewright.platforms import rules

EOS = rules("eos")
KEY = bytes(32)
NEW = "interface Ethernet2\n   description changed\n"
#: Kinds that need no time, and what they spoil.
LOST = ("drop before", "drop middle", "drop after", "busy", "login refused", "error", "short", "not utf-8")
SPOILT = ("says", "truncated", "null", "wrong type", "missing")
LOADING = (
    r"^configure session lw_job7_1$",
    r"description changed",
    r"^end$",
)
BEFORE = (r"^show configuration sessions", r"^copy running-config", r"^show running-config", r"^enable$")
COMMIT = r"commit timer"


@pytest.fixture
def target(twins, tmp_path) -> Target:
    reach = twins.reach["sw1"]
    pins = tmp_path / "tls.json"
    pins.write_bytes(msgspec.json.encode({"sw1": reach.pin}))
    return Target(
        device="sw1",
        platform="eos",
        host=reach.host,
        port=reach.port,
        username="netops",
        password="it",
        known_hosts=str(tmp_path / "known_hosts"),
        tls_pins=str(pins),
        timeout=10,
    )


def reveal(_: str) -> str:
    return "not-a-real-password"


def changed(box) -> bool:
    return box.running.section("interface Ethernet2").child("description changed") is not None


def saved(box) -> bool:
    return box.startup.section("interface Ethernet2").child("description changed") is not None


def left(box) -> set[str]:
    """What a change of ours has left on the device, but for a commit that waits."""
    waiting = box.sessions.timer.session if box.sessions.timer else ""
    names = {name for name in box.sessions.known if name.startswith("lw_")}
    files = {name for name in box.flash if name.startswith("lw_")}
    return {name for name in names | files if not waiting or not name.startswith(waiting)}


class Told(NamedTuple):
    """How a step ended: its word, and what was said."""

    word: str
    message: str = ""


def told(step: Callable[[], Any]) -> Told:
    """The outcome of a step; any other exception than the three fails the test."""
    try:
        step()
    except OutcomeUnknown as error:
        return Told("unknown", str(error))
    except (Refused, DeviceError) as error:
        return Told("not applied", str(error))
    return Told("applied")


def commit(target: Target, attempt: int = 1) -> None:
    with session(target, reveal) as driver:
        text = driver.get_config(retrieve="running")["running"]
        expected = hashlib.sha256(text.encode()).hexdigest()
        write.commit(driver, "job7", attempt, write.Lines(NEW, {}), expected=expected, timer=60)


def loaded_and_committed(target: Target, box, fault: Fault) -> Told:
    """Commit where the fault begins once the device was read."""
    with session(target, reveal) as driver:
        text = driver.get_config(retrieve="running")["running"]
        expected = hashlib.sha256(text.encode()).hexdigest()
        box.faults.add(fault)
        return told(
            lambda: write.commit(driver, "job7", 1, write.Lines(NEW, {}), expected=expected, timer=60)
        )


def check_what_stayed(box, found: Told) -> None:
    for name in left(box):
        assert name in found.message, f"{name} stays and is not named: {found}"


def next_attempt_works(target: Target, box, clock) -> None:
    """Without the fault: what waits ends by its timer, the next attempt commits, confirms and leaves nothing."""
    box.faults.clear()
    clock.now += 601
    assert not changed(box)
    commit(target, attempt=2)
    with session(target, reveal) as driver:
        write.confirm(driver, "job7", 2)
        write.clean_up(driver, "job7", 2)
    assert changed(box)
    assert saved(box)
    assert left(box) == set()


@pytest.mark.parametrize("kind", [*LOST, *SPOILT])
@pytest.mark.parametrize("point", [*LOADING, *BEFORE, COMMIT])
def test_a_commit_says_what_became_of_it(kind, point, target, box, clock):
    found = loaded_and_committed(target, box, Fault(point, kind))
    if found.word == "applied":
        assert changed(box)
        assert box.sessions.timer is not None
    if found.word == "not applied":
        assert not changed(box)
        assert box.sessions.timer is None
        assert "sw1" in found.message or "refuse" in found.message or "not committed" in found.message
        check_what_stayed(box, found)
    if found.word == "unknown":
        assert point == COMMIT or "commit timer" in box.commands()[-1]
    assert not saved(box)
    next_attempt_works(target, box, clock)


@pytest.mark.parametrize(("kind", "became"), [("drop before", False), ("drop middle", True), ("drop after", True), ("short", True), ("not utf-8", True)])  # fmt: skip
def test_a_commit_without_an_answer_is_unknown_whatever_became_of_it(kind, became, target, box, clock):
    assert loaded_and_committed(target, box, Fault(COMMIT, kind)).word == "unknown"
    assert changed(box) is became


@pytest.mark.parametrize("kind", ["error", "login refused"])
def test_a_commit_the_device_did_not_take_is_not_applied(kind, target, box):
    assert loaded_and_committed(target, box, Fault(COMMIT, kind)).word == "not applied"
    assert not changed(box)
    assert left(box) == set()


@pytest.mark.parametrize("kind", ["drop before", "drop middle", "drop after", "busy", "login refused", "not utf-8"])  # fmt: skip
@pytest.mark.parametrize("point", LOADING)
def test_a_load_that_is_lost_clears_away_what_it_can_reach(kind, point, target, box):
    found = loaded_and_committed(target, box, Fault(point, kind))
    assert found.word == "not applied"
    assert left(box) == set()
    assert "may still be" not in found.message


def test_what_a_lost_load_could_not_clear_away_is_named(target, box):
    box.faults.add(Fault("^configure session lw_job7_1 abort", "drop before"))
    found = loaded_and_committed(target, box, Fault("description changed", "drop after"))
    assert left(box) == {"lw_job7_1"}
    assert "the candidate lw_job7_1 may still be on the device" in found.message


def test_what_a_refused_commit_could_not_clear_away_is_named(target, box):
    box.faults.add(Fault("^no configure session", "drop before", times=9))
    found = loaded_and_committed(target, box, Fault(COMMIT, "error", answer="Disk error"))
    assert found.word == "not applied"
    assert "Disk error" in found.message
    assert "lw_job7_1 and flash:lw_job7_1.before may still be on the device" in found.message
    assert left(box) == {"lw_job7_1", "lw_job7_1.before"}


@pytest.mark.parametrize(
    "point", [r"^configure session lw_job7_1$", r"^copy running-config", r"^show running-config"]
)
def test_somebody_elses_commit_that_waits_stops_ours(point, target, box):
    found = loaded_and_committed(target, box, Fault(point, "other commit", answer="ops1"))
    assert found.word == "not applied"
    assert box.sessions.timer is not None
    assert box.sessions.timer.session == "ops1"
    assert not changed(box)


def test_somebody_elses_session_that_is_open_stops_the_load(target, box):
    found = loaded_and_committed(
        target, box, Fault("^show configuration sessions", "other session", answer="ops1")
    )
    assert found.word == "not applied"
    assert "ops1" in found.message
    assert box.sessions.known["ops1"].state == "pending"


@pytest.mark.parametrize("point", [r"description changed", r"^copy running-config"])
def test_somebody_elses_edit_after_the_look_stops_the_commit(point, target, box):
    edit = Fault(point, "other edit", answer="vlan 77\nname by-hand")
    found = loaded_and_committed(target, box, edit)
    assert found.word == "not applied"
    assert "changed since" in found.message
    assert box.running.root.child("vlan 77") is not None


@pytest.fixture
def pending(target, box) -> Target:
    """A commit of ours that waits for its confirmation."""
    commit(target)
    return target


def confirmed(target: Target, box, fault: Fault) -> Told:
    with session(target, reveal) as driver:
        box.faults.add(fault)
        return told(lambda: write.confirm(driver, "job7", 1))


@pytest.mark.parametrize("kind", [*LOST, *SPOILT])
@pytest.mark.parametrize("point", [r"^show configuration sessions", r"lw_job7_1 commit$", r"^write memory"])
def test_a_confirmation_says_what_became_of_it(kind, point, pending, box, clock):
    found = confirmed(pending, box, Fault(point, kind))
    if found.word == "applied":
        assert box.sessions.timer is None
        assert saved(box)
    if found.word == "not applied":
        assert box.sessions.timer is not None
    if found.word == "unknown":
        assert point != "^show configuration sessions"
    clock.now += 61
    if found.word == "applied":
        assert changed(box)
    if found.word == "not applied":
        assert not changed(box)


@pytest.mark.parametrize("kind", LOST)
def test_a_connection_that_cannot_be_opened_is_told(kind, target, box):
    box.faults.add(Fault("show version", kind))
    with pytest.raises(DeviceError, match="sw1"), session(target, reveal):
        pass


def test_refused_connections_are_told_and_the_next_is_taken(target, box):
    box.faults.add(Fault("", "refuse"))
    with pytest.raises(DeviceError, match=r"sw1.*was not reached"), session(target, reveal):
        pass
    commit(target)
    assert changed(box)


@pytest.mark.parametrize("point", ["description changed", COMMIT])
@pytest.mark.parametrize("kind", ["sleep before", "sleep after"])
def test_an_answer_that_takes_too_long_is_no_answer(kind, point, target, box):
    word, became = ("unknown", True) if point == COMMIT else ("not applied", False)
    patient = msgspec.structs.replace(target, timeout=1)
    found = loaded_and_committed(patient, box, Fault(point, kind, seconds=1.3))
    assert found.word == word
    assert "in time" in found.message or "timed out" in found.message or word == "unknown"
    for _ in range(50):
        if changed(box) == became:
            break
        import time

        time.sleep(0.05)
    assert changed(box) is became


def test_an_answer_that_takes_its_time_is_waited_for(target, box):
    assert loaded_and_committed(target, box, Fault(COMMIT, "sleep after", seconds=0.3)).word == "applied"


# Reading.

TEXTS = {
    "an error text": Fault("show running-config", "says", answer="% Internal error\n"),
    "an empty text": Fault("show running-config", "says", answer=""),
    "half a text": Fault("show running-config", "truncated"),
    "no text": Fault("show running-config", "null"),
    "a number": Fault("show running-config", "wrong type"),
    "nothing": Fault("show running-config", "missing"),
    "no UTF-8": Fault("show running-config", "not utf-8"),
    "no answer": Fault("show running-config", "short"),
    "half an answer": Fault("show running-config", "drop middle"),
    "a page": Fault("show running-config", "busy"),
    "a refusal": Fault("show running-config", "error", answer="Authorization denied"),
}


@pytest.mark.parametrize("what", TEXTS)
def test_a_configuration_that_is_none_is_told_with_device_and_question(what, target, box):
    with session(target, reveal) as driver:
        box.faults.add(TEXTS[what])
        with pytest.raises(
            DeviceError, match=r"sw1: its running configuration could not be read|sw1: .*show running-config"
        ):
            observe(driver, "sw1", EOS, KEY)
        assert observe(driver, "sw1", EOS, KEY).running


GETTERS = {
    "get_facts": ("show version", "show hostname", "show interfaces"),
    "get_interfaces": ("show interfaces",),
    "get_interfaces_ip": ("show ip interface", "show ipv6 interface"),
    "get_lldp_neighbors": ("show lldp neighbors",),
    "get_lldp_neighbors_detail": ("show lldp neighbors detail",),
    "get_bgp_neighbors": ("show ip bgp neighbors vrf all", "show ip bgp summary vrf all", "show ipv6 bgp peers vrf all"),
    "get_ospf_neighbors": ("show ip ospf neighbor vrf all",),
    "get_arp_table": ("show arp vrf all",),
    "get_routes": ("show ip route vrf all", "show ip route vrf all summary", "show ipv6 route vrf all"),
    "pending_change": ("show configuration sessions detail", "show version"),
}  # fmt: skip


def names(answer: Any) -> set[str]:
    if isinstance(answer, list):
        return {name for item in answer for name in names(item)}
    if not isinstance(answer, dict):
        return set()
    return set(answer) | {name for value in answer.values() for name in names(value)}


def answered(getter: Callable[[], Any]) -> Any:
    try:
        return getter()
    except DeviceError as error:
        return error


@pytest.mark.parametrize("kind", ["null", "wrong type", "missing"])
@pytest.mark.parametrize("getter", GETTERS)
def test_a_getter_gives_what_is_usual_or_says_what_is_not(getter, kind, connect, twins):
    """Every value of every answer, one name at a time: a getter that reads it says so, one that does not is right."""
    for name in ("sw1", "sw2"):
        driver, box = connect(name), twins.boxes[name]
        if getter == "pending_change":
            box.sessions.enter("lw_x_1", box.running)
            box.sessions.commit("lw_x_1", box.running, 60)
        whole = getattr(driver, getter)()
        refused = 0
        for question in GETTERS[getter]:
            for key in sorted(names(twins.servers[name].show(question))):
                box.faults.add(Fault(f"^{question}$", kind, answer=key))
                found = answered(getattr(driver, getter))
                box.faults.clear()
                if isinstance(found, DeviceError):
                    refused += f"{name}: the answer to " in found.message
                elif kind != "missing":
                    assert found == whole or whole is None, f"{key}: {found}"
        assert refused or kind == "missing", f"{getter} believes everything"


def test_a_fault_hits_as_often_as_it_says_and_only_what_it_names(box):
    box.faults.add(Fault("^a", "error", times=2))
    assert [bool(box.faults.take(command)) for command in ("b", "a", "ab", "a")] == [False, True, True, False]
    assert not box.faults.refuses()


def test_spoiling_touches_what_is_named_and_nothing_else():
    answer = {"a": {"b": 1, "c": [{"b": 2}]}, "output": "abcd"}
    assert spoilt(answer, Fault("", "null", answer="b")) == {
        "a": {"b": None, "c": [{"b": None}]},
        "output": "abcd",
    }
    assert spoilt(answer, Fault("", "missing", answer="b")) == {"a": {"c": [{}]}, "output": "abcd"}
    assert spoilt(answer, Fault("", "truncated"))["output"] == "ab"
    assert spoilt(answer, Fault("", "drop after")) == answer


def test_half_a_character_in_an_answer_is_no_answer(target, box):
    """JSON can carry half of a surrogate pair, which no file and no terminal takes."""
    with session(target, reveal) as driver:
        box.faults.add(Fault("show running-config", "says", answer="! \ud800\nend\n"))
        with pytest.raises(DeviceError, match="sw1: its running configuration could not be read"):
            observe(driver, "sw1", EOS, KEY)
