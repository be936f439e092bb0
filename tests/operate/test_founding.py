"""`init`: a site that works at once, or nothing at all."""

import stat
from pathlib import Path

import pytest

from linewright import settings as settings_of
from linewright.cli import init as command
from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.errors import DataError, FacilityError, Refused, SettingsError
from linewright.operate import founding
from linewright.operate.founding_texts import Answers
from linewright.operate.workplace import workplace


def lw(*words: str) -> int:
    return ended(root, list(words))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_without_a_terminal_it_asks_nothing_and_the_site_works(tmp_path, capsys):
    site = tmp_path / "hq"
    assert lw("init", str(site)) == 0
    said = capsys.readouterr().out
    told = {line.split()[0] for line in said.splitlines() if line.startswith("  ")}
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert files <= told
    steps = said.partition("Next:")[2]
    # Each step works only after the ones before it.
    order = [steps.index(word) for word in ("site.yaml", "lw snapshot", "set login", "lw trust scan")]
    assert order == sorted(order)
    assert "git init " in steps
    assert settings_of.load(site, {}).site_id == "hq"
    assert lw("--site-folder", str(site), "snapshot") == 0
    assert list(workplace(site).snapshot().devices) == ["r1", "r2"]


def test_secrets_are_private_and_not_in_git(tmp_path):
    site = tmp_path / "hq"
    founding.found_site(site, Answers(), git=True)
    secrets = site / "inventory" / "secrets"
    assert mode(secrets) == 0o700
    assert {mode(path) for path in secrets.iterdir()} == {0o600}
    assert len(workplace(site).secrets.key) == 32
    assert "/inventory/secrets/" in (site / ".gitignore").read_text().splitlines()


def test_git_ignores_what_must_not_be_committed(tmp_path):
    import subprocess

    site = tmp_path / "hq"
    founding.found_site(site, Answers(), git=True)
    listed = subprocess.run(
        ["git", "-C", str(site), "ls-files", "--others", "--exclude-standard"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert "nornir.yaml" in listed
    assert not [path for path in listed if "secret" in path]
    assert not founding.git_is_possible(site / "deeper")


def test_two_sites_have_two_keys(tmp_path):
    keys = set()
    for name in ("a", "b"):
        founding.found_site(tmp_path / name, Answers())
        keys.add((tmp_path / name / "inventory" / "secrets" / "site.key").read_text())
    assert len(keys) == 2


def test_with_a_netbox(tmp_path, capsys):
    site = tmp_path / "hq"
    assert lw("init", str(site), "--netbox", "https://netbox.example.net", "--marking", "RESTRICTED") == 0
    found = settings_of.load(site, {})
    assert (found.netbox.url, found.description, found.marking) == (
        "https://netbox.example.net",
        "",
        "RESTRICTED",
    )
    assert not (site / "inventory" / "site.yaml").exists()
    assert "inventory/secrets/values.yaml" in capsys.readouterr().out.partition("Next:")[2]
    assert lw("--site-folder", str(site), "snapshot") == 2
    assert "netbox/token" in capsys.readouterr().err


def test_with_a_description_of_ones_own(tmp_path, checkout):
    site = tmp_path / "hq"
    assert lw("init", str(site), "--description", str(checkout / "inventory" / "site.yaml")) == 0
    assert lw("--site-folder", str(site), "snapshot") == 0


def test_on_a_terminal_it_asks_four_things_and_a_wrong_answer_again(tmp_path, monkeypatch, capsys):
    answers = iter(
        ["has space", "hq", "SECRET", "http://netbox.example.net", "https://netbox.example.net", "n"]
    )
    monkeypatch.setattr(command, "on_terminal", lambda: True)
    monkeypatch.setattr(founding, "git_is_possible", lambda _: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _prompt: next(answers))
    site = tmp_path / "new"
    assert lw("init", str(site)) == 0
    assert list(answers) == []
    found = settings_of.load(site, {})
    assert (found.site_id, found.marking, found.netbox.url) == ("hq", "SECRET", "https://netbox.example.net")
    assert not (site / ".git").exists()
    said = capsys.readouterr().err
    assert "cannot name a site" in said
    assert "plain HTTP" in said


def test_options_and_defaults_leave_nothing_to_ask(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "on_terminal", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _prompt: pytest.fail("it asked"))
    assert lw("init", str(tmp_path / "a"), "--defaults") == 0
    words = ("--site-id", "b", "--marking", "SECRET", "--netbox", "https://nb.example.net", "--no-git")
    assert lw("init", str(tmp_path / "b"), *words) == 0


@pytest.mark.parametrize("held", ["file", ".hidden", "folder/"])
def test_a_folder_that_holds_something_is_refused(tmp_path, held):
    site = tmp_path / "hq"
    site.mkdir()
    (site / held).mkdir() if held.endswith("/") else (site / held).write_text("precious")
    assert lw("init", str(site)) == 3
    assert [path.name for path in site.iterdir()] == [held.rstrip("/")]


def test_an_empty_clone_is_taken(tmp_path):
    (tmp_path / ".git").mkdir()
    founding.found_site(tmp_path, Answers())
    assert (tmp_path / "nornir.yaml").is_file()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (Answers(site_id="../x"), "cannot name a site"),
        (Answers(site_id=""), "cannot name a site"),
        (Answers(site_id="a\nb: c"), "cannot name a site"),
        (Answers(marking="SECRETISH"), "no marking"),
        (Answers(netbox="ftp://x"), "URL"),
        (Answers(netbox="https://me:pw@netbox.example.net"), "password"),
    ],
)
def test_an_answer_that_cannot_be_used_makes_nothing(tmp_path, answers, words):
    with pytest.raises(SettingsError, match=words):
        founding.found_site(tmp_path / "hq", answers)
    assert list(tmp_path.iterdir()) == []


def test_a_description_that_is_none_makes_nothing(tmp_path):
    (tmp_path / "bad.yaml").write_text("format: 1\nsites: 7\n")
    with pytest.raises(DataError, match=r"bad\.yaml"):
        founding.found_site(tmp_path / "hq", Answers(), tmp_path / "bad.yaml")
    assert not (tmp_path / "hq").exists()


@pytest.mark.parametrize("existed", [True, False])
def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch, existed):
    site = tmp_path / "hq"
    if existed:
        (site / ".git").mkdir(parents=True)
    real, calls = founding.write_whole, []

    def full(path, data, **more):
        calls.append(path)
        if len(calls) == 5:
            raise FacilityError(f"{path} cannot be written: No space left on device")
        real(path, data, **more)

    monkeypatch.setattr(founding, "write_whole", full)
    with pytest.raises(FacilityError, match="No space"):
        founding.found_site(site, Answers())
    assert site.exists() == existed
    assert not existed or [path.name for path in site.iterdir()] == [".git"]


def test_a_file_in_its_place_is_told(tmp_path):
    (tmp_path / "hq").write_text("")
    with pytest.raises(Refused, match="is a file"):
        founding.found_site(tmp_path / "hq", Answers())


def test_a_repository_is_made_in_the_site_whoever_called_us(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    assert founding.git_is_possible(tmp_path / "site")
    written = founding.found_site(tmp_path / "site", Answers(), git=True)
    assert ".git/" in [one.path for one in written]
    assert (tmp_path / "site" / ".git" / "HEAD").is_file()
    assert not (tmp_path / "elsewhere").exists()
    assert not founding.git_is_possible(tmp_path / "site")


@pytest.mark.parametrize(
    "program", ["#!/bin/sh\nexit 0\n", "#!/bin/sh\nexec sleep 60\n", "#!/bin/sh\nexit 3\n"]
)
def test_a_git_that_makes_nothing_is_told_and_leaves_nothing(tmp_path, monkeypatch, program):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(program)
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(founding, "_GIT_SECONDS", 0.5)
    assert founding.git_is_possible(tmp_path) == (program.endswith("exit 3\n"))
    with pytest.raises(FacilityError, match="git"):
        founding.found_site(tmp_path / "site", Answers(), git=True)
    assert not (tmp_path / "site").exists()
