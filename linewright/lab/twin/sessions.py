"""Configuration sessions and the commit timer, as the EOS manual describes them.

A session is a copy of the running configuration that is edited apart. A commit puts it in the place of the running
one, and with it overwrites whatever was changed there since the session began. A commit with a timer is taken back
when the timer ends, unless the session is committed once more; `abort` takes it back at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from linewright.lab.twin.config import Config, NotAccepted

_MOST_PENDING = 5
_MOST_COMPLETED = 1


@dataclass
class Session:
    """One session. `state` is pending, pendingCommitTimer or completed; `completed` in the device's seconds."""

    name: str
    config: Config
    state: str = "pending"
    completed: float = 0.0


@dataclass(frozen=True)
class Timer:
    """A running commit timer: whose commit, what comes back, and when (the device's seconds since boot)."""

    session: str
    before: Config
    ends: float


class Sessions:
    """The sessions of one device. `now` gives the device's seconds, `install` makes a configuration the running one."""

    def __init__(self, now: Callable[[], float], install: Callable[[Config], None]) -> None:
        self._now = now
        self._install = install
        self.known: dict[str, Session] = {}
        self.timer: Timer | None = None

    def enter(self, name: str, running: Config) -> Session:
        """Begin a session, or go on with a pending one.

        Raises:
            NotAccepted: it is completed, or too many are pending.
        """
        session = self.known.get(name)
        if session is None:
            if sum(s.state == "pending" for s in self.known.values()) >= _MOST_PENDING:
                raise NotAccepted("Maximum number of pending sessions has been reached")
            session = self.known[name] = Session(name, running.clone())
        elif session.state == "completed":
            raise NotAccepted(f"Cannot enter session {name} (already completed)")
        return session

    def commit(self, name: str, running: Config, seconds: int | None = None) -> None:
        """Commit, with a timer if seconds are given; on a session whose timer runs, confirm.

        Raises:
            NotAccepted: there is no such session, it is completed, or another one's timer runs.
        """
        session = self._session(name, "commit")
        if session.state == "completed":
            raise NotAccepted(f"Cannot commit session {name} (already completed)")
        if self.timer is not None and self.timer.session != name:
            raise NotAccepted(f"A commit timer is running for session {self.timer.session}")
        if seconds is not None:
            before = self.timer.before if self.timer else running
            self.timer = Timer(name, before, self._now() + seconds)
            session.state = "pendingCommitTimer"
            self._install(session.config.clone())
            return
        if self.timer is None:
            self._install(session.config.clone())
        self.timer = None
        session.state, session.completed = "completed", self._now()
        finished = [s for s in self.known.values() if s.state == "completed"]
        for old in sorted(finished, key=lambda s: s.completed)[:-_MOST_COMPLETED]:
            del self.known[old.name]

    def abort(self, name: str) -> None:
        """Drop a session; a commit whose timer runs is taken back.

        Raises:
            NotAccepted: there is no such session.
        """
        session = self._session(name, "abort")
        if self.timer is not None and self.timer.session == name:
            self._install(self.timer.before)
            self.timer = None
        elif session.state == "completed":
            raise NotAccepted(f"Cannot abort session {name} (already completed)")
        del self.known[name]

    def delete(self, name: str) -> None:
        """Forget a session.

        Raises:
            NotAccepted: there is no such session, or its timer runs.
        """
        self._session(name, "delete")
        if self.timer is not None and self.timer.session == name:
            raise NotAccepted(f"Cannot delete session {name} (commit timer is running)")
        del self.known[name]

    def settle(self) -> Timer | None:
        """Take back what was not confirmed in time; returns the timer that ended."""
        ended = self.timer
        if ended is None or self._now() < ended.ends:
            return None
        self.timer = None
        self.known.pop(ended.session, None)
        self._install(ended.before)
        return ended

    def _session(self, name: str, verb: str) -> Session:
        session = self.known.get(name)
        if session is None:
            raise NotAccepted(f"Cannot {verb} non-existent session {name}")
        return session
