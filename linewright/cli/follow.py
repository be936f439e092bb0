"""`lw status --follow`: what a job of another process tells, as if it were our own."""

import select
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import get_args

import msgspec

from linewright.change.dispatch import Outcome, Result
from linewright.change.run import WRITTEN, JobResult
from linewright.cli.screen import say, warn, warn_prose
from linewright.cli.teller import BACK_OUT_WORDS, Teller, ending
from linewright.errors import ExitCode
from linewright.journal.progress import Told
from linewright.operate.following import follow, which_goes_on
from linewright.operate.jobs import Job
from linewright.operate.workplace import Workplace

_RESULTS = frozenset(get_args(Result))


def following(place: Workplace, name: str, form: str) -> int:
    """Tell a job to its end, the newest that goes on when none is named; its exit status, as `lw apply` gives it.

    Ctrl-C ends the telling and not the job. So does a reader who is gone.

    Raises:
        OutcomeUnknown: its process died.
        LinewrightError: as `which_goes_on`.
    """
    job = which_goes_on(place, name)
    try:
        return _as_json(place, job) if form == "json" else _as_lines(place, job)
    except KeyboardInterrupt:
        warn("")  # the terminal has put ^C there
        warn_prose(f"Not followed any more; the job goes on. Again: lw status --follow {job.name}")
        return int(ExitCode.INTERRUPTED)


def _as_json(place: Workplace, job: Job) -> int:
    code = ExitCode.UNKNOWN
    for found in follow(place, job):
        for told in found:
            say(msgspec.json.encode(told).decode())
            if told.what == "ended":
                code = _code(told)
        if not found and not _heard():
            break
    return int(code)


def _as_lines(place: Workplace, job: Job) -> int:
    back = job.kind == "rollback"
    teller = Teller((one.device for one in job.devices), words=BACK_OUT_WORDS if back else None)
    who = f"{job.process.user}@{job.process.host}".strip("@")
    say(f"Job {job.name}  {job.kind}{f' of {job.of}' * back}  {who}, process {job.process.pid}")
    shown = _Shown(teller, job.name)
    with teller.live(hidden=True):
        for found in follow(place, job):
            for told in found:
                shown.take(told)
            if not found:
                teller.show()
                if not _heard():
                    return int(ExitCode.UNKNOWN)
            if shown.result is not None:
                words = ("taken back", "not taken back") if back else ("confirmed", "rolled back")
                teller.end(ending(shown.result, "", *words, when=_zulu(found[-1].time)))
                return int(shown.result.code)
    return int(ExitCode.UNKNOWN)


class _Shown:
    """What was told so far; `result` once it has ended."""

    def __init__(self, teller: Teller, job: str) -> None:
        self._teller = teller
        self._job = job
        self._ends: dict[str, Outcome] = {}
        self.result: JobResult | None = None

    def take(self, told: Told) -> None:
        """One more piece."""
        match told.what:
            case "begun":
                self._ends.clear()
                self._teller.begun(told.total)
            case "checked":
                self._teller.checked(told.text)
            case "batch":
                self._teller.batch(told.text, told.devices, _zulu(told.time), told.total)
            case "stage":
                for name in told.devices:
                    self._teller.stage(name, told.text, ago=_ago(told.time))
            case "device" | "last":
                for outcome in _outcomes(told):
                    self._end(outcome, shown=told.what == "device")
            case "ended":
                self.result = _result(self._job, told, self._ends.values())

    def _end(self, outcome: Outcome, *, shown: bool) -> None:
        before = self._ends.get(outcome.device)
        if shown and (before is None or before.result != outcome.result):
            self._teller.device(outcome)
        if before is None or before.result != outcome.result or outcome.hint or outcome.armed:
            self._ends[outcome.device] = outcome


def _outcomes(told: Told) -> Iterable[Outcome]:
    if told.result not in _RESULTS:
        return
    for name in told.devices:
        yield Outcome(
            device=name, result=told.result, message=told.text, armed=told.armed, hint=told.next  # type: ignore[arg-type]  # looked up above
        )  # fmt: skip


def _result(job: str, told: Told, ends: Iterable[Outcome]) -> JobResult:
    """The result of a job, as its own process had it."""
    outcomes = tuple(ends)
    more = max(0, min(told.total, 1_000_000) - len(told.devices))
    return JobResult(
        job=job,
        outcomes=outcomes,
        untouched=(*told.devices, *("",) * more),
        wrote=any(one.result in WRITTEN for one in outcomes),
        stopped=told.text,
        exit=int(_code(told)),
    )


def _code(told: Told) -> ExitCode:
    return ExitCode.__members__.get(told.result, ExitCode.UNKNOWN)


def _ago(when: str) -> float:
    """Seconds since then; 0 for what is no time, or lies ahead."""
    try:
        return max(0.0, time.time() - datetime.fromisoformat(when).astimezone(UTC).timestamp())
    except (ValueError, OverflowError, OSError):
        return 0.0


def _zulu(when: str) -> str:
    return f"{when[11:13]}{when[14:16]}Z"


def _heard() -> bool:
    """Whether anybody reads on: what nobody hears need not be told to the end."""
    try:
        line = select.poll()
        line.register(sys.stdout.fileno(), 0)
        return not any(event & (select.POLLERR | select.POLLNVAL) for _, event in line.poll(0))
    except (OSError, ValueError):
        return True  # no file at all, as in a test
