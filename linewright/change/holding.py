"""The leases of a job: taken for all its devices before anything else, renewed as it goes on, given back one by one."""

from collections.abc import Iterable
from contextlib import suppress

from linewright.change.bench import boottime
from linewright.errors import LinewrightError
from linewright.journal.journal import Journal
from linewright.journal.leases import Lease
from linewright.plan.changeplan import DevicePlan

#: Beside twice its timer a step may take so long (seconds), and so long for each line the device has.
_AROUND = 480
_LINE = 0.4
#: Renewed when this share of its time has passed.
_RENEW_AFTER = 0.25


class Holding:
    """Not to be used by several threads; the steps renew the lease of their own device themselves."""

    def __init__(self, journal: Journal, job: str, parts: Iterable[DevicePlan], *, after_death: bool) -> None:
        """Take them all, or none.

        Args:
            journal: keeps them.
            job: who asks.
            parts: the devices.
            after_death: take over at once from a process of this machine that is gone.

        Raises:
            Refused: another job works on one of the devices.
            FacilityError: the journal cannot be written.
        """
        self._leases = journal.leases
        wanted = {part.device: part for part in parts}
        seconds = max(map(_seconds, wanted.values()))
        taken = self._leases.take_all(wanted, job, seconds=seconds, after_death=after_death)
        self._held = {lease.device: lease for lease in taken}
        self._pause = seconds * _RENEW_AFTER
        self._renewed = boottime()

    def __getitem__(self, device: str) -> Lease:
        return self._held[device]

    def keep(self) -> None:
        """Renew those that are held, when it is time to.

        Raises:
            Refused: one has ended or is another's now; nothing may be started under it.
            FacilityError: the journal cannot be written.
        """
        if self._held and boottime() - self._renewed >= self._pause:
            self._leases.renew(*self._held.values())
            self._renewed = boottime()

    def release(self, device: str) -> None:
        """Give one back. When that cannot be written it ends by itself."""
        with suppress(LinewrightError):
            self._leases.release(self._held.pop(device))

    def leave(self, device: str) -> None:
        """Let one end by itself: nobody knows what goes on there."""
        del self._held[device]

    def close(self) -> None:
        """Give back what is still held."""
        with suppress(LinewrightError):
            self._leases.release(*self._held.values())
        self._held.clear()


def _seconds(part: DevicePlan) -> int:
    return round(2 * part.timer + _AROUND + _LINE * part.before.count("\n"))
