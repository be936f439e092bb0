"""What must hold before the confirmation, and that none comes too late, for somebody else's change, or without a lease."""

import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from linewright.change.bench import boottime
from linewright.change.dispatch import Step
from linewright.change.settle import settle
from linewright.change.standing import Known
from linewright.change.step import Bench, step
from linewright.devices.outcome import CommitRefused, NotRestored
from linewright.devices.target import Pending
from linewright.errors import DeviceError, SettingsError
from linewright.journal.journal import Journal

Sessions = Callable[[], Any]


class Judge:
    """Says what it is told to, look by look; the last word stays."""

    def __init__(self, *words: tuple[str, ...]) -> None:
        self.words = list(words)
        self.begun = 0

    unwatched: tuple[str, ...] = ()

    def begin(self, _driver: Any) -> None:
        self.begun += 1

    def faults(self, _driver: Any) -> tuple[str, ...]:
        return self.words.pop(0) if len(self.words) > 1 else self.words[0]


def judged(bench: Bench, judge: Judge, settle: float = 0) -> Bench:
    return msgspec.structs.replace(bench, judge=lambda _part: judge, settle=settle)


def test_what_is_broken_and_stays_so_is_not_confirmed(
    change: Step, sessions: Sessions, bench: Bench, box: Any, journal: Journal
) -> None:
    judge = Judge(("r2: bgp 192.0.2.1 is down",))
    outcome = step(change, sessions, judged(bench, judge))
    assert outcome.result == "rolled back"
    assert "r2: bgp 192.0.2.1 is down" in outcome.message
    assert judge.begun == 1
    assert "confirm" not in box.told
    assert box.running == change.plan.before
    assert "timer" not in box.told, "asked to go back before its timer had run out"


def test_what_comes_back_in_time_is_confirmed(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    judge = Judge(("down",), ("down",), ())
    assert step(change, sessions, judged(bench, judge)).result == "confirmed"
    assert box.now >= 2


def test_all_must_hold_for_a_while(change: Step, sessions: Sessions, bench: Bench, box: Any) -> None:
    judge = Judge((), (), (), ("flaps",), ())
    assert step(change, sessions, judged(bench, judge, settle=10)).result == "confirmed"
    assert box.now >= 13


def test_what_does_not_hold_long_enough_goes_back(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    outcome = step(change, sessions, judged(bench, Judge(()), settle=500))
    assert outcome.result == "rolled back"
    assert "not for 500 s" in outcome.message


def test_what_cannot_be_judged_is_not_begun(change: Step, sessions: Sessions, bench: Bench, box: Any) -> None:
    class Blind(Judge):
        def begin(self, _driver: Any) -> None:
            raise DeviceError("r1: its neighbours could not be read")

    assert step(change, sessions, judged(bench, Blind(()))).result == "not reached"
    assert "load" not in box.told


def test_a_text_that_changes_while_neighbours_are_looked_at_is_not_confirmed(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    class Meanwhile(Judge):
        def faults(self, driver: Any) -> tuple[str, ...]:
            driver.box.running = driver.box.running.replace("new", "newer")
            return ()

    outcome = step(change, sessions, judged(bench, Meanwhile(())))
    assert outcome.result == "rolled back"
    assert "confirm" not in box.told


def asleep(seconds: float) -> Callable[[str, Any], None]:
    """This machine sleeps while the proof is read; the device's clock goes on."""
    due = [True]

    def accident(where: str, box: Any) -> None:
        if due and where == "read running" and box.pending:
            due.pop()
            box.now += seconds

    return accident


def test_a_machine_that_slept_does_not_confirm_too_late(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    box.accident = asleep(change.plan.timer - 2)
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert "too late to confirm" in outcome.message
    assert "confirm" not in box.told


def test_the_devices_own_count_decides_and_not_our_clock(
    change: Step, sessions: Sessions, bench: Bench, box: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counting(driver: Any) -> Pending | None:
        driver._at("pending?")
        if box.pending is None:
            return None
        return Pending(change=box.pending[0].partition("/")[0], seconds_left=3)

    import linewright.devices.read

    monkeypatch.setattr(linewright.devices.read, "pending", lambda driver, _device: counting(driver))
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert "only 3 of 60 s were left" in outcome.message
    assert "confirm" not in box.told


def test_a_clock_that_somebody_sets_changes_nothing(
    change: Step, sessions: Sessions, bench: Bench, box: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = [1_700_000_000.0]

    def stepped() -> float:
        wall[0] -= 3600
        return wall[0]

    monkeypatch.setattr(time, "time", stepped)
    assert step(change, sessions, bench).result == "confirmed"


def test_our_clock_goes_on_while_this_machine_sleeps() -> None:
    before = boottime()
    assert abs(boottime() - time.clock_gettime(time.CLOCK_BOOTTIME)) < 60
    assert boottime() >= before
    assert Bench.__struct_defaults__[0] is boottime


def test_somebody_elses_waiting_change_is_not_confirmed(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    """Our timer fired and another job armed the very same lines."""

    def another(where: str, found: Any) -> None:
        if where == "pending?" and found.pending and found.pending[0].startswith(change.job):
            found.pending = ("J0009-BBBB-CCCC/1", found.now + 20)

    box.accident = another
    outcome = step(change, sessions, bench)
    assert outcome.result == "rolled back"
    assert "not ours but J0009-BBBB-CCCC" in outcome.message
    assert "confirm" not in box.told


def leased(change: Step, journal: Journal, seconds: int = 300) -> Step:
    (lease,) = journal.leases.take_all([change.plan.device], change.job, seconds=seconds)
    return msgspec.structs.replace(change, lease=lease)


def test_under_its_lease_a_change_is_made(
    change: Step, sessions: Sessions, bench: Bench, box: Any, journal: Journal
) -> None:
    assert step(leased(change, journal), sessions, bench).result == "confirmed"


def test_a_lease_that_has_ended_starts_no_step(
    change: Step, sessions: Sessions, bench: Bench, box: Any, journal: Journal
) -> None:
    work = leased(change, journal)
    assert work.lease is not None
    journal.leases.release(work.lease)
    outcome = step(work, sessions, bench)
    assert outcome.result == "refused"
    assert "load" not in box.told
    assert [entry.event for entry in journal.entries()][-1] == "not written"


def test_a_lease_that_another_took_meanwhile_confirms_nothing(
    change: Step, sessions: Sessions, bench: Bench, box: Any, journal: Journal
) -> None:
    """We were stopped after the commit; the lease ended, and another job took the device over."""
    work = leased(change, journal)

    def overtaken(where: str, _found: Any) -> None:
        if where == "committed":
            assert work.lease is not None
            journal.leases.release(work.lease)
            journal.leases.take("r1", "J0002-BBBB-CCCC", seconds=300)

    box.accident = overtaken
    outcome = step(work, sessions, bench)
    assert outcome.result == "rolled back"
    assert "J0002-BBBB-CCCC" in outcome.message
    assert "confirm" not in box.told
    assert box.running == change.plan.before


def test_what_cannot_be_kept_is_not_changed(change: Step, sessions: Sessions, bench: Bench, box: Any) -> None:
    class Nowhere:
        def seal(self, _text: bytes) -> bytes:
            return b"sealed"

        def keep(self, _device: str, _sealed: bytes) -> None:
            raise SettingsError("the disk is full")

    check = msgspec.structs.replace(change, kind="check")
    outcome = step(check, sessions, msgspec.structs.replace(bench, keep=Nowhere()))
    assert outcome.result == "refused"
    assert "the disk is full" in outcome.message


def test_only_the_encrypted_text_leaves_the_device_and_only_before_the_change(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    class Kept:
        def __init__(self) -> None:
            self.sealed: dict[str, bytes] = {}

        def seal(self, text: bytes) -> bytes:
            return bytes(byte ^ 0xFF for byte in text)

        def keep(self, device: str, sealed: bytes) -> None:
            assert device not in self.sealed
            self.sealed[device] = sealed

    kept = Kept()
    with_keeper = msgspec.structs.replace(bench, keep=kept)
    assert step(msgspec.structs.replace(change, kind="check"), sessions, with_keeper).result == "unchanged"
    assert kept.seal(kept.sealed["r1"]).decode() == box.running
    assert step(change, sessions, with_keeper).result == "confirmed"


def test_a_base_that_cannot_be_noted_leaves_the_device_open(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    def full(_part: Any) -> None:
        raise SettingsError("no space left on device")

    outcome = step(change, sessions, msgspec.structs.replace(bench, remember=full))
    assert (outcome.result, outcome.unnoted) == ("confirmed", "no space left on device")


def test_what_is_not_judged_is_told_before_anything_is_sent(
    change: Step, sessions: Sessions, bench: Bench, box: Any
) -> None:
    told: list[tuple[str, bool]] = []
    judge = Judge(())
    judge.unwatched = ("its BGP sessions", "r2")
    bench = msgspec.structs.replace(
        judged(bench, judge), watch=lambda _device, words: told.append((words, "load" in box.told))
    )
    step(change, sessions, bench)
    assert told[0] == ("not judged, it could not be read: its BGP sessions, r2", False)


def not_restored(_where: str, box: Any) -> None:
    box.pending = None
    raise NotRestored("2 lines differ from before")


def confirmed_by_another(_where: str, box: Any) -> None:
    box.pending, box.startup = None, box.running
    raise CommitRefused("nothing waits for a confirmation")


@pytest.mark.parametrize("accident", [not_restored, confirmed_by_another])
def test_what_failed_its_proof_and_stands_all_the_same_is_not_told_as_confirmed(
    change: Step, sessions: Sessions, bench: Bench, box: Any, accident: Any
) -> None:
    noted: list[str] = []
    box.saves = True
    box.accident = lambda at, _box: accident(at, box) if at == "rollback" else None
    bench = msgspec.structs.replace(
        judged(bench, Judge(("r2 is gone",))), remember=lambda part: noted.append(part.device)
    )
    outcome = step(change, sessions, bench)
    assert (outcome.result, noted) == ("unknown", [])
    assert "r2 is gone" in outcome.message
    assert "it stands there and was not confirmed by us" in outcome.message
    assert "confirmed" not in [entry.event for entry in bench.journal.entries()]
    # Nor does whoever comes next save what was to be taken back.
    known = Known(attempt=1, timer=60, answered=True, taken_back=True, since=10_000.0)
    saved = box.startup
    settled = settle(change, sessions, bench, known)
    assert box.startup == saved
    assert (settled.outcome.result == "confirmed") == (accident is confirmed_by_another)
    assert "it was to be taken back" in settled.outcome.message
