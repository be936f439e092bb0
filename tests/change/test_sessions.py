"""How often a step logs in, what one kept session is worth, and what happens when nobody types a code."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from linewright.change.dispatch import Step
from linewright.change.sessions import Sessions, sessions
from linewright.change.step import Bench, step
from linewright.devices.outcome import CommitUnknown
from linewright.errors import DeviceError, NotGiven
from linewright.plan.logins import logins


class Logins:
    """Logins to a box as Nornir makes them: the open one, or a new one. `fails` may refuse a login by its number."""

    def __init__(self, box: Any, make: Callable[[], Any]) -> None:
        self.box = box
        self.make = make
        self.count = 0
        self.open: Any = None
        self.fails: Callable[[int], None] = lambda _number: None

    def connect(self) -> Any:
        if self.open is None:
            self.count += 1
            self.box.told.append("open")
            self.fails(self.count)
            if not self.box.reachable:
                raise DeviceError("r1 was not reached")
            self.open = self.make()
        return self.open

    def close(self) -> None:
        self.open = None
        self.box.told.append("close")


@pytest.fixture
def counted(box: Any, sessions: Callable[[], Any]) -> Logins:
    def make() -> Any:
        # The driver of conftest, which is alive while its box can be reached.
        with sessions() as driver:
            box.told.pop()
        driver.is_alive = lambda: {"is_alive": box.reachable}
        return driver

    return Logins(box, make)


def job(counted: Logins, change: Step, bench: Bench, *, keep: bool) -> Any:
    """A check, then the change, as a job has it."""
    how: Sessions = sessions(counted.connect, counted.close, keep=keep)
    assert step(msgspec.structs.replace(change, kind="check"), how, bench).result == "unchanged"
    return step(change, how, bench)


def weaker(change: Step) -> Step:
    weakened = logins(single=True).weakened
    return msgspec.structs.replace(
        change, plan=msgspec.structs.replace(change.plan, weakened=weakened, logins=1)
    )


@pytest.mark.parametrize("timer", [60, 0])
def test_a_change_takes_as_many_logins_as_its_plan_says(
    change: Step, bench: Bench, counted: Logins, timer: int
) -> None:
    change = msgspec.structs.replace(change, plan=msgspec.structs.replace(change.plan, timer=timer))
    outcome = job(counted, change, bench, keep=False)
    assert (outcome.result, outcome.message) == ("confirmed", "")
    assert counted.count == change.plan.logins == logins().count
    assert counted.open is None


def test_one_login_does_it_all_and_the_outcome_says_what_that_does_not_prove(
    change: Step, bench: Bench, counted: Logins, box: Any
) -> None:
    stages: list[str] = []
    bench = msgspec.structs.replace(bench, watch=lambda _device, stage: stages.append(stage))
    outcome = job(counted, weaker(change), bench, keep=True)
    assert outcome.result == "confirmed"
    assert "no new login" in outcome.message
    assert not any("over a new session" in stage for stage in stages)
    assert counted.count == logins(single=True).count == 1
    assert box.startup == change.plan.after
    told = box.told
    assert told.index("committed") < told.index("confirm") < told.index("clean up")


def test_a_kept_session_that_breaks_is_replaced_and_the_change_is_proved(
    change: Step, bench: Bench, counted: Logins, box: Any
) -> None:
    lost = iter([True])

    def accident(at: str, _box: Any) -> None:
        if at == "read running" and "committed" in box.told and next(lost, False):
            raise OSError("connection reset")

    box.accident = accident
    outcome = job(counted, weaker(change), bench, keep=True)
    assert outcome.result == "confirmed"
    assert counted.count == 2


def test_a_kept_session_that_died_before_the_change_is_replaced(
    change: Step, bench: Bench, counted: Logins
) -> None:
    how = sessions(counted.connect, counted.close, keep=True)
    step(msgspec.structs.replace(weaker(change), kind="check"), how, bench)
    counted.open.is_alive = lambda: {"is_alive": False}
    assert step(weaker(change), how, bench).result == "confirmed"
    assert counted.count == 2


def test_a_commit_without_an_answer_is_looked_at_over_another_session(
    change: Step, bench: Bench, counted: Logins, box: Any
) -> None:
    def accident(at: str, _box: Any) -> None:
        if at == "committed":
            raise CommitUnknown("connection lost")

    box.accident = accident
    assert job(counted, weaker(change), bench, keep=True).result == "rolled back"
    assert counted.count > 1


def refuse(*numbers: int) -> Callable[[int], None]:
    def fails(number: int) -> None:
        if number in numbers:
            raise NotGiven("one-time code for r1 was not typed: interrupted")

    return fails


@pytest.mark.parametrize("number", [1, 2])
def test_no_code_before_the_commit_writes_nothing(
    change: Step, bench: Bench, counted: Logins, box: Any, number: int
) -> None:
    counted.fails = refuse(number)
    how = sessions(counted.connect, counted.close, keep=False)
    check = step(msgspec.structs.replace(change, kind="check"), how, bench)
    outcome = check if check.result != "unchanged" else step(change, how, bench)
    assert outcome.result == "not reached"
    assert "not typed" in outcome.message
    assert "load" not in box.told


def test_no_code_after_the_commit_leaves_it_to_the_devices_timer_and_asks_once_more(
    change: Step, bench: Bench, counted: Logins, box: Any
) -> None:
    counted.fails = refuse(3)
    outcome = job(counted, change, bench, keep=False)
    assert outcome.result == "rolled back"
    assert box.running == change.plan.before
    assert box.pending is None
    asked = box.told.index("timer")
    assert box.told[:asked].count("open") == 3, "nobody is asked again and again while the timer runs"


def test_no_code_at_all_after_the_commit_is_unknown_and_says_so(
    change: Step, bench: Bench, counted: Logins, box: Any
) -> None:
    counted.fails = lambda number: refuse(number)(number) if number > 2 else None
    outcome = job(counted, change, bench, keep=False)
    assert outcome.result == "unknown"
    assert "not typed" in outcome.message
    assert outcome.armed
    assert box.pending is None, "its own timer has run out before that is said"
    assert "confirm" not in box.told


@pytest.mark.parametrize(
    ("single", "each", "codes"), [(False, 0, 0), (False, 1, 4), (True, 1, 1), (True, 2, 2), (True, 0, 0)]
)
def test_codes_are_counted(single: bool, each: int, codes: int) -> None:
    found = logins(single=single, codes_each=each)
    assert found.codes == codes
    assert bool(found.weakened) == single
