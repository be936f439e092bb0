"""What the journal tells of jobs: what each did where, which came later, until when it may be taken back."""

from typing import Any

import pytest

from linewright.journal.journal import Entry
from linewright.operate.jobs import Job, jobs_of
from linewright.operate.past import back_out_by, changed, later, newest, open_elsewhere, still_open


def told(*rows: tuple[Any, ...]) -> list[Entry]:
    return [
        Entry(
            number=number, time=f"2026-11-24T02:{number:02}:00Z", job=job, device=device, event=event, detail=detail
        )
        for number, (job, event, device, detail) in enumerate(rows, start=1)
    ]  # fmt: skip


def job(name: str, *ends: tuple[str, str], **more: Any) -> list[tuple[Any, ...]]:
    begun = {"plan": "d" * 64, "code": "AAAA-BBBB", "devices": [device for device, _ in ends], **more}
    rows: list[tuple[Any, ...]] = [(name, "job begun", "", begun)]
    for device, result in ends:
        rows += [
            (name, "arming", device, {"attempt": 1}),
            (name, "device ended", device, {"result": result, "attempt": 1}),
        ]
    return [*rows, (name, "job ended", "", {"results": dict(ends), "untouched": []})]


def test_what_a_job_did_on_each_device_and_when_it_ended() -> None:
    ends = (("r1", "confirmed"), ("r2", "not saved"), ("r3", "rolled back"), ("r4", "unknown"))
    (one,) = jobs_of(told(*job("J1", *ends)))
    assert changed(one) == ("r1", "r2")
    assert still_open(one) == ("r4",)
    assert one.over == "2026-11-24T02:10:00Z"


def test_a_job_that_died_ended_with_the_last_that_is_known() -> None:
    rows = job("J1", ("r1", "confirmed"), ("r2", "confirmed"))
    (one,) = jobs_of(told(*rows[:4]))
    assert (changed(one), still_open(one), one.over) == (("r1",), ("r2",), "2026-11-24T02:03:00Z")


def test_which_job_changed_a_device_last() -> None:
    jobs = jobs_of(
        told(
            *job("J1", ("r1", "confirmed")),
            *job("J2", ("r1", "confirmed"), ("r2", "confirmed")),
            *job("J3", ("r1", "confirmed"), kind="rollback", of="J2"),
            *job("J4", ("r1", "refused")),
        )
    )
    assert later(jobs, "J1", "r1") == ("J2", "J3")
    assert later(jobs, "J3", "r1") == ()
    found = newest(jobs, "r1")
    assert found is not None
    assert (found.name, found.kind, found.of) == ("J3", "rollback", "J2")
    assert newest(jobs, "r9") is None


def test_a_device_that_another_job_left_open() -> None:
    jobs = jobs_of(told(*job("J1", ("r1", "confirmed")), *job("J2", ("r1", "unknown"))))
    assert open_elsewhere(jobs, "J1", "r1") == "J2"
    assert open_elsewhere(jobs, "J2", "r1") == ""


@pytest.mark.parametrize(
    ("ended", "within", "until"),
    [
        ("2026-11-24T23:59:00Z", 86_400, "2026-11-25T23:59:00Z"),
        ("2026-11-24T23:59:00Z", 0, "2026-11-24T23:59:00Z"),
        ("", 86_400, ""),
        ("not a time", 86_400, ""),
        ("2026-11-24T23:59:00Z", 10**15, ""),
    ],
)
def test_until_when_a_job_may_be_taken_back(ended: str, within: int, until: str) -> None:
    assert back_out_by(Job(name="J1", code="", plan="", when="", over=ended), within) == until
