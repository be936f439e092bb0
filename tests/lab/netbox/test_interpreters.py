"""Which Python makes NetBox's environment: one that runs, not one that is only named so."""

import stat
import sys
from pathlib import Path

import pytest

from linewright.lab.netbox.interpreters import answers, candidates, first_that_runs


def program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


SHIMS = {
    "not installed": "echo 'pyenv: python3.12: command not found' >&2; exit 127",
    "fails after answering": "echo python 3.12; exit 1",
    "says something else": "echo Python 3.12.1",
    "says nothing": "exit 0",
    "too old": "echo python 3.11",
    "no number": "echo python three.twelve",
    "binary noise": "printf '\\377\\376python 3.12'",
    "killed": "kill -9 $$",
}


@pytest.mark.parametrize("body", SHIMS.values(), ids=SHIMS)
def test_what_is_no_python_3_12_is_passed_over(tmp_path, body):
    shim = program(tmp_path / "shims" / "python3.12", body)
    good = program(tmp_path / "good" / "python3.12", "echo python 3.12")
    assert first_that_runs([shim, good]) == good
    assert first_that_runs([shim]) is None


def test_a_file_that_cannot_be_run_is_passed_over(tmp_path):
    text = tmp_path / "python3.12"
    text.write_text("no program", encoding="utf-8")
    text.chmod(0o755)
    assert answers(text) == ()
    assert answers(tmp_path / "absent") == ()
    assert answers(program(tmp_path / "loop", "exec /nowhere/at/all")) == ()


def test_this_interpreter_answers_with_its_version():
    assert answers(Path(sys.executable)) == sys.version_info[:2]


def test_path_is_searched_before_common_places_and_newer_names_after_older(tmp_path):
    on_path = tmp_path / "bin"
    program(on_path / "python3.13", "echo python 3.13")
    program(on_path / "python3.12", "exit 127")
    program(tmp_path / ".pyenv" / "versions" / "3.12.1" / "bin" / "python3.12", "echo python 3.12")
    program(
        tmp_path / ".local" / "share" / "uv" / "python" / "cpython-3.14" / "bin" / "python3.14",
        "echo python 3.14",
    )
    program(tmp_path / "opt" / "py" / "bin" / "python3.12", "echo python 3.12")
    found = [
        str(path.relative_to(tmp_path))
        for path in candidates({"PATH": str(on_path)}, tmp_path, tmp_path)
        if tmp_path in path.parents
    ]
    assert found == [
        "bin/python3.12",
        "bin/python3.13",
        "opt/py/bin/python3.12",
        ".pyenv/versions/3.12.1/bin/python3.12",
        ".local/share/uv/python/cpython-3.14/bin/python3.14",
    ]


def test_variables_that_would_change_the_answer_are_not_handed_on(tmp_path, monkeypatch):
    (tmp_path / "ssl.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert answers(Path(sys.executable)) == sys.version_info[:2]


def test_what_is_not_executable_is_no_candidate(tmp_path):
    path = program(tmp_path / "python3.12", "echo python 3.12")
    path.chmod(0o644)
    assert path not in list(candidates({"PATH": str(tmp_path)}, tmp_path, tmp_path))
