"""A site's pace is kept: never more at once, never faster, sites in turn; after an error no other is begun."""

import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nornir.core.inventory import Host
from nornir.core.task import MultiResult

from linewright.runner.pace import Pace, PacedRunner


class Work:
    """A task as the runner needs one; it notes what is under way."""

    name = "work"

    def __init__(self, *, wait: float = 0.0, fail: str = "") -> None:
        self.lock = threading.Lock()
        self.now: list[str] = []
        self.begun: list[str] = []
        self.most: dict[str, int] = {}
        self.wait, self.fail = wait, fail
        self.enough = threading.Event()

    def copy(self) -> "Work":
        return self

    def start(self, host: Any) -> MultiResult:
        with self.lock:
            self.begun.append(host.name)
            self.now.append(host.name)
            for site in ("", site_of(host)):
                busy = sum(name.startswith(site) for name in self.now)
                self.most[site] = max(self.most.get(site, 0), busy)
        self.enough.wait(self.wait)
        with self.lock:
            self.now.remove(host.name)
        if host.name == self.fail:
            raise OSError("no space left on device")
        return MultiResult(host.name)


def site_of(host: Host) -> str:
    return host.name.partition("-")[0]


def hosts(*names: str) -> list[Host]:
    return [Host(name) for name in names]


@settings(max_examples=30)
@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=20),
    st.integers(min_value=1, max_value=6),
    st.integers(min_value=0, max_value=3),
)
def test_every_host_is_done_once_within_both_bounds(sites: list[str], parallel: int, per_site: int) -> None:
    names = [f"{site}-{number}" for number, site in enumerate(sites)]
    work = Work(wait=0.001)
    runner = PacedRunner(Pace(parallel=parallel, per_site=per_site), site_of=site_of)
    result = runner.run(work, hosts(*names))  # type: ignore[arg-type]
    assert sorted(result) == sorted(work.begun) == sorted(names)
    assert work.most[""] <= parallel
    assert not per_site or max(work.most[site] for site in sites) <= per_site


def test_sites_take_turns() -> None:
    work = Work()
    runner = PacedRunner(Pace(parallel=1), site_of=site_of)
    runner.run(work, hosts("a-1", "a-2", "a-3", "b-1", "c-1", "c-2"))  # type: ignore[arg-type]
    assert work.begun == ["a-1", "b-1", "c-1", "a-2", "c-2", "a-3"]


def test_no_more_begin_in_a_second_than_may() -> None:
    moments: list[float] = []
    time = [0.0]

    class Ticking(Work):
        def start(self, host: Any) -> MultiResult:
            moments.append(time[0])
            return super().start(host)

    def clock() -> float:
        time[0] += 0.01
        return time[0]

    runner = PacedRunner(Pace(parallel=50, per_second=10), clock=clock, site_of=site_of)
    runner.run(Ticking(), hosts(*(f"a-{n}" for n in range(25))))  # type: ignore[arg-type]
    assert len(moments) == 25
    assert moments[-1] - moments[0] >= 24 * 0.1 - 0.05


def test_after_an_error_that_is_no_devices_no_other_is_begun() -> None:
    work = Work(fail="a-1")
    runner = PacedRunner(Pace(parallel=1), site_of=site_of)
    with pytest.raises(OSError, match="no space"):
        runner.run(work, hosts("a-1", "a-2", "a-3"))  # type: ignore[arg-type]
    assert work.begun == ["a-1"]
