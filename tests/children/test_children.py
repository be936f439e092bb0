"""What programs that we start are told: no secret of ours, wherever they are started."""

import ast
from pathlib import Path

import pytest

from linewright import children

OURS = {
    "LINEWRIGHT_SECRET_BGP": "a",
    "LINEWRIGHT_NETBOX_URL": "b",
    "VAULT_TOKEN": "c",
    "NETBOX_TOKEN": "d",
}
THEIRS = {"PATH": "/bin", "HOME": "/h", "SSH_AUTH_SOCK": "/s", "GIT_DIR": "x", "GIT_AUTHOR_NAME": "me"}


def test_what_is_inherited_holds_nothing_of_ours():
    assert children.inherited(environment=OURS | THEIRS) == THEIRS


def test_what_steers_a_program_is_left_out_with_its_exceptions():
    found = children.inherited(without=("GIT_",), but=("GIT_AUTHOR",), environment=THEIRS, LC_ALL="C")
    assert set(found) == {"PATH", "HOME", "SSH_AUTH_SOCK", "GIT_AUTHOR_NAME", "LC_ALL"}


def test_a_bare_one_holds_a_path_a_language_and_what_is_given():
    assert children.bare(OURS | THEIRS, HOME="/x") == {"PATH": "/bin", "LANG": "C.UTF-8", "HOME": "/x"}
    assert children.bare({})["PATH"]


def test_a_variable_that_settings_read_a_secret_from_is_withheld(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(children, "_WITHHELD", set())
    children.withhold(["EOS_PASSWORD"])
    assert children.inherited(environment={"EOS_PASSWORD": "x", "HOME": "/h"}) == {"HOME": "/h"}


def test_no_program_is_started_with_our_whole_environment(checkout: Path):
    """Each start of a program says which environment it gets."""
    without = []
    started = 0
    for path in sorted((checkout / "linewright").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            of = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            if (of, node.func.attr) in {("subprocess", "run"), ("subprocess", "Popen")}:
                started += 1
                if not any(word.arg == "env" for word in node.keywords):
                    without.append(f"{path.name}:{node.lineno}")
            assert (of, node.func.attr) not in {
                ("os", "system"),
                ("os", "popen"),
                ("subprocess", "check_output"),
                ("subprocess", "call"),
            }, path
    assert without == []
    assert started > 10
