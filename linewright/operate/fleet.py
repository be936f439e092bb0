"""The devices of a scope as a Nornir, and what was read from them."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from linewright.devices.reach import target_for
from linewright.devices.read import FACETS
from linewright.devices.target import Target
from linewright.model.objects import Device
from linewright.model.observation import Observation
from linewright.operate.workplace import Workplace
from linewright.runner.nornir import Done, collect, nornir, workers
from linewright.runner.pace import Pace

_T = TypeVar("_T")


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
    place: Workplace, devices: Mapping[str, Device], done: Done, facets: tuple[str, ...] = FACETS
) -> dict[str, Observation]:
    """Read these devices now and keep what was seen; a device that does not answer has its error in its place."""
    return read_each(place, devices, done, lambda seen: seen, facets=facets)


def read_each(
    place: Workplace,
    devices: Mapping[str, Device],
    done: Done,
    take: Callable[[Observation], _T],
    *,
    facets: tuple[str, ...] = FACETS,
    commands: tuple[str, ...] = (),
) -> dict[str, _T]:
    """The same; of each observation only what `take` makes of it stays in memory. It is called in several threads.

    Raises:
        FacilityError: what was seen cannot be kept (a full disk); devices under way were still read.
    """

    def seen(observation: Observation) -> _T:
        # A visit that read less than a verification needs must not pass for the last look at the device.
        if observation.reached and set(FACETS) <= set(facets):
            place.state.note_seen(observation)
        return take(observation)

    fleet = nornir(devices, targets(place, devices), place.secrets.reveal, place.settings.nornir)
    return collect(
        fleet,
        place.site,
        place.secrets.key,
        facets,
        done=done,
        take=seen,
        commands=commands,
        pace=pace(place),
    )
