"""What is shipped works where nothing else is: the wheel alone, in an empty folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    built = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(checkout)],
        check=True, capture_output=True,
    )  # fmt: skip
    return next(built.glob("*.whl"))


def test_site_packages_gets_two_names_only(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
        names = set(archive.namelist())
    assert {top for top in tops if not top.endswith(".dist-info")} == {"linewright", "napalm_frr"}
    assert {
        "linewright/_site/tasks/push.py",
        "linewright/_site/nornir.yaml",
        "linewright/_site/demo/snapshot.lwsnap",
    } <= names
    assert {
        "linewright/py.typed",
        "linewright/platforms/frr.toml",
        "linewright/devices/frr/change.sh",
    } <= names
    assert not [
        n
        for n in names
        if n.startswith("linewright/_site/inventory") or "secrets/" in n or n.endswith(".pyc")
    ]


def test_the_demo_runs_from_the_wheel_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    unpacked, empty = tmp_path / "unpacked", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    program = (
        "import linewright, sys; print(linewright.__file__); from linewright.cli import main; main(['demo'])"
    )
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith(str(unpacked)), (
        "it must be the wheel that runs, not the checkout"
    )
    assert (empty / "linewright-demo" / "docs" / "cable-schedule.csv").is_file()
