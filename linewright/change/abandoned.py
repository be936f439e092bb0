"""A change of ours that waits on a device on which nothing lives any more to take it back."""

from linewright.change.bench import Bench, Seen, Unseen
from linewright.change.dispatch import Step
from linewright.change.sessions import Sessions
from linewright.devices import write
from linewright.errors import LinewrightError

#: So long (seconds) a timer must be seen dead before that is believed: between two of its programs there is a moment.
_DEAD_FOR = 5


class Abandoned:
    """Takes such a change back, once (`tried`); `why` is what it says against that, to be added to what is told."""

    def __init__(self, work: Step, sessions: Sessions, bench: Bench) -> None:
        self._work = work
        self._sessions = sessions
        self._bench = bench
        self._since: float | None = None
        self.tried = False
        self.why = ""

    def hopeless(self, seen: Seen | Unseen) -> bool:
        """Whether there is nothing to wait for: no timer runs there, and our own rollback changed nothing."""
        if isinstance(seen, Unseen) or seen.pending != self._work.job or not seen.stays:
            self._since = None
            return False
        now = self._bench.clock()
        self._since = now if self._since is None else self._since
        if now - self._since < _DEAD_FOR:
            return False
        if self.tried:
            return True
        self.tried, self._since = True, None
        self._take_back()
        return False

    def _take_back(self) -> None:
        work = self._work
        self._bench.watch(work.plan.device, "NO timer runs there any more: rolling back now")
        try:
            self._bench.journal.append(work.job, "rolling back", work.plan.device, why="no timer runs there")
            with self._sessions() as driver:
                write.roll_back(driver, work.job, work.attempt)
        except LinewrightError as error:
            self.why = f"; {error.message}"
