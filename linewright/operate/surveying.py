"""The devices of a plan, read before it is made."""

import logging
from collections.abc import Mapping

from nornir.core.inventory import Host
from nornir.core.task import MultiResult

from linewright import configs, log
from linewright.devices.read import unreachable
from linewright.devices.survey import Surveyed
from linewright.devices.target import Guard
from linewright.errors import ExitCode
from linewright.model.objects import Device
from linewright.model.observation import Observation
from linewright.operate.fleet import pace, targets
from linewright.operate.workplace import Workplace
from linewright.plan.build import Found
from linewright.plan.changeplan import WorstCase
from linewright.platforms import rules
from linewright.runner.nornir import Done, each, error_of, nornir

#: Why a plan made offline does not know what only the device says.
_NOT_ASKED = "the plan was made from what was collected"


def surveyed(place: Workplace, devices: Mapping[str, Device], done: Done) -> dict[str, Surveyed]:
    """Read these devices now; one that does not answer has its error in its observation."""

    def seen(host: Host, result: MultiResult) -> Surveyed:
        found = result[0].result
        if isinstance(found, Surveyed):
            log.note("read", device=host.name)
            return found
        lost = unreachable(host.name, host.platform or "", error_of(host, result))
        log.note("not reached", level=logging.WARNING, device=host.name, why=lost.error)
        return Surveyed(observation=lost)

    fleet = nornir(devices, targets(place, devices), place.secrets.credential, place.settings.nornir)
    task = place.site.load("tasks.survey:survey")
    return each(fleet, task, done, seen, pace=pace(place), key=place.secrets.key)


def collected(place: Workplace, devices: Mapping[str, Device], done: Done) -> dict[str, Surveyed]:
    """These devices as they were last collected; none is asked. What a survey reads beside is then not known."""
    found = {}
    for name in devices:
        seen = place.state.seen(name)
        if seen is None or not seen.reached:
            seen = Observation(
                device=name,
                platform="",
                seen="",
                error=f"{name}: nothing was collected from it",
                error_hint=f"lw collect --device {name}, or plan without --offline",
                error_code=ExitCode.NOT_REACHED,
            )
        own_timer = not seen.reached or rules(seen.platform).capabilities.timer is True
        found[name] = Surveyed(
            observation=seen,
            startup_unread=_NOT_ASKED,
            guard_unread="" if own_timer else _NOT_ASKED,
        )
        done(name, seen.error)
    return found


def beside(seen: Surveyed) -> Found:
    """What a plan says of a device beside its lines.

    Raises:
        DataError: its startup configuration is none of its platform's.
    """
    running, known = seen.observation.running, rules(seen.observation.platform)
    unsaved: tuple[str, ...] = ()
    if seen.startup is not None and running is not None:
        differing = configs.diff(seen.startup, running, known)
        unsaved = tuple(line for line in differing if line[:1] in "+-")
    return Found(
        unsaved=unsaved,
        startup_unread=seen.startup_unread,
        worst_case=_worst_case(seen.guard, seen.guard_unread),
        serial=seen.observation.facts.serial if seen.observation.facts is not None else "",
        seen=seen.observation.seen,
    )


def _worst_case(guard: Guard | None, unread: str) -> WorstCase | None:
    if unread:
        return WorstCase(unread=unread)
    return None if guard is None else WorstCase(restart=guard.restart, start_hook=guard.start_hook)
