"""What the journal tells of jobs: what each did where, which came later, until when it may be taken back."""

from typing import Any

import pytest

from linewright.change.past import Past, back_out_by, later, newest, past
from linewright.journal.journal import Entry, Journal


def told(*rows: tuple[Any, ...]) -> list[Entry]:
    return [
        Entry(
            number=number, time=f"2026-11-24T02:{number:02}:00Z", job=job, device=device, event=event, detail=detail
        )
        for number, (job, event, device, detail) in enumerate(rows, start=1)
    ]  # fmt: skip


def job(name: str, *ends: tuple[str, str], **more: Any) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [(name, "job begun", "", {"plan": "d" * 64, "code": "AAAA-BBBB", **more})]
    for device, result in ends:
        rows += [
            (name, "arming", device, {"attempt": 1}),
            (name, "device ended", device, {"result": result, "attempt": 1}),
        ]
    return [*rows, (name, "job ended", "", {"results": dict(ends), "untouched": []})]


def test_what_a_job_did_on_each_device_and_when_it_ended() -> None:
    one = past(
        told(*job("J1", ("r1", "confirmed"), ("r2", "not saved"), ("r3", "rolled back"), ("r4", "unknown")))
    )["J1"]
    assert one.changed == ("r1", "r2")
    assert one.open == ("r4",)
    assert one.ended == "2026-11-24T02:10:00Z"
    assert one.attempts == dict.fromkeys(("r1", "r2", "r3", "r4"), 1)
    assert (one.kind, one.of, one.code, one.closed) == ("apply", "", "AAAA-BBBB", False)


def test_a_job_that_died_ended_with_the_last_that_is_known() -> None:
    rows = job("J1", ("r1", "confirmed"))[:-1]
    one = past(told(*rows, ("J1", "arming", "r2", {})))["J1"]
    assert (one.changed, one.open, one.ended) == (("r1",), ("r2",), "2026-11-24T02:03:00Z")


def test_which_job_changed_a_device_last() -> None:
    jobs = past(
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
    assert (found.job, found.kind, found.of) == ("J3", "rollback", "J2")
    assert newest(jobs, "r9") is None


def test_closed_jobs_are_told() -> None:
    jobs = past(told(*job("J1", ("r1", "confirmed")), ("J1", "job closed", "", {})))
    assert jobs["J1"].closed
    assert jobs["J1"].ended == "2026-11-24T02:04:00Z"


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
    assert back_out_by(Past(job="J1", ended=ended), within) == until


def test_words_of_another_form_are_no_results() -> None:
    jobs = past(
        told(("J1", "job begun", "", {"kind": 3, "plan": None}), ("J1", "job ended", "", {"results": []}))
    )
    assert (jobs["J1"].kind, jobs["J1"].results) == ("apply", {})


def test_of_a_real_journal(journal: Journal) -> None:
    for name, event, device, detail in job("J1", ("r1", "confirmed")):
        journal.append(name, event, device, **detail)
    assert past(journal.entries())["J1"].changed == ("r1",)
