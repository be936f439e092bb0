"""Every command ends with a documented status, one sentence and the next step; never with a traceback."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from linewright import errors
from linewright.cli.ending import ended
from linewright.cli.screen import say
from linewright.operate.founding import found_site
from linewright.operate.founding_texts import Answers


def command_that_raises(error: BaseException) -> click.Command:
    @click.command()
    @click.option("--debug", is_flag=True)
    def fails(*, debug: bool) -> None:
        raise error

    return fails


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UsageError("a"), 2),
        (errors.RenderError("a"), 2),
        (errors.Moved("a"), 3),
        (errors.Impostor("a"), 3),
        (errors.SourceError("a"), 4),
        (errors.OutcomeUnknown("a"), 5),
        (errors.Stopped("a"), 6),
        (ZeroDivisionError("a"), 70),
        (KeyboardInterrupt(), 130),
        (click.UsageError("a"), 2),
    ],
)
def test_status_and_no_traceback(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(command_that_raises(error), []) == code
    said = capsys.readouterr().err
    assert said
    assert "Traceback" not in said


def test_the_next_step_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    ended(command_that_raises(errors.Moved("leaf-1 moved", hint="make a new plan")), [])
    said = capsys.readouterr().err.splitlines()
    assert said == ["REFUSED, nothing written  leaf-1 moved", "Next: make a new plan"]


def test_a_traceback_only_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(command_that_raises(ZeroDivisionError("a")), ["--debug"]) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("codes", "worst"),
    [
        ([0, 1, 4], 4),
        ([1, 3, 4], 3),
        ([6, 3], 6),
        ([5, 6], 5),
        ([0, 1], 1),
        ([0], 0),
        ([], 0),
        ([2], 2),
        ([1, 2], 2),
        ([70, 2], 70),
    ],
)
def test_of_several_the_first_of_5_6_3_4_1_counts(codes: list[int], worst: int) -> None:
    assert errors.worst([errors.ExitCode(code) for code in codes]) == worst


@pytest.mark.parametrize(
    "hostile", ["\x1b[2K\x1b[1A", "a\nb", "\u202eevil", "zero\u200bwidth", "\x00", "\u2028", "\r"]
)
def test_nothing_a_name_can_hold_moves_the_cursor(hostile: str, capsys: pytest.CaptureFixture[str]) -> None:
    say(f"name {hostile} end")
    printed = capsys.readouterr().out
    assert printed.endswith("\n")
    assert printed[:-1].isprintable()
    assert "\\u" in printed


def test_no_traceback_of_a_library_reaches_the_terminal(tmp_path: Path, checkout: Path) -> None:
    """As a user runs it: in pytest itself every log has a handler, so that nothing would show."""
    (tmp_path / "nornir.yaml").write_text(
        "user_defined: {linewright: {description: site.yaml, endpoints: {hq-wan1: {host: 127.0.0.1, port: 1}},"
        " login: {frr: {username: ops}}, secrets: {key_file: k, values_file: v}}}\n"
    )
    shutil.copy(checkout / "inventory" / "site.yaml", tmp_path)
    (tmp_path / "k").touch(mode=0o600)
    (tmp_path / "k").write_text("ab" * 32)
    (tmp_path / "v").touch(mode=0o600)
    (tmp_path / "v").write_text("bgp/hq-wan1-r1-wan1: x\n")
    program = [
        sys.executable,
        "-c",
        "from linewright.cli import main; main()",
        "--site-folder",
        str(tmp_path),
    ]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    assert (
        subprocess.run([*program, "snapshot"], env=environment, capture_output=True, check=False).returncode
        == 0
    )
    done = subprocess.run(
        [*program, "verify", "--device", "hq-wan1"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "hq-wan1 (127.0.0.1 port 1) was not reached" in " ".join(done.stdout.split())
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr == ""


def test_an_error_of_several_lines_is_set_in(capsys: pytest.CaptureFixture[str]) -> None:
    ended(command_that_raises(errors.DataError("2 problems\n  line 3: x\nDONE  all is well")), [])
    assert capsys.readouterr().err.splitlines() == [
        "ERROR  2 problems",
        "    line 3: x",
        "    DONE  all is well",
    ]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    found_site(folder, Answers())
    return folder


def lw(checkout: Path, site: Path, *words: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        "from linewright.cli import main; main()",
        "--site-folder",
        str(site),
        *words,
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--help",), 0),
        (("platforms",), 0),
        (("platforms", "--format", "json"), 0),
        (("snapshot",), 0),
        (("backup", "list"), 2),
        (("doctor", "--no-devices"), None),
    ],
)
@pytest.mark.parametrize("errors_too", [False, True])
def test_a_reader_that_goes_away_changes_no_status_and_is_not_told(
    site: Path, checkout: Path, words: tuple[str, ...], code: int | None, *, errors_too: bool
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(checkout), "LINEWRIGHT_LOG_LEVEL": "info"}
    command = lw(checkout, site, *words)
    if code is None:
        code = subprocess.run(command, env=environment, capture_output=True, check=False).returncode
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            command, env=environment, stdout=writing,
            stderr=writing if errors_too else subprocess.PIPE, check=False,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert done.returncode == code
    said = (done.stderr or b"").decode()
    assert "Pipe" not in said
    assert "pipe" not in said
    log = site / ".linewright" / "log" / "linewright.log"
    if "--help" not in words:
        assert '"exit":' in log.read_text().splitlines()[-1].replace(" ", "")


@pytest.mark.parametrize(
    "error", [BrokenPipeError(32, "Broken pipe"), SystemExit(70), OSError(32, "Broken pipe")]
)
def test_a_pipe_that_breaks_inside_is_a_fault_and_the_log_is_closed(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = []
    monkeypatch.setattr("linewright.cli.logged.end", lambda code: ends.append(code) or "")
    assert ended(command_that_raises(error), []) == 70
    assert ends == [70]
