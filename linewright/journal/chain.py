"""The chain of records: each carries the SHA-256 of the one before it and of its own content.

A record cannot be changed, added or taken out unseen by one who follows the chain and knows its last hash. Who knows
none cannot see that the end was cut off, or all of it written anew: that is what signed heads are for (`heads`).
"""

from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Any

from linewright.errors import DataError
from linewright.model.objects import Record
from linewright.seal.canonical import canonical

#: What the first record carries as the hash of the one before.
START = "0" * 64


class Walked(Record, frozen=True):
    """A chain followed from its first record.

    `good` is the number of the last record up to which all fit, `hash` and `time` (UTC) are that one's; `last` is the
    number of the last record there is. `broken` is the number of the first that does not fit, 0 when all do, and `why`
    says what is wrong with it. `hashes` are those asked for, of records that fit.
    """

    good: int
    hash: str
    time: str
    last: int
    broken: int
    why: str
    hashes: dict[int, str]


def chained(previous: str, content: tuple[str, ...]) -> str:
    """The hash of a record of that content: time, job, device, event, and details as canonical JSON."""
    return sha256(canonical([previous, *content])).hexdigest()


def walk(rows: Iterable[Any], wanted: Collection[int] = ()) -> Walked:
    """Follow the rows of the table of records, in the order of their numbers; `wanted` are numbers of records."""
    number, previous, time, last = 0, START, "", 0
    broken, why = 0, ""
    hashes: dict[int, str] = {}
    for row in rows:
        last = row.number
        if broken:
            continue
        if why := _misfit(row, number, previous):
            broken = row.number
            continue
        number, previous, time = row.number, row.hash, row.time
        if number in wanted:
            hashes[number] = previous
    return Walked(good=number, hash=previous, time=time, last=last, broken=broken, why=why, hashes=hashes)


def _misfit(row: Any, number: int, previous: str) -> str:
    """Why a row cannot follow the record of that number and hash; "" when it does."""
    if row.number != number + 1:
        missing = (
            f"record {number + 1} is"
            if row.number == number + 2
            else f"records {number + 1} to {row.number - 1} are"
        )
        return f"{missing} missing"
    content = (row.time, row.job, row.device, row.event, row.detail)
    # A column of SQLite holds whatever somebody put there.
    if not all(isinstance(value, str) for value in content):
        return f"record {row.number} was changed"
    try:
        own = chained(str(row.previous), content)
    except DataError:
        own = ""
    if row.hash != own:
        return f"record {row.number} was changed"
    if row.previous != previous:
        return f"record {row.number} does not follow record {number}: one of them was written anew"
    return ""
