"""A site whose EOS devices run as twins in this process."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from linewright.lab.twin.fleet import Fleet
from linewright.model.snapshot import Snapshot
from linewright.operate.demo import demo_site
from linewright.operate.workplace import Workplace


class Running(NamedTuple):
    place: Workplace
    snapshot: Snapshot
    fleet: Fleet


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Running]:
    with demo_site(tmp_path) as (place, snapshot, fleet):
        yield Running(place, snapshot, fleet)
