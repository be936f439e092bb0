"""What a plan has to know of a device beside its running configuration."""

from linewright.devices import read
from linewright.devices.target import ChangeDriver, Guard
from linewright.errors import LinewrightError
from linewright.model.objects import Record
from linewright.model.observation import Observation
from linewright.platforms import PlatformRules
from linewright.redact import hide


class Surveyed(Record, frozen=True):
    """One visit before a change; secrets are tokens.

    `startup` is None when it could not be read, `startup_unread` says why. `guard` is None where the timer is the
    device's own, or where the device does not say what it has: then `guard_unread` says why.
    """

    observation: Observation
    startup: str | None = None
    startup_unread: str = ""
    guard: Guard | None = None
    guard_unread: str = ""


def survey(driver: ChangeDriver, device: str, rules: PlatformRules, key: bytes) -> Surveyed:
    """Running and startup configuration, what it says of itself, what is pending, what there is for the worst case of a timer.

    Raises:
        DeviceError: the running configuration was not to be had.
    """
    observation = read.observe(driver, device, rules, key, ("facts",))
    startup, guard, startup_unread, guard_unread = None, None, "", ""
    try:
        startup = read.startup(driver, device, rules, key)
    except LinewrightError as error:
        startup_unread = hide(error.message, rules)
    try:
        guard = read.guard(driver, device)
    except LinewrightError as error:
        guard_unread = hide(error.message, rules)
    return Surveyed(
        observation=observation,
        startup=startup,
        startup_unread=startup_unread,
        guard=guard,
        guard_unread=guard_unread,
    )
