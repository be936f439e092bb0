"""Sessions of a step: a new one each time, or one kept for all of them where every login costs a one-time code."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from linewright.devices.target import ChangeDriver, Fenced
from linewright.journal.leases import Lease

#: Opens a session to the step's device. Never inside another one.
Sessions = Callable[[], AbstractContextManager[ChangeDriver]]


def sessions(connect: Callable[[], ChangeDriver], close: Callable[[], None], *, keep: bool) -> Sessions:
    """How a step gets its sessions.

    Args:
        connect: gives the open session, or makes a new one: new TCP connection, new login.
        close: ends it; nothing happens when there is none.
        keep: leave it open for the next time, unless it broke. Who asks for that closes it in the end.
    """

    @contextmanager
    def fresh() -> Iterator[ChangeDriver]:
        # A proof over the session that made the change would prove little.
        try:
            yield connect()
        finally:
            close()

    @contextmanager
    def kept() -> Iterator[ChangeDriver]:
        driver = connect()
        if not driver.is_alive()["is_alive"]:
            close()
            driver = connect()
        try:
            yield driver
        except BaseException:
            # Whatever it was, this session is not to be trusted with the next step; a new one proves more.
            close()
            raise

    return kept if keep else fresh


def fenced(opened: Sessions, lease: Lease | None) -> Sessions:
    """The same sessions; what is sent over them carries the lease's token, so that a device which keeps it can refuse."""
    if lease is None:
        return opened

    @contextmanager
    def carrying() -> Iterator[ChangeDriver]:
        with opened() as driver:
            if isinstance(driver, Fenced):
                driver.fence(lease.journal, lease.token)
            yield driver

    return carrying
