"""What a job sees around its devices: those beside them, read over sessions of their own."""

from collections.abc import Callable

from linewright.change.bench import Judge
from linewright.change.watching import Eyes, Watching
from linewright.checks.change import FACETS
from linewright.devices import read
from linewright.devices.connect import session
from linewright.devices.target import Target
from linewright.errors import DeviceError, LinewrightError
from linewright.model.observation import Observation
from linewright.model.snapshot import Snapshot
from linewright.operate.surroundings import around_targets, site_checks
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import DevicePlan
from linewright.platforms import rules


def judging(place: Workplace, snapshot: Snapshot) -> Callable[[DevicePlan], Judge | None]:
    """Makes the judge of one device's change; None where its plan names no check.

    Raises:
        DataError: a check of the site cannot be read.
    """
    checks = {check.name: check for check in site_checks(place)}

    def judge(part: DevicePlan) -> Judge | None:
        if not part.checks:
            return None
        targets = around_targets(place, snapshot.devices, part)
        platforms = {each.device: each.platform for each in part.around}

        def look(name: str) -> Observation:
            return _seen(place, name, platforms[name], targets.get(name))

        return Watching(part, Eyes(look=look, site_checks=checks), place.secrets.key)

    return judge


def _seen(place: Workplace, name: str, platform: str, target: Target | None) -> Observation:
    """A device beside a changed one, now; why it was not read stands in it."""
    try:
        if target is None:
            raise DeviceError(f"{name}: it is not where the plan found it, so it is not read")
        with session(target, place.secrets.credential) as driver:
            return read.observe(driver, name, rules(platform), place.secrets.key, FACETS)
    except LinewrightError as error:
        return read.unreachable(name, platform, error)
