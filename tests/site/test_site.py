import sys
from pathlib import Path

import pytest

from linewright.errors import UsageError
from linewright.site import ROOMS, Site, shipped


def test_the_shipped_rooms_are_here() -> None:
    assert all((shipped() / room).exists() for room in ROOMS)


def test_a_file_of_the_site_wins_and_all_else_is_shipped(tmp_path: Path) -> None:
    site = Site(tmp_path)
    assert site.find("tasks/push.py") == shipped() / "tasks" / "push.py"
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "push.py").write_text("")
    assert site.find("tasks/push.py") == tmp_path / "tasks" / "push.py"


@pytest.mark.parametrize(
    "path",
    [
        "../secrets",
        "tasks/../../x",
        "inventory/site.yaml",
        "tasks",
        "tasks//etc/passwd",
        "tasks/absent.py",
        f"tasks/{'x' * 5000}",
        f"tasks/{'x/' * 5000}y",
        "tasks/a\x00b",
    ],
)
def test_nothing_outside_the_rooms_is_found(tmp_path: Path, path: str) -> None:
    with pytest.raises(UsageError):
        Site(tmp_path).find(path)


def test_functions_are_loaded_without_a_generic_name_in_sys_modules() -> None:
    before = set(sys.modules)
    function = Site().load("tasks.push:push")
    assert callable(function)
    assert not {name for name in set(sys.modules) - before if name.split(".")[0] in ("tasks", "docs_gen")}


@pytest.mark.parametrize(
    "reference", ["os:system", "tasks.absent:push", "tasks.push:absent", "templates.x:y"]
)
def test_only_functions_of_the_rooms_are_loaded(reference: str) -> None:
    with pytest.raises(UsageError):
        Site().load(reference)
