"""Text case folders: cases/PLATFORM/CASE/{before,after,commands,back,diff}.txt. A new case needs no Python."""

from pathlib import Path
from typing import NamedTuple

import pytest

CASES = Path(__file__).parent / "cases"


class Case(NamedTuple):
    platform: str
    name: str
    folder: Path

    def text(self, name: str) -> str:
        return (self.folder / f"{name}.txt").read_text()

    def has(self, name: str) -> bool:
        return (self.folder / f"{name}.txt").exists()


def cases(platform: str = "*") -> list[Case]:
    folders = sorted(path.parent for path in CASES.glob(f"{platform}/*/before.txt"))
    return [Case(folder.parent.name, folder.name, folder) for folder in folders]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for fixture, platform in (("case", "*"), ("frr_case", "frr")):
        if fixture in metafunc.fixturenames:
            found = cases(platform)
            metafunc.parametrize(fixture, found, ids=[f"{case.platform}-{case.name}" for case in found])
