"""What `lw apply` says, and that saying it never gets in the way of doing it."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from linewright.change.dispatch import Outcome
from linewright.change.run import JobResult
from linewright.cli import apply as command
from linewright.cli.interrupt import stopping_on_signals
from linewright.errors import ExitCode
from linewright.plan.changeplan import SCHEMA, ChangePlan, DevicePlan, dump


@pytest.fixture(autouse=True)
def signals_as_at_a_terminal() -> Iterator[None]:
    """In the background of a script signals are ignored from the start, and stay so; at a terminal they are not."""
    usual = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
        signal.SIGHUP: signal.SIG_DFL,
    }
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def plan() -> ChangePlan:
    part = DevicePlan(
        device="r1", platform="frr", host="192.0.2.1", port=22, identity="x", order="sent", timer=60,
        before="a\n", after="b\n", intended="b\n", commands=("b",), back_out=("a",), diff=("+ b",),
    )  # fmt: skip
    return ChangePlan(
        schema=SCHEMA, site="hq", marking="UNCLASSIFIED", created="", author="", scope="", base="last", mode="managed",
        snapshot="0" * 64, position="", templates={}, versions={}, devices=(part,), batches=(("r1",),),
    )  # fmt: skip


def result(*results: Any, untouched: tuple[str, ...] = (), wrote: bool = True, **more: Any) -> JobResult:
    outcomes = tuple(
        Outcome(device=f"r{number}", result=one, message="why") for number, one in enumerate(results)
    )
    return JobResult(job="J1", outcomes=outcomes, untouched=untouched, wrote=wrote, **more)


@pytest.mark.parametrize(
    ("found", "last"),
    [
        (result("confirmed"), "DONE"),
        (result("refused", wrote=False), "REFUSED, nothing written"),
        (result("not reached", wrote=False), "NOT REACHED, nothing written"),
        (result("confirmed", "rolled back"), "STOPPED"),
        (result("rolled back"), "STOPPED"),
        (result("confirmed", "unknown"), "UNKNOWN"),
        (
            result("confirmed", untouched=("r9",), stopped="interrupted", exit=int(ExitCode.INTERRUPTED)),
            "INTERRUPTED",
        ),
        (
            result(untouched=("r9",), wrote=False, stopped="interrupted", exit=int(ExitCode.INTERRUPTED)),
            "INTERRUPTED, nothing written",
        ),
    ],
)
def test_the_last_line_is_what_happened(found: JobResult, last: str) -> None:
    lines = command.ending(found, "")
    assert lines[-1].startswith(last)
    assert "nothing written" in lines[-1] or found.wrote
    assert ("as it was before the job" in " ".join(lines)) == (
        last == "STOPPED" and not found.count("confirmed")
    )


def test_a_device_that_is_back_in_part_is_not_the_network_as_it_was() -> None:
    found = result("rolled back", "partly back")
    lines = command.ending(found, "")
    assert found.code == ExitCode.STOPPED
    assert "as it was before the job" not in " ".join(lines)
    assert "1 rolled back in part" in " ".join(lines)


@pytest.mark.parametrize("error", [BrokenPipeError, OSError, ValueError])
def test_a_reader_who_goes_away_ends_the_telling_and_not_the_job(
    plan: ChangePlan, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def gone(_lines: object) -> None:
        raise error

    def apply_plan(_place: Any, _plan: Any, announce: Any, watch: Any, _stop: Any) -> JobResult:
        announce("batch", ())
        watch("r1", "committed, rollback in 60 s")
        announce("device", (Outcome(device="r1", result="rolled back"),))
        return result("rolled back")

    monkeypatch.setattr(command, "say_all", gone)
    monkeypatch.setattr("linewright.operate.applying.apply_plan", apply_plan)
    place: Any = None
    assert command.carry_out(place, plan, "") == ExitCode.STOPPED


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_and_does_not_break_off(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stopping_on_signals() as stop:
        assert not stop.reason
        os.kill(os.getpid(), number)
        assert stop.reason == "interrupted"
        assert stop.code == ExitCode.INTERRUPTED
    assert signal.getsignal(number) == before


def test_a_terminal_that_goes_away_asks_nothing_to_end() -> None:
    before = signal.getsignal(signal.SIGHUP)
    with stopping_on_signals() as stop:
        os.kill(os.getpid(), signal.SIGHUP)
        assert not stop.reason
    assert signal.getsignal(signal.SIGHUP) == before


def test_a_signal_is_taken_while_the_job_waits_for_a_device() -> None:
    with stopping_on_signals() as stop, ThreadPoolExecutor(1) as pool:
        noticed = threading.Event()

        def device_under_way() -> bool:
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(500):
                if stop.reason:
                    return True
                noticed.wait(0.01)
            return False

        assert pool.submit(device_under_way).result()


def test_what_nobody_is_asked_about_is_in_the_log_all_the_same(
    tmp_path: Path, plan: ChangePlan, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import msgspec

    from linewright.cli.ending import ended
    from linewright.cli.root import root

    lost = msgspec.structs.replace(
        plan.devices[0], back_out=(f"password lw-secret-{'0' * 32}",), unsaved=("+ z",), on_own_path=("- x",)
    )
    file = tmp_path / "a.lwplan"
    file.write_bytes(dump(msgspec.structs.replace(plan, devices=(lost,))))
    monkeypatch.setattr(command, "carry_out", lambda *_args, **_more: int(ExitCode.DONE))
    monkeypatch.setattr("linewright.operate.still_current.still_current", lambda *_: "")
    assert ended(root, ["--site-folder", str(tmp_path), "apply", "--yes", str(file)]) == ExitCode.DONE
    told = capsys.readouterr().out
    assert "Back-out  needs 1 old secret, kept until the job is closed (r1)" in told
    assert "Saves     also 1 line that is not saved now (r1)" in told
    assert "OWN PATH  r1" in told


def test_without_a_terminal_and_without_yes_nothing_begins(
    tmp_path: Path, plan: ChangePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linewright.cli.ending import ended
    from linewright.cli.root import root

    file = tmp_path / "a.lwplan"
    file.write_bytes(dump(plan))
    monkeypatch.setattr(command, "carry_out", lambda *_: pytest.fail("it went on"))
    monkeypatch.setattr("linewright.operate.still_current.still_current", lambda *_: "")
    assert ended(root, ["--site-folder", str(tmp_path), "apply", str(file)]) == ExitCode.USAGE
