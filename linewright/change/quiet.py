"""Whether anything of a change is still on its way: no state is named before that is known.

A process that died may have sent its commit a moment before, and the device may begin it after we have looked. So what
was loaded and not committed is taken away first: a commit that comes later finds nothing. Where that cannot be done the
worst case is waited out. Then two looks that are alike decide.
"""

from linewright.change.bench import Bench, normal, saved_text
from linewright.change.dispatch import Step
from linewright.change.finding import PAUSE, RESTORE_TIME
from linewright.change.sessions import Sessions
from linewright.change.standing import Away, Known, Reading
from linewright.devices import read, write
from linewright.devices.target import ChangeDriver
from linewright.errors import LinewrightError
from linewright.platforms import rules

#: A commit that was sent may begin so much later (seconds), or as much as the device's timer if that is longer.
_LANDING_TIME = 60
_RESTORE_LINE = 0.2
#: So long (seconds) a device that does not answer is tried when nothing can come of the change there any more.
_AWAY = 10


def worst_case(work: Step, known: Known) -> float:
    """So long (seconds) after the last thing that was sent something may still come of it by itself."""
    landing = 0 if known.answered else max(work.plan.timer, _LANDING_TIME)
    return landing + work.plan.timer + RESTORE_TIME + _RESTORE_LINE * work.plan.before.count("\n")


def at_rest(work: Step, sessions: Sessions, bench: Bench, known: Known) -> tuple[Reading | Away, ...]:
    """Looks at a device until nothing of the change can come any more, or something waits there; the last two.

    They are alike and have nothing waiting when it has come to rest; else the last says what keeps it from that.
    """
    watched = _Watched(work, bench)
    longest, now = worst_case(work, known), bench.clock()
    by_itself, reached_by = now + max(0.0, longest - known.since), now + max(_AWAY, longest - known.age)
    while True:
        look = watched.look(sessions)
        if isinstance(look, Away):
            if bench.clock() >= reached_by:
                return watched.looks
            watched.say(f"does not answer; tried for {reached_by - bench.clock():.0f} s")
        elif look.pending or watched.rests or watched.over(by_itself):
            return watched.looks
        elif not watched.withdrawn:
            watched.say(
                f"something may still come of it there; waiting, at most {by_itself - bench.clock():.0f} s"
            )
        bench.pause(PAUSE)


def glance(work: Step, sessions: Sessions, bench: Bench) -> tuple[Reading | Away, ...]:
    """Two looks one after the other; nothing is waited for, and nothing is written to the device."""
    watched = _Watched(work, bench, withdraw=False)
    watched.look(sessions)
    watched.look(sessions)
    return watched.looks


class _Watched:
    """The looks at one device, and whether what was loaded there and not committed is gone."""

    def __init__(self, work: Step, bench: Bench, *, withdraw: bool = True) -> None:
        self._work = work
        self._bench = bench
        self._may = withdraw
        self._said: set[str] = set()
        self.withdrawn = False
        self.looks: tuple[Reading | Away, ...] = ()

    @property
    def alike(self) -> bool:
        """Whether the last two looks showed the same, and nothing at work."""
        if len(self.looks) < 2:
            return False
        before, last = self.looks
        return before == last and isinstance(last, Reading) and not last.busy

    @property
    def rests(self) -> bool:
        """Whether nothing can begin any more, and nothing has changed since."""
        return self.withdrawn and self.alike

    def over(self, by_itself: float) -> bool:
        """Whether the worst case has passed, and nothing has changed since; or it never stops changing."""
        now = self._bench.clock()
        return now >= by_itself and (self.alike or now >= by_itself + _AWAY)

    def look(self, sessions: Sessions) -> Reading | Away:
        """One look; what could still be committed there is taken away over the same session."""
        seen: Reading | Away
        before = self.withdrawn
        try:
            with sessions() as driver:
                seen = self._reading(driver)
                if self._may and not before and not seen.pending:
                    self.withdrawn = self._withdraw(driver, seen)
        except LinewrightError as error:
            seen = Away(why=error.message)
        # What was seen before it was taken away does not count: a commit may have come in between.
        self.looks = (*self.looks[-1:], seen) if before or not self.withdrawn else ()
        return seen

    def say(self, words: str) -> None:
        """Tell once for each kind of words."""
        if (kind := words.split(";", maxsplit=1)[0]) not in self._said:
            self._said.add(kind)
            self._bench.watch(self._work.plan.device, words)

    def _reading(self, driver: ChangeDriver) -> Reading:
        work, device = self._work, self._work.plan.device
        waiting = read.pending(driver, device)
        busy = read.at_work(driver, device)
        shown = read.running(driver, device, rules(work.plan.platform), self._bench.key)
        startup, unread = saved_text(work, driver, self._bench)
        if busy:
            self.say(f"at work there: {busy}")
        return Reading(
            running=normal(work, shown.text),
            startup=startup,
            unread=unread,
            pending="" if waiting is None else waiting.change or "unnamed",
            seconds_left=-1 if waiting is None else waiting.seconds_left,
            timer="unknown" if waiting is None else waiting.timer,
            way_out="" if waiting is None else waiting.way_out,
            busy=bool(busy),
        )

    def _withdraw(self, driver: ChangeDriver, seen: Reading) -> bool:
        """Whether a commit of the dead process that is still on its way will be refused from now on.

        By the device itself, which is told that another job has it now; or because what it would commit is gone. That
        goes with all else the change left there, so only where none of it is needed any more.
        """
        work, plan = self._work, self._work.plan
        if work.lease is not None and write.fence(driver, work.lease.journal, work.lease.token):
            return write.announce(driver)
        if plan.before == plan.after or (seen.running, seen.startup) not in (
            (plan.before, seen.startup),
            (plan.after, plan.after),
        ):
            return False
        try:
            self._bench.journal.append(work.job, "clearing away", plan.device)
            write.clean_up(driver, work.job, work.attempt)
        except LinewrightError as error:
            self.say(f"what was loaded there is not gone: {error.message}")
            return False
        return True
