"""One seeded NetBox for all tests that only read it or add to it; starting one costs seconds, seeding it many."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from linewright.lab.netbox import Running, down, up
from linewright.lab.netbox.seed import seed
from linewright.sources.description import Described, load_described


@pytest.fixture(scope="session")
def described(checkout: Path) -> Described:
    return load_described(checkout / "inventory" / "site.yaml")


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, described: Described) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("netbox") / "lab"
    running = up(folder)
    try:
        seed(running.url, running.token, described)
        yield running
    finally:
        down(folder)
