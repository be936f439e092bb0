"""A Nornir runner that keeps to a site's pace: how many devices at once, how many at one site, how many a second."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from nornir.core.inventory import Host
from nornir.core.task import AggregatedResult, MultiResult, Task

from linewright.model.objects import Record

_SITE = "site:"


class Pace(Record, frozen=True):
    """`parallel` devices at once, of them `per_site` at one site; `per_second` begun. 0 is no limit."""

    parallel: int = 20
    per_second: float = 0
    per_site: int = 0


class PacedRunner:
    """Runs a task on hosts in threads, sites in turn, no faster than its pace.

    A host is not begun before its turn: after an interrupt, or an error that is no device's, those under way are
    finished and no other is begun. Nornir's own ThreadedRunner queues all of them at once and has to do them all.
    """

    def __init__(
        self,
        pace: Pace,
        *,
        clock: Callable[[], float] = time.monotonic,
        site_of: Callable[[Host], str] | None = None,
    ) -> None:
        self._pace = pace
        self._clock = clock
        self._site_of = site_of or _group_of_site

    def run(self, task: Task, hosts: list[Host]) -> AggregatedResult:
        """Nornir's runner contract: the result of every host."""
        result = AggregatedResult(task.name)
        queue = _in_turn(hosts, self._site_of)
        under_way: dict[Future[MultiResult], Host] = {}
        pool = ThreadPoolExecutor(max_workers=max(1, self._pace.parallel), thread_name_prefix="device")
        next_start = self._clock()
        try:
            while queue or under_way:
                host = self._startable(queue, under_way.values())
                if host is not None and self._clock() >= next_start:
                    queue.remove(host)
                    under_way[pool.submit(task.copy().start, host)] = host
                    next_start = max(next_start, self._clock() - self._gap) + self._gap
                    continue
                pause = None if host is None else max(0.0, next_start - self._clock())
                if not under_way:
                    time.sleep(pause or 0.0)
                    continue
                ended, _ = wait(under_way, timeout=pause, return_when=FIRST_COMPLETED)
                for future in ended:
                    result[under_way.pop(future).name] = future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return result

    @property
    def _gap(self) -> float:
        """Seconds between two beginnings."""
        return 1 / self._pace.per_second if self._pace.per_second else 0.0

    def _startable(self, queue: deque[Host], under_way: Iterable[Host]) -> Host | None:
        """The first host whose site has room."""
        busy = Counter(self._site_of(host) for host in under_way)
        if busy.total() >= max(1, self._pace.parallel):
            return None
        limit = self._pace.per_site
        return next((host for host in queue if not limit or busy[self._site_of(host)] < limit), None)


def _in_turn(hosts: Iterable[Host], site_of: Callable[[Host], str]) -> deque[Host]:
    """One host of each site, then the next of each: no site is hit by all sessions at once."""
    by_site: dict[str, deque[Host]] = {}
    for host in hosts:
        by_site.setdefault(site_of(host), deque()).append(host)
    queue: deque[Host] = deque()
    while by_site:
        for site in list(by_site):
            queue.append(by_site[site].popleft())
            if not by_site[site]:
                del by_site[site]
    return queue


def _group_of_site(host: Host) -> str:
    return next((group.name for group in host.groups if group.name.startswith(_SITE)), "")
