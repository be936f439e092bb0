"""A change that went back is as before only when startup is: somebody may have saved it while it was not proved."""

from collections.abc import Callable
from typing import Any

import pytest

from linewright.change.dispatch import Step
from linewright.change.step import Bench, step
from linewright.devices.outcome import CommitRefused, CommitUnknown, NotRestored
from linewright.journal.journal import Journal

Sessions = Callable[[], Any]
FOREIGN = "ip route 203.0.113.0/24 blackhole\n"


def saved_in_the_window(at: str, box: Any) -> None:
    """Somebody types a line, and saves it with the change that nobody has proved."""
    if at == "committed":
        box.running += FOREIGN
        box.startup = box.running


def ended(journal: Journal) -> str:
    return [entry.event for entry in journal.entries()][-1]


def test_a_startup_that_holds_the_change_is_never_called_as_before(
    change: Step, sessions: Sessions, bench: Bench, box: Any, journal: Journal
) -> None:
    box.accident = saved_in_the_window
    outcome = step(change, sessions, bench)
    assert outcome.result == "partly back"
    assert box.running == change.plan.before
    assert "running is as before, startup is not" in outcome.message
    assert "description new" in outcome.message
    assert "r1" in outcome.hint
    assert ended(journal) == "partly back"
    assert "clean up" not in box.told, "what the device kept is the way back"


def test_a_device_that_can_save_gets_back_the_startup_it_had(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.saves, box.accident = True, saved_in_the_window
    outcome = step(change, sessions, bench)
    assert outcome.result == "foreign"
    assert "gone with the change" in outcome.message
    assert box.running == box.startup == change.plan.before
    assert box.told.index("save") < box.told.index("clean up")


def test_saving_again_would_keep_what_was_not_saved_before_so_it_is_named(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.saves, box.accident = True, saved_in_the_window
    box.startup = box.startup.replace("old", "older")
    outcome = step(change, sessions, bench)
    assert outcome.result == "partly back"
    assert "save" not in box.told


def test_a_device_that_does_not_save_again_is_told_as_it_is(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def accident(at: str, found: Any) -> None:
        saved_in_the_window(at, found)
        if at == "save":
            raise CommitRefused("the disk is full")

    box.saves, box.accident = True, accident
    outcome = step(change, sessions, bench)
    assert outcome.result == "partly back"
    assert "the disk is full" in outcome.message


@pytest.mark.parametrize("where", ["commit", "rollback"])
def test_a_device_that_could_not_restore_itself_is_not_cleared_away(
    change: Step, sessions: Sessions, bench: Bench, box: Any, where: str
) -> None:
    def accident(at: str, found: Any) -> None:
        if at == "committed":
            found.running += FOREIGN
        if at == where:
            found.running, found.pending = change.plan.before, None
            raise NotRestored("r1: not taken back: the startup file could not be put back")

    box.accident = accident
    outcome = step(change, sessions, bench)
    assert outcome.result == "partly back"
    assert "could not be put back" in outcome.message
    assert "clean up" not in box.told


def test_lines_that_were_not_saved_before_are_not_the_changes_fault(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.startup = box.startup.replace("old", "older")

    def lost(at: str, _box: Any) -> None:
        if at == "committed":
            raise CommitUnknown("connection lost")

    box.accident = lost
    assert step(change, sessions, bench).result == "rolled back"
    assert "older" in box.startup


def test_a_startup_that_can_no_longer_be_read_is_unknown_not_as_before(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def accident(at: str, found: Any) -> None:
        if at == "committed":
            raise CommitUnknown("connection lost")
        if at == "read startup" and "committed" in found.told:
            raise ValueError("half a text")

    box.accident = accident
    outcome = step(change, sessions, bench)
    assert outcome.result == "unknown"
    assert "running is as before" in outcome.message
    assert "startup could not be read" in outcome.message
    assert "clean up" not in box.told


def test_a_device_without_a_startup_can_still_be_changed_and_go_back(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def accident(at: str, found: Any) -> None:
        if at == "read startup":
            raise ValueError("no such file")
        if at == "committed":
            found.running += FOREIGN

    box.accident = accident
    assert step(change, sessions, bench).result == "rolled back"


def test_an_unknown_end_says_what_startup_holds(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def stuck(at: str, found: Any) -> None:
        if at == "committed":
            found.startup = found.running
            found.pending = (found.pending[0], 1e9)
            raise CommitUnknown("connection lost")

    box.accident = stuck
    outcome = step(change, sessions, bench)
    assert outcome.result == "unknown"
    assert "startup is as planned" in outcome.message
