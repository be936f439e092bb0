"""One seeded NetBox for all tests that only read it or add to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from linewright.lab.netbox import Running, down, up_seeded
from linewright.sources.description import Described, load_described


@pytest.fixture(scope="session")
def described(checkout: Path) -> Described:
    return load_described(checkout / "inventory" / "site.yaml")


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, described: Described) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("netbox") / "lab"
    running = up_seeded(folder, described)
    try:
        yield running
    finally:
        down(folder)
