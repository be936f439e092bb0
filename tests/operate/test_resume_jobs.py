"""Jobs as the journal tells them, and who may take one in hand after a crash."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linewright import configs
from linewright.change.next_steps import TABLE
from linewright.change.record import here, unsettled
from linewright.change.standing import Known, Reading, stand
from linewright.change.states import State
from linewright.errors import DataError, Refused
from linewright.journal.holder import me
from linewright.journal.journal import Entry, Journal
from linewright.operate.jobs import Job, find, jobs_of, known
from linewright.operate.resuming import _nobody_has_it
from linewright.plan.changeplan import DevicePlan
from linewright.plan.undo import undo
from linewright.platforms import rules

DEVICES = ("r1", "r2", "r3")
RESULTS = (
    "unchanged",
    "confirmed",
    "not saved",
    "refused",
    "not reached",
    "rolled back",
    "partly back",
    "foreign",
    "unknown",
)


def told(*rows: tuple[str, str, dict[str, Any]], job: str = "J1") -> list[Entry]:
    begun = (
        "job begun",
        "",
        {"plan": "d" * 64, "code": "AAAA-BBBB", "devices": list(DEVICES), "kind": "apply", "of": ""},
    )
    return [
        Entry(
            number=number, time=f"2026-11-24T02:{number // 60:02}:{number % 60:02}Z", job=job, device=device,
            event=event, detail=detail,
        )
        for number, (event, device, detail) in enumerate((begun, *rows), start=1)
    ]  # fmt: skip


events = st.one_of(
    st.tuples(st.just("arming"), st.sampled_from(DEVICES), st.just({"attempt": 1, "timer": 60})),
    st.tuples(st.sampled_from(["committed", "confirming", "rolling back", "clearing away"]), st.sampled_from(DEVICES), st.just({})),
    st.tuples(st.just("device ended"), st.sampled_from(DEVICES), st.builds(lambda result: {"result": result}, st.sampled_from(RESULTS))),
    st.tuples(st.just("job resumed"), st.just(""), st.just({"attempt": 2})),
    st.tuples(
        st.just("job ended"), st.just(""),
        st.builds(lambda ends: {"results": ends}, st.dictionaries(st.sampled_from(DEVICES), st.sampled_from(RESULTS))),
    ),
)  # fmt: skip


@given(st.lists(events, max_size=12))
@example([
    ("arming", "r1", {"attempt": 1, "timer": 60}),
    ("job ended", "", {"results": {"r1": "unchanged"}}),
    ("device ended", "r1", {"result": "unknown"}),
])  # fmt: skip
def test_what_is_open_is_what_keeps_another_job_from_the_device(rows: list[Any]) -> None:
    entries = told(*rows)
    (job,) = jobs_of(entries)
    assert {one.device for one in job.open} == set(unsettled(entries))
    assert not {one.device for one in job.open} & set(job.to_go_on)
    assert bool(job.open) <= job.unsettled


def test_how_far_a_job_came() -> None:
    (job,) = jobs_of(
        told(
            ("arming", "r1", {"attempt": 1, "timer": 60, "up": 1000, "mark": "m"}),
            ("committed", "r1", {}),
            ("device ended", "r1", {"result": "confirmed"}),
            ("arming", "r2", {"attempt": 1, "timer": 90, "up": 1100}),
            ("committed", "r2", {}),
        )
    )
    assert [one.told for one in job.devices] == ["confirmed", "open", "not begun"]
    assert job.unsettled
    assert job.to_go_on == ("r3",)
    two = job.device("r2")
    knows = known(two, boot="b", here="b", up=1150, now=0)
    assert (knows.timer, knows.answered, knows.confirming, knows.since) == (90, True, False, 50)
    assert known(two, boot="b", here="c", up=1150, now=0).since == 0, "another boot's clock says nothing"
    assert known(two, boot="", here="", up=1150, now=0).since == 0


@pytest.mark.parametrize(
    ("rows", "again"),
    [
        ([("device ended", "r1", {"result": "unchanged"})], True),
        ([("committed", "r1", {}), ("device ended", "r1", {"result": "rolled back"})], True),
        ([("rolling back", "r1", {}), ("device ended", "r1", {"result": "rolled back"})], False),
        ([("device ended", "r1", {"result": "confirmed"})], False),
        ([("device ended", "r1", {"result": "foreign"})], False),
        ([("device ended", "r1", {"result": "partly back"})], False),
    ],
)
def test_what_a_job_goes_on_with(rows: list[Any], again: bool) -> None:
    (job,) = jobs_of(told(("arming", "r1", {"attempt": 1, "timer": 60}), *rows))
    assert ("r1" in job.to_go_on) == again


def test_a_job_is_found_by_a_part_of_its_name() -> None:
    jobs = jobs_of([*told(job="J0001-AAAA-BBBB"), *told(job="J0002-AAAA-CCCC")])
    assert find(jobs, "cccc").name == "J0002-AAAA-CCCC"
    assert find(jobs, "J0001").name == "J0001-AAAA-BBBB"
    with pytest.raises(DataError, match="may be any of"):
        find(jobs, "AAAA")
    with pytest.raises(DataError, match="no job"):
        find(jobs, "J0009")


@pytest.fixture
def journal(tmp_path: Path) -> Any:
    found = Journal(tmp_path / "journal.db")
    yield found
    found.close()


def begun(journal: Journal) -> Job:
    journal.append("J1", "job begun", plan="", code="", devices=["r1"], kind="apply", of="", **here())
    return jobs_of(journal.entries())[0]


def test_a_living_process_is_named(journal: Journal) -> None:
    job = begun(journal)
    journal.leases.take("r1", "J1", seconds=600)
    with pytest.raises(Refused, match=f"process {me().pid}"):
        _nobody_has_it(journal, job, lambda *_: None, lambda _: None)


def test_what_a_process_left_when_it_ended_is_taken_over_while_it_lives(journal: Journal) -> None:
    begun(journal)
    journal.leases.take("r1", "J1", seconds=600)
    journal.append("J1", "job ended", results={"r1": "unknown"}, untouched=[], stopped="")
    _nobody_has_it(journal, jobs_of(journal.entries())[0], lambda *_: None, lambda _: None)
    journal.leases.take("r1", "J1", seconds=600)


def test_of_two_who_resume_at_once_the_second_takes_nothing_from_the_first(journal: Journal) -> None:
    """The first has taken the device, and has not yet written down that it has the job in hand."""
    begun(journal)
    journal.append("J1", "job ended", results={"r1": "unknown"}, untouched=[], stopped="")
    job = jobs_of(journal.entries())[0]
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        words = Path(f"/proc/{other.pid}/stat").read_text().rpartition(")")[2].split()
        holder = msgspec.structs.replace(me(), pid=other.pid, started=int(words[19]))
        lease = journal.leases.take("r1", "J1", seconds=600, holder=holder)
        with pytest.raises(Refused, match=f"process {other.pid}"):
            _nobody_has_it(journal, job, lambda *_: None, lambda _: None)
        journal.leases.renew(lease)
    finally:
        other.communicate()


def test_the_dead_of_this_machine_are_known_to_be_dead(journal: Journal) -> None:
    job = begun(journal)
    journal.leases.take("r1", "J1", seconds=600, holder=msgspec.structs.replace(me(), started=1))
    _nobody_has_it(journal, job, lambda *_: None, lambda _: None)
    journal.leases.take("r1", "J1", seconds=600, after_death=True)


def test_the_end_of_one_on_another_machine_is_waited_for_and_told(journal: Journal) -> None:
    job = begun(journal)
    elsewhere = msgspec.structs.replace(me(), host="ws2", user="bob", boot="another")
    lease = journal.leases.take("r1", "J1", seconds=600, holder=elsewhere)
    said: list[str] = []

    def pause(_seconds: float) -> None:
        if len(said) == 3:
            journal.leases.release(lease)

    _nobody_has_it(journal, job, lambda _device, words: said.append(words), pause)
    assert len(said) == 3
    assert "bob on ws2" in said[0]
    assert "until" in said[0]


FRR = rules("frr")
BEFORE = configs.normalise("hostname r1\ninterface eth1\n description old\nexit\n", FRR)
AFTER = configs.normalise(BEFORE.replace("old", "new") + "ip route 198.51.100.0/24 blackhole\n", FRR)
PART = DevicePlan(
    device="r1", platform="frr", host="192.0.2.1", port=22, identity="x", order="sent", timer=60, before=BEFORE,
    after=AFTER, intended=AFTER, commands=configs.commands(BEFORE, AFTER, FRR),
    back_out=configs.commands(AFTER, BEFORE, FRR), diff=configs.diff(BEFORE, AFTER, FRR),
)  # fmt: skip


@pytest.mark.parametrize(
    ("state", "running", "startup"),
    [
        ("before", BEFORE, BEFORE),
        ("after", AFTER, AFTER),
        ("confirmed, not saved", AFTER, BEFORE),
        ("mixed", configs.normalise(BEFORE + "ip route 198.51.100.0/24 blackhole\n", FRR), BEFORE),
        ("foreign", configs.normalise(AFTER + "ip route 10.9.9.0/24 blackhole\n", FRR), BEFORE),
    ],
)
def test_what_the_table_says_of_rollback_is_what_its_lines_do(
    state: State, running: str, startup: str
) -> None:
    look = Reading(running=running, startup=startup)
    assert stand(PART, "J1", Known(attempt=1), (look, look), FRR).state == state
    back = undo(PART, running, FRR)
    match TABLE[state].back:
        case "nothing":
            assert back.part is None
        case "all":
            assert back.agreed
            assert back.part is not None
            assert (back.part.commands, back.part.after) == (PART.back_out, BEFORE)
        case "our lines":
            assert back.part is not None
            assert not back.agreed
            ours = configs.predict(running, back.part.commands, FRR)
            assert "198.51.100.0" not in ours
            assert ("10.9.9.0" in ours) == ("10.9.9.0" in running)
        case other:
            pytest.fail(f"no line of rollback's is tried for {other}")
