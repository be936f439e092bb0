"""Whether a NetBox can be worked with: what it is, what its token may see and do, what its clock says."""

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from linewright.sources.netbox import asking, lists, permissions
from linewright.sources.netbox.connection import Connection
from linewright.sources.netbox.replies import Question
from linewright.sources.netbox.transport import Client


@dataclass(frozen=True)
class Health:
    """What NetBox said of itself.

    `missing` are the permissions that reading needs and the token's user lacks. `ahead` is how many seconds NetBox's
    clock is ahead of ours, to about a second; None when it names no time.
    """

    version: str
    missing: tuple[str, ...]
    devices: int
    may_write: bool
    ahead: float | None


def health(connection: Connection, *, journal: bool = True) -> Health:
    """Ask a NetBox how it is; nothing is changed there.

    Raises:
        SourceError: it was not reached, is too old, or does not accept the token.
    """
    with Client(connection) as client:
        version = asking.version(client)
        before = time.time()
        may_write, date = client.may_write(
            lists.DEVICES.path, Question("what may be done", lists.DEVICES.permission)
        )
        moment = (before + time.time()) / 2
        lacking = sorted({permission for permission, _ in permissions.lacking(client, journal=journal)})
        devices = 0 if lists.DEVICES.permission in lacking else asking.count(client, ())
    return Health(
        version=version,
        missing=tuple(lacking),
        devices=devices,
        may_write=may_write,
        ahead=_ahead(date, moment),
    )


def _ahead(date: str, moment: float) -> float | None:
    """Seconds from our moment to the middle of the second that a Date header names."""
    try:
        return parsedate_to_datetime(date).timestamp() + 0.5 - moment
    except (TypeError, ValueError, OverflowError):
        return None
