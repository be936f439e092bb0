"""What a whole job says: stops, a full disk in the middle, and that nothing is said of a device that is not so."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from linewright.change.dispatch import Outcome, Step
from linewright.change.run import JobResult, Stop, run
from linewright.errors import ExitCode, FacilityError, Refused
from linewright.journal.journal import Journal
from linewright.plan.changeplan import ChangePlan, DevicePlan


class Told:
    """A dispatch whose steps end as they are told to."""

    def __init__(self, results: dict[str, str], then: Callable[[str], None] = lambda _device: None) -> None:
        self.results = results
        self.then = then
        self.steps: dict[str, Step] = {}
        self.changed: list[str] = []

    def capacity(self) -> int:
        return 1

    def submit(self, step: Step) -> str:
        ticket = str(len(self.steps))
        self.steps[ticket] = step
        return ticket

    def heartbeat(self, _ticket: str) -> bool:
        return False

    def cancel(self, _ticket: str) -> bool:
        return False

    def outcome(self, ticket: str) -> Outcome:
        step = self.steps[ticket]
        device = step.plan.device
        if step.kind == "check":
            return Outcome(device=device, result="unchanged")
        self.changed.append(device)
        self.then(device)
        result: Any = self.results.get(device, "confirmed")
        return Outcome(device=device, result=result)


@pytest.fixture
def three(plan: DevicePlan) -> ChangePlan:
    parts = tuple(msgspec.structs.replace(plan, device=name) for name in ("r1", "r2", "r3"))
    return ChangePlan(
        schema=1,
        site="hq",
        marking="UNCLASSIFIED",
        created="2026-11-24T03:02:00Z",
        author="a",
        scope="all",
        base="last",
        mode="managed",
        snapshot="0" * 64,
        position="",
        templates={},
        versions={},
        devices=parts,
        batches=(("r1",), ("r2",), ("r3",)),
    )


def job(
    plan: ChangePlan, dispatch: Told, journal: Journal, stop: Stop | None = None, name: str = "J1"
) -> JobResult:
    return run(plan, dispatch, journal, name, lambda _what, _outcomes: None, stop=stop or Stop())


def test_all_confirmed(three: ChangePlan, journal: Journal) -> None:
    result = job(three, Told({}), journal)
    assert (result.code, result.untouched, result.stopped) == (ExitCode.DONE, (), "")


@pytest.mark.parametrize(
    ("result", "code"),
    [
        ("rolled back", ExitCode.STOPPED),
        ("not saved", ExitCode.STOPPED),
        ("refused", ExitCode.STOPPED),
        ("not reached", ExitCode.STOPPED),
        ("unknown", ExitCode.UNKNOWN),
    ],
)
def test_the_first_that_is_not_confirmed_is_the_last(
    three: ChangePlan, journal: Journal, result: str, code: ExitCode
) -> None:
    dispatch = Told({"r2": result})
    found = job(three, dispatch, journal)
    assert dispatch.changed == ["r1", "r2"]
    assert (found.code, found.untouched) == (code, ("r3",))


def test_an_interrupt_ends_the_job_after_the_step_under_way_and_says_what_stands(
    three: ChangePlan, journal: Journal
) -> None:
    stop = Stop()

    def interrupt(device: str) -> None:
        if device == "r2":
            stop.ask("interrupted", ExitCode.INTERRUPTED)

    dispatch = Told({}, interrupt)
    found = job(three, dispatch, journal, stop)
    assert dispatch.changed == ["r1", "r2"]
    assert (found.count("confirmed"), found.untouched) == (2, ("r3",))
    assert (found.code, found.stopped) == (ExitCode.INTERRUPTED, "interrupted")


def test_an_interrupt_before_the_first_step_writes_nothing(three: ChangePlan, journal: Journal) -> None:
    stop = Stop()
    stop.ask("interrupted", ExitCode.INTERRUPTED)
    dispatch = Told({})
    found = job(three, dispatch, journal, stop)
    assert dispatch.changed == []
    assert not found.wrote
    assert found.code == ExitCode.INTERRUPTED


def test_an_interrupt_when_nothing_is_left_to_do_stops_nothing(three: ChangePlan, journal: Journal) -> None:
    stop = Stop()
    dispatch = Told(
        {}, lambda device: stop.ask("interrupted", ExitCode.INTERRUPTED) if device == "r3" else None
    )
    assert job(three, dispatch, journal, stop).code == ExitCode.DONE


def test_what_is_unknown_outweighs_an_interrupt(three: ChangePlan, journal: Journal) -> None:
    stop = Stop()
    dispatch = Told({"r2": "unknown"}, lambda _device: stop.ask("interrupted", ExitCode.INTERRUPTED))
    assert job(three, dispatch, journal, stop).outcomes[-1].device == "r1"
    dispatch = Told({"r1": "unknown"}, lambda _device: stop.ask("interrupted", ExitCode.INTERRUPTED))
    assert job(three, dispatch, journal, Stop(), "J2").code == ExitCode.UNKNOWN


def test_a_journal_that_is_full_in_the_middle_loses_no_outcome(three: ChangePlan, journal: Journal) -> None:
    real = journal.append

    def append(job: str, event: str, device: str = "", **detail: Any) -> None:
        if event == "job ended":
            raise FacilityError("the journal cannot be written: no space left on device")
        real(job, event, device, **detail)

    journal.append = append  # type: ignore[method-assign]  # a full disk
    found = job(three, Told({}), journal)
    assert found.count("confirmed") == 3
    assert "no space left" in found.stopped
    assert found.code == ExitCode.STOPPED


def test_a_journal_that_is_full_from_the_beginning_begins_no_job(three: ChangePlan, journal: Journal) -> None:
    def append(*_: object, **__: object) -> None:
        raise FacilityError("the journal cannot be written: no space left on device")

    journal.append = append  # type: ignore[method-assign]  # a full disk
    dispatch = Told({})
    with pytest.raises(FacilityError):
        job(three, dispatch, journal)
    assert dispatch.steps == {}


def gone_on(plan: ChangePlan, dispatch: Told, journal: Journal, **more: Any) -> JobResult:
    given: dict[str, Any] = {"attempt": 2, "only": frozenset({"r2", "r3"})} | more
    return run(plan, dispatch, journal, "J1", lambda _what, _outcomes: None, stop=Stop(), **given)


def test_of_two_who_go_on_with_a_job_the_second_sends_nothing(three: ChangePlan, journal: Journal) -> None:
    job(three, Told({"r1": "rolled back"}), journal)
    first, second = Told({}), Told({})
    gone_on(three, first, journal)
    with pytest.raises(Refused, match="already"):
        gone_on(three, second, journal)
    assert (first.changed, second.steps) == (["r2", "r3"], {})


@pytest.mark.parametrize("kind", ["apply", "rollback"])
def test_what_another_job_left_open_keeps_everybody_from_going_on(
    three: ChangePlan, journal: Journal, kind: Any
) -> None:
    job(three, Told({"r1": "rolled back"}), journal)
    journal.append("J2", "arming", "r2", attempt=1)
    dispatch = Told({})
    with pytest.raises(Refused, match="job J2 there"):
        gone_on(three, dispatch, journal, kind=kind)
    assert dispatch.steps == {}


def test_a_plan_that_another_job_has_used_since_is_not_gone_on_with(
    three: ChangePlan, journal: Journal
) -> None:
    job(three, Told({"r1": "not reached"}), journal)
    journal.append("J2", "job begun", plan=three.digest)
    journal.append("J2", "arming", "r2", attempt=1)
    journal.append("J2", "device ended", "r2", result="rolled back", attempt=1)
    with pytest.raises(Refused, match="spent: job J2"):
        gone_on(three, Told({}), journal)
