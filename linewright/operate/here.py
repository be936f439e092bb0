"""What this machine has of what every plan depends on: versions, settings, markings."""

from collections.abc import Callable, Iterable
from importlib.metadata import version

import msgspec

from linewright import __version__
from linewright.documents.marking import Markings
from linewright.model.objects import Device
from linewright.model.snapshot import Snapshot
from linewright.operate.surroundings import Surroundings
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import DevicePlan
from linewright.plan.contents import contents
from linewright.plan.policies import policies

#: Libraries whose behaviour a plan depends on.
_LIBRARIES = ("jinja2", "napalm", "paramiko", "pyeapi")


def versions() -> dict[str, str]:
    """The versions of linewright and of the libraries that reach the devices."""
    return {"linewright": __version__, **{name: version(name) for name in _LIBRARIES}}


def policies_of(place: Workplace, parts: Iterable[DevicePlan]) -> dict[str, str]:
    """The digests of the settings that decide how these devices are changed."""
    return policies(place.settings, {part.platform for part in parts})


def marking_of(place: Workplace, devices: Iterable[Device]) -> str:
    """A plan's marking: the highest of the devices it touches, never below the site's.

    Raises:
        DataError: a device has a marking that the site does not know.
    """
    markings = Markings(order=place.settings.markings, floor=place.settings.marking)
    return markings.of((f"device {device.name}", device.custom) for device in devices)


def surrounding(
    place: Workplace, snapshot: Snapshot, may_lose: Iterable[str] = ()
) -> Callable[[DevicePlan], DevicePlan]:
    """What gives a device's part its checks, and those that are read beside it; `may_lose` as in a plan.

    Raises:
        DataError: a check of the site cannot be read, or routing data is malformed.
    """
    found = Surroundings(place, snapshot, digest=contents()["linewright/checks"], also=may_lose)

    def surrounded(part: DevicePlan) -> DevicePlan:
        checked = msgspec.structs.replace(part, checks=found.checks(part))
        if not place.settings.apply.neighbours:
            return checked
        return msgspec.structs.replace(checked, around=found.around(checked))

    return surrounded
