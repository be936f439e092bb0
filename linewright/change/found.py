"""Whether a device is still what the plan found, in what it says beside its lines."""

from linewright import configs
from linewright.change.bench import Bench, saved_text
from linewright.change.dispatch import Step
from linewright.devices import read
from linewright.devices.target import ChangeDriver
from linewright.errors import LinewrightError
from linewright.plan.build import Found
from linewright.plan.changeplan import WorstCase
from linewright.plan.proving import still_found
from linewright.platforms import rules


def still(driver: ChangeDriver, work: Step, bench: Bench) -> None:
    """Refuse another device, and where that is asked for one that has moved in anything the plan says of it.

    Raises:
        Moved: naming what differs.
        DeviceError: it does not say which device it is.
    """
    plan = work.plan
    serial = read.serial(driver, plan.device) if plan.serial else ""
    unsaved, unread, worst = plan.unsaved, plan.startup_unread, plan.worst_case
    if bench.strict:
        text, unread = saved_text(work, driver, bench)
        if text is not None:
            differing = configs.diff(text, plan.before, rules(plan.platform))
            unsaved = tuple(line for line in differing if line[:1] in "+-")
        worst = _worst(driver, plan.device)
    still_found(plan, Found(unsaved=unsaved, startup_unread=unread, worst_case=worst, serial=serial))


def _worst(driver: ChangeDriver, device: str) -> WorstCase | None:
    try:
        guard = read.guard(driver, device)
    except LinewrightError as error:
        return WorstCase(unread=error.message)
    return None if guard is None else WorstCase(restart=guard.restart, start_hook=guard.start_hook)
