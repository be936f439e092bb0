"""The devices of a scope as a Nornir, and what was read from them."""

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from linewright import log
from linewright.devices.reach import target_for
from linewright.devices.read import FACETS
from linewright.devices.target import Target
from linewright.errors import FacilityError
from linewright.model.objects import Device
from linewright.model.observation import Observation
from linewright.operate.workplace import Workplace
from linewright.runner.nornir import Done, collect, nornir, workers
from linewright.runner.pace import Pace

_T = TypeVar("_T")
#: Told why what was seen on a device could not be kept.
Unkept = Callable[[FacilityError], None]


def targets(place: Workplace, devices: Mapping[str, Device]) -> dict[str, Target]:
    """How each device is reached.

    Raises:
        SettingsError: a platform has no login.
    """
    return {name: target_for(device, place.settings) for name, device in devices.items()}


def pace(place: Workplace) -> Pace:
    """How fast this site wants its devices read."""
    asked = place.settings.collect
    return Pace(
        parallel=asked.parallel or workers(place.settings.nornir),
        per_second=asked.per_second,
        per_site=asked.per_site,
    )


def read(
    place: Workplace,
    devices: Mapping[str, Device],
    done: Done,
    facets: tuple[str, ...] = FACETS,
    *,
    unkept: Unkept | None = None,
) -> dict[str, Observation]:
    """Read these devices now and keep what was seen; a device that does not answer has its error in its place.

    Raises: as `read_each`.
    """
    return read_each(place, devices, done, lambda seen: seen, facets=facets, unkept=unkept)


def read_each(
    place: Workplace,
    devices: Mapping[str, Device],
    done: Done,
    take: Callable[[Observation], _T],
    *,
    facets: tuple[str, ...] = FACETS,
    commands: tuple[str, ...] = (),
    compared: bool = True,
    unkept: Unkept | None = None,
) -> dict[str, _T]:
    """The same; of each observation only what `take` makes of it stays in memory. It is called in several threads.

    With `unkept`, what cannot be kept (a full disk) is told to it, and reading goes on.

    Raises:
        FacilityError: what was seen cannot be kept, and there is no `unkept`; devices under way were still read.
    """

    def seen(observation: Observation) -> _T:
        # A visit that read less than a verification needs must not pass for the last look at the device.
        if observation.reached and set(FACETS) <= set(facets):
            try:
                place.state.note_seen(observation)
            except FacilityError as error:
                if unkept is None:
                    raise
                unkept(error)
        if observation.reached:
            log.note("read", device=observation.device)
        else:
            log.note("not reached", level=logging.WARNING, device=observation.device, why=observation.error)
        return take(observation)

    fleet = nornir(devices, targets(place, devices), place.secrets.credential, place.settings.nornir)
    return collect(
        fleet,
        place.site,
        place.secrets.key,
        facets,
        done=done,
        take=seen,
        commands=commands,
        compared=compared,
        pace=pace(place),
    )
