"""What carries changes out and takes them back runs no Python of the site, wherever in its folder it lies."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
#: Rooms of a site, names that the standard library and our packages have, places where tools look for plugins.
_PLANTED = (
    "tasks/__init__.py",
    "tasks/push.py",
    "tasks/collect.py",
    "docs_gen/__init__.py",
    "docs_gen/topology.py",
    "templates/filters.py",
    "templates/config/eos/__init__.py",
    "checks/__init__.py",
    "linewright/__init__.py",
    "linewright_site/__init__.py",
    "napalm_eos/__init__.py",
    "custom_napalm/__init__.py",
    "nornir_plugins/__init__.py",
    "json.py",
    "sitecustomize.py",
    "usercustomize.py",
    "conftest.py",
)


def lw(site: Any, *arguments: str) -> str:
    """The installed command in a process of its own, called in the site's folder."""
    command = Path(sys.executable).parent / "lw"
    done = subprocess.run(
        [command, *arguments], cwd=site.folder, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "LANG": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_carrying_out_asking_and_taking_back_import_nothing_of_the_site(alone: Any, tmp_path: Path) -> None:
    told = tmp_path / "it-ran"
    for name in _PLANTED:
        file = alone.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"with open({str(told)!r}, 'a') as told:\n    told.write({name!r} + chr(10))\n")
    job = lw(alone, "apply", "--yes", str(alone.file)).split()[-1]
    assert f"{job}" in lw(alone, "status")
    assert "2 taken back" in lw(alone, "rollback", job, "--yes")
    assert not told.exists(), told.read_text()
