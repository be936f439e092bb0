"""Every way a step can end, judged by the device's own texts and by what it was told."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from linewright.change.dispatch import Step
from linewright.change.step import Bench, step
from linewright.devices.outcome import CommitRefused, CommitUnknown
from linewright.errors import FacilityError, Impostor, SecretError
from linewright.journal.journal import Journal

Sessions = Callable[[], Any]


def once(where: str, action: Callable[[Any], None]) -> Callable[[str, Any], None]:
    """An accident that happens the first time a device comes to a place."""
    state = {"due": True}

    def accident(at: str, box: Any) -> None:
        if at == where and state["due"]:
            state["due"] = False
            action(box)

    return accident


def test_confirmed_only_after_a_read_over_a_new_session(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    outcome = step(change, sessions, bench)
    assert outcome.result == "confirmed"
    assert box.running == box.startup == change.plan.after
    told = [what for what in box.told if what != "close"]
    between = told[told.index("committed") + 1 : told.index("confirm")]
    assert between[0] == "open", "the proof must not come over the session that made the change"
    assert "read running" in between
    after = told[told.index("confirmed") + 1 :]
    assert after[0] == "open"
    assert after.index("read startup") < after.index("clean up")


def test_the_journal_knows_before_the_device_does(
    change: Step, sessions: Sessions, bench: Bench, box: Any, journal: Journal
) -> None:
    known: list[list[str]] = []
    box.accident = lambda at, _box: (
        known.append([e.event for e in journal.entries()]) if at in ("load", "confirm") else None
    )
    step(change, sessions, bench)
    assert known[0] == ["arming"]
    assert known[1] == ["arming", "committed", "confirming"]


def test_a_journal_that_cannot_be_written_stops_before_the_first_byte(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    bench.journal.append = _full  # type: ignore[method-assign]  # a full disk
    outcome = step(change, sessions, bench)
    assert outcome.result == "refused"
    assert "no space left" in outcome.message
    assert "load" not in box.told


def _full(*_: object, **__: object) -> None:
    raise FacilityError("the journal cannot be written: no space left on device")


def test_what_moved_is_refused_and_named(change: Step, sessions: Sessions, bench: Bench, box: Any) -> None:
    box.running = box.running.replace("old", "by hand")
    outcome = step(change, sessions, bench)
    assert outcome.result == "refused"
    assert "by hand" in outcome.message
    assert "load" not in box.told


def test_another_pending_change_is_refused_by_name(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.pending, box.kept = ("J0009-AAAA-BBBB/1", 999.0), box.running
    outcome = step(change, sessions, bench)
    assert outcome.result == "refused"
    assert "J0009-AAAA-BBBB" in outcome.message
    assert "load" not in box.told


def test_another_change_that_nothing_takes_back_is_refused_with_the_way_out(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.pending, box.timer = ("J0009/1", 1e9), "dead"
    outcome = step(change, sessions, bench)
    assert outcome.result == "refused"
    assert "NO timer runs there" in outcome.message
    assert outcome.hint == "settle it on r1 itself, as root: undo it"


def test_a_device_that_does_not_answer_is_not_reached(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.reachable = False
    assert step(change, sessions, bench).result == "not reached"


def test_a_check_writes_nothing(change: Step, sessions: Sessions, bench: Bench, box: Any) -> None:
    assert step(msgspec.structs.replace(change, kind="check"), sessions, bench).result == "unchanged"
    assert not {"load", "commit", "rollback", "confirm", "clean up"} & set(box.told)


def test_a_cut_management_path_comes_back_by_the_devices_own_timer(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def cut(found: Any) -> None:
        found.reachable = False
        raise CommitUnknown("connection lost")

    box.accident = once("committed", cut)
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert box.running == box.startup == change.plan.before
    assert "timer" in box.told
    assert "confirm" not in box.told


def test_a_path_that_is_cut_silently_is_found_by_the_new_session(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def cut_after_the_commit(at: str, found: Any) -> None:
        if at == "open" and "committed" in found.told and found.pending:
            found.reachable = False

    box.accident = cut_after_the_commit
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert box.running == change.plan.before


def test_a_text_that_is_not_as_planned_is_rolled_back_at_once(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.accident = once(
        "committed", lambda found: setattr(found, "running", found.running.replace("new", "newer"))
    )
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert "not as planned" in outcome.message
    assert box.running == change.plan.before
    assert "timer" not in box.told


def test_a_refused_line_is_told_and_the_device_is_as_before(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def refuse(_found: Any) -> None:
        raise CommitRefused("line 2: % Unknown command", reason="line", written=True)

    box.accident = once("commit", refuse)
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert "Unknown command" in outcome.message


def test_what_moved_in_the_last_moment_is_refused_by_the_device(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.accident = once("commit", lambda found: setattr(found, "running", found.running + "! by hand\n"))
    outcome = step(change, sessions, bench)
    assert outcome.result == "refused"
    assert "nothing was written" in outcome.message
    assert "committed" not in box.told


def test_a_confirm_after_the_timer_ran_out_is_not_called_done(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.accident = once("confirm", lambda found: found.tick(61))
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert box.running == change.plan.before


def test_a_confirm_whose_answer_was_lost_is_found_out_by_reading(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def lost(_found: Any) -> None:
        raise OSError("connection reset")

    box.accident = once("confirmed", lost)
    outcome = step(change, sessions, bench)
    assert outcome.result == "confirmed"
    assert box.startup == change.plan.after


def test_a_startup_that_was_not_saved_is_not_called_done(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.accident = once("confirmed", lambda found: setattr(found, "startup", ""))
    outcome = step(change, sessions, bench)
    assert outcome.result == "not saved"
    assert "startup is not as running" in outcome.message
    assert outcome.hint


def test_a_device_that_never_comes_back_is_unknown_and_says_what_may_be_armed(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def gone(found: Any) -> None:
        found.reachable, found.pending = False, None
        raise CommitUnknown("connection lost")

    box.accident = once("committed", gone)
    outcome = step(change, sessions, bench)
    assert outcome.result == "unknown"
    assert outcome.armed
    assert f"lw resume {change.job}" in outcome.hint


def test_without_a_timer_the_step_still_reads_before_it_says_confirmed(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    bare = msgspec.structs.replace(change, plan=msgspec.structs.replace(change.plan, timer=0))
    assert step(bare, sessions, bench).result == "confirmed"
    assert "confirm" not in box.told
    assert box.running == box.startup == change.plan.after


def test_the_lines_sent_are_the_plans_lines_once(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    step(change, sessions, bench)
    assert box.told.count("load") == box.told.count("commit") == 1


def full_from(journal: Journal, first: str) -> Callable[..., None]:
    """An append that finds the disk full from this event on."""
    real, full = journal.append, [False]

    def append(job: str, event: str, device: str = "", **detail: Any) -> None:
        full[0] = full[0] or event == first
        if full[0]:
            _full()
        real(job, event, device, **detail)

    return append


@pytest.mark.parametrize("event", ["committed", "confirming"])
def test_what_the_journal_cannot_announce_is_not_confirmed(
    change: Step, sessions: Sessions, bench: Bench, box: Any, event: str
) -> None:
    bench.journal.append = full_from(bench.journal, event)  # type: ignore[method-assign]  # a full disk
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert "no space left" in outcome.message
    assert not {"confirm", "rollback"} & set(box.told)
    assert box.running == change.plan.before


def test_a_journal_that_is_full_afterwards_changes_nothing_about_what_is_said(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    bench.journal.append = full_from(bench.journal, "confirmed")  # type: ignore[method-assign]  # a full disk
    assert step(change, sessions, bench).result == "confirmed"
    assert box.startup == change.plan.after


@pytest.mark.parametrize("where", ["pending?", "read running"])
def test_a_connection_lost_while_finding_out_is_one_more_try(
    change: Step, sessions: Sessions, bench: Bench, box: Any, where: str
) -> None:
    state = {"lost": 0}

    def accident(at: str, found: Any) -> None:
        if at == "committed":
            raise CommitUnknown("connection lost")
        if at == where and "committed" in found.told and state["lost"] < 3:
            state["lost"] += 1
            raise OSError("connection reset")

    box.accident = accident
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert box.running == change.plan.before
    assert state["lost"] == 3


def test_another_identity_after_the_commit_is_not_called_untouched(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def accident(at: str, found: Any) -> None:
        if at == "open" and found.pending:
            raise Impostor("r1: the host key is not the enrolled one")

    box.accident = accident
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert "host key" in outcome.message
    assert "confirm" not in box.told


@pytest.mark.parametrize("line", ["password lw-secret-" + "0" * 32, "banner motd file x\x00"])
def test_a_text_nobody_can_read_after_the_commit_is_not_confirmed(
    change: Step, sessions: Sessions, bench: Bench, box: Any, line: str
) -> None:
    box.accident = once("committed", lambda found: setattr(found, "running", found.running + line + "\n"))
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert box.running == change.plan.before


def test_a_text_nobody_can_read_before_is_refused(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.running += "password lw-secret-" + "0" * 32 + "\n"
    outcome = step(msgspec.structs.replace(change, kind="check"), sessions, bench)
    assert outcome.result == "refused"
    assert "token" in outcome.message


def test_a_secret_that_is_gone_is_refused_before_anything_is_sent(
    change: Step, sessions: Sessions, bench: Bench, box: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise SecretError("no value for the secret 'bgp/r1'")

    monkeypatch.setattr("linewright.devices.write.restore", gone)
    outcome = step(change, sessions, bench)
    assert outcome.result == "refused"
    assert "bgp/r1" in outcome.message
    assert "load" not in box.told


def test_what_cannot_be_cleared_away_does_not_change_the_outcome(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def busy(at: str, _found: Any) -> None:
        if at == "clean up":
            raise CommitRefused("another job is at work on this router")

    box.accident = busy
    assert step(change, sessions, bench).result == "confirmed"
    assert box.startup == change.plan.after


def test_what_cannot_be_cleared_away_after_a_rollback_does_not_change_the_outcome(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def accident(at: str, _found: Any) -> None:
        if at == "committed":
            raise CommitUnknown("connection lost")
        if at == "clean up":
            raise OSError("connection reset")

    box.accident = accident
    assert step(change, sessions, bench).result == "rolled back"
    assert box.running == change.plan.before


def test_a_commit_that_lands_after_its_answer_was_lost_is_waited_for(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    late: list[str] = []

    def accident(at: str, found: Any) -> None:
        if at == "committed":
            late.append(found.running)
            found.running, found.pending = found.kept, None
            raise CommitUnknown("connection lost")
        if at == "open" and late and found.now >= 20:
            found.running, found.pending = late.pop(), (f"{change.job}/1", found.now + 60)

    box.accident = accident
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert not late
    assert (box.running, box.pending) == (change.plan.before, None)


def test_a_commit_that_took_longer_than_all_waits_is_still_read(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def slow(found: Any) -> None:
        found.now += 1000
        raise CommitRefused("the time to confirm was over", reason="expired", written=True)

    box.accident = once("commit", slow)
    assert step(change, sessions, bench).result == "rolled back"


def test_a_library_that_fails_in_its_own_way_at_the_commit_is_found_out_by_reading(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def odd(_found: Any) -> None:
        raise KeyError("result")

    box.accident = once("committed", odd)
    assert step(change, sessions, bench).result == "rolled back"
    assert box.running == change.plan.before


def test_what_stays_pending_is_named_as_it_is(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def stuck(found: Any) -> None:
        found.pending = (found.pending[0], 1e9)
        raise CommitUnknown("connection lost")

    box.accident = once("committed", stuck)
    outcome = step(change, sessions, bench)
    assert outcome.result == "unknown"
    assert "as planned" in outcome.message
    assert "mixture" not in outcome.message
    assert change.job in outcome.armed


def test_a_refused_commit_leaves_no_candidate_with_its_secrets_behind(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.accident = once("commit", lambda found: setattr(found, "running", found.running + "! by hand\n"))
    assert step(change, sessions, bench).result == "refused"
    assert "clean up" in box.told


def test_everything_sent_was_announced(
    change: Step, sessions: Sessions, bench: Bench, box: Any, journal: Journal
) -> None:
    known: dict[str, str] = {}

    def last(at: str, _box: Any) -> None:
        if at in ("load", "confirm", "clean up"):
            known[at] = [entry.event for entry in journal.entries()][-1]

    box.accident = last
    step(change, sessions, bench)
    assert known == {"load": "arming", "confirm": "confirming", "clean up": "clearing away"}


def test_a_change_whose_timer_is_dead_is_taken_back_by_us_and_not_waited_for(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def killed(found: Any) -> None:
        found.pending, found.timer = (found.pending[0], 1e9), "dead"
        raise CommitUnknown("the supervisor on the router ended")

    box.accident = once("committed", killed)
    outcome = step(change, sessions, bench)
    assert (outcome.result, outcome.message) == ("rolled back", "the supervisor on the router ended")
    assert (box.running, box.pending) == (change.plan.before, None)
    assert box.now < change.plan.timer


def test_a_change_whose_timer_is_dead_and_that_will_not_go_is_told_at_once_with_the_way_out(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def accident(at: str, found: Any) -> None:
        if at == "committed":
            found.pending, found.timer = (found.pending[0], 1e9), "dead"
            raise CommitUnknown("the supervisor on the router ended")
        if at == "rollback":
            raise CommitRefused("another job is at work", reason="busy")

    box.accident = accident
    outcome = step(change, sessions, bench)
    assert outcome.result == "unknown"
    assert outcome.message.startswith(
        "the supervisor on the router ended; the rollback was refused: another job"
    )
    assert "NO timer runs there; it stays until somebody takes it back" in outcome.armed
    assert outcome.hint.endswith("as root: undo it")
    assert box.told.count("rollback") == 1
    assert box.now < change.plan.timer


def test_a_timer_seen_dead_for_a_moment_only_is_left_alone(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def accident(at: str, found: Any) -> None:
        if at == "committed":
            raise CommitUnknown("no answer")
        found.timer = "dead" if int(found.now) % 4 < 2 else "running"

    box.accident = accident
    assert step(change, sessions, bench).result == "rolled back"
    assert "rollback" not in box.told
    assert "timer" in box.told
