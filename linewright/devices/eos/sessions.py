"""The configuration sessions of a device, and whose they are.

Ours are named after the change and the attempt, `lw_CHANGE_ATTEMPT`, so that any process can find, confirm or take
back a change, and nobody's session is taken for another's.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_CHANGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_OURS = re.compile(r"lw_(?P<change>.+)_(?P<attempt>\d+)")


class Named(NamedTuple):
    """A change and the attempt at it."""

    change: str
    attempt: int

    @property
    def session(self) -> str:
        """The name of its session on the device."""
        return f"lw_{self.change}_{self.attempt}"

    @property
    def file(self) -> str:
        """Where the running configuration from before it is kept on the device."""
        return f"flash:{self.session}.before"


def named(change: str, attempt: int) -> Named:
    """A change that can name a session.

    Raises:
        ValueError: the name has other characters than letters, digits, ".", "-" and "_", or is longer than 100.
    """
    if _CHANGE.fullmatch(change) is None or attempt < 0:
        raise ValueError(f"{change!r}, attempt {attempt}, cannot name a configuration session")
    return Named(change, attempt)


def owner(session: str) -> Named | None:
    """Whose session of ours it is; None for somebody else's."""
    found = _OURS.fullmatch(session)
    return Named(found["change"], int(found["attempt"])) if found else None


def files(listing: str) -> list[Named]:
    """The changes whose kept configurations stand in a listing of the flash (`dir flash:`)."""
    found = (re.fullmatch(r"(?:.*\s)?(lw_\S+_\d+)\.before", line.rstrip()) for line in listing.splitlines())
    return [
        mine
        for match in found
        if match and (mine := owner(match[1])) is not None and _CHANGE.fullmatch(mine.change)
    ]


class Seen(NamedTuple):
    """The sessions of a device at one moment: the state of each, and which one's commit timer runs.

    `left` are the seconds until it ends, -1 when the device does not tell.
    """

    states: Mapping[str, str]
    waiting: str = ""
    left: int = -1

    def finished(self, session: str) -> bool:
        """Whether a session is there, is no open candidate, and does not wait for its confirmation."""
        return session != self.waiting and not self.states.get(session, "pending").startswith("pending")


def seen(sessions: Mapping[str, Any], version: Mapping[str, Any]) -> Seen:
    """From the answers to `show configuration sessions detail` and `show version`.

    Until EOS 4.31 the session itself is in state pendingCommitTimer and has `commitBy`; from 4.32 on it is "committed"
    at once and the timer stands beside the sessions (NAPALM issue 2166). Both are given in seconds of uptime.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: the answers are not what EOS gives.
    """
    states = {name: _text(facts["state"]) for name, facts in sessions["sessions"].items()}
    waiting = _text(sessions.get("commitTimerSessionName", ""))
    ends = sessions.get("commitTimerExpireTime", -1)
    if not waiting:
        waiting = next((name for name, state in states.items() if "pendingCommitTimer" in state), "")
        ends = sessions["sessions"][waiting].get("commitBy", -1) if waiting else -1
    if not waiting:
        return Seen(states)
    ends, up = _number(ends), _number(version.get("uptime", -1))
    left = ends - up if ends >= 0 and up >= 0 else -1.0
    return Seen(states, waiting, max(0, round(left)) if left >= 0 else -1)


def open_candidates(now: Seen) -> str:
    """The candidates of ours that somebody may still commit, in words; "" when there is none."""
    mine = ((owner(session), state) for session, state in now.states.items())
    return "; ".join(
        f"a candidate of {whose.change}, attempt {whose.attempt}, is open"
        for whose in sorted(whose for whose, state in mine if whose is not None and state == "pending")
    )


def _text(value: Any) -> str:
    """A state that is no text must not pass for one that says "nothing waits"."""
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} stands where a text is usual")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"a {type(value).__name__} stands where a number is usual")
    return float(value)
