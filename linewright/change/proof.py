"""The proof of a change that was committed, over the new session that reads it back; then, and only then, the confirmation."""

from linewright.change.bench import Bench, Judge, Seen, normal
from linewright.change.dispatch import Step
from linewright.change.finding import PAUSE, RESTORE_TIME
from linewright.change.foreign import typed
from linewright.devices import read, write
from linewright.devices.target import ChangeDriver
from linewright.errors import DeviceError, LinewrightError, Refused
from linewright.platforms import rules

#: Of the device's timer, the share that may pass before we stop trying to confirm and let it run out.
_CONFIRM_WITHIN = 0.8
#: And the share that must be left, by the device's own count, when it is asked.
_LEAST_LEFT = 0.1


def still_ours(work: Step, bench: Bench) -> None:
    """Renew the lease right before the device is asked to change anything.

    Raises:
        Refused: it has ended, or another job has the device now.
        FacilityError: the journal cannot be written.
    """
    if work.lease is None:
        return
    bench.journal.leases.renew(work.lease)


class Proof:
    """Called with each look at the device after the commit; confirms at the first that proves the change.

    Attributes:
        judge: looks at more than the device's text; None where nothing else is to hold.
        over: the device was asked to confirm, or must not be any more: what becomes of it is found out by reading.
        why: why it was not confirmed, as far as that is known here.
        refused: the device itself said no to the confirmation.
        faults: what the judge says against the confirmation; ().
        mark: where the device's own record of commands stood before the change; "" where it keeps none.
        theirs: commands that others gave it since.
    """

    def __init__(self, work: Step, bench: Bench) -> None:
        self._work = work
        self._bench = bench
        self._until = self._ends = 0.0
        self.judge: Judge | None = bench.judge(work.plan)
        self.over = False
        self.why = ""
        self.refused = False
        self.faults: tuple[str, ...] = ()
        self.mark = ""
        self.theirs: tuple[str, ...] = ()

    def begin(self, begun: float) -> float:
        """Until when (the bench's clock) the proof may take; `begun` is when the change was about to be sent."""
        timer = self._work.plan.timer
        self._ends = begun + timer
        self._until = begun + timer * _CONFIRM_WITHIN if timer else self._bench.clock() + RESTORE_TIME
        return self._until

    def __call__(self, driver: ChangeDriver, seen: Seen) -> None:
        """A look at the device.

        Raises:
            LinewrightError: it could not be judged over this session; another look may.
        """
        work, plan, bench = self._work, self._work.plan, self._bench
        if self.over or seen.running != plan.after:
            return
        bench.watch(plan.device, _as_planned_over(work))
        if self.judge is not None:
            if faults := self._judged(self.judge, driver):
                self.faults = faults
                return
            running = read.running(driver, plan.device, rules(plan.platform), bench.key)
            if normal(work, running.text) != seen.running:
                raise DeviceError(f"{plan.device}: it changed while its neighbours were looked at")
        self.theirs = typed(work, driver, bench, self.mark)
        if plan.timer and not self.theirs:
            self.over = True
            self.why = self._against(seen) or self._confirmed(driver)

    def _judged(self, judge: Judge, driver: ChangeDriver) -> tuple[str, ...]:
        """What speaks against the confirmation when all had time to come back; () once all has held long enough."""
        bench, device = self._bench, self._work.plan.device
        since: float | None = None
        told: tuple[str, ...] = ()
        while True:
            faults, now = judge.faults(driver), bench.clock()
            if faults != told:
                bench.watch(device, f"not yet: {'; '.join(faults)}" if faults else "all stands again")
                told = faults
            since = None if faults else (now if since is None else since)
            if since is not None and now - since >= bench.settle:
                return ()
            if now >= self._until:
                return faults or (f"nothing broke, but not for {bench.settle} s before the time was over",)
            bench.pause(PAUSE)

    def _against(self, seen: Seen) -> str:
        """Why the device must not be asked to confirm; "" when it may be."""
        timer, now = self._work.plan.timer, self._bench.clock()
        if not seen.pending:
            return "nothing waited there any more when it was to be confirmed"
        if seen.pending != self._work.job:
            return f"what waits there is not ours but {seen.pending}: not confirmed"
        # The device's own count decides; ours only where it does not tell.
        left = seen.left - (now - seen.at) if seen.left >= 0 else self._ends - now
        if left < timer * _LEAST_LEFT:
            return f"only {max(0, round(left))} of {timer} s were left: too late to confirm"
        return ""

    def _confirmed(self, driver: ChangeDriver) -> str:
        """Ask the device to confirm; why that did not go well, as far as it is known."""
        work, bench = self._work, self._bench
        try:
            bench.journal.append(work.job, "confirming", work.plan.device)
            still_ours(work, bench)
        except LinewrightError as error:
            return error.message
        try:
            write.confirm(driver, work.job, work.attempt)
        except LinewrightError as error:
            self.refused = isinstance(error, Refused)
            return error.message
        bench.watch(work.plan.device, "confirmed; it is read once more")
        return ""


def _as_planned_over(work: Step) -> str:
    if work.plan.weakened:
        return "as planned over the session that made the change: no new login was tried"
    return "as planned over a new session"
