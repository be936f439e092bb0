"""Somebody else works on the device while the change is made: what is told, and what is not confirmed."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from linewright.change.dispatch import Outcome, Step
from linewright.change.step import Bench, step
from linewright.errors import DeviceError

Sessions = Callable[[], Any]
LINE = "ip route 203.0.113.0/24 blackhole\n"


def by_hand(found: Any) -> None:
    found.running += LINE


def at(place: str, action: Callable[[Any], None]) -> Callable[[str, Any], None]:
    due = [True]

    def accident(where: str, box: Any) -> None:
        if where == place and due:
            due.pop()
            action(box)

    return accident


@pytest.fixture
def remembered() -> list[str]:
    return []


@pytest.fixture
def told(bench: Bench, remembered: list[str]) -> Bench:
    return msgspec.structs.replace(bench, remember=lambda part: remembered.append(part.device))


def test_lines_that_come_before_the_proof_keep_it_from_being_confirmed(
    change: Step, sessions: Sessions, told: Bench, box: Any, remembered: list[str]
) -> None:
    box.accident = at("committed", by_hand)
    outcome = step(change, sessions, told)
    assert outcome.result == "foreign"
    assert not outcome.stands
    assert "+ ip route 203.0.113.0/24 blackhole" in outcome.message
    assert "gone with the change" in outcome.message
    assert outcome.hint
    assert "confirm" not in box.told
    assert box.running == change.plan.before
    assert remembered == []
    assert "foreign" in [entry.event for entry in told.journal.entries()]


def test_lines_that_come_with_the_confirmation_are_told_and_the_change_stands(
    change: Step, sessions: Sessions, told: Bench, box: Any, remembered: list[str]
) -> None:
    box.accident = at("confirmed", by_hand)
    outcome = step(change, sessions, told)
    assert outcome.result == "foreign"
    assert outcome.stands
    assert "+ ip route 203.0.113.0/24 blackhole" in outcome.message
    assert "the change stands there, startup is not as running" in outcome.message
    assert remembered == ["r1"], "it is what the next change starts from"


def test_lines_that_stay_when_the_change_goes_are_told(
    change: Step, sessions: Sessions, told: Bench, box: Any
) -> None:
    def gone_back_and_worked_on(found: Any) -> None:
        found.tick(100)
        by_hand(found)

    box.accident = at("confirm", gone_back_and_worked_on)
    outcome = step(change, sessions, told)
    assert (outcome.result, outcome.stands) == ("foreign", False)
    assert "the change is not there" in outcome.message
    assert LINE in box.running


def test_a_line_the_device_writes_in_its_own_way_is_not_called_foreign(
    change: Step, sessions: Sessions, told: Bench, box: Any
) -> None:
    box.accident = at(
        "committed", lambda found: setattr(found, "running", found.running.replace("new", "NEW"))
    )
    outcome = step(change, sessions, told)
    assert outcome.result == "rolled back"
    assert "+ interface eth1 / description NEW" in outcome.message
    assert "missing + interface eth1 / description new" in outcome.message


def test_what_looks_like_a_secret_is_not_told(
    change: Step, sessions: Sessions, told: Bench, box: Any
) -> None:
    def secret(found: Any) -> None:
        found.running += "snmp-server community Wint3r-2026 ro\npassword 8 Wint3r-2026\n"

    box.accident = at("committed", secret)
    outcome = step(change, sessions, told)
    assert outcome.result == "foreign"
    assert "Wint3r" not in outcome.message


class Recording:
    """A driver's own record of commands, beside what it does."""

    def __init__(self, driver: Any, record: list[str]) -> None:
        self._driver = driver
        self._record = record

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def record_mark(self) -> str:
        return str(len(self._record) + 1)

    def recorded_since(self, mark: str) -> tuple[str, ...] | None:
        if self._record[-1:] == ["turned over"]:
            raise DeviceError("the log was turned over")
        return tuple(self._record[int(mark) - 1 :])


@pytest.fixture
def recording(sessions: Sessions) -> tuple[Sessions, list[str]]:
    record: list[str] = ["typed long before"]

    @contextmanager
    def session() -> Any:
        with sessions() as driver:
            yield Recording(driver, record)

    return session, record


def carried_out(change: Step, recording: tuple[Sessions, list[str]], told: Bench) -> Outcome:
    return step(change, recording[0], told)


def test_what_was_typed_and_taken_away_again_is_known_from_the_devices_record(
    change: Step, recording: tuple[Sessions, list[str]], told: Bench, box: Any, remembered: list[str]
) -> None:
    typed = ["ip route 203.0.113.0/24 blackhole", "no ip route 203.0.113.0/24 blackhole"]
    box.accident = at("committed", lambda _found: recording[1].extend(typed))
    outcome = carried_out(change, recording, told)
    assert outcome.result == "foreign"
    assert "ip route 203.0.113.0/24 blackhole; no ip route" in outcome.message
    assert "typed long before" not in outcome.message
    assert "confirm" not in box.told
    assert box.running == change.plan.before


def test_what_was_typed_after_the_proof_is_told_of_a_change_that_stands(
    change: Step, recording: tuple[Sessions, list[str]], told: Bench, box: Any, remembered: list[str]
) -> None:
    box.accident = at("confirmed", lambda _found: recording[1].append("clear ip bgp *"))
    outcome = carried_out(change, recording, told)
    assert (outcome.result, outcome.stands) == ("foreign", True)
    assert "clear ip bgp *" in outcome.message
    assert remembered == ["r1"]


def test_a_record_that_cannot_be_read_speaks_against_nobody(
    change: Step, recording: tuple[Sessions, list[str]], told: Bench, box: Any
) -> None:
    box.accident = at("committed", lambda _found: recording[1].append("turned over"))
    assert carried_out(change, recording, told).result == "confirmed"
