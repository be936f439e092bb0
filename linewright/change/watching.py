"""Whether a change has broken what stood before it: looked at right before it is sent, and before it is confirmed."""

from collections.abc import Callable, Mapping

import msgspec

from linewright.checks.change import FACETS, NEIGHBOURS
from linewright.checks.change.beside import judged
from linewright.checks.change.items import unread
from linewright.checks.change.site import SiteCheck
from linewright.devices import read
from linewright.devices.target import ChangeDriver
from linewright.errors import DataError, LinewrightError
from linewright.model.objects import Record
from linewright.model.observation import Observation
from linewright.plan.changeplan import DevicePlan
from linewright.platforms import rules

#: A device beside the changed one as it is now, over a session of its own. It never raises: why it could not be read
#: is in the observation.
Look = Callable[[str], Observation]


class Eyes(Record, frozen=True):
    """How a job looks at what is around its devices: `look` at another device, `site_checks` by their names."""

    look: Look
    site_checks: Mapping[str, SiteCheck] = {}


class Watching:
    """What one device, and those beside it, were right before the change; judges what they are later.

    Raises:
        Refused: a check of the site is not the one that was planned with.
        DataError: the plan names a check that is not there.
    """

    def __init__(self, plan: DevicePlan, eyes: Eyes, key: bytes) -> None:
        self._plan = plan
        self._eyes = eyes
        self._key = key
        self._before: dict[str, Observation] = {}
        for ref in plan.checks:
            if ref.name != NEIGHBOURS:
                self._of_site(ref.name).agrees(ref)

    def begin(self, driver: ChangeDriver) -> None:
        """Look at the device over this session, and at those beside it.

        Raises:
            DeviceError: the device itself cannot be read; nothing was written to it.
        """
        if self._plan.checks:
            self._before = {self._plan.device: self._seen(driver), **self._around()}

    def memory(self) -> bytes:
        """What was seen; observations hold no secrets."""
        return msgspec.json.encode(self._before)

    def recall(self, memory: bytes) -> None:
        """Take what another process saw for what was seen.

        Raises:
            DataError: it is not what `memory` gives, or not of these devices.
        """
        try:
            seen = msgspec.json.decode(memory, type=dict[str, Observation])
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise DataError(
                f"{self._plan.device}: what stood before the change cannot be read: {error}"
            ) from None
        if set(seen) != {self._plan.device, *(each.device for each in self._plan.around)}:
            raise DataError(
                f"{self._plan.device}: what stood before the change is not what its checks look at"
            )
        self._before = seen

    @property
    def unwatched(self) -> tuple[str, ...]:
        """What could not be read before the change, on it or beside it: it is not judged."""
        away = tuple(name for name, seen in self._before.items() if not seen.reached)
        own = self._before.get(self._plan.device)
        return (*(unread(own) if own is not None and own.reached else ()), *away)

    def faults(self, driver: ChangeDriver) -> tuple[str, ...]:
        """What is broken now, in words; () when all that must stand stands. What cannot be read has not been seen."""
        if not self._before:
            return ()
        try:
            own = self._seen(driver)
        except LinewrightError as error:
            return (f"{self._plan.device} could not be read: {error.message}",)
        after = {self._plan.device: own, **self._around()}
        found: list[str] = []
        for ref in self._plan.checks:
            if ref.name == NEIGHBOURS:
                found += judged(ref, self._plan.device, self._before, after)
            else:
                others = {
                    name: (seen, after[name])
                    for name, seen in self._before.items()
                    if name != self._plan.device
                }
                found += self._of_site(ref.name).judge(
                    self._before[self._plan.device], own, others, ref.input
                )
        return tuple(found)

    def _seen(self, driver: ChangeDriver) -> Observation:
        return read.observe(driver, self._plan.device, rules(self._plan.platform), self._key, FACETS)

    def _around(self) -> dict[str, Observation]:
        return {each.device: self._eyes.look(each.device) for each in self._plan.around}

    def _of_site(self, name: str) -> SiteCheck:
        found = self._eyes.site_checks.get(name)
        if found is None:
            raise DataError(
                f"the plan's check {name} is not one of this site's",
                hint="apply.checks in nornir.yaml names them; put it back, or make a new plan",
            )
        return found
