"""Whole lists, page by page, a few requests at a time: complete, in order of id, or not at all."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from linewright.errors import SourceError
from linewright.sources.netbox.decoding import Page, page
from linewright.sources.netbox.lists import Collected, Listing
from linewright.sources.netbox.replies import Question
from linewright.sources.netbox.transport import Client

#: Told as reading goes on, from the caller's own thread: what is read, rows so far, rows in all.
Progress = Callable[[str, int, int], None]

#: Pages of one list: 20 million rows at 1000 a page. Bounds what a server that counts wildly makes us ask.
MAX_PAGES = 20_000

#: Ids in one request: 100 of 7 digits stay below the 4094 bytes that gunicorn takes as a request line.
_IDS_AT_ONCE = 100


@dataclass(frozen=True)
class Job:
    """A list to be read with one query; `filters` are those of it that the caller wrote."""

    listing: Listing[Any]
    query: tuple[tuple[str, str], ...] = ()
    filters: tuple[str, ...] = ()


def jobs_by_id(listing: Listing[Any], name: str, ids: Iterable[int]) -> list[Job]:
    """The list narrowed to rows of the given owners, in requests of bearable length."""
    numbers = sorted(ids)
    return [
        Job(listing, tuple((name, str(number)) for number in numbers[start : start + _IDS_AT_ONCE]))
        for start in range(0, len(numbers), _IDS_AT_ONCE)
    ]


class Incomplete(SourceError):  # noqa: N818 - named like its siblings in linewright.errors
    """A list has not the rows that were counted: something is on the way, or the list changed while it was read."""


class _Reading:
    """One job under way: the rows of each page by offset."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.pages: dict[int, list[Any]] = {}
        self.count = 0
        self.step = 0

    def begin(self, first: Page, asked: int) -> range:
        """Take the first page; the offsets of those still to come. A server may give fewer rows than asked for."""
        self.count, self.pages[0] = first.count, first.rows
        self.step = len(first.rows)
        if self.step > asked or (self.step == 0) != (self.count == 0):
            raise self._incomplete(self.step)
        if self.count > MAX_PAGES * self.step:
            raise SourceError(
                f"NetBox counts {self.count} {self.job.listing.title} and gives {self.step} at a time: too many to read",
                hint="raise MAX_PAGE_SIZE in NetBox's configuration",
            )
        return range(self.step, self.count, self.step) if self.step else range(0)

    def take(self, offset: int, later: Page) -> None:
        """Take a further page.

        Raises:
            SourceError: it has not the rows it must have.
        """
        if later.count != self.count or len(later.rows) != min(self.step, self.count - offset):
            raise self._incomplete(len(later.rows))
        self.pages[offset] = later.rows

    def rows(self) -> list[Any]:
        """All rows.

        Raises:
            SourceError: not as many as counted, or not each once in order of id.
        """
        rows = [row for offset in sorted(self.pages) for row in self.pages[offset]]
        if len(rows) != self.count:
            raise self._incomplete(len(rows))
        if any(left.id >= right.id for left, right in pairwise(rows)):
            raise Incomplete(
                f"NetBox's pages of {self.job.listing.title} overlap",
                hint="the list changed while it was read; try again",
            )
        return rows

    def _incomplete(self, got: int) -> "Incomplete":
        return Incomplete(
            f"NetBox's list of {self.job.listing.title} is not whole: {self.count} are counted, a page has {got}",
            hint="the list changed while it was read, or a proxy cut it; nothing was kept, try again",
        )


def read(client: Client, jobs: Iterable[Job], progress: Progress | None = None) -> Collected:
    """Every row of every job; rows that several jobs of one list give are taken once.

    Raises:
        UsageError, SourceError: as `Client.get`; also when a list is not whole.
        DataError: a row is malformed.
    """
    readings = [_Reading(job) for job in jobs]
    told = _Told(progress)
    with ThreadPoolExecutor(client.connection.workers, thread_name_prefix="netbox") as pool:
        waiting: dict[Future[Page], tuple[_Reading, int]] = {
            pool.submit(_page, client, reading.job, 0): (reading, 0) for reading in readings
        }
        try:
            while waiting:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    reading, offset = waiting.pop(future)
                    found = future.result()
                    if offset:
                        reading.take(offset, found)
                    else:
                        for further in reading.begin(found, client.connection.page_size):
                            waiting[pool.submit(_page, client, reading.job, further)] = (reading, further)
                        told.total(reading)
                    told.rows(reading, len(found.rows))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # after an error nobody wants the rest
    by_list: dict[str, dict[int, Any]] = {}
    for reading in readings:
        by_list.setdefault(reading.job.listing.key, {}).update((row.id, row) for row in reading.rows())
    return Collected({name: [found[key] for key in sorted(found)] for name, found in by_list.items()})


class _Told:
    """Adds up what several jobs of one list have read, for the progress callback."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._sums: dict[str, list[int]] = {}

    def total(self, reading: _Reading) -> None:
        self._sums.setdefault(reading.job.listing.title, [0, 0])[1] += reading.count

    def rows(self, reading: _Reading, number: int) -> None:
        title = reading.job.listing.title
        sums = self._sums[title]
        sums[0] += number
        if self._progress is not None:
            self._progress(title, sums[0], sums[1])


def _page(client: Client, job: Job, offset: int) -> Page:
    listing = job.listing
    query = (
        *listing.query,
        *job.query,
        ("fields", listing.fields),
        ("ordering", "id"),
        ("limit", str(client.connection.page_size)),
        *((("offset", str(offset)),) if offset else ()),
    )
    question = Question(listing.title, listing.permission, job.filters)
    return page(client.get(listing.path, query, question), listing)
