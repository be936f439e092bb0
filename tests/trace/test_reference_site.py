"""The reference site's paths, as a technician would walk them."""

from pathlib import Path

import pytest

from linewright.sources.description import load
from linewright.trace import paths


@pytest.fixture(scope="module")
def traced():
    return paths(load(Path(__file__).parents[2] / "inventory" / "site.yaml"))


def test_every_path_with_a_device_at_its_end_is_complete(traced):
    assert [path.text for path in traced if path.a.is_interface and not path.complete] == []
    # Spare strands: eight of the trunk to floor 1, two of the pair to floor 2, 22 and eleven to building 9.
    assert sum(not path.complete for path in traced) == 8 + 2 + 22 + 11


def test_a_leased_line_from_router_to_router(traced):
    texts = [path.text for path in traced]
    assert (
        "hq-wan2 eth5 - C-0054 - hq-demarc F4 > R4 - C-0058 - southstar/SS-77311 - C-0067 - "
        "kit-bulkhead R1 > F1 - C-0066 - kit-wan1 Ethernet1"
    ) in texts


def test_what_is_planned_is_not_connected(traced):
    planned = {path.name for path in traced if path.status == "planned"}
    assert planned == {"C-0101", "C-0102", "C-0103"}


def test_each_interface_ends_one_path(traced):
    ends = [(end.device, end.port) for path in traced for end in (path.a, path.z) if end.is_interface]
    assert len(ends) == len(set(ends))
