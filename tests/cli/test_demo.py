"""The main job from end to end on simulated devices, as `make demo` runs it."""

from pathlib import Path

import pytest

from linewright.cli.ending import ended
from linewright.cli.root import root


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    import contextlib
    import io

    folder = tmp_path_factory.mktemp("demo") / "site"
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert ended(root, ["demo", "--into", str(folder)]) == 0
    return folder, said.getvalue()


def test_every_line_says_that_devices_are_simulated(demo: tuple[Path, str]) -> None:
    lines = [line for line in demo[1].splitlines() if line]
    assert lines
    assert not [line for line in lines if "simulated" not in line]


def test_the_whole_job_was_done(demo: tuple[Path, str]) -> None:
    said = demo[1]
    for word in (
        "committed, rollback in",
        "as planned over a new session",
        "CONFIRMED",
        "2 confirmed",
        "Configs 11/11 as intended",
    ):
        assert word in said


def test_what_it_names_to_open_is_there(demo: tuple[Path, str]) -> None:
    folder, said = demo
    named = [
        Path(word) for line in said.splitlines() for word in line.split() if word.startswith(str(folder))
    ]
    assert len(named) >= 6
    assert all(path.stat().st_size for path in named)


def test_no_secret_lies_outside_the_files_for_secrets(demo: tuple[Path, str]) -> None:
    import yaml

    folder, said = demo
    store = folder / ".linewright" / "secrets" / "values.yaml"
    values = list(yaml.safe_load(store.read_text()).values())
    assert len(values) >= 2
    key = (folder / ".linewright" / "secrets" / "site.key").read_text().strip()
    for path in folder.rglob("*"):
        if path.is_file() and path.parent != store.parent:
            data = path.read_bytes()
            assert not [value for value in (*values, key) if value.encode() in data], path
    assert not [value for value in values if value in said]


def test_again_in_its_own_folder_but_never_in_somebody_elses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "precious").touch()
    assert ended(root, ["demo", "--into", str(tmp_path)]) == 2
    assert "not of an earlier demo" in capsys.readouterr().err
    assert (tmp_path / "precious").exists()
