"""A change whose process died, on a device in memory: what is found, what is sent for it, what is never sent."""

from collections.abc import Callable
from typing import Any, get_args

import msgspec
import pytest

from linewright import configs
from linewright.change.bench import Bench
from linewright.change.dispatch import Step
from linewright.change.next_steps import TABLE, Act
from linewright.change.quiet import worst_case
from linewright.change.settle import ACTS, Settled, settle
from linewright.change.standing import Known
from linewright.change.states import State
from linewright.errors import Refused
from linewright.platforms import rules

FRR = rules("frr")
SENT, ANSWERED = Known(attempt=1, timer=60), Known(attempt=1, timer=60, answered=True)
#: What begins a change, or sends any of it again.
SENDS = ("load", "commit")


def found(change: Step, sessions: Any, bench: Bench, known: Known = SENT, **more: Any) -> Settled:
    return settle(change, sessions, bench, known, **more)


def waits(box: Any, plan: Any, left: float = 50) -> None:
    """The state a killed applier leaves: committed, and nobody to confirm it."""
    box.kept, box.running, box.counts = box.running, plan.after, True
    box.pending = ("J0001-7F3A-91C2/1", box.now + left)


def test_as_before_is_closed_as_not_done_and_nothing_is_sent_again(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    settled = found(change, sessions, bench)
    assert (settled.standing.state, settled.outcome.result) == ("before", "unchanged")
    assert not set(box.told) & {*SENDS, "confirm", "rollback"}


def test_what_waits_as_planned_is_confirmed_by_the_proof_the_dead_process_owed(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    noted: list[str] = []
    bench = msgspec.structs.replace(bench, remember=lambda part: noted.append(part.device))
    waits(box, change.plan)
    settled = found(change, sessions, bench, ANSWERED)
    assert (settled.standing.state, settled.outcome.result) == ("pending", "confirmed")
    assert box.running == box.startup == change.plan.after
    assert (box.told.count("confirm"), noted) == (1, ["r1"])
    assert not set(box.told) & set(SENDS)


@pytest.mark.parametrize("left", [3, 11])
def test_too_few_seconds_are_taken_back_now(
    box: Any, change: Step, sessions: Any, bench: Bench, left: int
) -> None:
    waits(box, change.plan, left)
    settled = found(change, sessions, bench, ANSWERED)
    assert settled.outcome.result == "rolled back"
    assert "too few" in settled.outcome.message
    assert box.running == change.plan.before
    assert "confirm" not in box.told


def test_what_a_check_cannot_judge_any_more_is_taken_back(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    def judge(_part: Any) -> Any:
        raise Refused("the check tests/own.py is not the one the plan was made with")

    waits(box, change.plan)
    settled = found(change, sessions, msgspec.structs.replace(bench, judge=judge), ANSWERED)
    assert settled.outcome.result == "rolled back"
    assert "tests/own.py" in settled.outcome.message
    assert "confirm" not in box.told


def test_what_was_being_taken_back_is_not_confirmed(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    waits(box, change.plan)
    known = msgspec.structs.replace(ANSWERED, taken_back=True)
    assert found(change, sessions, bench, known).outcome.result == "rolled back"
    assert "confirm" not in box.told


def test_half_of_it_that_waits_is_taken_back(box: Any, change: Step, sessions: Any, bench: Bench) -> None:
    waits(box, change.plan)
    box.running = configs.normalise(change.plan.before.replace("description old", "description x"), FRR)
    assert found(change, sessions, bench, ANSWERED).outcome.result == "rolled back"
    assert box.running == change.plan.before


def test_a_commit_that_lands_after_the_first_look_is_caught(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    def land(where: str, box: Any) -> None:
        if where == "clean up" and not box.pending and box.running == change.plan.before:
            waits(box, change.plan)

    box.accident = land
    settled = found(change, sessions, bench)
    assert settled.outcome.result == "confirmed"
    assert not set(box.told) & set(SENDS)


def test_where_it_cannot_be_withdrawn_the_worst_case_is_waited_out(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    box.running = configs.normalise(box.running + "ip route 203.0.113.0/24 blackhole\n", FRR)
    box.startup = box.running
    settled = found(change, sessions, bench)
    assert (settled.standing.state, settled.outcome.result) == ("foreign", "foreign")
    assert box.now >= worst_case(change, SENT)
    assert "203.0.113.0" in settled.outcome.message
    assert not set(box.told) & {*SENDS, "confirm", "rollback", "save", "clean up"}


def test_a_clock_that_surely_ran_shortens_the_wait(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    box.running = box.startup = configs.normalise(box.running + "ip route 203.0.113.0/24 blackhole\n", FRR)
    known = msgspec.structs.replace(SENT, since=10_000.0)
    assert found(change, sessions, bench, known).standing.state == "foreign"
    assert box.now < 30


def test_confirmed_and_not_saved_is_saved_where_we_can(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    box.running, box.saves = change.plan.after, True
    known = msgspec.structs.replace(ANSWERED, since=10_000.0, confirming=True)
    settled = found(change, sessions, bench, known)
    assert (settled.standing.state, settled.outcome.result) == ("confirmed, not saved", "confirmed")
    assert box.startup == change.plan.after


def test_what_nobody_of_the_job_began_to_confirm_is_not_saved_as_if_it_were_proved(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    box.running, box.saves = change.plan.after, True
    settled = found(change, sessions, bench, msgspec.structs.replace(ANSWERED, since=10_000.0))
    assert (settled.outcome.result, box.startup) == ("not saved", change.plan.before)
    assert "had not begun to confirm it" in settled.outcome.message
    assert "lw rollback" in settled.outcome.hint
    assert "save" not in box.told


def test_confirmed_and_not_saved_is_told_where_we_cannot(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    box.running = change.plan.after
    known = msgspec.structs.replace(ANSWERED, since=10_000.0, confirming=True)
    settled = found(change, sessions, bench, known)
    assert settled.outcome.result == "not saved"
    assert "cannot save" in settled.outcome.message


def test_a_device_that_stays_away_settles_nothing(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    box.reachable = False
    settled = found(change, sessions, bench, msgspec.structs.replace(SENT, age=10_000.0))
    assert (settled.standing.state, settled.outcome.result) == ("unreachable", "unknown")
    assert settled.outcome.hint == f"lw resume {change.job}"
    assert settled.outcome.armed
    assert box.now < 30


def test_a_device_that_comes_back_by_itself_is_waited_for(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    waits(box, change.plan)
    box.reachable = False
    settled = found(change, sessions, bench, ANSWERED)
    assert (settled.standing.state, settled.outcome.result) == ("reverted", "rolled back")


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("", ("undecidable", "unknown")),
        ("done", ("after", "confirmed")),
        ("not done", ("before", "unchanged")),
    ],
)
def test_what_reads_alike_is_decided_by_use_and_by_a_person(
    change: Step, sessions: Any, bench: Bench, said: Any, ends: tuple[State, str]
) -> None:
    alike = msgspec.structs.replace(
        change, plan=msgspec.structs.replace(change.plan, after=change.plan.before)
    )
    settled = found(alike, sessions, bench, msgspec.structs.replace(SENT, since=10_000.0), said=said)
    assert (settled.standing.state, settled.outcome.result) == ends
    if not said:
        assert "--done r1" in settled.outcome.hint


def test_what_a_person_says_counts_only_where_the_text_proves_nothing(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    assert found(change, sessions, bench, said="done").outcome.result == "unchanged"


def test_half_of_it_that_nothing_takes_back_is_told_with_its_lines(
    box: Any, change: Step, sessions: Any, bench: Bench
) -> None:
    two = msgspec.structs.replace(
        change.plan, after=configs.normalise(change.plan.after + "ip route 203.0.113.0/24 blackhole\n", FRR)
    )
    box.running = box.startup = change.plan.after
    work = msgspec.structs.replace(change, plan=two)
    settled = found(work, sessions, bench, msgspec.structs.replace(SENT, since=10_000.0))
    assert (settled.standing.state, settled.outcome.result) == ("mixed", "partly back")
    assert settled.outcome.hint == f"lw rollback {change.job} --device r1"
    assert "203.0.113.0" in settled.outcome.message
    assert not set(box.told) & {*SENDS, "confirm", "rollback", "save", "clean up"}


#: What each act may send; no other word of the driver's may be heard.
_MAY: dict[Act, set[str]] = {
    "close not done": {"clean up"},
    "close done": {"clean up"},
    "close taken back": {"clean up"},
    "prove": {"confirm", "rollback", "clean up"},
    "save": {"save", "clean up"},
    "tell": set(),
    "tell and close": set(),
}
_SETS = {"load", "commit", "confirm", "rollback", "save", "clean up"}

Arrange = Callable[[Any, Step], None]


def _text(extra: str) -> Arrange:
    def arrange(box: Any, change: Step) -> None:
        box.running = box.startup = configs.normalise(change.plan.before + extra, FRR)

    return arrange


def _after(box: Any, change: Step) -> None:
    box.running = box.startup = change.plan.after


def _not_saved(box: Any, change: Step) -> None:
    box.running, box.saves = change.plan.after, True


_ARRANGED: dict[State, tuple[Arrange, Known]] = {
    "before": (lambda _box, _change: None, SENT),
    "after": (_after, ANSWERED),
    "pending": (lambda box, change: waits(box, change.plan), ANSWERED),
    "mixed": (_text("ip route 198.51.100.0/24 blackhole\n"), SENT),
    "foreign": (_text("ip route 10.9.9.0/24 blackhole\n"), SENT),
    "reverted": (lambda _box, _change: None, ANSWERED),
    "confirmed, not saved": (_not_saved, ANSWERED),
    "undecidable": (lambda _box, _change: None, SENT),
    "unreachable": (lambda box, _change: setattr(box, "reachable", False), SENT),
}


@pytest.mark.parametrize("state", sorted(set(get_args(State)) - {"split"}))
def test_each_row_of_the_table_is_what_the_code_does(
    box: Any, change: Step, sessions: Any, bench: Bench, state: State
) -> None:
    arrange, known = _ARRANGED[state]
    two = change.plan.after + "ip route 198.51.100.0/24 blackhole\n"
    after = {"mixed": configs.normalise(two, FRR), "undecidable": change.plan.before}.get(
        state, change.plan.after
    )
    work = msgspec.structs.replace(change, plan=msgspec.structs.replace(change.plan, after=after))
    arrange(box, work)
    settled = settle(work, sessions, bench, msgspec.structs.replace(known, since=10_000.0, age=10_000.0))
    row = TABLE[state]
    assert settled.standing.state == state
    assert set(box.told) & _SETS <= _MAY[row.act]
    if row.act not in {"prove", "save"}:
        assert settled.outcome.result == (row.result or "unknown")
    assert (settled.outcome.result == "unknown") <= (row.exit.name == "UNKNOWN")


def test_the_table_has_a_row_for_each_state_and_an_act_for_each_row() -> None:
    assert set(TABLE) == set(get_args(State))
    assert set(ACTS) == set(get_args(Act)) >= {row.act for row in TABLE.values()}
    for state, row in TABLE.items():
        assert "{job}" in row.command or "{device}" in row.command
        assert row.told
        assert row.settles == bool(row.result), state
