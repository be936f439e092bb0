"""How a commit can end other than well, as every adapter here tells it.

napalm CommitError
+ CommitRefused      the device is as it was before: nothing was written, or what was written is taken back
+ CommitUnknown      sent, and no answer came: only reading the device tells what became of it
+ NotRestored        a change was stopped and taking it back did not succeed: neither before nor after
+ NotSaved           running is as wanted, the startup configuration is not

All are CommitError to a caller who knows only NAPALM.
"""

from napalm.base.exceptions import CommitError


class CommitRefused(CommitError):  # type: ignore[misc] # noqa: N818 - NAPALM is untyped; the name says what happened
    """The device is as it was before.

    Attributes:
        reason: one word for programs; FRR uses busy, pending, moved, candidate, silent, line, slow, expired,
            fenced, none.
        written: whether lines had been taken and were taken back (running compared as text), or nothing was sent.
    """

    def __init__(self, message: str, *, reason: str = "", written: bool = False) -> None:
        super().__init__(message)
        self.reason = reason
        self.written = written


class CommitUnknown(CommitError):  # type: ignore[misc] # noqa: N818 - NAPALM is untyped; the name says what happened
    """The connection was lost, or no answer that can be trusted came, after the commit was sent."""


class NotRestored(CommitError):  # type: ignore[misc] # noqa: N818 - NAPALM is untyped; the name says what happened
    """The change was stopped, and the device could not be brought back to what it was."""


class NotSaved(CommitError):  # type: ignore[misc] # noqa: N818 - NAPALM is untyped; the name says what happened
    """The change is in the running configuration and is not undone; a reboot would lose it."""
