"""What the journal says of plans and devices."""

from contextlib import nullcontext

import pytest

from linewright.change.record import here, refuse_gone_on, refuse_open, refuse_spent, spent_by, unsettled
from linewright.errors import Refused
from linewright.journal.journal import Entry


def entries(*told):
    return [
        Entry(number=number, time="", job=job, device=device, event=event, detail=detail)
        for number, (job, device, event, detail) in enumerate(told, 1)
    ]


BEGUN = ("J1", "", "job begun", {"plan": "a" * 64})
ARMED = ("J1", "r1", "arming", {"attempt": 1})


def ended(result, job="J1", device="r1"):
    return (job, device, "device ended", {"result": result, "attempt": 1})


def test_a_plan_is_spent_once_a_device_was_armed_by_it():
    assert spent_by(entries(BEGUN), "a" * 64) == ""
    assert spent_by(entries(BEGUN, ARMED), "a" * 64) == "J1"
    assert spent_by(entries(BEGUN, ARMED), "b" * 64) == ""
    assert spent_by(entries(BEGUN, ("J2", "r1", "arming", {})), "a" * 64) == ""


def test_a_spent_plan_is_refused_with_the_job_and_the_one_next_command():
    with pytest.raises(Refused, match="job J1") as caught:
        refuse_spent(entries(BEGUN, ARMED), "a" * 64, "AAAA-BBBB")
    assert caught.value.hint.startswith("lw status J1 ")
    refuse_spent(entries(BEGUN), "a" * 64, "AAAA-BBBB")


def test_the_job_that_spent_a_plan_goes_on_with_it_unless_another_has_used_it_since():
    mine = entries(BEGUN, ARMED)
    refuse_spent(mine, "a" * 64, "AAAA-BBBB", but="J1")
    another = entries(BEGUN, ("J2", "", "job begun", {"plan": "a" * 64}), ("J2", "r1", "arming", {}))
    with pytest.raises(Refused, match="job J2"):
        refuse_spent(another, "a" * 64, "AAAA-BBBB", but="J1")


@pytest.mark.parametrize(
    ("told", "attempt", "late"),
    [
        ((), 1, False),
        ((BEGUN,), 1, True),
        ((BEGUN, ARMED), 2, False),
        ((BEGUN, ARMED, ("J1", "", "job resumed", {"attempt": 1})), 2, False),
        ((BEGUN, ARMED, ("J1", "", "job resumed", {"attempt": 2})), 2, True),
        ((BEGUN, ARMED, ("J2", "", "job resumed", {"attempt": 2})), 2, False),
        ((BEGUN, ("J1", "r1", "arming", {"attempt": 2})), 2, True),
    ],
)
def test_an_attempt_is_begun_once(told, attempt, late):
    with pytest.raises(Refused, match="already") if late else nullcontext():
        refuse_gone_on(entries(*told), "J1", attempt)


@pytest.mark.parametrize(
    ("told", "open_ones"),
    [
        ((ARMED,), {"r1": "J1"}),
        ((ARMED, ended("confirmed")), {}),
        ((ARMED, ended("foreign")), {}),
        ((ARMED, ended("unknown")), {"r1": "J1"}),
        ((ARMED, ended("unknown"), ended("rolled back")), {}),
        ((ARMED, ended("confirmed", job="J2")), {"r1": "J1"}),
        ((ARMED, ended("confirmed"), ended("unknown")), {"r1": "J1"}),
        ((ARMED, ended("confirmed"), ("J2", "r1", "arming", {}), ended("unknown")), {"r1": "J2"}),
        ((ended("unknown"),), {}),
        ((ARMED, ended("confirmed"), ("J2", "r1", "arming", {})), {"r1": "J2"}),
        ((ARMED, ("J1", "", "job ended", {"results": {"r1": "confirmed"}})), {}),
        ((ARMED, ("J1", "", "job ended", {"results": {"r1": "unknown"}})), {"r1": "J1"}),
        ((ARMED, ("J1", "", "job ended", {"results": "damaged"})), {"r1": "J1"}),
    ],
)
def test_a_device_is_open_until_its_end_is_known(told, open_ones):
    assert unsettled(entries(*told)) == open_ones


def test_nothing_is_sent_to_an_open_device():
    refuse_open(entries(ARMED), ["r2"])
    with pytest.raises(Refused, match="r1") as caught:
        refuse_open(entries(ARMED), ["r2", "r1"])
    assert "lw resume J1" in caught.value.hint


def test_a_job_says_which_process_it_is():
    found = here()
    assert set(found) == {"host", "user", "pid", "boot"}
    assert found["pid"] > 0
