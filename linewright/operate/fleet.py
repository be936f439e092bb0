"""The devices of a scope as a Nornir, and what was read from them."""

from collections.abc import Mapping

from linewright.devices.reach import target_for
from linewright.devices.read import FACETS
from linewright.devices.target import Target
from linewright.model.objects import Device
from linewright.model.observation import Observation
from linewright.operate.workplace import Workplace
from linewright.runner.nornir import Done, collect, nornir


def targets(place: Workplace, devices: Mapping[str, Device]) -> dict[str, Target]:
    """How each device is reached.

    Raises:
        SettingsError: a platform has no login.
    """
    return {name: target_for(device, place.settings) for name, device in devices.items()}


def read(
    place: Workplace, devices: Mapping[str, Device], done: Done, facets: tuple[str, ...] = FACETS
) -> dict[str, Observation]:
    """Read these devices now and keep what was seen; a device that does not answer has its error in its place."""
    fleet = nornir(devices, targets(place, devices), place.secrets.credential, place.settings.nornir)
    observations = collect(fleet, place.site, place.secrets.key, facets, done)
    for observation in observations.values():
        if observation.reached and facets == FACETS:
            place.state.note_seen(observation)
    return observations
