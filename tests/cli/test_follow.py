"""`lw status --follow`: what the job's own terminal shows, its last lines and its exit status, whatever stands in the file."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linewright.change.dispatch import Outcome
from linewright.change.record import here
from linewright.change.run import JobResult
from linewright.cli import follow as command
from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.cli.teller import Teller, ending
from linewright.errors import ExitCode
from linewright.journal.progress import Progress, progress_file
from linewright.operate.progressing import Progressing
from linewright.operate.workplace import Workplace, workplace
from linewright.plan.changeplan import SCHEMA, ChangePlan, DevicePlan

JOB = "J0001-AAAA-BBBB"
NAMES = ("hq-r1", "hq-r2", "hq-r3")


def quiet(*_: Any) -> None:
    pass


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    (tmp_path / "nornir.yaml").write_text("user_defined: {linewright: {site_id: hq}}\n")
    found = workplace(tmp_path)
    assert found.state.job(JOB).reserve()
    return found


@pytest.fixture
def plan() -> ChangePlan:
    parts = tuple(
        DevicePlan(
            device=name, platform="frr", host="192.0.2.1", port=22, identity="x", order="sent", timer=60,
            before="a\n", after="b\n", intended="b\n", commands=("b",), back_out=("a",), diff=("+ b",),
        )
        for name in NAMES
    )  # fmt: skip
    return ChangePlan(
        schema=SCHEMA, site="hq", marking="UNCLASSIFIED", created="", author="", scope="", base="last", mode="managed",
        snapshot="0" * 64, position="", templates={}, versions={}, devices=parts, batches=(NAMES[:1], NAMES[1:]),
    )  # fmt: skip


def written(place: Workplace, *records: tuple[str, str, dict[str, Any]], **who: Any) -> None:
    """The records of a job that this process carries, or another one."""
    journal = place.state.journal()
    journal.append(
        JOB,
        "job begun",
        plan="",
        code="AAAA-BBBB",
        devices=list(NAMES),
        kind="apply",
        of="",
        **(here() | who),
    )
    for event, device, detail in records:
        journal.append(JOB, event, device, **detail)
    journal.close()


def dead() -> int:
    """The id of a process that is gone."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait(timeout=120)
    return child.pid


@pytest.fixture
def say(place: Workplace, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def said(*arguments: str) -> tuple[int, str, str]:
        code = ended(root, ["--site-folder", place.settings.root, "status", "--follow", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return said


def outcome(name: str, result: Any, **more: Any) -> Outcome:
    return Outcome(device=name, result=result, **more)


ENDS = [
    JobResult(job=JOB, outcomes=tuple(outcome(name, "confirmed") for name in NAMES), untouched=(), wrote=True),
    JobResult(
        job=JOB, untouched=NAMES[2:], wrote=True,
        outcomes=(
            outcome(NAMES[0], "confirmed", message="no neighbour was seen"),
            outcome(NAMES[1], "unknown", message="no answer", armed="until 0214Z", hint=f"lw resume {JOB}"),
        ),
    ),
    JobResult(job=JOB, outcomes=(outcome(NAMES[0], "rolled back", message="why"),), untouched=NAMES[1:], wrote=True),
    JobResult(job=JOB, outcomes=(outcome(NAMES[0], "partly back", message="why"),), untouched=NAMES[1:], wrote=True),
    JobResult(
        job=JOB, outcomes=(outcome(NAMES[1], "refused", message="has moved", hint="lw plan"),),
        untouched=(NAMES[0], NAMES[2]), wrote=False,
    ),
    JobResult(
        job=JOB, outcomes=(outcome(NAMES[0], "confirmed"),), untouched=NAMES[1:], wrote=True, stopped="interrupted",
        exit=int(ExitCode.INTERRUPTED),
    ),
]  # fmt: skip


@pytest.mark.parametrize("result", ENDS)
def test_it_ends_as_the_job_ended(
    place: Workplace, plan: ChangePlan, say: Any, capsys: pytest.CaptureFixture[str], result: JobResult
) -> None:
    written(place)
    teller = Teller.of(plan)
    told = Progressing(place.state.job(JOB), plan, teller.announce, teller.stage)
    checked = {one.device: one for one in result.outcomes if not result.wrote}
    told.announce("checked", tuple(checked.get(name, outcome(name, "unchanged")) for name in NAMES))
    if result.wrote:
        told.announce("batch", (outcome(NAMES[0], "unchanged"),))
        told.watch(NAMES[0], "committed, rollback in 60 s")
        for one in result.outcomes:
            told.announce("device", (one,))
    told.ended(result)
    teller.end(ending(result, ""))
    shown = capsys.readouterr().out
    code, said, _ = say(JOB)
    first, _, rest = said.partition("\n")
    assert (code, first.startswith(f"Job {JOB}  apply  ")) == (int(result.code), True)
    assert _without_times(rest) == _without_times(shown)


def _without_times(text: str) -> list[str]:
    """A test that runs over the end of a minute must not fail by it."""
    return [
        " ".join("" if len(word) == 5 and word[:4].isdigit() else word for word in line.split())
        for line in text.splitlines()
    ]


def test_of_hundreds_of_devices_the_count_is_right(place: Workplace, say: Any) -> None:
    written(place)
    progress = Progress(place.state.job(JOB))
    progress.tell("begun", NAMES, "AAAA-BBBB", "apply")
    progress.tell("ended", [f"r{number}" for number in range(1200)], "interrupted", "INTERRUPTED")
    code, said, _ = say()
    assert code == 130
    assert "1200 not touched" in said


def test_as_json_each_piece_is_a_line(place: Workplace, plan: ChangePlan, say: Any) -> None:
    written(place)
    Progressing(place.state.job(JOB), plan, quiet, quiet).ended(ENDS[1])
    code, said, _ = say(JOB, "--format", "json")
    pieces = [json.loads(line) for line in said.splitlines()]
    assert [piece["what"] for piece in pieces] == ["begun", "last", "ended"]
    assert (pieces[1]["armed"], pieces[1]["next"]) == ("until 0214Z", f"lw resume {JOB}")
    assert code == int(ExitCode.UNKNOWN)


def test_a_job_whose_process_died_is_said_with_what_settles_it(
    place: Workplace, plan: ChangePlan, say: Any
) -> None:
    pid = dead()
    written(place, ("arming", NAMES[0], {"attempt": 1, "timer": 60}), pid=pid)
    Progressing(place.state.job(JOB), plan, quiet, quiet).watch(NAMES[0], "committed, rollback in 60 s")
    code, said, error = say(JOB)
    assert code == int(ExitCode.UNKNOWN)
    assert "committed, rollback in 60 s" in said
    assert f"process {pid}" in error
    assert f"open: {NAMES[0]}" in error
    assert f"lw resume {JOB}" in error


def test_without_a_name_a_dead_job_is_not_joined(place: Workplace, say: Any) -> None:
    assert say()[0] == 2
    written(place, pid=dead())
    code, _, error = say()
    assert (code, f"lw resume {JOB}" in error) == (2, True)


def test_what_could_not_be_told_is_said_by_the_journal(place: Workplace, say: Any) -> None:
    armed = ("arming", NAMES[0], {"attempt": 1, "timer": 60})
    results = {NAMES[0]: "rolled back"}
    written(
        place,
        armed,
        ("device ended", NAMES[0], {"result": "rolled back", "attempt": 1}),
        ("job ended", "", {"results": results, "untouched": list(NAMES[1:]), "stopped": ""}),
        pid=dead(),
    )
    code, said, _ = say(JOB)
    assert code == 6
    assert f"{NAMES[0]}: as the journal says" in said
    assert "1 rolled back  2 not touched" in said


def test_lines_that_no_job_writes_do_no_harm(place: Workplace, plan: ChangePlan, say: Any) -> None:
    written(place)
    told = Progressing(place.state.job(JOB), plan, quiet, quiet)
    with progress_file(place.state.job(JOB)).open("ab") as file:
        file.write(
            b"\x1b[2J\x1b]0;owned\x07\n{}\n\xff\xfe\n" + b"[" * 100_000 + b"\n" + b"x" * (2 << 20) + b"\n"
        )
        hostile = {"time": "\x1b[31m", "what": "stage", "devices": ["r\x1b[2J"], "text": "\x1b]0;t\x07\u202e"}
        file.write(json.dumps(hostile).encode() + b"\n")
        file.write(b'{"time":"","what":"device","devices":["r9"],"result":"no such end"}\n')
        file.write(b'{"time":"9999-99-99","what":"batch","text":"\\u001b[2J","total":9223372036854775807}\n')
        file.write(b'{"time":"","what":"ended"')
    told._progress._torn = True
    told.ended(ENDS[0])
    code, said, _ = say()
    assert code == 0
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert said.splitlines()[-1].startswith("DONE") or "nothing written" in said.splitlines()[-1]


def test_ctrl_c_ends_the_following_and_not_the_job(
    place: Workplace, plan: ChangePlan, say: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(place)
    told = Progressing(place.state.job(JOB), plan, quiet, quiet)

    def interrupted(*_: Any) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(command, "_heard", interrupted)
        code, _, error = say()
    assert code == 130
    assert "the job goes on" in error
    assert f"lw status --follow {JOB}" in error
    told.ended(ENDS[0])
    assert say()[0] == 0


def test_it_goes_with_a_job_alone(say: Any) -> None:
    for option in ("--audit", "--devices", "--all"):
        assert say(option)[0] == 2


def test_what_was_kept_here_only_is_said_with_what_brings_it_over(
    place: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    written(place, pid=dead())
    local = place.state.local_journal(make=True)
    assert local is not None
    local.append("J0002-CCCC-DDDD", "break glass", reason="site cut off")
    local.close()
    for arguments in ([], [JOB]):
        ended(root, ["--site-folder", place.settings.root, "status", *arguments])
        said = capsys.readouterr().out
        assert "not in it yet: 1 record" in said
        assert said.splitlines()[-1] == "Next: lw status --audit --merge"
    ended(root, ["--site-folder", place.settings.root, "status", "--audit", "--merge"])
    capsys.readouterr()
    ended(root, ["--site-folder", place.settings.root, "status"])
    assert "not in it yet" not in capsys.readouterr().out


def test_a_head_that_could_not_be_kept_is_one_line() -> None:
    found = JobResult(
        job=JOB, outcomes=(outcome("r1", "confirmed"),), untouched=(), wrote=True,
        unkept=("/mnt/a: not there", "/mnt/b: not there"),
    )  # fmt: skip
    (line,) = [line for line in ending(found, "") if "not kept" in line]
    assert "/mnt/a: not there (and 1 more); again: lw status --audit" in line
